/*
 * wfi: what wakes the hart, where it goes on, who may wait. Privileged specification, 3.3.3.
 */
#include "tests/conformance/guest.h"

SNIPPET(wait, "li a0, 1\nwfi\nli a0, 2");

#define SOON 2000 /* ticks: 0.2 ms */

/* Waits for M's timer. If that strikes before the wfi, on a busy host, it gets more time. */
static struct trap wait_for_timer(unsigned level)
{
    struct trap t;

    for (uint64_t ticks = SOON;; ticks *= 2) {
        write64(MTIMECMP, read64(MTIME) + ticks);
        t = run(level, wait, 0, 0);
        if (t.epc - address(wait) > 4)
            return t;
    }
}

/* Waits at a level for M's timer, enabled in mie. */
struct waiter {
    unsigned level;
    uint64_t status;
};

static void waiter_run(const void *row)
{
    const struct waiter *w = row;

    csr_write(mie, BIT(TIMER_M));
    csr_set(mstatus, w->status);
    struct trap t = wait_for_timer(w->level);
    show_all(&t);
    fact("it was time", read64(MTIME) >= read64(MTIMECMP));
}

/* Masked by MIE, the interrupt wakes the hart, and is not taken. */
ROW(waiter, in_m, LEVEL_M, STATUS_MPIE);
ROW(waiter, in_m_masked, LEVEL_M, 0);
ROW(waiter, in_s, LEVEL_S, 0);

/* Where S-mode or U-mode may not wait. */
struct refused {
    unsigned level;
    uint64_t status;
};

static void refused_run(const void *row)
{
    const struct refused *r = row;

    csr_write(mie, BIT(SOFT_S));
    csr_set(mip, BIT(SOFT_S));
    csr_write(mideleg, BIT(SOFT_S));
    csr_set(mstatus, r->status);
    csr_write(mie, r->level == LEVEL_U ? 0 : BIT(SOFT_S));
    struct trap t = run(r->level, wait, 0, 0);
    show_all(&t);
}

ROW(refused, in_u, LEVEL_U, 0);
ROW(refused, in_s_tw, LEVEL_S, STATUS_TW);
ROW(refused, in_m_tw, LEVEL_M, STATUS_TW);
ROW(refused, in_s_without_tw, LEVEL_S, 0);

/* Something is pending already: wfi is over at once. */
CASE(pending_before)
{
    csr_write(mie, BIT(SOFT_M));
    write32(MSIP, 1);
    struct trap t = run(LEVEL_M, wait, 0, 0);
    show_all(&t);
}

/* Pending, but not enabled in mie, does not count; the timer does. */
CASE(only_enabled_interrupts_wake)
{
    write32(MSIP, 1);
    csr_write(mie, BIT(TIMER_M));
    struct trap t = wait_for_timer(LEVEL_M);
    show_all(&t);
    fact("it was time", read64(MTIME) >= read64(MTIMECMP));
}

/* A delegated interrupt that S-mode has masked wakes it, too. */
CASE(delegated_and_masked)
{
    csr_write(mideleg, BIT(SOFT_S));
    csr_write(mie, BIT(SOFT_S));
    csr_set(mip, BIT(SOFT_S));
    struct trap t = run(LEVEL_S, wait, 0, 0);
    show_all(&t);
}

/* Delegated and enabled: S-mode's handler, with sepc behind the wfi. */
CASE(timer_wakes_supervisor)
{
    csr_write(mideleg, BIT(TIMER_S));
    csr_write(mie, BIT(TIMER_M) | BIT(TIMER_S));
    csr_set(mstatus, STATUS_SIE);
    struct trap t = wait_for_timer(LEVEL_S);
    show_all(&t);
    csr_clear(mie, BIT(TIMER_M));
    csr_set(mip, BIT(TIMER_S));
    t = resume(&t, 0);
    show_all(&t);
}

/* The PLIC wakes it: a byte in the UART's receiver. */
CASE(external_wakes)
{
    csr_write(mie, BIT(EXTERNAL_M));
    write32(PLIC + 4 * 10, 1);
    write32(PLIC + 0x2000, 1u << 10);
    write8(UART + 4, 0x10);
    write8(UART + 1, 1);
    write8(UART, 'x');
    struct trap t = run(LEVEL_M, wait, 0, 0);
    uint32_t source = read32(PLIC + 0x200004);
    read8(UART);
    write8(UART + 1, 0);
    write8(UART + 4, 0);
    write32(PLIC + 0x200004, source);
    show_all(&t);
    fact("claimed", source);
}

/* Waiting again and again, for one interrupt after the other. */
CASE(ten_waits)
{
    struct trap t;

    csr_write(mie, BIT(TIMER_M));
    for (int i = 0; i < 10; i++)
        t = wait_for_timer(LEVEL_S);
    show_all(&t);
}
