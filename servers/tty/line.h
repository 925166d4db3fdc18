/*
 * The line discipline: what lies between the bytes of the wire and the bytes that programs see.
 * POSIX.1-2017 chapter 11 (General Terminal Interface), the part that people use.
 *
 * Pure C over one struct; it knows neither UART nor IPC, and the unit tests run it on the host
 * (tests/host/tty_line.c). All that has to be consistent after a crash is struct line, the few
 * words before the queues: the bytes of a queue outside [head, tail) mean nothing, so whoever saves
 * the words has saved the terminal. out_head is not among them: what has been sent stays sent.
 */
#ifndef SERVERS_TTY_LINE_H
#define SERVERS_TTY_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <courier/protocol/tty.h>

#define LINE_INPUT  4096 /* bytes of type-ahead, and of the longest line; a power of two */
#define LINE_OUTPUT 8192 /* bytes on their way out; a power of two */
#define LINE_ECHO   512  /* of them kept free for echo; no byte of input makes more */

/* Heads and tails count for ever; modulo its size they are places in the queue. */
struct line {
    uint32_t mode;    /* TTY_ flags */
    uint32_t group;   /* foreground process group, 0: none */
    uint32_t signals; /* bit n: signal n, that the group must still get */
    uint32_t serial;  /* of the last of them */
    uint32_t ends;    /* of lines, in the input queue */
    uint32_t in_head, in_tail;
    uint32_t out_tail;
};

struct terminal {
    struct line line;
    uint32_t out_head;       /* whoever sends a byte counts it here */
    uint16_t in[LINE_INPUT]; /* a byte, and LINE_END, LINE_EOF */
    uint8_t out[LINE_OUTPUT];
};

void line_init(struct terminal *t);

/* Could this state have come about? What a queue holds is not looked at. */
bool line_is_sound(const struct terminal *t);

/* May one more byte be taken from the wire? If not, it has to wait there: nothing is lost. */
bool line_takes_input(const struct terminal *t);

/* One byte from the wire. */
void line_input(struct terminal *t, uint8_t byte);

/* Has a read anything to return? */
bool line_readable(const struct terminal *t);

/* Takes at most `bytes` bytes out of a readable terminal: of one line in canonical mode. 0: end of
 * file, ^D at the beginning of a line. */
size_t line_read(struct terminal *t, void *to, size_t bytes);

/* Forgets the input before `position`, a value of in_head that a read led to. */
void line_forget(struct terminal *t, uint32_t position);

/* Queues output; returns how many of the bytes found room. */
size_t line_write(struct terminal *t, const void *from, size_t bytes);

/* Is there room enough that a writer should try again? */
bool line_writable(const struct terminal *t);

/* Is there output to send, and which byte is next? */
static inline bool line_output_pending(const struct terminal *t)
{
    return t->out_head != t->line.out_tail;
}
static inline uint8_t line_output_byte(const struct terminal *t)
{
    return t->out[t->out_head % LINE_OUTPUT];
}

/* Changes the TTY_ flags; what is typed ahead is read the new way. */
void line_set_mode(struct terminal *t, uint32_t mode);

#endif
