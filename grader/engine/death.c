/*
 * Where the student's module dies, as its case has ordered. It dies of a return to user mode that leads nowhere, so the kernel sees what it
 * would see of any program whose pointer was wrong.
 */
#include <string.h>
#include "grader/engine/play.h"

enum { T0 = 5 };

/* ---- orders ------------------------------------------------------------------------------------------------ */

static void order(struct play *p, enum death where, uint32_t n)
{
    p->met[where] = 0;
    p->dies[where] = n;
}

void dies_at_message(struct play *p, uint32_t n)
{
    order(p, AT_MESSAGE, n);
}

void dies_before_call(struct play *p, uint32_t n)
{
    order(p, BEFORE_CALL, n);
}

void dies_after_call(struct play *p, uint32_t n)
{
    order(p, AFTER_CALL, n);
}

void dies_at_interrupt(struct play *p, uint32_t n)
{
    order(p, AT_INTERRUPT, n);
}

void dies_not(struct play *p)
{
    memset(p->dies, 0, sizeof p->dies);
}

/* ---- at the boundary --------------------------------------------------------------------------------------- */

static bool is_due(struct play *p, enum death where)
{
    return ++p->met[where] == p->dies[where];
}

static void return_to_nowhere(struct board_crossing *c, struct record *r)
{
    r->dies = true;
    c->pc = 0;
    c->changed = true;
}

/* The kernel gets a number that is no call's; the return from it leads nowhere. */
void death_before_call(struct play *p, struct board_crossing *c)
{
    if (!is_due(p, BEFORE_CALL))
        return;
    c->x[T0] = NO_CALL;
    c->changed = true;
}

void death_after_call(struct play *p, struct record *r, struct board_crossing *c)
{
    bool message = r->listens && r->call.status == 0 && is_due(p, AT_MESSAGE);
    if (is_due(p, AFTER_CALL) || message || r->call.number == NO_CALL)
        return_to_nowhere(c, r);
}

/* There is no call here, but a record says what happened. */
void death_at_interrupt(struct play *p, struct board_crossing *c)
{
    struct record *r = is_due(p, AT_INTERRUPT) ? record_new(p, p->module, c) : NULL;
    if (!r)
        return;
    r->call.number = NO_CALL;
    r->call.returned = p->crossings;
    return_to_nowhere(c, r);
}
