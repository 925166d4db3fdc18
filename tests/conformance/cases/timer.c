/*
 * The CLINT: timer and software interrupts of machine mode, and the supervisor's made from them.
 * No time is shown, only its order. CLINT: SiFive's, as on QEMU's `virt`; privileged
 * specification, 3.1.9 and 3.2.1.
 */
#include "tests/conformance/guest.h"

SNIPPET(spin, "1: j 1b");
SNIPPET(count, "1: addi a0, a0, 1\nj 1b");
SNIPPET(call, "nop");
SNIPPET(raise_msip, "li a1, 0x02000000\nli a0, 1\nsw a0, (a1)\n1: j 1b");

#define LATER 2000 /* ticks */

static void in(uint64_t ticks)
{
    write64(MTIMECMP, read64(MTIME) + ticks);
}

/* A machine interrupt, pending before or soon, met at a level. */
struct pending {
    unsigned number, level;
    uint64_t status;
};

static void pending_run(const void *row)
{
    const struct pending *p = row;

    csr_write(mie, BIT(p->number));
    csr_set(mstatus, p->status);
    if (p->number == TIMER_M)
        write64(MTIMECMP, 0);
    else
        write32(MSIP, 1);
    fact("mip", csr_read(mip));
    struct trap t = run(p->level, call, 0, 0);
    show_all(&t);
    write64(MTIMECMP, UINT64_MAX);
    write32(MSIP, 0);
    fact("mip", csr_read(mip));
}

ROW(pending, timer_from_m, TIMER_M, LEVEL_M, STATUS_MPIE);
ROW(pending, timer_from_m_masked, TIMER_M, LEVEL_M, 0);
ROW(pending, timer_from_s, TIMER_M, LEVEL_S, 0);
ROW(pending, timer_from_u, TIMER_M, LEVEL_U, STATUS_SIE);
ROW(pending, software_from_m, SOFT_M, LEVEL_M, STATUS_MPIE);
ROW(pending, software_from_m_masked, SOFT_M, LEVEL_M, 0);
ROW(pending, software_from_s, SOFT_M, LEVEL_S, 0);
ROW(pending, software_from_u, SOFT_M, LEVEL_U, 0);

/* Not enabled in mie: pending, and nothing else. */
CASE(not_enabled)
{
    csr_set(mstatus, STATUS_MPIE);
    write64(MTIMECMP, 0);
    write32(MSIP, 1);
    struct trap t = run(LEVEL_M, call, 0, 0);
    show(&t);
    fact("mip", csr_read(mip));
}

/* The timer strikes a loop, at each level. */
CASE(timer_strikes)
{
    static const unsigned levels[] = {LEVEL_U, LEVEL_S, LEVEL_M};

    csr_write(mie, BIT(TIMER_M));
    for (int i = 0; i < 3; i++) {
        csr_set(mstatus, STATUS_MPIE);
        in(LATER);
        struct trap t = run(levels[i], spin, 0, 0);
        show_all(&t);
        fact("it was time", read64(MTIME) >= read64(MTIMECMP));
    }
}

/* ... while the loop makes progress; given more time if a busy host took it all. */
CASE(timer_lets_work_be_done)
{
    struct trap t = {0};

    csr_write(mie, BIT(TIMER_M));
    for (uint64_t ticks = LATER; t.x[10] < 100; ticks *= 2) {
        in(ticks);
        t = run(LEVEL_U, count, 0, 0);
    }
    fact("cause", t.cause);
    fact("in the loop", t.epc - address(count) < 8);
}

/* Again and again, ten times. */
CASE(timer_strikes_repeatedly)
{
    csr_write(mie, BIT(TIMER_M));
    in(LATER / 10);
    struct trap t = run(LEVEL_S, spin, 0, 0);
    for (int i = 0; i < 9; i++) {
        in(LATER / 10);
        t = resume(&t, 0);
    }
    show_all(&t);
}

/* mtimecmp in the future takes the interrupt back. */
CASE(timer_is_level_triggered)
{
    write64(MTIMECMP, 0);
    fact("pending", csr_read(mip));
    csr_write(mip, 0);
    fact("not cleared by a write", csr_read(mip));
    write64(MTIMECMP, UINT64_MAX);
    fact("cleared by mtimecmp", csr_read(mip));
}

/* mtimecmp as two halves, in the order that avoids a false alarm. */
CASE(timer_in_halves)
{
    write32(MTIMECMP, UINT32_MAX);
    write32(MTIMECMP + 4, 0x1234);
    write32(MTIMECMP, 0x5678);
    fact("whole", read64(MTIMECMP));
    fact("low", read32(MTIMECMP));
    fact("high", read32(MTIMECMP + 4));
    fact("mip", csr_read(mip));
}

