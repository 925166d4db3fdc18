/*
 * The cases, and running them.
 *
 * Each worker goes through the undisturbed run once and stops for a moment at each place: there it forks, the child is made to
 * fail and goes on to its end, and writes its verdict into memory that all share.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "emu/sweep/fault.h"
#include "emu/sweep/shared.h"
#include "emu/sweep/sweep.h"

#define LIMIT_PREPARE 100000000000ull /* virtual time: 1,000 s */
#define LIMIT_MORE    10000000000ull  /* of a disturbed run: 100 s more than the reference */
#define ALL_SERVICES                                                                               \
    ((1u << EP_RS) | (1u << EP_PM) | (1u << EP_FS) | (1u << EP_TTY) | (1u << EP_BLK))

/* A run under way. */
struct run {
    struct sweep *sweep;
    struct machine machine;
    uint64_t seen[NSERVICES]; /* messages delivered when the service ran last */
    uint64_t writes;
    uint64_t syncs;         /* of the machine's, noted */
    uint32_t place;         /* the next one */
    uint32_t next;          /* the next case: cases are sorted by place */
    unsigned worker;        /* which one this is */
    int64_t only;           /* a replay: this case, and no fork; -1 */
    struct sweep_case *hit; /* what this run has been made to be, or NULL: it is undisturbed */
    bool failed;
};

/* ---- places ---------------------------------------------------------------------------------- */

/* Messages that were delivered since the service ran last; 0: this is no place. */
static uint32_t messages_since(struct run *r, endpoint_t service)
{
    uint64_t now = r->machine.messages, before = r->seen[service];
    r->seen[service] = now;
    return (uint32_t)(now - before);
}

static void note_place(struct run *r, endpoint_t service, uint64_t message, uint32_t weight)
{
    struct sweep *s = r->sweep;
    if ((s->places & (s->places + 1)) == 0 || !s->place) { /* room for the next power of two */
        struct place *more = realloc(s->place, (size_t)(s->places + 1) * 2 * sizeof *more);
        if (!more) {
            r->failed = true;
            return;
        }
        s->place = more;
    }
    s->place[s->places++] = (struct place){.service = service,
                                           .message = message,
                                           .time = board_clock(r->machine.board),
                                           .weight = weight};
}

static void on_return_prepare(void *arg, endpoint_t service, struct board_crossing *c)
{
    struct run *r = arg;
    uint32_t weight = messages_since(r, service);
    (void)c;
    if (weight && r->sweep->services >> service & 1)
        note_place(r, service, r->machine.messages, weight);
}

static bool on_write_prepare(void *arg, uint64_t sector, uint64_t bytes)
{
    struct run *r = arg;
    (void)sector, (void)bytes;
    note_place(r, EP_NONE, r->writes++, 1);
    return true;
}

/* ---- cases ----------------------------------------------------------------------------------- */

static uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u; /* splitmix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static int by_place(const void *a, const void *b)
{
    uint32_t x = ((const struct sweep_case *)a)->place, y = ((const struct sweep_case *)b)->place;
    return x < y ? -1 : x > y;
}

/* All places, or a sample of them; a bit flip has many variants at each place. */
static bool choose_cases(struct sweep *s)
{
    uint64_t state = s->seed;
    bool sampled = s->places && s->sample && (s->kind == SWEEP_BITFLIP || s->sample < s->places);
    s->case_count = sampled ? (uint32_t)s->sample : s->places;
    s->cases = shared_new((s->case_count + 1) * sizeof *s->cases);
    if (!s->cases)
        return false;
    for (uint32_t i = 0; i < s->case_count; i++) {
        uint64_t random = random_next(&state);
        s->cases[i].place = sampled ? (uint32_t)(random % s->places) : i;
        s->cases[i].variant = (uint32_t)(random >> 32);
    }
    qsort(s->cases, s->case_count, sizeof *s->cases, by_place);
    return true;
}

