/*
 * The CSRs that the board executes itself, because the engine lacks them or would read the host's
 * clock:
 *
 *   0xc00 cycle     0xb00 mcycle     instruction times, waiting in wfi included
 *   0xc02 instret   0xb02 minstret   instructions executed
 *   0xc01 time                       mtime of the CLINT
 *   0x14d stimecmp  0x30a menvcfg    the supervisor's timer (Sstc)
 *   0x344 mip       0x144 sip        pending interrupts: with a bit of its own set, the engine
 *                                    would take interrupts by itself, and not at a boundary
 *
 * Unprivileged specification, chapter "Zicsr"; privileged specification, 3.1.10 and 3.1.11.
 */
#include "emu/board/hart.h"

#define CSR_STIMECMP 0x14du
#define CSR_SIP      0x144u
#define CSR_MENVCFG  0x30au
#define CSR_MIP      0x344u
#define CSR_MCYCLE   0xb00u
#define CSR_MINSTRET 0xb02u
#define CSR_CYCLE    0xc00u
#define CSR_TIME     0xc01u
#define CSR_INSTRET  0xc02u

#define MENVCFG_STCE (UINT64_C(1) << 63)
#define COUNTEREN_TM 2u

#define OPCODE_SYSTEM 0x73u
#define FUNCT_PRIV    0u
#define FUNCT_HYPER   4u

static unsigned csr_number(uint32_t insn)
{
    return insn >> 20;
}

static bool is_csr_insn(uint32_t insn)
{
    unsigned funct = insn >> 12 & 7;

    return (insn & 0x7f) == OPCODE_SYSTEM && funct != FUNCT_PRIV && funct != FUNCT_HYPER;
}

bool csr_is_ours(uint32_t insn)
{
    if (!is_csr_insn(insn))
        return false;
    switch (csr_number(insn)) {
    case CSR_SIP:
    case CSR_STIMECMP:
    case CSR_MENVCFG:
    case CSR_MIP:
    case CSR_MCYCLE:
    case CSR_MINSTRET:
    case CSR_CYCLE:
    case CSR_TIME:
    case CSR_INSTRET:
        return true;
    }
    return false;
}

/* Whether the level may access a counter, by its bit in mcounteren and scounteren. */
static bool counter_enabled(const struct hart *hart, uint64_t bit)
{
    uint64_t priv = hart_get(hart, W_PRIV);

    if (priv < PRIV_M && !(hart_get(hart, W_MCOUNTEREN) & bit))
        return false;
    return priv != PRIV_U || (hart_get(hart, W_SCOUNTEREN) & bit);
}

static bool allowed(const struct hart *hart, unsigned csr, bool writes)
{
    uint64_t priv = hart_get(hart, W_PRIV);

    if (priv < (csr >> 8 & 3) || (writes && csr >> 10 == 3))
        return false;
    switch (csr) {
    case CSR_CYCLE:
    case CSR_TIME:
    case CSR_INSTRET:
        return counter_enabled(hart, UINT64_C(1) << (csr & 31));
    case CSR_STIMECMP:
        return priv == PRIV_M || (hart->sstc->enabled && counter_enabled(hart, COUNTEREN_TM));
    }
    return true;
}

/* The bits of mip that sip shows (4.1.3), and those of each that software may write. */
static uint32_t sip_mask(const struct hart *hart)
{
    return (uint32_t)hart_get(hart, W_MIDELEG) & (MIP_SSIP | MIP_STIP | MIP_SEIP);
}

static uint32_t pending_writable(const struct hart *hart, unsigned csr)
{
    if (csr == CSR_SIP)
        return sip_mask(hart) & MIP_SSIP;
    return hart->sstc->enabled ? MIP_SSIP | MIP_SEIP : MIP_SSIP | MIP_STIP | MIP_SEIP;
}

static uint64_t read_csr(const struct hart *hart, unsigned csr)
{
    switch (csr) {
    case CSR_CYCLE:
    case CSR_MCYCLE:
        return hart->clock + hart->cycle_skew;
    case CSR_INSTRET:
    case CSR_MINSTRET:
        return hart_instructions(hart) + hart->instret_skew;
    case CSR_TIME:
        return clint_mtime(hart->sstc->clint);
    case CSR_STIMECMP:
        return hart->sstc->stimecmp;
    case CSR_MENVCFG:
        return hart->sstc->enabled ? MENVCFG_STCE : 0;
    case CSR_MIP:
        return hart_mip(hart);
    case CSR_SIP:
        return hart_mip(hart) & sip_mask(hart);
    }
    return 0;
}

static void write_csr(struct hart *hart, unsigned csr, uint64_t value)
{
    uint32_t mask;

    switch (csr) {
    case CSR_MCYCLE:
        hart->cycle_skew = value - hart->clock;
        break;
    case CSR_MINSTRET:
        hart->instret_skew = value - hart_instructions(hart);
        break;
    case CSR_STIMECMP:
        sstc_set(hart->sstc, value, hart->sstc->enabled);
        break;
    case CSR_MENVCFG:
        sstc_set(hart->sstc, hart->sstc->stimecmp, value & MENVCFG_STCE);
        break;
    case CSR_MIP:
    case CSR_SIP:
        mask = pending_writable(hart, csr);
        hart->software = (hart->software & ~mask) | ((uint32_t)value & mask);
        break;
    }
}

/* What csrrs and csrrc change: the wire of SEIP is not part of it (3.1.9). */
static uint64_t old_for_update(const struct hart *hart, unsigned csr)
{
    return csr == CSR_MIP || csr == CSR_SIP ? hart->software : read_csr(hart, csr);
}

bool csr_execute(struct hart *hart, uint32_t insn)
{
    unsigned csr = csr_number(insn), funct = insn >> 12 & 7;
    unsigned rd = insn >> 7 & 31, source = insn >> 15 & 31;
    bool swap = (funct & 3) == 1, set = (funct & 3) == 2;
    bool writes = swap || source != 0;

    if (!allowed(hart, csr, writes))
        return false;
    uint64_t operand = funct & 4 ? source : hart_reg(hart, source);
    uint64_t old = old_for_update(hart, csr);
    hart_set_reg(hart, rd, read_csr(hart, csr));
    if (writes)
        write_csr(hart, csr, swap ? operand : set ? old | operand : old & ~operand);
    return true;
}
