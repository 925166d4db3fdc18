/*
 * A case: one property of the student's work, as a play on the grader's stage.
 *
 * Its function is called once, in a process of its own forked from the booted stage, and does three things by turns:
 * it gives actors operations (script.h), lets the machine run until something is so, and states rules over what crossed
 * the boundary between user mode and kernel. The first rule that does not hold is the case's verdict; nothing after it
 * counts, so that a case needs no checks in between:
 *
 *     static void send_first(struct play *p)
 *     {
 *         struct actor *a = actor(p, "A"), *b = actor(p, "B");
 *         struct op *send = sends(a, b);
 *         until_blocked(p, send);
 *         struct op *receive = receives(b, a);
 *         until_done(p);
 *         rule(p, received(receive, send), receive, "B receives A's message");
 *     }
 *     const struct grade_case case_send_first = {
 *         .name = "send-first", .title = "Who sends first waits", .points = 10, .play = send_first,
 *         .hint = "Where does the kernel keep a message whose receiver does not wait for it yet?"};
 *
 * The laws hold in every case and are checked at every crossing without being asked for (judge.c):
 *   - a call returns behind its ecall, with sp, gp, tp, ra and s0 to s11 as they were; an interrupt with everything as it was
 *   - between the trap of a call and its return its caller executes nothing; nobody runs but the programs of the stage
 *   - a program that does what it may is not stopped by a fault; the pages of its memory stay its own
 *   - a call that returns 0 has taken or delivered exactly what it should: a message that was received was sent, by whom
 *     word 0 names, to this receiver, not before, with the same type and payload, and is received once; a send returns 0
 *     when its receiver has the message, a sendrec when it has the reply of the one that it asked; a notification was given
 *   - a call that fails leaves a0 to a7 as they were (but for ELOCKED), and its message is never delivered afterwards
 *   - t1 is the check word of the message that came, or the error once more; nothing times out before its deadline
 *   - when nobody can go on (until_quiet(), and the end of each case) nobody waits for what is there (quiet.c)
 *   - every call has the status that its operation expects
 * So a case states only what is special about it.
 *
 * Whatever is random follows from the run's seed, the lab, the case's name and the variant: the same everywhere. What the guest sees
 * (nonces, fill()) and what the case chooses (chance()) are streams of their own, and from no word can another be computed.
 */
#ifndef GRADER_CASE_H
#define GRADER_CASE_H

#include "grader/script.h"

struct grade_case {
    const char *name;  /* "order-both-ways": lower case, digits and hyphens; the same for ever */
    const char *title; /* one line for people */
    const char *hint;  /* shown when it fails: a question rather than an answer */
    unsigned points;   /* all or none of them */
    void (*play)(struct play *p);
    uint64_t budget; /* instructions for each variant; 0: BUDGET. Spent: the case fails */
    unsigned
        variants; /* so many times, each from the snapshot with its own seed, all must pass; 0: once */
};

#define BUDGET 5000000u /* a message between two processes that take turns costs about a thousand */

/* ---- letting it run ----------------------------------------------------------------------------------------
 *
 * Each returns whether no rule is broken so far. If what it waits for cannot happen any more (nobody can go on), or the
 * budget is spent, or the machine stops (power off, a fault), that breaks a rule itself, which names the call that should
 * have returned.
 */

/* Until every operation is done and nobody waits. */
bool until_done(struct play *p);

/* Until this operation is (all repetitions of it); others may still be on their way. */
bool until_returned(struct play *p, const struct op *op);

/* Until the operation's caller waits in its call, and the kernel has gone on with something else. If it returns instead,
 * that breaks the rule "X waits in its send to Y". */
bool until_blocked(struct play *p, const struct op *op);

/* Until nobody can go on, whether operations are done or not: to see that someone still waits. Deadlines and alarms that
 * are not due yet are not waited for. */
bool until_quiet(struct play *p);

/* Until so many instructions of virtual time have passed. */
bool for_a_while(struct play *p, uint64_t instructions);

/* Until this program (an actor, or the module) has crashed, as its trap shows. */
bool until_crashed(struct play *p, const struct actor *a);

/* ---- rules ------------------------------------------------------------------------------------------------- */

/*
 * States a rule: a property in words, as a student should read it ("B's receive returns after A's send"). False: it is
 * broken, and this is the verdict unless one was broken before. `op` is the operation whose last crossing is shown as
 * the event; NULL: the present moment. Of a hidden case students see the words too: they name the property, never the data.
 */
__attribute__((format(printf, 4, 5))) bool rule(struct play *p, bool holds, const struct op *op,
                                                const char *words, ...);

/* The same of one call, for what was done many times. */
__attribute__((format(printf, 4, 5))) bool
rule_of_call(struct play *p, bool holds, const struct call *call, const char *words, ...);

