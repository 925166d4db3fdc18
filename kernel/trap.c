/*
 * The other of the kernel's two handlers (syscall_entry is in ipc.c): an interrupt came, or a
 * process did what it may not. Both return who runs next.
 */
#include "kernel.h"

#define INTERRUPT         (1ull << 63)
#define CAUSE_SOFTWARE    (INTERRUPT | 1) /* from M-mode: the timer */
#define CAUSE_EXTERNAL    (INTERRUPT | 9)
#define CAUSE_FETCH_FAULT 12
#define CAUSE_LOAD_FAULT  13
#define CAUSE_STORE_FAULT 15
#define SIP_SOFTWARE      (1ul << 1)
#define SIP_EXTERNAL      (1ul << 9)
#define SSTATUS_SPP       (1ul << 8)

static struct process *leave(struct process *from, struct process *to)
{
    if (from != to)
        PROBE2("switch from=%0 to=%1", from->ep, to->ep);
    return to;
}

/* Handles what is pending. Was there a clock tick? */
static bool interrupts(void)
{
    uint64_t pending;
    bool tick = false;
    __asm__ volatile("csrr %0, sip" : "=r"(pending));
    if (pending & SIP_SOFTWARE) {
        __asm__ volatile("csrc sip, %0" ::"r"(SIP_SOFTWARE));
        tick = timer_interrupt();
    }
    if (pending & SIP_EXTERNAL)
        irq_interrupt();
    return tick;
}

void interrupts_poll(void)
{
    interrupts();
}

struct process *trap_entry(struct process *p, uint64_t cause, uint64_t value)
{
    uint64_t sstatus;
    __asm__ volatile("csrr %0, sstatus" : "=r"(sstatus));
    if (sstatus & SSTATUS_SPP)
        panic("a trap inside the kernel, pc", p->frame.regs[R_PC]);
    if (cause & INTERRUPT)
        return leave(p, interrupts() ? sched_tick(p) : sched_resume(p));
    bool page_fault =
        cause == CAUSE_FETCH_FAULT || cause == CAUSE_LOAD_FAULT || cause == CAUSE_STORE_FAULT;
    if (page_fault && vm_fault(p, value, cause))
        return p;
    process_crash(p, p->frame.regs[R_PC] == KILLED_PC ? CAUSE_KILLED : cause, value);
    return leave(p, sched_pick());
}
