/*
 * The far end of the guest's serial line, in a headless run.
 *
 * Output passes through a filter that takes out the shell's prompt marks, the "semantic prompt"
 * sequences that terminals know: ESC ] 133 ; letter, ended by BEL or ESC \. Everything else is
 * printed as it is.
 *
 * Input waits in a queue until the guest's receiver has room.
 */
#include "emu/serial.h"

#include <stdlib.h>
#include <string.h>

#define ESC 0x1b
#define BEL 0x07

static const uint8_t prefix[] = {ESC, ']', '1', '3', '3', ';'};

static void release(struct serial *c)
{
    if (c->held_count > 0)
        c->print(c->arg, c->held, c->held_count);
    c->held_count = 0;
}

/* The held bytes form a whole mark. */
static bool complete(const struct serial *c)
{
    const uint8_t *end = c->held + c->held_count;

    if (c->held_count < sizeof prefix + 2)
        return false;
    return end[-1] == BEL || (end[-2] == ESC && end[-1] == '\\');
}

/* The held bytes may still become one. */
static bool possible(const struct serial *c)
{
    size_t n = c->held_count < sizeof prefix ? c->held_count : sizeof prefix;

    return memcmp(c->held, prefix, n) == 0 && c->held_count < SERIAL_MARK_MAX;
}

void serial_output(struct serial *c, uint8_t byte)
{
    c->held[c->held_count++] = byte;
    if (complete(c)) {
        char letter = (char)c->held[sizeof prefix];
        c->held_count = 0;
        c->mark(c->arg, letter);
    } else if (!possible(c)) {
        /* The byte that broke one sequence may begin the next. */
        bool again = byte == ESC && c->held_count > 1;
        c->held_count -= again;
        release(c);
        if (again)
            c->held[c->held_count++] = byte;
    }
}

void serial_finish(struct serial *c)
{
    release(c);
}

bool serial_type(struct serial *c, const void *bytes, size_t n)
{
    if (c->queued + n > c->capacity) {
        size_t capacity = 2 * (c->queued + n);
        uint8_t *queue = realloc(c->queue, capacity);
        if (queue == NULL)
            return false;
        c->queue = queue;
        c->capacity = capacity;
    }
    memcpy(c->queue + c->queued, bytes, n);
    c->queued += n;
    serial_pump(c);
    return true;
}

bool serial_pump(struct serial *c)
{
    if (c->queued > 0) {
        size_t taken = c->type(c->arg, c->queue, c->queued);
        c->queued -= taken;
        memmove(c->queue, c->queue + taken, c->queued);
    }
    return c->queued == 0;
}

void serial_free(struct serial *c)
{
    free(c->queue);
    c->queue = NULL;
    c->queued = c->capacity = 0;
}
