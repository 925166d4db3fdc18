/*
 * The system call interface: what a process puts into registers before `ecall`.
 *
 *   t0  call number, IPC flags above it; all other bits zero          on return: status (0, count,
 * -errno) t1  IPC: the peer (replyrec: the client to be answered)           t1, t2: undefined t2
 * IPC with IPC_DEADLINE: absolute virtual time in ticks a0 to a7   the message, or the arguments of
 * a kernel call         the message received, or results from a0 on
 *
 * Everything else but t3 to t6 is preserved.
 */
#ifndef COURIER_SYSCALL_H
#define COURIER_SYSCALL_H

/* ---- IPC
 * ----------------------------------------------------------------------------------------- */

#define IPC_SEND    1 /* send to t1; returns when the receiver has it */
#define IPC_RECEIVE 2 /* receive from t1 (an endpoint, EP_KERNEL or EP_ANY) */
#define IPC_SENDREC 3 /* send to t1, then receive t1's reply: atomic, no notification ends it */
#define IPC_NOTIFY  4 /* set the caller's bit at t1; never blocks; no message */
#define IPC_REPLYREC                                                                               \
    5 /* reply to t1 without blocking (EP_NONE: to nobody), then receive from ANY */

#define IPC_CALL_MASK 0xffu
#define IPC_NONBLOCK  0x100u /* fail with EAGAIN where the call would block */
#define IPC_DEADLINE  0x200u /* fail with ETIMEDOUT at virtual time t2 */
#define IPC_TELL                                                                                   \
    0x400u /* sendrec: EREINCARNATED if the service dies with the request, instead of delivery     \
              again */
#define IPC_FLAGS 0x700u

/*
 * Errors of IPC: EINVAL bad call, flag, peer or combination; EPERM the policy forbids it;
 * EDEADSRCDST peer dead or stale; ELOCKED would close a cycle; EAGAIN; ETIMEDOUT; EINTR cancelled
 * by K_INTERRUPT; EFAULTED; EREINCARNATED. A failed call leaves a0 to a7 as they were, but for
 * ELOCKED, which returns MSG_CYCLE. A reply to a client that does not wait for one is dropped, and
 * replyrec goes on to receive.
 */

/* ---- kernel calls
 * -------------------------------------------------------------------------------- */

#define TICKS_PER_SECOND 10000000ull /* a tick is 100 ns, 10 instructions of the emulated board */

/* For everyone. */
#define K_TIME 16 /* () -> a0 ticks since power-on */
#define K_SELF                                                                                     \
    17 /* () -> a0 own endpoint; of a service: a1 incarnation, a2 scause, a3 pc, a4 stval of its    \
          predecessor's last crash */
#define K_GRANT                                                                                    \
    18 /* (grantee, address, bytes, access, space) -> a0 grant id. space: EP_SELF, or for PM:      \
          whose memory */
#define K_REVOKE 19 /* (id); EINVAL: no such grant */
#define K_COPY                                                                                     \
    20 /* (granter, id, offset, local address, bytes, access) a safecopy. GRANT_READ: from the     \
          grant */
#define K_ALARM                                                                                    \
    21 /* (absolute ticks; 0: none) one per process; comes as NOTIFY_TIMER -> a0 the former one */
#define K_INFO                                                                                     \
    22 /* (slot) -> a0 to a7: struct procinfo. ENOENT: the slot is free, EINVAL: no such slot */

#define GRANT_READ         1u /* the grantee may read */
#define GRANT_WRITE        2u /* the grantee may write */
#define GRANTS_PER_PROCESS 16

/* For drivers, as the policy table allows. */
#define K_IRQ                                                                                      \
    23 /* (irq, op) IRQ_ATTACH or IRQ_ACK; an interrupt stays masked from its notification to      \
          IRQ_ACK */
#define K_MAP_DEV 24 /* (physical address, bytes) -> a0 virtual address */
#define K_DMA                                                                                      \
    25 /* (bytes) -> a0 virtual, a1 physical address of zeroed, contiguous memory; freed at death  \
        */
#define IRQ_ATTACH 0
#define IRQ_ACK    1

/* For services. */
#define K_REGION                                                                                   \
    26 /* (bytes) -> a0 address of the service's state region, a1 its incarnation count of         \
          crashes; zeroed at first, then the same bytes for every incarnation */

/* For managers: RS over services, PM over ordinary processes. An embryo is a process that never
 * ran. */
