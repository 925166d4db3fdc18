/*
 * mret and sret: the stack of levels and interrupt enables, and who may use them.
 * Privileged specification, 3.1.6.1 and 3.3.2.
 */
#include "tests/conformance/guest.h"

/* a0: where to go, a1: bits to set before. The end of `landing` shows what has become of mstatus.
 */
SNIPPET(use_mret, "csrw mepc, a0\ncsrs mstatus, a1\nmret");
SNIPPET(use_sret, "csrw sepc, a0\ncsrs sstatus, a1\nsret");
SNIPPET(use_sret_from_m, "csrw sepc, a0\nli t0, 0x1800\ncsrc mstatus, t0\ncsrs mstatus, a1\nsret");
SNIPPET(landing, "li a0, 1");
SNIPPET(landing_s, "csrr a0, sstatus");

static const uint64_t shown = STATUS_SIE | STATUS_MIE | STATUS_SPIE | STATUS_MPIE | STATUS_SPP |
                              STATUS_MPP | STATUS_SUM | STATUS_MXR;

/* `before` is mstatus as the snippet at `level` begins; MPP is the harness's. */
struct xret {
    unsigned level;
    const char *snippet;
    uint64_t before, bits;
};

static void xret_run(const void *row)
{
    const struct xret *x = row;

    csr_set(mstatus, x->before);
    struct trap t = run(x->level, x->snippet, address(landing), x->bits);
    show(&t);
    fact("mstatus", t.status & shown);
}

/* After mret to M, MPP is the least level, and MPIE is set. */
ROW(xret, mret_to_m, LEVEL_M, use_mret, 0, STATUS_MPP);
ROW(xret, mret_to_m_enables, LEVEL_M, use_mret, 0, STATUS_MPP | STATUS_MPIE);
ROW(xret, mret_to_s, LEVEL_M, use_mret, 0, BIT(11));
ROW(xret, mret_to_s_keeps_s_bits, LEVEL_M, use_mret, STATUS_SIE | STATUS_SPP,
    BIT(11) | STATUS_MPIE);
ROW(xret, mret_to_u, LEVEL_M, use_mret, 0, 0);
ROW(xret, sret_to_s, LEVEL_S, use_sret, 0, STATUS_SPP);
ROW(xret, sret_to_s_enables, LEVEL_S, use_sret, 0, STATUS_SPP | STATUS_SPIE);
ROW(xret, sret_to_u, LEVEL_S, use_sret, 0, 0);
ROW(xret, sret_to_u_enables, LEVEL_S, use_sret, 0, STATUS_SPIE);
ROW(xret, sret_disables, LEVEL_S, use_sret, STATUS_SIE, STATUS_SPP);
ROW(xret, sret_in_m_to_s, LEVEL_M, use_sret_from_m, 0, STATUS_SPP);
ROW(xret, sret_in_m_to_u, LEVEL_M, use_sret_from_m, 0, STATUS_SPIE | STATUS_MPIE);
ROW(xret, sret_with_tsr, LEVEL_S, use_sret, STATUS_TSR, 0);
ROW(xret, sret_with_tsr_in_m, LEVEL_M, use_sret_from_m, STATUS_TSR, 0);
ROW(xret, mret_in_s_is_illegal, LEVEL_S, landing, 0, 0);

/* A trap from U, delegated, and back with what the handler found. */
SNIPPET(round_trip, "li a0, 1\nebreak\nli a0, 2");
CASE(trap_and_return)
{
    csr_write(medeleg, BIT(BREAKPOINT));
    csr_set(mstatus, STATUS_SIE | STATUS_MPIE);
    struct trap t = run(LEVEL_U, round_trip, 0, 0);
    show_all(&t);
    t = resume(&t, 4);
    show_all(&t);
    fact("machine's bits", machine_trap.status & (STATUS_MIE | STATUS_MPIE));
}

/* S's own handler: U traps, S handles it and returns by sret, all without M. */
SNIPPET(own_handler, "csrr a0, sepc\n"
                     "addi a0, a0, 4\n"
                     "csrw sepc, a0\n"
                     "csrr a1, sstatus\n"
                     "csrr a2, scause\n"
                     "sret");
