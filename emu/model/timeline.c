/*
 * Marks: places between two events, each with the world as it was there. What lies behind a mark is
 * found by going on from it.
 *
 * Live, a mark also holds the events that follow it, up to the next mark; when all marks are in
 * use, the oldest is given up with its events. Of a file, a mark knows where in the file they are;
 * when all are in use, every other one is given up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/model/timeline.h"
#include "emu/trace/reader.h"
#include "emu/trace/record.h"

#ifndef MARKS /* tests take less */
#define MARKS      128u
#define MARK_BYTES (512u << 10) /* of encoded events that a live mark holds: 64 MiB in all */
#define STRIDE     1024u        /* events from mark to mark, of a short file */
#endif
#define NOWHERE UINT64_MAX /* a cursor that must be put to a mark first */

#define PROGRESS 65536u /* events between two calls of `progress` */

/* A history: so many events before the one that was asked for; and after it, until all requests
 * have their replies, but not more than that. */
#define BEFORE     65536u
#define AFTER      16384u
#define AFTER_MOST 131072u
#define AFTER_STEP 1024u

struct mark {
    uint64_t number, time;     /* of the event before it */
    struct reader_place place; /* of a file */
    uint8_t *bytes;            /* live: records, each behind a byte with its length */
    size_t used;
    struct world world;
};

struct timeline {
    struct sink sink;
    struct world world; /* after the last event */
    uint64_t first, last;
    struct reader *reader;  /* of a file, else NULL */
    uint64_t stride;        /* of a file */
    unsigned oldest, marks; /* mark i is mark[(oldest + i) % MARKS] */
    struct mark mark[MARKS];

    /* Where events are being read: behind event `number`. */
    struct {
        uint64_t number;
        unsigned mark; /* live: in this one */
        size_t at;     /* and at this byte of it */
    } cursor;
    struct world recalled; /* that was asked for last */
};

static struct mark *mark_at(struct timeline *t, unsigned i)
{
    return &t->mark[(t->oldest + i) % MARKS];
}

/* ---- adding ---------------------------------------------------------------------------------- */

/* A mark at the end. */
static struct mark *add_mark(struct timeline *t)
{
    struct mark *m = mark_at(t, t->marks++);
    m->number = t->last;
    m->time = t->world.now;
    m->used = 0;
    m->world = t->world;
    return m;
}

/* The mark that takes the next event's record; NULL: out of memory. */
static struct mark *room(struct timeline *t)
{
    struct mark *m = t->marks ? mark_at(t, t->marks - 1) : NULL;
    if (m && m->used + 1 + RECORD_MAX <= MARK_BYTES)
        return m;
    if (t->marks == MARKS) {
        t->cursor.number = NOWHERE; /* it may stand in there */
        t->oldest = (t->oldest + 1) % MARKS;
        t->marks--;
        t->first = mark_at(t, 0)->number + 1;
    }
    m = add_mark(t);
    if (!m->bytes && !(m->bytes = malloc(MARK_BYTES)))
        t->marks--;
    return m->bytes ? m : NULL;
}

static void take(struct timeline *t, const struct event *e)
{
    world_event(&t->world, e, NULL);
    t->last = e->number;
}

/* Without memory for an event all that were kept are useless: what is at hand has no gap. */
static void forget_all(struct timeline *t)
{
    t->marks = 0;
    t->first = t->last + 1;
    t->cursor.number = NOWHERE;
}

static void on_event(struct sink *self, const struct event *e)
{
    struct timeline *t = (struct timeline *)self;
    if (t->last == 0)
        t->first = e->number;
    if (t->marks == 0)
        t->last = e->number - 1;
    struct mark *m = room(t);
    if (m) {
        size_t size = record_encode(e, m->bytes + m->used + 1);
        m->bytes[m->used] = (uint8_t)size;
        m->used += 1 + size;
    }
    take(t, e);
    if (!m)
        forget_all(t);
}

/* Every other mark goes. */
static void thin_out(struct timeline *t)
{
    for (unsigned i = 1; 2 * i < t->marks; i++)
        t->mark[i] = t->mark[2 * i];
    t->marks /= 2;
    t->stride *= 2;
}

