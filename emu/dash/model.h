/*
 * The model: what the dashboard knows, built from probe events alone. Nothing here draws.
 *
 * It holds every process with what it does now, a ring of the last messages with requests and
 * replies paired, and the log of deaths and restarts. Times are virtual, in instruction times.
 */
#ifndef EMU_DASH_MODEL_H
#define EMU_DASH_MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include "emu/trace/event.h"
#include "emu/trace/latency.h"

#define MODEL_ENTRIES 16384 /* lines of the message stream that are kept */
#define MODEL_NOTES   256   /* lines of the log that are kept */
#define NOTE_BYTES    64

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
    struct latency replies; /* from a client's call to the delivery of this process's reply */
    uint64_t busy;          /* virtual time that it ran */
    unsigned share;         /* of the time between the last two samples, in 1/1000 */

    /* Its call in progress. */
    uint32_t call; /* IPC_ number and flags */
    uint64_t call_time;
    uint64_t request; /* number of the entry with its request that awaits a reply, or 0 */
    uint64_t busy_before;
};

/* A line of the log. */
enum note_level { NOTE_INFO, NOTE_GOOD, NOTE_BAD };

struct note {
    uint64_t time;
    enum note_level level;
    char text[NOTE_BYTES];
};

/* A line of the message stream. */
enum entry_kind { ENTRY_MESSAGE, ENTRY_REQUEST, ENTRY_REPLY, ENTRY_NOTE };

/* How a request stands. */
enum entry_fate {
    FATE_OPEN,
    FATE_ANSWERED,
    FATE_FAILED, /* the call ended with an error */
    FATE_AGAIN,  /* the server died: the next incarnation gets it */
    FATE_GONE    /* the client is gone, as after PM_EXIT */
};

struct entry {
    uint64_t number; /* from 1, never used again */
    uint64_t time;
    enum entry_kind kind;
    enum entry_fate fate; /* of a request */
    endpoint_t source, dest;
    char source_name[NAME_BYTES], dest_name[NAME_BYTES]; /* as they were called then */
    uint64_t partner; /* number of the request's reply, or of the reply's request, or 0 */
    uint64_t asked;   /* of a request: when the client called */
    uint64_t latency; /* of an answered request, and of its reply */
    int64_t status;   /* of a failed request */
    union {
        struct message message;
        struct note note; /* of ENTRY_NOTE */
    };
};

struct model {
    struct sink sink; /* subscribe this to the trace */
    uint64_t now;     /* of the last event or sample */
    uint64_t messages, switches, restarts, deaths;
    endpoint_t running;      /* who was switched to last */
    uint64_t sampled;        /* when model_sample() was called last */
    uint64_t entries, notes; /* so many were ever written; the last ones are kept */
    struct model_process process[NSLOTS];
    struct entry entry[MODEL_ENTRIES];
    struct note note[MODEL_NOTES];
};

/* NULL: out of memory. */
struct model *model_create(void);
void model_destroy(struct model *m);

/* The live process with this endpoint, or NULL. */
const struct model_process *model_find(const struct model *m, endpoint_t ep);

/* Its name: a names_resolver. */
const char *model_name(const void *model, endpoint_t ep);

/* The entry with this number; NULL: there is none yet, or it is forgotten. */
const struct entry *model_entry(const struct model *m, uint64_t number);

/* The note with this number, from 1; NULL: there is none yet, or it is forgotten. */
const struct note *model_note(const struct model *m, uint64_t number);

/* The number of the oldest entry that is kept; entries + 1 when there is none. */
uint64_t model_oldest(const struct model *m);

/* Writes a line into the log and into the message stream. */
__attribute__((format(printf, 3, 4))) void model_say(struct model *m, enum note_level level,
                                                     const char *format, ...);

/* Takes the shares of the time since the last sample; `now`: virtual time. */
void model_sample(struct model *m, uint64_t now);

#endif
