/*
 * The model follows each process through the states that the kernel's probes tell of.
 *
 * The kernel reports a call, whether it blocks, and what is delivered. Two states follow without a
 * probe of their own: a sendrec whose request was delivered waits for the reply, and when a service
 * dies its clients' requests go back into its queue.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/dash/model.h"
#include <courier/errno.h>
#include "emu/trace/names.h"

#define INSNS_PER_US 100
#define CAUSE_KILLED (~0ull) /* of the probe `crash`: ended by its manager */

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
    n->time = m->now;
    n->level = level;
    stream_add(&m->stream, m->now, ENTRY_NOTE, EP_NONE)->note = *n;
}

/* ---- processes ------------------------------------------------------------------------------- */

static struct model_process *find(struct model *m, endpoint_t ep)
{
    struct model_process *p = EP_SLOT(ep) < NSLOTS ? &m->process[EP_SLOT(ep)] : NULL;
    return p && p->used && p->endpoint == ep ? p : NULL;
}

const struct model_process *model_find(const struct model *m, endpoint_t ep)
{
    return find((struct model *)m, ep);
}

const char *model_name(const void *model, endpoint_t ep)
{
    /* One that is gone is remembered until its slot is used again. */
    const struct model *m = model;
    const struct model_process *p = EP_SLOT(ep) < NSLOTS ? &m->process[EP_SLOT(ep)] : NULL;
    return p && p->endpoint == ep && p->name[0] ? p->name : NULL;
}

/* The process with this endpoint, which an event says exists. NULL: not an endpoint of a process.
 */
static struct model_process *get(struct model *m, endpoint_t ep)
{
    struct model_process *p = find(m, ep);
    if (p || EP_SLOT(ep) == 0 || EP_SLOT(ep) >= NSLOTS)
        return p;
    p = &m->process[EP_SLOT(ep)];
    *p = (struct model_process){.used = true, .endpoint = ep, .peer = EP_NONE, .since = m->now};
    p->state = PROC_READY;
    return p;
}

/* The entry with this number, to be written to. */
static struct entry *entry(struct model *m, uint64_t number)
{
    return (struct entry *)stream_entry(&m->stream, number);
}

static void set_state(struct model *m, struct model_process *p, uint32_t state, endpoint_t peer)
{
    p->state = state;
    p->peer = peer;
    p->since = m->now;
}

/* p's request has its answer, or will have none. */
static void close_request(struct model *m, struct model_process *p, enum entry_fate fate,
                          int64_t status)
{
    struct entry *request = p->request ? entry(m, p->request) : NULL;
    struct model_process *server = p->request && p->state == PROC_REPLY ? find(m, p->peer) : NULL;
    if (server && server->open > 0)
        server->open--;
    if (request) {
        request->fate = fate;
        request->status = status;
    }
    p->request = 0;
}

/* ---- messages -------------------------------------------------------------------------------- */

static struct entry *add_message(struct model *m, const struct event *e, enum entry_kind kind)
{
    struct entry *n = stream_add(&m->stream, m->now, kind, e->peer);
    n->dest = e->who;
    n->message = e->message;
    names_endpoint(n->source_name, sizeof n->source_name, e->peer, model_name, m);
    names_endpoint(n->dest_name, sizeof n->dest_name, e->who, model_name, m);
    return n;
}

/*
 * Does the reply that a server gives now tell how fast the server is? It does if the server gives
 * it on the request itself or on a device's interrupt. What else set it off (a typed line, the end
 * of a child, an alarm) came in its own time.
 */
static bool is_prompt(const struct model *m, const struct model_process *server, uint64_t request)
{
    if (server->cause == request)
        return true;
    const struct entry *cause = stream_entry(&m->stream, server->cause);
    return cause && cause->kind == ENTRY_NOTICE && cause->source == EP_KERNEL &&
           !(cause->message.w[0] & (NOTIFY_TIMER | NOTIFY_CRASH));
}