CASE(time_moves)
{
    uint64_t before = read64(MTIME);
    uint32_t low;

    while (read64(MTIME) == before)
        ;
    low = read32(MTIME);
    fact("forward", read64(MTIME) > before);
    fact("halves", read32(MTIME) >= low && read32(MTIME + 4) == read64(MTIME) >> 32);
    uint64_t csr = csr_read(time);
    fact("the CSR is in between", before < csr && csr <= read64(MTIME));
}

/* msip keeps one bit. */
CASE(msip_bits)
{
    write32(MSIP, 0xffffffff);
    fact("msip", read32(MSIP));
    fact("mip", csr_read(mip));
    write32(MSIP, 0xfffffffe);
    fact("msip", read32(MSIP));
    fact("mip", csr_read(mip));
}

/* S-mode raises M's software interrupt through the CLINT. */
CASE(software_by_a_store)
{
    csr_write(mie, BIT(SOFT_M));
    struct trap t = run(LEVEL_S, raise_msip, 0, 0);
    fact("cause", t.cause);
    fact("level", t.status & STATUS_MPP);
}

/* What firmware does: M's timer interrupt becomes S's. */
CASE(timer_passed_on)
{
    csr_write(mideleg, BIT(TIMER_S));
    csr_write(mie, BIT(TIMER_M) | BIT(TIMER_S));
    csr_set(mstatus, STATUS_SIE);
    in(LATER);
    struct trap t = run(LEVEL_S, spin, 0, 0);
    show_all(&t);
    csr_clear(mie, BIT(TIMER_M));
    csr_set(mip, BIT(TIMER_S));
    t = resume(&t, 0);
    show_all(&t);
    csr_clear(mip, BIT(TIMER_S));
    fact("mip", csr_read(mip));
}

/* M before S, even where S's is enabled and M is not the one that runs. */
CASE(machine_before_supervisor)
{
    csr_write(mideleg, BIT(SOFT_S));
    csr_write(mie, BIT(SOFT_S) | BIT(TIMER_M));
    csr_set(mip, BIT(SOFT_S));
    csr_set(mstatus, STATUS_SIE);
    write64(MTIMECMP, 0);
    struct trap t = run(LEVEL_S, call, 0, 0);
    show(&t);
    write64(MTIMECMP, UINT64_MAX);
    t = resume(&t, 0);
    show(&t);
}

/* Software before timer. */
CASE(software_before_timer)
{
    csr_write(mie, BIT(SOFT_M) | BIT(TIMER_M));
    write64(MTIMECMP, 0);
    write32(MSIP, 1);
    struct trap t = run(LEVEL_U, call, 0, 0);
    show(&t);
    write32(MSIP, 0);
    t = resume(&t, 0);
    show(&t);
}

/*
 * Vectored: cause n at base + 4 n. How many of the table's instructions are executed tells at which
 * it was entered. Behind them the harness's handler is put back, for the ecall.
 */
#define COUNTING(level)                                                                            \
    SNIPPET(counting_##level, ".balign 256\n"                                                      \
                              ".globl vectors_" #level "\nvectors_" #level ":\n"                   \
                              ".rept 16\naddi a2, a2, 1\n.endr\n"                                  \
                              "csrw " #level "tvec, a1\n"                                          \
                              "csrr a3, " #level "cause\n");                                       \
    extern const char vectors_##level[]

COUNTING(m);
COUNTING(s);

struct vector {
    unsigned number;
    uint64_t delegated;
};

static void vector_run(const void *row)
{
    const struct vector *v = row;

    csr_write(mideleg, v->delegated);
    csr_write(mie, BIT(v->number));
    csr_write(mtvec, address(v->delegated ? machine_entry : &vectors_m[1]));
    csr_write(stvec, address(&vectors_s[1]));
    if (v->number == TIMER_M)
        write64(MTIMECMP, 0);
    else if (v->number == SOFT_M)
        write32(MSIP, 1);
    else
        csr_set(mip, BIT(v->number));
    struct trap t = run(LEVEL_U, spin, 0, address(machine_entry));
    fact("entries behind it", t.x[12]);
    fact("cause", t.x[13]);
    fact("then", t.cause);
}

ROW(vector, vector_of_timer_m, TIMER_M);
ROW(vector, vector_of_software_m, SOFT_M);
ROW(vector, vector_of_timer_s, TIMER_S);
ROW(vector, vector_of_software_s, SOFT_S);
ROW(vector, vector_of_external_s, EXTERNAL_S);
ROW(vector, vector_of_timer_s_delegated, TIMER_S, BIT(TIMER_S));
ROW(vector, vector_of_software_s_delegated, SOFT_S, BIT(SOFT_S));
ROW(vector, vector_of_external_s_delegated, EXTERNAL_S, BIT(EXTERNAL_S));
