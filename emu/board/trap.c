/*
 * Trap entry and the choice of the interrupt to take, on the loaded state.
 * Privileged specification, sections 3.1.6 to 3.1.9 and 4.1.1 to 4.1.3.
 *
 *   1  choose the level: machine, unless the cause is delegated and the hart was below machine mode
 *   2  xepc, xcause, xtval
 *   3  xPIE = xIE, xIE = 0, xPP = the level that was left
 *   4  the level; pc = xtvec, or an entry of the table for an interrupt in vectored mode
 */
#include "emu/board/hart.h"

#define MSTATUS_SIE  (UINT64_C(1) << 1)
#define MSTATUS_MIE  (UINT64_C(1) << 3)
#define MSTATUS_SPIE (UINT64_C(1) << 5)
#define MSTATUS_MPIE (UINT64_C(1) << 7)
#define MSTATUS_SPP  (UINT64_C(1) << 8)
#define MSTATUS_MPP  (UINT64_C(3) << 11)
#define MSTATUS_MPRV (UINT64_C(1) << 17)

#define SPP_SHIFT 8
#define MPP_SHIFT 11

static uint64_t vector(uint64_t tvec, uint64_t cause)
{
    uint64_t base = tvec & ~UINT64_C(3);
    bool vectored = (tvec & 3) == 1 && (cause & CAUSE_INTERRUPT);

    return vectored ? base + 4 * (cause & ~CAUSE_INTERRUPT) : base;
}

static bool delegated(const struct hart *hart, uint64_t cause)
{
    uint64_t number = cause & 63;
    uint64_t mask = hart_get(hart, cause & CAUSE_INTERRUPT ? W_MIDELEG : W_MEDELEG);

    return hart_get(hart, W_PRIV) != PRIV_M && (mask >> number & 1);
}

static void enter_supervisor(struct hart *hart, uint64_t cause, uint64_t pc, uint64_t tval)
{
    uint64_t status = hart_get(hart, W_MSTATUS);
    uint64_t pie = status & MSTATUS_SIE ? MSTATUS_SPIE : 0;
    uint64_t pp = hart_get(hart, W_PRIV) << SPP_SHIFT;

    hart_set(hart, W_SEPC, pc);
    hart_set(hart, W_SCAUSE, cause);
    hart_set(hart, W_STVAL, tval);
    hart_set(hart, W_MSTATUS, (status & ~(MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP)) | pie | pp);
    hart_set(hart, W_PRIV, PRIV_S);
    hart_set(hart, W_PC, vector(hart_get(hart, W_STVEC), cause));
}

static void enter_machine(struct hart *hart, uint64_t cause, uint64_t pc, uint64_t tval)
{
    uint64_t status = hart_get(hart, W_MSTATUS);
    uint64_t pie = status & MSTATUS_MIE ? MSTATUS_MPIE : 0;
    uint64_t pp = hart_get(hart, W_PRIV) << MPP_SHIFT;

    hart_set(hart, W_MEPC, pc);
    hart_set(hart, W_MCAUSE, cause);
    hart_set(hart, W_MTVAL, tval);
    hart_set(hart, W_MSTATUS, (status & ~(MSTATUS_MIE | MSTATUS_MPIE | MSTATUS_MPP)) | pie | pp);
    hart_set(hart, W_PRIV, PRIV_M);
    hart_set(hart, W_PC, vector(hart_get(hart, W_MTVEC), cause));
    /* MPRV makes loads translate as at level MPP, which has just changed. */
    if (status & MSTATUS_MPRV)
        hart->stale_tlb = true;
}

void trap_enter(struct hart *hart, uint64_t cause, uint64_t pc, uint64_t tval)
{
    if (hart->crossing != NULL && hart_get(hart, W_PRIV) == PRIV_U &&
        !crossing_trap(hart, cause, pc, tval))
        return;
    hart->traps++;
    hart->effort += EFFORT_TRAP;
    if (delegated(hart, cause))
        enter_supervisor(hart, cause, pc, tval);
    else
        enter_machine(hart, cause, pc, tval);
}

/* Machine before supervisor; at each level external, software, timer (3.1.9). */
static int highest(uint64_t pending)
{
    static const int order[] = {11, 3, 7, 9, 1, 5};

    for (unsigned i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (pending >> order[i] & 1)
            return order[i];
    }
    return -1;
}

/* The number of the interrupt that the loaded state must take now, or -1. */
static int interrupt_due(const struct hart *hart)
{
    uint64_t pending = hart_mip(hart) & hart_get(hart, W_MIE);
    uint64_t status = hart_get(hart, W_MSTATUS), delegable = hart_get(hart, W_MIDELEG);
    uint64_t priv = hart_get(hart, W_PRIV);
    bool machine = priv < PRIV_M || (status & MSTATUS_MIE);
    bool supervisor = priv < PRIV_S || (priv == PRIV_S && (status & MSTATUS_SIE));
    int number = machine ? highest(pending & ~delegable) : -1;

    if (number < 0 && supervisor)
        number = highest(pending & delegable);
    return number;
}

bool trap_interrupt_due(const struct hart *hart)
{
    return interrupt_due(hart) >= 0;
}

bool hart_take_interrupt(struct hart *hart)
{
    if (hart_mip(hart) == 0)
        return false;
    hart_load(hart);
    int number = interrupt_due(hart);
    if (number < 0)
        return false;
    trap_enter(hart, CAUSE_INTERRUPT | (unsigned)number, hart_get(hart, W_PC), 0);
    hart_store(hart);
    return true;
}

bool hart_wakes(struct hart *hart)
{
    hart_load(hart);
    return (hart_mip(hart) & hart_get(hart, W_MIE)) != 0;
}
