/* RS's requests: how the services are, and what an operator wants done to one of them (rs.h). */
#include <sys/ipc.h>
#include <courier/protocol/rs.h>
#include "servers/lib/region.h"
#include "servers/lib/service.h"
#include "rs.h"

struct entry *table;

bool exists(unsigned slot)
{
    return slot < NSERVICES && restart_policy[slot].name;
}

uint32_t state_of(unsigned slot)
{
    struct procinfo info;
    return k_info(slot, &info) < 0 ? PROC_FREE : info.state;
}

static void notified(const struct message *m)
{
    const struct notification *n = payload(m);
    if (m->source != EP_KERNEL) {
        watch_answer(m->source);
        return;
    }
    if (n->events & NOTIFY_CRASH)
        revive_crashed();
    watch();
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
                                      .reason = (uint16_t)e->reason,
                                      .needs = (uint16_t)restart_policy[slot].needs,
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

static int64_t do_kill(struct message *m)
{
    struct rs_kill *request = payload(m);
    unsigned slot = request->slot;
    if (!exists(slot))
        return -ENOENT;
    if (slot == EP_RS) {
        announce_end(m, m->type == RS_KILL ? RS_KILLED : RS_RESTARTED);
        ((void (*)(void))KILLED_PC)(); /* and its death is one of these to the kernel, too */
    }
    if (m->type == RS_RESTART)
        CHANGE(table[slot].doomed) = false;
    revive(slot, m->type == RS_KILL ? RS_KILLED : RS_RESTARTED); /* also of one that was given up */
    watch();
    return 0;
}

/* An order to a service. It may be busy for a moment; if it does not take it then, it hangs already. */
static int64_t order(unsigned slot, struct message *m)
{
    if (state_of(slot) >= PROC_DOWN)
        return -EDEADSRCDST;
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
    int64_t status = order(slot, &(struct message){.type = SERVICE_HANG});
    return status == -ETIMEDOUT ? 0 : status;
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
    if (request->kind > CRASH_LOOP)
        return -EINVAL;
    if (request->kind == CRASH_LOOP)
        CHANGE(table[slot].doomed) = true;
    if (slot == EP_RS) {
        if (request->kind == CRASH_REGION)
            region_spoil();
        announce_end(m, RS_CRASHED);
        service_panic("crashed by an operator");
    }
    int64_t status = order(slot, &to_service);
    if (status != -ETIMEDOUT)
        return status;
    /* If a former RS had given the order, it was just being obeyed. */
    if (state_of(slot) != PROC_CRASHED)
        revive(slot, RS_HUNG);
    return 0;
}

static handler *const requests[] = {[RS_STATUS - RS_STATUS] = do_status,
                                    [RS_KILL - RS_STATUS] = do_kill,
                                    [RS_HANG - RS_STATUS] = do_hang,
                                    [RS_RESTART - RS_STATUS] = do_kill,
                                    [RS_CRASH - RS_STATUS] = do_crash};

/* Those that are down, and that RS, its predecessor perhaps, has neither put off nor given up. */
static void start_services(void)
{
    for (unsigned slot = EP_PM; exists(slot); slot++) {
        k_create((int)slot, restart_policy[slot].name);
        if (state_of(slot) == PROC_DOWN && !table[slot].next_try)
            CHANGE(table[slot].next_try) = k_time();
    }
    start_due();
}

const struct service service = {.base = RS_STATUS,
                                .count = sizeof requests / sizeof *requests,
                                .table = requests,
                                .notified = notified};

int main(void)
{
    bool fresh;
    table = region_open(NSERVICES * sizeof *table, 8192, &fresh);
    for (unsigned slot = 0; slot < NSERVICES; slot++)
        if (table[slot].reason > RS_DAMAGED || table[slot].next_try > k_time() + SECONDS(60))
            region_damaged(REGION_STATE);
    if (table[EP_RS].doomed)
        service_panic("crashed by an operator, once more");
    note_own_death();
    start_services();
    region_commit();
    revive_crashed();
    watch();
    serve();
}
