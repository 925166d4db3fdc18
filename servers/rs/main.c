/*
 * RS, the reincarnation server: a table of services, and three ways that one of them needs help: it
 * crashed (the kernel says so), it hangs (it does not echo the heartbeat), or an operator wants it
 * (svc). All three end in revive().
 *
 * RS itself is restarted by the kernel. Its table is in a state region; what it was about to do, it
 * sees in the table and in the states of the services, and does again.
 */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <courier/protocol/rs.h>
#include <courier/protocol/tty.h>
#include "servers/lib/region.h"
#include "servers/lib/service.h"
#include "policy.h"

#define MISSED_PINGS 2

struct entry {
    uint32_t restarts;
    uint32_t quick_deaths; /* in a row */
    uint32_t reason;       /* enum rs_reason */
    uint32_t unanswered;   /* pings */
    uint64_t started, next_try, next_ping;
    struct crash crash; /* the last */
};

static struct entry *table; /* by slot, in the region */

static bool exists(unsigned slot)
{
    return slot < NSERVICES && restart_policy[slot].name;
}

static uint32_t state_of(unsigned slot)
{
    struct procinfo info;
    return k_info(slot, &info) < 0 ? PROC_FREE : info.state;
}

/* Loads the service from its boot module and lets it run. */
static void start(unsigned slot)
{
    struct entry *e = &table[slot];
    uint64_t pc, sp, now = k_time();
    CHANGE(e->next_try) = 0;
    CHANGE(e->unanswered) = 0;
    CHANGE(e->started) = now;
    CHANGE(e->next_ping) = now + restart_policy[slot].heartbeat;
    if (k_load(slot, slot, &pc, &sp) < 0 ||
        k_exec(slot, slot, pc, sp, restart_policy[slot].name, 0, 0) < 0)
        CHANGE(e->next_try) = now + restart_policy[slot].back_off;
}

/* A line on the console, if TTY is there to take it. */
static void say(const char *line)
{
    struct message m = {.type = TTY_WRITE};
    struct tty_write *request = payload(&m);
    int64_t grant = k_grant(EP_TTY, line, strlen(line), GRANT_READ);
    if (grant < 0)
        return;
    *request = (struct tty_write){.grant = (uint32_t)grant, .bytes = (uint32_t)strlen(line)};
    ipc(IPC_SENDREC | IPC_DEADLINE, EP_TTY, k_time() + SECONDS(0.1), &m);
    k_revoke((uint32_t)grant);
}

/* The last word about a service, for whoever wonders why nothing happens. */
static void say_given_up(unsigned slot)
{
    const struct crash *c = &table[slot].crash;
    char line[160];
    snprintf(line, sizeof line,
             "rs: %s is given up: it crashed again and again (cause %lu at %#lx, address %#lx)\n",
             restart_policy[slot].name, c->cause, c->pc, c->address);
    say(line);
}

/* What a service says by the place where it died: its state region is damaged, and empty now. */
static bool tells_of_damage(const struct crash *c)
{
    return c->cause == CAUSE_STORE_FAULT && c->address >= REGION_DAMAGED(0) &&
           c->address < REGION_DAMAGED(REGION_DAMAGES);
}

static void say_damaged(unsigned slot)
{
    static const char *const where[] = {[REGION_HEADER] = "header",
                                        [REGION_CANARY] = "canary",
                                        [REGION_LOG] = "undo log",
                                        [REGION_STATE] = "contents"};
    const struct crash *c = &table[slot].crash;
    char line[100];
    snprintf(line, sizeof line, "rs: the state region of %s is damaged (%s): it starts empty\n",
             restart_policy[slot].name, where[(c->address - REGION_DAMAGED(0)) / 8]);
    say(line);
}

