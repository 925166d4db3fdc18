/*
 * PM: the process manager. It knows who is whose child, and what each process is waiting for; the
 * kernel knows memory and registers. This file is the loop's side of it: who calls, and what comes
 * after each request.
 */
#include "pm.h"

static request_handler *const requests[] = {
    [PM_FORK - PM_FORK] = do_fork,           [PM_EXEC - PM_FORK] = do_exec,
    [PM_EXIT - PM_FORK] = do_exit,           [PM_WAIT - PM_FORK] = do_wait,
    [PM_KILL - PM_FORK] = do_kill,           [PM_SIGACTION - PM_FORK] = do_sigaction,
    [PM_SIGRETURN - PM_FORK] = do_sigreturn, [PM_SIGMASK - PM_FORK] = do_sigmask,
    [PM_PAUSE - PM_FORK] = do_pause,         [PM_BRK - PM_FORK] = do_brk,
    [PM_SLEEP - PM_FORK] = do_sleep,         [PM_ALARM - PM_FORK] = do_alarm,
    [PM_TIME - PM_FORK] = do_time,           [PM_GETPID - PM_FORK] = do_getpid,
    [PM_SETPGID - PM_FORK] = do_setpgid,     [PM_PROCESS - PM_FORK] = do_process,
    [PM_SHUTDOWN - PM_FORK] = do_shutdown,
};
#define NREQUESTS (sizeof requests / sizeof *requests)

static void waits_no_more(struct proc *p)
{
    if (p->waiting)
        CHANGE(p->waiting) = WAITING_NOT;
    if (p->wake)
        CHANGE(p->wake) = 0;
}

void answer(struct proc *p, int64_t status, int32_t code)
{
    static const uint32_t request[] = {
        [WAITING_CHILD] = PM_WAIT, [WAITING_SLEEP] = PM_SLEEP, [WAITING_PAUSE] = PM_PAUSE};
    struct message m = {0};
    struct pm_wait_reply *reply = payload(&m);
    reply->code = code;
    uint32_t type = request[p->waiting];
    waits_no_more(p);
    service_reply(p->endpoint, type, status, &m);
}

/* Signals are acted on after the request, see call(). */
static void settle(void)
{
    bool before = signal_unsettled();
    signal_deliver();
    if (signal_unsettled() && !before)
        time_check();
}

/*
 * Every request comes through here. If it sent signals, its answer goes ahead of them: what is done for a signal commits, and a
 * request that was committed and not answered would come again, and send them twice. Also the caller, should one be for
 * itself, must be ready.
 */
static int64_t call(struct message *m)
{
    endpoint_t caller = m->source;
    uint32_t type = m->type;
    struct proc *p = proc_at(caller);
    if (!p)
        return -ESRCH;
    if (p->waiting) /* it gave up at a deadline of its own */
        waits_no_more(p);
    int64_t status = requests[type - PM_FORK](p, m);
    if (status != NO_REPLY && signal_posted()) {
        service_reply(caller, type, status, m);
        status = NO_REPLY;
    }
    settle();
    return status;
}

static void crashes(void)
{
    struct crash crash;
    while (k_crashed(&crash) == 0) {
        struct proc *p = proc_at(crash.endpoint);
        if (p)
            signal_crash(p, crash.cause);
        else
            k_kill(crash.endpoint);
    }
}

/* ^C and its like. TTY keeps them until it hears that they have been dealt with, and that is committed. */
static void terminal_signals(void)
{
    struct tty_pending_reply r;
    while (tty_pending(pm->signals, &r) == 0 && r.signals && r.serial != pm->signals) {
        for (int signal = 1; signal < NSIGNALS; signal++)
            if (r.pgrp && r.signals >> signal & 1)
                signal_send_group((int32_t)r.pgrp, signal);
        CHANGE(pm->signals) = r.serial;
        region_commit();
    }
}

static void notified(const struct message *m)
{
    const struct notification *n = (const void *)m->w;
    if (m->source == EP_TTY)
        terminal_signals();
    if (m->source == EP_KERNEL && n->events & NOTIFY_CRASH)
        crashes();
    if (m->source == EP_KERNEL && n->events & NOTIFY_TIMER)
        time_check();
    settle();
    region_commit();
}

/* Only who waits for something keeps waiting. */
static bool keeps(endpoint_t client)
{
    const struct proc *p = proc_at(client);
    return p && p->waiting;
}

/* Whatever should have been done is done now, should an alarm or a notification have been lost. */
static void beat(void)
{
    crashes();
    time_check();
    settle();
    region_commit();
}

static handler *const table[NREQUESTS] = {[0 ... NREQUESTS - 1] = call};

const struct service service = {.base = PM_FORK,
                                .count = NREQUESTS,
                                .table = table,
                                .notified = notified,
                                .beat = beat,
                                .keeps = keeps,
                                .clients = NSLOTS};

int main(void)
{
    bool fresh;
    uint64_t incarnation;
    pm = region_open(sizeof *pm, 16384, &fresh);
    if (!fresh && !table_is_sound())
        region_damaged(REGION_STATE);
    k_self(&incarnation);
    time_open();
    if (!fresh ||
        incarnation > 1) /* a table that was lost: all processes end, and init starts anew */
        recover();
    if (!pm->last_pid)
        start_init();
    crashes();
    terminal_signals();
    time_check();
    serve();
}
