/* The cases of lab notify, for its lab.c, and what they have in common: the UART, driven by an actor, and the TTY. */
#ifndef LAB_NOTIFY_CASES_H
#define LAB_NOTIFY_CASES_H

#include <courier/errno.h>
#include <courier/protocol/tty.h>
#include "grader/case.h"

extern const struct grade_case notify_bit, notify_coalesce, notify_selective, notify_order,
    notify_alarm, notify_driver, notify_masked, notify_owner, notify_tty_line;

/* Hidden. */
extern const struct grade_case notify_many, notify_thousand, notify_tty_thousand;

#define UART_IRQ    10
#define MILLISECOND 100000 /* instructions */

/* The TTY is gone, and `d` drives the UART: returns where its registers are. */
static inline uint64_t drives(struct play *p, struct actor *d)
{
    calls(director(p), K_KILL, endpoint(module(p)));
    until_done(p);
    struct op *map = calls(d, K_MAP_DEV, 0x10000000, 4096);
    calls(d, K_IRQ, UART_IRQ, IRQ_ATTACH);
    until_done(p);
    uint64_t uart = result(map, 0);
    stores8(d, uart + 4, 8); /* MCR: OUT2 lets interrupts out */
    stores8(d, uart + 1, 1); /* IER: of bytes received */
    until_done(p);
    return uart;
}

static inline void type_byte(struct play *p, uint8_t byte)
{
    rule(p, type(p, &byte, 1) == 1, NULL, "no byte stays in the UART for long");
}

/* A byte that is nothing special to the TTY: a letter, or one with its highest bit set. */
static inline uint8_t letter(struct play *p)
{
    uint8_t n = (uint8_t)chance(p, 26 + 96);
    return (uint8_t)(n < 26 ? 'a' + n : 0xa0 + n - 26);
}

/* The notification that came. */
static inline const struct notification *notification_of(const struct op *op)
{
    return (const void *)last_call(op)->got.w;
}

static inline bool is_from(const struct op *op, endpoint_t source)
{
    return last_call(op)->got.type == MSG_NOTIFY && last_call(op)->got.source == source;
}

static inline void read_request(struct op *op, uint32_t i, struct message *m)
{
    struct tty_read *r = payload(m);
    (void)i;
    *m = (struct message){.type = TTY_READ};
    r->grant = (uint32_t)op->value;
    r->bytes = 4096;
    r->position = (uint32_t)(op->value >> 32);
}

static inline void write_request(struct op *op, uint32_t i, struct message *m)
{
    struct tty_write *r = payload(m);
    (void)i;
    *m = (struct message){.type = TTY_WRITE};
    r->grant = (uint32_t)op->value;
    r->bytes = (uint32_t)(op->value >> 32);
}

/* FS asks the TTY for input from a position on. */
static inline struct op *reads(struct play *p, struct actor *fs, uint64_t grant, uint32_t position)
{
    struct op *read = with_messages(asks(fs, module(p)), read_request);
    read->value = grant | (uint64_t)position << 32;
    return read;
}

#endif
