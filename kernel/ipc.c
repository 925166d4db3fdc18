/*
 * Messages: rendezvous between two trap frames. Nothing is buffered; whoever comes first waits.
 *
 * What a call does is said bottom up: delivery, blocking with the deadlock walk, notifications, the five calls, the
 * fast path, and syscall_entry(), where a call arrives. The end of a process is last. Everything is O(1) in the number
 * of processes, apart from the deadlock walk, which is as long as the chain of waits, and the end of a process.
 *
 * Two words of a frame have two meanings. t0 (R_STATUS) is the call's number as long as the caller waits, and its status
 * afterwards. t1 (R_PEER) is whom the caller names, and for a receive whom it listens to; afterwards it is a check word: all words
 * of the message that came, xored; or the error once more.
 */
#include "kernel.h"

#define FAULTED_AFTER 3 /* servers that one request may take with it */

/* The type is the upper half of word 0; types below 0x100 are the kernel's, and nobody else's to send. */
static inline bool type_allowed(const struct process *p)
{
    return p->frame.regs[R_A0] >> (32 + 8);
}

/* May p send to dst? The policy has a bit for each service and one for all programs (policy.c). */
static inline bool may_send(const struct process *p, const struct process *dst)
{
    return p->sends & dst->who_bit;
}

struct process *ipc_lookup(endpoint_t ep)
{
    unsigned slot = EP_SLOT(ep);
    if (slot >= NSLOTS)
        return NULL;
    struct process *p = &processes[slot];
    return p->ep == ep && p->state >= PROC_READY && p->state <= PROC_DOWN ? p : NULL;
}

/* ---- delivery -------------------------------------------------------------------------------- */

/* The call ends with this status; its caller goes on. */
static struct process *finish(struct process *p, int64_t status)
{
    p->frame.regs[R_STATUS] = (uint64_t)status;
    if (status)
        p->frame.regs[R_PEER] = (uint64_t)status;
    return p;
}

static struct process *fail(struct process *p, uint64_t call, endpoint_t peer, int64_t status)
{
    PROBE4("fail caller=%0 call=%1 peer=%2 status=%3", p->ep, call, peer, status);
    return finish(p, status);
}

/* p, blocked, waits no more: out of its list, its deadline off. */
static void unblock(struct process *p)
{
    if (p->link.next)
        list_remove(&p->link);
    if (p->deadline.index)
        timer_cancel(&p->deadline);
    p->strikes = 0;
}

/* p, blocked, becomes ready with this status. */
static void wake(struct process *p, int64_t status)
{
    unblock(p);
    PROBE2("wake who=%0 status=%1", p->ep, status);
    finish(p, status);
    sched_ready(p);
}

//LAB rendezvous
/* The upper half of a message. At a trap it is still in the registers a4 to a7. */
struct upper {
    uint64_t w4, w5, w6, w7;
};

/* IPC 4/6, match and copy: eight words from frame to frame, the source stamped. */
static inline void copy_message(struct process *src, struct process *dst, struct upper upper)
{
    const uint64_t *from = &src->frame.regs[R_A0];
    uint64_t *to = &dst->frame.regs[R_A0];
    uint64_t w0 = from[0] >> 32 << 32 | src->ep, w1 = from[1], w2 = from[2], w3 = from[3];
    to[0] = w0, to[1] = w1, to[2] = w2, to[3] = w3;
    to[4] = upper.w4, to[5] = upper.w5, to[6] = upper.w6, to[7] = upper.w7;
    dst->frame.regs[R_PEER] = w0 ^ w1 ^ w2 ^ w3 ^ upper.w4 ^ upper.w5 ^ upper.w6 ^ upper.w7;
    src->messages++;
    dst->frame.regs[R_STATUS] = 0;
    dst->strikes = 0;
    PROBE3("deliver src=%0 dst=%1 frame=%2", src->ep, dst->ep, dst);
}
//LAB end

/* dst takes src's message, and is out of its wait. */
static void deliver(struct process *src, struct process *dst)
{
    //LAB rendezvous
    const uint64_t *from = &src->frame.regs[R_A0];
    unblock(dst);
    copy_message(src, dst, (struct upper){from[4], from[5], from[6], from[7]});
    //LAB else
    //| /* Yours: the eight words, the source, the check word, the count, the end of dst's wait. */
    //| PROBE3("deliver src=%0 dst=%1 frame=%2", src->ep, dst->ep, dst);
    //LAB end
}

