/*
 * Lets the machine run until something is so. Nothing here knows the host's clock: what ends a run are goals, seen at a
 * crossing, budgets of instructions, and the certainty that nothing will happen any more.
 *
 * That certainty: every process waits in a call or has nothing to do but spin, and one that spins has been put
 * aside by the clock and taken up again several times, so that all who were ready have had their turns; or nobody spins, and the
 * machine idles. Then only a timer or a device can change anything.
 *
 * Instructions are not all: code that changes itself, and a kernel that faults in its own code, are a thousand times as dear for the
 * host. So that no guest can hold it up until the watchdog ends the case, the effort is counted, too (board.h), after each STEP.
 */
#include <stdio.h>
#include "grader/engine/play.h"

#define TURNS                                                                                      \
    8 /* returns from an interrupt to one who spins; a clock tick is two (kernel/boot.S) */
#define SLICE 2000000u /* instructions; so long the kernel is not busy with anything */
#define STEP  50000u   /* instructions */
#define FAULTS                                                                                     \
    10000u /* traps on end that are none of a process's; the clock makes two in 20,000 instructions */

/* ---- what is so ------------------------------------------------------------------------------------------ */

static bool is_passive(const struct actor *a)
{
    if (a->standing == ABSENT || a->standing == CALLING)
        return true;
    if (a->fault)
        return a->passed;
    return !a->is_module && a->known && !a->op;
}

bool is_quiet(const struct play *p)
{
    bool turns = p->idle;
    for (const struct actor *a = p->actor; a < p->actor + p->actors; a++) {
        if (!is_passive(a))
            return false;
        turns = turns || (a->seen == p->progress && a->turns >= TURNS);
    }
    return turns;
}

/* Could a timer wake somebody? Not with a deadline that has long been due. */
static bool is_timed(const struct play *p)
{
    for (const struct actor *a = p->actor; a < p->actor + p->actors; a++)
        if (a->alarm || (has_deadline(a->open) && !is_overdue(a->open)))
            return true;
    return false;
}

static bool is_blocked(const struct op *op)
{
    const struct record *open = op->actor->open;
    return open && open->op == op && open->call.waited;
}

bool goal_reached(struct play *p)
{
    switch (p->goal) {
    case GOAL_DONE:
        return p->pending == 0;
    case GOAL_RETURNED:
        return p->goal_op->done == p->goal_op->repeat;
    case GOAL_BLOCKED:
        return p->goal_op->done == p->goal_op->repeat || is_blocked(p->goal_op);
    case GOAL_QUIET:
        return is_quiet(p);
    case GOAL_CRASHED:
        return p->goal_actor->fault && p->goal_actor->passed;
    case GOAL_KNOWN:
        return p->goal_actor->known && !p->goal_actor->open;
    default:
        return false;
    }
}

/* ---- running ---------------------------------------------------------------------------------------------- */

/* The machine waits for an interrupt, until `next`. False: it is over. */
static bool idles(struct play *p, uint64_t next)
{
    p->idle = true;
    for (struct actor *a = p->actor; a < p->actor + p->actors; a++) {
        if (a->open)
            a->open->call.waited = true;
        a->passed = a->fault;
    }
    if (goal_reached(p))
        return false;
    bool timer = next != BOARD_NEVER && (p->goal == GOAL_TIME || is_timed(p));
    if (!timer && p->goal == GOAL_TIME)
        next = p->goal_time;
    else if (!timer)
        return stuck_for_ever(p);
    board_skip(p->board, p->goal == GOAL_TIME && next > p->goal_time ? p->goal_time : next);
    return true;
}

static bool stopped(struct play *p, const struct board_stop *stop)
{
    switch (stop->reason) {
    case BOARD_POWER_OFF:
        return breaks(p, p->crossings,
                      "the machine stays on until the case is over (it was powered off)");
    case BOARD_RESET:
        return breaks(p, p->crossings,
                      "the machine stays on until the case is over (it was reset)");
    case BOARD_FAULT:
        return breaks(p, p->crossings, "the kernel does what the machine can do");
    case BOARD_IDLE:
        return idles(p, stop->next);
    default:
        return true;
    }
}

