/* The world's changes go to the episodes, and to nobody else. */
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <courier/errno.h>
#include "emu/model/episode_log.h"
#include "emu/model/episode_text.h"

static struct episode_log *of(struct world_sink *changes)
{
    return (struct episode_log *)((char *)changes - offsetof(struct episode_log, changes));
}

static void on_message(struct world_sink *self, const struct world *w, const struct event *e,
                       const struct transaction *t)
{
    episodes_message(&of(self)->episodes, w, e, t);
}

static void on_life(struct world_sink *self, const struct world *w, const struct event *e)
{
    episodes_life(&of(self)->episodes, w, e);
}

static void on_ended(struct world_sink *self, const struct world *w, const struct transaction *t)
{
    (void)w;
    if (t->fate == FATE_FAILED && t->status == -EFAULTED)
        episodes_faulted(&of(self)->episodes, t);
}

static void on_event(struct sink *self, const struct event *e)
{
    struct episode_log *l = (struct episode_log *)self;
    world_event(&l->world, e, &l->changes);
}

struct episode_log *episode_log_create(void)
{
    struct episode_log *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->sink = (struct sink){.kinds = EVENT_ALL & ~EVENT_CROSSINGS, .event = on_event};
    l->changes = (struct world_sink){.message = on_message, .life = on_life, .ended = on_ended};
    world_init(&l->world);
    return l;
}

void episode_log_print(const struct episode_log *l, FILE *out)
{
    uint64_t count = l->episodes.count;
    uint64_t first = count > EPISODE_LOG_LINES ? count - EPISODE_LOG_LINES + 1 : 1;
    char line[EPISODE_TEXT];
    if (first > 1)
        fprintf(out, "%" PRIu64 " episodes, the last %u:\n", count, EPISODE_LOG_LINES);
    for (uint64_t n = first; n <= count; n++)
        fprintf(out, "%s\n", episode_text(line, sizeof line, episode_find(&l->episodes, n)));
}