CASE(supervisor_handles_by_itself)
{
    csr_write(medeleg, BIT(BREAKPOINT));
    csr_write(stvec, address(own_handler));
    csr_set(mstatus, STATUS_SIE);
    struct trap t = run(LEVEL_U, round_trip, 0, 0);
    show(&t);
    fact("sstatus in the handler", t.x[11] & shown);
    fact("scause in the handler", t.x[12]);
    fact("mstatus", t.status & shown);
}

/* The low bits of the exception pc: a hart with compressed instructions keeps bit 1. */
CASE(epc_bits)
{
    csr_write(mepc, 0x80001237);
    fact("mepc", csr_read(mepc));
    csr_write(sepc, UINT64_MAX);
    fact("sepc", csr_read(sepc));
}

/* An interrupt that xret enables is taken before the first instruction there. */
CASE(mret_lets_an_interrupt_in)
{
    csr_write(mie, BIT(SOFT_S));
    csr_set(mip, BIT(SOFT_S));
    struct trap t = run(LEVEL_M, use_mret, address(landing), STATUS_MPP | STATUS_MPIE);
    show(&t);
    fact("distance from the landing", t.epc - address(landing));
    fact("mstatus", t.status & shown);
}

CASE(sret_lets_an_interrupt_in)
{
    csr_write(mideleg, BIT(SOFT_S));
    csr_write(mie, BIT(SOFT_S));
    csr_set(mip, BIT(SOFT_S));
    struct trap t = run(LEVEL_S, use_sret, address(landing), STATUS_SPP | STATUS_SPIE);
    show(&t);
    fact("distance from the landing", t.epc - address(landing));
    t = run(LEVEL_S, use_sret, address(landing), 0);
    show(&t);
    fact("distance from the landing", t.epc - address(landing));
}

/* The same, by a CSR: the next instruction is not executed. */
SNIPPET(enable_by_csr, "li a0, 1\ncsrsi mstatus, 8\nli a0, 2\nli a0, 3");
SNIPPET(enable_by_mie, "li a0, 1\ncsrs mie, a1\nli a0, 2\nli a0, 3");
SNIPPET(enable_by_sip, "li a0, 1\ncsrs sip, a1\nli a0, 2\nli a0, 3");
SNIPPET(enable_by_sstatus, "li a0, 1\ncsrsi sstatus, 2\nli a0, 2\nli a0, 3");

CASE(csr_lets_an_interrupt_in)
{
    csr_write(mie, BIT(SOFT_S));
    csr_set(mip, BIT(SOFT_S));
    struct trap t = run(LEVEL_M, enable_by_csr, 0, 0);
    show_all(&t);
    csr_write(mie, 0);
    csr_set(mstatus, STATUS_MPIE);
    t = run(LEVEL_M, enable_by_mie, 0, BIT(SOFT_S));
    show_all(&t);
}

CASE(supervisor_csr_lets_an_interrupt_in)
{
    csr_write(mideleg, BIT(SOFT_S));
    csr_write(mie, BIT(SOFT_S));
    csr_set(mstatus, STATUS_SIE);
    struct trap t = run(LEVEL_S, enable_by_sip, 0, BIT(SOFT_S));
    show_all(&t);
    csr_clear(mstatus, STATUS_SIE);
    t = run(LEVEL_S, enable_by_sstatus, 0, 0);
    show_all(&t);
}

/* sstatus is a view of mstatus. */
CASE(sstatus_is_a_view)
{
    csr_set(mstatus, STATUS_MPIE | STATUS_SUM | STATUS_TW | STATUS_SPP);
    struct trap t = run(LEVEL_S, landing_s, 0, 0);
    fact("sstatus", t.x[10] & 0xfffff);
    csr_write(sstatus, 0);
    fact("mstatus after sstatus = 0",
         csr_read(mstatus) & (shown | STATUS_TW | STATUS_TVM | STATUS_TSR));
}
