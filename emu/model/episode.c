/*
 * A death opens an episode; the restart, and the messages of the next incarnation, add to the last one of their service.
 */
#include <string.h>
#include <courier/errno.h>
#include <courier/probe.h>
#include "emu/model/episode.h"

/* A deed explains a death as long after it: a hang is noticed at the second heartbeat, and a service that waits dies
 * when it runs again. What shows later, if ever, has another cause. */
#define DEED_SHOWS (10 * 10 * (uint64_t)TICKS_PER_SECOND)

static struct episode *find(struct episodes *s, uint64_t number)
{
    bool kept = number > 0 && number <= s->count && s->count - number < EPISODES;
    return kept ? &s->episode[number % EPISODES] : NULL;
}

const struct episode *episode_find(const struct episodes *e, uint64_t number)
{
    return find((struct episodes *)e, number);
}

static bool is_service(endpoint_t ep)
{
    return ep > 0 && ep < NSERVICES;
}

/* The service's last episode, or NULL. */
static struct episode *last_of(struct episodes *s, endpoint_t service)
{
    return is_service(service) ? find(s, s->last[service]) : NULL;
}

static void on_operator(struct episodes *s, const struct event *e)
{
    if (!is_service(e->who))
        return;
    size_t length = e->length < EVENT_TEXT ? e->length : EVENT_TEXT;
    memcpy(s->pending[e->who].deed, e->text, length);
    s->pending[e->who].deed[length] = '\0';
    s->pending[e->who].time = e->time;
    s->pending[e->who].event = e->number;
}

/* The operator did it, if he did anything to it of late. */
static void blame_operator(struct episodes *s, struct episode *ep)
{
    endpoint_t service = ep->service;
    if (s->pending[service].event && ep->detected - s->pending[service].time <= DEED_SHOWS) {
        ep->by_operator = true;
        ep->fault = s->pending[service].time;
        ep->first_event = s->pending[service].event;
        memcpy(ep->deed, s->pending[service].deed, sizeof ep->deed);
    }
    s->pending[service].event = 0;
}

/* Who hung: its trouble began when it was last seen doing something. */
static void find_hang(struct episode *ep, const struct world_process *p)
{
    uint64_t seen = p->call_time > p->since ? p->call_time : p->since;
    if (ep->hung && seen && seen < ep->fault)
        ep->fault = seen;
}

/* Who waits for the service: their requests are back in its queue. */
static void note_clients(struct episode *ep, const struct world *w)
{
    for (unsigned i = 1; i < NSLOTS; i++) {
        const struct world_process *p = &w->process[i];
        bool waits = p->used && (p->state == PROC_SENDING || p->state == PROC_REPLY);
        if (!waits || p->peer != ep->service)
            continue;
        if (ep->blocked < EPISODE_CLIENTS) {
            ep->client[ep->blocked] = p->endpoint;
            memcpy(ep->client_name[ep->blocked], p->name, sizeof p->name);
        }
        ep->blocked++;
    }
}

/* In whose service it died. */
static void note_request(struct episode *ep, const struct world *w)
{
    const struct transaction *t = world_transaction(w, ep->in_hand);
    const struct world_process *client = t ? world_find(w, t->client) : NULL;
    if (!client)
        return;
    ep->in_hand_type = t->request.type;
    memcpy(ep->in_hand_name, client->name, sizeof ep->in_hand_name);
}

static void on_crash(struct episodes *s, const struct world *w, const struct event *e)
{
    const struct world_process *p = world_find(w, e->who);
    if (!p || !is_service(e->who))
        return;
    struct episode *ep = &s->episode[++s->count % EPISODES];
    *ep = (struct episode){.number = s->count,
                           .service = e->who,
                           .incarnation = p->incarnation,
                           .cause = e->cause,
                           .hung = e->cause == CAUSE_HUNG,
                           .pc = e->pc,
                           .address = e->address,
                           .fault = w->now,
                           .detected = w->now,
                           .first_event = e->number,
                           .last_event = e->number,
                           .in_hand = p->in_hand};
    memcpy(ep->name, p->name, sizeof ep->name);
    s->last[e->who] = s->count;
    find_hang(ep, p);
    blame_operator(s, ep);
    note_request(ep, w);
    note_clients(ep, w);
}

static void note_reply(struct episode *ep, const struct world *w, const struct event *e)
{
    if (!ep || ep->restarted == 0 || ep->replied)
        return;
    ep->replied = w->now;
    ep->last_event = e->number;
}

/* "No such file", or "nothing has been typed", is an answer; a service that cannot do its work gives none. */
static bool is_good(int64_t status)
{
    return status != -EIO && status != -EFAULTED && status != -EDEADSRCDST;
}

void episodes_life(struct episodes *s, const struct world *w, const struct event *e)
{
    struct episode *ep = last_of(s, e->who);
    if (e->kind == EVENT_OPERATOR) {
        on_operator(s, e);
    } else if (e->kind == EVENT_CRASH && e->cause == CAUSE_GIVEN_UP) {
        if (ep && ep->restarted == 0) {
            ep->given_up = w->now;
            ep->last_event = e->number;
        }
    } else if (e->kind == EVENT_CRASH) {
        on_crash(s, w, e);
    } else if (e->kind == EVENT_RESTART && ep && ep->restarted == 0) {
        ep->restarted = w->now;
        ep->last_event = e->number;
    } else if (e->kind == EVENT_EXEC && !is_service(e->who)) {
        note_reply(last_of(s, EP_PM), w, e); /* PM_EXEC has no other reply */
    }
}

void episodes_message(struct episodes *s, const struct world *w, const struct event *e,
                      const struct transaction *t)
{
    struct episode *ep = t ? last_of(s, t->server) : NULL;
    if (!ep || ep->restarted == 0)
        return;
    if (t->fate == FATE_OPEN && t->deliveries > 1) {
        ep->again++;
        ep->last_event = e->number;
    } else if (t->fate == FATE_ANSWERED && is_good(t->status)) {
        note_reply(ep, w, e);
    }
}

void episodes_faulted(struct episodes *s, const struct transaction *t)
{
    struct episode *ep = last_of(s, t->server);
    if (!ep)
        return;
    ep->faulted = t->client;
    ep->faulted_type = t->request.type;
}
