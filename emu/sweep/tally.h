/*
 * Verdicts, counted. A tally is a row of the matrix: a server, or all of them, in one sweep or in several.
 */
#ifndef EMU_SWEEP_TALLY_H
#define EMU_SWEEP_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "emu/sweep/sweep.h"

/* Times from the fault on, in instruction times. */
struct times {
    uint64_t *value;
    size_t count, room;
};

struct tally {
    uint64_t runs;     /* faults: each message, for each server */
    uint64_t distinct; /* runs that were made; the others would have been the same as one of them */
    uint64_t idle;     /* of `runs`: faults after which the server never ran again */
    uint64_t outcome[OUTCOMES];
    struct times detect, restart, reply; /* of the cases in which somebody waited for the server */
};

/* Adds a case that is done. */
void tally_case(struct tally *t, const struct sweep *s, const struct sweep_case *c);
/* Adds the messages after which the service, if it is swept as a whole, never ran again. */
void tally_idle(struct tally *t, const struct sweep *s, endpoint_t service);
/* Adds another tally; the times only if asked for, as those of different kinds of faults do not mix. */
void tally_add(struct tally *t, const struct tally *more, bool times);
void tally_free(struct tally *t);

/* 0: there are none. */
uint64_t times_median(struct times *t);

#endif
