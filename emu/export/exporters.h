/*
 * What `courier trace` can make of a trace: each is a walker (walk.h). Create one with the options, which must live as long;
 * NULL: out of memory. Its `free` frees it.
 */
#ifndef EMU_EXPORT_EXPORTERS_H
#define EMU_EXPORT_EXPORTERS_H

#include "emu/export/walk.h"

struct export_options {
    FILE *out;
    const char *path;
    struct filter *filter; /* NULL: everything */
    bool tree;             /* show: transactions as trees */
    bool all;              /* summary: no table is cut short */
    enum { AT_END, AT_EVENT, AT_TIME } at;
    uint64_t place; /* dot: the number of the event, or the time */
};

typedef struct walker *exporter_create(const struct export_options *options);

exporter_create summary_create, show_create, tree_create;
exporter_create csv_create, jsonl_create, perfetto_create, mermaid_create, dot_create;

#define EXPORT_FORMATS "perfetto, jsonl, csv, mermaid"
#define EXPORT_LAST    "dot" /* who waits for whom: it has no messages, and so no filter */

/* What makes this format; NULL: it is none of them. */
exporter_create *exporter_called(const char *format);

#endif
