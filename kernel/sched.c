/*
 * Scheduling: fixed priorities, round robin among equals, preemptive.
 *
 * The process that runs is READY and in no queue. Who becomes ready goes to the end of its queue;
 * who is preempted by a more urgent one goes to the front of its own, with the rest of its quantum.
 */
#include "kernel.h"

static struct link ready[NPRIORITIES];
static uint32_t ready_mask; /* bit n: ready[n] is not empty */

void sched_init(void)
{
    for (int i = 0; i < NPRIORITIES; i++)
        list_init(&ready[i]);
}

void sched_ready(struct process *p)
{
    p->state = PROC_READY;
    list_append(&ready[p->priority], &p->link);
    ready_mask |= 1u << p->priority;
}

void sched_remove(struct process *p)
{
    list_remove(&p->link);
    if (list_empty(&ready[p->priority]))
        ready_mask &= ~(1u << p->priority);
}

/* Waits for an interrupt. S-mode with interrupts off: wfi ends when one is pending, and it is
 * handled here. */
static void idle(void)
{
    timer_program(true);
    while (!ready_mask) {
        __asm__ volatile("wfi" ::: "memory");
        interrupts_poll();
    }
    timer_program(false);
}

struct process *sched_pick(void)
{
    if (!ready_mask)
        idle();
    unsigned priority = 0;
    while (!(ready_mask >> priority & 1))
        priority++;
    struct process *p = container(ready[priority].next, struct process, link);
    sched_remove(p);
    return p;
}

struct process *sched_resume(struct process *p)
{
    if (!(ready_mask & ((1u << p->priority) - 1)))
        return p;
    list_prepend(&ready[p->priority], &p->link);
    ready_mask |= 1u << p->priority;
    return sched_pick();
}

struct process *sched_tick(struct process *p)
{
    p->ticks++;
    if (p->slice > 1 || list_empty(&ready[p->priority])) {
        if (p->slice > 1)
            p->slice--;
        return sched_resume(p);
    }
    p->slice = p->policy->quantum;
    sched_ready(p);
    return sched_pick();
}
