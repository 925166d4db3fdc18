/*
 * The timeline: all events of a run, at hand in any order, in bounded memory. The world as it was after any
 * event, and the messages around it.
 *
 * Live, it is a sink that keeps the last events, encoded, in a fixed amount of memory; so it does
 * for a stream. Of a recorded file it keeps nothing but where to find things: the file is read
 * again where it is needed. Both keep a snapshot of the world every so often; of a file, when there
 * are too many, every other one is dropped.
 */
#ifndef EMU_MODEL_TIMELINE_H
#define EMU_MODEL_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include "emu/model/history.h"
#include "emu/model/world.h"

struct timeline;

/* A live one; subscribe its sink to the trace. NULL: out of memory. */
struct timeline *timeline_live(void);
struct sink *timeline_sink(struct timeline *t);

/*
 * Of a recorded file: reads it once, from the first event to the last, and tells `sink` each one.
 * `progress`, which may be NULL, is called now and then with the share that is done, 0 to 1;
 * returning false from it ends the reading, and the events so far are at hand. NULL, with one line
 * in `why`: not a trace, or damaged from the start. A file that is damaged later, or ends in the
 * middle of a block, is taken as far as it is whole, and `why` says so; else `why` is empty. "-":
 * standard input, of which the last events are kept.
 */
struct timeline *timeline_open(const char *path, struct sink *sink,
                               bool (*progress)(void *arg, double share), void *arg, char *why,
                               size_t size);
void timeline_close(struct timeline *t);

/* Numbers of the first and last event at hand; first > last: there is none. */
uint64_t timeline_first(const struct timeline *t);
uint64_t timeline_last(const struct timeline *t);

/* False: not at hand. */
bool timeline_event(struct timeline *t, uint64_t number, struct event *out);

/* The number of the first event at or after virtual time `time`; timeline_last() + 1: none. */
uint64_t timeline_at(struct timeline *t, uint64_t time);

/* The world just after event `number`. False: not at hand. */
bool timeline_world(struct timeline *t, uint64_t number, struct world *out);

/* Fills `history`, which is empty, with what led to event `number` and with what followed, so
 * far that requests before it have found their replies, within reason. False: not at hand. */
bool timeline_history(struct timeline *t, uint64_t number, struct history *history);

/* Calls `fn` for each event from number `first` to `last`, until it returns false. */
void timeline_each(struct timeline *t, uint64_t first, uint64_t last,
                   bool (*fn)(void *arg, const struct event *e), void *arg);

#endif
