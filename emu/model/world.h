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

#define WORLD_PARTNERS ((NSLOTS + 63) / 64) /* words of a set of slots */

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
    unsigned deliveries;
    bool deferred;      /* the server put it off: it received something else before it answered */
    uint64_t call;      /* number of the event of the call */
    uint64_t delivery;  /* number of the event of the last delivery, or 0 */
    uint64_t end;       /* number of the event that ended it */
    uint64_t called;    /* times; 0: not yet */
    uint64_t delivered; /* the last time that a server took it */
    uint64_t ended;     /* the reply was delivered, or the call failed */
    uint64_t self;      /* that servers ran for it */
    uint64_t inside;    /* that others ran for the transactions inside it, on all levels */
    uint64_t
        adopts; /* of an answered one: what the server asked after the event of this number, with nothing in hand,
                           belongs inside this one, as only the answer shows; 0: nothing */
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
    /* Slots from which it ever got a message, RS's heartbeats aside; bit 0: the kernel, or that it has an alarm or device. */
    uint64_t partners[WORLD_PARTNERS];

    /* Its call in progress, or its last one. */
    uint32_t call; /* IPC_ or K_ number and flags */
    endpoint_t call_peer;
    uint64_t call_time, call_event;
    struct message message; /* that it sends */
    bool calls;             /* nothing has shown yet that it is over */

    struct transaction asks; /* its own sendrec in progress; id 0: none */
    uint64_t in_hand;        /* the transaction that it works on, or 0 */
    unsigned in_hand_of;     /* the slot of that one's client */
    /* Number of the event with the message that it took last from anyone, replies aside; and whether that came from a
     * device's interrupt. */
    uint64_t activated;
    bool by_device;

    /* What it did since then, or since its last answer, with no request in hand. It belongs to what it answers next. */
    struct {
        uint64_t after;  /* number of the event since when */
        uint64_t self;   /* that it ran */
        uint64_t inside; /* that others ran for what it asked */
        unsigned asked;  /* transactions, that have ended */
    } adrift;

    /* Its last words, if it is dead. */
    uint64_t cause, pc, address;
};

struct world {
    uint64_t event; /* number of the last event that has been taken in; 0: none */
    uint64_t now;   /* its time */
    uint64_t start; /* time of the first one, if the trace does not begin at the beginning */
    uint64_t messages, switches, restarts, deaths; /* so far */
    endpoint_t running;                            /* who was switched to last */
    /* Virtual time, from start to now, is the processes' (self), these two's, and that of processes that are gone. */
    uint64_t idle;   /* nobody could run */
    uint64_t kernel; /* the kernel's own: until the first process runs, and between two processes */
    uint64_t gone;
    uint64_t unpaid; /* time of servers in transactions whose payer is gone */
    uint64_t used[WORLD_PARTNERS], ready[WORLD_PARTNERS]; /* slots in use, and of READY processes */
    struct world_process process[NSLOTS]; /* of slot 0, the kernel's, nothing is used */
};

/*
 * What the world's changes mean, for those who keep histories. All may be NULL. The structs pointed at are valid in the
 * call only.
 */
struct world_sink {
    /* A message was delivered (request, reply, plain, notification). `t`: its transaction, or NULL; of a reply it is
     * complete. The receiver's state is still that in which it waited. */
    void (*message)(struct world_sink *self, const struct world *w, const struct event *e,
                    const struct transaction *t);
    /* A call failed: at once (EVENT_FAIL), or after it waited to be heard (EVENT_WAKE, with a negative status). The
     * caller's call and message are in its process, the transaction is still open. */
    void (*failed)(struct world_sink *self, const struct world *w, const struct event *e);
    /* A transaction has ended, or has lost its server (FATE_AGAIN). */
    void (*ended)(struct world_sink *self, const struct world *w, const struct transaction *t);
    /* A process was born, died, crashed, was restarted: spawn, exec, exit, crash, restart; an operator's deed. Who dies is
     * still as it was before, and so are those who wait for it; who is restarted still says since when it was down. */
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

/* It crashed, or is down, or was given up: it does nothing any more. */
static inline bool world_is_dead(const struct world_process *p)
{
    return p->state >= PROC_CRASHED;
}

/* Does the process run (state READY and switched to last)? */
bool world_runs(const struct world *w, const struct world_process *p);

#endif