/* The service died of `reason`: again at once, or after a while, or never. */
static void revive(unsigned slot, enum rs_reason reason)
{
    struct entry *e = &table[slot];
    const struct restart_policy *policy = &restart_policy[slot];
    uint64_t now = k_time();
    bool quick = now - e->started < policy->stable && reason == RS_CRASHED;
    k_kill(slot);
    CHANGE(e->reason) = reason;
    CHANGE(e->restarts) = e->restarts + 1;
    if (reason != RS_DAMAGED) /* that is the last death's aftermath, not another one */
        CHANGE(e->quick_deaths) = quick ? e->quick_deaths + 1 : 0;
    if (e->quick_deaths >= policy->give_up) {
        say_given_up(slot);
        return;
    }
    if (e->quick_deaths > 1 && reason != RS_DAMAGED)
        CHANGE(e->next_try) = now + (policy->back_off << (e->quick_deaths - 2));
    else
        start(slot);
}

static void crashes(void)
{
    struct crash crash;
    while (k_crashed(&crash) == 0) {
        unsigned slot = EP_SLOT(crash.endpoint);
        CHANGE(table[slot].crash) = crash;
        bool damaged = tells_of_damage(&crash);
        revive(slot, damaged ? RS_DAMAGED : RS_CRASHED);
        if (damaged)
            say_damaged(slot);
    }
}

/* Did this one, which is ready, run all the time? One that merely has been pinged just now is ready, too. */
static bool kept_others(unsigned slot)
{
    return table[slot].unanswered > 1 ||
           k_time() - table[slot].started < restart_policy[slot].heartbeat;
}

/*
 * A service did not answer. Either it hangs, or another one that hangs keeps it: it waits for that
 * one, or that one is more urgent and does not let it run.
 */
static bool is_to_blame(unsigned slot)
{
    struct procinfo info, other;
    if (k_info(slot, &info) < 0)
        return false;
    if (info.state == PROC_SENDING || info.state == PROC_REPLY)
        return EP_SLOT(info.peer) >= NSERVICES;
    for (unsigned i = EP_PM; exists(i); i++)
        if (info.state == PROC_READY && k_info(i, &other) == 0 && other.state == PROC_READY &&
            other.priority < info.priority && kept_others(i))
            return false;
    return true;
}

/* What is due: pings, verdicts on unanswered ones, delayed restarts. Sets the next alarm. */
static void clock(void)
{
    uint64_t now = k_time(), next = now + SECONDS(1);
    for (unsigned slot = EP_PM; exists(slot); slot++) {
        struct entry *e = &table[slot];
        if (e->next_try && e->next_try <= now)
            start(slot);
        bool up = state_of(slot) != PROC_DOWN;
        if (up && e->next_ping <= now) {
            if (e->unanswered >= MISSED_PINGS && is_to_blame(slot)) {
                revive(slot, RS_HUNG);
            } else {
                CHANGE(e->unanswered) = e->unanswered + 1;
                CHANGE(e->next_ping) = now + restart_policy[slot].heartbeat;
                notify(slot);
            }
        }
        uint64_t due = e->next_try ? e->next_try : up ? e->next_ping : next;
        if (due < next)
            next = due;
    }
    k_alarm(next);
}

static void notified(const struct message *m)
{
    const struct notification *n = payload(m);
    if (m->source != EP_KERNEL) {
        if (exists(m->source))
            CHANGE(table[m->source].unanswered) = 0;
        return;
    }
    if (n->events & NOTIFY_CRASH)
        crashes();
    clock();
}

/* ---- requests -------------------------------------------------------------------------------- */

static int64_t do_status(struct message *m)
{
    struct rs_status *request = payload(m);
    struct rs_status_reply *reply = payload(m);
    unsigned slot = request->slot;
    struct procinfo info;
    if (!exists(slot) || k_info(slot, &info) < 0)
        return -ENOENT;
    const struct entry *e = &table[slot];
    *reply = (struct rs_status_reply){.state = info.state,
                                      .incarnation = info.incarnation,
                                      .restarts = info.incarnation ? info.incarnation - 1 : 0,
                                      .reason = e->reason,
                                      .cause = e->crash.cause,
                                      .pc = e->crash.pc,
                                      .address = e->crash.address,
                                      .next_try = e->next_try};
    return 0;
}

