/*
 * The laws of a quiet moment, when nobody can go on: then nobody waits for what is there. They are checked whenever a case has
 * waited for quiet, and at its end. A process that is forgotten in a list, or that has gone to sleep over a message, is seen here
 * and nowhere else, since no call of its returns any more.
 */
#include "grader/engine/play.h"

static unsigned kind_of(const struct record *r)
{
    return r->call.number & IPC_CALL_MASK;
}

/* `open` is about to return with a message, as far as everyone else was told. */
static void returns_with(struct play *p, const struct record *open)
{
    char call[DESCRIBE_CALL], other[DESCRIBE_CALL];
    const struct record *s = open->promised ? open->promised : open->reply;
    if (open->promised)
        breaks(p, s->call.returned, "%s returned 0: %s must return with its message",
               describe_call(other, s), describe_call(call, open));
    else if (open->reply)
        breaks(p, s->call.entered, "%s answers: %s returns with its message",
               describe_call(other, s), describe_call(call, open));
}

/* Does `sender` still wait to be heard? */
static bool waits_to_be_heard(const struct record *sender)
{
    return sender && sender->offers && kind_of(sender) != IPC_REPLYREC &&
           (!sender->call.to || sender->again);
}

static void hears(struct play *p, const struct record *open, const struct actor *sender)
{
    const struct record *s = sender->open;
    char call[DESCRIBE_CALL], other[DESCRIBE_CALL];
    if (!waits_to_be_heard(s) || s->target != open->caller || !law_accepts(open, sender))
        return;
    if (kind_of(open) == IPC_SENDREC && kind_of(s) == IPC_SENDREC) /* a request is no reply */
        return;
    breaks(p, s->call.entered, "%s is heard, since %s listens to it (both wait)",
           describe_call(other, s), describe_call(call, open));
}

/* A notification that was given when the last one had been heard is there, or has ended the call. */
static void is_notified(struct play *p, const struct record *open, const struct actor *by)
{
    const struct actor *a = open->caller;
    unsigned i = (unsigned)(by - p->actor);
    char call[DESCRIBE_CALL];
    if (kind_of(open) == IPC_SENDREC || (open->filter != EP_ANY && open->filter != by->endpoint))
        return;
    if (a->given[i] > a->told[i])
        breaks(p, open->call.entered, "%s returns with the notification of %s (it waits)",
               describe_call(call, open), by->name);
}

void law_quiet(struct play *p)
{
    for (struct actor *a = p->actor; a < p->actor + p->actors; a++) {
        const struct record *open = a->open;
        if (!open || !open->ipc || !open->listens)
            continue;
        returns_with(p, open);
        for (struct actor *b = p->actor; b < p->actor + p->actors; b++) {
            if (b == a || b->standing == ABSENT)
                continue;
            hears(p, open, b);
            is_notified(p, open, b);
        }
    }
}
