/* The names of today by slot, and behind each a chain through a ring of those that it replaced. */
#include <stdbool.h>
#include <string.h>
#include "emu/export/past_names.h"

void past_names_event(struct past_names *p, const struct event *e)
{
    unsigned slot = EP_SLOT(e->who);
    if ((e->kind != EVENT_SPAWN && e->kind != EVENT_EXEC) || slot >= NSLOTS)
        return;
    struct named *now = &p->now[slot];
    uint64_t before = now->event ? ++p->replaced : 0;
    if (before)
        p->past[before % PAST_NAMES] = *now;
    *now = (struct named){.event = e->number, .before = before, .endpoint = e->who};
    memcpy(now->name, e->name, sizeof now->name);
    now->name[sizeof now->name - 1] = '\0';
}

static bool is_kept(const struct past_names *p, uint64_t number)
{
    return number && p->replaced - number < PAST_NAMES;
}

const char *past_name(const void *at, endpoint_t ep)
{
    const struct past_names_at *then = at;
    const struct past_names *p = then->names;
    if (EP_SLOT(ep) >= NSLOTS)
        return NULL;
    const struct named *n = &p->now[EP_SLOT(ep)];
    while (n->event > then->event && is_kept(p, n->before))
        n = &p->past[n->before % PAST_NAMES];
    bool had_none = n->event == 0 || (n->event > then->event && n->before == 0);
    return !had_none && n->endpoint == ep && n->name[0] ? n->name : NULL;
}
