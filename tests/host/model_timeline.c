// The timeline: any moment again is the same as it was, live or from a file, and memory stays bounded.
#include <unistd.h>
#include "suite.h"
#include "trace_events.h"
#include "emu/model/timeline.h"
#include "emu/trace/writer.h"

#define SEED 21

static char path[] = "/tmp/courier-timeline.XXXXXX";

// Writes `count` events to the file; in memory they cost nothing, for the seed gives them again.
static void write_events(unsigned count)
{
    char why[256];
    struct events s = {.random = SEED};
    struct writer *w = writer_open(path, why, sizeof why);
    assert_non_null(w);
    for (unsigned i = 0; i < count; i++) {
        struct event e = events_any(&s);
        writer_sink(w)->event(writer_sink(w), &e);
    }
    assert_true(writer_close(w, why, sizeof why));
}

static struct timeline *open_file(unsigned count)
{
    char why[256] = "";
    write_events(count);
    struct timeline *t = timeline_open(path, NULL, NULL, NULL, why, sizeof why);
    assert_non_null(t);
    assert_string_equal(why, "");
    return t;
}

static struct timeline *live(unsigned count)
{
    struct events s = {.random = SEED};
    struct timeline *t = timeline_live();
    assert_non_null(t);
    for (unsigned i = 0; i < count; i++) {
        struct event e = events_any(&s);
        timeline_sink(t)->event(timeline_sink(t), &e);
    }
    return t;
}

// Two worlds, without the padding in their structs.
static void assert_same_world(const struct world *a, const struct world *b)
{
    assert_true(a->event == b->event && a->now == b->now);
    assert_true(a->messages == b->messages && a->switches == b->switches);
    assert_true(a->deaths == b->deaths && a->restarts == b->restarts);
    assert_true(a->running == b->running && a->idle == b->idle);
    for (unsigned i = 0; i < NSLOTS; i++) {
        const struct world_process *p = &a->process[i], *q = &b->process[i];
        assert_true(p->used == q->used && p->endpoint == q->endpoint && p->state == q->state);
        assert_true(p->peer == q->peer && p->since == q->since && p->open == q->open);
        assert_true(p->in == q->in && p->out == q->out && p->self == q->self);
        assert_true(p->imposed == q->imposed && p->call_event == q->call_event);
        assert_true(p->asks.id == q->asks.id && p->asks.self == q->asks.self);
        assert_memory_equal(p->name, q->name, sizeof p->name);
    }
}

// The worlds after some events between first and last, asked for in an order that jumps about,
// against the one that goes through all.
static void check_worlds(struct timeline *t, unsigned count, unsigned step)
{
    struct world *truth = calloc(1, sizeof *truth), *found = calloc(1, sizeof *found);
    struct events s = {.random = SEED};
    world_init(truth);
    for (unsigned i = 1; i <= count; i++) {
        struct event e = events_any(&s);
        world_event(truth, &e, NULL);
        if (i % step || i < timeline_first(t))
            continue;
        assert_true(timeline_world(t, i, found));
        assert_same_world(found, truth);
        uint64_t back = i - (i - timeline_first(t)) / 3; // and somewhere else in between
        assert_true(timeline_world(t, back, found));
        assert_int_equal(found->event, back);
    }
    free(truth);
    free(found);
}

static void check_events(struct timeline *t, unsigned count, unsigned step)
{
    struct events s = {.random = SEED};
    struct event e, wanted;
    for (unsigned i = 1; i <= count; i++) {
        wanted = events_any(&s);
        bool at_hand = i >= timeline_first(t);
        if (i % step && i != timeline_first(t) && i != count)
            continue;
        assert_true(timeline_event(t, i, &e) == at_hand);
        if (!at_hand)
            continue;
        assert_true(events_same(&e, &wanted));
        uint64_t at = timeline_at(t, wanted.time);
        assert_in_range(at, timeline_first(t), i);
        assert_true(timeline_event(t, at, &e) && e.time == wanted.time);
        assert_true(at == timeline_first(t) ||
                    (timeline_event(t, at - 1, &e) && e.time < wanted.time));
    }
    assert_int_equal(timeline_at(t, wanted.time + 1), count + 1);
    assert_int_equal(timeline_at(t, 0), timeline_first(t));
    assert_false(timeline_event(t, 0, &e));
    assert_false(timeline_event(t, count + 1, &e));
}

static void a_file(void **state)
{
    (void)state;
    enum { COUNT = 30000 };
    struct timeline *t = open_file(COUNT);
    assert_int_equal(timeline_first(t), 1);
    assert_int_equal(timeline_last(t), COUNT);
    check_worlds(t, COUNT, 997);
    check_events(t, COUNT, 499);
    timeline_close(t);
}

