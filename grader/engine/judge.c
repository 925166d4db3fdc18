/*
 * The laws: what is true of every call on every stage, checked as it enters the kernel and as it returns (case.h has them in
 * words). They are stated over crossings alone. Where the boundary does not show when exactly something happened
 * in the kernel, the law takes the side of the student: a violation is one under every order of events that could be behind it.
 *
 * A message belongs to the call that offers it, and a process has one call open at a time. So what may be received
 * from somebody is: the message of its open call; or the one that it was told (status 0) its receiver has, which
 * then must come (`promised`); or its last reply, which does not wait (`reply`).
 */
#include <stdio.h>
#include <string.h>
#include <courier/errno.h>
#include "emu/board/device.h"
#include "emu/trace/names.h"
#include "grader/engine/play.h"

#define TYPE_MIN 0x100u /* types below are the kernel's (courier/message.h) */

static unsigned kind_of(const struct record *r)
{
    return r->call.number & IPC_CALL_MASK;
}

static unsigned index_of(const struct actor *a)
{
    return (unsigned)(a - a->play->actor);
}

static uint64_t argument(const struct message *m, unsigned n)
{
    uint64_t words[MSG_WORDS];
    memcpy(words, m, sizeof words);
    return words[n];
}

/* Everything but the source, which the kernel stamps. */
static bool same_message(const struct record *sender, const struct record *receiver)
{
    const struct message *a = &sender->call.sent, *b = &receiver->call.got;
    return a->type == b->type && !memcmp(a->w, b->w, sizeof a->w);
}

bool law_accepts(const struct record *r, const struct actor *from)
{
    if (!r || !r->listens)
        return false;
    if (kind_of(r) == IPC_SENDREC)
        return r->filter == from->endpoint && r->call.to && r->call.to->caller == from;
    return r->filter == EP_ANY || r->filter == from->endpoint;
}

/* ---- a call enters the kernel --------------------------------------------------------------------------- */

static void kernel_call_entered(struct play *p, struct record *r)
{
    struct actor *a = actor_of_endpoint(p, (endpoint_t)argument(&r->call.sent, 0));
    if (r->call.number == K_EXEC && !a)
        for (a = p->actor;
             a < p->actor + p->actors && a->endpoint != (endpoint_t)argument(&r->call.sent, 0);)
            a++;
    if (r->call.number != K_EXEC || !a || a == p->actor + p->actors)
        return;
    a->standing = STARTING;
    a->satp = 0;
    a->known = false;
}

/* A reply that nobody waits for, or that only the kernel could give, is dropped; it never waits itself. */
static void reply_entered(struct record *r)
{
    struct record *open = r->target ? r->target->open : NULL;
    if (law_accepts(open, r->caller) && !open->reply && r->call.sent.type >= TYPE_MIN)
        open->reply = r;
    else
        r->is_void = true;
}

void law_entered(struct play *p, struct record *r)
{
    unsigned kind = kind_of(r);
    r->ipc = kind >= IPC_SEND && kind <= IPC_REPLYREC &&
             !(r->call.number & ~(uint64_t)(IPC_CALL_MASK | IPC_FLAGS));
    if (!r->ipc) {
        kernel_call_entered(p, r);
        return;
    }
    struct actor *caller = r->caller;
    r->target = actor_of_endpoint(p, (endpoint_t)r->call.peer);
    r->offers = r->target && (kind == IPC_SEND || kind == IPC_SENDREC || kind == IPC_REPLYREC);
    r->listens = kind == IPC_RECEIVE || kind == IPC_SENDREC || kind == IPC_REPLYREC;
    r->filter = kind == IPC_REPLYREC ? EP_ANY : (endpoint_t)r->call.peer;
    memcpy(caller->given_then, caller->given, sizeof caller->given);
    if (kind == IPC_NOTIFY && r->target)
        r->target->given[index_of(caller)]++;
    if (kind == IPC_REPLYREC)
        reply_entered(r);
}

