/*
 * Goes through two traces in step until they part. Two runs that began alike differ from one event
 * on; everything behind it follows from that, so it is the one that matters.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "emu/options.h"
#include "emu/trace/describe.h"
#include "emu/trace/diff.h"
#include "emu/trace/reader.h"

#define NS_PER_CLOCK 10

struct diff {
    struct reader *reader[2];
    enum reader_result result[2];
    struct event event[2];
    struct event message; /* the last that was delivered in both */
    uint64_t events;      /* that are the same */
    struct {
        endpoint_t endpoint;
        char name[NAME_BYTES];
    } process[NSLOTS];
};

/* The numbers in an event: where they are, and what they are called. */
static const struct number {
    const char *name;
    uint16_t at, size;
} numbers[] = {
#define NUMBER(name, member)                                                                       \
    {                                                                                              \
        name, offsetof(struct event, member), sizeof(((struct event *)0)->member)                  \
    }
    NUMBER("time", time),
    NUMBER("operation", kind),
    NUMBER("who", who),
    NUMBER("peer", peer),
    NUMBER("transaction", transaction),
    NUMBER("parent", parent),
    NUMBER("call", call),
    NUMBER("state", state),
    NUMBER("status", status),
    NUMBER("events", events),
    NUMBER("irq", irq),
    NUMBER("bytes", bytes),
    NUMBER("access", access),
    NUMBER("cause", cause),
    NUMBER("pc", pc),
    NUMBER("address", address),
    NUMBER("incarnation", incarnation),
    NUMBER("frame", frame),
    NUMBER("satp", satp),
    NUMBER("ra", x[CROSSING_RA]),
    NUMBER("sp", x[CROSSING_SP]),
    NUMBER("t0", x[CROSSING_T0]),
    NUMBER("t1", x[CROSSING_T1]),
    NUMBER("t2", x[CROSSING_T2]),
    NUMBER("a0.source", message.source),
    NUMBER("a0.type", message.type),
    NUMBER("a1", message.w[0]),
    NUMBER("a2", message.w[1]),
    NUMBER("a3", message.w[2]),
    NUMBER("a4", message.w[3]),
    NUMBER("a5", message.w[4]),
    NUMBER("a6", message.w[5]),
    NUMBER("a7", message.w[6]),
    NUMBER("length", length),
#undef NUMBER
};
#define NUMBERS (sizeof numbers / sizeof numbers[0])

static uint64_t get(const struct event *e, const struct number *n)
{
    uint64_t value = 0;
    memcpy(&value, (const uint8_t *)e + n->at, n->size);
    return value;
}

static bool same(const struct event *a, const struct event *b)
{
    for (size_t i = 0; i < NUMBERS; i++)
        if (get(a, &numbers[i]) != get(b, &numbers[i]))
            return false;
    return memcmp(a->name, b->name, sizeof a->name) == 0 &&
           memcmp(a->text, b->text, a->length) == 0;
}

/* ---- names ----------------------------------------------------------------------------------- */

static void learn(struct diff *d, const struct event *e)
{
    unsigned slot = EP_SLOT(e->who);
    if ((e->kind != EVENT_SPAWN && e->kind != EVENT_EXEC) || slot >= NSLOTS)
        return;
    d->process[slot].endpoint = e->who;
    memcpy(d->process[slot].name, e->name, NAME_BYTES);
}

static const char *name_of(const void *context, endpoint_t ep)
{
    const struct diff *d = context;
    unsigned slot = EP_SLOT(ep);
    bool known = slot < NSLOTS && d->process[slot].endpoint == ep && d->process[slot].name[0];
    return known ? d->process[slot].name : NULL;
}

/* ---- the report ------------------------------------------------------------------------------ */

static void put_event(const struct diff *d, const char *whose, const struct event *e)
{
    char text[DESCRIBE_BYTES];
    printf("%s: %s\n", whose, describe_event(text, sizeof text, e, name_of, d));
}

static void put_time(uint64_t time)
{
    uint64_t ns = time * NS_PER_CLOCK;
    printf("%" PRIu64 ".%09" PRIu64 " s", ns / 1000000000, ns % 1000000000);
}

static void put_fields(const struct event *a, const struct event *b)
{
    const char *before = "it differs in";
    for (size_t i = 0; i < NUMBERS; i++) {
        uint64_t x = get(a, &numbers[i]), y = get(b, &numbers[i]);
        if (x == y)
            continue;
        printf("%s %s ", before, numbers[i].name);
        if (numbers[i].at == offsetof(struct event, time)) {
            put_time(x);
            printf(" / ");
            put_time(y);
        } else {
            printf("%#" PRIx64 " / %#" PRIx64, x, y);
        }
        before = ",";
    }
    printf("%s\n", *before == ',' ? "" : "it differs in its text");
}

/* The traces part at `event`, of which one may have none. */
static void report(const struct diff *d, const char *const name[2])
{
    bool ends = d->result[0] != READER_EVENT || d->result[1] != READER_EVENT;
    unsigned longer = d->result[0] == READER_EVENT ? 0 : 1;
    printf("event %" PRIu64 " differs, at ", d->events + 1);
    put_time(d->event[longer].time);
    printf("\n");
    for (unsigned i = 0; i < 2; i++) {
        if (d->result[i] == READER_EVENT)
            put_event(d, name[i], &d->event[i]);
        else
            printf("%s: ends before it\n", name[i]);
    }
    if (!ends)
        put_fields(&d->event[0], &d->event[1]);
    if (d->message.number == 0) {
        printf("no message was delivered before\n");
        return;
    }
    char text[DESCRIBE_BYTES];
    printf("last common message: event %" PRIu64 ", at ", d->message.number);
    put_time(d->message.time);
    printf(", %s\n", describe_event(text, sizeof text, &d->message, name_of, d));
}

/* ---- going through them ---------------------------------------------------------------------- */

static bool open_both(struct diff *d, const char *const name[2])
{
    char why[320];
    for (unsigned i = 0; i < 2; i++) {
        d->reader[i] = reader_open(name[i], why, sizeof why);
        if (d->reader[i])
            continue;
        fprintf(stderr, "courier: %s\n", why);
        return false;
    }
    return true;
}

/* Reads on until they differ; false: both end, and were the same. */
static bool find(struct diff *d)
{
    for (;;) {
        for (unsigned i = 0; i < 2; i++)
            d->result[i] = reader_next(d->reader[i], &d->event[i]);
        if (d->result[0] != READER_EVENT && d->result[1] != READER_EVENT)
            return false;
        if (d->result[0] != d->result[1] || !same(&d->event[0], &d->event[1]))
            return true;
        d->events++;
        learn(d, &d->event[0]);
        if (d->event[0].kind == EVENT_DELIVER)
            d->message = d->event[0];
    }
}

static int compare(struct diff *d, const char *const name[2])
{
    bool differ = find(d), damaged = false;
    for (unsigned i = 0; i < 2; i++) {
        damaged |= d->result[i] == READER_DAMAGED;
        if (*reader_remark(d->reader[i]))
            fprintf(stderr, "courier: %s\n", reader_remark(d->reader[i]));
    }
    if (damaged)
        return EXIT_USAGE;
    if (differ)
        report(d, name);
    else
        printf("the same %" PRIu64 " events\n", d->events);
    return differ;
}

int trace_diff(const char *a, const char *b)
{
    const char *const name[2] = {a, b};
    struct diff d = {0};
    int status = open_both(&d, name) ? compare(&d, name) : EXIT_USAGE;
    reader_close(d.reader[0]);
    reader_close(d.reader[1]);
    return status;
}
