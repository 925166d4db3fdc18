/*
 * Scripts: what the grader's own programs, the actors, do on the stage.
 *
 * An actor is a process that has no will of its own: a loop around one ecall (stage/actor.S). At each trap of that ecall the
 * host puts the registers of the actor's next operation in place, before the kernel sees any of them, and at the return it
 * takes the result out of the registers that user mode got. So nothing that an actor is going to do is anywhere in
 * the guest's memory, and what happened is what crossed the boundary. An actor without an operation spins.
 *
 *     struct actor *a = actor(p, "A"), *b = actor(p, "B");
 *     struct op *send = sends(a, b);           // queued ...
 *     until_blocked(p, send);                  // ... and done now (case.h)
 *     struct op *receive = receives(b, a);
 *     until_done(p);
 *     rule(p, received(receive, send), receive, "B receives what A has sent");
 *
 * Each function below queues one operation for its actor and returns it, so that the case can change it before it is done,
 * and look at what came of it afterwards. Operations belong to the play. Nothing fails for want of memory: the play ends
 * as an error of the grader's.
 *
 * A message's payload is a nonce, new for each operation and each repetition, unless the case gives one; so is its type,
 * with or without MSG_REPLY, 0x100 or above (to a module: none of its requests). All other registers that an actor does not need hold
 * random words at each trap, and must come back.
 */
#ifndef GRADER_SCRIPT_H
#define GRADER_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <courier/message.h>
#include <courier/syscall.h>

struct play;
struct actor;

/*
 * One system call as it crossed the boundary. Crossings are numbered from 1 in each run, traps and returns of all programs
 * together: an order, and what a report shows as an event. Times are virtual, in instructions (100 to a microsecond).
 */
struct call {
    const struct actor *caller;
    uint64_t entered, returned; /* numbers of crossings; returned 0: not yet, or never */
    uint64_t enter_time, return_time;
    uint64_t number, peer, deadline; /* t0, t1, t2 at the trap */
    struct message sent;             /* a0 to a7 at the trap */
    struct message got;              /* a0 to a7 at the return */
    int64_t status;                  /* t0 at the return */
    uint64_t check;                  /* t1 at the return: of a message that came, a0 to a7 xored */
    bool waited; /* someone else was in user mode before it returned, or the machine was idle */
    /* Of IPC: */
    const struct call *to; /* the call that took the message of this one; NULL: nobody has */
    const struct call
        *from; /* the call whose message this one returned with; NULL: none, or a notification */
};

struct op {
    struct actor *actor;
    uint32_t repeat;                 /* how often it is done; 1 */
    uint64_t number, peer, deadline; /* t0 to t2; see the functions below */
    struct message message;          /* used if `given` */
    bool given;
    int64_t expected; /* the status that each call must have: 0, unless said */
    bool any_status;
    /* What came of it; to be looked at with call_of() (case.h). */
    struct call **calls;
    uint32_t made, done; /* calls entered, and returned */
    uint64_t value;      /* of loads8() and loads64() */
    /* The engine's own: */
    int kind;
    bool to_last, relative,
        typed; /* to whom was heard last; deadline from the trap on; the type is given */
    void (*prepare)(struct op *op, uint32_t i, struct message *m);
    struct op *next, *all; /* of this actor; of the play */
};

/* ---- actors ------------------------------------------------------------------------------------------- */

/* A new process in a user slot. Its name is used in reports. At most ACTORS. */
struct actor *actor(struct play *p, const char *name);

/* The same in this slot, where nobody lives (any more): those that come into other slots before are ended at once. */
struct actor *actor_in_slot(struct play *p, unsigned slot, const char *name);

/* The same as a service: in slot EP_RS, EP_FS, EP_BLK, ... (not EP_PM, where the director is, nor the student's module). */
struct actor *service_actor(struct play *p, endpoint_t slot, const char *name);

/* The slot of the one who may not do everything: it may send to services, and to no program (stage/policy.c). */
#define EP_MUTE EP_BLK

#define ACTORS 24

endpoint_t endpoint(const struct actor *a);
const char *actor_name(const struct actor *a);

/* The student's module, if the lab has one (lab.h): something to send to and to look at, but it takes no operations. */
struct actor *module(struct play *p);

/* The grader's manager of processes (slot 2): takes K_CREATE, K_KILL and the like with calls(). */
struct actor *director(struct play *p);