/* ---- a message is received ------------------------------------------------------------------------------ */

static void take(struct record *r, struct record *sender)
{
    r->call.from = &sender->call;
    sender->call.to = &r->call;
    sender->again = false;
    r->caller->heard = sender->caller->endpoint;
}

/* Is s's message one that r may have got? A request is no reply. */
static bool is_offered(const struct record *s, const struct record *r)
{
    if (kind_of(r) == IPC_SENDREC &&
        (!s || kind_of(s) == IPC_SENDREC || !law_accepts(r, s->caller)))
        return false;
    return s && s->offers && s->target == r->caller && !s->is_void && (!s->call.to || s->again) &&
           same_message(s, r);
}

/* r returned with a message that nobody had for it. In words, whose it is. */
static bool explain(struct play *p, const struct record *r, const struct actor *from)
{
    char call[DESCRIBE_CALL];
    uint64_t event = r->call.returned;
    describe_call(call, r);
    for (size_t i = p->nrecords; i-- > 0;) {
        const struct record *s = p->records[i];
        if (!s->offers || s == r || !same_message(s, r))
            continue;
        if (s->caller != from)
            return breaks(
                p, event,
                "%s: word 0 of a message names its sender, whatever the sender wrote there", call);
        if (s->target != r->caller)
            return breaks(p, event, "%s: a message goes to whom it is sent to, and to nobody else",
                          call);
        if (s->is_void)
            return breaks(
                p, event,
                "%s: a message whose call failed, or a reply that was dropped, never arrives",
                call);
        if (s->call.to)
            return breaks(p, event, "%s: a message is received once", call);
    }
    const struct record *open = from->open;
    if (open && open->offers && open->target == r->caller && !open->call.to)
        return breaks(p, event,
                      "%s: a message arrives as it was sent, its type and all seven words", call);
    return breaks(p, event, "%s: nothing is received that nobody has sent", call);
}

static bool notified_by_kernel(struct play *p, struct record *r)
{
    const struct notification *n = (const void *)r->call.got.w;
    struct actor *a = r->caller;
    char call[DESCRIBE_CALL];
    describe_call(call, r);
    if (n->events == 0)
        return breaks(p, r->call.returned, "%s: a notification of the kernel's has an event", call);
    bool manager = a->endpoint == EP_RS || a->endpoint == EP_PM;
    if (n->events & ~(NOTIFY_TIMER | (manager ? NOTIFY_CRASH : 0) | a->irqs))
        return breaks(p, r->call.returned, "%s: an interrupt comes to who has attached it", call);
    if (n->events & NOTIFY_TIMER) {
        if (a->alarm == 0 || a->alarm > ticks_now(p))
            return breaks(p, r->call.returned,
                          "%s: an alarm comes if it was set, and not before it is due", call);
        a->alarm = 0;
    }
    return true;
}

static bool notified(struct play *p, struct record *r)
{
    const struct notification *n = (const void *)r->call.got.w;
    endpoint_t source = r->call.got.source;
    const struct actor *from = actor_of_endpoint(p, source);
    struct actor *a = r->caller;
    char call[DESCRIBE_CALL];
    describe_call(call, r);
    if (kind_of(r) == IPC_SENDREC)
        return breaks(p, r->call.returned, "%s: no notification ends it", call);
    if (r->filter != EP_ANY && r->filter != source)
        return breaks(p, r->call.returned, "%s: who names a source hears nobody else", call);
    if (n->time > ticks_now(p))
        return breaks(p, r->call.returned, "%s: a notification says when it was delivered", call);
    if (source == EP_KERNEL)
        return notified_by_kernel(p, r);
    unsigned i = from ? index_of(from) : 0;
    if (!from || a->given[i] == a->taken[i])
        return breaks(p, r->call.returned,
                      "%s: a notification comes from who has given it, and once", call);
    /* Those that were given before the call was made were one bit then; later ones may have been after it was taken. */
    a->taken[i] = a->given_then[i] > a->taken[i] ? a->given_then[i] : a->taken[i] + 1;
    a->told[i] = a->given[i];
    return n->events == 0 ||
           breaks(p, r->call.returned, "%s: only the kernel's notifications have events", call);
}

