/*
 * The soak: for a long time servers are killed, a random one of all five in each period, while a load in the guest (user/load)
 * works and checks its own results. Before and after, in a quiet moment and with fresh servers, the guest counts what is in use
 * (user/free.c): nothing may have leaked.
 */
#ifndef EMU_SWEEP_SOAK_H
#define EMU_SWEEP_SOAK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <courier/endpoint.h>
#include "emu/sweep/machine.h"

struct soak {
    struct machine_config config;
    uint64_t seconds; /* of virtual time */
    uint64_t every;   /* milliseconds between two kills */
    uint64_t seed;
    uint64_t most; /* so many kills, then peace; 0: to the end */

    /* The result. */
    uint64_t rounds;           /* of the load */
    uint64_t time;             /* virtual time under fire, in instruction times */
    uint64_t kills[NSERVICES]; /* that were asked for */
    uint64_t deaths[NSERVICES];
    uint64_t
        busy[NSERVICES];  /* of the deaths: it had a request in hand, or somebody waited for it */
    char *before, *after; /* what `free` and `df` printed */
    bool ended;           /* the guest powered off in the end */
    bool output_right, disk_right, nothing_leaked;
    bool interrupted;
};

/* True: it was done, and the result is filled in, good or bad. False: not, and `why` says why. `progress`, which may be
 * NULL, is told ten times a virtual second how much is done, in thousandths. */
bool soak_run(struct soak *s, void (*progress)(const struct soak *s, unsigned done), char *why,
              size_t size);
bool soak_passed(const struct soak *s);
void soak_free(struct soak *s);

/* `courier soak`. argv[0] is "soak". Returns the exit status. */
int soak_main(int argc, char **argv);

#endif
