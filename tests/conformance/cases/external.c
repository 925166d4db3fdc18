/*
 * The PLIC, with the UART as its source: priorities, thresholds, both contexts, claim and complete.
 * The UART in loop-back gives a level that the case decides. PLIC specification 1.0.0; 16550 data
 * sheet.
 */
#include "tests/conformance/guest.h"

#include <stdbool.h>

SNIPPET(spin, "1: j 1b");
SNIPPET(call, "nop");

#define UART_IRQ     10
#define PRIORITY(n)  (PLIC + 4 * (n))
#define PENDING      (PLIC + 0x1000)
#define ENABLE(c)    (PLIC + 0x2000 + 0x80 * (c))
#define THRESHOLD(c) (PLIC + 0x200000 + 0x1000 * (c))
#define CLAIM(c)     (THRESHOLD(c) + 4)
#define MACHINE      0
#define SUPERVISOR   1

#define DATA         (UART + 0)
#define IER          (UART + 1)
#define IIR          (UART + 2)
#define FCR          (UART + 2)
#define LCR          (UART + 3)
#define MCR          (UART + 4)
#define LSR          (UART + 5)
#define IER_RECEIVED 1
#define IER_EMPTY    2
#define MCR_LOOP     0x10

/* ---- a level on source 10 -------------------------------------------------------------------- */

/* The line goes up with a byte in the receiver, and down when it is read. No text meanwhile. */
static void raise_line(void)
{
    write8(MCR, MCR_LOOP);
    write8(IER, IER_RECEIVED);
    write8(DATA, 'x');
    while (!(read8(LSR) & 1))
        ;
}

static uint8_t lower_line(void)
{
    uint8_t byte = read8(DATA);

    write8(IER, 0);
    write8(MCR, 0);
    return byte;
}

static void enable(unsigned context, uint32_t priority)
{
    write32(PRIORITY(UART_IRQ), priority);
    write32(ENABLE(context), 1u << UART_IRQ);
}

static bool is_pending(void)
{
    return read32(PENDING) >> UART_IRQ & 1;
}

#define MEIP (csr_read(mip) >> EXTERNAL_M & 1)
#define SEIP (csr_read(mip) >> EXTERNAL_S & 1)

/* ---- one context ----------------------------------------------------------------------------- */

/* From the wire to the claim and back: bit 0 is what the hart sees, bit 1 what the PLIC shows. */
struct life {
    unsigned context;
};

static uint64_t look(unsigned context)
{
    return (context == MACHINE ? MEIP : SEIP) | (uint64_t)is_pending() << 1;
}

static void life_run(const void *row)
{
    unsigned c = ((const struct life *)row)->context;
    uint64_t seen[6];

    enable(c, 1);
    seen[0] = look(c);
    raise_line();
    seen[1] = look(c);
    uint32_t claimed = read32(CLAIM(c));
    seen[2] = look(c);
    uint32_t again = read32(CLAIM(c));
    seen[3] = look(c);
    lower_line();
    seen[4] = look(c);
    write32(CLAIM(c), claimed);
    seen[5] = look(c);
    for (int i = 0; i < 6; i++)
        fact("seen", seen[i]);
    fact("claimed", claimed);
    fact("claimed again", again);
}

ROW(life, life_of_an_interrupt_m, MACHINE);
ROW(life, life_of_an_interrupt_s, SUPERVISOR);

/* A source that has been claimed is silent until it is completed, then up again. */
CASE(silent_until_completed)
{
    enable(MACHINE, 3);
    raise_line();
    uint32_t source = read32(CLAIM(MACHINE));
    lower_line();
    raise_line();
    bool before = MEIP;
    write32(CLAIM(MACHINE), source);
    bool after = MEIP;
    source = read32(CLAIM(MACHINE));
    lower_line();
    write32(CLAIM(MACHINE), source);
    fact("claimed", before);
    fact("completed", after);
    fact("source", source);
    fact("at the end", MEIP);
}

