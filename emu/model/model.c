/*
 * The model hands each event to the world, and what the world makes of it to those who keep it: the history, the latencies,
 * the episodes; and it writes the log.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <courier/errno.h>
#include <courier/probe.h>
#include "emu/model/model.h"
#include "emu/trace/names.h"

#define INSNS_PER_US 100
#define CYCLE_TEXT   60

/* ---- the log --------------------------------------------------------------------------------- */

const struct note *model_note(const struct model *m, uint64_t number)
{
    bool kept = number > 0 && number <= m->notes && m->notes - number < MODEL_NOTES;
    return kept ? &m->note[number % MODEL_NOTES] : NULL;
}

void model_say(struct model *m, enum note_level level, const char *format, ...)
{
    struct note *n = &m->note[++m->notes % MODEL_NOTES];
    va_list args;
    va_start(args, format);
    vsnprintf(n->text, sizeof n->text, format, args);
    va_end(args);
    n->time = m->world.now;
    n->event = m->world.event;
    n->level = level;
    struct entry *line = stream_add(&m->history->stream, n->time, ENTRY_NOTE, EP_NONE);
    line->event = m->world.event;
    line->note = *n;
}

const char *model_cause(uint64_t cause)
{
    static const char *const text[] = {
        [0] = "misaligned jump",  [1] = "instruction access fault", [2] = "illegal instruction",
        [3] = "breakpoint",       [4] = "misaligned load",          [5] = "load access fault",
        [6] = "misaligned store", [7] = "store access fault",       [12] = "instruction page fault",
        [13] = "load page fault", [15] = "store page fault"};
    const char *known = cause < sizeof text / sizeof text[0] ? text[cause] : NULL;
    return known                     ? known
           : cause == CAUSE_KILLED   ? "killed"
           : cause == CAUSE_HUNG     ? "hung"
           : cause == CAUSE_GIVEN_UP ? "given up"
                                     : "fault";
}

static void say_crash(struct model *m, const struct world_process *p, const struct event *e)
{
    if (e->cause == CAUSE_GIVEN_UP)
        model_say(m, NOTE_BAD, "%s is given up: whoever asks it gets EDEADSRCDST", p->name);
    else if (e->cause == CAUSE_HUNG)
        model_say(m, NOTE_BAD, "%s died: hung, no answer to the heartbeat", p->name);
    else if (e->cause == CAUSE_KILLED)
        model_say(m, NOTE_BAD, "%s died: killed", p->name);
    else
        model_say(m, NOTE_BAD, "%s died: %s at %#llx", p->name, model_cause(e->cause),
                  (unsigned long long)e->pc);
}

/* A request that took its server with it once too often. */
static void say_faulted(struct model *m, const struct transaction *t)
{
    const char *client = world_name(&m->world, t->client),
               *server = world_name(&m->world, t->server);
    const char *type = names_type(t->request.type);
    model_say(m, NOTE_BAD, "%s died three times of %s's %s: EFAULTED", server ? server : "?",
              client ? client : "?", type ? type : "request");
}

static void say_restart(struct model *m, const struct world_process *p)
{
    if (p->incarnation <= 1)
        model_say(m, NOTE_INFO, "%s started", p->name);
    else
        model_say(m, NOTE_GOOD, "%s is back, incarnation %u (%llu us)", p->name, p->incarnation,
                  (unsigned long long)(m->world.now - p->since) / INSNS_PER_US);
}

/* The kernel refused a call that would have closed a cycle. */
static void say_refusal(struct model *m, const struct event *e)
{
    endpoint_t member[NSLOTS];
    char text[CYCLE_TEXT];
    size_t count = waits_cycle(&m->world, e->who, e->peer, member);
    if (!count)
        return;
    model_say(m, NOTE_BAD, "refused: %s would wait for each other",
              waits_text(text, sizeof text, &m->world, member, count));
    m->refused.event = e->number;
    m->refused.count = count;
    memcpy(m->refused.member, member, count * sizeof *member);
}

static bool was_said(const struct model *m, endpoint_t ep)
{
    return m->stalled[EP_SLOT(ep) / 64] >> EP_SLOT(ep) % 64 & 1;
}

/* What the kernel cannot see. It is said once, when it closes. */
static void say_stall(struct model *m, const endpoint_t *member, size_t count)
{
    char text[CYCLE_TEXT];
    size_t said = 0;
    for (size_t i = 0; i < count; i++) {
        said += was_said(m, member[i]);
        m->stalled[EP_SLOT(member[i]) / 64] |= 1ull << EP_SLOT(member[i]) % 64;
    }
    if (said < count)
        model_say(m, NOTE_BAD, "deadlock: %s, nobody else can end it",
                  waits_text(text, sizeof text, &m->world, member, count));
}

