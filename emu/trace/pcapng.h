/*
 * A trace file: every event of a run as a pcapng capture (docs/trace-format.md).
 *
 * The clock is virtual: one instruction time is 10 ns. The same run gives the same file, to the
 * byte.
 */
#ifndef EMU_TRACE_PCAPNG_H
#define EMU_TRACE_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include "emu/trace/event.h"

struct pcapng;

/* Creates the file. NULL, with one line in `why`: it cannot be written. */
struct pcapng *pcapng_open(const char *path, char *why, size_t size);

/* The sink that writes, to be subscribed; it belongs to the file. */
struct sink *pcapng_sink(struct pcapng *file);

/* Writes the statistics and closes. False, with one line in `why`: something could not be written;
 * what was written before is readable. NULL is allowed. */
bool pcapng_close(struct pcapng *file, char *why, size_t size);

#endif
