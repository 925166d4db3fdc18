/*
 * RS, the reincarnation server: a table of services, and three ways that one of them needs help: it crashed (the
 * kernel says so), it hangs (it does not echo the heartbeat), or an operator wants it (svc). All three end in revive().
 *
 * RS itself is restarted by the kernel. Its table is in a state region; what it was about to do, it sees in the table
 * and in the states of the services, and does again.
 */
#ifndef SERVERS_RS_RS_H
#define SERVERS_RS_RS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/ipc.h>
#include <courier/protocol/rs.h>
#include "servers/lib/region.h"
#include "policy.h"

struct entry {
    uint32_t restarts;
    uint32_t quick_deaths; /* in a row */
    uint32_t reason;       /* enum rs_reason */
    uint32_t unanswered;   /* pings */
    uint32_t answered;     /* this incarnation has answered one */
    uint32_t doomed;       /* by an operator, to crash whenever it starts */
    uint32_t damaged;      /* the last one's program was, and this is still to be said */
    uint64_t started, next_ping;
    uint64_t messages;  /* that its predecessors had sent when it started */
    uint64_t next_try;  /* it is down, and is started then; 0: it is not */
    struct crash crash; /* the last */
};

extern struct entry *table; /* by slot, in the region */

bool exists(unsigned slot);
uint32_t state_of(unsigned slot); /* enum procstate */

/* ---- revive.c ---- */

/* The service died of `reason`: it is started again at once, or later, or never. */
void revive(unsigned slot, enum rs_reason reason);

/* Starts whoever is due, first those that others need. */
void start_due(void);

/* All that the kernel has to report. */
void revive_crashed(void);

/* RS's own last death, which the kernel took care of. */
void note_own_death(void);

/* ---- watch.c ---- */

/* What is due: pings, verdicts on unanswered ones, delayed restarts. Sets the next alarm. */
void watch(void);

/* The service answers. */
void watch_answer(unsigned slot);

#endif