/* ---- messages ------------------------------------------------------------------------------------------- */

struct op *sends(struct actor *a, const struct actor *to);
struct op *receives(struct actor *a, const struct actor *from);
struct op *receives_any(struct actor *a);
struct op *receives_kernel(struct actor *a);                /* from EP_KERNEL alone */
struct op *asks(struct actor *a, const struct actor *whom); /* IPC_SENDREC */
struct op *notifies(struct actor *a, const struct actor *whom);
struct op *replies(struct actor *a);              /* a send to whom it has received from last */
struct op *replies_and_receives(struct actor *a); /* IPC_REPLYREC, to the same */
struct op *awaits_requests(struct actor *a);      /* IPC_REPLYREC to nobody */

/* Receives n requests from anyone and answers each before the next: awaits_requests(), n - 1 times replies_and_receives(),
 * replies(). Returns the first of these. */
struct op *serves(struct actor *a, uint32_t n);

/* IPC with a raw peer: dead, stale or senseless endpoints, reserved bits. */
struct op *ipc_raw(struct actor *a, uint64_t number, uint64_t peer);

/* ---- kernel calls --------------------------------------------------------------------------------------- */

/* calls(a, K_GRANT, endpoint(b), address(a, 0), 100, GRANT_READ, EP_SELF); results with result(). */
#define calls(a, number, ...) calls_with(a, number, (const uint64_t[8]){__VA_ARGS__})
struct op *calls_with(struct actor *a, uint64_t number, const uint64_t words[8]);

/* a<n> as the op's last call returned it, 0 if it has not returned. */
uint64_t result(const struct op *op, unsigned n);

/* ---- changing an operation before it is done: each returns its argument ----------------------------------- */

struct op *repeat(struct op *op, uint32_t times);
struct op *
with_flags(struct op *op,
           uint64_t flags); /* IPC_NONBLOCK, IPC_TELL, or anything else above t0's number */
struct op *
with_timeout(struct op *op,
             uint64_t instructions); /* IPC_DEADLINE, from the trap on; rounded up to ticks */
struct op *with_deadline(struct op *op,
                         uint64_t ticks);           /* IPC_DEADLINE, absolute, in ticks of 100 ns */
struct op *with_type(struct op *op, uint32_t type); /* the payload stays a nonce */
struct op *with_message(
    struct op *op,
    const struct message
        *m); /* copied; `source` is what the sender writes there, and nobody should believe */

/* fn is asked for the message of each repetition, from 0, at the trap: with it a client speaks a protocol. */
struct op *with_messages(struct op *op, void (*fn)(struct op *op, uint32_t i, struct message *m));

/* The status that each of its calls must have (-EAGAIN); default 0. any_status: the case judges itself. */
struct op *expect(struct op *op, int64_t status);
struct op *any_status(struct op *op);

/* ---- what is no call ------------------------------------------------------------------------------------ */

/* The actor works for so many instructions, in user mode. */
struct op *spins(struct actor *a, uint64_t instructions);

/* A load or a store in user mode, for device registers and for whether memory is really there. `value` of the operation
 * is what was loaded. Whoever touches what is not mapped crashes: until_crashed(). */
struct op *loads8(struct actor *a, uint64_t address);
struct op *stores8(struct actor *a, uint64_t address, uint8_t value);
struct op *loads64(struct actor *a, uint64_t address);
struct op *stores64(struct actor *a, uint64_t address, uint64_t value);

/* The actor crashes of an illegal instruction: the kernel sees a process that did what it may not. */
struct op *crashes(struct actor *a);

/* ---- memory ----------------------------------------------------------------------------------------------- */

/* Every actor has a buffer of its own, mapped and present, in pages that lie apart from each other's. */
#define BUFFER_PAGES 16
#define BUFFER_BYTES (BUFFER_PAGES * 4096u)

uint64_t address(const struct actor *a, uint64_t offset); /* virtual, of this byte of the buffer */

/* The host writes and reads the buffer's physical pages; at once, no operation. `fill` writes seeded random bytes. */
void poke(struct actor *a, uint64_t offset, const void *bytes, size_t n);
void fill(struct actor *a, uint64_t offset, size_t n);
void peek(const struct actor *a, uint64_t offset, void *bytes, size_t n);

#endif
