/*
 * Output is written again, from the oldest that is kept, to a console that knows what came before; to a later moment it goes on from the
 * last one. When there is no room, the older half goes into the console that knows what came before.
 */
#include <stdlib.h>
#include <string.h>
#include "emu/dash/console_past.h"

struct piece {
    uint64_t event; /* its number */
    size_t end;     /* of its bytes */
};

struct console_past {
    struct sink sink;
    struct console *before; /* what is kept */
    uint64_t forgotten;     /* number of the last event in there, or 0 */
    struct console *then;   /* after `written` pieces; or NULL */
    size_t written;
    size_t pieces;
    struct piece piece[CONSOLE_PAST_PIECES];
    uint8_t bytes[CONSOLE_PAST_BYTES];
};

static size_t end_of(const struct console_past *p, size_t pieces)
{
    return pieces ? p->piece[pieces - 1].end : 0;
}

static void forget_then(struct console_past *p)
{
    console_destroy(p->then);
    p->then = NULL;
    p->written = 0;
}

static void forget_half(struct console_past *p)
{
    size_t half = (p->pieces + 1) / 2, end = end_of(p, half);
    console_write(p->before, p->bytes, end);
    p->forgotten = p->piece[half - 1].event;
    memmove(p->bytes, p->bytes + end, end_of(p, p->pieces) - end);
    p->pieces -= half;
    memmove(p->piece, p->piece + half, p->pieces * sizeof *p->piece);
    for (size_t i = 0; i < p->pieces; i++)
        p->piece[i].end -= end;
    forget_then(p);
}

static void on_event(struct sink *self, const struct event *e)
{
    struct console_past *p = (struct console_past *)self;
    size_t used = end_of(p, p->pieces);
    if (e->kind != EVENT_CONSOLE || !e->length)
        return;
    if (p->pieces == CONSOLE_PAST_PIECES || used + e->length > sizeof p->bytes) {
        forget_half(p);
        used = end_of(p, p->pieces);
    }
    memcpy(p->bytes + used, e->text, e->length);
    p->piece[p->pieces++] = (struct piece){e->number, used + e->length};
}

struct console_past *console_past_create(void)
{
    struct console_past *p = calloc(1, sizeof *p);
    if (!p || !(p->before = console_create())) {
        free(p);
        return NULL;
    }
    p->sink = (struct sink){.kinds = EVENT_BIT(EVENT_CONSOLE), .event = on_event};
    return p;
}

void console_past_destroy(struct console_past *p)
{
    if (!p)
        return;
    console_destroy(p->before);
    console_destroy(p->then);
    free(p);
}

struct sink *console_past_sink(struct console_past *p)
{
    return &p->sink;
}

/* How many pieces had come when this event had happened. */
static size_t pieces_until(const struct console_past *p, uint64_t number)
{
    size_t low = 0, high = p->pieces;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (p->piece[middle].event <= number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct console *console_past_at(struct console_past *p, uint64_t number)
{
    size_t wanted = pieces_until(p, number);
    if (number < p->forgotten)
        return NULL;
    if (p->then && p->written > wanted)
        forget_then(p);
    if (!p->then && !(p->then = console_copy(p->before)))
        return NULL;
    size_t from = end_of(p, p->written);
    console_write(p->then, p->bytes + from, end_of(p, wanted) - from);
    p->written = wanted;
    return p->then;
}