/* Would dst take a message from src now? A reply is taken only from the server that owes it, and a
 * request is no reply. */
static bool accepts(const struct process *dst, const struct process *src, unsigned kind)
{
    //LAB rendezvous
    if (dst->state == PROC_RECEIVING)
        return dst->peer == EP_ANY || dst->peer == src->ep;
    return dst->state == PROC_REPLY && dst->peer == src->ep && kind != IPC_SENDREC;
    //LAB else
    //| (void)dst, (void)src, (void)kind;
    //| return false; /* yours */
    //LAB end
}

/* src's request has reached server: src waits for the reply. */
static inline void await_reply(struct process *src, struct process *server)
{
    src->state = PROC_REPLY;
    src->peer = server->ep;
    server->working = src; /* who is to blame if the server dies now; others merely wait */
    list_append(&server->awaiting, &src->link);
}

/* A reply is the commit point of the server's state region: the kernel empties the undo log in the
 * same act as it delivers the reply (servers/lib/region.h). */
void ipc_commit(struct process *server)
{
    if (server->commit)
        *server->commit = 0;
}

/* IPC 5/6, switch: dst got its message while p stays blocked; straight to dst, unless someone more
 * urgent is ready. */
static inline struct process *hand_off(struct process *dst)
{
    dst->state = PROC_READY;
    return sched_resume(dst);
}

/* ---- blocking -------------------------------------------------------------------------------- */

//LAB deadlock
/* Whom q waits for, or NULL: nobody in particular. */
static struct process *waits_for(const struct process *q)
{
    return q->state == PROC_SENDING || q->state == PROC_RECEIVING || q->state == PROC_REPLY
               ? ipc_lookup(q->peer)
               : NULL;
}

/* If p waiting for peer would close a cycle: writes the cycle into p's message registers and
 * returns true. */
static bool deadlock(struct process *p, struct process *peer)
{
    uint32_t length = 1;
    for (struct process *q = peer; q != p; q = waits_for(q)) {
        if (!q || length > NSLOTS)
            return false;
        length++;
    }
    uint64_t *message = &p->frame.regs[R_A0];
    struct ipc_cycle *cycle = (void *)&message[1];
    memset(message, 0, 8 * MSG_WORDS);
    message[0] = EP_KERNEL | (uint64_t)MSG_CYCLE << 32;
    cycle->length = length;
    struct process *q = p;
    for (uint32_t i = 0; i < length && i < CYCLE_MAX; i++) {
        cycle->member[i] = q->ep;
        q = i == 0 ? peer : waits_for(q);
    }
    return true;
}
//LAB end

/* p blocks in this state on peer (NULL: anyone), or fails: EAGAIN, ELOCKED, ETIMEDOUT. */
static inline struct process *block(struct process *p, uint64_t call, unsigned state,
                                    struct process *peer, uint64_t deadline)
{
    endpoint_t who = peer ? peer->ep : (endpoint_t)p->frame.regs[R_PEER];
    //LAB deadlock
    if (call & IPC_NONBLOCK)
        return fail(p, call, who, -EAGAIN);
    if (peer && deadlock(p, peer))
        return fail(p, call, who, -ELOCKED);
    if (call & IPC_DEADLINE) {
        if (deadline <= timer_now())
            return fail(p, call, who, -ETIMEDOUT);
        timer_set(&p->deadline, deadline);
    }
    //LAB else
    //| (void)call, (void)deadline; /* yours: does p wait at all, and how long? */
    //LAB end
    p->state = (uint8_t)state;
    p->peer = who;
    if (peer)
        list_append(state == PROC_SENDING ? &peer->senders : &peer->awaiting, &p->link);
    PROBE3("block caller=%0 state=%1 peer=%2", p->ep, state, who);
    return sched_pick();
}

/* ---- notifications --------------------------------------------------------------------------- */

//LAB notify
/* Takes the first notification bit that p has from `source` (or ANY): whose it was, or EP_NONE. */
static endpoint_t take_bit(struct process *p, endpoint_t source)
{
    for (unsigned w = 0; w < sizeof p->notify / sizeof *p->notify; w++) {
        uint64_t bits = p->notify[w];
        if (source != EP_ANY)
            bits &= EP_SLOT(source) / 64 == w ? 1ull << EP_SLOT(source) % 64 : 0;
        if (!bits)
            continue;
        unsigned bit = 0;
        while (!(bits >> bit & 1))
            bit++;
        p->notify[w] &= ~(1ull << bit);
        return processes[w * 64 + bit].ep;
    }
    return EP_NONE;
}
//LAB end

