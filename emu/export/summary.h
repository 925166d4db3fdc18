/* What a summary gathers on the way through a trace, and the model does not keep. Tables are of fixed size. */
#ifndef EMU_EXPORT_SUMMARY_H
#define EMU_EXPORT_SUMMARY_H

#include "emu/export/tree.h"
#include "emu/export/walk.h"

#define SUMMARY_TYPES     256 /* the last row is for all others */
#define SUMMARY_PROCESSES 256 /* the same */
#define SUMMARY_NOTES     16  /* the last ones */
#define SUMMARY_TREES     5

struct summary {
    struct walker walker;
    FILE *out;
    const char *path;
    bool all;

    uint64_t events, kinds[EVENT_KINDS];
    size_t types;
    struct summary_type {
        uint32_t type;
        uint64_t sent, replies, errors; /* sent: requests, plain messages, notifications */
    } type[SUMMARY_TYPES];
    size_t processes;
    struct summary_process { /* all of the same name together */
        char name[NAME_BYTES];
        uint64_t self, imposed, in, out;
    } process[SUMMARY_PROCESSES];
    struct summary_slot { /* how far a process is counted */
        endpoint_t endpoint;
        char name[NAME_BYTES];
        uint64_t self, imposed, in, out;
    } slot[NSLOTS];
    uint64_t notes; /* of deadlocks and refusals, ever */
    struct note note[SUMMARY_NOTES];
    size_t trees; /* the slowest first */
    struct tree tree[SUMMARY_TREES];
};

/* Sets the callbacks that gather. */
void summary_gather(struct summary *s);

/* The processes that are still there are counted, too. */
void summary_count_all(struct summary *s, const struct model *m);

#endif
