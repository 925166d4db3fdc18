/*
 * The episodes of a run that nobody watches: a world and what follows from it, without histories. It costs some 30 ns of the host
 * an event.
 */
#ifndef EMU_MODEL_EPISODE_LOG_H
#define EMU_MODEL_EPISODE_LOG_H

#include <stdio.h>
#include "emu/model/episode.h"

#define EPISODE_LOG_LINES 100 /* that are printed, the last ones */

struct episode_log {
    struct sink sink; /* subscribe this to the trace */
    struct world_sink changes;
    struct world world;
    struct episodes episodes;
};

/* NULL: out of memory. Release it with free(). */
struct episode_log *episode_log_create(void);

/* A line for each of the last episodes, and how many there were before them. */
void episode_log_print(const struct episode_log *l, FILE *out);

#endif
