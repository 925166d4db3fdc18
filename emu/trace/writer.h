/*
 * A trace file: every event of a run as a pcapng capture (docs/trace-format.md), written by a
 * thread of its own.
 *
 * The same run gives the same file, to the byte. Nothing is dropped: if the file takes bytes more
 * slowly than they come, the sink waits.
 */
#ifndef EMU_TRACE_WRITER_H
#define EMU_TRACE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include "emu/trace/event.h"

struct writer;

/* Creates the file. NULL, with one line in `why`: it cannot be written. */
struct writer *writer_open(const char *path, char *why, size_t size);

/* The sink that writes, to be subscribed; it belongs to the writer. */
struct sink *writer_sink(struct writer *w);

/* Waits until everything so far is in the file. False: something could not be written. */
bool writer_sync(struct writer *w);

/* Could something not be written? Then nothing more will be; writer_close() says why. */
bool writer_failed(const struct writer *w);

/* Writes what is left and the statistics, and closes. False, with one line in `why`: something
 * could not be written; what was written before is readable. NULL is allowed. */
bool writer_close(struct writer *w, char *why, size_t size);

#endif
