/*
 * The model: what a front end (dashboard, lecture view, tour, `courier trace`) knows of a run, built from events alone.
 * Nothing here draws.
 *
 *     events -> world (now) -> history, latencies, episodes, notes
 *
 * The same model stands behind a live run and a recorded one.
 */
#ifndef EMU_MODEL_MODEL_H
#define EMU_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "emu/model/episode.h"
#include "emu/model/history.h"
#include "emu/model/latencies.h"
#include "emu/model/roster.h"
#include "emu/model/waits.h"
#include "emu/model/world.h"

#define MODEL_NOTES 256 /* lines of the log that are kept */

/* Parts of the time between the last two samples, in 1/1000. */
struct share {
    unsigned self, imposed;
    endpoint_t who; /* who had the slot then, and what it had used */
    uint64_t self_before, imposed_before;
};

struct model {
    struct sink sink; /* subscribe this to the trace, or give it to timeline_open() */
    struct world_sink changes;
    struct world world; /* now */
    struct history *history;
    struct latencies latencies;
    struct episodes episodes;
    struct roster roster;
    struct share share[NSLOTS];
    uint64_t sampled;          /* when model_sample() was called last */
    uint64_t (*host_ns)(void); /* for host latencies; NULL: not measured */
    uint64_t host_called[NSLOTS];
    uint64_t notes; /* so many were ever written; the last ones are kept */
    struct note note[MODEL_NOTES];
    uint64_t stalled[WORLD_PARTNERS]; /* slots of stalls that were noted, and stand */
    /* The last cycle that the kernel refused to close, as it was then, the caller first; event 0: none. */
    struct {
        uint64_t event; /* number of the refusal */
        size_t count;
        endpoint_t member[NSLOTS];
    } refused;
};

/* NULL: out of memory. */
struct model *model_create(void);
void model_destroy(struct model *m);

/* The note with this number, from 1; NULL: there is none yet, or it is forgotten. */
const struct note *model_note(const struct model *m, uint64_t number);

/* Writes a line into the log and into the message stream. */
__attribute__((format(printf, 3, 4))) void model_say(struct model *m, enum note_level level,
                                                     const char *format, ...);

/* "load page fault", "killed": why a process died, from the cause of EVENT_CRASH. */
const char *model_cause(uint64_t cause);

/* Takes the shares of the time since the last sample; `now`: virtual time. */
void model_sample(struct model *m, uint64_t now);

#endif
