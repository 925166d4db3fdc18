/*
 * Latencies by (source, destination, type): of each kind of request, how long from the client's call to the delivery of
 * the reply, in bounded memory. In instructions, and, where somebody measures it, in nanoseconds of host time.
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
    struct latency insns;
    struct latency host_ns; /* count 0: not measured */
    uint64_t failed;        /* of them, with a negative status */
    uint64_t deferred;      /* of them, put off by the server: how long says nothing about it */
};

struct latencies {
    size_t rows;
    struct latency_row row[LATENCIES_ROWS];
    uint16_t index[2 * LATENCIES_ROWS]; /* a hash table: row + 1, or 0 */
};

/* Counts an answered transaction; host_ns 0: not measured. */
void latencies_add(struct latencies *l, const struct world *w, const struct transaction *t,
                   uint64_t host_ns);

/* What is outstanding now for a row: how many transactions are open, and the age of the oldest. */
unsigned latencies_open(const struct latency_row *row, const struct world *w, uint64_t *oldest);

/* All answered, not deferred requests to this server together, by name; NULL: none. */
const struct latency *latencies_server(const struct latencies *l, const char *dest,
                                       struct latency *sum);

#endif
