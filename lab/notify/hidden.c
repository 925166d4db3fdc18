/* The hidden cases of lab notify: many sources at once, and a thousand interrupts a second. */
#include <string.h>
#include "lab/notify/cases.h"

#define SOURCES 12
#define TIMES   20

/* Slots are given in turn: the next process gets one that is so much further on. */
static void skip_slots(struct play *p, unsigned n)
{
    while (n-- > 0 && all_well(p)) {
        struct op *create = calls(director(p), K_CREATE, ~0ull);
        until_done(p);
        calls(director(p), K_KILL, result(create, 0));
    }
    until_done(p);
}

/* All call at random, and B listens all the while; whoever has called has been heard since. */
static void many(struct play *p)
{
    struct actor *b = actor(p, "B"), *from[SOURCES];
    for (unsigned i = 0; i < SOURCES; i++) {
        char name[2] = {(char)('C' + i)};
        from[i] = actor(p, name);
        if (i < 3)
            skip_slots(p, 63); /* so that their bits lie in several words, at the same place */
    }
    for (unsigned round = 0; round < TIMES && all_well(p); round++) {
        uint32_t called = 0, heard = 0, n = 0;
        for (unsigned i = 0; i < SOURCES; i++)
            if (chance(p, 2)) {
                repeat(notifies(from[i], b), 1 + (uint32_t)chance(p, 3));
                called |= 1u << i;
                n++;
            }
        until_done(p);
        unsigned one = (unsigned)chance(p, 4), has = called >> one & 1;
        struct op *named = with_flags(receives(b, from[one]), IPC_NONBLOCK);
        expect(named, has ? 0 : -EAGAIN);
        heard |= has << one;
        n -= has;
        struct op *hear = n ? repeat(receives_any(b), n) : NULL;
        expect(with_flags(receives_any(b), IPC_NONBLOCK), -EAGAIN);
        until_done(p);
        for (unsigned i = 0; i < n; i++)
            for (unsigned j = 0; j < SOURCES; j++)
                if (call_of(hear, i)->got.source == endpoint(from[j]))
                    heard |= 1u << j;
        rule(p, heard == called, hear, "who has notified is heard, and nobody else");
    }
}

const struct grade_case notify_many = {
    .name = "many",
    .title = "Of many sources none is forgotten",
    .hint = "There is more than one word of bits. When a receive has taken one of them, who "
            "remembers that there are others?",
    .points = 6,
    .budget = 4 * BUDGET,
    .play = many};

#define BYTES 1000

/* One byte in about a millisecond, each an interrupt; nobody but the driver runs, and most of the time nobody. */
static void thousand(struct play *p)
{
    struct actor *d = actor(p, "driver");
    uint64_t uart = drives(p, d);
    until_returned(p, crashes(director(p)));
    for (unsigned i = 0; i < BYTES && all_well(p); i++) {
        uint8_t byte = (uint8_t)word(p);
        struct op *wait = receives_kernel(d);
        struct op *load = loads8(d, uart);
        calls(d, K_IRQ, UART_IRQ, IRQ_ACK);
        for_a_while(p, MILLISECOND / 2 + chance(p, MILLISECOND / 2));
        type_byte(p, byte);
        uint64_t typed = time_now(p);
        for_a_while(p, MILLISECOND / 4);
        rule(p, returned(load), wait, "each interrupt reaches its driver");
        rule(p, last_call(wait)->return_time < typed + MILLISECOND / 10, wait,
             "an interrupt reaches its driver at once");
        rule(p, load->value == byte, wait, "each byte is the one that was typed");
    }
}

const struct grade_case notify_thousand = {
    .name = "thousand",
    .title = "Of a thousand interrupts in a second none is lost",
    .hint = "Between the driver's look at the device and its acknowledgement another byte may "
            "come. And when nobody runs, who handles the interrupt?",
    .points = 8,
    .budget = 40000000,
    .play = thousand};

#define QUEUE 4096 /* bytes that the TTY keeps (servers/tty/line.h) */
#define FIFO  16