/* Once pending, a source stays so until it is claimed, even if its wire falls. */
CASE(pending_is_kept)
{
    enable(MACHINE, 3);
    raise_line();
    lower_line();
    bool up = MEIP;
    uint32_t source = read32(CLAIM(MACHINE));
    write32(CLAIM(MACHINE), source);
    fact("up", up);
    fact("claimed", source);
    fact("at the end", MEIP);
}

/* ---- what reaches the hart ------------------------------------------------------------------- */

struct gate {
    uint32_t priority, threshold;
};

static void gate_run(const void *row)
{
    const struct gate *g = row;

    enable(MACHINE, g->priority);
    write32(THRESHOLD(MACHINE), g->threshold);
    raise_line();
    bool up = MEIP, other = SEIP;
    uint32_t source = read32(CLAIM(MACHINE));
    lower_line();
    write32(CLAIM(MACHINE), source);
    fact("to M", up);
    fact("to S", other);
    fact("claimed", source);
}

ROW(gate, priority_zero, 0, 0);
ROW(gate, priority_one, 1, 0);
ROW(gate, priority_at_threshold, 3, 3);
ROW(gate, priority_above_threshold, 4, 3);
ROW(gate, priority_below_threshold, 2, 3);
ROW(gate, highest_threshold, 7, 7);

CASE(not_enabled)
{
    write32(PRIORITY(UART_IRQ), 1);
    raise_line();
    bool up = MEIP, pending = is_pending();
    uint32_t source = read32(CLAIM(MACHINE));
    lower_line();
    fact("to M", up);
    fact("pending", pending);
    fact("claimed", source);
}

/* Both contexts want it: both are told, the first to claim has it. */
CASE(two_contexts)
{
    enable(MACHINE, 1);
    enable(SUPERVISOR, 1);
    raise_line();
    bool machine = MEIP, supervisor = SEIP;
    uint32_t first = read32(CLAIM(SUPERVISOR)), second = read32(CLAIM(MACHINE));
    bool machine_after = MEIP;
    lower_line();
    write32(CLAIM(SUPERVISOR), first);
    fact("M", machine);
    fact("S", supervisor);
    fact("S claims", first);
    fact("M claims", second);
    fact("M after it", machine_after);
}

/* Raising the threshold takes it back, lowering it lets it through. */
CASE(threshold_moves)
{
    bool up[3];

    enable(MACHINE, 2);
    raise_line();
    up[0] = MEIP;
    write32(THRESHOLD(MACHINE), 2);
    up[1] = MEIP;
    write32(THRESHOLD(MACHINE), 1);
    up[2] = MEIP;
    uint32_t source = read32(CLAIM(MACHINE));
    lower_line();
    write32(CLAIM(MACHINE), source);
    for (int i = 0; i < 3; i++)
        fact("M", up[i]);
}

/* The registers keep what they are given; source 0 does not exist. */
CASE(registers)
{
    write32(PRIORITY(UART_IRQ), 7);
    write32(ENABLE(MACHINE), 0x402);
    write32(ENABLE(SUPERVISOR) + 4, 0x5);
    write32(THRESHOLD(SUPERVISOR), 5);
    fact("priority", read32(PRIORITY(UART_IRQ)));
    fact("enable M", read32(ENABLE(MACHINE)));
    fact("enable S, second word", read32(ENABLE(SUPERVISOR) + 4));
    fact("threshold S", read32(THRESHOLD(SUPERVISOR)));
    fact("threshold M", read32(THRESHOLD(MACHINE)));
    fact("nothing to claim", read32(CLAIM(MACHINE)));
    write32(ENABLE(SUPERVISOR) + 4, 0);
}

/* ---- traps ----------------------------------------------------------------------------------- */

struct delivery {
    unsigned context, level;
    uint64_t delegated, status;
};

static void delivery_run(const void *row)
{
    const struct delivery *d = row;

    csr_write(mideleg, d->delegated);
    csr_write(mie, BIT(EXTERNAL_M) | BIT(EXTERNAL_S));
    csr_set(mstatus, d->status);
    enable(d->context, 1);
    raise_line();
    struct trap t = run(d->level, d->level == LEVEL_U ? spin : call, 0, 0);
    uint32_t source = read32(CLAIM(d->context));
    uint8_t byte = lower_line();
    write32(CLAIM(d->context), source);
    show(&t);
    show_status(&t);
    fact("claimed", source);
    fact("byte", byte);
    t = run(d->level, call, 0, 0);
    show(&t);
}