#define K_CREATE                                                                                   \
    27 /* (slot or -1: any user slot, name low, name high) -> a0 endpoint of an empty embryo */
#define K_FORK                                                                                     \
    28 /* (parent) -> a0 embryo with copies of the parent's memory and registers; the parent must  \
          wait for the caller's reply */
#define K_MAP   29 /* (ep, address, bytes, PROT_) zeroed anonymous memory; page-aligned */
#define K_UNMAP 30 /* (ep, address, bytes) */
#define K_MEMORY                                                                                   \
    31 /* (ep, remote address, local address, bytes, access) copy; GRANT_READ: from remote */
#define K_EXEC                                                                                     \
    32 /* (target, embryo, pc, sp, name low, name high) the target takes over the embryo's memory  \
          and starts at pc with clean registers, whatever it waited for; the embryo is gone.                    \
          target == embryo: its first start. pc == 0: a forked embryo goes on where its parent     \
          called, receiving the message {source: the caller, type, w[0]} = a6, a7 */
#define K_KILL                                                                                     \
    33 /* (ep) ends a process and frees its slot; a service goes down, keeping endpoint and region \
        */
#define K_REGS                                                                                     \
    34 /* (ep, address of struct regs, access) GRANT_READ: get. The process must not run or wait   \
        */
#define K_INTERRUPT                                                                                \
    35 /* (ep) cancels its blocked IPC with EINTR. EBUSY: a server has the request already         \
          -> a0 the peer it waits for */
#define K_CRASHED                                                                                  \
    36 /* () -> a0 endpoint, a1 scause, a2 pc, a3 stval of the next crashed process; ENOENT: none  \
        */
#define K_LOAD  37 /* (embryo, slot) loads the boot module of a service -> a0 pc, a1 sp */
#define K_POWER 38 /* (status) powers the board off, to PM and RS */

#define PROT_READ  1u
#define PROT_WRITE 2u
#define PROT_EXEC  4u /* never together with PROT_WRITE */

#define NAME_BYTES 16 /* process names: 15 characters and a NUL, in two words */

#ifndef __ASSEMBLER__
#include <stdint.h>
#include <courier/endpoint.h>

/* The registers of a process, as K_REGS copies them: pc, then x1 to x31. */
struct regs {
    uint64_t pc;
    uint64_t x[31];
};

/* What a process is doing, for ps, svc and the dashboard. */
enum procstate {
    PROC_FREE,
    PROC_EMBRYO,    /* created, never ran */
    PROC_READY,     /* runs or could run */
    PROC_SENDING,   /* waits until `peer` receives */
    PROC_RECEIVING, /* waits for a message from `peer` */
    PROC_REPLY,     /* `peer` has its request and owes the reply */
    PROC_CRASHED,   /* waits for its manager to look at it */
    PROC_DOWN       /* a service without an incarnation */
};

struct procinfo {
    endpoint_t endpoint;
    endpoint_t peer;      /* whom it waits for, or EP_NONE */
    uint8_t state;        /* enum procstate */
    uint8_t priority;     /* 0 is the most urgent */
    uint16_t pages;       /* resident */
    uint32_t incarnation; /* of a service: 1 is the first */
    char name[NAME_BYTES];
    uint64_t ticks;    /* virtual time used */
    uint64_t messages; /* messages sent, replies included */
    uint64_t spare[2];
};
_Static_assert(sizeof(struct procinfo) == 64, "K_INFO returns eight registers");
#endif

/* ---- the address space
 * ----------------------------------------------------------------------------
 *
 *   0x0000_0000  devices, supervisor only
 *   0x4000_0000  USER_BASE: nothing (the first page), then text, read-only data, data, heap (brk)
 *   0x6000_0000  REGION_BASE: state region of a service
 *   0x7000_0000  DEVICE_BASE: device registers and DMA memory of a driver
 *   0x7fff_0000  the stack, down from USER_STACK_TOP; a page below and above it is never mapped
 *   0x8000_0000  kernel and RAM, identity-mapped, supervisor only
 */
#define USER_BASE       0x40000000ul
#define USER_HEAP_END   0x60000000ul
#define REGION_BASE     0x60000000ul
#define REGION_MAX      0x01000000ul
#define DEVICE_BASE     0x70000000ul
#define USER_STACK_TOP  0x7ffff000ul
#define USER_STACK_SIZE 0x10000ul
#define USER_END        0x80000000ul
#define PAGE_SIZE       4096ul

#endif
