/*
 * State regions: memory that outlives its server.
 *
 * A service keeps what must survive it in one region:
 *
 *     struct state { ... } *state;
 *     bool fresh;
 *     state = region_open(sizeof *state, 4096, &fresh);
 *     if (!fresh && !looks_sound(state))
 *         region_damaged(REGION_STATE);
 *     ...
 *     CHANGE(state->count) = state->count + 1;    in a handler; its reply makes it last
 *
 * Its changes are transactions, one a request: region_touch(p, n) before each change saves the old bytes in an undo
 * log inside the region; the reply (IPC_REPLYREC) ends the transaction: the kernel empties the log in the
 * same act as it delivers the reply, so there is no instant at which a request is done but would be done again. A
 * server that dies in between is rolled back by its next incarnation in region_open(), and receives
 * the same request once more.
 *
 * A server may have damaged its region before it died. What shows that:
 *   - the header: magic number and sizes, which each incarnation knows
 *   - canaries between log and state and behind the state: something ran over an edge
 *   - a checksum in each entry of the undo log, so that nothing wrong is rolled back
 *   - what the server itself knows of its state (looks_sound() above): numbers in range, counts that agree
 *   - the program that changed it (program.h)
 * An incarnation that finds damage when it begins reports it, and the server starts empty: no server goes on with bad data.
 * One that finds it later, with a heartbeat (service.h), just ends: it may be the one that is wrong, and the next looks
 * with fresh eyes.
 */
#ifndef SERVERS_LIB_REGION_H
#define SERVERS_LIB_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <courier/protocol/rs.h>

/*
 * Maps the region of this service with room for `bytes` of state and `log_bytes` of undo log, rolls
 * back what a dead incarnation left half done, and returns the state. *fresh: it is new and all
 * zero. The same sizes each time. It does not return if the region is damaged, or there is no memory: a service cannot
 * run without its state.
 */
void *region_open(size_t bytes, size_t log_bytes, bool *fresh);

/* Saves the `bytes` bytes at p, inside the state, before they change. A log that overflows ends the
 * service. Costs some 40 instructions for a number, for more some 60 and 6 for each word. */
#ifndef REGIONS_UNRECORDED
void region_touch(void *p, size_t bytes);
#else /* make REGIONS=0 */
static inline void region_touch(void *p, size_t bytes)
{
    (void)p, (void)bytes;
}
#endif

/* Ends a transaction that has no reply (at start-up, after an interrupt). */
void region_commit(void);

/* Undoes what the present transaction changed: a request that fails half-way. */
void region_abort(void);

/* The state cannot be trusted: it is wiped, and this incarnation ends, in a way that RS understands. RS says so on the
 * console and in `svc status`, and the next incarnation begins with a fresh region. */
_Noreturn void region_damaged(enum region_damage what);

/* Ends this incarnation if header or canaries seem damaged. */
void region_check(void);

/* Damages the region on purpose: `svc crash NAME region`. */
void region_spoil(void);

/* CHANGE(lvalue) = value: touches and assigns. */
#define CHANGE(lvalue)                                                                             \
    (*({                                                                                           \
        region_touch(&(lvalue), sizeof(lvalue));                                                   \
        &(lvalue);                                                                                 \
    }))

#endif
