/*
 * The world: what every process does at one moment, built from events alone.
 *
 * It is plain memory of bounded size: a copy of it is a snapshot, and going on from a copy with the events that
 * follow gives the same as having gone through all of them. That is how the dashboard goes back in time. Histories (messages,
 * latencies, episodes) are kept elsewhere; who keeps them is told of what happened (struct world_sink).
 *
 * Times are virtual, in instruction times of 10 ns.
 */
#ifndef EMU_MODEL_WORLD_H
#define EMU_MODEL_WORLD_H

#include <stdbool.h>
#include <stdint.h>
#include "emu/trace/event.h"

#define WORLD_PARTNERS (NSLOTS + 63) / 64 /* words of a set of slots */

/* A sendrec from call to reply. */
enum transaction_fate {
    FATE_OPEN,
    FATE_ANSWERED,
    FATE_FAILED, /* the call ended with an error, in `status` */
    FATE_AGAIN,  /* of one delivery: the server died, the next incarnation gets it */
    FATE_GONE    /* the client is gone, or has no reply to come, as after PM_EXIT and exec */
};

struct transaction {
    uint64_t id;                      /* 0: none */
    uint64_t parent;                  /* it was asked inside this one, or 0 */
    uint64_t root;                    /* the outermost one around it; its own id if it is that */
    endpoint_t client, server, payer; /* payer: the client of the root */
    struct message request;
    int64_t status; /* of the reply, or the error that ended the call */
    enum transaction_fate fate;
    uint64_t delivery;  /* number of the event of the last delivery, or 0 */
    uint64_t call;      /* number of the event of the call */
    uint64_t called;    /* times; 0: not yet */
    uint64_t delivered; /* the last time that a server took it */
    uint64_t ended;     /* the reply was delivered, or the call failed */
    unsigned deliveries;
    uint64_t self;   /* that servers ran for it */
    uint64_t inside; /* that others ran for the transactions inside it, on all levels */
    bool deferred;   /* the server put it off: it received something else before it answered */
};

struct world_process {
    bool used;
    endpoint_t endpoint;
    char name[NAME_BYTES];
    uint32_t state;       /* enum procstate */
    endpoint_t peer;      /* whom it waits for, or EP_NONE */
    uint64_t since;       /* when it came into this state */
    uint32_t incarnation; /* of a service, from 1; else 0 */
    uint64_t began;       /* when this process, or this incarnation, began */
    uint64_t in, out;     /* messages delivered to it, and from it */
    unsigned open;        /* requests that it has and owes a reply to */
    uint64_t self;        /* virtual time that it ran */
    uint64_t imposed;     /* that others ran for it: in transactions that it pays for */
    uint64_t
        partners[WORLD_PARTNERS]; /* slots from which it ever got a message; bit 0: the kernel */

    /* Its call in progress, or its last one. */
    uint32_t call; /* IPC_ or K_ number and flags */
    endpoint_t call_peer;
    uint64_t call_time, call_event;
    struct message message; /* that it sends */

    struct transaction asks; /* its own sendrec in progress; id 0: none */
    uint64_t in_hand;        /* the transaction that it works on, or 0 */
    uint64_t activated; /* number of the event with the message that it took last, replies aside */
    bool by_device;     /* ... which came from a device's interrupt */

    /* Its last words, if it is dead. */
    uint64_t cause, pc, address;
};

struct world {
    uint64_t event; /* number of the last event that has been taken in; 0: none */
    uint64_t now;   /* its time */
    uint64_t messages, switches, restarts, deaths; /* so far */
    endpoint_t running;                            /* who was switched to last */
    uint64_t idle;                                 /* virtual time that nobody ran */
    struct world_process process[NSLOTS];
};

/* What the world's changes mean, for those who keep histories. All may be NULL. The structs pointed at are valid in the call
 * only. The world is as it is after the event, but for processes that have just ended, which are still there. */
struct world_sink {
    /* A message was delivered (request, reply, plain, notification). `t`: its transaction, or NULL. */
    void (*message)(struct world_sink *self, const struct world *w, const struct event *e,
                    const struct transaction *t);
    /* A call failed: EAGAIN, ELOCKED, ... ; the caller's message is in its process. */
    void (*failed)(struct world_sink *self, const struct world *w, const struct event *e);
    /* A transaction has ended, or has lost its server (FATE_AGAIN). */
    void (*ended)(struct world_sink *self, const struct world *w, const struct transaction *t);
    /* A process was born, died, crashed, was restarted: spawn, exec, exit, crash, restart; an operator's deed. */
    void (*life)(struct world_sink *self, const struct world *w, const struct event *e);
};

void world_init(struct world *w);

/* Takes an event in. `sink` may be NULL. */
void world_event(struct world *w, const struct event *e, struct world_sink *sink);

/* Time passes without an event: to virtual time `now`. */
void world_pass(struct world *w, uint64_t now);

/* The live process with this endpoint, or NULL. */
const struct world_process *world_find(const struct world *w, endpoint_t ep);

/* Its name, also of one that is gone, until its slot is used again; or NULL. A names_resolver. */
const char *world_name(const void *world, endpoint_t ep);

/* The open transaction with this id, or NULL. */
const struct transaction *world_transaction(const struct world *w, uint64_t id);

/* Does the process run (state READY and switched to last)? */
bool world_runs(const struct world *w, const struct world_process *p);

#endif
