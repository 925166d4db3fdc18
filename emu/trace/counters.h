/* The sink that counts, for --stats: messages, switches and restarts into a struct run_stats. */
#ifndef EMU_TRACE_COUNTERS_H
#define EMU_TRACE_COUNTERS_H

#include "emu/stats.h"
#include "emu/trace/event.h"

struct counters {
    struct sink sink; /* subscribe this to the trace */
    struct run_stats *stats;
};

/* Counts into `stats`, which must live as long as the trace runs. */
void counters_init(struct counters *c, struct run_stats *stats);

#endif
