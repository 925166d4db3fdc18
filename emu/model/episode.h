/*
 * Episodes: each death of a service and its recovery, with the times of the steps.
 *
 *     fault -> detected -> restarted -> requests delivered again -> first good reply
 */
#ifndef EMU_MODEL_EPISODE_H
#define EMU_MODEL_EPISODE_H

#include "emu/model/world.h"

#define EPISODES        256 /* that are kept, the last ones */
#define EPISODE_CLIENTS 8   /* that are named */

struct episode {
    uint64_t number; /* from 1 */
    endpoint_t service;
    char name[NAME_BYTES];
    uint32_t incarnation;        /* that died */
    uint64_t cause, pc, address; /* as in struct event */
    bool hung; /* it did not answer RS's heartbeats or, RS itself, the kernel's watchdog ended it */
    bool by_operator;
    char deed[EVENT_TEXT + 1]; /* the operator's, if by_operator */
    /* Times; 0: not yet. */
    uint64_t fault;     /* the operator's deed, or since when it hung, else the same as detected */
    uint64_t detected;  /* the kernel reported the death */
    uint64_t restarted; /* the next incarnation began */
    uint64_t
        replied; /* ... and gave its first good reply to a client: any status but EIO, EFAULTED, EDEADSRCDST; or exec was done */
    uint64_t first_event;               /* numbers: of the deed or the death, ... */
    uint64_t last_event;                /* ... and of the last of the above that there was */
    uint64_t in_hand;                   /* the transaction in whose service it died, or 0 */
    uint32_t in_hand_type;              /* its request's type, ... */
    char in_hand_name[NAME_BYTES];      /* ... and its client's name */
    unsigned blocked;                   /* clients that waited for it when it died */
    endpoint_t client[EPISODE_CLIENTS]; /* the first of them, ... */
    char client_name[EPISODE_CLIENTS][NAME_BYTES]; /* ... as they were called */
    unsigned again;                                /* requests delivered again */
    uint64_t given_up;     /* time: it was not started again, but given up */
    endpoint_t faulted;    /* whose request was answered EFAULTED, or EP_KERNEL */
    uint32_t faulted_type; /* that request's */
};

struct episodes {
    uint64_t count; /* ever */
    struct episode episode[EPISODES];
    uint64_t last[NSERVICES]; /* number of each service's last episode, or 0 */
    /* The operator's last deed to each service that has not shown yet; event 0: none. */
    struct {
        uint64_t time, event;
        char deed[EVENT_TEXT + 1];
    } pending[NSERVICES];
};

/* The episode with this number; NULL: there is none yet, or it is forgotten. */
const struct episode *episode_find(const struct episodes *e, uint64_t number);

/* Feed these from a struct world_sink. */
void episodes_life(struct episodes *s, const struct world *w, const struct event *e);
void episodes_message(struct episodes *s, const struct world *w, const struct event *e,
                      const struct transaction *t);
/* A transaction that ended with EFAULTED. */
void episodes_faulted(struct episodes *s, const struct transaction *t);

#endif