static uint64_t slice_end(const struct play *p)
{
    uint64_t now = board_clock(p->board), left = p->limit - board_instructions(p->board);
    uint64_t end = now + (left < SLICE ? left : SLICE);
    return p->goal == GOAL_TIME && p->goal_time < end ? p->goal_time : end;
}

/* Is the host kept busy by what no kernel has to do? Then a rule is broken. `traps`: since a process was seen. */
static bool is_dear(struct play *p, uint64_t traps)
{
    if (traps > FAULTS)
        return !breaks(p, p->crossings,
                       "the kernel's own code does not fault (it does, again and again)");
    if (board_effort(p->board) > p->effort)
        return !breaks(p, p->crossings,
                       "the kernel does not change its code or the address space all the time (nor "
                       "says so by fence.i, sfence.vma)");
    return false;
}

/* Lets the machine run for a slice, or until something happens. */
static struct board_stop run_slice(struct play *p)
{
    uint64_t end = slice_end(p), crossings = p->crossings, traps = board_traps(p->board);
    for (;;) {
        uint64_t next = board_clock(p->board) + STEP;
        struct board_stop stop = board_run(p->board, next < end ? next : end);
        if (p->crossings != crossings)
            traps = board_traps(p->board);
        crossings = p->crossings;
        if (is_dear(p, board_traps(p->board) - traps) || stop.reason != BOARD_SLICE ||
            board_clock(p->board) >= end)
            return stop;
    }
}

static bool run(struct play *p, enum goal goal, const struct op *op, const struct actor *a)
{
    p->goal = goal;
    p->goal_op = op;
    p->goal_actor = a;
    while (all_well(p) && !goal_reached(p)) {
        if (goal == GOAL_TIME && board_clock(p->board) >= p->goal_time)
            break;
        if (board_instructions(p->board) >= p->limit)
            return stuck_too_long(p);
        uint64_t crossings = p->crossings, began = board_instructions(p->board);
        struct board_stop stop = run_slice(p);
        if (p->crossings == crossings && board_instructions(p->board) - began >= SLICE)
            return breaks(p, crossings,
                          "the kernel comes back from every call: nobody loops for ever in it");
        if (!stopped(p, &stop))
            break;
        if (goal != GOAL_TIME && goal != GOAL_QUIET && !goal_reached(p) && is_quiet(p) &&
            !is_timed(p))
            return stuck_for_ever(p);
    }
    return all_well(p);
}

/* ---- for cases --------------------------------------------------------------------------------------------- */

bool until_done(struct play *p)
{
    return run(p, GOAL_DONE, NULL, NULL);
}

bool until_returned(struct play *p, const struct op *op)
{
    return run(p, GOAL_RETURNED, op, NULL);
}

bool until_blocked(struct play *p, const struct op *op)
{
    char call[DESCRIBE_CALL];
    run(p, GOAL_BLOCKED, op, NULL);
    if (all_well(p) && !is_blocked(op) && op->made > 0) {
        const struct record *r = (const struct record *)op->calls[op->made - 1];
        breaks(p, r->call.returned, "%s waits", describe_call(call, r));
    }
    return all_well(p);
}

bool until_quiet(struct play *p)
{
    if (run(p, GOAL_QUIET, NULL, NULL))
        law_quiet(p);
    return all_well(p);
}

bool for_a_while(struct play *p, uint64_t instructions)
{
    p->goal_time = board_clock(p->board) + instructions;
    return run(p, GOAL_TIME, NULL, NULL);
}

bool until_crashed(struct play *p, const struct actor *a)
{
    return run(p, GOAL_CRASHED, NULL, a);
}

bool until_known(struct play *p, const struct actor *a)
{
    return run(p, GOAL_KNOWN, NULL, a);
}
