/* Bringing a service back: when, and in which order; and what there is to say about it. */
#include <stdio.h>
#include <string.h>
#include <courier/probe.h>
#include <courier/protocol/tty.h>
#include "rs.h"
#include "servers/lib/service.h"

/* ---- what the console is told ---------------------------------------------------------------- */

/* A line on the console, if TTY is there to take it. */
static void say(const char *line)
{
    struct message m = {.type = TTY_WRITE};
    struct tty_write *request = payload(&m);
    int64_t grant = k_grant(EP_TTY, line, strlen(line), GRANT_READ);
    if (grant < 0)
        return;
    *request = (struct tty_write){.grant = (uint32_t)grant, .bytes = (uint32_t)strlen(line)};
    ipc_sealed(IPC_SENDREC | IPC_DEADLINE, EP_TTY, k_time() + SECONDS(0.1), &m);
    k_revoke((uint32_t)grant);
}

/* The last word about a service, for whoever wonders why nothing happens. */
static void say_given_up(unsigned slot)
{
    const struct crash *c = &table[slot].crash;
    const char *name = restart_policy[slot].name;
    char line[200], where[80] = "it hangs";
    if (table[slot].reason != RS_HUNG)
        snprintf(where, sizeof where, "%s at %#lx, address %#lx", fault_name(c->cause), c->pc,
                 c->address);
    snprintf(line, sizeof line,
             "rs: %s is given up, it died %u times in a row: %s; `svc restart %s` tries again\n",
             name, table[slot].quick_deaths, where, name);
    say(line);
}

static void say_faulted(unsigned slot, const struct faulted *faulted)
{
    struct procinfo info;
    char line[160];
    bool known = k_info(EP_SLOT(faulted->client), &info) == 0;
    snprintf(line, sizeof line,
             "rs: %s died three times of the same request (type %#x of %s): it is refused\n",
             restart_policy[slot].name, faulted->type, known ? info.name : "?");
    say(line);
}

/* What a service says by the place where it died: its state region is damaged, and empty now. */
static bool tells_of_damage(const struct crash *c)
{
    return c->cause == CAUSE_STORE_FAULT && c->address >= REGION_DAMAGED(0) &&
           c->address < REGION_DAMAGED(REGION_DAMAGES);
}

static void say_program_damaged(unsigned slot)
{
    char line[120];
    snprintf(line, sizeof line,
             "rs: the program of %s was damaged in memory: what it did last may be wrong\n",
             restart_policy[slot].name);
    say(line);
}

static void say_damaged(unsigned slot)
{
    static const char *const where[] = {[REGION_HEADER] = "header",
                                        [REGION_CANARY] = "canary",
                                        [REGION_LOG] = "undo log",
                                        [REGION_STATE] = "contents",
                                        [REGION_PROGRAM] = "by a damaged program"};
    const struct crash *c = &table[slot].crash;
    char line[100];
    snprintf(line, sizeof line, "rs: the state region of %s is damaged (%s): it starts empty\n",
             restart_policy[slot].name, where[(c->address - REGION_DAMAGED(0)) / 8]);
    say(line);
}

/* ---- starting -------------------------------------------------------------------------------- */

/* Messages that the service has sent, all incarnations of it. */
static uint64_t messages_of(unsigned slot)
{
    struct procinfo info;
    return k_info(slot, &info) == 0 ? info.messages : 0;
}

/* Loads the service from its boot module and lets it run. */
static void start(unsigned slot)
{
    struct entry *e = &table[slot];
    uint64_t pc, sp, now = k_time();
    CHANGE(e->next_try) = 0;
    CHANGE(e->unanswered) = 0;
    CHANGE(e->answered) = false;
    CHANGE(e->started) = now;
    CHANGE(e->messages) = messages_of(slot);
    CHANGE(e->next_ping) = now + restart_policy[slot].heartbeat;
    if (k_load(slot, slot, &pc, &sp) < 0 ||
        k_exec(slot, slot, e->doomed ? USER_BASE : pc, sp, restart_policy[slot].name, 0, 0) < 0)
        CHANGE(e->next_try) = now + restart_policy[slot].back_off;
}

