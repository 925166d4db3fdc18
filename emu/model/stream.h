/*
 * The message stream: the last messages and notes, in order, each with a number of its own.
 *
 * Notifications have a ring to themselves, so the heartbeats of an idle hour push nothing out that
 * is shown; and a request that is still open stays, however much came after it.
 */
#ifndef EMU_MODEL_STREAM_H
#define EMU_MODEL_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <courier/message.h>
#include <courier/syscall.h>
#include "emu/model/world.h"

#ifndef STREAM_ENTRIES       /* tests take less */
#define STREAM_ENTRIES 16384 /* that a ring keeps */
#endif
#define NOTE_BYTES 96

/* A line of the log. */
enum note_level { NOTE_INFO, NOTE_GOOD, NOTE_BAD };

struct note {
    uint64_t time, event; /* event: the number of the one that it is about */
    enum note_level level;
    char text[NOTE_BYTES];
};

/* A line of the message stream. */
enum entry_kind {
    ENTRY_MESSAGE,
    ENTRY_NOTICE, /* a notification */
    ENTRY_REQUEST,
    ENTRY_REPLY,
    ENTRY_FAILED, /* a call that ended with an error, `status`; nothing was delivered */
    ENTRY_NOTE
};

struct entry {
    uint64_t number; /* from 1, never used again */
    uint64_t event;  /* number of the event of the delivery, or of the failure */
    uint64_t time;
    enum entry_kind kind;
    enum transaction_fate fate;                          /* of a request */
    uint64_t transaction, parent;                        /* as in struct event */
    char source_name[NAME_BYTES], dest_name[NAME_BYTES]; /* as they were called then */
    uint32_t source_incarnation, dest_incarnation;
    endpoint_t source, dest;
    uint64_t partner; /* number of the request's reply, or of the reply's request, or 0 */
    uint64_t asked;   /* when the sender called: it waited until `time` */
    uint64_t
        listens; /* since when the receiver waited, or 0: it came to receive later than the sender */
    uint64_t
        latency; /* of an answered request, and of its reply: from the client's call to the reply */
    uint64_t self; /* of an answered request, and of its reply: struct transaction's */
    uint64_t inside;
    int64_t status; /* of a reply, of a failed call, of a request that failed or has its answer */
    bool deferred;  /* of an answered request, and of its reply */
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
    /* By client: where its last request is, its number and its index in `shown`. */
    struct {
        uint64_t number, index;
    } last_request[NSLOTS];
    struct entry open[NSLOTS]; /* by client: requests still open when their place was needed */
};

/* A new entry at the end, zero but for number, time, kind and source. */
struct entry *stream_add(struct stream *s, uint64_t time, enum entry_kind kind, endpoint_t source);

/* The entry with this number; NULL: there is none yet, or it is forgotten. */
const struct entry *stream_entry(const struct stream *s, uint64_t number);

/* The client's last request, if it belongs to this transaction, to be written to; NULL: it does not, or is forgotten. */
struct entry *stream_request(struct stream *s, endpoint_t client, uint64_t transaction);

/* The entry of the delivery, or failure, that event `event` reports, notifications aside; to be written to. NULL: none. */
struct entry *stream_of_event(struct stream *s, uint64_t event);

/* The number of the kept entry before (step -1) or behind (1) this number, with or without the
 * notifications; 0: none. */
uint64_t stream_next(const struct stream *s, uint64_t number, int step, bool notices);

/* The nearest kept entry before (step -1) or behind (1) this number that is wanted; NULL: none. Quicker than asking for one
 * after the other. */
typedef bool stream_wanted(const void *arg, const struct entry *e);
const struct entry *stream_find(const struct stream *s, uint64_t number, int step, bool notices,
                                stream_wanted *wanted, const void *arg);

#endif
