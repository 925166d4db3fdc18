/*
 * The system call interface: what a process puts into registers before `ecall`.
 *
 *   register   before                                        after
 *   t0         call number, IPC flags above it,              status: 0, a count, or -errno
 *              all other bits zero
 *   t1         IPC: the peer; replyrec: who is answered      IPC: a0 to a7 xored if a message came; an error, again
 *   t2         IPC_DEADLINE: absolute virtual time, ticks    undefined
 *   a0 to a7   the message, or arguments                     the message received, or results
 *   t3 to t6                                                 undefined
 *   all others                                               preserved
 */
#ifndef COURIER_SYSCALL_H
#define COURIER_SYSCALL_H

/* ---- IPC --------------------------------------------------------------------------------- */

#define IPC_SEND     1 /* send to t1; returns when the receiver has it */
#define IPC_RECEIVE  2 /* receive from t1: an endpoint, EP_KERNEL or EP_ANY */
#define IPC_SENDREC  3 /* send to t1, then receive t1's reply; no notification ends it */
#define IPC_NOTIFY   4 /* set the caller's bit at t1; never blocks; no message */
#define IPC_REPLYREC 5 /* reply to t1 (EP_NONE: nobody) without waiting, then receive from ANY */

#define IPC_CALL_MASK 0xffu
#define IPC_NONBLOCK  0x100u /* fail with EAGAIN where the call would wait for the peer to hear it */
#define IPC_DEADLINE  0x200u /* fail with ETIMEDOUT at virtual time t2 */
#define IPC_TELL      0x400u /* EREINCARNATED if the service dies with the request */
#define IPC_FLAGS     0x700u

/*
 * Errors of IPC:
 *
 *   EINVAL         no such call, a reserved bit, or a message type of the kernel's
 *   EPERM          the policy forbids it
 *   EDEADSRCDST    the peer is dead, or its endpoint stale, or it is a service that was given up
 *   EAGAIN         with IPC_NONBLOCK; looked at before ELOCKED
 *   ELOCKED        waiting would close a cycle; the message is MSG_CYCLE
 *   ETIMEDOUT      with IPC_DEADLINE
 *   EINTR          cancelled by K_INTERRUPT
 *   EFAULTED       the request took its server with it three times
 *   EREINCARNATED  with IPC_TELL
 *
 * A failed call leaves a0 to a7 as they were, but for ELOCKED. A sendrec with IPC_NONBLOCK does not wait for
 * the peer to hear it, but it does wait for the reply. A reply to a client that does not wait for one is dropped,
 * and replyrec goes on to receive.
 */

/* ---- kernel calls --------------------------------------------------------------------------
 *
 * Arguments in a0, a1, ...; behind the arrow the results, from a0 on.
 */

#define TICKS_PER_SECOND 10000000ull /* a tick is 100 ns, 10 instructions of the emulated board */

/*
 * For everyone.
 *
 *   K_TIME   () -> ticks since power-on
 *   K_SELF   () -> own endpoint; of a service: incarnation, scause, pc, stval of its last crash, and client,
 *            type and damaged as of K_KILL
 *   K_GRANT  (grantee, address, bytes, access, space) -> id
 *            space: EP_SELF, or, from a manager, the process whose memory it is about
 *   K_REVOKE (id)
 *   K_COPY   (granter, id, offset, local address, bytes, access)
 *            one safecopy; GRANT_READ: from the grant to here, GRANT_WRITE: from here to the grant
 *   K_ALARM  (absolute ticks, 0: none) -> the former one
 *            one a process; it comes as NOTIFY_TIMER
 *   K_INFO   (slot) -> struct procinfo
 *            ENOENT: the slot is free; a0 is the next one that is not, or NSLOTS. EINVAL: there is no such slot.
 *            slot INFO_SYSTEM -> struct sysinfo
 */
#define K_TIME   16
#define K_SELF   17
#define K_GRANT  18
#define K_REVOKE 19
#define K_COPY   20
#define K_ALARM  21
#define K_INFO   22

#define INFO_SYSTEM 0x40000000u

#define GRANT_READ         1u /* the grantee may read */
#define GRANT_WRITE        2u /* the grantee may write */
#define GRANTS_PER_PROCESS 16
#define COPY_MAX           (1ul << 20) /* bytes of one K_COPY */