/* The client gets the reply to its open request. */
static void deliver_reply(struct model *m, struct model_process *client,
                          struct model_process *server, const struct event *e)
{
    uint64_t number = client->request;
    struct entry *reply = add_message(m, e, ENTRY_REPLY);
    struct entry *request = entry(m, number);
    reply->latency = m->now - client->call_time;
    if (is_prompt(m, server, number))
        latency_add(&server->replies, reply->latency);
    close_request(m, client, FATE_ANSWERED, 0);
    if (request) {
        reply->partner = number;
        request->partner = reply->number;
        request->latency = reply->latency;
    }
}

static void deliver_request(struct model *m, struct model_process *client,
                            struct model_process *server, const struct event *e)
{
    struct entry *n = add_message(m, e, ENTRY_REQUEST);
    n->asked = client->call_time;
    client->request = server->cause = n->number;
    set_state(m, client, PROC_REPLY, server->endpoint);
    server->open++;
}

static void on_deliver(struct model *m, const struct event *e)
{
    struct model_process *to = get(m, e->who), *from = get(m, e->peer);
    bool notice = e->message.type == MSG_NOTIFY;
    m->messages++;
    if (!to)
        return;
    to->in++;
    if (from)
        from->out++;
    if (from && !notice && to->request && to->state == PROC_REPLY && to->peer == e->peer)
        deliver_reply(m, to, from, e);
    else if (from && !notice && (from->call & IPC_CALL_MASK) == IPC_SENDREC)
        deliver_request(m, from, to, e);
    else
        to->cause = add_message(m, e, notice ? ENTRY_NOTICE : ENTRY_MESSAGE)->number;
    set_state(m, to, PROC_READY, EP_NONE);
}

static void on_call(struct model *m, const struct event *e)
{
    struct model_process *p = get(m, e->who);
    if (!p)
        return;
    m->running = e->who;
    p->call = e->call;
    p->call_time = m->now;
    if (p->state != PROC_READY)
        set_state(m, p, PROC_READY, EP_NONE);
}

static void on_wake(struct model *m, const struct event *e)
{
    struct model_process *p = get(m, e->who);
    if (!p)
        return;
    if (p->request)
        close_request(m, p, FATE_FAILED, e->status);
    set_state(m, p, PROC_READY, EP_NONE);
}

/* ---- life and death -------------------------------------------------------------------------- */

static void on_spawn(struct model *m, const struct event *e)
{
    unsigned slot = EP_SLOT(e->who);
    if (slot == 0 || slot >= NSLOTS)
        return;
    struct model_process *p = &m->process[slot];
    if (!p->used || p->endpoint != e->who) {
        *p = (struct model_process){.used = true, .endpoint = e->who};
        p->incarnation = slot < NSERVICES ? 1 : 0;
    }
    set_state(m, p, PROC_EMBRYO, EP_NONE);
    memcpy(p->name, e->name, sizeof p->name);
}

static void on_exec(struct model *m, const struct event *e)
{
    struct model_process *p = get(m, e->who);
    if (!p)
        return;
    memcpy(p->name, e->name, sizeof p->name);
    if (EP_SLOT(e->who) < NSERVICES)
        return; /* its restart is reported next */
    if (p->request)
        close_request(m, p, FATE_ANSWERED, 0); /* exec has no other reply */
    set_state(m, p, PROC_READY, EP_NONE);
}

/* A service is no more: the requests that it had go back into its queue. */
static void requeue_clients(struct model *m, struct model_process *service)
{
    for (unsigned i = 1; i < NSLOTS; i++) {
        struct model_process *p = &m->process[i];
        if (!p->used || p->state != PROC_REPLY || p->peer != service->endpoint)
            continue;
        close_request(m, p, FATE_AGAIN, 0);
        set_state(m, p, PROC_SENDING, service->endpoint);
    }
    service->open = 0;
}

static const char *cause_text(uint64_t cause)
{
    static const char *const text[] = {
        [0] = "misaligned jump",  [1] = "instruction access fault", [2] = "illegal instruction",
        [3] = "breakpoint",       [4] = "misaligned load",          [5] = "load access fault",
        [6] = "misaligned store", [7] = "store access fault",       [12] = "instruction page fault",
        [13] = "load page fault", [15] = "store page fault"};
    const char *known = cause < sizeof text / sizeof text[0] ? text[cause] : NULL;
    return known ? known : "fault";
}

