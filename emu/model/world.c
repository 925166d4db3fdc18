/*
 * The world follows each process through the states that the events tell of.
 *
 * The kernel reports a call, whether it blocks, and what is delivered. Some states follow without an event of their own: a
 * sendrec whose request was delivered waits for the reply; a server that replied and was switched away from at once listens
 * (the kernel's fast path); when a service dies its clients' requests go back into its queue; and what a manager's kernel
 * call does to a process shows in the call alone.
 *
 * Nothing in an event is believed that could lead outside the tables: a recorded trace may come from anywhere, and begin
 * anywhere.
 */
#include <string.h>
#include <courier/probe.h>
#include "emu/model/transaction.h"

/* ---- processes ------------------------------------------------------------------------------- */

static bool is_process(endpoint_t ep)
{
    return EP_SLOT(ep) > 0 && EP_SLOT(ep) < NSLOTS;
}

static bool is_service(endpoint_t ep)
{
    return EP_SLOT(ep) < NSERVICES;
}

struct world_process *world_process(struct world *w, endpoint_t ep)
{
    struct world_process *p = is_process(ep) ? &w->process[EP_SLOT(ep)] : NULL;
    return p && p->used && p->endpoint == ep ? p : NULL;
}

const struct world_process *world_find(const struct world *w, endpoint_t ep)
{
    return world_process((struct world *)w, ep);
}

const char *world_name(const void *world, endpoint_t ep)
{
    const struct world *w = world;
    const struct world_process *p = is_process(ep) ? &w->process[EP_SLOT(ep)] : NULL;
    return p && p->endpoint == ep && p->name[0] ? p->name : NULL;
}

bool world_runs(const struct world *w, const struct world_process *p)
{
    return p->state == PROC_READY && p->endpoint == w->running;
}

const struct transaction *world_transaction(const struct world *w, uint64_t id)
{
    for (unsigned i = 1; id && i < NSLOTS; i++)
        if (w->process[i].asks.id == id)
            return &w->process[i].asks;
    return NULL;
}

static void set_bit(uint64_t *set, endpoint_t ep, bool value)
{
    uint64_t bit = 1ull << EP_SLOT(ep) % 64;
    uint64_t *word = &set[EP_SLOT(ep) / 64];
    *word = value ? *word | bit : *word & ~bit;
}

void world_set_state(struct world *w, struct world_process *p, uint32_t state, endpoint_t peer)
{
    p->state = state;
    p->peer = peer;
    p->since = w->now;
    set_bit(w->ready, p->endpoint, state == PROC_READY);
}

/* The process is gone. Its slot keeps its name until the next one comes. */
static void vanish(struct world *w, struct world_process *p, struct world_sink *sink)
{
    transaction_end(w, p, FATE_GONE, 0, sink);
    w->gone += p->self;
    p->used = false;
    set_bit(w->used, p->endpoint, false);
    set_bit(w->ready, p->endpoint, false);
}

/* A new process; if its slot is in use, the end of that one was not reported. */
static struct world_process *begin(struct world *w, endpoint_t ep, uint32_t state,
                                   struct world_sink *sink)
{
    struct world_process *p = &w->process[EP_SLOT(ep)];
    if (p->used)
        vanish(w, p, sink);
    *p = (struct world_process){.used = true, .endpoint = ep, .began = w->now};
    set_bit(w->used, ep, true);
    world_set_state(w, p, state, EP_NONE);
    return p;
}

/* The process with this endpoint, which an event says exists. NULL: not an endpoint of a process. */
static struct world_process *get(struct world *w, endpoint_t ep, struct world_sink *sink)
{
    struct world_process *p = world_process(w, ep);
    if (p || !is_process(ep))
        return p;
    p = begin(w, ep, PROC_READY, sink);
    p->incarnation = is_service(ep) ? 1 : 0;
    return p;
}

/* ---- calls ----------------------------------------------------------------------------------- */

/* A manager's kernel call changes another process, and no event of its own says so. The arguments are a0 to a2. */
static void on_manager_call(struct world *w, const struct world_process *caller,
                            const struct event *e)
{
    struct world_process *target = world_process(w, e->message.source);
    uint64_t a1 = e->message.w[0], a2 = e->message.w[1];
    if (!target || caller->endpoint != (is_service(target->endpoint) ? EP_RS : EP_PM))
        return;
    bool starts = e->call == K_EXEC && a1 == target->endpoint && a2 == 0 &&
                  target->state == PROC_EMBRYO; /* a forked child */
    bool resumes = e->call == K_REGS && a2 == GRANT_WRITE && target->state == PROC_CRASHED;
    if (starts || resumes)
        world_set_state(w, target, PROC_READY, EP_NONE);
    else if (e->call == K_KILL && is_service(target->endpoint) && target->state == PROC_CRASHED)
        world_set_state(w, target, PROC_DOWN, EP_NONE);
}