/* Is no rule broken? For loops that should end early. */
bool all_well(const struct play *p);

/* Looking at calls. What was not made is a call of zeros (`entered` is 0), so a case needs not ask. */
const struct call *last_call(const struct op *op);
const struct call *call_of(const struct op *op, uint32_t i); /* the i-th repetition's, from 0 */
bool received(const struct op *receive,
              const struct op *send); /* the last call of one got the message of the other's last */
bool waited(const struct op *op);     /* its last call did */
bool returned(const struct op *op);   /* all its repetitions have */

/* The messages that an actor has received, in the order of its returns; n from 0. */
const struct call *nth_received(const struct actor *a, uint32_t n);
uint32_t count_received(const struct actor *a);

/* The n-th call of any kind that a program made, the module too. */
const struct call *nth_call(const struct actor *a, uint32_t n);

/* Rules about a whole run. They state the rule themselves and return what rule() does. */
bool rule_fifo(struct play *p,
               const struct actor *receiver); /* who waits longest in a send to it is heard first */
bool rule_messages(struct play *p, const struct actor *from, const struct actor *to,
                   uint32_t n); /* exactly n messages came through */
bool rule_in_order(struct play *p, const struct actor *from,
                   const struct actor *to); /* in the order in which they were sent */

/* Instructions that the machine executed between a call's trap and its return; exact when nobody else ran. */
uint64_t cost(const struct call *call);

/* ---- chance, time, the world outside ---------------------------------------------------------------------------- */

uint64_t chance(struct play *p,
                uint64_t n);            /* 0 to n - 1, the same in each run with the same seed */
uint64_t word(struct play *p);          /* any 64 bits */
unsigned variant(const struct play *p); /* from 0 */

uint64_t ticks_now(const struct play *p);        /* what K_TIME would give: ticks of 100 ns */
uint64_t time_now(const struct play *p);         /* virtual time in instructions */
uint64_t instructions_now(const struct play *p); /* executed so far, waiting not counted */

/* Bytes arrive at the UART. Its receiver holds 16; what finds no room is lost: returns how many it took. */
size_t type(struct play *p, const void *bytes, size_t n);

/* ---- memory -------------------------------------------------------------------------------------------------------
 *
 * The play keeps a copy of every buffer as it should be: poke(), fill() and stores change both, expect_copy() and expect_bytes()
 * only the copy.
 */

/* From now on `to` should hold what `from` holds: a safecopy that is going to be done, or was. */
void expect_copy(struct actor *to, uint64_t to_offset, const struct actor *from,
                 uint64_t from_offset, size_t n);

/* The same for what comes from elsewhere: the module has written it there, by a safecopy. */
void expect_bytes(struct actor *a, uint64_t offset, const void *bytes, size_t n);

/* Every byte of every buffer is as it should be, and no two pages of buffers are one. */
bool rule_memory(struct play *p, const struct op *op);

/* How often these bytes lie anywhere in the machine's memory: a kernel that copies by way of a buffer of its own leaves
 * them there. Take some that are random (fill()), 16 or more. */
unsigned found_in_memory(struct play *p, const void *bytes, size_t n);

/* ---- the student's module: its death and next life ------------------------------------------------------------------ */

/* It dies (of a page fault at address 0) when it would return to user mode with its n-th message from now on, n from 1;
 * 0: never mind. until_crashed() sees it happen, or until_done() if it never does. */
void dies_at_message(struct play *p, uint32_t n);

/* The same where it would make its n-th call: the call is not made, so what it has done since its last one is done by half. */
void dies_before_call(struct play *p, uint32_t n);

/* The same right after its n-th call has returned, whatever that was: a reply may be sent, and the change is still to be made. */
void dies_after_call(struct play *p, uint32_t n);

/* The same where the clock interrupts it for the n-th time, so between any two of its instructions; a client that spins() for a random
 * while before its request makes it a random place. It may be done before the clock ticks: until_quiet(), and then module_crashed(). */
void dies_at_interrupt(struct play *p, uint32_t n);

/* No such order holds any more. */
void dies_not(struct play *p);

/* What a manager does about it: K_KILL, K_LOAD, K_EXEC; the next incarnation runs. */
bool restart_module(struct play *p);

/* The same for a service_actor(), whose queued operations are forgotten: nothing is blamed for it. */
bool restart_service(struct play *p, struct actor *a);

/* Has the module crashed, and at which address? */
bool module_crashed(struct play *p, uint64_t *address);

/* Its state region, as its last K_REGION asked for it, to be read and to be damaged; offsets beyond it break a rule. No region:
 * it has no bytes. */
uint64_t region_bytes(struct play *p);
bool peek_region(struct play *p, uint64_t offset, void *bytes, size_t n);
bool poke_region(struct play *p, uint64_t offset, const void *bytes, size_t n);

#endif
