/* Two rings whose entries are numbered in common, and what is saved out of one of them. */
#include <stddef.h>
#include "emu/model/stream.h"

static const struct entry *at(const struct ring *r, uint64_t index)
{
    return &r->entry[index % STREAM_ENTRIES];
}

/* The index of the oldest entry that the ring keeps; indices count from 1. */
static uint64_t oldest(const struct ring *r)
{
    return r->written < STREAM_ENTRIES ? 1 : r->written - STREAM_ENTRIES + 1;
}

/* The index of the first entry with at least this number; one behind the last if none has. */
static uint64_t find(const struct ring *r, uint64_t number)
{
    uint64_t low = oldest(r), high = r->written + 1;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (at(r, middle)->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct entry *stream_add(struct stream *s, uint64_t time, enum entry_kind kind, endpoint_t source)
{
    struct ring *r = kind == ENTRY_NOTICE ? &s->notices : &s->shown;
    struct entry *e = &r->entry[++r->written % STREAM_ENTRIES];
    if (e->number && e->kind == ENTRY_REQUEST && e->fate == FATE_OPEN)
        s->open[EP_SLOT(e->source) % NSLOTS] = *e;
    *e = (struct entry){.number = ++s->entries, .time = time, .kind = kind, .source = source};
    if (kind == ENTRY_REQUEST) {
        s->last_request[EP_SLOT(source) % NSLOTS].number = e->number;
        s->last_request[EP_SLOT(source) % NSLOTS].index = r->written;
    }
    return e;
}

static bool is_open(const struct entry *e)
{
    return e->number && e->fate == FATE_OPEN;
}

static const struct entry *in_ring(const struct ring *r, uint64_t number)
{
    uint64_t index = find(r, number);
    return index <= r->written && at(r, index)->number == number ? at(r, index) : NULL;
}

const struct entry *stream_entry(const struct stream *s, uint64_t number)
{
    const struct entry *e = in_ring(&s->shown, number);
    if (!e)
        e = in_ring(&s->notices, number);
    for (unsigned i = 0; !e && i < NSLOTS; i++)
        if (s->open[i].number == number && is_open(&s->open[i]))
            e = &s->open[i];
    return e;
}

struct entry *stream_request(struct stream *s, endpoint_t client, uint64_t transaction)
{
    unsigned slot = EP_SLOT(client) % NSLOTS;
    uint64_t number = s->last_request[slot].number;
    struct entry *e = &s->shown.entry[s->last_request[slot].index % STREAM_ENTRIES];
    if (e->number != number)
        e = &s->open[slot]; /* its place was needed */
    return number && e->number == number && e->transaction == transaction ? e : NULL;
}

struct entry *stream_of_event(struct stream *s, uint64_t event)
{
    struct ring *r = &s->shown;
    uint64_t low = oldest(r), high = r->written + 1;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (at(r, middle)->event < event)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low <= r->written && at(r, low)->event == event; low++)
        if (at(r, low)->kind != ENTRY_NOTE)
            return &r->entry[low % STREAM_ENTRIES];
    return NULL;
}

/* ---- neighbours ------------------------------------------------------------------------------ */

/* Of two numbers, or 0 for none, the one that comes first in this direction. */
static uint64_t nearer(uint64_t a, uint64_t b, int step)
{
    if (!a || !b)
        return a ? a : b;
    return (step > 0) == (a < b) ? a : b;
}

static uint64_t next_in_ring(const struct ring *r, uint64_t number, int step)
{
    uint64_t index = step > 0 ? find(r, number + 1) : find(r, number) - 1;
    return index >= oldest(r) && index <= r->written ? at(r, index)->number : 0;
}

/* Among the saved ones, which are older than all in their ring. */
static uint64_t next_open(const struct stream *s, uint64_t number, int step)
{
    uint64_t best = 0;
    for (unsigned i = 0; i < NSLOTS; i++) {
        const struct entry *e = &s->open[i];
        if (is_open(e) && (step > 0 ? e->number > number : e->number < number))
            best = nearer(best, e->number, step);
    }
    return best;
}

uint64_t stream_next(const struct stream *s, uint64_t number, int step, bool notices)
{
    uint64_t best = next_in_ring(&s->shown, number, step);
    if (s->shown.written > STREAM_ENTRIES && number <= at(&s->shown, oldest(&s->shown))->number)
        best = nearer(best, next_open(s, number, step), step);
    if (notices)
        best = nearer(best, next_in_ring(&s->notices, number, step), step);
    return best;
}

/* ---- the nearest one that is wanted ------------------------------------------------------------ */

/* Of two entries, or NULL for none, the one that comes first in this direction. */
static const struct entry *nearer_entry(const struct entry *a, const struct entry *b, int step)
{
    if (!a || !b)
        return a ? a : b;
    return (step > 0) == (a->number < b->number) ? a : b;
}

/* In one ring, and not beyond `limit`, unless that is NULL. */
static const struct entry *find_in_ring(const struct ring *r, uint64_t number, int step,
                                        const struct entry *limit, stream_wanted *wanted,
                                        const void *arg)
{
    uint64_t index = step > 0 ? find(r, number + 1) : find(r, number) - 1, first = oldest(r);
    for (; index >= first && index <= r->written; index += (uint64_t)(int64_t)step) {
        const struct entry *e = at(r, index);
        if (limit && (step > 0) == (e->number > limit->number))
            return NULL;
        if (wanted(arg, e))
            return e;
    }
    return NULL;
}

const struct entry *stream_find(const struct stream *s, uint64_t number, int step, bool notices,
                                stream_wanted *wanted, const void *arg)
{
    const struct entry *best = find_in_ring(&s->shown, number, step, NULL, wanted, arg);
    /* The saved ones are older than all in their ring. */
    bool before = number < at(&s->shown, oldest(&s->shown))->number;
    bool saved = s->shown.written > STREAM_ENTRIES && (step > 0 ? before : !best);
    for (unsigned i = 0; saved && i < NSLOTS; i++) {
        const struct entry *e = &s->open[i];
        bool there = is_open(e) && (step > 0 ? e->number > number : e->number < number);
        if (there && wanted(arg, e))
            best = nearer_entry(best, e, step);
    }
    if (notices)
        best = nearer_entry(best, find_in_ring(&s->notices, number, step, best, wanted, arg), step);
    return best;
}
