/*
 * Signals. Sending one sets a bit; when the request at hand is done, signal_deliver() acts for all
 * processes that have a bit set and not blocked: it ends them, or takes them out of the call that
 * they wait in and puts their handler's frame on their stack.
 */
#include <string.h>
#include <courier/probe.h>
#include <courier/protocol/fs.h>
#include "pm.h"

#define BIT(signal)  (1u << (signal))
#define UNBLOCKABLE  (BIT(SIGKILL) | BIT(SIGSTOP))
#define IGNORED_BITS (BIT(SIGCHLD) | BIT(SIGCONT)) /* by default */

static bool posted = true; /* some process may have a signal due; true at first, for recovery */
static bool unsettled;     /* and could not be stopped for it */

bool signal_due(const struct proc *p)
{
    return proc_alive(p) && p->pending & ~p->mask;
}

bool signal_unsettled(void)
{
    return unsettled;
}

bool signal_posted(void)
{
    return posted;
}

/* ---- sending ----------------------------------------------------------------------------- */

static bool has_handler(const struct proc *p, int signal)
{
    return p->handler[signal] != SIG_DFL_VALUE && p->handler[signal] != SIG_IGN_VALUE;
}

/* Init ends by no signal that it does not handle: it is nobody's to restart. */
static bool is_ignored(const struct proc *p, int signal)
{
    if (has_handler(p, signal))
        return false;
    return p->pid == INIT_PID || p->handler[signal] == SIG_IGN_VALUE || BIT(signal) & IGNORED_BITS;
}

void signal_send(struct proc *p, int signal)
{
    if (!proc_alive(p) || is_ignored(p, signal))
        return;
    CHANGE(p->pending) |= BIT(signal);
    posted = true;
}

void signal_send_group(int32_t group, int signal)
{
    for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
        if (p->group == group)
            signal_send(p, signal);
}

/* ---- delivering -------------------------------------------------------------------------- */

/*
 * Takes p out of a call that would keep it waiting, with EINTR; a call that is under way in a
 * server is left to end. True: p is ready, and its registers are to be had.
 */
static bool make_ready(struct proc *p)
{
    if (p->waiting)
        answer(p, -EINTR, 0);
    for (int tries = 0; tries < 3; tries++) {
        struct procinfo info;
        endpoint_t peer;
        if (k_info(EP_SLOT(p->endpoint), &info) < 0)
            return false;
        if (info.state == PROC_READY || info.state == PROC_CRASHED)
            return true;
        if (info.state == PROC_RECEIVING) /* a receive of its own: no server knows of it */
            k_interrupt(p->endpoint, &peer);
        else if (info.peer == EP_FS)
            fs_unpause(p->endpoint); /* when this is answered, so is what came before it */
        else if (EP_SLOT(info.peer) < NSERVICES)
            return false;
        else
            k_interrupt(p->endpoint, &peer);
    }
    return false;
}

/* The frame of a handler, on p's stack; and p goes there. To set its registers is the commit: it does so once. */
static int64_t start_handler(struct proc *p, int signal)
{
    struct sigframe frame = {.mask = p->mask, .signal = (uint64_t)signal};
    int64_t status = k_get_regs(p->endpoint, &frame.regs);
    if (status < 0)
        return status;
    struct regs regs = frame.regs;
    uint64_t sp = (regs.x[1] - sizeof frame) & ~15ull;
    status = k_write_memory(p->endpoint, sp, &frame, sizeof frame);
    if (status < 0)
        return status;
    regs.pc = p->handler[signal];
    regs.x[0] = p->restorer;      /* ra */
    regs.x[1] = sp;               /* sp */
    regs.x[9] = (uint64_t)signal; /* a0 */
    CHANGE(p->pending) &= ~BIT(signal);
    CHANGE(p->mask) |= BIT(signal);
    return k_set_regs(p->endpoint, &regs);
}

/* One signal that is due. False: p could not be stopped for it. */
static bool deliver(struct proc *p)
{
    int signal = 1;
    while (!((p->pending & ~p->mask) & BIT(signal)))
        signal++;
    if (!has_handler(p, signal)) {
        process_end(p, signal);
        return true;
    }
    if (!make_ready(p))
        return false;
    if (start_handler(p, signal) < 0) /* no stack for it */
        process_end(p, SIGSEGV);
    return true;
}

