/*
 * The CSRs that the board executes itself, because the engine lacks them, gets them wrong, or would
 * read the host's clock:
 *
 *   0xc00 cycle     0xb00 mcycle      instruction times, waiting in wfi included
 *   0xc02 instret   0xb02 minstret    instructions executed
 *   0xc01 time                        mtime of the CLINT
 *   0x14d stimecmp  0x30a menvcfg     the supervisor's timer (Sstc)
 *   0x344 mip       0x144 sip         pending interrupts: with a bit of its own set, the engine
 *                                     would take interrupts by itself, and not at a boundary
 *   0x104 sie                         the engine lets it change interrupts that are not delegated
 *   0x300 mstatus                     some versions have TW and TSR at the wrong place
 *   0x3a2 pmpcfg2   0x3b8 pmpaddr8 .. the engine does not check entries 8 to 15: like the chip that
 *                   0x3bf pmpaddr15   the hart is modelled after, this one has 8 of them
 *   0x3a1 pmpcfg1   0x3a3 pmpcfg3     do not exist on RV64
 *
 * Unprivileged specification, chapter "Zicsr"; privileged specification, chapters 2 to 4.
 */
#include "emu/board/hart.h"

#define MENVCFG_STCE (UINT64_C(1) << 63)

#define MSTATUS_TW  (UINT64_C(1) << 21)
#define MSTATUS_TSR (UINT64_C(1) << 22)
#define MOVED_TW    (UINT64_C(1) << 29)
#define MOVED_TSR   (UINT64_C(1) << 30)

#define OPCODE_SYSTEM 0x73u
#define FUNCT_PRIV    0u
#define FUNCT_HYPER   4u

struct csr {
    uint16_t first, last; /* numbers */
    uint64_t (*read)(struct hart *hart);
    void (*write)(struct hart *hart, uint64_t value);
    /* What csrrs and csrrc change, if that is not what they read. May be NULL. */
    uint64_t (*old)(struct hart *hart);
    /* Beside what the number says about levels. NULL: allowed. */
    bool (*allowed)(const struct hart *hart, unsigned number);
};

/* ---- counters ------------------------------------------------------------------------------- */

/* A counter's bit in mcounteren and scounteren is its number's low five bits (3.1.11). */
static bool counter_allowed(const struct hart *hart, unsigned number)
{
    uint64_t priv = hart_get(hart, W_PRIV), bit = UINT64_C(1) << (number & 31);

    if (priv < PRIV_M && !(hart_get(hart, W_MCOUNTEREN) & bit))
        return false;
    return priv != PRIV_U || (hart_get(hart, W_SCOUNTEREN) & bit);
}

static uint64_t cycle_read(struct hart *hart)
{
    return hart->clock + hart->cycle_skew;
}

static void cycle_write(struct hart *hart, uint64_t value)
{
    hart->cycle_skew = value - hart->clock;
}

static uint64_t instret_read(struct hart *hart)
{
    return hart_instructions(hart) + hart->instret_skew;
}

static void instret_write(struct hart *hart, uint64_t value)
{
    hart->instret_skew = value - hart_instructions(hart);
}

static uint64_t time_read(struct hart *hart)
{
    return clint_mtime(hart->sstc->clint);
}

/* ---- Sstc ----------------------------------------------------------------------------------- */

static bool stimecmp_allowed(const struct hart *hart, unsigned number)
{
    const unsigned time_bit = 1;

    (void)number;
    return hart_get(hart, W_PRIV) == PRIV_M ||
           (hart->sstc->enabled && counter_allowed(hart, time_bit));
}

static uint64_t stimecmp_read(struct hart *hart)
{
    return hart->sstc->stimecmp;
}

static void stimecmp_write(struct hart *hart, uint64_t value)
{
    sstc_set(hart->sstc, value, hart->sstc->enabled);
}

static uint64_t menvcfg_read(struct hart *hart)
{
    return hart->sstc->enabled ? MENVCFG_STCE : 0;
}

static void menvcfg_write(struct hart *hart, uint64_t value)
{
    if (value & MENVCFG_STCE)
        hart->software &= ~MIP_STIP; /* it belongs to the timer now */
    sstc_set(hart->sstc, hart->sstc->stimecmp, value & MENVCFG_STCE);
}

/* ---- interrupts ----------------------------------------------------------------------------- */

/* The interrupts that the supervisor sees are those delegated to it (4.1.3). */
static uint64_t delegated(const struct hart *hart)
{
    return hart_get(hart, W_MIDELEG) & (MIP_SSIP | MIP_STIP | MIP_SEIP);
}

static uint64_t mip_read(struct hart *hart)
{
    return hart_mip(hart);
}

static uint64_t sip_read(struct hart *hart)
{
    return hart_mip(hart) & delegated(hart);
}

/* The wire of an interrupt is no part of what csrrs and csrrc write back (3.1.9). */
static uint64_t mip_old(struct hart *hart)
{
    return hart->software;
}

static void set_software(struct hart *hart, uint64_t mask, uint64_t value)
{
    hart->software = (uint32_t)((hart->software & ~mask) | (value & mask));
}

static void mip_write(struct hart *hart, uint64_t value)
{
    uint64_t timer = hart->sstc->enabled ? 0 : MIP_STIP;

    set_software(hart, MIP_SSIP | MIP_SEIP | timer, value);
}

static void sip_write(struct hart *hart, uint64_t value)
{
    set_software(hart, delegated(hart) & MIP_SSIP, value);
}