/* Takes a pending notification from `source` (or ANY) into p's registers; the kernel's come first.
 */
static bool take_notification(struct process *p, endpoint_t source)
{
    //LAB notify
    endpoint_t from = EP_NONE;
    uint64_t events = 0;
    if (p->events && (source == EP_ANY || source == EP_KERNEL)) {
        from = EP_KERNEL;
        events = p->events;
        p->events = 0;
    } else if (source != EP_KERNEL) {
        from = take_bit(p, source);
    }
    if (from == EP_NONE) {
        p->notified = source != EP_ANY; /* what others sent may still be there */
        return false;
    }
    uint64_t *message = &p->frame.regs[R_A0];
    memset(message, 0, 8 * MSG_WORDS);
    message[0] = from | (uint64_t)MSG_NOTIFY << 32;
    message[1] = events;
    message[2] = timer_now();
    p->frame.regs[R_PEER] = message[0] ^ message[1] ^ message[2];
    PROBE3("deliver src=%0 dst=%1 frame=%2", from, p->ep, p);
    return true;
    //LAB else
    //| (void)p, (void)source;
    //| return false; /* yours: PROBE3("deliver src=%0 dst=%1 frame=%2", from, p->ep, p) if there is one */
    //LAB end
}

/* ---- the calls -------------------------------------------------------------------------------- */

static struct process *do_send(struct process *p, uint64_t call, endpoint_t peer, uint64_t deadline)
{
    //LAB rendezvous
    unsigned kind = call & IPC_CALL_MASK;
    struct process *dst = ipc_lookup(peer);
    if (!dst)
        return fail(p, call, peer, -EDEADSRCDST);
    if (!may_send(p, dst))
        return fail(p, call, peer, -EPERM);
    if (!type_allowed(p))
        return fail(p, call, peer, -EINVAL);
    if (!accepts(dst, p, kind))
        return block(p, call, PROC_SENDING, dst, deadline);

    /* No error from here on. */
    if (dst->state == PROC_REPLY)
        ipc_commit(p);
    deliver(p, dst);
    if (kind == IPC_SENDREC) {
        //LAB deadlock
        if (call & IPC_DEADLINE)
            timer_set(&p->deadline, deadline);
        //LAB else
        //| /* Yours: p has been heard, and waits for the reply. How long? */
        //LAB end
        await_reply(p, dst);
        return hand_off(dst);
    }
    sched_ready(dst);
    return sched_resume(finish(p, 0));
    //LAB else
    //| (void)deadline;
    //| return fail(p, call, peer, -ENOSYS); /* yours: IPC_SEND and IPC_SENDREC */
    //LAB end
}

//LAB rendezvous
/* The first sender that p would hear, or NULL. */
static struct process *next_sender(struct process *p, struct process *source)
{
    if (source)
        return source->state == PROC_SENDING && source->peer == p->ep ? source : NULL;
    return list_empty(&p->senders) ? NULL : container(p->senders.next, struct process, link);
}
//LAB end

/* Receives from `source`, NULL standing for ANY or, if `peer` says so, the kernel. */
static struct process *do_receive(struct process *p, uint64_t call, endpoint_t peer,
                                  struct process *source, uint64_t deadline)
{
    if (p->notified && take_notification(p, peer))
        return finish(p, 0);
    //LAB rendezvous
    struct process *sender = peer == EP_KERNEL ? NULL : next_sender(p, source);
    if (!sender) {
        p->frame.regs[R_PEER] = peer;
        return block(p, call, PROC_RECEIVING, source, deadline);
    }
    uint64_t sender_call = sender->frame.regs[R_STATUS];
    deliver(sender, p);
    if ((sender_call & IPC_CALL_MASK) == IPC_SENDREC) {
        list_remove(&sender->link); /* its deadline goes on */
        await_reply(sender, p);
    } else {
        wake(sender, 0);
    }
    return sched_resume(finish(p, 0));
    //LAB else
    //| (void)source, (void)deadline;
    //| return fail(p, call, peer, -ENOSYS); /* yours: IPC_RECEIVE, and half of IPC_REPLYREC */
    //LAB end
}

