/*
 * Delegation: which handler gets a trap, from each level, by medeleg and mideleg.
 * Privileged specification, 3.1.8.
 */
#include "tests/conformance/guest.h"

SNIPPET(call, "li a0, 7");
SNIPPET(breakpoint, "ebreak");
SNIPPET(illegal, "nop\n.word 0");
SNIPPET(load, "ld a0, 0(a0)");
SNIPPET(store, "sd a0, 0(a0)");
SNIPPET(jump, "jr a0");
SNIPPET(spin, "j .");

/* The exceptions in `delegated` are; the snippet runs in U, S and M. */
struct split {
    uint64_t delegated;
    const char *snippet;
    uint64_t operand;
};

static void split_run(const void *row)
{
    static const unsigned levels[] = {LEVEL_U, LEVEL_S, LEVEL_M};
    const struct split *s = row;

    csr_write(medeleg, s->delegated);
    for (int i = 0; i < 3; i++) {
        struct trap t = run(levels[i], s->snippet, s->operand, 0);
        show(&t);
        show_status(&t);
    }
}

#define ALL_BUT_ECALL_S (0xffff & ~(BIT(ECALL_S) | BIT(ECALL_M) | BIT(10) | BIT(14)))

ROW(split, nothing_delegated, 0, illegal, 0);
ROW(split, ecall_from_u_delegated, BIT(ECALL_U), call, 0);
ROW(split, illegal_delegated, BIT(ILLEGAL), illegal, 0);
ROW(split, illegal_delegated_call_not, BIT(ILLEGAL), call, 0);
ROW(split, breakpoint_delegated, BIT(BREAKPOINT), breakpoint, 0);
ROW(split, load_access_delegated, BIT(LOAD_ACCESS), load, NOWHERE);
ROW(split, store_access_delegated, BIT(STORE_ACCESS), store, NOWHERE);
ROW(split, fetch_access_delegated, BIT(FETCH_ACCESS), jump, NOWHERE);
ROW(split, load_delegated_store_not, BIT(LOAD_ACCESS), store, NOWHERE);
ROW(split, all_delegated_load, ALL_BUT_ECALL_S, load, NOWHERE);
ROW(split, all_delegated_call, ALL_BUT_ECALL_S, call, 0);

/* The relay to M-mode cannot be an ecall here: it is an illegal instruction. */
CASE(ecall_from_s_delegated)
{
    csr_write(medeleg, BIT(ECALL_S));
    supervisor_trap.relay = 1;
    struct trap t = run(LEVEL_S, call, 0, 0);
    show_all(&t);
    t = run(LEVEL_U, call, 0, 0);
    show_all(&t);
}

/* A fault in S-mode's own handler, which is not delegated, goes to M-mode. */
SNIPPET(bad_handler, "nop\nld a0, 0(a1)");
CASE(fault_in_the_handler)
{
    csr_write(medeleg, BIT(ECALL_U));
    csr_write(stvec, address(bad_handler));
    struct trap t = run(LEVEL_U, call, 0, NOWHERE);
    show_all(&t);
    fact("in the handler", t.epc - address(bad_handler));
    fact("scause", csr_read(scause));
    fact("sepc", csr_read(sepc) - address(call));
}

/* What the trap does to sstatus, with SIE set and clear before. */
CASE(delegated_trap_stacks_sie)
{
    csr_write(medeleg, BIT(ECALL_U) | BIT(ILLEGAL));
    csr_set(mstatus, STATUS_SIE);
    struct trap t = run(LEVEL_S, illegal, 0, 0);
    show_all(&t);
    csr_clear(mstatus, STATUS_SIE);
    t = run(LEVEL_S, illegal, 0, 0);
    show_all(&t);
    csr_set(mstatus, STATUS_SIE);
    t = run(LEVEL_U, call, 0, 0);
    show_all(&t);
}

/* A delegated trap leaves M-mode's CSRs alone. */
CASE(delegated_trap_keeps_machine_csrs)
{
    csr_write(medeleg, BIT(ECALL_U));
    csr_write(mtval, 0x1234);
    struct trap t = run(LEVEL_U, call, 0, 0);
    show(&t);
    fact("mcause of the relay", machine_trap.cause);
    fact("MPIE, MIE of the relay", machine_trap.status & (STATUS_MPIE | STATUS_MIE));
}

