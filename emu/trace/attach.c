/* The trace of a run without the dashboard (emu/session.h): what the command line asks for. */
#include <stdio.h>
#include "emu/model/episode_log.h"
#include "emu/session.h"
#include "emu/trace/trace.h"

/* For --stats: counters, and the recoveries of services. */
static bool count(struct trace *t, struct run_stats *stats)
{
    trace_count(t, stats);
    stats->recoveries = episode_log_create();
    if (stats->recoveries)
        trace_subscribe(t, &stats->recoveries->sink);
    return stats->recoveries;
}

struct trace *trace_attach(struct board *board, const struct run_options *options,
                           struct run_stats *stats, struct sink *sink, char *why, size_t size)
{
    struct trace *t = trace_create(options->kernel, why, size);
    if (!t)
        return NULL;
    for (struct sink *next; sink; sink = next) {
        next = sink->next;
        trace_subscribe(t, sink);
    }
    bool shown = options->trace || options->display || options->screenshot || options->record;
    if (shown && trace_probes(t) == 0)
        fprintf(stderr, "courier: %s has no probes: its messages cannot be seen\n",
                options->kernel);
    if (options->stats && !count(t, stats)) {
        snprintf(why, size, "out of memory");
        trace_destroy(t);
        return NULL;
    }
    if (options->trace && !trace_write(t, options->trace, why, size)) {
        trace_destroy(t);
        return NULL;
    }
    if (trace_start(t, board))
        return t;
    snprintf(why, size, "out of memory");
    trace_destroy(t);
    return NULL;
}

bool trace_detach(struct trace *trace, char *why, size_t size)
{
    bool whole = trace_finish(trace, why, size);
    trace_destroy(trace);
    return whole;
}