static struct process *do_named_receive(struct process *p, uint64_t call, endpoint_t peer,
                                        uint64_t deadline)
{
    struct process *source = NULL;
    if (peer != EP_ANY && peer != EP_KERNEL && !(source = ipc_lookup(peer)))
        return fail(p, call, peer, -EDEADSRCDST);
    return do_receive(p, call, peer, source, deadline);
}

/* Answers `client` and waits for the next request. In any case the server's transaction is over: if the client is gone, or
 * waits no more, the work was done all the same, and there is nobody to tell. */
static struct process *do_replyrec(struct process *p, uint64_t call, endpoint_t client,
                                   uint64_t deadline)
{
    ipc_commit(p);
    (p->working ? p->working : p)->strikes = 0; /* survived, if only to be put off */
    p->working = NULL;
    if (client != EP_NONE) {
        struct process *dst = ipc_lookup(client);
        if (dst && accepts(dst, p, IPC_REPLYREC) && may_send(p, dst) && type_allowed(p)) {
            deliver(p, dst);
            sched_ready(dst);
        } else {
            PROBE4("fail caller=%0 call=%1 peer=%2 status=%3", p->ep, call, client, -ENOTREADY);
        }
    }
    return do_receive(p, call, EP_ANY, NULL, deadline);
}

static struct process *do_notify(struct process *p, uint64_t call, endpoint_t peer)
{
    struct process *dst = ipc_lookup(peer);
    if (!dst)
        return fail(p, call, peer, -EDEADSRCDST);
    if (!may_send(p, dst))
        return fail(p, call, peer, -EPERM);
    PROBE3("notify src=%0 dst=%1 events=%2", p->ep, dst->ep, 0);
    //LAB notify
    dst->notify[slot_of(p) / 64] |= 1ull << slot_of(p) % 64;
    dst->notified = true;
    if (dst->state == PROC_RECEIVING && take_notification(dst, dst->peer)) {
        unblock(dst);
        finish(dst, 0);
        sched_ready(dst);
    }
    //LAB else
    //| /* Yours: the bit, and dst, if that is what it waits for. */
    //LAB end
    return sched_resume(finish(p, 0));
}

//LAB rendezvous
/*
 * The fast path: a request to a server that waits for one, and a reply after which the server finds
 * nothing to do. It does what do_send() and do_replyrec() would do, when all that could make them
 * do otherwise is absent; else it leaves everything to them. Check everything, then commit.
 */
static inline struct process *fast_request(struct process *p, struct process *dst,
                                           struct upper upper)
{
    if (dst->state != PROC_RECEIVING || dst->peer != EP_ANY || dst->deadline.index ||
        sched_preempted(dst))
        return NULL;

    /* The point of no return. */
    copy_message(p, dst, upper);
    await_reply(p, dst);
    dst->state = PROC_READY;
    return dst;
}

static inline struct process *fast_reply(struct process *p, struct process *dst, struct upper upper)
{
    if (dst->state != PROC_REPLY || dst->peer != p->ep || dst->deadline.index || p->notified ||
        !list_empty(&p->senders) || sched_preempted(dst))
        return NULL;

    /* The point of no return. */
    ipc_commit(p);
    copy_message(p, dst, upper);
    list_remove(&dst->link);
    dst->state = PROC_READY;
    p->working = NULL;
    p->state = PROC_RECEIVING;
    p->peer = EP_ANY;
    return dst;
}
//LAB end

static struct process *ipc_call(struct process *p, uint64_t call, endpoint_t peer,
                                uint64_t deadline)
{
    unsigned kind = call & IPC_CALL_MASK;
    if (call & ~(uint64_t)(IPC_CALL_MASK | IPC_FLAGS) || kind < IPC_SEND || kind > IPC_REPLYREC)
        return fail(p, call, peer, -EINVAL);
    if (!(p->policy->calls >> kind & 1))
        return fail(p, call, peer, -EPERM);
    switch (kind) {
    case IPC_SEND:
    case IPC_SENDREC:
        return do_send(p, call, peer, deadline);
    case IPC_RECEIVE:
        return do_named_receive(p, call, peer, deadline);
    case IPC_REPLYREC:
        return do_replyrec(p, call, peer, deadline);
    default:
        return do_notify(p, call, peer);
    }
}