/* ---- the undisturbed run --------------------------------------------------------------------- */

static bool keep_disk(struct sweep *s, const struct machine *m)
{
    struct image image;
    s->fingerprint = image_fingerprint(m->board);
    bool sound = image_take(&image, m->board) && tree_read(&s->tree, &image) && image_fsck(&image);
    image_free(&image);
    return sound;
}

static const char *finish_preparation(struct run *r, enum machine_end end, int status)
{
    struct sweep *s = r->sweep;
    if (end != END_POWER_OFF)
        return "the undisturbed run does not come to its end";
    if (r->failed || !(s->processes = judge_processes(&r->machine.world)))
        return "out of memory";
    if (!keep_disk(s, &r->machine))
        return "the undisturbed run leaves a disk that fsck.minix does not accept (is it there?)";
    s->messages = r->machine.messages;
    for (unsigned i = 0; i < NSERVICES; i++)
        s->idle[i] = s->messages - r->seen[i];
    machine_to_reference(&r->machine, &s->reference, status);
    return choose_cases(s) ? NULL : "out of memory";
}

bool sweep_prepare(struct sweep *s, char *why, size_t size)
{
    struct run r = {.sweep = s, .only = -1};
    int status = 0;
    s->services = s->services ? s->services : ALL_SERVICES;
    bool open = machine_open(&r.machine, &s->config, s->workload, NULL, why, size);
    if (open) {
        r.machine.arg = &r;
        if (s->kind == SWEEP_POWERCUT)
            r.machine.may_write = on_write_prepare;
        else
            r.machine.returns = on_return_prepare;
        enum machine_end end = machine_run(&r.machine, LIMIT_PREPARE, &status);
        const char *wrong = finish_preparation(&r, end, status);
        size_t typed = r.machine.step;
        if (wrong && end != END_POWER_OFF && typed > 0)
            snprintf(why, size, "%s: line %u was the last that was typed", wrong,
                     s->workload->step[typed - 1].line);
        else if (wrong)
            snprintf(why, size, "%s", wrong);
        open = !wrong;
    }
    machine_close(&r.machine);
    return open;
}

/* ---- one case -------------------------------------------------------------------------------- */

static const struct episode *own_episode(const struct run *r, const struct place *p)
{
    const struct episodes *all = &r->machine.episodes;
    for (uint64_t n = 1; n <= all->count; n++) {
        const struct episode *e = episode_find(all, n);
        if (e && e->service == p->service && e->detected >= r->hit->verdict.fault)
            return e;
    }
    return NULL;
}

static void write_verdict(struct run *r, enum machine_end end, int status)
{
    struct verdict *v = &r->hit->verdict;
    const struct place *p = &r->sweep->place[r->hit->place];
    const struct episode *e = own_episode(r, p);
    if (e) {
        v->detected = e->detected;
        v->restarted = e->restarted;
        v->replied = e->replied;
        v->asked = e->in_hand != 0;
    }
    v->outcome = r->sweep->kind == SWEEP_POWERCUT ? judge_power_cut(r->sweep, &r->machine, v->what)
                                                  : judge(r->sweep, &r->machine, end, status);
    v->done = true;
}

bool sweep_accepts(enum sweep_kind kind, enum outcome outcome)
{
    return outcome == TRANSPARENT || (kind == SWEEP_BITFLIP && outcome == VISIBLE_ERROR);
}

/* For who looks at the trace. */
static void say_what_is_done(struct run *r, const struct sweep_case *c)
{
    const struct place *p = &r->sweep->place[c->place];
    endpoint_t service = r->sweep->kind == SWEEP_POWERCUT ? EP_BLK : p->service;
    trace_operator(r->machine.trace, service, "%s, case %u of a sweep",
                   sweep_kind_name(r->sweep->kind), (unsigned)(c - r->sweep->cases));
}

