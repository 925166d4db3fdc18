/*
 * The wait-for graph: who waits for whom, and whether anybody could still end the waiting.
 *
 * The kernel refuses a call that would close a cycle of waits for one process each (ELOCKED). It cannot see through a
 * receive from anyone: a server that owes a reply and listens to anyone waits for whoever will make it answer. Here such a
 * wait is ended by any process from which it ever got a message, by the kernel if it has an alarm or a device, and that of a
 * service by any program. If all of these wait in turn, for each other alone, then no message will ever come there: a stall,
 * which the kernel cannot find. (A signal may still end it, or the operator.)
 */
#ifndef EMU_MODEL_WAITS_H
#define EMU_MODEL_WAITS_H

#include <stddef.h>
#include "emu/model/world.h"

enum wait_kind {
    WAIT_SENDING,   /* until `to` receives */
    WAIT_RECEIVING, /* for a message from `to`, which may be EP_KERNEL */
    WAIT_REPLY,     /* for the reply of `to`, which has the request */
    WAIT_OWES       /* the other way: `from` owes `to` a reply, and listens to anyone */
};

struct wait_edge {
    enum wait_kind kind;
    endpoint_t from, to;
    uint64_t since;       /* virtual time */
    uint64_t transaction; /* that this is about, or 0 */
    bool stalled;         /* nobody can end it any more */
};
#define WAITS_MAX (2 * NSLOTS)

/* Writes the edges, at most WAITS_MAX, ordered by the slot of `from`, and returns how many there are. */
size_t waits_edges(const struct world *w, struct wait_edge edge[WAITS_MAX]);

/* The cycle of a stall, in the order in which its processes wait for each other; returns how many, 0: there is no stall. */
size_t waits_stall(const struct world *w, endpoint_t member[NSLOTS]);

/* The same of the stall that this process is part of, or waits for. */
size_t waits_stall_of(const struct world *w, endpoint_t ep, endpoint_t member[NSLOTS]);

/* Is this process's waiting part of a stall? Quick where it is not, so that it can be asked whenever somebody blocks. */
bool waits_is_stalled(const struct world *w, endpoint_t ep);

/* The cycle that a call of `caller` to `peer` would close, caller first, as the kernel finds it; 0: none. */
size_t waits_cycle(const struct world *w, endpoint_t caller, endpoint_t peer,
                   endpoint_t member[NSLOTS]);

/* "a > b > c > a"; of equal names with endpoints, "x 20.1 > 21.1 > x 20.1"; if `size` is too small, "a > b > (3 more) > a". Returns out. */
char *waits_text(char *out, size_t size, const struct world *w, const endpoint_t *member,
                 size_t count);

#endif