/* The part of a call that listens has returned 0. */
static bool received_something(struct play *p, struct record *r)
{
    const struct message *m = &r->call.got;
    struct actor *from = actor_of_endpoint(p, m->source);
    char call[DESCRIBE_CALL], other[DESCRIBE_CALL];
    describe_call(call, r);
    if (r->promised) {
        if (m->source != r->promised->caller->endpoint || !same_message(r->promised, r))
            return breaks(p, r->call.returned, "%s returned 0: %s must return with its message",
                          describe_call(other, r->promised), call);
        take(r, r->promised);
        return true;
    }
    if (m->type == MSG_NOTIFY && from && is_offered(from->open, r))
        return breaks(p, r->call.returned, "%s: only the kernel's messages have a type of its own",
                      call);
    if (m->type == MSG_NOTIFY)
        return notified(p, r);
    if (!from || from == r->caller)
        return breaks(p, r->call.returned, "%s: word 0 of a message names its sender", call);
    if (r->filter != EP_ANY && r->filter != m->source)
        return breaks(p, r->call.returned, "%s: who names a source hears nobody else", call);
    if (r->reply && r->reply->caller == from && same_message(r->reply, r))
        take(r, r->reply);
    else if (is_offered(from->open, r))
        take(r, from->open);
    else
        return explain(p, r, from);
    return true;
}

/* ---- a call returns --------------------------------------------------------------------------------------- */

static void send_returned(struct play *p, struct record *r)
{
    struct record *open = r->target ? r->target->open : NULL;
    char call[DESCRIBE_CALL];
    if (r->call.to)
        return;
    if (law_accepts(open, r->caller) && !open->promised)
        open->promised = r;
    else
        breaks(p, r->call.returned, "%s returns 0 when its receiver has the message, not before",
               describe_call(call, r));
}

/* Is it there: the caller first, each waiting for the next, the last for the caller? */
static bool is_cycle(struct play *p, const struct record *r)
{
    const struct ipc_cycle *cycle = (const void *)r->call.got.w;
    uint32_t n = cycle->length < CYCLE_MAX ? cycle->length : CYCLE_MAX;
    if (r->call.got.source != EP_KERNEL || r->call.got.type != MSG_CYCLE || n == 0 ||
        cycle->member[0] != r->caller->endpoint)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        const struct actor *a = actor_of_endpoint(p, cycle->member[i]);
        const struct record *waits = i == 0 ? r : a ? a->open : NULL;
        bool told = i + 1 < n || n == cycle->length; /* who is next; of a long cycle not all are */
        if (!waits || !waits->target ||
            (told && waits->target->endpoint != cycle->member[(i + 1) % n]))
            return false;
    }
    return true;
}

static void call_failed(struct play *p, struct record *r)
{
    char call[DESCRIBE_CALL], other[DESCRIBE_CALL];
    describe_call(call, r);
    if (r->promised)
        breaks(p, r->call.returned, "%s returned 0: %s must return with its message",
               describe_call(other, r->promised), call);
    if (kind_of(r) == IPC_SEND && r->call.to)
        breaks(p, r->call.returned, "%s: a send that fails has not been heard", call);
    if (kind_of(r) == IPC_NOTIFY && r->target)
        r->target->given[index_of(r->caller)]--;
    if (r->call.status == -ELOCKED && !is_cycle(p, r))
        breaks(p, r->call.returned,
               "%s: with ELOCKED comes, from the kernel, a cycle that is there, the caller first, "
               "each waiting for the next",
               call);
    if (r->call.status == -ETIMEDOUT && has_deadline(r) &&
        r->call.return_time / CLOCK_PER_TICK < r->call.deadline)
        breaks(p, r->call.returned, "%s: a call does not time out before its deadline", call);
    if (r->call.status != -ELOCKED && memcmp(&r->call.sent, &r->call.got, sizeof r->call.sent) != 0)
        breaks(p, r->call.returned, "%s: a call that fails leaves a0 to a7 as they were", call);
    r->is_void = true;
}

