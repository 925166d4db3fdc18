/*
 * Where a walk's events come from: a trace file, or the timeline of a run that a dashboard shows. Both begin with an event that need not
 * be the run's first one; then the world before it is known only of a timeline.
 */
#ifndef EMU_EXPORT_WALK_SOURCE_H
#define EMU_EXPORT_WALK_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include "emu/model/timeline.h"
#include "emu/trace/reader.h"

struct walk_source {
    const char *path; /* a file, "-": standard input; NULL: the timeline */
    struct timeline *timeline;
    /* Of source_open() and its reading: */
    struct reader *reader;
    uint64_t number, end; /* of the timeline: the event that was read last, and that is the last */
};

/* Begins with the first event; `world` becomes the one before it. False, with one line in `why`: it cannot be read. */
bool source_open(struct walk_source *s, struct world *world, char *why, size_t size);
void source_close(struct walk_source *s);

/* The next event; as reader_next(). */
enum reader_result source_next(struct walk_source *s, struct event *e);

/* What is wrong with a file, in one line, or "". */
const char *source_remark(const struct walk_source *s);

/* Can another source read the same once more? What comes through a pipe cannot be read twice. */
bool source_is_lasting(const struct walk_source *s);

#endif
