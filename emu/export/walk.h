/*
 * One pass over a trace: the driver that all of `courier trace` shares.
 *
 *     reader -> model -> window -> walker
 *
 * A message is handed to the walker when all about it is known: of a request, what became of it. Messages stay in order, so those behind a
 * request that is still open wait for it, in a window of WALK_WINDOW messages. When one has to leave the window, the file is read a second
 * time to find out how such requests end; on standard input, which can be read only once, it is handed on as open. So memory is bounded,
 * however long the trace.
 */
#ifndef EMU_EXPORT_WALK_H
#define EMU_EXPORT_WALK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "emu/export/past_names.h"
#include "emu/model/filter.h"
#include "emu/model/model.h"
#include "emu/model/timeline.h"

#define WALK_WINDOW 65536

/* Who goes along. Callbacks may be NULL. What they get is valid in the call only; the model is as it is after the event that was
 * read last. */
struct walker {
    /* Set by the driver before each callback: what processes were called when that happened which it is about. Give it to past_name(). */
    struct past_names_at then;
    /* Once, when the trace is open. */
    void (*begin)(struct walker *self);
    /* Before the model takes the event; it does not if `stop` is set. */
    void (*before)(struct walker *self, const struct model *m, const struct event *e);
    /* At once: */
    void (*event)(struct walker *self, const struct model *m, const struct event *e);
    void (*sent)(struct walker *self, const struct model *m,
                 const struct entry *e); /* delivered, or failed; or a note */
    void (*ended)(struct walker *self, const struct model *m, const struct transaction *t);
    /* Through the window, in order: messages that pass the filter (`ended`: when a request's transaction did, or 0) and notes that show
     * under it; and, without a filter, events of processes' lives and of the console. */
    void (*message)(struct walker *self, const struct model *m, const struct entry *e,
                    uint64_t ended);
    void (*life)(struct walker *self, const struct model *m, const struct event *e);
    /* Once, after everything, also after `stop`. */
    void (*finish)(struct walker *self, const struct model *m);
    void (*free)(struct walker *self);
    bool stop;         /* set by the walker: it has enough */
    char why[160];     /* set by the walker: it could not be done */
    uint64_t messages; /* set by the driver: so many were handed on */
    /* Set by who has the walk done, or NULL: asked every few thousand events whether to go on; false sets `stop`. */
    bool (*go_on)(void *context);
    void *context;
};

/* Reads the trace at `path` ("-": standard input) for the walker; stops when `out` has an error. Returns the exit status; what went wrong
 * was said in a line on stderr. */
int walk_trace(const char *path, struct filter *filter, FILE *out, struct walker *w);

/* The same with all that a timeline has at hand, which need not begin with the run. Says nothing; false: `why` of the walker says what
 * went wrong. */
bool walk_timeline(struct timeline *timeline, struct filter *filter, FILE *out, struct walker *w);

#endif