// So many events that marks had to be given up.
static void a_long_file(void **state)
{
    (void)state;
    enum { COUNT = 300000 };
    struct timeline *t = open_file(COUNT);
    assert_int_equal(timeline_last(t), COUNT);
    check_worlds(t, COUNT, 29989);
    check_events(t, COUNT, 49999);
    timeline_close(t);
}

static void a_live_run(void **state)
{
    (void)state;
    enum { COUNT = 30000 };
    struct timeline *t = live(COUNT);
    assert_int_equal(timeline_first(t), 1);
    assert_int_equal(timeline_last(t), COUNT);
    check_worlds(t, COUNT, 997);
    check_events(t, COUNT, 499);
    timeline_close(t);
}

// More than it keeps: the first ones are forgotten, a piece at a time, and all that is at hand is right.
static void a_long_live_run(void **state)
{
    (void)state;
    enum { COUNT = 1000000 };
    struct timeline *t = live(COUNT);
    assert_int_equal(timeline_last(t), COUNT);
    assert_in_range(timeline_first(t), COUNT / 8, COUNT - 100000);
    check_worlds(t, COUNT, 79999);
    check_events(t, COUNT, 49999);
    timeline_close(t);
}

// Going on while one looks at something old, until that is gone.
static void looking_back_while_it_runs(void **state)
{
    (void)state;
    enum { COUNT = 900000 };
    struct events s = {.random = SEED};
    struct timeline *t = timeline_live();
    struct world *w = calloc(1, sizeof *w);
    for (unsigned i = 1; i <= COUNT; i++) {
        struct event e = events_any(&s);
        timeline_sink(t)->event(timeline_sink(t), &e);
        if (i % 9973)
            continue;
        uint64_t at = timeline_first(t) + i % 3; // where the next piece will be forgotten
        assert_true(timeline_world(t, at, w));
        assert_int_equal(w->event, at);
        assert_true(timeline_event(t, at + 1, &e));
        assert_int_equal(e.number, at + 1);
    }
    assert_true(timeline_first(t) > 1);
    assert_false(timeline_world(t, timeline_first(t) - 1, w));
    free(w);
    timeline_close(t);
}

static void feed(struct timeline *t, struct events *s)
{
    struct event e = events_any(s);
    timeline_sink(t)->event(timeline_sink(t), &e);
}

// One has just read the last event of a piece; that piece is forgotten; one reads on.
static void reading_on_behind_what_is_forgotten(void **state)
{
    (void)state;
    struct events s = {.random = SEED}, ahead = s;
    struct timeline *t = timeline_live(), *other = timeline_live();
    struct event e, wanted;
    for (unsigned i = 0; i < 800000; i++) {
        feed(t, &s);
        feed(other, &ahead);
    }
    uint64_t first = timeline_first(t);
    while (timeline_first(other) == first)
        feed(other, &ahead);
    uint64_t next = timeline_first(other);
    assert_true(timeline_event(t, next - 1, &e));
    while (timeline_first(t) == first)
        feed(t, &s);
    for (unsigned i = 0; i < 100; i++)
        feed(t, &s);
    assert_true(timeline_event(t, next, &e) && timeline_event(other, next, &wanted));
    assert_true(events_same(&e, &wanted));
    timeline_close(t);
    timeline_close(other);
}

static bool count_to(void *arg, const struct event *e)
{
    uint64_t *next = arg;
    assert_int_equal(e->number, *next);
    return ++*next != 120;
}

static void each_until_enough(void **state)
{
    (void)state;
    struct timeline *t = open_file(500);
    uint64_t next = 10;
    timeline_each(t, 10, 20, count_to, &next);
    assert_int_equal(next, 21);
    next = 100;
    timeline_each(t, 100, 500, count_to, &next);
    assert_int_equal(next, 120);
    next = 1;
    timeline_each(t, 0, 5, count_to, &next);
    assert_int_equal(next, 6);
    next = 495;
    timeline_each(t, 495, 10000, count_to, &next);
    assert_int_equal(next, 501);
    timeline_each(t, 501, 600, count_to, &next);
    assert_int_equal(next, 501);
    timeline_close(t);
}

// ---- histories --------------------------------------------------------------------------------------

