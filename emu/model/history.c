/*
 * Messages and transactions, as the world tells of them, into bounded memory.
 */
#include <stdlib.h>
#include <string.h>
#include "emu/model/history.h"
#include "emu/trace/names.h"

/* ---- messages -------------------------------------------------------------------------------- */

static uint32_t incarnation(const struct world *w, endpoint_t ep)
{
    const struct world_process *p = world_find(w, ep);
    return p ? p->incarnation : 0;
}

/* As names_endpoint(), which takes its time. */
static void put_name(char out[NAME_BYTES], const struct world *w, endpoint_t ep)
{
    const char *name = world_name(w, ep);
    if (name)
        memcpy(out, name, NAME_BYTES);
    else
        names_endpoint(out, NAME_BYTES, ep, NULL, NULL);
}

static struct entry *add(struct history *h, const struct world *w, const struct event *e,
                         enum entry_kind kind, endpoint_t source, endpoint_t dest)
{
    struct entry *n = stream_add(&h->stream, w->now, kind, source);
    n->dest = dest;
    n->event = e->number;
    n->source_incarnation = incarnation(w, source);
    n->dest_incarnation = incarnation(w, dest);
    put_name(n->source_name, w, source);
    put_name(n->dest_name, w, dest);
    return n;
}

/* The reply finds its request. */
static void pair(struct history *h, struct entry *reply, const struct transaction *t)
{
    struct entry *request = stream_request(&h->stream, t->client, t->id);
    reply->latency = reply->time - t->called;
    reply->self = t->self;
    reply->inside = t->inside;
    reply->deferred = t->deferred;
    if (!request)
        return;
    reply->partner = request->number;
    request->partner = reply->number;
    request->latency = reply->latency;
    request->self = t->self;
    request->inside = t->inside;
    request->deferred = t->deferred;
}

static enum entry_kind kind_of(const struct event *e, const struct transaction *t)
{
    if (e->message.type == MSG_NOTIFY)
        return ENTRY_NOTICE;
    if (!t)
        return ENTRY_MESSAGE;
    return t->fate == FATE_ANSWERED ? ENTRY_REPLY : ENTRY_REQUEST;
}

static void on_message(struct world_sink *self, const struct world *w, const struct event *e,
                       const struct transaction *t)
{
    struct history *h = (struct history *)self;
    const struct world_process *to = world_find(w, e->who), *from = world_find(w, e->peer);
    struct entry *n = add(h, w, e, kind_of(e, t), e->peer, e->who);
    n->message = e->message;
    n->transaction = t ? t->id : e->transaction;
    n->parent = t ? t->parent : 0;
    n->asked = from ? from->call_time : w->now;
    n->listens = to && to->state == PROC_RECEIVING ? to->since : 0;
    if (n->kind == ENTRY_REPLY) {
        n->status = e->message.status;
        pair(h, n, t);
    } else if (n->kind == ENTRY_REQUEST) {
        n->asked = t->called;
    }
    if (h->next && h->next->message)
        h->next->message(h->next, w, e, t);
}

/* Would the call have sent a message to `peer`? Part of a replyrec that fails may be the receive. */
static bool sends(uint32_t call, endpoint_t peer)
{
    uint32_t kind = call & IPC_CALL_MASK;
    return peer != EP_ANY && kind >= IPC_SEND && kind <= IPC_REPLYREC && kind != IPC_RECEIVE;
}

static void on_failed(struct world_sink *self, const struct world *w, const struct event *e)
{
    struct history *h = (struct history *)self;
    const struct world_process *p = world_find(w, e->who);
    endpoint_t peer = !p || e->kind == EVENT_FAIL ? e->peer : p->peer;
    if (p && sends(p->call, peer)) {
        struct entry *n = add(h, w, e, ENTRY_FAILED, e->who, peer);
        n->message = p->message;
        if ((p->call & IPC_CALL_MASK) == IPC_NOTIFY)
            n->message = (struct message){.type = MSG_NOTIFY}; /* its registers mean nothing */
        n->message.source = p->endpoint;
        n->transaction = e->transaction;
        n->parent = p->asks.parent;
        n->asked = p->call_time;
        n->status = e->status;
    }
    if (h->next && h->next->failed)
        h->next->failed(h->next, w, e);
}

/* ---- transactions ---------------------------------------------------------------------------- */

/*
 * t's server answered late: what it asked meanwhile, and all that is inside that, belongs inside t. Until now the server
 * itself was the payer of these.
 */
static void adopt(struct history *h, const struct transaction *t)
{
    uint64_t kept = h->ended < TRANSACTIONS ? h->ended : TRANSACTIONS;
    for (uint64_t i = 1; i <= kept; i++) {
        struct transaction *child = &h->transaction[(h->ended - i) % TRANSACTIONS];
        if (child->end <= t->adopts)
            return;
        if (child->payer != t->server || child->call <= t->adopts)
            continue;
        child->root = t->root;
        child->payer = t->payer;
        if (child->parent)
            continue;
        child->parent = t->id;
        struct entry *request = stream_of_event(&h->stream, child->delivery);
        struct entry *reply = stream_of_event(&h->stream, child->end);
        if (request && request->transaction == child->id)
            request->parent = t->id;
        if (reply && reply->transaction == child->id)
            reply->parent = t->id;
    }
}

