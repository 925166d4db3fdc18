/*
 * The guest as the dashboard drives it: a board with its trace, in short slices, at a person's
 * pace.
 *
 * Virtual time follows the host's clock (--pace real, the default here), so an idle guest costs no
 * CPU; with --pace fast a busy guest runs as fast as it can. A host that is too slow is not caught
 * up with.
 */
#ifndef EMU_DASH_GUEST_H
#define EMU_DASH_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "emu/control/breakpoint.h"
#include "emu/control/fault.h"
#include "emu/control/step.h"
#include "emu/dash/console.h"
#include "emu/dash/inspect.h"
#include "emu/model/model.h"
#include "emu/serial.h"
#include "emu/session.h"
#include "emu/trace/trace.h"

struct guest {
    const struct run_options *options;
    struct run_stats *stats;
    struct board *board;
    struct trace *trace;
    struct fault fault;
    struct breakpoints breakpoints;
    struct step step;
    struct frames frames;
    struct serial serial;
    struct model *model;              /* not owned */
    struct console *console;          /* not owned */
    bool stopped;                     /* before what a breakpoint or a step waits for */
    bool printed;                     /* since the owner last cleared it */
    unsigned typed;                   /* lines of --exec so far */
    uint64_t host_start, clock_start; /* the two clocks, at one moment */
    uint64_t opened;                  /* host time */
    uint64_t budget; /* slow motion: instruction times that it runs for each frame; 0: none */
    uint64_t framed; /* host time of the last of these frames */
    bool ended;
    int status;    /* the exit status, once ended */
    char why[256]; /* one line about the end; empty: nothing to say */
};

/* Host time in nanoseconds. */
uint64_t guest_host_ns(void);

/*
 * Makes the board and starts watching it: the model hears of every event, and so do `more`, a list that ends with NULL. False: `why`
 * of the guest says in one line what failed.
 */
bool guest_open(struct guest *g, const struct run_options *options, struct run_stats *stats,
                struct model *model, struct console *console, struct sink *const *more);

/* Fills the stats in, and gives everything back. Also after guest_open() has failed. False: the trace file is not
 * complete, and `why` says so. */
bool guest_close(struct guest *g);

/*
 * Runs for some milliseconds of host time at most, less if the guest waits or has `stopped`. Returns after how many
 * milliseconds it should be called again; negative: not before something is typed.
 */
int guest_run(struct guest *g);

/* The two clocks go on together from here: after a pause. */
void guest_resync(struct guest *g);

void guest_type(struct guest *g, const char *bytes, size_t count);

#endif
