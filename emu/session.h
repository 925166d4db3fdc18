/*
 * What the command line, the dashboard and the trace layer share about a run.
 */
#ifndef EMU_SESSION_H
#define EMU_SESSION_H

#include "emu/board/board.h"
#include "emu/options.h"
#include "emu/stats.h"

#include <stddef.h>

/* The dashboard: runs the board until the guest or the person ends it; returns the exit status.
 * The console's bytes come through dash_output (board_config.output, with `arg` of its choice). */
int dash_main(const struct run_options *options, struct run_stats *stats);

/* `courier dash FILE`: the dashboard on a recorded trace; returns the exit status. */
int recorded_main(int argc, char **argv);

/* The trace layer: watches the board, counts into `stats`, writes options->trace if it is set, and
 * tells `sink` and those that it leads to by `next`; NULL: nobody. */
struct trace;
struct sink;
struct trace *trace_attach(struct board *board, const struct run_options *options,
                           struct run_stats *stats, struct sink *sink, char *why, size_t size);
/* False, with one line in `why`, if the file could not be written. */
bool trace_detach(struct trace *trace, char *why, size_t size);

/* A run without the dashboard; returns the exit status. */
int run_headless(const struct run_options *options, struct run_stats *stats);

#endif