ROW(delivery, machine_external_from_u, MACHINE, LEVEL_U, 0, 0);
ROW(delivery, machine_external_from_s, MACHINE, LEVEL_S, 0, STATUS_SIE);
ROW(delivery, machine_external_from_m, MACHINE, LEVEL_M, 0, STATUS_MPIE);
ROW(delivery, machine_external_masked, MACHINE, LEVEL_M, 0, 0);
ROW(delivery, supervisor_external_delegated, SUPERVISOR, LEVEL_U, BIT(EXTERNAL_S), 0);
ROW(delivery, supervisor_external_in_s, SUPERVISOR, LEVEL_S, BIT(EXTERNAL_S), STATUS_SIE);
ROW(delivery, supervisor_external_masked, SUPERVISOR, LEVEL_S, BIT(EXTERNAL_S), 0);
ROW(delivery, supervisor_external_not_delegated, SUPERVISOR, LEVEL_S, 0, 0);
ROW(delivery, supervisor_external_in_m, SUPERVISOR, LEVEL_M, BIT(EXTERNAL_S), STATUS_MPIE);

/* A bit that software sets in mip.SEIP, and the wire: each is enough. */
CASE(seip_by_wire_and_by_software)
{
    enable(SUPERVISOR, 1);
    raise_line();
    bool wire = SEIP;
    uint32_t source = read32(CLAIM(SUPERVISOR));
    lower_line();
    write32(CLAIM(SUPERVISOR), source);
    bool none = SEIP;
    csr_set(mip, BIT(EXTERNAL_S));
    bool software = SEIP;
    csr_clear(mip, BIT(EXTERNAL_S));
    fact("by wire", wire);
    fact("none", none);
    fact("by software", software);
    fact("none again", SEIP);
}

/* The transmitter's interrupt: up when enabled, down by reading what it is. */
CASE(transmitter_empty)
{
    enable(MACHINE, 1);
    write8(IER, IER_EMPTY);
    bool up = MEIP;
    uint8_t why = read8(IIR) & 15;
    uint8_t then = read8(IIR) & 15;
    uint32_t source = read32(CLAIM(MACHINE));
    write32(CLAIM(MACHINE), source);
    bool after = MEIP;
    write8(IER, 0);
    fact("up", up);
    fact("why", why);
    fact("then", then);
    fact("claimed", source);
    fact("after", after);
}

/* ---- the UART itself, in loop-back ----------------------------------------------------------- */

CASE(loopback_with_fifo)
{
    static const char text[] = "sixteen at most!";
    char got[17] = {0};
    unsigned n = 0;

    write8(FCR, 7);
    write8(MCR, MCR_LOOP);
    for (unsigned i = 0; i < 16; i++)
        write8(DATA, (uint8_t)text[i]);
    while ((read8(LSR) & 1) && n < 16)
        got[n++] = (char)read8(DATA);
    uint8_t after = read8(LSR) & 1;
    write8(MCR, 0);
    write8(FCR, 0);
    fact("received", n);
    for (unsigned i = 0; i < 16; i += 8)
        fact("bytes", *(uint64_t *)&got[i]);
    fact("more", after);
}

CASE(uart_registers)
{
    uint64_t values[8];

    write8(UART + 7, 0xa5);
    values[0] = read8(UART + 7);
    write8(LCR, 0x83);
    write8(UART + 0, 0x34);
    write8(UART + 1, 0x12);
    values[1] = read8(UART + 0);
    values[2] = read8(UART + 1);
    write8(LCR, 0x03);
    values[3] = read8(LCR);
    values[4] = read8(IER);
    write8(MCR, 0x1f);
    values[5] = read8(UART + 6) & 0xf0;
    write8(MCR, 0);
    values[6] = read8(IIR);
    write8(FCR, 1);
    values[7] = read8(IIR);
    write8(FCR, 0);
    write8(LCR, 0);
    for (int i = 0; i < 8; i++)
        fact("value", values[i]);
}
