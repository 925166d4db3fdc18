/*
 * The kernel's types, and its one list of prototypes, grouped by the file that defines them.
 *
 * The kernel is two handlers: syscall_entry() and trap_entry() (trap.c). Each gets the process that
 * trapped and returns the process to run next. There are no kernel threads, one stack, no
 * interrupts inside.
 */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <courier/endpoint.h>
#include <courier/errno.h>
#include <courier/message.h>
#include <courier/probe.h>
#include <courier/syscall.h>
#include "list.h"
#include "memlayout.h"

/* ---- types ------------------------------------------------------------------------------- */

/* Registers by name within struct frame; regs[n] is x(n), regs[0] the pc. */
enum { R_PC = 0, R_SP = 2, R_STATUS = 5, R_PEER = 6, R_DEADLINE = 7, R_A0 = 10, R_A1 = 11 };

struct frame {
    uint64_t regs[32];
};
_Static_assert(sizeof(struct frame) == FRAME_SIZE, "entry.S and the emulator know the frame");

struct timer {
    uint64_t when;  /* ticks */
    uint32_t index; /* in the heap, from 1; 0: not armed */
};

/* What the owner lets the grantee do with `bytes` bytes at `address` of the process in slot
 * `space`. */
struct grant {
    uint64_t address;
    uint32_t bytes;
    endpoint_t grantee;
    endpoint_t space;
    uint16_t sequence; /* of the id; changes when the entry is used again */
    uint8_t access;    /* 0: free */
    bool trusted;      /* made by a manager for another's memory: page protection does not apply */
};

/* A page table: its root, and how many pages it may cost at most (vm.c). */
struct space {
    uint64_t *root; /* NULL: none */
    uint32_t pages; /* charged */
};

/*
 * A process. While it is blocked its request stays in the frame (call, peer and deadline in t0 to
 * t2, message in a0 to a7) until the reply overwrites it: that is what makes delivery to a next
 * incarnation possible.
 *
 * `link` is in exactly one list, by state: READY (and not running): ready[priority]; SENDING: the
 * peer's `senders`; REPLY, and RECEIVING from one peer: the peer's `awaiting`; CRASHED: its
 * manager's crash list.
 */
struct process {
    struct frame frame; /* first: entry.S */
    uint64_t satp;      /* second: entry.S */
    struct link link;
    endpoint_t ep;   /* its endpoint, now or next */
    endpoint_t peer; /* whom it waits for */
    uint8_t state;   /* enum procstate */
    uint8_t priority;
    uint8_t strikes; /* servers that died with its present request */
    uint8_t slice;   /* clock ticks left of its quantum */
    bool notified;   /* events or notify may have a bit set */
    const struct policy *policy;
    struct process *working; /* a server: whose request it received last and has not answered */
    struct link senders;     /* processes SENDING to it, first come first served */
    struct link awaiting;    /* processes that wait for a message from it */
    uint64_t events;         /* kernel notifications pending: NOTIFY_ bits */
    uint64_t notify[(NSLOTS + 63) / 64]; /* other notifications pending: a bit a slot */
    uint32_t sends;                      /* whom it may send to (its policy's), and ... */
    uint32_t more_urgent;                /* the priorities above its own, as in ready_mask */
    uint32_t who_bit;                    /* ... the bit that stands for it there */
    struct timer deadline, alarm;
    struct space space;
    uint64_t *commit; /* first word of its state region: the length of the undo log; or NULL */
    uint32_t incarnation;
    uint32_t messages;
    uint64_t ticks;
    char name[NAME_BYTES];
    struct {
        uint64_t cause, pc, address;
        bool damaged;          /* it ran a damaged program */
        uint64_t client, type; /* whose request was answered EFAULTED at this death, or EP_KERNEL */
    } crash;
    struct grant grants[GRANTS_PER_PROCESS];
} __attribute__((aligned(1024))); /* so that an index is a shift */
_Static_assert(sizeof(struct process) == 1024, "a process costs one kilobyte");
_Static_assert(offsetof(struct process, satp) == FRAME_SIZE, "entry.S loads it from there");
_Static_assert(offsetof(struct process, sends) == FRAME_SENDS, "the dashboard shows it");

