/* From a call that is being made to the line that the message stream will have for it. */
#include "emu/dash/pending.h"
#include "emu/trace/names.h"

static enum entry_kind kind_of(const struct event *e)
{
    uint32_t call = e->call & IPC_CALL_MASK;
    if (e->kind == EVENT_NOTIFY || e->message.type == MSG_NOTIFY)
        return ENTRY_NOTICE;
    return call == IPC_SENDREC ? ENTRY_REQUEST : ENTRY_MESSAGE;
}

static uint32_t incarnation(const struct world *w, endpoint_t ep)
{
    const struct world_process *p = world_find(w, ep);
    return p ? p->incarnation : 0;
}

/* A message to someone who waits for an answer of the sender's is that answer. */
static void take_for_reply(struct entry *out, const struct world *w, const struct event *e)
{
    const struct world_process *client = world_find(w, e->peer);
    if (!client || !client->asks.id || client->asks.server != e->who || client->state != PROC_REPLY)
        return;
    out->kind = ENTRY_REPLY;
    out->transaction = client->asks.id;
    out->parent = client->asks.parent;
    out->latency = e->time - client->asks.called;
    out->status = e->message.status;
    out->deferred = client->asks.deferred;
}

void pending_entry(struct entry *out, const struct world *w, const struct event *e)
{
    bool notify = e->kind == EVENT_NOTIFY; /* its `who` is the destination */
    *out = (struct entry){.event = e->number,
                          .time = e->time,
                          .kind = kind_of(e),
                          .source = notify ? e->peer : e->who,
                          .dest = notify ? e->who : e->peer,
                          .transaction = e->transaction,
                          .parent = e->parent,
                          .asked = e->time,
                          .message = e->message};
    if (notify)
        out->message = (struct message){.source = e->peer, .type = MSG_NOTIFY, .w = {e->events}};
    names_endpoint(out->source_name, sizeof out->source_name, out->source, world_name, w);
    names_endpoint(out->dest_name, sizeof out->dest_name, out->dest, world_name, w);
    out->source_incarnation = incarnation(w, out->source);
    out->dest_incarnation = incarnation(w, out->dest);
    if (out->kind == ENTRY_MESSAGE)
        take_for_reply(out, w, e);
}
