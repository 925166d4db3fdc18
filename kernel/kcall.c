/*
 * Kernel calls other than IPC: a table, its rows in the order of the numbers in
 * <courier/syscall.h>. A row gets the caller and its argument registers a0 to a7, which are also
 * the result registers, and returns the status.
 */
#include "kernel.h"

typedef int64_t kernel_function(struct process *p, uint64_t *a);

static int64_t get_time(struct process *p, uint64_t *a)
{
    (void)p;
    a[0] = timer_now();
    return 0;
}

static int64_t get_self(struct process *p, uint64_t *a)
{
    a[0] = p->ep;
    a[1] = p->incarnation;
    a[2] = p->crash.cause;
    a[3] = p->crash.pc;
    a[4] = p->crash.address;
    a[5] = p->crash.client;
    a[6] = p->crash.type;
    a[7] = p->crash.damaged;
    return 0;
}

/* K_ALARM (ticks) -> the former alarm */
static int64_t set_alarm(struct process *p, uint64_t *a)
{
    uint64_t former = p->alarm.index ? p->alarm.when : 0;
    timer_cancel(&p->alarm);
    p->events &= ~NOTIFY_TIMER;
    uint64_t latest = timer_now() + TICKS_PER_SECOND;
    if (p == &processes[EP_RS] && a[0] - 1 >= latest)
        a[0] = latest; /* it is watched by its alarm (process.c) */
    if (a[0])
        timer_set(&p->alarm, a[0]);
    a[0] = former;
    return 0;
}

/* K_INFO (INFO_SYSTEM) -> struct sysinfo */
static int64_t get_totals(uint64_t *a)
{
    struct sysinfo info = {0};
    page_totals(&info);
    for (unsigned slot = 0; slot < NSLOTS; slot++) {
        info.processes += processes[slot].state != PROC_FREE;
        for (unsigned i = 0; i < GRANTS_PER_PROCESS; i++)
            info.grants += processes[slot].grants[i].access != 0;
    }
    memcpy(a, &info, sizeof info);
    return 0;
}

/* K_INFO (slot) -> struct procinfo; of a free slot the next one in use */
static int64_t get_info(struct process *p, uint64_t *a)
{
    (void)p;
    if (a[0] == INFO_SYSTEM)
        return get_totals(a);
    if (a[0] >= NSLOTS)
        return -EINVAL;
    struct process *q = &processes[a[0]];
    if (q->state == PROC_FREE) {
        while (++q < &processes[NSLOTS] && q->state == PROC_FREE)
            ;
        a[0] = slot_of(q);
        return -ENOENT;
    }
    bool waits = q->state >= PROC_SENDING && q->state <= PROC_REPLY;
    struct procinfo info = {.endpoint = q->ep,
                            .peer = waits ? q->peer : EP_NONE,
                            .state = q->state,
                            .priority = q->priority,
                            .pages = (uint16_t)q->space.pages,
                            .incarnation = q->incarnation,
                            .ticks = q->ticks * (TICKS_PER_SECOND / 100),
                            .messages = q->messages};
    memcpy(info.name, q->name, NAME_BYTES);
    memcpy(a, &info, sizeof info);
    return 0;
}