/* The run becomes this case. */
static void become(struct run *r, struct sweep_case *c, struct board_crossing *crossing)
{
    const struct sweep *s = r->sweep;
    r->hit = c;
    r->machine.disturbed = true;
    c->verdict.fault = board_clock(r->machine.board);
    say_what_is_done(r, c);
    if (s->kind == SWEEP_POWERCUT) {
        r->machine.halted = true;
        board_request_stop(r->machine.board);
    } else {
        sweep_fault(&r->machine, s->kind, s->place[c->place].service, c->variant, crossing,
                    c->verdict.what);
    }
}

/* At a place: all its cases that are this worker's. A child returns, and goes on with the run. */
static void at_place(struct run *r, struct board_crossing *crossing)
{
    struct sweep *s = r->sweep;
    uint32_t place = r->place++;
    for (; r->next < s->case_count && s->cases[r->next].place == place; r->next++) {
        uint32_t number = r->next;
        if (r->only >= 0 && r->only != number)
            continue;
        if (r->only < 0 && number % s->jobs != r->worker)
            continue;
        pid_t child = r->only >= 0 ? 0 : fork();
        if (child == 0) {
            become(r, &s->cases[number], crossing);
            return;
        }
        if (child < 0 || waitpid(child, NULL, 0) != child)
            r->failed = true;
    }
}

static void on_return(void *arg, endpoint_t service, struct board_crossing *c)
{
    struct run *r = arg;
    if (r->hit || !messages_since(r, service) || !(r->sweep->services >> service & 1))
        return;
    at_place(r, c);
}

static bool on_write(void *arg, uint64_t sector, uint64_t bytes)
{
    struct run *r = arg;
    (void)sector, (void)bytes;
    if (!r->hit && r->syncs != r->machine.syncs) {
        r->syncs = r->machine.syncs;
        power_note_synced(r->sweep, &r->machine);
    }
    if (!r->hit)
        at_place(r, NULL);
    return !r->hit; /* the power is off */
}

/* Goes through the run. True: it came to its end undisturbed. False: it became a case, and its verdict is written. */
static bool go_through(struct run *r, char *why, size_t size)
{
    struct sweep *s = r->sweep;
    int status = 0;
    if (!machine_open(&r->machine, &s->config, s->workload, &s->reference, why, size)) {
        r->failed = true;
        return true;
    }
    r->machine.arg = r;
    if (s->kind == SWEEP_POWERCUT)
        r->machine.may_write = on_write;
    else
        r->machine.returns = on_return;
    enum machine_end end = machine_run(&r->machine, s->reference.time + LIMIT_MORE, &status);
    if (!r->hit)
        return true;
    write_verdict(r, end, status);
    if (r->only >= 0 && s->kind != SWEEP_POWERCUT)
        judge_explain(s, &r->machine, status);
    return false;
}

bool sweep_replay(struct sweep *s, uint32_t number, struct verdict *verdict, char *why, size_t size)
{
    struct run r = {.sweep = s, .only = number};
    snprintf(why, size, "the case was not met again");
    bool met = !go_through(&r, why, size);
    if (met)
        *verdict = s->cases[number].verdict;
    if (met && !trace_finish(r.machine.trace, why, size))
        met = false;
    machine_close(&r.machine);
    return met;
}

bool sweep_work(struct sweep *s, unsigned worker, char *why, size_t size)
{
    struct run r = {.sweep = s, .worker = worker, .only = -1};
    snprintf(why, size, "a run could not be forked");
    return !go_through(&r, why, size) ||
           !r.failed; /* what was opened belongs to the parent as well */
}

void sweep_free(struct sweep *s)
{
    shared_free(s->cases, (s->case_count + 1) * sizeof *s->cases);
    free(s->place);
    free(s->processes);
    free(s->reference.output);
    free(s->reference.typed_at);
    tree_free(&s->tree);
    tree_free(&s->synced);
}
