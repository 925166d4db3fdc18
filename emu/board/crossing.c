/*
 * Crossings: an observer at the border between user mode and the rest.
 *
 * Into the kernel leads only a trap, and trap.c is the one place where a trap is taken. Back leads
 * only sret, with SPP = 0, or mret, with MPP = 0. These are hooked wherever they stand (code.c), so
 * a kernel cannot return unseen; the hook looks at what the instruction is going to do.
 *
 * At a trap the state is loaded, and will be stored: changes go into it. At a return it must not be
 * stored, for in the hook of an instruction the engine's own pc is not exact; changes go
 * through the register interface, where xepc is within reach of whoever may execute xret.
 */
#include "emu/board/board.h"
#include "emu/board/hart.h"

#define INSN_SRET 0x10200073u
#define INSN_MRET 0x30200073u

#define MSTATUS_SPP  (UINT64_C(1) << 8)
#define MSTATUS_MPP  (UINT64_C(3) << 11)
#define MSTATUS_TSR  (UINT64_C(1) << 22)
#define MOVED_TSR    (UINT64_C(1) << 30) /* csr.c */
#define SYSTEM_BYTES 4u                  /* of an ecall, sret or mret */

bool crossing_is_return(uint32_t insn)
{
    return insn == INSN_SRET || insn == INSN_MRET;
}

void hart_watch_crossings(struct hart *hart, hart_crossing_fn fn, void *arg)
{
    if ((fn == NULL) != (hart->crossing == NULL))
        watch_drop_specials(hart); /* so that all code is looked at again */
    hart->crossing = fn;
    hart->crossing_arg = arg;
    hart->returned = false;
}

static void read_registers(const struct hart *hart, uint64_t x[32])
{
    x[0] = 0;
    for (unsigned n = 1; n < 32; n++)
        memcpy(&x[n], (const char *)hart->context + hart->layout.offset[W_X + n], sizeof x[n]);
}

bool crossing_trap(struct hart *hart, uint64_t cause, uint64_t pc, uint64_t value)
{
    struct board_crossing c = {.entering = true,
                               .time = hart->clock,
                               .cause = cause,
                               .value = value,
                               .pc = pc,
                               .satp = hart_get(hart, W_SATP)};

    read_registers(hart, c.x);
    hart->watch_pc = pc;
    hart->trapping = true;
    hart->crossing(hart->crossing_arg, &c);
    hart->trapping = false;
    bool skip = c.skip && cause == CAUSE_ECALL;
    for (unsigned n = 1; n < 32 && (c.changed || skip); n++)
        hart_set(hart, (enum state_word)(W_X + n), c.x[n]);
    if (skip)
        hart_set(hart, W_PC, pc + SYSTEM_BYTES);
    return !skip;
}

/* Will this instruction, which may as well be illegal here, lead to user mode? */
static bool leads_to_user(const struct hart *hart, uint32_t insn)
{
    uint64_t status = hart_get(hart, W_MSTATUS), priv = hart_get(hart, W_PRIV);
    uint64_t tsr = hart->moved_bits ? MOVED_TSR : MSTATUS_TSR;

    if (insn == INSN_MRET)
        return priv == PRIV_M && (status & MSTATUS_MPP) == 0;
    return (priv == PRIV_M || (priv == PRIV_S && !(status & tsr))) && !(status & MSTATUS_SPP);
}

static void change_return(struct hart *hart, uint32_t insn, const struct board_crossing *c)
{
    int xepc = insn == INSN_MRET ? UC_RISCV_REG_MEPC : UC_RISCV_REG_SEPC;

    for (unsigned n = 1; n < 32; n++)
        hart_set_reg(hart, n, c->x[n]);
    uc_reg_write(hart->uc, xepc, &c->pc);
}

void crossing_return(struct hart *hart, uint64_t pc, uint32_t insn)
{
    if (hart->returned || !leads_to_user(hart, insn)) {
        hart->returned = false;
        return;
    }
    hart->ahead = run_insns_before(hart, pc) + 1;
    struct board_crossing c = {.time = hart->clock + hart->ahead,
                               .pc = hart_get(hart, insn == INSN_MRET ? W_MEPC : W_SEPC),
                               .satp = hart_get(hart, W_SATP)};
    read_registers(hart, c.x);
    hart->watching = true;
    hart->crossing(hart->crossing_arg, &c);
    hart->watching = false;
    hart->ahead = 0;
    if (c.changed)
        change_return(hart, insn, &c);
    hart->returned = hart->stopping;
}