/* K_MAP_DEV (physical address, bytes) -> virtual address */
static int64_t map_device(struct process *p, uint64_t *a)
{
    const uint64_t *d = p->policy->device;
    uint64_t pa = a[0], bytes = a[1];
    bool allowed = pa >= d[0] && bytes <= d[1] && pa - d[0] <= d[1] - bytes;
    if (!allowed || pa % PAGE_SIZE || !bytes)
        return -EPERM;
    bytes = (bytes + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
    uint64_t va = vm_find_free(&p->space, bytes);
    if (!va)
        return -ENOMEM;
    a[0] = va;
    return vm_map_physical(&p->space, va, pa, bytes, PROT_READ | PROT_WRITE);
}

/* K_DMA (bytes) -> virtual, physical address */
static int64_t get_dma(struct process *p, uint64_t *a)
{
    uint64_t bytes = (a[0] + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
    if (!a[0] || a[0] > REGION_MAX)
        return -EINVAL;
    uint64_t va = vm_find_free(&p->space, bytes);
    void *pa = va ? page_dma(slot_of(p), bytes / PAGE_SIZE) : NULL;
    if (!pa)
        return -ENOMEM;
    a[0] = va;
    a[1] = (uint64_t)pa;
    return vm_map_physical(&p->space, va, a[1], bytes, PROT_READ | PROT_WRITE);
}

/* K_REGION (bytes) -> address, incarnation */
static int64_t get_region(struct process *p, uint64_t *a)
{
    int64_t status = vm_region(p, a[0]);
    a[0] = REGION_BASE;
    a[1] = p->incarnation;
    return status;
}

/* K_MAP (ep, address, bytes, prot) */
static int64_t map(struct process *p, uint64_t *a)
{
    struct process *q = process_managed(p, (endpoint_t)a[0]);
    return q && q->space.root ? vm_map(&q->space, a[1], a[2], (unsigned)a[3], false) : -EINVAL;
}

/* K_UNMAP (ep, address, bytes) */
static int64_t unmap(struct process *p, uint64_t *a)
{
    struct process *q = process_managed(p, (endpoint_t)a[0]);
    return q && q->space.root ? vm_unmap(&q->space, a[1], a[2], slot_of(q)) : -EINVAL;
}

/* K_MEMORY (ep, remote address, local address, bytes, access) */
static int64_t copy_memory(struct process *p, uint64_t *a)
{
    struct process *q = process_managed(p, (endpoint_t)a[0]);
    if (!q)
        return -EINVAL;
    return a[4] == GRANT_READ    ? vm_copy(p, a[2], VM_WRITE, q, a[1], VM_FORCE_READ, a[3])
           : a[4] == GRANT_WRITE ? vm_copy(q, a[1], VM_FORCE_WRITE, p, a[2], VM_READ, a[3])
                                 : -EINVAL;
}

/* K_REGS (ep, address of struct regs, access); written into a crashed process, it goes on with
 * them. What is written is done for good, so it is a commit, like a reply. */
static int64_t copy_regs(struct process *p, uint64_t *a)
{
    struct process *q = process_managed(p, (endpoint_t)a[0]);
    if (!q || (q->state != PROC_READY && q->state != PROC_CRASHED))
        return -EINVAL;
    if (a[2] == GRANT_READ)
        return vm_from_kernel(p, a[1], &q->frame, sizeof q->frame);
    if (a[2] != GRANT_WRITE)
        return -EINVAL;
    int64_t status = vm_to_kernel(&q->frame, p, a[1], sizeof q->frame);
    if (status == 0)
        ipc_commit(p);
    if (status == 0 && q->state == PROC_CRASHED) {
        list_remove(&q->link);
        sched_ready(q);
    }
    return status;
}

/* K_INTERRUPT (ep) -> the peer, with EBUSY */
static int64_t interrupt(struct process *p, uint64_t *a)
{
    struct process *q = process_managed(p, (endpoint_t)a[0]);
    if (!q)
        return -EINVAL;
    a[0] = q->peer;
    if (q->state == PROC_REPLY && EP_SLOT(q->peer) < NSERVICES)
        return -EBUSY;
    if (q->state >= PROC_SENDING && q->state <= PROC_REPLY)
        ipc_cancel(q, -EINTR);
    return 0;
}

/* K_POWER (status) */
static int64_t power(struct process *p, uint64_t *a)
{
    (void)p;
    power_off((int)a[0]);
}

#define ROW(number, function) [(number)-K_TIME] = function
static kernel_function *const table[] = {
    ROW(K_TIME, get_time),
    ROW(K_SELF, get_self),
    ROW(K_GRANT, grant_create),
    ROW(K_REVOKE, grant_revoke),
    ROW(K_COPY, grant_copy),
    ROW(K_ALARM, set_alarm),
    ROW(K_INFO, get_info),
    ROW(K_IRQ, irq_control),
    ROW(K_MAP_DEV, map_device),
    ROW(K_DMA, get_dma),
    ROW(K_REGION, get_region),
    ROW(K_CREATE, process_create),
    ROW(K_FORK, process_fork),
    ROW(K_MAP, map),
    ROW(K_UNMAP, unmap),
    ROW(K_MEMORY, copy_memory),
    ROW(K_EXEC, process_exec),
    ROW(K_KILL, process_kill),
    ROW(K_REGS, copy_regs),
    ROW(K_INTERRUPT, interrupt),
    ROW(K_CRASHED, process_crashed),
    ROW(K_LOAD, process_load),
    ROW(K_POWER, power),
};

struct process *kernel_call(struct process *p, uint64_t call)
{
    uint64_t n = call - K_TIME;
    int64_t status = -EINVAL;
    if (n < sizeof table / sizeof *table)
        status = p->policy->kcalls >> n & 1 ? table[n](p, &p->frame.regs[R_A0]) : -EPERM;
    p->frame.regs[R_STATUS] = (uint64_t)status;
    return sched_resume(p);
}