/* S-mode's three interrupts, pending by mip, delegated or not, seen from each level. */
struct line {
    unsigned number, level;
    uint64_t delegated, status;
};

static void line_run(const void *row)
{
    const struct line *l = row;

    csr_write(mideleg, l->delegated);
    csr_write(mie, BIT(l->number));
    csr_set(mip, BIT(l->number));
    csr_set(mstatus, l->status);
    struct trap t = run(l->level, l->level == LEVEL_U ? spin : call, 0, 0);
    show(&t);
    show_status(&t);
    fact("mip", csr_read(mip) & BIT(l->number));
}

ROW(line, soft_s_from_u, SOFT_S, LEVEL_U, 0, 0);
ROW(line, soft_s_from_u_delegated, SOFT_S, LEVEL_U, BIT(SOFT_S), 0);
ROW(line, soft_s_from_s, SOFT_S, LEVEL_S, 0, 0);
ROW(line, soft_s_from_s_delegated_masked, SOFT_S, LEVEL_S, BIT(SOFT_S), 0);
ROW(line, soft_s_from_s_delegated, SOFT_S, LEVEL_S, BIT(SOFT_S), STATUS_SIE);
ROW(line, soft_s_from_m_masked, SOFT_S, LEVEL_M, 0, 0);
ROW(line, soft_s_from_m, SOFT_S, LEVEL_M, 0, STATUS_MPIE);
ROW(line, soft_s_from_m_delegated, SOFT_S, LEVEL_M, BIT(SOFT_S), STATUS_MPIE | STATUS_SIE);
ROW(line, timer_s_from_u, TIMER_S, LEVEL_U, 0, 0);
ROW(line, timer_s_from_u_delegated, TIMER_S, LEVEL_U, BIT(TIMER_S), 0);
ROW(line, timer_s_from_s_delegated, TIMER_S, LEVEL_S, BIT(TIMER_S), STATUS_SIE);
ROW(line, timer_s_other_delegated, TIMER_S, LEVEL_S, BIT(SOFT_S), STATUS_SIE);
ROW(line, external_s_from_u_delegated, EXTERNAL_S, LEVEL_U, BIT(EXTERNAL_S), 0);
ROW(line, external_s_from_s_delegated, EXTERNAL_S, LEVEL_S, BIT(EXTERNAL_S), STATUS_SIE);
ROW(line, external_s_from_s, EXTERNAL_S, LEVEL_S, 0, STATUS_SIE);
ROW(line, external_s_from_m_delegated, EXTERNAL_S, LEVEL_M, BIT(EXTERNAL_S), STATUS_MPIE);

/*
 * Software before timer, and M-mode's before S-mode's. External interrupts are not compared: QEMU
 * without AIA takes the lowest number first, where the specification puts them before the others.
 */
CASE(priority)
{
    uint64_t both = BIT(SOFT_S) | BIT(TIMER_S);

    csr_write(mie, both | BIT(SOFT_M));
    csr_set(mip, both);
    csr_write(mideleg, both);
    struct trap t = run(LEVEL_U, spin, 0, 0);
    show(&t);
    csr_write(mideleg, BIT(SOFT_S));
    t = run(LEVEL_U, spin, 0, 0);
    show(&t);
    csr_write(mideleg, both);
    write32(MSIP, 1);
    t = run(LEVEL_U, spin, 0, 0);
    show(&t);
}

/* sip and sie show the delegated bits alone. */
CASE(sip_sie_are_masked)
{
    uint64_t all = BIT(SOFT_S) | BIT(TIMER_S) | BIT(EXTERNAL_S);

    csr_set(mip, all);
    csr_write(mie, all | BIT(TIMER_M));
    fact("sip, nothing delegated", csr_read(sip));
    fact("sie, nothing delegated", csr_read(sie));
    csr_write(mideleg, BIT(SOFT_S) | BIT(TIMER_S));
    fact("sip, two delegated", csr_read(sip));
    fact("sie, two delegated", csr_read(sie));
    csr_write(sip, 0);
    fact("mip after sip = 0", csr_read(mip) & all);
    csr_write(sie, 0);
    fact("mie after sie = 0", csr_read(mie));
    csr_write(sie, 0xaaa);
    fact("mie after sie = 0xaaa", csr_read(mie));
}
