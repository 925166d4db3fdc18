/*
 * The trace: watches a board, by the kernel's probes and at the border of user mode, and tells its sinks what happens.
 *
 *     struct trace *t = trace_create("build/courier.elf", why, sizeof why);
 *     trace_subscribe(t, &model->sink);
 *     trace_start(t, board);
 *     ... board_run(board, ...) calls the sinks ...
 *     trace_destroy(t);
 *
 * Only probes that some sink wants are watched; the others cost nothing.
 */
#ifndef EMU_TRACE_TRACE_H
#define EMU_TRACE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include "emu/board/board.h"
#include "emu/stats.h"
#include "emu/trace/event.h"

struct trace;

/*
 * Reads the probes of a kernel file. A kernel without probes is a trace without events. NULL: the
 * file cannot be read or is damaged, and `why` says so in one line.
 */
struct trace *trace_create(const char *kernel, char *why, size_t size);

/* The same, but damaged rows of its table of probes are left out: of a kernel that may try to be seen by nobody. */
struct trace *trace_create_lenient(const char *kernel, char *why, size_t size);

/* Detaches, too. The sinks stay their owners'. NULL is allowed. */
void trace_destroy(struct trace *t);

/* How many probes the kernel has. */
size_t trace_probes(const struct trace *t);

/* From trace_start on the sink hears of the kinds it wants. */
void trace_subscribe(struct trace *t, struct sink *sink);

/* Counts messages, switches and restarts into `stats`, which must live as long as the trace. */
void trace_count(struct trace *t, struct run_stats *stats);

/* Writes every event to this file, too (docs/trace-format.md). False: it cannot be written, `why`
 * says why. */
bool trace_write(struct trace *t, const char *path, char *why, size_t size);

/* Could the file of trace_write not be written? The run should end, and trace_finish() say why. */
bool trace_failed(const struct trace *t);

/* Waits until the file of trace_write has all events so far. False: there is none, or it has failed. */
bool trace_sync(struct trace *t);

/* Completes the file of trace_write, if there is one. False: it is incomplete, and `why` says why.
 */
bool trace_finish(struct trace *t, char *why, size_t size);

/*
 * Events of the host's side. Console output is collected until a line ends, or something else happens; an operator's deed says in
 * words what is done, and to whom (or EP_NONE).
 */
void trace_console(struct trace *t, const uint8_t *bytes, size_t n);
__attribute__((format(printf, 3, 4))) void trace_operator(struct trace *t, endpoint_t who,
                                                          const char *format, ...);

/* Who may change what crosses between user mode and kernel; asked before a crossing is reported. The board must not
 * be running. NULL: nobody. */
void trace_intercept(struct trace *t, board_crossing_fn fn, void *arg);

/* Starts watching, before the board first runs. False: out of memory. */
bool trace_start(struct trace *t, struct board *board);

#endif
