// Events of every kind, for the suites about trace files: all fields that a kind has, and no
// others, with random contents.
#ifndef TESTS_HOST_TRACE_EVENTS_H
#define TESTS_HOST_TRACE_EVENTS_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "emu/trace/event.h"

struct events {
    uint64_t random, number, time;
};

static inline uint64_t events_random(struct events *s)
{
    s->random = s->random * 6364136223846793005u + 1442695040888963407u;
    return s->random >> 11 | s->random << 53;
}

// An endpoint that is likely to be somebody's.
static inline endpoint_t events_endpoint(struct events *s)
{
    uint64_t r = events_random(s) >> 20;
    return r % 8 == 0 ? EP_NONE : EP_MAKE(r >> 8 & 1, 1 + (r >> 4) % 20);
}

static inline void events_fill(struct events *s, void *to, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((uint8_t *)to)[i] = (uint8_t)(events_random(s) >> 32);
}

static inline void events_text(struct events *s, struct event *e)
{
    e->length = (uint8_t)(events_random(s) % (EVENT_TEXT + 1));
    events_fill(s, e->text, e->length);
}

static inline void events_body(struct events *s, struct event *e)
{
    switch (e->kind) {
    case EVENT_CALL:
        e->call = (uint32_t)events_random(s) & 0x707;
        e->frame = events_random(s);
        e->parent = events_random(s) % 9;
        break;
    case EVENT_DELIVER:
        e->frame = events_random(s);
        break;
    case EVENT_BLOCK:
        e->state = (uint32_t)events_random(s) % 8;
        break;
    case EVENT_FAIL:
        e->call = (uint32_t)events_random(s) & 0x707;
        break;
    case EVENT_NOTIFY:
        e->events = events_random(s);
        break;
    case EVENT_IRQ:
        e->irq = events_random(s);
        break;
    case EVENT_COPY:
        e->bytes = events_random(s);
        e->access = events_random(s);
        break;
    case EVENT_SPAWN:
    case EVENT_EXEC:
        events_fill(s, e->name, sizeof e->name - 1);
        break;
    case EVENT_RESTART:
        e->incarnation = events_random(s);
        break;
    case EVENT_TRAP:
    case EVENT_RETURN:
        e->satp = events_random(s);
        events_fill(s, e->x, sizeof e->x);
        break;
    case EVENT_CONSOLE:
    case EVENT_OPERATOR:
        events_text(s, e);
        break;
    default:
        break;
    }
}

static inline struct event events_next(struct events *s, enum event_kind kind)
{
    struct event e = {.kind = kind, .who = EP_NONE, .peer = EP_NONE};
    e.number = ++s->number;
    e.time = s->time += events_random(s) % 1000;
    e.transaction = events_random(s) % 7;
    if (kind < EVENT_PROBES || kind == EVENT_OPERATOR)
        e.who = events_endpoint(s);
    if (kind < EVENT_PROBES)
        e.peer = events_endpoint(s);
    if (kind == EVENT_CALL || kind == EVENT_DELIVER || kind == EVENT_TRAP || kind == EVENT_RETURN)
        events_fill(s, &e.message, sizeof e.message);
    if (kind == EVENT_WAKE || kind == EVENT_FAIL)
        e.status = (int64_t)events_random(s);
    if (kind == EVENT_CRASH || kind == EVENT_TRAP || kind == EVENT_RETURN) {
        e.pc = events_random(s);
        e.cause = events_random(s);
        e.address = events_random(s);
    }
    events_body(s, &e);
    return e;
}

static inline struct event events_any(struct events *s)
{
    return events_next(s, (enum event_kind)(events_random(s) % EVENT_KINDS));
}

// Field by field, for there may be anything in the padding.
static inline bool events_same(const struct event *a, const struct event *b)
{
    return a->number == b->number && a->time == b->time && a->kind == b->kind &&
           a->transaction == b->transaction && a->parent == b->parent && a->who == b->who &&
           a->peer == b->peer && a->call == b->call && a->state == b->state &&
           a->status == b->status && a->events == b->events && a->irq == b->irq &&
           a->bytes == b->bytes && a->access == b->access && a->cause == b->cause &&
           a->pc == b->pc && a->address == b->address && a->incarnation == b->incarnation &&
           a->frame == b->frame && a->satp == b->satp && a->length == b->length &&
           memcmp(&a->message, &b->message, sizeof a->message) == 0 &&
           memcmp(a->name, b->name, sizeof a->name) == 0 && memcmp(a->x, b->x, sizeof a->x) == 0 &&
           memcmp(a->text, b->text, sizeof a->text) == 0;
}

#endif