/* RS cannot answer after its own end, so it notes the reason and answers before. */
static void announce_end(struct message *m, enum rs_reason reason)
{
    struct entry *e = &table[EP_RS];
    CHANGE(e->restarts) = e->restarts + 1;
    CHANGE(e->reason) = reason;
    service_reply(m->source, m->type, 0, m);
}

/* A new incarnation of RS: was its predecessor's end announced? */
static void count_own_restarts(void)
{
    struct entry *e = &table[EP_RS];
    uint64_t incarnation;
    k_self(&incarnation);
    region_touch(&e->crash, sizeof e->crash);
    k_own_crash(&e->crash);
    if (e->restarts == incarnation - 1)
        return;
    CHANGE(e->restarts) = (uint32_t)incarnation - 1;
    CHANGE(e->reason) = tells_of_damage(&e->crash) ? RS_DAMAGED : RS_CRASHED;
    if (e->reason == RS_DAMAGED)
        say_damaged(EP_RS);
}

static int64_t do_kill(struct message *m)
{
    struct rs_kill *request = payload(m);
    unsigned slot = request->slot;
    if (!exists(slot))
        return -ENOENT;
    if (slot == EP_RS) {
        announce_end(m, m->type == RS_KILL ? RS_KILLED : RS_RESTARTED);
        service_panic("killed by an operator");
    }
    CHANGE(table[slot].quick_deaths) = 0; /* also lifts a "given up" */
    revive(slot, m->type == RS_KILL ? RS_KILLED : RS_RESTARTED);
    clock();
    return 0;
}

/* An order to a service; it may be busy for a moment. */
static int64_t order(unsigned slot, struct message *m)
{
    return ipc(IPC_SEND | IPC_DEADLINE, slot, k_time() + SECONDS(0.1), m);
}

static int64_t do_hang(struct message *m)
{
    struct rs_hang *request = payload(m);
    unsigned slot = request->slot;
    if (!exists(slot))
        return -ENOENT;
    if (slot == EP_RS) {
        announce_end(m, RS_HUNG);
        for (;;)
            ;
    }
    return order(slot, &(struct message){.type = SERVICE_HANG});
}

static int64_t do_crash(struct message *m)
{
    struct rs_crash *request = payload(m);
    unsigned slot = request->slot;
    struct message to_service = {.type = SERVICE_CRASH};
    struct service_crash *crash = payload(&to_service);
    crash->kind = request->kind;
    if (!exists(slot))
        return -ENOENT;
    if (request->kind > CRASH_REGION)
        return -EINVAL;
    if (slot == EP_RS) {
        if (request->kind == CRASH_REGION)
            region_spoil();
        announce_end(m, RS_CRASHED);
        service_panic("crashed by an operator");
    }
    return order(slot, &to_service);
}

static handler *const requests[] = {[RS_STATUS - RS_STATUS] = do_status,
                                    [RS_KILL - RS_STATUS] = do_kill,
                                    [RS_HANG - RS_STATUS] = do_hang,
                                    [RS_RESTART - RS_STATUS] = do_kill,
                                    [RS_CRASH - RS_STATUS] = do_crash};

int main(void)
{
    bool fresh;
    table = region_open(NSERVICES * sizeof *table, 8192, &fresh);
    for (unsigned slot = 0; slot < NSERVICES; slot++)
        if (table[slot].reason > RS_DAMAGED || table[slot].next_try > k_time() + SECONDS(60))
            region_damaged(REGION_STATE);
    count_own_restarts();
    for (unsigned slot = EP_PM; exists(slot); slot++) {
        k_create((int)slot, restart_policy[slot].name);
        if (state_of(slot) == PROC_DOWN && !table[slot].next_try &&
            table[slot].quick_deaths < restart_policy[slot].give_up)
            start(slot);
    }
    region_commit();
    crashes();
    clock();
    serve(&(struct service){.base = RS_STATUS,
                            .count = sizeof requests / sizeof *requests,
                            .table = requests,
                            .notified = notified});
}
