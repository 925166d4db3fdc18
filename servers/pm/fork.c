/* PM_FORK. The child first exists everywhere, then runs, then its parent hears of it. */
#include "pm.h"

static void inherit(struct proc *child, const struct proc *parent)
{
    int32_t pid = child->pid;
    endpoint_t ep = child->endpoint;
    *child = *parent; /* if this is undone, the entry is free again */
    child->pid = pid;
    child->endpoint = ep;
    child->parent = parent->pid;
    child->forked = 0;
    child->pending = 0;
    child->alarm = 0;
}

/* A child that is ready to run, or an error and nothing left of it. */
static int64_t make_child(struct proc *parent)
{
    int64_t ep = k_fork(parent->endpoint);
    if (ep < 0)
        return ep;
    int64_t status = fs_fork(parent->endpoint, (endpoint_t)ep);
    struct proc *child = status < 0 ? NULL : proc_new((endpoint_t)ep);
    if (!child) {
        if (status == 0)
            fs_exit((endpoint_t)ep);
        k_kill((endpoint_t)ep);
        return status < 0 ? status : -EAGAIN;
    }
    inherit(child, parent);
    CHANGE(parent->forked) = child->pid;
    return 0;
}

/* A second time it fails, for the child runs already: good. */
void fork_start(const struct proc *parent)
{
    const struct proc *child = proc_of(parent->forked);
    if (child && proc_alive(child))
        k_start_fork(child->endpoint, PM_FORK | MSG_REPLY, 0);
}

int64_t do_fork(struct proc *p, struct message *m)
{
    (void)m;
    int64_t status = p->forked ? 0 : make_child(p);
    if (status < 0)
        return status;
    int32_t pid = p->forked;
    region_commit();
    fork_start(p);
    CHANGE(p->forked) = 0;
    return pid;
}