/* This process is gone; whoever waits for its reply may be heard by its next incarnation. */
static void process_ended(struct play *p, struct actor *gone)
{
    for (struct actor *a = p->actor; a < p->actor + p->actors; a++)
        if (a->open && a->open->call.to && a->open->call.to->caller == gone)
            a->open->again = true;
    for (struct op *op = gone->op; op; op = op->next)
        p->pending -= op->repeat - op->done;
    gone->op = NULL;
    gone->open = NULL;
    gone->busy = gone->fault = gone->has_crashed = gone->known = false;
    gone->standing = ABSENT;
    gone->alarm = gone->irqs = 0;
}

static void kernel_call_returned(struct play *p, struct record *r)
{
    uint64_t first = argument(&r->call.sent, 0);
    struct actor *a = actor_of_endpoint(p, (endpoint_t)first);
    if (r->call.status < 0)
        return;
    if (r->call.number == K_ALARM)
        r->caller->alarm = first;
    if (r->call.number == K_IRQ && argument(&r->call.sent, 1) == IRQ_ATTACH)
        r->caller->irqs |= NOTIFY_IRQ(first % 64);
    if (r->call.number == K_KILL && a)
        process_ended(p, a);
}

/* A number that means nothing is not shown: in it a kernel could tell what a hidden case is made of. */
static const char *name_found(char *out, size_t size, int64_t status)
{
    names_status(out, size, status);
    return status == 0 || (*out >= 'A' && *out <= 'Z') ? out : "a number that is no error";
}

static void check_status(struct play *p, const struct record *r)
{
    char call[DESCRIBE_CALL], expected[32], found[32];
    if (r->ipc && r->call.status > 0)
        breaks(p, r->call.returned, "%s: an IPC call returns 0 or an error",
               describe_call(call, r));
    if (!r->op || r->op->any_status || r->call.status == r->op->expected)
        return;
    breaks(p, r->call.returned, "%s returns %s (it returned %s)", describe_call(call, r),
           names_status(expected, sizeof expected, r->op->expected),
           name_found(found, sizeof found, r->call.status));
}

/* t1 afterwards: all words of the message that came, xored; or the error once more. */
static void check_word(struct play *p, const struct record *r)
{
    char call[DESCRIBE_CALL];
    uint64_t check = 0;
    for (unsigned i = 0; i < MSG_WORDS; i++)
        check ^= argument(&r->call.got, i);
    if (r->call.status < 0 && r->call.check != (uint64_t)r->call.status)
        breaks(p, r->call.returned, "%s: an error is in t0 and, once more, in t1",
               describe_call(call, r));
    if (r->call.status == 0 && r->listens && r->call.check != check)
        breaks(p, r->call.returned, "%s: with a message comes its check word, in t1",
               describe_call(call, r));
}

void law_returned(struct play *p, struct record *r)
{
    char call[DESCRIBE_CALL];
    check_status(p, r);
    if (!r->ipc) {
        kernel_call_returned(p, r);
        return;
    }
    if (r->call.status < 0) {
        call_failed(p, r);
        check_word(p, r);
        return;
    }
    if (kind_of(r) == IPC_SEND)
        send_returned(p, r);
    if (kind_of(r) == IPC_SENDREC && !r->call.to)
        breaks(p, r->call.returned, "%s returns 0 when it was heard and answered",
               describe_call(call, r));
    if (r->listens)
        received_something(p, r);
    check_word(p, r);
}