static uint64_t sie_read(struct hart *hart)
{
    return hart_get(hart, W_MIE) & delegated(hart);
}

static void sie_write(struct hart *hart, uint64_t value)
{
    uint64_t mask = delegated(hart);

    hart_set(hart, W_MIE, (hart_get(hart, W_MIE) & ~mask) | (value & mask));
    hart_store(hart);
}

/* ---- mstatus -------------------------------------------------------------------------------- */

static uint64_t mstatus_read(struct hart *hart)
{
    uint64_t held = 0;

    uc_reg_read(hart->uc, UC_RISCV_REG_MSTATUS, &held);
    if (!hart->moved_bits)
        return held;
    uint64_t tw = held & MOVED_TW ? MSTATUS_TW : 0, tsr = held & MOVED_TSR ? MSTATUS_TSR : 0;
    return (held & ~(MOVED_TW | MOVED_TSR)) | tw | tsr;
}

static void mstatus_write(struct hart *hart, uint64_t value)
{
    if (hart->moved_bits) {
        uint64_t tw = value & MSTATUS_TW ? MOVED_TW : 0, tsr = value & MSTATUS_TSR ? MOVED_TSR : 0;
        value = (value & ~(MOVED_TW | MOVED_TSR)) | tw | tsr;
    }
    uc_reg_write(hart->uc, UC_RISCV_REG_MSTATUS, &value);
}

bool csr_find_moved_bits(uc_engine *uc)
{
    uint64_t before = 0, set, after = 0;

    uc_reg_read(uc, UC_RISCV_REG_MSTATUS, &before);
    set = before | MSTATUS_TW | MSTATUS_TSR;
    uc_reg_write(uc, UC_RISCV_REG_MSTATUS, &set);
    uc_reg_read(uc, UC_RISCV_REG_MSTATUS, &after);
    uc_reg_write(uc, UC_RISCV_REG_MSTATUS, &before);
    return (after & (MSTATUS_TW | MSTATUS_TSR)) == 0;
}

/* ---- PMP ------------------------------------------------------------------------------------ */

static bool never(const struct hart *hart, unsigned number)
{
    (void)hart, (void)number;
    return false;
}

static uint64_t zero_read(struct hart *hart)
{
    (void)hart;
    return 0;
}

static void ignore_write(struct hart *hart, uint64_t value)
{
    (void)hart, (void)value;
}

/* ---- all of them ---------------------------------------------------------------------------- */

static const struct csr table[] = {
    {0x104, 0x104, sie_read, sie_write, NULL, NULL},
    {0x144, 0x144, sip_read, sip_write, mip_old, NULL},
    {0x14d, 0x14d, stimecmp_read, stimecmp_write, NULL, stimecmp_allowed},
    {0x300, 0x300, mstatus_read, mstatus_write, NULL, NULL},
    {0x30a, 0x30a, menvcfg_read, menvcfg_write, NULL, NULL},
    {0x344, 0x344, mip_read, mip_write, mip_old, NULL},
    {0x3a1, 0x3a1, zero_read, ignore_write, NULL, never},
    {0x3a2, 0x3a2, zero_read, ignore_write, NULL, NULL},
    {0x3a3, 0x3a3, zero_read, ignore_write, NULL, never},
    {0x3b8, 0x3bf, zero_read, ignore_write, NULL, NULL},
    {0xb00, 0xb00, cycle_read, cycle_write, NULL, NULL},
    {0xb02, 0xb02, instret_read, instret_write, NULL, NULL},
    {0xc00, 0xc00, cycle_read, NULL, NULL, counter_allowed},
    {0xc01, 0xc01, time_read, NULL, NULL, counter_allowed},
    {0xc02, 0xc02, instret_read, NULL, NULL, counter_allowed},
};

static unsigned csr_number(uint32_t insn)
{
    return insn >> 20;
}

static const struct csr *find(uint32_t insn)
{
    unsigned funct = insn >> 12 & 7, number = csr_number(insn);

    if ((insn & 0x7f) != OPCODE_SYSTEM || funct == FUNCT_PRIV || funct == FUNCT_HYPER)
        return NULL;
    for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (number >= table[i].first && number <= table[i].last)
            return &table[i];
    }
    return NULL;
}

bool csr_is_ours(uint32_t insn)
{
    return find(insn) != NULL;
}

/* Bits 9 and 8 of the number are the lowest level that may access it, 11 means read-only (2.1). */
static bool allowed(const struct hart *hart, const struct csr *csr, unsigned number, bool writes)
{
    if (hart_get(hart, W_PRIV) < (number >> 8 & 3) || (writes && number >> 10 == 3))
        return false;
    return csr->allowed == NULL || csr->allowed(hart, number);
}

bool csr_execute(struct hart *hart, uint32_t insn)
{
    const struct csr *csr = find(insn);
    unsigned funct = insn >> 12 & 7, rd = insn >> 7 & 31, source = insn >> 15 & 31;
    bool swap = (funct & 3) == 1, set = (funct & 3) == 2;
    bool writes = swap || source != 0;

    if (csr == NULL || !allowed(hart, csr, csr_number(insn), writes))
        return false;
    uint64_t operand = funct & 4 ? source : hart_reg(hart, source);
    uint64_t old = csr->old != NULL ? csr->old(hart) : csr->read(hart);
    hart_set_reg(hart, rd, csr->read(hart));
    if (writes) {
        hart_load(hart);
        csr->write(hart, swap ? operand : set ? old | operand : old & ~operand);
    }
    return true;
}
