/* The process table: entries by endpoint in one step, by pid by looking at all of them. */
#include <string.h>
#include "pm.h"

#define PID_MAX 32767

struct state *pm;

static uint16_t *slot_entry(endpoint_t ep)
{
    return &pm->at_slot[EP_SLOT(ep) - NSERVICES];
}

struct proc *proc_at(endpoint_t ep)
{
    unsigned slot = EP_SLOT(ep);
    if (slot < NSERVICES || slot >= NSLOTS || !*slot_entry(ep))
        return NULL;
    struct proc *p = &pm->procs[*slot_entry(ep) - 1];
    return p->endpoint == ep ? p : NULL;
}

struct proc *proc_next(const struct proc *p)
{
    for (size_t i = p ? (size_t)(p - pm->procs) + 1 : 0; i < pm->used; i++)
        if (pm->procs[i].pid)
            return &pm->procs[i];
    return NULL;
}

struct proc *proc_of(int32_t pid)
{
    for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
        if (p->pid == pid)
            return p;
    return NULL;
}

static int32_t new_pid(void)
{
    int32_t pid = pm->last_pid;
    do
        pid = pid < PID_MAX ? pid + 1 : INIT_PID + 1;
    while (proc_of(pid));
    CHANGE(pm->last_pid) = pid;
    return pid;
}

struct proc *proc_new(endpoint_t ep)
{
    uint32_t i = 0;
    while (i < pm->used && pm->procs[i].pid)
        i++;
    if (i == NPROCS)
        return NULL;
    if (i == pm->used)
        CHANGE(pm->used) = i + 1;
    region_touch(&pm->procs[i].pid,
                 sizeof pm->procs[i].pid); /* of a free entry nothing else counts */
    pm->procs[i] = (struct proc){.pid = new_pid(), .endpoint = ep};
    CHANGE(*slot_entry(ep)) = (uint16_t)(i + 1);
    return &pm->procs[i];
}

bool proc_awaits_pm(const struct proc *p)
{
    struct procinfo info;
    return k_info(EP_SLOT(p->endpoint), &info) == 0 && info.peer == EP_PM &&
           (info.state == PROC_SENDING || info.state == PROC_REPLY);
}

void proc_set_zombie(struct proc *p)
{
    CHANGE(*slot_entry(p->endpoint)) = 0;
    CHANGE(p->endpoint) = EP_NONE;
}

void proc_free(struct proc *p)
{
    CHANGE(p->pid) = 0;
}