// A request, 50000 events of no interest, its reply.
static void put_long_request(struct timeline *t, struct events *s)
{
    struct event life[2] = {events_next(s, EVENT_SPAWN), events_next(s, EVENT_SPAWN)};
    struct event call = events_next(s, EVENT_CALL), request = events_next(s, EVENT_DELIVER);
    life[0].who = call.who = request.peer = EP_MAKE(1, 17);
    life[1].who = call.peer = request.who = EP_FS;
    call.call = IPC_SENDREC;
    call.transaction = request.transaction = 5;
    call.parent = 0;
    request.message.type = call.message.type = 0x301;
    struct event block = events_next(s, EVENT_BLOCK);
    block.who = EP_MAKE(1, 17);
    block.peer = EP_FS;
    block.state = PROC_SENDING;
    const struct event *all[] = {&life[0], &life[1], &call, &block, &request};
    request.number = 5, block.number = 4;
    for (unsigned i = 0; i < 5; i++)
        timeline_sink(t)->event(timeline_sink(t), all[i]);
    for (unsigned i = 0; i < 50000; i++) {
        struct event e = events_next(s, EVENT_COPY);
        timeline_sink(t)->event(timeline_sink(t), &e);
    }
    struct event reply = events_next(s, EVENT_DELIVER);
    reply.who = EP_MAKE(1, 17);
    reply.peer = EP_FS;
    reply.transaction = 5;
    reply.message.type = 0x301 | MSG_REPLY;
    reply.message.status = 3;
    timeline_sink(t)->event(timeline_sink(t), &reply);
}

static void a_history_goes_on_to_the_reply(void **state)
{
    (void)state;
    struct events s = {.random = SEED};
    struct timeline *t = timeline_live();
    struct history *h = history_create();
    put_long_request(t, &s);
    assert_true(timeline_history(t, 5, h));
    assert_int_equal(h->stream.entries, 2);
    const struct entry *request = stream_entry(&h->stream, 1);
    assert_int_equal(request->kind, ENTRY_REQUEST);
    assert_int_equal(request->event, 5);
    assert_int_equal(request->partner, 2);
    assert_int_equal(request->fate, FATE_ANSWERED);
    history_clear(h);
    assert_true(timeline_history(t, timeline_last(t), h)); // from its end: what led to it
    assert_int_equal(h->stream.entries, 2);
    assert_false(timeline_history(t, 0, h));
    assert_false(timeline_history(t, timeline_last(t) + 1, h));
    free(h);
    timeline_close(t);
}

// ---- opening ----------------------------------------------------------------------------------------

struct counter {
    struct sink sink;
    uint64_t events;
};

static void count(struct sink *self, const struct event *e)
{
    struct counter *c = (struct counter *)self;
    assert_int_equal(e->kind, EVENT_SWITCH);
    c->events++;
}

static bool until_half(void *arg, double share)
{
    double *last = arg;
    assert_true(share > *last && share <= 1);
    *last = share;
    return share < 0.5;
}

static void opening_tells_and_can_be_ended(void **state)
{
    (void)state;
    char why[256] = "?";
    double share = 0;
    struct counter c = {{.kinds = EVENT_BIT(EVENT_SWITCH), .event = count}, 0};
    write_events(250000);
    struct timeline *t = timeline_open(path, &c.sink, until_half, &share, why, sizeof why);
    assert_non_null(t);
    assert_string_equal(why, "");
    assert_in_range(timeline_last(t), 125000, 249999);
    assert_in_range(c.events, timeline_last(t) / EVENT_KINDS / 2,
                    timeline_last(t) / EVENT_KINDS * 2);
    struct world *w = malloc(sizeof *w);
    assert_true(timeline_world(t, timeline_last(t), w));
    assert_false(timeline_world(t, timeline_last(t) + 1, w));
    free(w);
    timeline_close(t);
}

static void damaged_and_foreign_files(void **state)
{
    (void)state;
    char why[256] = "";
    assert_null(timeline_open("/dev/null", NULL, NULL, NULL, why, sizeof why));
    assert_string_equal(why, "/dev/null: not a pcapng file");
    write_events(20000);
    assert_int_equal(truncate(path, 2000001), 0);
    struct timeline *t = timeline_open(path, NULL, NULL, NULL, why, sizeof why);
    assert_non_null(t);
    assert_non_null(strstr(why, "ends in the middle of a block"));
    assert_in_range(timeline_last(t), 10000, 19999);
    struct event e;
    assert_true(timeline_event(t, timeline_last(t), &e));
    assert_int_equal(truncate(path, 50000), 0); // behind its back
    assert_false(timeline_event(t, timeline_last(t) / 2, &e));
    assert_true(timeline_event(t, 1, &e));
    timeline_close(t);
}

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file),
        cmocka_unit_test(a_long_file),
        cmocka_unit_test(a_live_run),
        cmocka_unit_test(a_long_live_run),
        cmocka_unit_test(looking_back_while_it_runs),
        cmocka_unit_test(reading_on_behind_what_is_forgotten),
        cmocka_unit_test(each_until_enough),
        cmocka_unit_test(a_history_goes_on_to_the_reply),
        cmocka_unit_test(opening_tells_and_can_be_ended),
        cmocka_unit_test(damaged_and_foreign_files),
    };
    return suite_end("model_timeline", sizeof tests / sizeof tests[0],
                     cmocka_run_group_tests_name("model_timeline", tests, make_file, remove_file));
}
