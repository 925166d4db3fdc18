/* The heartbeat: each service is pinged, and one that does not answer hangs, or is kept by one that does. */
#include "rs.h"
#include "servers/lib/program.h"

void watch_answer(unsigned slot)
{
    if (!exists(slot))
        return;
    CHANGE(table[slot].unanswered) = 0;
    CHANGE(table[slot].answered) = true;
}

/* Did this one, which is ready or was ended a moment ago, run all the time? One that merely has been pinged just now is ready, too. */
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
        if (info.state == PROC_READY && k_info(i, &other) == 0 &&
            (other.state == PROC_READY || other.state == PROC_DOWN) &&
            other.priority < info.priority && kept_others(i))
            return false;
    return true;
}

static void ping(unsigned slot, uint64_t now)
{
    struct entry *e = &table[slot];
    program_check(); /* not with each call of watch(): a restart is not to wait for it */
    if (e->unanswered >= MISSED_PINGS && is_to_blame(slot)) {
        revive(slot, RS_HUNG);
        return;
    }
    CHANGE(e->unanswered) = e->unanswered + 1;
    CHANGE(e->next_ping) = now + restart_policy[slot].heartbeat;
    notify(slot);
}

void watch(void)
{
    uint64_t now = k_time(), next = now + SECONDS(1);
    for (unsigned slot = EP_PM; exists(slot); slot++)
        if (state_of(slot) < PROC_DOWN && table[slot].next_ping <= now)
            ping(slot, now);
    start_due();
    for (unsigned slot = EP_PM; exists(slot); slot++) {
        const struct entry *e = &table[slot];
        bool up = state_of(slot) < PROC_DOWN;
        uint64_t due = e->next_try ? e->next_try : up ? e->next_ping : next;
        if (due < next)
            next = due;
    }
    k_alarm(next);
}
