/*
 * Why a goal is not reached: nobody can go on, or the budget is spent. The rule that breaks is the property of the call that should
 * have returned, or of the program that should have waited; a student cannot do much with "it took too long".
 */
#include "emu/board/device.h"
#include "grader/engine/play.h"

#define OVERDUE 100000u /* ticks, 10 ms: the clock of the stage has ticked 500 times */
#define BUSY    64u     /* calls of the module's since anybody else has made one: it loops */

/* ---- deadlines ------------------------------------------------------------------------------------------- */

bool has_deadline(const struct record *r)
{
    return r && r->ipc && r->call.number & IPC_DEADLINE;
}

bool is_overdue(const struct record *r)
{
    uint64_t now = ticks_now(r->caller->play), entered = r->call.enter_time / CLOCK_PER_TICK;
    uint64_t due = r->call.deadline > entered ? r->call.deadline : entered;
    return now > due && now - due > OVERDUE;
}

/* The call whose deadline is not heeded; NULL: none. If nothing will ever happen any more, that is any with one. */
static const struct record *forgotten(const struct play *p, bool for_ever)
{
    for (const struct actor *a = p->actor; a < p->actor + p->actors; a++)
        if (has_deadline(a->open) && (for_ever || is_overdue(a->open)))
            return a->open;
    return NULL;
}

static bool break_deadline(struct play *p, const struct record *r)
{
    char call[DESCRIBE_CALL];
    return breaks(p, r->call.entered,
                  "%s has a deadline, and returns ETIMEDOUT when that is due (it has not returned)",
                  describe_call(call, r));
}

/* ---- others ---------------------------------------------------------------------------------------------- */

/* The operation that should have been done, and is not: the one that is waited for, or the oldest. */
static const struct record *late_call(const struct play *p)
{
    const struct record *late = NULL;
    if (p->goal == GOAL_RETURNED && p->goal_op->actor->open)
        return p->goal_op->actor->open;
    for (const struct actor *a = p->actor; a < p->actor + p->actors; a++)
        if (a->op && a->open && (!late || a->open->call.entered < late->call.entered))
            late = a->open;
    return late;
}

static const struct actor *late_alarm(const struct play *p)
{
    for (const struct actor *a = p->actor; a < p->actor + p->actors; a++)
        if (a->alarm && ticks_now(p) > a->alarm + OVERDUE && a->open && a->open->listens &&
            (a->open->filter == EP_ANY || a->open->filter == EP_KERNEL))
            return a;
    return NULL;
}

/* Does the student's module make call after call, and everybody else waits? */
static bool module_loops(const struct play *p)
{
    if (!p->module || p->nrecords < BUSY)
        return false;
    for (size_t i = p->nrecords - BUSY; i < p->nrecords; i++)
        if (p->records[i]->caller != p->module)
            return false;
    return true;
}

/* ---- the verdict ------------------------------------------------------------------------------------------- */

bool stuck_for_ever(struct play *p)
{
    const struct record *late = late_call(p), *deadline = forgotten(p, true);
    char call[DESCRIBE_CALL];
    if (p->module && p->module->fault)
        return breaks(p, 0, "%s does nothing that it may not (it has crashed)", p->module->name);
    if (deadline)
        return break_deadline(p, deadline);
    if (late)
        return breaks(p, late->call.entered, "%s returns", describe_call(call, late));
    if (p->goal == GOAL_CRASHED)
        return breaks(p, 0, "%s ends when it does what it may not", p->goal_actor->name);
    if (p->goal == GOAL_KNOWN)
        return breaks(p, 0, "%s starts, and gets to run", p->goal_actor->name);
    return breaks(p, 0, "every process that can go on gets to run");
}

bool stuck_too_long(struct play *p)
{
    const struct record *late = late_call(p), *deadline = forgotten(p, false);
    const struct actor *alarm = late_alarm(p);
    char call[DESCRIBE_CALL];
    if (deadline)
        return break_deadline(p, deadline);
    if (alarm)
        return breaks(p, alarm->open->call.entered,
                      "%s hears of its alarm when that is due (it has not)", alarm->name);
    if (module_loops(p))
        return breaks(p, p->crossings,
                      "%s waits when it has nothing to do (it makes call after call, without end)",
                      p->module->name);
    if (late)
        return breaks(p, late->call.entered,
                      "%s returns, and nobody loops for ever (the case's instructions are used up)",
                      describe_call(call, late));
    return breaks(p, p->crossings,
                  "the case ends within its budget of instructions: nobody loops for ever");
}
