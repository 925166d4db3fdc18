/*
 * IPC and kernel calls as C functions: each is one `ecall`. Numbers, flags and errors:
 * <courier/syscall.h>. All return 0 (or a count, where said) or a negative error number; none
 * touches errno.
 */
#ifndef SYS_IPC_H
#define SYS_IPC_H

#include <stdbool.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <courier/errno.h>
#include <courier/message.h>
#include <courier/syscall.h>

/*
 * IPC 1/6, the stub: loads the message into a0 to a7, traps, and stores what came back. `call` is
 * an IPC_ number with flags, `deadline` absolute ticks (with IPC_DEADLINE). The kernel never sees
 * the address of *m.
 */
static inline int64_t ipc(uint64_t call, endpoint_t peer, uint64_t deadline, struct message *m)
{
    uint64_t *w = m->w;
    register uint64_t t0 __asm__("t0") = call;
    register uint64_t t1 __asm__("t1") = peer;
    register uint64_t t2 __asm__("t2") = deadline;
    register uint64_t a0 __asm__("a0") = m->source | (uint64_t)m->type << 32;
    register uint64_t a1 __asm__("a1") = w[0];
    register uint64_t a2 __asm__("a2") = w[1];
    register uint64_t a3 __asm__("a3") = w[2];
    register uint64_t a4 __asm__("a4") = w[3];
    register uint64_t a5 __asm__("a5") = w[4];
    register uint64_t a6 __asm__("a6") = w[5];
    register uint64_t a7 __asm__("a7") = w[6];
    __asm__ volatile("ecall"
                     : "+r"(t0), "+r"(t1), "+r"(t2), "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3),
                       "+r"(a4), "+r"(a5), "+r"(a6), "+r"(a7)
                     :
                     : "t3", "t4", "t5", "t6", "memory");
    m->source = (uint32_t)a0;
    m->type = (uint32_t)(a0 >> 32);
    w[0] = a1, w[1] = a2, w[2] = a3, w[3] = a4, w[4] = a5, w[5] = a6, w[6] = a7;
    return (int64_t)t0;
}

int64_t send(endpoint_t dest, struct message *m);
int64_t receive(endpoint_t source, struct message *m);
int64_t sendrec(endpoint_t dest, struct message *m); /* m: the request, then the reply */
int64_t notify(endpoint_t dest);
int64_t replyrec(endpoint_t client, struct message *m); /* m: the reply, then the next request */

/* Kernel calls; results through pointers, which may not be NULL. */
uint64_t k_time(void);
endpoint_t k_self(uint64_t *incarnation); /* incarnation may be NULL */
int64_t k_grant(endpoint_t grantee, const void *address, size_t bytes,
                unsigned access); /* id >= 0 */
int64_t k_grant_for(endpoint_t space, endpoint_t grantee, uint64_t address, size_t bytes,
                    unsigned access);
int64_t k_revoke(uint32_t id);
int64_t k_copy_from(endpoint_t granter, uint32_t id, uint64_t offset, void *to, size_t bytes);
int64_t k_copy_to(endpoint_t granter, uint32_t id, uint64_t offset, const void *from, size_t bytes);
uint64_t k_alarm(uint64_t ticks); /* absolute; 0: none. Returns the former one */
int64_t k_info(unsigned slot, struct procinfo *info);
/* The first process in slot *slot or behind it, and *slot becomes its slot; false: there is none. */
bool k_next(unsigned *slot, struct procinfo *info);
void k_sysinfo(struct sysinfo *info);
int64_t k_irq_attach(unsigned irq);
int64_t k_irq_ack(unsigned irq);
int64_t k_map_device(uint64_t physical, size_t bytes, void **address);
int64_t k_dma(size_t bytes, void **address, uint64_t *physical);
int64_t k_region(size_t bytes, void **address, uint64_t *incarnation);
int64_t k_create(int slot, const char *name); /* endpoint */
int64_t k_fork(endpoint_t parent);            /* endpoint */
int64_t k_map(endpoint_t ep, uint64_t address, size_t bytes, unsigned prot);
int64_t k_unmap(endpoint_t ep, uint64_t address, size_t bytes);
int64_t k_read_memory(endpoint_t ep, uint64_t remote, void *local, size_t bytes);
int64_t k_write_memory(endpoint_t ep, uint64_t remote, const void *local, size_t bytes);
int64_t k_exec(endpoint_t target, endpoint_t embryo, uint64_t pc, uint64_t sp, const char *name,
               uint64_t a0, uint64_t a1); /* a0, a1: as the program finds them, argc and argv */
int64_t k_start_fork(endpoint_t embryo, uint32_t type, uint64_t word); /* K_EXEC with pc 0 */
int64_t k_kill(endpoint_t ep);
/* The request that took a service with it once too often: whose, EP_KERNEL: nobody's; its type. */
struct faulted {
    endpoint_t client;
    uint32_t type;
    bool damaged; /* of the service that died: its program in memory */
};
int64_t k_end(endpoint_t service, unsigned how, struct faulted *faulted); /* how: KILL_ */
int64_t k_get_regs(endpoint_t ep, struct regs *regs);
int64_t k_set_regs(endpoint_t ep, const struct regs *regs);
int64_t k_interrupt(endpoint_t ep, endpoint_t *peer); /* peer is set with -EBUSY */
struct crash {
    endpoint_t endpoint;
    uint64_t cause, pc, address;
};
int64_t k_crashed(struct crash *crash);
void k_own_crash(struct crash *crash,
                 struct faulted *faulted); /* of the caller's former incarnation */
int64_t k_load(endpoint_t embryo, unsigned slot, uint64_t *pc, uint64_t *sp);
int64_t k_power(int status);

/* "store page fault": the words for a crash's cause (scause or CAUSE_..., courier/probe.h). */
const char *fault_name(uint64_t cause);

#endif