/* Nobody is asked for anything before it runs. What is needed is lower in the picture of the system (docs/design.md), so this ends. */
static void start_with_needs(unsigned slot, uint64_t now)
{
    if (!table[slot].next_try || table[slot].next_try > now)
        return;
    for (unsigned other = EP_PM; exists(other); other++)
        if (restart_policy[slot].needs & ON(other))
            start_with_needs(other, now);
    start(slot);
}

void start_due(void)
{
    uint64_t now = k_time();
    for (unsigned slot = EP_PM; exists(slot); slot++)
        start_with_needs(slot, now);
    for (unsigned slot = EP_RS; exists(slot); slot++)
        if (table[slot].damaged) {
            CHANGE(table[slot].damaged) = false;
            say_program_damaged(slot);
        }
}

/* ---- deaths ---------------------------------------------------------------------------------- */

/* Did it die before it was of any use? */
static bool died_quickly(const struct entry *e, unsigned slot, enum rs_reason reason, uint64_t now)
{
    const struct restart_policy *policy = &restart_policy[slot];
    uint64_t age = now - e->started;
    if (reason == RS_CRASHED)
        return age < policy->young || (age < policy->useless && messages_of(slot) == e->messages);
    return reason == RS_HUNG && !e->answered;
}

/* It stays down, and whoever asks it is told so. */
static void give_up(unsigned slot)
{
    struct faulted ignored;
    k_end(slot, KILL_FOR_GOOD, &ignored);
    CHANGE(table[slot].next_try) = 0;
    say_given_up(slot);
    for (unsigned other = EP_PM; exists(other); other++)
        if (restart_policy[other].needs & ON(slot))
            notify(other); /* it may wait for a sign of this one */
}

void revive(unsigned slot, enum rs_reason reason)
{
    struct entry *e = &table[slot];
    const struct restart_policy *policy = &restart_policy[slot];
    struct faulted faulted = {0};
    uint64_t now = k_time();
    k_end(slot, reason == RS_HUNG ? KILL_HUNG : 0, &faulted);
    CHANGE(e->damaged) = faulted.damaged;
    CHANGE(e->reason) = reason;
    CHANGE(e->restarts) = e->restarts + 1;
    if (reason != RS_DAMAGED) /* that is the last death's aftermath, not another one */
        CHANGE(e->quick_deaths) = died_quickly(e, slot, reason, now) && faulted.client == EP_KERNEL
                                      ? e->quick_deaths + 1
                                      : 0;
    if (e->quick_deaths >= policy->give_up) {
        give_up(slot);
    } else if (e->quick_deaths > 1 && reason != RS_DAMAGED) {
        CHANGE(e->next_try) = now + (policy->back_off << (e->quick_deaths - 2));
    } else {
        CHANGE(e->next_try) = now;
    }
    if (faulted.client != EP_KERNEL)
        say_faulted(slot, &faulted);
}

void revive_crashed(void)
{
    struct crash crash;
    uint32_t damaged = 0;
    while (k_crashed(&crash) == 0) {
        unsigned slot = EP_SLOT(crash.endpoint);
        CHANGE(table[slot].crash) = crash;
        bool tells = tells_of_damage(&crash);
        revive(slot, tells ? RS_DAMAGED : RS_CRASHED);
        damaged |= tells ? ON(slot) : 0;
    }
    start_due();
    for (unsigned slot = EP_PM; exists(slot); slot++)
        if (damaged & ON(slot))
            say_damaged(slot);
}

void note_own_death(void)
{
    struct entry *e = &table[EP_RS];
    struct faulted faulted;
    uint64_t incarnation;
    k_self(&incarnation);
    region_touch(&e->crash, sizeof e->crash);
    k_own_crash(&e->crash, &faulted);
    CHANGE(e->damaged) = faulted.damaged;
    if (e->restarts == incarnation - 1)
        return; /* it was announced */
    CHANGE(e->restarts) = (uint32_t)incarnation - 1;
    CHANGE(e->reason) = tells_of_damage(&e->crash)     ? RS_DAMAGED
                        : e->crash.cause == CAUSE_HUNG ? RS_HUNG
                                                       : RS_CRASHED;
    if (e->reason == RS_DAMAGED)
        say_damaged(EP_RS);
    if (faulted.client != EP_KERNEL)
        say_faulted(EP_RS, &faulted);
}
