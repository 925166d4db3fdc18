/*
 * State regions: memory that outlives its server.
 *
 * A service keeps what must survive it in one region. Its changes are transactions, one a request:
 * region_touch(p, n) before each change saves the old bytes in an undo log inside the region; the
 * reply (IPC_REPLYREC) ends the transaction: the kernel empties the log in the same act as it
 * delivers the reply, so there is no instant at which a request is done but would be done again. A
 * server that dies in between is rolled back by its next incarnation in region_open(), and receives
 * the same request once more.
 */
#ifndef SERVERS_LIB_REGION_H
#define SERVERS_LIB_REGION_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Maps the region of this service with room for `bytes` of state and `log_bytes` of undo log, rolls
 * back what a dead incarnation left half done, and returns the state. *fresh: it is new and all
 * zero. The same sizes each time. It does not return if there is no memory: a service cannot run
 * without its state.
 */
void *region_open(size_t bytes, size_t log_bytes, bool *fresh);

/* Saves the `bytes` bytes at p, inside the state, before they change. A log that overflows ends the
 * service. */
void region_touch(void *p, size_t bytes);

/* Ends a transaction that has no reply (at start-up, after an interrupt). */
void region_commit(void);

/* Undoes what the present transaction changed: a request that fails half-way. */
void region_abort(void);

/* CHANGE(lvalue) = value: touches and assigns. */
#define CHANGE(lvalue)                                                                             \
    (*({                                                                                           \
        region_touch(&(lvalue), sizeof(lvalue));                                                   \
        &(lvalue);                                                                                 \
    }))

#endif
