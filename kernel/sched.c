/*
 * Scheduling: fixed priorities, round robin among equals, preemptive.
 *
 * The process that runs is READY and in no queue. Who becomes ready goes to the end of its queue;
 * who is preempted by a more urgent one goes to the front of its own, with the rest of its quantum.
 */
#include "kernel.h"

#define RS_TICKS 50 /* clock ticks of 10 ms that RS may run without a message */

static struct link ready[NPRIORITIES];
uint32_t ready_mask; /* bit n: ready[n] is not empty */

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

/* Waits for an interrupt, and meanwhile gets ready for the next restart. S-mode with interrupts off: wfi ends when one is
 * pending, and it is handled here. */
static void idle(void)
{
    timer_program(true);
    while (!ready_mask) {
        if (!module_prepare())
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
    if (!sched_preempted(p))
        return p;
    list_prepend(&ready[p->priority], &p->link);
    ready_mask |= 1u << p->priority;
    return sched_pick();
}

/*
 * RS watches everyone else; the kernel watches RS. It handles each message in well under a clock
 * tick, so one that still runs after many, and has sent nothing meanwhile, hangs.
 */
static bool rs_hangs(struct process *p)
{
    static uint32_t ticks, messages;
    if (p != &processes[EP_RS] || p->messages != messages)
        ticks = 0;
    messages = processes[EP_RS].messages;
    return ++ticks > RS_TICKS;
}

struct process *sched_tick(struct process *p)
{
    p->ticks++;
    if (rs_hangs(p)) {
        process_crash(p, CAUSE_HUNG, 0);
        return sched_pick();
    }
    if (p->slice > 1 || list_empty(&ready[p->priority])) {
        if (p->slice > 1)
            p->slice--;
        return sched_resume(p);
    }
    p->slice = p->policy->quantum;
    sched_ready(p);
    return sched_pick();
}
