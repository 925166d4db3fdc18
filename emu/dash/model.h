/*
 * The model: what the dashboard knows, built from probe events alone. Nothing here draws.
 *
 * It holds every process with what it does now, the last messages with requests and replies
 * paired, and the log of deaths and restarts. Times are virtual, in instruction times.
 */
#ifndef EMU_DASH_MODEL_H
#define EMU_DASH_MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include "emu/dash/stream.h"
#include "emu/trace/event.h"
#include "emu/trace/latency.h"

#define MODEL_NOTES 256 /* lines of the log that are kept */

struct model_process {
    bool used;
    endpoint_t endpoint;
    char name[NAME_BYTES];
    uint32_t state;         /* enum procstate */
    endpoint_t peer;        /* whom it waits for, or EP_NONE */
    uint64_t since;         /* when it came into this state */
    uint32_t incarnation;   /* of a service, from 1 */
    uint64_t in, out;       /* messages delivered to it, and from it */
    unsigned open;          /* requests that it has and owes a reply to */
    uint64_t cause;         /* number of the entry with the message that it took last, or 0 */
    struct latency replies; /* from a client's call to the delivery of this process's reply */
    uint64_t busy;          /* virtual time that it ran */
    unsigned share;         /* of the time between the last two samples, in 1/1000 */

    /* Its call in progress. */
    uint32_t call; /* IPC_ number and flags */
    uint64_t call_time;
    uint64_t request; /* number of the entry with its request that awaits a reply, or 0 */
    uint64_t busy_before;
};

struct model {
    struct sink sink; /* subscribe this to the trace */
    uint64_t now;     /* of the last event or sample */
    uint64_t messages, switches, restarts, deaths;
    endpoint_t running; /* who was switched to last */
    uint64_t sampled;   /* when model_sample() was called last */
    struct model_process process[NSLOTS];
    struct stream stream;
    uint64_t notes; /* so many were ever written; the last ones are kept */
    struct note note[MODEL_NOTES];
};

/* NULL: out of memory. */
struct model *model_create(void);
void model_destroy(struct model *m);

/* The live process with this endpoint, or NULL. */
const struct model_process *model_find(const struct model *m, endpoint_t ep);

/* Its name: a names_resolver. */
const char *model_name(const void *model, endpoint_t ep);

/* The note with this number, from 1; NULL: there is none yet, or it is forgotten. */
const struct note *model_note(const struct model *m, uint64_t number);

/* Writes a line into the log and into the message stream. */
__attribute__((format(printf, 3, 4))) void model_say(struct model *m, enum note_level level,
                                                     const char *format, ...);

/* Takes the shares of the time since the last sample; `now`: virtual time. */
void model_sample(struct model *m, uint64_t now);

#endif
