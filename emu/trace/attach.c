/* The trace of a run without the dashboard (emu/session.h): what the command line asks for. */
#include <stdio.h>
#include "emu/session.h"
#include "emu/trace/trace.h"

struct trace *trace_attach(struct board *board, const struct run_options *options,
                           struct run_stats *stats, char *why, size_t size)
{
    if (options->trace) {
        snprintf(why, size, "--trace: this version does not write trace files");
        return NULL;
    }
    struct trace *t = trace_create(options->kernel, why, size);
    if (!t)
        return NULL;
    if (options->stats)
        trace_count(t, stats);
    if (trace_start(t, board))
        return t;
    snprintf(why, size, "out of memory");
    trace_destroy(t);
    return NULL;
}

bool trace_detach(struct trace *trace, char *why, size_t size)
{
    (void)why, (void)size; /* nothing is written yet that could fail */
    trace_destroy(trace);
    return true;
}