/* All that was typed, as FS reads it: in lines, or as much as there is. */
static void reads_all(struct play *p, struct actor *fs, const uint8_t *text, size_t bytes)
{
    static uint8_t found[QUEUE];
    struct op *grant =
        calls(fs, K_GRANT, endpoint(module(p)), address(fs, 0), QUEUE, GRANT_WRITE, EP_SELF);
    until_done(p);
    uint32_t position = 0;
    unsigned tries = 0;
    for (size_t at = 0; at < bytes && all_well(p);) {
        struct op *read = reads(p, fs, result(grant, 0), position);
        until_done(p);
        size_t n = result(read, 1);
        if ((int64_t)result(read, 1) == -EAGAIN && tries++ < 3) { /* what waited comes now */
            for_a_while(p, MILLISECOND);
            continue;
        }
        if (!rule(p, n > 0 && n <= QUEUE && n <= bytes - at, read, "all that was typed is there"))
            return;
        peek(fs, 0, found, n);
        rule(p, !memcmp(found, text + at, n), read, "it arrives as it was typed, each byte once");
        position = (uint32_t)result(read, 2);
        at += n;
    }
}

/* Nobody spins meanwhile. */
static void sleeps(struct actor *a, uint64_t instructions)
{
    expect(with_timeout(receives_kernel(a), instructions), -ETIMEDOUT);
}

/* Lines, a byte in a millisecond or sixteen at once, while nobody reads. */
static void tty_lines(struct play *p, struct actor *fs)
{
    uint8_t text[BYTES];
    for (unsigned i = 0; i < BYTES; i++)
        text[i] = i % 40 == 39 ? '\n' : letter(p);
    sleeps(fs, (BYTES + 10ull) * MILLISECOND);
    for (unsigned i = 0; i < BYTES && all_well(p);) {
        size_t n = variant(p) == 0 ? 1 : FIFO;
        n = n < BYTES - i ? n : BYTES - i;
        rule(p, type(p, text + i, n) == n, NULL, "no byte stays in the UART for long");
        for_a_while(p, n * MILLISECOND);
        i += (unsigned)n;
    }
    reads_all(p, fs, text, BYTES);
}

/* More than the TTY has room for, which ends in the midst of a burst: what it does not take waits in the UART, and is not lost. */
static void tty_full(struct play *p, struct actor *fs)
{
    static uint8_t text[QUEUE + FIFO];
    for (unsigned i = 0; i < sizeof text; i++)
        text[i] = letter(p);
    text[sizeof text - 1] = '\n';
    sleeps(fs, (sizeof text / FIFO + 5) * 3ull * MILLISECOND);
    for (size_t i = 0, n = FIFO / 2; i < sizeof text && all_well(p); i += n, n = FIFO) {
        n = n < sizeof text - i ? n : sizeof text - i;
        rule(p, type(p, text + i, n) == n, NULL, "no byte stays in the UART for long");
        for_a_while(p, 3 * MILLISECOND);
    }
    reads_all(p, fs, text, sizeof text);
}

#define OUTPUT 20000 /* bytes, more than the TTY has room for (servers/tty/line.h) */

/* FS writes more than there is room for. The TTY takes a part, and says when there is room again: when much of that has left. */
static void tty_output(struct play *p, struct actor *fs)
{
    fill(fs, 0, OUTPUT);
    struct op *grant =
        calls(fs, K_GRANT, endpoint(module(p)), address(fs, 0), OUTPUT, GRANT_READ, EP_SELF);
    until_done(p);
    struct op *write = with_messages(asks(fs, module(p)), write_request);
    write->value = result(grant, 0) | (uint64_t)OUTPUT << 32;
    until_done(p);
    rule(p, result(write, 1) > 0 && result(write, 1) < OUTPUT, write,
         "the TTY takes as much as it has room for");
    struct op *wait = receives(fs, module(p));
    until_done(p);
    rule(p, is_from(wait, endpoint(module(p))), wait, "the TTY says when there is room again");
}

static void tty_thousand(struct play *p)
{
    struct actor *fs = service_actor(p, EP_FS, "FS");
    if (variant(p) < 3)
        until_returned(p, crashes(director(p)));
    if (variant(p) < 2)
        tty_lines(p, fs);
    else if (variant(p) == 2)
        tty_full(p, fs);
    else
        tty_output(p, fs);
}

const struct grade_case notify_tty_thousand = {
    .name = "tty-thousand",
    .title = "A thousand bytes in a second arrive, and what has no room waits",
    .hint = "How many bytes may have come since the interrupt? What if the queue takes no more: "
            "is the UART's interrupt on or off then, and who switches it back? And what of the "
            "transmitter's?",
    .points = 8,
    .budget = 40000000,
    .variants = 4,
    .play = tty_thousand};