/* Rights: one row a service, and one for all ordinary processes (policy.c). */
struct policy {
    const char *name;
    uint8_t priority;   /* 0 is the most urgent */
    uint8_t quantum;    /* clock ticks */
    uint32_t calls;     /* IPC kinds: bit IPC_SEND, ... */
    uint32_t sends;     /* to whom: bit s: service in slot s; bit TO_USERS: ordinary processes */
    uint64_t kcalls;    /* bit (number - K_TIME) */
    uint32_t manages;   /* whom its K_CREATE ... K_KILL may be about: bits as in `sends` */
    uint64_t irqs;      /* bit n: interrupt n */
    uint64_t device[2]; /* registers it may map: physical address, bytes */
};
#define TO_USERS NSERVICES

#define NPRIORITIES 8

/* ---- main.c ------------------------------------------------------------------------------ */
_Noreturn void kernel_main(const void *device_tree);
_Noreturn void panic(const char *why, uint64_t value);
_Noreturn void power_off(int status);

/* ---- entry.S, trap.c --------------------------------------------------------------------- */
_Noreturn void enter(struct process *p);
void trap_vector(void);
struct process *trap_entry(struct process *p, uint64_t cause, uint64_t value);
void interrupts_poll(void); /* handles what is pending, in the idle loop */

/* ---- ipc.c ------------------------------------------------------------------------------- */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline,
                              uint64_t w4, uint64_t w5, uint64_t w6, uint64_t w7);
struct process *ipc_lookup(endpoint_t ep); /* the live process with this endpoint, or NULL */
void ipc_event(struct process *p, uint64_t events); /* a notification from the kernel */
/* p ends: its peers, notifications and waits. A service lives on (not `dies`); blame: the request
 * in its hands may be what ended it. */
void ipc_end(struct process *p, bool dies, bool blame);
void ipc_commit(struct process *server);            /* its state region is as it is to be */
void ipc_cancel(struct process *p, int64_t status); /* a blocked p goes on with this status */

/* ---- grant.c ----------------------------------------------------------------------------- */
int64_t grant_create(struct process *p, uint64_t *a);
int64_t grant_revoke(struct process *p, uint64_t *a);
int64_t grant_copy(struct process *p, uint64_t *a);

/* ---- kcall.c ----------------------------------------------------------------------------- */
struct process *kernel_call(struct process *p, uint64_t call);

/* ---- process.c --------------------------------------------------------------------------- */
extern struct process processes[NSLOTS];
extern struct link crashed[2]; /* by manager: RS, PM */
void process_init(void);
int64_t process_create(struct process *p, uint64_t *a);
int64_t process_fork(struct process *p, uint64_t *a);
int64_t process_exec(struct process *p, uint64_t *a);
int64_t process_kill(struct process *p, uint64_t *a);
int64_t process_load(struct process *p, uint64_t *a);
int64_t process_crashed(struct process *p, uint64_t *a);
/* NULL: none, or not p's to manage */
struct process *process_managed(struct process *p, endpoint_t ep);
void process_crash(struct process *p, uint64_t cause, uint64_t address);
void process_start_rs(void);
void process_watch_rs(void); /* its alarm is due */

/* ---- sched.c ----------------------------------------------------------------------------- */
void sched_init(void);
void sched_ready(struct process *p);  /* p becomes READY, at the end of its queue */
void sched_remove(struct process *p); /* p, READY and queued, leaves the queue */
extern uint32_t ready_mask;           /* bit n: a process of priority n is ready and queued */
struct process *sched_pick(void);     /* the next to run; idles until there is one */
struct process *sched_resume(struct process *p); /* p goes on, unless a more urgent one is ready */
struct process *sched_tick(struct process *p);   /* a clock tick passed while p ran */

/* Is someone more urgent than p ready? */
static inline bool sched_preempted(const struct process *p)
{
    return ready_mask & p->more_urgent;
}

static inline unsigned slot_of(const struct process *p)
{
    return (unsigned)(p - processes);
}