/* ---- making ---------------------------------------------------------------------------------- */

struct timeline *timeline_live(void)
{
    struct timeline *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->sink = (struct sink){.kinds = EVENT_ALL, .event = on_event};
    t->first = 1;
    t->stride = STRIDE;
    t->cursor.number = NOWHERE;
    world_init(&t->world);
    world_init(&t->recalled);
    return t;
}

struct sink *timeline_sink(struct timeline *t)
{
    return &t->sink;
}

/* One event of a file, and the mark before it, if it is time for one. */
static enum reader_result read_event(struct timeline *t, struct event *e)
{
    struct reader_place place = reader_place(t->reader);
    enum reader_result result = reader_next(t->reader, e);
    if (result != READER_EVENT)
        return result;
    if ((e->number - 1) % t->stride == 0) {
        if (t->marks == MARKS)
            thin_out(t);
        if ((e->number - 1) % t->stride == 0)
            add_mark(t)->place = place;
    }
    take(t, e);
    return READER_EVENT;
}

/* All events of a file, once. */
static void read_all(struct timeline *t, struct reader *r, struct sink *sink,
                     bool (*progress)(void *arg, double share), void *arg)
{
    struct event e;
    for (;;) {
        enum reader_result result = t->reader ? read_event(t, &e) : reader_next(r, &e);
        if (result != READER_EVENT)
            return;
        if (!t->reader)
            on_event(&t->sink, &e);
        if (sink && sink->kinds & EVENT_BIT(e.kind))
            sink->event(sink, &e);
        if (progress && e.number % PROGRESS == 0 && !progress(arg, reader_share(r)))
            return;
    }
}

struct timeline *timeline_open(const char *path, struct sink *sink,
                               bool (*progress)(void *arg, double share), void *arg, char *why,
                               size_t size)
{
    struct reader *r = reader_open(path, why, size);
    struct timeline *t = r ? timeline_live() : NULL;
    if (!t) {
        if (r)
            snprintf(why, size, "out of memory");
        reader_close(r);
        return NULL;
    }
    if (!reader_is_stream(r))
        t->reader = r;
    read_all(t, r, sink, progress, arg);
    snprintf(why, size, "%s", reader_remark(r));
    if (!t->reader)
        reader_close(r);
    return t;
}

void timeline_close(struct timeline *t)
{
    if (!t)
        return;
    for (unsigned i = 0; i < MARKS; i++)
        free(t->mark[i].bytes);
    reader_close(t->reader);
    free(t);
}

uint64_t timeline_first(const struct timeline *t)
{
    return t->first;
}

uint64_t timeline_last(const struct timeline *t)
{
    return t->last;
}

/* ---- reading again --------------------------------------------------------------------------- */

static bool at_hand(const struct timeline *t, uint64_t number)
{
    return number >= t->first && number <= t->last && t->marks > 0;
}

