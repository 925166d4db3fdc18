/*
 * Transactions, and whose the time is that passes: of the process that runs, of the kernel, or nobody's.
 *
 * The time that a server runs goes to the transaction that it has in hand: to it as self time, to those around it as time
 * inside, and to the client of the outermost, who pays.
 *
 * The way from a transaction to the one around it leads through processes: who works on a transaction has its client's slot,
 * and that client, which waits, has in hand what it asked for. So nothing is searched.
 */
#include <stddef.h>
#include "emu/model/transaction.h"

/* ---- whose the time is ----------------------------------------------------------------------- */

static void pay(struct world *w, endpoint_t payer, uint64_t spent)
{
    struct world_process *p = world_process(w, payer);
    if (p)
        p->imposed += spent;
    else
        w->unpaid += spent;
}

/* The process whose open transaction `p` has in hand, or NULL. */
static struct world_process *works_for(struct world *w, const struct world_process *p)
{
    struct world_process *client = p->in_hand ? &w->process[p->in_hand_of] : NULL;
    return client && client->asks.id == p->in_hand ? client : NULL;
}

/* Time inside the client's transaction: it is inside those around it, too. */
static void add_around(struct world *w, const struct world_process *client, uint64_t spent)
{
    for (unsigned depth = 0; depth < NSLOTS && client->asks.parent == client->in_hand; depth++) {
        struct world_process *around = works_for(w, client);
        if (!around)
            return;
        around->asks.inside += spent;
        client = around;
    }
}

/* p ran for this long. */
static void bill(struct world *w, struct world_process *p, uint64_t spent)
{
    struct world_process *client = works_for(w, p);
    p->self += spent;
    if (!client) {
        p->adrift.self += spent;
        return;
    }
    client->asks.self += spent;
    pay(w, client->asks.payer, spent);
    add_around(w, client, spent);
}

static bool somebody_is_ready(const struct world *w)
{
    uint64_t any = 0;
    for (unsigned i = 0; i < WORLD_PARTNERS; i++)
        any |= w->ready[i];
    return any;
}

void world_pass(struct world *w, uint64_t now)
{
    if (now <= w->now)
        return;
    struct world_process *p = world_process(w, w->running);
    uint64_t spent = now - w->now;
    if (p && p->state == PROC_READY)
        bill(w, p, spent);
    else if (w->running == EP_NONE || somebody_is_ready(w))
        w->kernel += spent;
    else
        w->idle += spent;
    w->now = now;
}

/*
 * The server answers what it had put off. What it did meanwhile with nothing in hand was for this; what it had asked others
 * for was on its own account so far.
 */
static void adopt(struct world *w, struct world_process *client, struct world_process *server)
{
    struct transaction *t = &client->asks;
    uint64_t self = server->adrift.self, inside = server->adrift.inside;
    if (server->adrift.asked)
        t->adopts = server->adrift.after;
    if (inside > server->imposed)
        inside = server->imposed;
    server->imposed -= inside;
    t->self += self;
    t->inside += inside;
    pay(w, t->payer, self + inside);
    add_around(w, client, self + inside);
}

/* ---- from call to end ------------------------------------------------------------------------ */

void transaction_open(struct world *w, struct world_process *p, const struct event *e)
{
    const struct world_process *around = e->parent == p->in_hand ? works_for(w, p) : NULL;
    uint64_t outermost = e->parent ? e->parent : e->transaction;
    endpoint_t payer = e->parent ? EP_NONE : p->endpoint; /* what is around it is gone */
    p->asks = (struct transaction){.id = e->transaction,
                                   .parent = e->parent,
                                   .root = around ? around->asks.root : outermost,
                                   .client = p->endpoint,
                                   .server = e->peer,
                                   .payer = around ? around->asks.payer : payer,
                                   .request = e->message,
                                   .call = e->number,
                                   .called = w->now};
    p->asks.request.source = p->endpoint;
}

/* The server has the client's request no more. */
static void take_from_server(struct world *w, const struct world_process *client)
{
    struct world_process *server =
        client->state == PROC_REPLY ? world_process(w, client->peer) : NULL;
    if (server && server->open > 0)
        server->open--;
    if (server && server->in_hand == client->asks.id)
        server->in_hand = 0;
}

void transaction_deliver(struct world *w, struct world_process *client,
                         struct world_process *server, const struct event *e)
{
    struct transaction *t = &client->asks;
    take_from_server(w, client);
    world_set_state(w, client, PROC_REPLY, server->endpoint);
    t->server = server->endpoint;
    t->request = e->message;
    t->delivered = w->now;
    t->delivery = e->number;
    t->deliveries++;
    server->open++;
    server->in_hand = t->id;
    server->in_hand_of = EP_SLOT(client->endpoint);
}

/* The client's transaction is over, and part of what is around it, or of what its client will answer. */
static struct transaction close(struct world *w, struct world_process *client,
                                enum transaction_fate fate, int64_t status)
{
    take_from_server(w, client);
    struct transaction t = client->asks;
    client->asks.id = 0;
    t.fate = fate;
    t.status = status;
    t.ended = w->now;
    t.end = w->event;
    if (t.parent == 0) {
        client->adrift.inside += t.self + t.inside;
        client->adrift.asked++;
    }
    return t;
}

/*
 * Did the server put it off? It did not if it answers on the request itself or on a device's interrupt. What else set the
 * answer off (a typed line, the end of a child, an alarm) came in its own time.
 */
static bool is_deferred(const struct world_process *server, const struct transaction *t)
{
    return server->activated != t->delivery && !server->by_device;
}

struct transaction transaction_answer(struct world *w, struct world_process *client,
                                      struct world_process *server, const struct event *e)
{
    client->asks.deferred = is_deferred(server, &client->asks);
    if (server->in_hand != client->asks.id)
        adopt(w, client, server);
    struct transaction t = close(w, client, FATE_ANSWERED, e->message.status);
    server->adrift.self = server->adrift.inside = server->adrift.asked = 0;
    server->adrift.after = e->number;
    return t;
}

static void tell_ended(struct world *w, struct world_sink *sink, const struct transaction *t)
{
    if (sink && sink->ended)
        sink->ended(sink, w, t);
}

void transaction_end(struct world *w, struct world_process *client, enum transaction_fate fate,
                     int64_t status, struct world_sink *sink)
{
    if (client->asks.id == 0)
        return;
    struct transaction t = close(w, client, fate, status);
    tell_ended(w, sink, &t);
}

void transaction_requeue(struct world *w, struct world_process *server, struct world_sink *sink)
{
    for (unsigned i = 1; i < NSLOTS && server->open; i++) {
        struct world_process *client = &w->process[i];
        if (!client->used || client->state != PROC_REPLY || client->peer != server->endpoint)
            continue;
        take_from_server(w, client);
        world_set_state(w, client, PROC_SENDING, server->endpoint);
        struct transaction t = client->asks;
        t.fate = FATE_AGAIN;
        if (t.id)
            tell_ended(w, sink, &t);
    }
    server->open = 0;
    server->in_hand = 0;
}
