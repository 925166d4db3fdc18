/*
 * Latencies by (source, destination, type): of each kind of request, how long from the client's call to the delivery of
 * the reply, in bounded memory. In instructions, and, where somebody measures it, in nanoseconds of host time.
 *
 * A request that the server put off, until a line was typed or a child ended, says nothing about how fast anybody is.
 * Such ones are counted, but are not in the histograms.
 */
#ifndef EMU_MODEL_LATENCIES_H
#define EMU_MODEL_LATENCIES_H

#include <stddef.h>
#include "emu/model/latency.h"
#include "emu/model/world.h"

#define LATENCIES_ROWS 512 /* kinds of request; beyond that all others share the last row, type 0 */

struct latency_row {
    char source[NAME_BYTES], dest[NAME_BYTES]; /* by name, so that every `ls` counts for `ls` */
    uint32_t type;                             /* of the request */
    struct latency insns;                      /* those that were answered at once */
    uint64_t slowest;       /* of these: number of the event of the reply; 0: none yet */
    struct latency host_ns; /* the same ones; count 0: not measured */
    uint64_t deferred;      /* answered, but put off by the server before */
    uint64_t failed;        /* of all answered, with a negative status */
};

struct latencies {
    size_t rows;
    struct latency_row row[LATENCIES_ROWS];
    uint16_t index[2 * LATENCIES_ROWS]; /* a hash table: row + 1, or 0 */
};

/* Counts an answered transaction; host_ns 0: not measured. */
void latencies_add(struct latencies *l, const struct world *w, const struct transaction *t,
                   uint64_t host_ns);

/* The row of this kind of request; NULL: none was answered yet, or it shares the last row. */
const struct latency_row *latencies_find(const struct latencies *l, const char *source,
                                         const char *dest, uint32_t type);

/* What is outstanding now of a row's kind: how many transactions are open, and the age of the oldest. Of the shared row
 * nothing is. */
unsigned latencies_open(const struct latency_row *row, const struct world *w, uint64_t *oldest);

/* All requests to this server, by name, that were answered at once, together in *sum, which is returned; NULL: none. */
const struct latency *latencies_server(const struct latencies *l, const char *dest,
                                       struct latency *sum);

#endif
