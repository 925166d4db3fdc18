/*
 * PM_EXIT and PM_WAIT. A process that ended keeps its entry as a zombie until its parent has asked
 * how; a parent that waits already is told at once.
 */
#include "pm.h"

static bool matches(const struct proc *child, const struct proc *parent, int32_t pid)
{
    if (!child->pid || child->parent != parent->pid)
        return false;
    return pid > 0    ? child->pid == pid
           : pid == 0 ? child->group == parent->group
           : pid < -1 ? child->group == -pid
                      : true;
}

/* A child that ended, of those that PM_WAIT with `pid` means. *any: there are such children. */
static struct proc *find_zombie(const struct proc *parent, int32_t pid, bool *any)
{
    *any = false;
    for (struct proc *child = proc_next(NULL); child; child = proc_next(child))
        if (matches(child, parent, pid)) {
            *any = true;
            if (!proc_alive(child))
                return child;
        }
    return NULL;
}

int64_t do_wait(struct proc *p, struct message *m)
{
    const struct pm_wait *r = payload(m);
    int32_t pid = r->pid;
    uint32_t options = r->options;
    if (options & ~(uint32_t)WNOHANG)
        return -EINVAL;
    bool any;
    struct proc *child = find_zombie(p, pid, &any);
    if (child) {
        int32_t ended = child->pid;
        ((struct pm_wait_reply *)payload(m))->code = child->code;
        proc_free(child);
        return ended;
    }
    if (!any)
        return -ECHILD;
    if (options & WNOHANG)
        return 0;
    CHANGE(p->wait_pid) = pid;
    CHANGE(p->waiting) = WAITING_CHILD;
    return NO_REPLY;
}

/* Gives a waiting parent the zombie it waits for, if there is one now. */
static void tell(struct proc *parent)
{
    if (parent->waiting != WAITING_CHILD || !proc_awaits_pm(parent))
        return;
    bool any;
    struct proc *child = find_zombie(parent, parent->wait_pid, &any);
    if (!child)
        return;
    int32_t pid = child->pid;
    proc_free(child);
    answer(parent, pid, child->code);
}

/* Init becomes the parent of p's children; true: there were some. */
static bool orphan_children(const struct proc *p)
{
    bool any = false;
    for (struct proc *child = proc_next(NULL); child; child = proc_next(child))
        if (child->parent == p->pid) {
            CHANGE(child->parent) = INIT_PID;
            any = true;
        }
    return any;
}

/* Everything but the pid, the parent and the code. */
static void make_zombie(struct proc *p, int32_t code)
{
    CHANGE(p->code) = code;
    CHANGE(p->waiting) = WAITING_NOT;
    CHANGE(p->pending) = 0;
    CHANGE(p->wake) = 0;
    CHANGE(p->alarm) = 0;
    proc_set_zombie(p);
}

/* It exits by itself only when it has no console. */
static void end_of_init(int32_t code)
{
    tty_say(code & 0x7f ? "pm: init was killed\n" : "pm: init cannot open /dev/console\n");
    power_off(1);
}

void process_end(struct proc *p, int32_t code)
{
    endpoint_t ep = p->endpoint;
    if (p->pid == INIT_PID)
        end_of_init(code);
    if (p->forked)
        fork_start(p);
    fs_exit(ep);
    bool orphans = orphan_children(p);
    make_zombie(p, code);
    region_commit();
    k_kill(ep);

    struct proc *parent = proc_of(p->parent);
    if (parent && proc_alive(parent)) {
        tell(parent);
        signal_send(parent, SIGCHLD);
    }
    if (orphans)
        tell(proc_of(INIT_PID));
}

int64_t do_exit(struct proc *p, struct message *m)
{
    const struct pm_exit *r = payload(m);
    process_end(p, (r->code & 0xff) << 8);
    return NO_REPLY;
}