static void on_ended(struct world_sink *self, const struct world *w, const struct transaction *t)
{
    struct history *h = (struct history *)self;
    struct entry *request = stream_request(&h->stream, t->client, t->id);
    if (request && request->fate == FATE_OPEN) {
        request->fate = t->fate;
        request->status = t->status;
    }
    if (t->adopts && t->fate == FATE_ANSWERED)
        adopt(h, t);
    if (t->fate != FATE_AGAIN) {
        h->where[t->id % TRANSACTIONS] = h->ended;
        h->transaction[h->ended++ % TRANSACTIONS] = *t;
    }
    if (h->next && h->next->ended)
        h->next->ended(h->next, w, t);
}

static void on_life(struct world_sink *self, const struct world *w, const struct event *e)
{
    struct history *h = (struct history *)self;
    if (h->next && h->next->life)
        h->next->life(h->next, w, e);
}

const struct transaction *history_transaction(const struct history *h, const struct world *w,
                                              uint64_t id)
{
    const struct transaction *open = world_transaction(w, id);
    const struct transaction *t = &h->transaction[h->where[id % TRANSACTIONS] % TRANSACTIONS];
    uint64_t kept = h->ended < TRANSACTIONS ? h->ended : TRANSACTIONS;
    if (open || id == 0 || t->id == id)
        return id ? (open ? open : t) : NULL;
    /* A later one with the same place in `where` has ended since: it was open for long, or is forgotten. */
    for (uint64_t i = 1; i <= kept && t->id > id; i++)
        if (h->transaction[(h->ended - i) % TRANSACTIONS].id == id)
            return &h->transaction[(h->ended - i) % TRANSACTIONS];
    return NULL;
}

/* ---- trees ----------------------------------------------------------------------------------- */

/* The wanted transaction, its root, if that is known, and what is known to be inside that, by time of their call. */
static size_t gather(const struct history *h, const struct world *w,
                     const struct transaction *wanted, const struct transaction **out, size_t max)
{
    uint64_t kept = h->ended < TRANSACTIONS ? h->ended : TRANSACTIONS, root = wanted->root;
    const struct transaction *top = history_transaction(h, w, root);
    size_t sure = top && top != wanted ? 2 : 1, count = sure;
    /* These two must not be left out where there are too many; the top ends last. */
    out[0] = wanted;
    out[sure - 1] = top ? top : wanted;
    for (uint64_t i = h->ended - kept; i < h->ended && count < max; i++) {
        const struct transaction *t = &h->transaction[i % TRANSACTIONS];
        if (t->root == root && t != wanted && t != top)
            out[count++] = t;
    }
    for (unsigned i = 1; i < NSLOTS && count < max; i++) {
        const struct transaction *t = &w->process[i].asks;
        if (t->id && t->root == root && t != wanted && t != top)
            out[count++] = t;
    }
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && out[k]->id < out[k - 1]->id; k--) {
            const struct transaction *t = out[k];
            out[k] = out[k - 1];
            out[k - 1] = t;
        }
    return count;
}

struct tree {
    const struct transaction *part[TREE_MAX];
    size_t parts;
    struct tree_line *line;
    size_t lines;
};

static void grow(struct tree *t, uint64_t parent, unsigned depth)
{
    size_t last = SIZE_MAX;
    if (depth >= TREE_MAX)
        return;
    for (size_t i = 0; i < t->parts && t->lines < TREE_MAX; i++) {
        const struct transaction *part = t->part[i];
        bool below = depth == 0 ? part->id == parent : part->parent == parent;
        if (!below || (depth > 0 && part->id <= parent)) /* what is inside began later: no loops */
            continue;
        last = t->lines;
        t->line[t->lines++] = (struct tree_line){.transaction = part, .depth = depth};
        grow(t, part->id, depth + 1);
    }
    if (last != SIZE_MAX)
        t->line[last].last = true;
}

size_t history_tree(const struct history *h, const struct world *w, uint64_t id,
                    struct tree_line line[TREE_MAX])
{
    const struct transaction *any = history_transaction(h, w, id);
    struct tree t = {.line = line};
    if (!any)
        return 0;
    t.parts = gather(h, w, any, t.part, TREE_MAX);
    grow(&t, history_transaction(h, w, any->root) ? any->root : any->id, 0);
    return t.lines;
}

static const struct world_sink sink = {on_message, on_failed, on_ended, on_life};

void history_clear(struct history *h)
{
    struct world_sink *next = h->next;
    memset(h, 0, sizeof *h);
    h->sink = sink;
    h->next = next;
}

struct history *history_create(void)
{
    struct history *h = calloc(1, sizeof *h);
    if (h)
        h->sink = sink;
    return h;
}