void signal_deliver(void)
{
    unsettled = false;
    while (posted) { /* whoever ends here may cause another signal */
        posted = false;
        for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
            while (signal_due(p))
                if (!deliver(p)) {
                    unsettled = true;
                    break;
                }
    }
    if (unsettled)
        posted = true;
}

/* ---- faults ------------------------------------------------------------------------------ */

/* RISC-V privileged specification, table 4.2: scause. */
static int signal_of_cause(uint64_t cause)
{
    switch (cause) {
    case CAUSE_KILLED:
        return SIGKILL;
    case 2:
        return SIGILL;
    case 3:
        return SIGTRAP;
    case 0: /* misaligned: fetch, load, store */
    case 4:
    case 6:
        return SIGBUS;
    default:
        return SIGSEGV;
    }
}

/* A fault cannot wait: blocked or ignored, it ends the process. */
void signal_crash(struct proc *p, uint64_t cause)
{
    int signal = signal_of_cause(cause);
    if (!has_handler(p, signal) || p->mask & BIT(signal)) {
        process_end(p, signal);
        return;
    }
    CHANGE(p->pending) |= BIT(signal);
    if (!deliver(p))
        process_end(p, signal);
}

/* ---- requests ---------------------------------------------------------------------------- */

int64_t do_kill(struct proc *p, struct message *m)
{
    const struct pm_kill *r = payload(m);
    int32_t pid = r->pid;
    int signal = r->signal;
    if (signal < 0 || signal >= NSIGNALS || signal == SIGSTOP || pid == -1 || pid == INT32_MIN)
        return -EINVAL;
    int32_t group = pid == 0 ? p->group : -pid;
    int64_t status = -ESRCH;
    for (struct proc *q = proc_next(NULL); q; q = proc_next(q))
        if (pid > 0 ? q->pid == pid : q->group == group) {
            status = 0;
            if (signal)
                signal_send(q, signal);
        }
    return status;
}

int64_t do_sigaction(struct proc *p, struct message *m)
{
    const struct pm_sigaction *r = payload(m);
    int signal = r->signal;
    uint64_t function = r->handler, restorer = r->restorer;
    if (signal <= 0 || signal >= NSIGNALS || BIT(signal) & UNBLOCKABLE)
        return -EINVAL;
    ((struct pm_sigaction_reply *)payload(m))->handler = p->handler[signal];
    CHANGE(p->handler[signal]) = function;
    CHANGE(p->restorer) = restorer;
    if (is_ignored(p, signal))
        CHANGE(p->pending) &= ~BIT(signal);
    return 0;
}

int64_t do_sigmask(struct proc *p, struct message *m)
{
    const struct pm_sigmask *r = payload(m);
    uint32_t old = p->mask;
    if (r->how > 2)
        return -EINVAL;
    uint32_t mask = r->how == 0 ? old | r->mask : r->how == 1 ? old & ~r->mask : r->mask;
    CHANGE(p->mask) = mask & ~UNBLOCKABLE;
    posted = true;
    return old;
}

int64_t do_pause(struct proc *p, struct message *m)
{
    (void)m;
    CHANGE(p->waiting) = WAITING_PAUSE;
    return NO_REPLY;
}

/* The reply makes the caller ready, so that its registers can be set; it does not run in between,
 * being less urgent than PM. */
int64_t do_sigreturn(struct proc *p, struct message *m)
{
    struct sigframe frame;
    uint64_t address = ((const struct pm_sigreturn *)payload(m))->frame;
    if (k_read_memory(p->endpoint, address, &frame, sizeof frame) < 0) {
        process_end(p, SIGSEGV);
        return NO_REPLY;
    }
    CHANGE(p->mask) = (uint32_t)frame.mask & ~UNBLOCKABLE;
    posted = true;
    service_reply(p->endpoint, PM_SIGRETURN, 0, m);
    k_set_regs(p->endpoint, &frame.regs);
    return NO_REPLY;
}

void signal_exec(struct proc *p)
{
    for (int i = 0; i < NSIGNALS; i++)
        if (p->handler[i] > SIG_IGN_VALUE)
            CHANGE(p->handler[i]) = SIG_DFL_VALUE;
}
