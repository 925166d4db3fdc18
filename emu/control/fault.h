/*
 * Faults made by the operator, on a running guest that is not asked and cannot refuse.
 *
 *     fault_init(&f, board);
 *     trace_subscribe(trace, &f.sink);
 *     trace_intercept(trace, fault_crossing, &f);
 *
 * Everything is done at the border of user mode (board_watch_crossings): registers are changed as
 * they cross it. So the kernel needs no help for this, and its own state stays consistent: it is
 * the process that did something wrong, or did not get what it asked for.
 *
 * Who crosses is known from the kernel's probes: every change of the running process is reported
 * (EVENT_SWITCH) before the new one enters user mode, every call names its caller (EVENT_CALL), and
 * the first process of all is RS. So the sink must be subscribed before the guest boots. Address
 * spaces are learned on the way: satp at a crossing is that of the process which crosses.
 *
 * Nothing here allocates memory. The board must not be running when a function is called, apart
 * from fault_crossing, or the call comes from inside a sink or a watch function.
 */
#ifndef EMU_CONTROL_FAULT_H
#define EMU_CONTROL_FAULT_H

#include <stdbool.h>
#include "emu/board/board.h"
#include "emu/trace/event.h"

#define FAULT_RULES 16 /* deeds that may wait for their message at the same time */

enum fault_deed {
    FAULT_KILL,
    FAULT_HANG,
    FAULT_RESTART,
    FAULT_FLIP,
    FAULT_DROP,
    FAULT_DELAY,
    FAULT_DUPLICATE,
    FAULT_CORRUPT
};

/*
 * Is this the message? `call` is an EVENT_CALL as at the moment of the ecall: time, who, peer, call,
 * message (its source filled in), satp; the kernel has not seen it yet, so it has no number and no
 * transaction. It is asked for each send, sendrec, notify (its message is
 * of type MSG_NOTIFY) and each replyrec that answers someone.
 */
typedef bool fault_match_fn(void *arg, const struct event *call);

/* A deed that waited is being done, from inside board_run. `call`: its message; NULL: it has none.
 */
typedef void fault_acted_fn(void *arg, enum fault_deed deed, endpoint_t who,
                            const struct event *call);

/* ---- private ---- */

struct fault_rule {
    unsigned id; /* 0: unused */
    enum fault_deed deed;
    uint64_t amount;
    fault_match_fn *match;
    void *arg;
};

/* A call that is not what the process made of it. */
struct fault_call {
    uint8_t phase;  /* tamper.c */
    uint64_t pc;    /* of the ecall */
    uint64_t x[32]; /* the registers that it was made with */
};

struct fault_process {
    endpoint_t endpoint;
    bool known, doomed, hung;
    bool flip;
    uint8_t flip_register, flip_bit;
    uint64_t satp; /* 0: not known */
    struct fault_call call;
    /* wake.c */
    uint32_t request; /* type of its last message */
    bool asleep;      /* to be woken, by: */
    endpoint_t waker;
    bool interrupted; /* the first way did not work */
    endpoint_t waking;
};

/* ---- public ---- */

struct fault {
    struct sink sink;      /* subscribe this to the trace */
    fault_acted_fn *acted; /* may be set after fault_init */
    void *acted_arg;
    /* private: */
    struct board *board;
    endpoint_t running;
    unsigned waiting;  /* rules in use */
    unsigned sleepers; /* processes to be woken */
    uint32_t restarts; /* services that RS is to be asked to restart: bits by slot; restart.c */
    uint64_t rs_call;  /* pc of RS's last call meanwhile */
    unsigned last_id;
    struct fault_rule rule[FAULT_RULES];
    struct fault_process process[NSLOTS];
};

void fault_init(struct fault *f, struct board *board);

/* For board_watch_crossings or trace_intercept; `fault` is a struct fault. */
void fault_crossing(void *fault, struct board_crossing *c);

/*
 * Kills the process: when it next enters user mode its pc is KILLED_PC, where no process has memory. The kernel knows
 * by that that it did not die of itself: no request is to blame. One that runs gets there with its next trap; a service that waits, with
 * the next heartbeat, half a second of virtual time later at most; a program that waits is woken (wake.c),
 * which takes two heartbeats at most. What then happens is the guest's doing: RS starts a service again, PM ends a program. False: no such process.
 */
bool fault_kill(struct fault *f, endpoint_t ep);

/*
 * Restarts a service: kills it; one that is down or given up is started, for RS is asked to do that (restart.c) when its next alarm comes, within a
 * second. False: no such service.
 */
bool fault_restart(struct fault *f, endpoint_t ep);

/*
 * The process never gets anything done again: each call that it makes from now on waits for ever,
 * for a partner that never sends to it. RS finds a service by its heartbeat. RS
 * itself, whom the kernel expects to hang busily, makes its next call again and again. Ends with the process. False:
 * no such process.
 */
bool fault_hang(struct fault *f, endpoint_t ep);

/*
 * Flips a bit (0 to 63) of a register of the process: 1 to 31 for x1 to x31, 0 for the pc; when it
 * next enters user mode. Of several before that the last one counts. False: no such process, register or bit.
 */
bool fault_flip_register(struct fault *f, endpoint_t ep, unsigned reg, unsigned bit);

/*
 * Flips a bit (0 to 7) of a byte in the process's memory, at once; in a page that several processes
 * share, it flips for all of them. False: no such process or bit, its address space is not known because it has
 * not run yet, or no page is there.
 */
bool fault_flip_memory(struct fault *f, endpoint_t ep, uint64_t address, unsigned bit);

/*
 * Does `deed` to the next message that matches, once:
 *
 *   FAULT_DROP       the sender believes that it was sent. A request's client waits as for a lost
 *                    reply, its deadline holds.
 *   FAULT_DELAY      the caller makes its call `amount` instruction times later, at least. While it
 *                    is delayed it waits: a service does not answer.
 *   FAULT_DUPLICATE  it is sent a second time after the first has gone through. A client sees the
 *                    second reply to its request; a second reply finds nobody waiting, unless its
 *                    client listens to everyone.
 *   FAULT_CORRUPT    bit `amount` of the payload is flipped: bits 0 to 447, in the order of the seven
 *                    words. Notifications have no payload and never match.
 *
 * Returns a number for fault_cancel, or 0: FAULT_RULES are waiting already, or `amount` is out of
 * range. A message is subject to one deed, that of the oldest rule that matches.
 */
unsigned fault_next(struct fault *f, enum fault_deed deed, uint64_t amount, fault_match_fn *match,
                    void *arg);

/* Forgets a deed that still waits for its message. False: it does not. */
bool fault_cancel(struct fault *f, unsigned id);

#endif
