/*
 * A machine under a workload: a board with a private disk, typed at by a script, watched as far as a verdict
 * needs it. Undisturbed, each step is typed when the guest says that it waits for it. Once something has been made to fail it is
 * typed when as much output has come as in the undisturbed run, however long the recovery takes; or, as a person
 * would, when nothing at all has come for a while.
 */
#ifndef EMU_SWEEP_MACHINE_H
#define EMU_SWEEP_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "emu/board/board.h"
#include "emu/control/fault.h"
#include "emu/model/episode.h"
#include "emu/model/world.h"
#include "emu/serial.h"
#include "emu/sweep/workload.h"
#include "emu/trace/trace.h"

#define MACHINE_OUTPUT (4u << 20) /* bytes of console output that are kept; more is a runaway */

/* What the reference run gave, for the others. */
struct reference {
    char *output;
    size_t bytes;
    size_t *typed_at; /* bytes of output before each step */
    uint64_t time;    /* virtual time of its end */
    uint64_t busy;    /* of it, not idle */
    int status;
};

enum machine_end { END_POWER_OFF, END_STUCK, END_TOO_LONG, END_BROKEN, END_HALTED };

struct machine {
    struct board *board;
    struct trace *trace;
    struct serial serial;
    struct fault fault;
    struct sink events;
    struct world_sink changes;
    struct world world;
    struct episodes episodes;
    const struct workload *workload;
    const struct reference *reference; /* NULL: this run is going to be it */
    bool disturbed;                    /* set by whoever makes something fail */
    size_t step;                       /* the next one to type */
    bool prompt;                       /* the shell has shown its prompt since the last step */
    size_t *typed_at;
    char *output;
    size_t bytes;
    uint64_t busy;     /* virtual time that was not idle */
    uint64_t said;     /* when the last output came */
    unsigned pressed;  /* how often ^C was pressed because nothing happened any more */
    uint64_t syncs;    /* FS_SYNC and FS_FSYNC that have been answered well */
    uint64_t messages; /* delivered so far */
    bool overflow;
    bool halted; /* set by whoever wants machine_run() to return at once */
    /* Asked at each return to user mode of a service, before it happens; may change it. NULL: nobody. */
    void (*returns)(void *arg, endpoint_t service, struct board_crossing *c);
    /* Called at virtual time `alarm`, 0: never; returns the next such time. */
    uint64_t alarm;
    uint64_t (*due)(void *arg, uint64_t alarm);
    /* Asked before a step is typed that the guest waits for; false: not yet. NULL: always. */
    bool (*may_type)(void *arg);
    bool (*may_write)(void *arg, uint64_t sector, uint64_t bytes); /* of struct board_config */
    void *arg;
};

struct machine_config {
    const char *kernel, *disk;
    uint64_t seed;
    const char *trace; /* NULL: none is written */
};

/* False: one line in `why`. The callbacks may be set before machine_run(). */
bool machine_open(struct machine *m, const struct machine_config *config,
                  const struct workload *workload, const struct reference *reference, char *why,
                  size_t size);
void machine_close(struct machine *m);

/* Runs until the guest powers off, nothing can happen any more, or virtual time is `limit`. */
enum machine_end machine_run(struct machine *m, uint64_t limit, int *status);

/* Moves what a finished run gave into a reference. */
void machine_to_reference(struct machine *m, struct reference *r, int status);

#endif