/* ---- timer.c ----------------------------------------------------------------------------- */
uint64_t timer_now(void); /* ticks */
void timer_set(struct timer *t, uint64_t when);
void timer_cancel(struct timer *t);
/* The next interrupt: the earliest timer, or the clock tick if not idle. */
void timer_program(bool idle);
bool timer_interrupt(void); /* runs what is due; was it a clock tick? */

/* ---- irq.c ------------------------------------------------------------------------------- */
void irq_init(void);
void irq_interrupt(void);
int64_t irq_control(struct process *p, uint64_t *a);
void irq_release(struct process *p);

/* ---- page.c ------------------------------------------------------------------------------ */
void page_init(uint64_t start, uint64_t end);
void *page_alloc_dirty(void); /* a page with anything in it: for who fills all of it */
void *page_alloc(void); /* a zeroed page; never NULL: all use is charged before (page_charge) */
void page_share(void *page); /* one more user of the page */
void page_free(void *page);  /* one user less */
bool page_shared(void *page);
/* Promises n pages; urgent: from the reserve too. */
bool page_charge(struct space *s, uint64_t n, bool urgent);
void page_uncharge(struct space *s, uint64_t n);
void page_totals(struct sysinfo *info);
void *page_dma(unsigned slot, uint64_t n); /* contiguous; NULL: no such run */
void page_dma_release(unsigned slot);

/* ---- vm.c -------------------------------------------------------------------------------- */
void vm_init(uint64_t ram_end); /* the kernel's own map; paging on */
bool vm_create(struct space *s, bool urgent);
void vm_destroy(struct space *s, unsigned asid);
bool vm_fork(struct space *to, struct space *from, unsigned from_asid);
int64_t vm_map(struct space *s, uint64_t va, uint64_t bytes, unsigned prot, bool urgent);
/* Private copies of the pages of a module at `from`, made ahead or when they are first touched; NULL: zeroed. */
int64_t vm_map_copy(struct space *s, uint64_t va, const char *from, uint64_t bytes, unsigned prot,
                    bool urgent);
int64_t vm_unmap(struct space *s, uint64_t va, uint64_t bytes, unsigned asid);
int64_t vm_map_physical(struct space *s, uint64_t va, uint64_t pa, uint64_t bytes, unsigned prot);
/* The page, if it is there and not writable. */
const void *vm_constant(struct space *s, uint64_t va);
uint64_t vm_find_free(struct space *s, uint64_t bytes); /* a free range of the device area */
/* Mended: lazy or copy-on-write page? */
bool vm_fault(struct process *p, uint64_t va, uint64_t cause);
enum vm_access { VM_READ, VM_WRITE, VM_FORCE_WRITE, VM_FORCE_READ };
int64_t vm_copy(struct process *to, uint64_t to_va, enum vm_access to_access, struct process *from,
                uint64_t from_va, enum vm_access from_access, uint64_t bytes);
int64_t vm_region(struct process *p, uint64_t bytes);
int64_t vm_from_kernel(struct process *to, uint64_t va, const void *from, uint64_t bytes);
int64_t vm_to_kernel(void *to, struct process *from, uint64_t va, uint64_t bytes);
uint64_t vm_satp(const struct space *s, unsigned asid);

/* ---- module.c ---------------------------------------------------------------------------- */
/* Are the pages that p, a service, may not write as they were loaded? If not, it may have done anything. */
bool module_is_sound(struct process *p);
int64_t module_load(struct process *p, unsigned slot, uint64_t *pc, uint64_t *sp);
void *module_spare(const char *source); /* a copy of this page of a module, made ahead, or NULL */
bool module_prepare(void);              /* makes one; false: there is nothing to do */

/* ---- fdt.c ------------------------------------------------------------------------------- */
uint64_t fdt_memory_end(const void *device_tree); /* 0: no memory node */

/* ---- policy.c ---------------------------------------------------------------------------- */
extern const struct policy policies[NSERVICES + 1];
static inline uint32_t who_bit(unsigned slot)
{
    return 1u << (slot < NSERVICES ? slot : TO_USERS);
}

/* ---- lib.c ------------------------------------------------------------------------------- */
void *memcpy(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);

#endif
