/*
 * The sweep: a workload is run once undisturbed, and then once for each place at which something can be made to fail. Every
 * run is judged against the undisturbed one.
 *
 * A place, for faults of a server: a message was delivered somewhere in the system, and this is the server's next
 * instruction. If several messages were delivered before it runs, the runs are the same; it is done once and counts for all of them.
 * After the last place of a server, messages are delivered that it does not live to see; there a fault changes nothing, and
 * nothing is run. So, server by server, every message counts once. For power cuts a place is a write of the disk.
 *
 * A run is a fork of the undisturbed one at its place, so that nothing is done twice that is the same.
 */
#ifndef EMU_SWEEP_SWEEP_H
#define EMU_SWEEP_SWEEP_H

#include <stdbool.h>
#include <stdint.h>
#include "emu/sweep/machine.h"
#include "emu/sweep/tree.h"

enum sweep_kind { SWEEP_CRASH, SWEEP_HANG, SWEEP_BITFLIP, SWEEP_POWERCUT, SWEEP_KINDS };

enum outcome {
    TRANSPARENT,   /* console, disk and processes as if nothing had happened */
    VISIBLE_ERROR, /* somebody was told; the disk is sound */
    WRONG_OUTPUT,  /* nobody was told, and something is not as it should be */
    LOST,          /* the system did not come to its end */
    OUTCOMES
};

struct place {
    endpoint_t service; /* EP_NONE: of a power cut */
    uint64_t message;   /* delivered so far; of a power cut: writes so far */
    uint64_t time;
    uint32_t weight; /* messages that it counts for */
};

#define SWEEP_WHAT 48 /* bytes of words for what was done; of a power cut: for what came of it */

struct verdict {
    bool done;
    char what[SWEEP_WHAT];
    enum outcome outcome;
    uint64_t fault, detected, restarted, replied; /* times; 0: never */
    bool
        asked; /* somebody waited for the service when it died: `replied` is no matter of when it is asked next */
};

struct sweep_case {
    uint32_t place;
    uint32_t variant; /* seed of what a bit flip hits */
    struct verdict verdict;
};

struct sweep {
    struct machine_config config;
    const struct workload *workload;
    enum sweep_kind kind;
    uint32_t services; /* bit n: the service in slot n is swept; 0: all */
    bool some_services,
        images;      /* these, or kernel and disk, were asked for: a replay must do that, too */
    uint64_t sample; /* so many cases at most; 0: all */
    uint64_t seed;
    unsigned jobs;

    struct reference reference;
    uint64_t messages;        /* delivered in the undisturbed run */
    uint64_t idle[NSERVICES]; /* of them: after the service had run for the last time */
    uint64_t fingerprint;     /* of the reference's disk */
    struct tree tree;         /* of the reference's disk */
    struct tree synced;       /* in a worker of power cuts: of the disk as the last sync left it */
    char *processes;          /* names of those alive at its end */
    struct place *place;
    uint32_t places;
    struct sweep_case *cases; /* shared with the workers */
    uint32_t case_count;
};

/* The undisturbed run, and the cases. False: it failed, `why` says how. */
bool sweep_prepare(struct sweep *s, char *why, size_t size);

/* From here on SIGINT, SIGTERM and SIGHUP end a sweep_run() before its time, and all that come. */
void sweep_catch_interrupts(void);

/* Runs all cases; `progress` is told ten times a second how many are done. False, with one line in `why`: not all of
 * them could be run; which ones were, their verdicts tell. */
bool sweep_run(struct sweep *s, void (*progress)(const struct sweep *s, uint32_t done),
               bool *interrupted, char *why, size_t size);

/* Is this as it must be? A bit flip may be seen, but not be silent; everything else must be transparent. */
bool sweep_accepts(enum sweep_kind kind, enum outcome outcome);

/* The share of worker `worker`; forks for each case. False: it failed, `why` says how. Also returns in each fork, which is to end. */
bool sweep_work(struct sweep *s, unsigned worker, char *why, size_t size);

/* Runs one case in this process, with a trace in config.trace. */
bool sweep_replay(struct sweep *s, uint32_t number, struct verdict *verdict, char *why,
                  size_t size);

void sweep_free(struct sweep *s);

const char *sweep_kind_name(enum sweep_kind kind);
const char *outcome_name(enum outcome outcome);

/* ---- judge.c ---- */

/* The names of the ordinary processes that live, sorted, one a line; to be freed. */
char *judge_processes(const struct world *w);
/* How a run ended, compared with the reference. */
enum outcome judge(const struct sweep *s, const struct machine *m, enum machine_end end,
                   int status);
/* Prints what is not as in the reference. */
void judge_explain(const struct sweep *s, const struct machine *m, int status);
/* How the next boot finds the disk; `what` says it in words. */
enum outcome judge_power_cut(const struct sweep *s, const struct machine *m, char what[SWEEP_WHAT]);
/* A sync has ended, and nothing has been written since. */
void power_note_synced(struct sweep *s, const struct machine *m);

#endif