static void on_crash(struct model *m, const struct event *e)
{
    struct model_process *p = get(m, e->who);
    if (!p)
        return;
    m->deaths++;
    if (p->request)
        close_request(m, p, FATE_FAILED, -EDEADSRCDST);
    set_state(m, p, e->cause == CAUSE_KILLED ? PROC_DOWN : PROC_CRASHED, EP_NONE);
    requeue_clients(m, p);
    if (e->cause == CAUSE_KILLED)
        model_say(m, NOTE_BAD, "%s died: killed", p->name);
    else
        model_say(m, NOTE_BAD, "%s died: %s at %#llx", p->name, cause_text(e->cause),
                  (unsigned long long)e->pc);
}

static void on_gone(struct model *m, const struct event *e)
{
    struct model_process *p = find(m, e->who);
    if (!p)
        return;
    if (p->request)
        close_request(m, p, FATE_GONE, 0);
    p->used = false;
}

static void on_restart(struct model *m, const struct event *e)
{
    struct model_process *p = get(m, e->who);
    if (!p)
        return;
    uint64_t after = m->now - p->since;
    requeue_clients(m, p);
    p->incarnation = (uint32_t)e->incarnation;
    set_state(m, p, PROC_READY, EP_NONE);
    if (p->incarnation <= 1) {
        model_say(m, NOTE_INFO, "%s started", p->name);
        return;
    }
    m->restarts++;
    model_say(m, NOTE_GOOD, "%s is back, incarnation %u (%llu us)", p->name, p->incarnation,
              (unsigned long long)after / INSNS_PER_US);
}

/* ---- events ---------------------------------------------------------------------------------- */

/* Time passes: it is the running process's, unless that waits and the machine is idle. */
static void pass_time(struct model *m, uint64_t now)
{
    struct model_process *p = find(m, m->running);
    if (p && p->state == PROC_READY && now > m->now)
        p->busy += now - m->now;
    if (now > m->now)
        m->now = now;
}

static void on_block(struct model *m, const struct event *e)
{
    struct model_process *p = get(m, e->who);
    if (p)
        set_state(m, p, e->state, e->peer);
}

static void on_switch(struct model *m, const struct event *e)
{
    struct model_process *p = get(m, e->who);
    m->switches++;
    m->running = e->who;
    if (p && p->state == PROC_EMBRYO)
        set_state(m, p, PROC_READY, EP_NONE);
}

static void on_event(struct sink *self, const struct event *e)
{
    static void (*const handler[EVENT_KINDS])(struct model *, const struct event *) = {
        [EVENT_CALL] = on_call,       [EVENT_BLOCK] = on_block,   [EVENT_DELIVER] = on_deliver,
        [EVENT_WAKE] = on_wake,       [EVENT_SWITCH] = on_switch, [EVENT_SPAWN] = on_spawn,
        [EVENT_EXEC] = on_exec,       [EVENT_EXIT] = on_gone,     [EVENT_CRASH] = on_crash,
        [EVENT_RESTART] = on_restart,
    };
    struct model *m = (struct model *)self;
    pass_time(m, e->time);
    if (handler[e->kind])
        handler[e->kind](m, e);
}

void model_sample(struct model *m, uint64_t now)
{
    pass_time(m, now);
    uint64_t passed = now - m->sampled;
    for (unsigned i = 0; i < NSLOTS && passed; i++) {
        struct model_process *p = &m->process[i];
        p->share = (unsigned)((p->busy - p->busy_before) * 1000 / passed);
        p->busy_before = p->busy;
    }
    m->sampled = now;
}

struct model *model_create(void)
{
    struct model *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->sink.kinds = EVENT_ALL & ~(EVENT_BIT(EVENT_FAIL) | EVENT_BIT(EVENT_NOTIFY) |
                                  EVENT_BIT(EVENT_IRQ) | EVENT_BIT(EVENT_COPY));
    m->sink.event = on_event;
    m->running = EP_NONE;
    return m;
}

void model_destroy(struct model *m)
{
    free(m);
}