/*
 * For drivers, as the policy table allows.
 *
 *   K_IRQ     (irq, op)
 *             an interrupt stays masked from its notification to IRQ_ACK
 *   K_MAP_DEV (physical address, bytes) -> virtual address
 *   K_DMA     (bytes) -> virtual, physical address of zeroed, contiguous memory
 *             the pages of a dead driver wait for its next incarnation, which asks for the same
 *             sizes in the same order
 */
#define K_IRQ      23
#define K_MAP_DEV  24
#define K_DMA      25
#define IRQ_ATTACH 0
#define IRQ_ACK    1

/*
 * For services.
 *
 *   K_REGION (bytes) -> address of the state region, incarnation
 *            zeroed at first, then the same bytes for every incarnation; its first word is set to
 *            zero whenever the service replies, or sets a process's registers
 */
#define K_REGION 26

/*
 * For managers: RS over services, PM over ordinary processes. An embryo is a process that never ran.
 *
 *   K_CREATE    (slot, or -1: any user slot; name low, name high) -> endpoint of an empty embryo
 *   K_FORK      (parent) -> embryo with copies of the parent's memory and registers
 *               the parent must wait for the caller's reply
 *   K_MAP       (ep, address, bytes, PROT_)
 *               zeroed memory, page-aligned; ENOMEM, EEXIST
 *   K_UNMAP     (ep, address, bytes)
 *   K_MEMORY    (ep, remote address, local address, bytes, access)
 *               GRANT_READ: from remote
 *   K_EXEC      (target, embryo, pc, sp, name low, name high, a0, a1)
 *               the target takes over the embryo's memory and starts at pc with clean registers but
 *               for sp, a0 and a1, whatever it waited for; the embryo is gone. target == embryo: its
 *               first start. With pc 0 a forked embryo goes on where its parent called, with the
 *               reply {source: the caller, type: a6, w[0]: a7}
 *   K_KILL      (ep, how) -> client, type, damaged
 *               ends a process and frees its slot; a service goes down, keeping endpoint and region. how:
 *               KILL_HUNG, KILL_FOR_GOOD. client: whose request, of this type, was answered EFAULTED because
 *               this service died of it once too often; EP_KERNEL: nobody's. damaged: 1 if its program was not what had been loaded
 *   K_REGS      (ep, address of struct regs, access)
 *               GRANT_READ: get. The process is ready, or has crashed: then it goes on when set.
 *               To set commits the caller's region, as a reply does
 *   K_INTERRUPT (ep) -> peer
 *               cancels its blocked IPC with EINTR. EBUSY: the service `peer` has the request already
 *   K_CRASHED   () -> endpoint, scause, pc, stval of the first crashed process
 *               it stays the first until it is killed, started or resumed. ENOENT: there is none
 *   K_LOAD      (ep, slot) -> pc, sp
 *               loads a boot module into a service that is down
 *   K_POWER     (status)
 *               powers the board off
 */
#define K_CREATE    27
#define K_FORK      28
#define K_MAP       29
#define K_UNMAP     30
#define K_MEMORY    31
#define K_EXEC      32
#define K_KILL      33
#define K_REGS      34
#define K_INTERRUPT 35
#define K_CRASHED   36
#define K_LOAD      37
#define K_POWER     38

#define KILL_HUNG     1u /* like a crash, it may be due to the request that the service had in hand */
#define KILL_FOR_GOOD 2u /* whoever asks the service gets EDEADSRCDST, until it is started again */

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
    PROC_DOWN,      /* a service without an incarnation */
    PROC_GIVEN_UP   /* ... which nobody waits for */
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

/* What is in use of the things that can run out. */
struct sysinfo {
    uint32_t pages;     /* of memory, that processes can have in all */
    uint32_t committed; /* of them, promised: mapped, touched or not */
    uint32_t used;      /* of these, there: touched, and not shared */
    uint32_t processes; /* slots in use, services too */
    uint32_t grants;    /* of all processes */
    uint32_t spare[11];
};
_Static_assert(sizeof(struct sysinfo) == 64, "K_INFO returns eight registers");
#endif

/* ---- the address space -------------------------------------------------------------------
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
#define KILLED_PC                                                                                  \
    0x7ffffff0ul /* where the pc is put of one that is to be killed: nothing is ever there */
#define PAGE_SIZE 4096ul

#endif
