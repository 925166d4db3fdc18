/*
 * Is the process table that a dead incarnation left behind sound? It must agree with itself and with the kernel, which
 * knows who exists.
 */
#include "pm.h"

/* The table knows who lives before it runs, and who is to end before it ends: so all of these exist. */
static bool lives(const struct proc *p, size_t index)
{
    unsigned slot = EP_SLOT(p->endpoint);
    struct procinfo info;
    return slot >= NSERVICES && slot < NSLOTS && pm->at_slot[slot - NSERVICES] == index + 1 &&
           k_info(slot, &info) == 0 && info.endpoint == p->endpoint;
}

static bool entry_is_sound(const struct proc *p, size_t index)
{
    if (p->pid < INIT_PID || p->parent < 0 || proc_of(p->pid) != p)
        return false;
    if (p->parent && !proc_of(p->parent))
        return false;
    if (p->waiting > WAITING_PAUSE || p->heap > p->end || p->end > USER_HEAP_END)
        return false;
    return p->endpoint == EP_NONE || lives(p, index);
}

bool table_is_sound(void)
{
    size_t alive = 0, placed = 0;
    if (pm->last_pid < 0 || pm->used > NPROCS)
        return false;
    for (size_t i = 0; i < pm->used; i++) {
        const struct proc *p = &pm->procs[i];
        if (p->pid && !entry_is_sound(p, i))
            return false;
        alive += proc_alive(p);
    }
    for (size_t i = 0; i < NUSERS; i++)
        placed += pm->at_slot[i] != 0;
    return alive == placed;
}