static void on_kernel_call(struct world *w, struct world_process *p, const struct event *e)
{
    if (e->call == K_ALARM || e->call == K_IRQ)
        p->partners[0] |= 1; /* the kernel will notify it */
    else if (e->call == K_EXEC || e->call == K_REGS || e->call == K_KILL)
        on_manager_call(w, p, e);
}

static void on_call(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = get(w, e->who, sink);
    if (!p)
        return;
    transaction_end(w, p, FATE_GONE, 0, sink); /* it calls again: the last one is over */
    if (p->state != PROC_READY)
        world_set_state(w, p, PROC_READY, EP_NONE);
    w->running = e->who;
    p->call = e->call;
    p->call_peer = e->peer;
    p->call_time = w->now;
    p->call_event = e->number;
    p->message = e->message;
    p->calls = true;
    if ((e->call & IPC_CALL_MASK) == IPC_SENDREC && e->transaction)
        transaction_open(w, p, e);
    else if ((e->call & IPC_CALL_MASK) >= K_TIME)
        on_kernel_call(w, p, e);
}

/* p listens to anyone: what it had in hand it has answered, or put off. */
static void listen(struct world *w, struct world_process *p)
{
    world_set_state(w, p, PROC_RECEIVING, EP_ANY);
    p->in_hand = 0;
}

static void on_block(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = get(w, e->who, sink);
    if (!p)
        return;
    if (e->state == PROC_RECEIVING && e->peer == EP_ANY)
        listen(w, p);
    else if (e->state == PROC_SENDING || e->state == PROC_RECEIVING)
        world_set_state(w, p, e->state, e->peer);
}

static void tell_failed(struct world *w, struct world_sink *sink, const struct event *e)
{
    if (sink && sink->failed)
        sink->failed(sink, w, e);
}

static void on_wake(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = get(w, e->who, sink);
    if (!p)
        return;
    if (p->state == PROC_SENDING && e->status < 0)
        tell_failed(w, sink, e);
    transaction_end(w, p, FATE_FAILED, e->status, sink);
    world_set_state(w, p, PROC_READY, EP_NONE);
    p->calls = false;
}

static void on_fail(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = get(w, e->who, sink);
    if (!p)
        return;
    tell_failed(w, sink, e);
    transaction_end(w, p, FATE_FAILED, e->status, sink);
    p->calls = false;
}

/* ---- messages -------------------------------------------------------------------------------- */

static bool is_notification(const struct event *e)
{
    return e->message.type == MSG_NOTIFY;
}

static bool is_reply(const struct world_process *to, const struct world_process *from,
                     const struct event *e)
{
    return from && !is_notification(e) && to->asks.id && to->state == PROC_REPLY &&
           to->peer == from->endpoint;
}

static bool is_request(const struct world_process *from, const struct world_process *to,
                       const struct event *e)
{
    return from && from != to && !is_notification(e) && from->asks.id;
}

/* Does p wait for one source only? Then it still works on what it has in hand. */
static bool is_selective(const struct world_process *p)
{
    return (p->call & IPC_CALL_MASK) == IPC_RECEIVE && p->call_peer != EP_ANY;
}

/* A message, not the reply to its own request, sets the process going. */
static void activate(struct world_process *p, const struct event *e)
{
    p->activated = e->number;
    p->by_device = is_notification(e) && e->peer == EP_KERNEL &&
                   !(e->message.w[0] & (NOTIFY_TIMER | NOTIFY_CRASH));
    p->in_hand = 0;
    p->adrift.self = p->adrift.inside = p->adrift.asked = 0;
    p->adrift.after = e->number;
}

static void on_deliver(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *to = get(w, e->who, sink), *from = get(w, e->peer, sink);
    struct transaction answered = {0};
    const struct transaction *about = NULL;
    w->messages++;
    if (!to)
        return;
    to->in++;
    if (from)
        from->out++;
    if (EP_SLOT(e->peer) < NSLOTS && !(is_notification(e) && e->peer == EP_RS))
        set_bit(to->partners, e->peer, true);
    if (is_reply(to, from, e)) {
        answered = transaction_answer(w, to, from, e);
        about = &answered;
    } else if (is_request(from, to, e)) {
        activate(to, e);
        transaction_deliver(w, from, to, e);
        about = &from->asks;
    } else if (!is_selective(to)) {
        activate(to, e);
    }
    if (sink && sink->message)
        sink->message(sink, w, e, about);
    if (answered.id && sink && sink->ended)
        sink->ended(sink, w, &answered);
    world_set_state(w, to, PROC_READY, EP_NONE);
    to->calls = false;
}