/* All that is not on the fast path. */
static __attribute__((noinline)) struct process *slow_path(struct process *p, uint64_t call,
                                                           endpoint_t peer, uint64_t deadline)
{
    struct process *next =
        (call & IPC_CALL_MASK) < K_TIME ? ipc_call(p, call, peer, deadline) : kernel_call(p, call);
    if (next != p)
        PROBE2("switch from=%0 to=%1", p->ep, next->ep);
    return next;
}

/* IPC 3/6, dispatch. Returns who runs next. The upper half of the message comes along in its
 * registers. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline,
                              uint64_t w4, uint64_t w5, uint64_t w6, uint64_t w7)
{
    //LAB rendezvous
    struct upper upper = {w4, w5, w6, w7};
    uint64_t slot = EP_SLOT(peer);
    struct process *dst = &processes[slot], *next = NULL;
    //LAB else
    //| (void)w4, (void)w5, (void)w6, (void)w7; /* for a fast path: they are in the frame, too */
    //LAB end
    PROBE4("call caller=%0 call=%1 peer=%2 frame=%3", p->ep, call, peer, p);
    //LAB rendezvous
    if (slot < NSLOTS && dst->ep == (endpoint_t)peer && may_send(p, dst) && type_allowed(p)) {
        if (call == IPC_SENDREC && p->policy->calls & 1u << IPC_SENDREC)
            next = fast_request(p, dst, upper);
        else if (call == IPC_REPLYREC && p->policy->calls & 1u << IPC_REPLYREC)
            next = fast_reply(p, dst, upper);
    }
    if (!next)
        return slow_path(p, call, (endpoint_t)peer, deadline);
    PROBE2("switch from=%0 to=%1", p->ep, peer);
    return next;
    //LAB else
    //| return slow_path(p, call, (endpoint_t)peer, deadline);
    //LAB end
}

void ipc_event(struct process *p, uint64_t events)
{
    PROBE3("notify src=%0 dst=%1 events=%2", EP_KERNEL, p->ep, events);
    //LAB notify
    p->events |= events;
    p->notified = true;
    if (p->state == PROC_RECEIVING && take_notification(p, p->peer)) {
        unblock(p);
        finish(p, 0);
        sched_ready(p);
    }
    //LAB else
    //| /* Yours: the same for the kernel's events. p may be in any state. */
    //LAB end
}

/* ---- the end of a process -------------------------------------------------------------------- */

void ipc_cancel(struct process *p, int64_t status)
{
    //LAB deadlock
    wake(p, status);
    //LAB else
    //| (void)p, (void)status; /* yours: p, blocked, waits no more; the call ends with this status */
    //LAB end
}

/* Those who wait for p, which dies for good, get an error. */
static void release_peers(struct process *p)
{
    while (!list_empty(&p->senders))
        wake(container(p->senders.next, struct process, link), -EDEADSRCDST);
    while (!list_empty(&p->awaiting))
        wake(container(p->awaiting.next, struct process, link), -EDEADSRCDST);
    unsigned slot = slot_of(p);
    for (unsigned i = 0; i < NSLOTS; i++)
        processes[i].notify[slot / 64] &= ~(1ull << slot % 64);
    memset(p->notify, 0, sizeof p->notify);
    p->events = 0;
}

/*
 * The service p died, its endpoint lives on. Requests that it had go back to the head of its queue,
 * in their order, each still whole in its caller's frame; those who only listen to it go on
 * listening.
 */
static void requeue_requests(struct process *p, bool blame)
{
    for (struct link *l = p->awaiting.prev, *before; l != &p->awaiting; l = before) {
        before = l->prev;
        struct process *client = container(l, struct process, link);
        if (client->state != PROC_REPLY)
            continue;
        if (client->frame.regs[R_STATUS] & IPC_TELL) {
            wake(client, -EREINCARNATED);
        } else if (blame && client == p->working && ++client->strikes >= FAULTED_AFTER) {
            p->crash.client = client->ep;
            p->crash.type = client->frame.regs[R_A0] >> 32;
            wake(client, -EFAULTED);
        } else {
            list_remove(l);
            client->state = PROC_SENDING;
            list_prepend(&p->senders, l);
        }
    }
}

void ipc_end(struct process *p, bool dies, bool blame)
{
    if (p->state == PROC_SENDING || p->state == PROC_RECEIVING || p->state == PROC_REPLY)
        unblock(p);
    if (dies)
        release_peers(p);
    else
        requeue_requests(p, blame);
}
