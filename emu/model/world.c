/*
 * The world follows each process through the states that the events tell of.
 *
 * The kernel reports a call, whether it blocks, and what is delivered. Two states follow without an
 * event of their own: a sendrec whose request was delivered waits for the reply, and when a service
 * dies its clients' requests go back into its queue.
 *
 * Nothing in an event is believed that could lead outside the tables: a recorded trace may come from anywhere.
 */
#include <string.h>
#include "emu/model/world.h"
#include <courier/errno.h>

static bool is_process(endpoint_t ep)
{
    return EP_SLOT(ep) > 0 && EP_SLOT(ep) < NSLOTS;
}

static struct world_process *find(struct world *w, endpoint_t ep)
{
    struct world_process *p = is_process(ep) ? &w->process[EP_SLOT(ep)] : NULL;
    return p && p->used && p->endpoint == ep ? p : NULL;
}

const struct world_process *world_find(const struct world *w, endpoint_t ep)
{
    return find((struct world *)w, ep);
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

static struct transaction *find_transaction(struct world *w, uint64_t id)
{
    for (unsigned i = 1; id && i < NSLOTS; i++)
        if (w->process[i].asks.id == id)
            return &w->process[i].asks;
    return NULL;
}

const struct transaction *world_transaction(const struct world *w, uint64_t id)
{
    return find_transaction((struct world *)w, id);
}

/* ---- processes ------------------------------------------------------------------------------- */

static void set_state(struct world *w, struct world_process *p, uint32_t state, endpoint_t peer)
{
    p->state = state;
    p->peer = peer;
    p->since = w->now;
}

static struct world_process *begin(struct world *w, endpoint_t ep, uint32_t state)
{
    struct world_process *p = &w->process[EP_SLOT(ep)];
    *p = (struct world_process){.used = true, .endpoint = ep, .began = w->now};
    p->incarnation = EP_SLOT(ep) < NSERVICES ? 1 : 0;
    set_state(w, p, state, EP_NONE);
    return p;
}

/* The process with this endpoint, which an event says exists. NULL: not an endpoint of a process. */
static struct world_process *get(struct world *w, endpoint_t ep)
{
    struct world_process *p = find(w, ep);
    return p || !is_process(ep) ? p : begin(w, ep, PROC_READY);
}

/* ---- transactions ---------------------------------------------------------------------------- */

static void tell_ended(struct world *w, struct world_sink *sink, const struct transaction *t)
{
    if (sink && sink->ended)
        sink->ended(sink, w, t);
}

/* The server has the request no more. */
static void take_from_server(struct world *w, struct world_process *client)
{
    struct world_process *server = client->state == PROC_REPLY ? find(w, client->peer) : NULL;
    if (server && server->open > 0)
        server->open--;
    if (server && server->in_hand == client->asks.id)
        server->in_hand = 0;
}

/* The client's transaction is over. */
static void end_transaction(struct world *w, struct world_process *client,
                            enum transaction_fate fate, int64_t status, struct world_sink *sink)
{
    struct transaction t = client->asks;
    if (t.id == 0)
        return;
    take_from_server(w, client);
    client->asks.id = 0;
    t.fate = fate;
    t.status = status;
    t.ended = w->now;
    tell_ended(w, sink, &t);
}

static void open_transaction(struct world *w, struct world_process *p, const struct event *e)
{
    const struct transaction *around = find_transaction(w, e->parent);
    p->asks = (struct transaction){.id = e->transaction,
                                   .parent = e->parent,
                                   .root = around ? around->root : e->transaction,
                                   .client = p->endpoint,
                                   .server = e->peer,
                                   .payer = around ? around->payer : p->endpoint,
                                   .request = e->message,
                                   .call = e->number,
                                   .called = w->now};
}

/* A service is no more: the requests that it had go back into its queue. */
static void requeue_clients(struct world *w, struct world_process *service, struct world_sink *sink)
{
    for (unsigned i = 1; i < NSLOTS; i++) {
        struct world_process *p = &w->process[i];
        if (!p->used || p->state != PROC_REPLY || p->peer != service->endpoint)
            continue;
        struct transaction t = p->asks;
        t.fate = FATE_AGAIN;
        set_state(w, p, PROC_SENDING, service->endpoint);
        if (t.id)
            tell_ended(w, sink, &t);
    }
    service->open = 0;
    service->in_hand = 0;
}

/* ---- time ------------------------------------------------------------------------------------ */

/* `spent` belongs to the transaction that p works on: to it as self time, to those around it as time inside, and to the
 * client of the outermost, who had it done. */
static void bill(struct world *w, const struct world_process *p, uint64_t spent)
{
    struct transaction *t = find_transaction(w, p->in_hand);
    if (!t)
        return;
    t->self += spent;
    struct world_process *payer = find(w, t->payer);
    if (payer && payer != p)
        payer->imposed += spent;
    unsigned depth = 0;
    while (t->parent && depth++ < NSLOTS && (t = find_transaction(w, t->parent)) != NULL)
        t->inside += spent;
}

void world_pass(struct world *w, uint64_t now)
{
    if (now <= w->now)
        return;
    struct world_process *p = find(w, w->running);
    uint64_t spent = now - w->now;
    if (p && p->state == PROC_READY) {
        p->self += spent;
        bill(w, p, spent);
    } else {
        w->idle += spent;
    }
    w->now = now;
}

/* ---- messages -------------------------------------------------------------------------------- */

static void on_call(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = get(w, e->who);
    uint32_t kind = e->call & IPC_CALL_MASK;
    if (!p)
        return;
    if (p->asks.id)
        end_transaction(w, p, FATE_GONE, 0, sink); /* it calls again: the last one is over */
    if (p->state != PROC_READY)
        set_state(w, p, PROC_READY, EP_NONE);
    w->running = e->who;
    p->call = e->call;
    p->call_peer = e->peer;
    p->call_time = w->now;
    p->call_event = e->number;
    p->message = e->message;
    if (kind == IPC_SENDREC && e->transaction)
        open_transaction(w, p, e);
    if (kind == IPC_REPLYREC || (kind == IPC_RECEIVE && e->peer == EP_ANY))
        p->in_hand = 0;
}

static bool from_device(const struct event *e)
{
    return e->message.type == MSG_NOTIFY && e->peer == EP_KERNEL &&
           !(e->message.w[0] & (NOTIFY_TIMER | NOTIFY_CRASH));
}

/*
 * Does the reply that a server gives now tell how fast the server is? It does if the server gives
 * it on the request itself or on a device's interrupt. What else set it off (a typed line, the end
 * of a child, an alarm) came in its own time: it had put the request off.
 */
static bool is_deferred(const struct world_process *server, const struct transaction *t)
{
    return !server || (server->activated != t->delivery && !server->by_device);
}

/* The client gets the reply to its open request. */
static struct transaction take_reply(struct world *w, struct world_process *client,
                                     const struct world_process *server, const struct event *e)
{
    take_from_server(w, client);
    struct transaction t = client->asks;
    client->asks.id = 0;
    t.deferred = is_deferred(server, &t);
    t.fate = FATE_ANSWERED;
    t.status = e->message.status;
    t.ended = w->now;
    return t;
}

static void give_request(struct world *w, struct world_process *client,
                         struct world_process *server, const struct event *e)
{
    struct transaction *t = &client->asks;
    set_state(w, client, PROC_REPLY, server->endpoint);
    t->server = server->endpoint;
    t->request.source = client->endpoint;
    t->delivered = w->now;
    t->delivery = e->number;
    t->deliveries++;
    server->open++;
    server->in_hand = t->id;
}

static bool is_reply(const struct world_process *to, const struct world_process *from,
                     const struct event *e)
{
    return from && e->message.type != MSG_NOTIFY && to->asks.id && to->state == PROC_REPLY &&
           to->peer == from->endpoint;
}

static bool is_request(const struct world_process *from, const struct event *e)
{
    return from && e->message.type != MSG_NOTIFY && from->asks.id;
}

static void on_deliver(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *to = get(w, e->who), *from = get(w, e->peer);
    struct transaction ended = {0};
    const struct transaction *about = NULL;
    w->messages++;
    if (!to)
        return;
    to->in++;
    if (from)
        from->out++;
    to->partners[EP_SLOT(e->peer) % NSLOTS / 64] |= 1ull << EP_SLOT(e->peer) % 64;
    if (is_reply(to, from, e)) {
        ended = take_reply(w, to, from, e);
        about = &ended;
    } else {
        to->activated = e->number;
        to->by_device = from_device(e);
        if (is_request(from, e)) {
            give_request(w, from, to, e);
            about = &from->asks;
        } else if ((to->call & IPC_CALL_MASK) != IPC_RECEIVE || to->call_peer == EP_ANY) {
            to->in_hand = 0;
        }
    }
    if (sink && sink->message)
        sink->message(sink, w, e, about);
    set_state(w, to, PROC_READY, EP_NONE);
    if (ended.id)
        tell_ended(w, sink, &ended);
}

static void on_block(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = get(w, e->who);
    (void)sink;
    if (p)
        set_state(w, p, e->state, e->peer);
}

static void on_wake(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = get(w, e->who);
    if (!p)
        return;
    if (p->asks.id)
        end_transaction(w, p, FATE_FAILED, e->status, sink);
    set_state(w, p, PROC_READY, EP_NONE);
}

static void on_fail(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = get(w, e->who);
    if (!p)
        return;
    if (sink && sink->failed)
        sink->failed(sink, w, e);
    if (p->asks.id)
        end_transaction(w, p, FATE_FAILED, e->status, sink);
}

/* ---- life and death -------------------------------------------------------------------------- */

static void tell_life(struct world *w, struct world_sink *sink, const struct event *e)
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
    struct world_process *p = find(w, e->who);
    if (!p)
        p = begin(w, e->who, PROC_EMBRYO);
    set_state(w, p, PROC_EMBRYO, EP_NONE);
    set_name(p, e);
    tell_life(w, sink, e);
}

