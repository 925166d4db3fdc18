/*
 * The latency view's table: a line for each kind of request (source, destination, type). Of the whole run it comes from the model's
 * histograms; of a time range or under a filter, from the messages themselves.
 */
#ifndef EMU_DASH_LATENCY_TABLE_H
#define EMU_DASH_LATENCY_TABLE_H

#include "emu/dash/view_parts.h"

struct latency_line {
    char source[NAME_BYTES], dest[NAME_BYTES];
    uint32_t type;
    const struct latency_row *row; /* of the model; NULL: it has none */
    uint64_t count, failed, later; /* later: answered, but put off before; not in the percentiles */
    uint64_t p50, p90, p99, p999, max;
    unsigned open;   /* without an answer yet */
    uint64_t oldest; /* age of the oldest of these, instruction times */
};
#define LATENCY_LINES (LATENCIES_ROWS + 64)

struct latency_table {
    struct latency_line line[LATENCY_LINES]; /* by destination, source, type */
    int lines;
    bool partial; /* of a time range or filter only */
    bool host;    /* in nanoseconds of host time, else in instructions */
};

void latency_table_fill(struct latency_table *t, const struct view *v, const struct scene *s);

/* The distribution of a line's latencies, into *out. */
void latency_table_histogram(const struct latency_table *t, const struct latency_line *line,
                             const struct view *v, const struct scene *s, struct latency *out);

/* The event of a line's slowest reply; where nothing was answered at once, of one that was put off, or of a request that is open.
 * 0: none is at hand. */
uint64_t latency_table_slowest(const struct latency_table *t, const struct latency_line *line,
                               const struct view *v, const struct scene *s);

/* The kind of request that a message belongs to is this line's. */
bool latency_table_is(const struct latency_line *line, const struct entry *e);

#endif
