/*
 * Which transaction an event belongs to.
 *
 * A reply is a message from the server that has the request, sent by anything but a sendrec, as the kernel sees it
 * (accepts() in kernel/ipc.c). A process lays down the request in hand when it receives from anyone; waiting for one
 * source, such as its device's interrupt, it still works on it.
 */
#include <stddef.h>
#include "emu/trace/pairing.h"

/* The slot's state, or of slot 0, the kernel's, which nothing is ever asked of. */
static unsigned slot_of(endpoint_t ep)
{
    return EP_SLOT(ep) < NSLOTS ? EP_SLOT(ep) : 0;
}

static bool awaits(const struct pairing *p, endpoint_t client, endpoint_t server)
{
    unsigned slot = slot_of(client);
    return p->process[slot].own && p->process[slot].server == server;
}

static void on_call(struct pairing *p, struct event *e)
{
    unsigned who = slot_of(e->who);
    uint32_t kind = e->call & IPC_CALL_MASK;
    p->running = e->who;
    p->process[who].kind = kind;
    p->process[who].own = 0;
    e->transaction = p->process[who].in_hand;
    if (kind == IPC_SENDREC) {
        e->parent = e->transaction;
        e->transaction = p->process[who].own = ++p->transactions;
        p->process[who].server = EP_NONE;
    } else if ((kind == IPC_REPLYREC || kind == IPC_SEND) && awaits(p, e->peer, e->who)) {
        e->transaction = p->process[slot_of(e->peer)].own;
    }
    p->process[who].selective = kind == IPC_RECEIVE && e->peer != EP_ANY;
    if (kind == IPC_REPLYREC || (kind == IPC_RECEIVE && e->peer == EP_ANY))
        p->process[who].in_hand = 0;
}

static void on_deliver(struct pairing *p, struct event *e)
{
    unsigned to = slot_of(e->who), from = slot_of(e->peer);
    bool asks = p->process[from].own && p->process[from].kind == IPC_SENDREC;
    bool notice = e->message.type == MSG_NOTIFY;
    if (!notice && awaits(p, e->who, e->peer) && !asks) {
        e->transaction = p->process[to].own;
        p->process[to].own = 0;
        if (p->process[from].in_hand == e->transaction)
            p->process[from].in_hand = 0;
    } else if (!notice && asks) {
        e->transaction = p->process[to].in_hand = p->process[from].own;
        p->process[from].server = e->who;
    } else {
        e->transaction = notice ? 0 : p->process[from].in_hand;
        if (!p->process[to].selective)
            p->process[to].in_hand = 0;
    }
}

/* What a process is busy with: its own sendrec, else the request that it has in hand. */
static uint64_t busy_with(const struct pairing *p, endpoint_t ep)
{
    unsigned slot = slot_of(ep);
    return p->process[slot].own ? p->process[slot].own : p->process[slot].in_hand;
}

/* The call in progress is over, with or without success. */
static void on_end(struct pairing *p, struct event *e)
{
    unsigned who = slot_of(e->who);
    e->transaction = busy_with(p, e->who);
    if (e->kind == EVENT_WAKE || p->process[who].kind == IPC_SENDREC)
        p->process[who].own = 0;
}

/* Another life begins, or none. A crash is the process's own; all else is done to it, by the one that runs. */
static void on_life(struct pairing *p, struct event *e)
{
    unsigned who = slot_of(e->who);
    e->transaction = busy_with(p, e->kind == EVENT_CRASH ? e->who : p->running);
    p->process[who].own = 0;
    if (e->kind != EVENT_EXEC)
        p->process[who].in_hand = 0;
}

void pairing_event(struct pairing *p, struct event *e)
{
    e->transaction = e->parent = 0;
    switch (e->kind) {
    case EVENT_CALL:
        on_call(p, e);
        break;
    case EVENT_DELIVER:
        on_deliver(p, e);
        break;
    case EVENT_WAKE:
    case EVENT_FAIL:
        on_end(p, e);
        break;
    case EVENT_SWITCH:
        p->running = e->who;
        e->transaction = busy_with(p, e->who);
        break;
    case EVENT_BLOCK:
    case EVENT_COPY:
        e->transaction = busy_with(p, e->who);
        break;
    case EVENT_NOTIFY:
        e->transaction = busy_with(p, e->peer);
        break;
    case EVENT_SPAWN:
    case EVENT_EXEC:
    case EVENT_EXIT:
    case EVENT_CRASH:
    case EVENT_RESTART:
        on_life(p, e);
        break;
    default: /* interrupts, crossings, the host's side */
        break;
    }
}
