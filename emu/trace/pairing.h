/*
 * Pairing: gives each event the number of the transaction that it belongs to (event.h says which).
 *
 * It follows the events of one run from its beginning, in bounded memory: what each process asks for, and which request it
 * has in hand. A parent that becomes known only afterwards, as when a server resumes a request that it had put off, is
 * not its business but the model's.
 */
#ifndef EMU_TRACE_PAIRING_H
#define EMU_TRACE_PAIRING_H

#include <stdbool.h>
#include "emu/trace/event.h"

struct pairing {
    uint64_t transactions; /* opened so far */
    endpoint_t running;    /* who was switched to, or called, last */
    struct {
        uint64_t own;      /* its sendrec in progress, or 0 */
        uint64_t in_hand;  /* the request that it works on, or 0 */
        endpoint_t server; /* who has its request */
        uint32_t kind;     /* IPC_ number of its last call */
        bool selective;    /* its last receive was for one source */
    } process[NSLOTS];
};

/* The kinds that it has to see. A sink that reads transaction numbers asks for these, too, so that they are watched. */
#define PAIRING_KINDS                                                                              \
    (EVENT_BIT(EVENT_CALL) | EVENT_BIT(EVENT_DELIVER) | EVENT_BIT(EVENT_WAKE) |                    \
     EVENT_BIT(EVENT_FAIL) | EVENT_BIT(EVENT_SWITCH) | EVENT_BIT(EVENT_SPAWN) |                    \
     EVENT_BIT(EVENT_EXEC) | EVENT_BIT(EVENT_EXIT) | EVENT_BIT(EVENT_CRASH) |                      \
     EVENT_BIT(EVENT_RESTART))

/* Fills in `transaction` and `parent`. A zeroed struct is a good start. */
void pairing_event(struct pairing *p, struct event *e);

#endif