/* The last mark before event `number`, which is at hand. */
static unsigned find_mark(struct timeline *t, uint64_t number)
{
    unsigned low = 0, high = t->marks;
    while (high - low > 1) {
        unsigned middle = (low + high) / 2;
        if (mark_at(t, middle)->number < number)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Puts the cursor to mark i. */
static bool go_to_mark(struct timeline *t, unsigned i)
{
    struct mark *m = mark_at(t, i);
    if (t->reader && !reader_seek(t->reader, &m->place))
        return false;
    t->cursor.number = m->number;
    t->cursor.mark = (t->oldest + i) % MARKS;
    t->cursor.at = 0;
    return true;
}

static bool next_kept(struct timeline *t, struct event *e)
{
    const struct mark *m = &t->mark[t->cursor.mark];
    if (t->cursor.at == m->used) {
        t->cursor.mark = (t->cursor.mark + 1) % MARKS;
        t->cursor.at = 0;
        m = &t->mark[t->cursor.mark];
    }
    const uint8_t *record = m->bytes + t->cursor.at;
    t->cursor.at += 1 + (size_t)*record;
    return record_decode(e, record + 1, *record);
}

/* The event behind the cursor. False: there is none, or the file has changed. */
static bool next_event(struct timeline *t, struct event *e)
{
    if (t->cursor.number >= t->last)
        return false;
    bool found = t->reader ? reader_next(t->reader, e) == READER_EVENT : next_kept(t, e);
    t->cursor.number = found ? e->number : NOWHERE;
    return found;
}

/* Puts the cursor before event `number`, which is at hand. */
static bool go_before(struct timeline *t, uint64_t number)
{
    struct event e;
    unsigned i = find_mark(t, number);
    uint64_t near = mark_at(t, i)->number;
    if ((t->cursor.number < near || t->cursor.number >= number) && !go_to_mark(t, i))
        return false;
    while (t->cursor.number + 1 < number)
        if (!next_event(t, &e))
            return false;
    return true;
}

bool timeline_event(struct timeline *t, uint64_t number, struct event *out)
{
    return at_hand(t, number) && go_before(t, number) && next_event(t, out);
}

void timeline_each(struct timeline *t, uint64_t first, uint64_t last,
                   bool (*fn)(void *arg, const struct event *e), void *arg)
{
    struct event e;
    if (first < t->first)
        first = t->first;
    if (!at_hand(t, first) || !go_before(t, first))
        return;
    while (t->cursor.number < last && next_event(t, &e))
        if (!fn(arg, &e))
            return;
}

uint64_t timeline_at(struct timeline *t, uint64_t time)
{
    struct event e;
    unsigned i = 0;
    while (i + 1 < t->marks && mark_at(t, i + 1)->time < time)
        i++;
    if (t->marks == 0 || !go_to_mark(t, i))
        return t->last + 1;
    while (next_event(t, &e))
        if (e.time >= time)
            return e.number;
    return t->last + 1;
}

/* ---- the world ------------------------------------------------------------------------------- */

/* Lets the recalled world go on to event `number`. */
static bool advance(struct timeline *t, uint64_t number, struct world_sink *sink)
{
    struct event e;
    while (t->cursor.number < number) {
        if (!next_event(t, &e))
            return false;
        world_event(&t->recalled, &e, sink);
    }
    return true;
}

/* Makes the recalled world the one just after event `number`, with the cursor there; the number
 * before the first one is allowed. */
static bool recall(struct timeline *t, uint64_t number)
{
    unsigned i = find_mark(t, number + 1);
    const struct mark *m = mark_at(t, i);
    bool on_the_way = t->recalled.event == t->cursor.number && t->cursor.number >= m->number &&
                      t->cursor.number <= number;
    if (!on_the_way) {
        if (!go_to_mark(t, i))
            return false;
        t->recalled = m->world;
    }
    return advance(t, number, NULL);
}

bool timeline_world(struct timeline *t, uint64_t number, struct world *out)
{
    if (!at_hand(t, number) || !recall(t, number))
        return false;
    *out = t->recalled;
    return true;
}

static bool is_open(const struct world *w, const uint64_t open[NSLOTS])
{
    for (unsigned i = 1; i < NSLOTS; i++)
        if (open[i] && w->process[i].asks.id == open[i])
            return true;
    return false;
}

bool timeline_history(struct timeline *t, uint64_t number, struct history *history)
{
    uint64_t open[NSLOTS], back = number - t->first, most;
    if (!at_hand(t, number) || !recall(t, number - 1 - (back < BEFORE ? back : BEFORE)) ||
        !advance(t, number, &history->sink))
        return false;
    for (unsigned i = 0; i < NSLOTS; i++)
        open[i] = t->recalled.process[i].asks.id;
    most = t->last - number < AFTER_MOST ? t->last : number + AFTER_MOST;
    uint64_t full =
        history->stream.shown.written + STREAM_ENTRIES / 4; /* what was before shall stay */
    for (uint64_t to = number + AFTER;
         t->cursor.number < most && history->stream.shown.written < full; to += AFTER_STEP) {
        if (!advance(t, to < most ? to : most, &history->sink))
            return false;
        if (!is_open(&t->recalled, open))
            break;
    }
    return true;
}