static void on_switch(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *from = world_process(w, e->peer), *to = get(w, e->who, sink);
    w->switches++;
    w->running = e->who;
    if (from && from->calls && from->state == PROC_READY &&
        (from->call & IPC_CALL_MASK) == IPC_REPLYREC)
        listen(w, from); /* the fast path of a reply */
    if (from)
        from->calls = false;
    if (to && to->state != PROC_READY)
        world_set_state(w, to, PROC_READY, EP_NONE);
}

/* ---- life and death -------------------------------------------------------------------------- */

static void tell_life(struct world *w, const struct event *e, struct world_sink *sink)
{
    if (sink && sink->life)
        sink->life(sink, w, e);
}

static void set_name(struct world_process *p, const struct event *e)
{
    memcpy(p->name, e->name, sizeof p->name);
    p->name[sizeof p->name - 1] = '\0';
}

static void on_spawn(struct world *w, const struct event *e, struct world_sink *sink)
{
    if (!is_process(e->who))
        return;
    set_name(begin(w, e->who, is_service(e->who) ? PROC_DOWN : PROC_EMBRYO, sink), e);
    tell_life(w, e, sink);
}

static void on_exec(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = get(w, e->who, sink);
    if (!p)
        return;
    set_name(p, e);
    tell_life(w, e, sink);
    if (is_service(e->who))
        return;                                /* its restart is reported next */
    transaction_end(w, p, FATE_GONE, 0, sink); /* exec has no other reply */
    transaction_requeue(w, p, sink);
    world_set_state(w, p, PROC_READY, EP_NONE);
    p->calls = false;
}

static void on_crash(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = get(w, e->who, sink);
    if (!p)
        return;
    if (e->cause == CAUSE_GIVEN_UP && world_is_dead(p)) {
        tell_life(w, e, sink); /* no other death: p says what it died of */
        world_set_state(w, p, PROC_GIVEN_UP, EP_NONE);
        return;
    }
    w->deaths++;
    p->cause = e->cause;
    p->pc = e->pc;
    p->address = e->address;
    tell_life(w, e, sink);
    transaction_end(w, p, FATE_GONE, 0, sink);
    if (is_service(e->who))
        transaction_requeue(w, p, sink);
    bool by_manager = (e->cause == CAUSE_KILLED && e->pc != KILLED_PC) ||
                      (e->cause == CAUSE_HUNG && e->who != EP_RS);
    world_set_state(w, p, by_manager ? PROC_DOWN : PROC_CRASHED, EP_NONE);
    p->calls = false;
}

static void on_exit(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = world_process(w, e->who);
    if (!p)
        return;
    tell_life(w, e, sink);
    vanish(w, p, sink);
}

static void on_restart(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = get(w, e->who, sink);
    if (!p)
        return;
    transaction_end(w, p, FATE_GONE, 0, sink);
    transaction_requeue(w, p, sink);
    p->incarnation = (uint32_t)e->incarnation;
    p->began = w->now;
    p->calls = false;
    w->restarts += e->incarnation > 1;
    tell_life(w, e, sink);
    world_set_state(w, p, PROC_READY, EP_NONE);
}

/* ---- events ---------------------------------------------------------------------------------- */

void world_init(struct world *w)
{
    memset(w, 0, sizeof *w);
    w->running = EP_NONE;
}

void world_event(struct world *w, const struct event *e, struct world_sink *sink)
{
    static void (*const handler[EVENT_KINDS])(struct world *, const struct event *,
                                              struct world_sink *) = {
        [EVENT_CALL] = on_call,   [EVENT_BLOCK] = on_block,     [EVENT_DELIVER] = on_deliver,
        [EVENT_WAKE] = on_wake,   [EVENT_FAIL] = on_fail,       [EVENT_SWITCH] = on_switch,
        [EVENT_SPAWN] = on_spawn, [EVENT_EXEC] = on_exec,       [EVENT_EXIT] = on_exit,
        [EVENT_CRASH] = on_crash, [EVENT_RESTART] = on_restart, [EVENT_OPERATOR] = tell_life,
    };
    if (w->event == 0 && e->number > 1)
        w->start = w->now = e->time;
    world_pass(w, e->time);
    w->event = e->number;
    if (e->kind < EVENT_KINDS && handler[e->kind])
        handler[e->kind](w, e, sink);
}
