/*
 * The message stream: the last messages and notes, in order, each with a number of its own.
 *
 * Notifications have a ring to themselves, so the heartbeats of an idle hour push nothing out that
 * is shown; and a request that is still open stays, however much came after it.
 */
#ifndef EMU_DASH_STREAM_H
#define EMU_DASH_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <courier/message.h>
#include <courier/syscall.h>

#define STREAM_ENTRIES 16384 /* that a ring keeps */
#define NOTE_BYTES     64

/* A line of the log. */
enum note_level { NOTE_INFO, NOTE_GOOD, NOTE_BAD };

struct note {
    uint64_t time;
    enum note_level level;
    char text[NOTE_BYTES];
};

/* A line of the message stream. */
enum entry_kind { ENTRY_MESSAGE, ENTRY_NOTICE, ENTRY_REQUEST, ENTRY_REPLY, ENTRY_NOTE };

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
    enum entry_kind kind; /* ENTRY_NOTICE: a notification */
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

struct ring {
    uint64_t written; /* entries ever; the last ones are kept */
    struct entry entry[STREAM_ENTRIES];
};

struct stream {
    uint64_t entries; /* so many were ever written: the number of the last one */
    struct ring shown, notices;
    struct entry open[NSLOTS]; /* by client: requests still open when their place was needed */
};

/* A new entry at the end, zero but for number, time, kind and source. */
struct entry *stream_add(struct stream *s, uint64_t time, enum entry_kind kind, endpoint_t source);

/* The entry with this number; NULL: there is none yet, or it is forgotten. */
const struct entry *stream_entry(const struct stream *s, uint64_t number);

/* The number of the kept entry before (step -1) or behind (1) this number, with or without the
 * notifications; 0: none. */
uint64_t stream_next(const struct stream *s, uint64_t number, int step, bool notices);

#endif
