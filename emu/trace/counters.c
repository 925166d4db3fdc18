/* Counts messages delivered, switches of process, and restarts of services. */
#include "emu/trace/counters.h"

static void count(struct sink *self, const struct event *e)
{
    struct run_stats *stats = ((struct counters *)self)->stats;
    stats->messages += e->kind == EVENT_DELIVER;
    stats->switches += e->kind == EVENT_SWITCH;
    /* The first incarnation is a start, not a restart. */
    stats->restarts += e->kind == EVENT_RESTART && e->incarnation > 1;
}

void counters_init(struct counters *c, struct run_stats *stats)
{
    *c = (struct counters){.stats = stats};
    c->sink.kinds = EVENT_BIT(EVENT_DELIVER) | EVENT_BIT(EVENT_SWITCH) | EVENT_BIT(EVENT_RESTART);
    c->sink.event = count;
}
