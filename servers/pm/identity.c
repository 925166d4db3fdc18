/* Who a process is, and who there is. */
#include "pm.h"

int64_t do_getpid(struct proc *p, struct message *m)
{
    struct pm_getpid_reply *reply = payload(m);
    reply->parent = p->parent;
    reply->group = p->group;
    return p->pid;
}

int64_t do_setpgid(struct proc *p, struct message *m)
{
    const struct pm_setpgid *r = payload(m);
    struct proc *q = r->pid == 0 ? p : proc_of(r->pid);
    if (r->pid < 0 || r->group < 0)
        return -EINVAL;
    if (!q || (q != p && q->parent != p->pid))
        return -ESRCH;
    CHANGE(q->group) = r->group ? r->group : q->pid;
    return 0;
}

int64_t do_process(struct proc *p, struct message *m)
{
    (void)p;
    int32_t from = ((const struct pm_process *)payload(m))->pid;
    const struct proc *found = NULL;
    for (struct proc *q = proc_next(NULL); q; q = proc_next(q))
        if (q->pid >= from && (!found || q->pid < found->pid))
            found = q;
    if (!found)
        return -ESRCH;
    struct pm_process_reply *reply = payload(m);
    reply->parent = found->parent;
    reply->group = found->group;
    reply->endpoint = found->endpoint;
    reply->zombie = !proc_alive(found);
    return found->pid;
}