static void on_exec(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = get(w, e->who);
    if (!p)
        return;
    set_name(p, e);
    tell_life(w, sink, e);
    if (EP_SLOT(e->who) < NSERVICES)
        return;                                /* its restart is reported next */
    end_transaction(w, p, FATE_GONE, 0, sink); /* exec has no other reply */
    set_state(w, p, PROC_READY, EP_NONE);
}

static void on_crash(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = get(w, e->who);
    if (!p)
        return;
    w->deaths++;
    p->cause = e->cause;
    p->pc = e->pc;
    p->address = e->address;
    tell_life(w, sink, e);
    end_transaction(w, p, FATE_FAILED, -EDEADSRCDST, sink);
    set_state(w, p, e->cause == ~0ull ? PROC_DOWN : PROC_CRASHED, EP_NONE);
    requeue_clients(w, p, sink);
}

static void on_exit(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = find(w, e->who);
    if (!p)
        return;
    tell_life(w, sink, e);
    end_transaction(w, p, FATE_GONE, 0, sink);
    p->used = false;
}

static void on_restart(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = get(w, e->who);
    if (!p)
        return;
    requeue_clients(w, p, sink);
    end_transaction(w, p, FATE_GONE, 0, sink);
    p->incarnation = (uint32_t)e->incarnation;
    p->began = w->now;
    w->restarts += e->incarnation > 1;
    tell_life(w, sink, e); /* its state still says since when it was down */
    set_state(w, p, PROC_READY, EP_NONE);
}

static void on_operator(struct world *w, const struct event *e, struct world_sink *sink)
{
    tell_life(w, sink, e);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void on_switch(struct world *w, const struct event *e, struct world_sink *sink)
{
    struct world_process *p = get(w, e->who);
    (void)sink;
    w->switches++;
    w->running = e->who;
    if (p && p->state == PROC_EMBRYO)
        set_state(w, p, PROC_READY, EP_NONE);
}

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
        [EVENT_CRASH] = on_crash, [EVENT_RESTART] = on_restart, [EVENT_OPERATOR] = on_operator,
    };
    world_pass(w, e->time);
    w->event = e->number;
    if (e->kind < EVENT_KINDS && handler[e->kind])
        handler[e->kind](w, e, sink);
}