/* This process waits now. */
static void look_for_stall(struct model *m, endpoint_t ep)
{
    endpoint_t member[NSLOTS];
    if (waits_is_stalled(&m->world, ep))
        say_stall(m, member, waits_stall_of(&m->world, ep, member));
}

/* A process is gone, which may have been the last that could end some wait. */
static void look_for_any_stall(struct model *m)
{
    endpoint_t member[NSLOTS];
    say_stall(m, member, waits_stall(&m->world, member));
}

/* Who waits now, or goes on, after this event? */
static void follow_stalls(struct model *m, const struct event *e)
{
    if (e->kind == EVENT_BLOCK)
        look_for_stall(m, e->who);
    else if (e->kind == EVENT_SWITCH)
        look_for_stall(m, e->peer); /* it may wait for a reply now, or listen */
    else if (e->kind == EVENT_EXIT)
        look_for_any_stall(m);
    else if ((e->kind == EVENT_DELIVER || e->kind == EVENT_WAKE) && EP_SLOT(e->who) < NSLOTS)
        m->stalled[EP_SLOT(e->who) / 64] &= ~(1ull << EP_SLOT(e->who) % 64);
}

/* ---- changes of the world -------------------------------------------------------------------- */

static struct model *model_of(struct world_sink *changes)
{
    return (struct model *)((char *)changes - offsetof(struct model, changes));
}

static void on_message(struct world_sink *self, const struct world *w, const struct event *e,
                       const struct transaction *t)
{
    struct model *m = model_of(self);
    episodes_message(&m->episodes, w, e, t);
}

static void on_failed(struct world_sink *self, const struct world *w, const struct event *e)
{
    (void)w;
    if (e->status == -ELOCKED)
        say_refusal(model_of(self), e);
}

static void on_ended(struct world_sink *self, const struct world *w, const struct transaction *t)
{
    struct model *m = model_of(self);
    unsigned slot = EP_SLOT(t->client) % NSLOTS;
    uint64_t host = m->host_ns && m->host_called[slot] ? m->host_ns() - m->host_called[slot] : 0;
    if (t->fate == FATE_ANSWERED)
        latencies_add(&m->latencies, w, t, host);
    if (t->fate == FATE_FAILED && t->status == -EFAULTED) {
        episodes_faulted(&m->episodes, t);
        say_faulted(m, t);
    }
}

static void on_life(struct world_sink *self, const struct world *w, const struct event *e)
{
    struct model *m = model_of(self);
    const struct world_process *p = world_find(w, e->who);
    episodes_life(&m->episodes, w, e);
    if (e->kind == EVENT_OPERATOR)
        model_say(m, NOTE_INFO, "operator: %.*s", e->length, e->text);
    else if (e->kind == EVENT_CRASH && p)
        say_crash(m, p, e);
    else if (e->kind == EVENT_RESTART && p)
        say_restart(m, p);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void on_event(struct sink *self, const struct event *e)
{
    struct model *m = (struct model *)self;
    if (e->kind == EVENT_CALL && m->host_ns)
        m->host_called[EP_SLOT(e->who) % NSLOTS] = m->host_ns();
    world_event(&m->world, e, &m->history->sink);
    roster_event(&m->roster, e);
    follow_stalls(m, e);
}

/* Time in 1/1000 of what passed. An adoption moves what was imposed before from one to another: so it may have shrunk, or
 * grown by more than passed. */
static unsigned share_of(uint64_t now, uint64_t before, uint64_t passed)
{
    uint64_t spent = now > before ? now - before : 0;
    return spent < passed ? (unsigned)(spent * 1000 / passed) : 1000;
}

void model_sample(struct model *m, uint64_t now)
{
    world_pass(&m->world, now);
    uint64_t passed = m->world.now - m->sampled;
    for (unsigned i = 0; i < NSLOTS && passed; i++) {
        const struct world_process *p = &m->world.process[i];
        struct share *s = &m->share[i];
        if (s->who != p->endpoint)
            *s = (struct share){.who = p->endpoint};
        s->self = share_of(p->self, s->self_before, passed);
        s->imposed = share_of(p->imposed, s->imposed_before, passed);
        s->self_before = p->self;
        s->imposed_before = p->imposed;
    }
    m->sampled = m->world.now;
}

struct model *model_create(void)
{
    struct model *m = calloc(1, sizeof *m);
    if (!m || !(m->history = history_create())) {
        free(m);
        return NULL;
    }
    m->sink = (struct sink){.kinds = EVENT_ALL & ~EVENT_CROSSINGS, .event = on_event};
    m->changes = (struct world_sink){on_message, on_failed, on_ended, on_life};
    m->history->next = &m->changes;
    world_init(&m->world);
    return m;
}

void model_destroy(struct model *m)
{
    if (m)
        free(m->history);
    free(m);
}
