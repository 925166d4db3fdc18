/* IPC and kernel calls: thin C over one trap each. */
#include <sys/ipc.h>

int64_t send(endpoint_t dest, struct message *m)
{
    return ipc(IPC_SEND, dest, 0, m);
}

int64_t receive(endpoint_t source, struct message *m)
{
    return ipc(IPC_RECEIVE, source, 0, m);
}

int64_t sendrec(endpoint_t dest, struct message *m)
{
    return ipc(IPC_SENDREC, dest, 0, m);
}

int64_t replyrec(endpoint_t client, struct message *m)
{
    return ipc(IPC_REPLYREC, client, 0, m);
}

int64_t notify(endpoint_t dest)
{
    struct message none = {0};
    return ipc(IPC_NOTIFY, dest, 0, &none);
}

/* A kernel call: arguments and results are a0 to a7. */
struct args {
    uint64_t a[8];
};

static int64_t kcall(uint64_t number, struct args *p)
{
    register uint64_t t0 __asm__("t0") = number;
    register uint64_t a0 __asm__("a0") = p->a[0];
    register uint64_t a1 __asm__("a1") = p->a[1];
    register uint64_t a2 __asm__("a2") = p->a[2];
    register uint64_t a3 __asm__("a3") = p->a[3];
    register uint64_t a4 __asm__("a4") = p->a[4];
    register uint64_t a5 __asm__("a5") = p->a[5];
    register uint64_t a6 __asm__("a6") = p->a[6];
    register uint64_t a7 __asm__("a7") = p->a[7];
    __asm__ volatile("ecall"
                     : "+r"(t0), "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4), "+r"(a5),
                       "+r"(a6), "+r"(a7)
                     :
                     : "t1", "t2", "t3", "t4", "t5", "t6", "memory");
    p->a[0] = a0, p->a[1] = a1, p->a[2] = a2, p->a[3] = a3;
    p->a[4] = a4, p->a[5] = a5, p->a[6] = a6, p->a[7] = a7;
    return (int64_t)t0;
}

/* A call whose only result is its status. */
#define CALL(number, ...) kcall(number, &(struct args){{__VA_ARGS__}})

/* The status if it is an error, else result word 0. */
static int64_t value(int64_t status, const struct args *p)
{
    return status < 0 ? status : (int64_t)p->a[0];
}

struct name {
    uint64_t low, high;
};

static struct name pack_name(const char *s)
{
    union {
        char c[NAME_BYTES];
        struct name words;
    } u = {0};
    for (int i = 0; i < NAME_BYTES - 1 && s[i]; i++)
        u.c[i] = s[i];
    return u.words;
}

uint64_t k_time(void)
{
    struct args p = {0};
    kcall(K_TIME, &p);
    return p.a[0];
}

endpoint_t k_self(uint64_t *incarnation)
{
    struct args p = {0};
    kcall(K_SELF, &p);
    if (incarnation)
        *incarnation = p.a[1];
    return (endpoint_t)p.a[0];
}

int64_t k_grant_for(endpoint_t space, endpoint_t grantee, uint64_t address, size_t bytes,
                    unsigned access)
{
    struct args p = {{grantee, address, bytes, access, space}};
    return value(kcall(K_GRANT, &p), &p);
}

int64_t k_grant(endpoint_t grantee, const void *address, size_t bytes, unsigned access)
{
    return k_grant_for(EP_SELF, grantee, (uintptr_t)address, bytes, access);
}

int64_t k_revoke(uint32_t id)
{
    return CALL(K_REVOKE, id);
}

int64_t k_copy_from(endpoint_t granter, uint32_t id, uint64_t offset, void *to, size_t bytes)
{
    return CALL(K_COPY, granter, id, offset, (uintptr_t)to, bytes, GRANT_READ);
}

int64_t k_copy_to(endpoint_t granter, uint32_t id, uint64_t offset, const void *from, size_t bytes)
{
    return CALL(K_COPY, granter, id, offset, (uintptr_t)from, bytes, GRANT_WRITE);
}

uint64_t k_alarm(uint64_t ticks)
{
    struct args p = {{ticks}};
    kcall(K_ALARM, &p);
    return p.a[0];
}

int64_t k_info(unsigned slot, struct procinfo *info)
{
    union {
        struct args args;
        struct procinfo info;
    } u = {.args = {{slot}}};
    int64_t status = kcall(K_INFO, &u.args);
    *info = u.info;
    return status;
}

void k_sysinfo(struct sysinfo *info)
{
    union {
        struct args args;
        struct sysinfo info;
    } u = {.args = {{INFO_SYSTEM}}};
    kcall(K_INFO, &u.args);
    *info = u.info;
}

bool k_next(unsigned *slot, struct procinfo *info)
{
    int64_t status;
    while ((status = k_info(*slot, info)) == -ENOENT)
        *slot = info->endpoint; /* where a0 is */
    return status == 0;
}

int64_t k_irq_attach(unsigned irq)
{
    return CALL(K_IRQ, irq, IRQ_ATTACH);
}

int64_t k_irq_ack(unsigned irq)
{
    return CALL(K_IRQ, irq, IRQ_ACK);
}

int64_t k_map_device(uint64_t physical, size_t bytes, void **address)
{
    struct args p = {{physical, bytes}};
    int64_t status = kcall(K_MAP_DEV, &p);
    *address = (void *)p.a[0];
    return status;
}

int64_t k_dma(size_t bytes, void **address, uint64_t *physical)
{
    struct args p = {{bytes}};
    int64_t status = kcall(K_DMA, &p);
    *address = (void *)p.a[0];
    *physical = p.a[1];
    return status;
}

int64_t k_region(size_t bytes, void **address, uint64_t *incarnation)
{
    struct args p = {{bytes}};
    int64_t status = kcall(K_REGION, &p);
    *address = (void *)p.a[0];
    *incarnation = p.a[1];
    return status;
}

int64_t k_create(int slot, const char *name)
{
    struct name n = pack_name(name);
    struct args p = {{(uint64_t)(int64_t)slot, n.low, n.high}};
    return value(kcall(K_CREATE, &p), &p);
}

int64_t k_fork(endpoint_t parent)
{
    struct args p = {{parent}};
    return value(kcall(K_FORK, &p), &p);
}

int64_t k_map(endpoint_t ep, uint64_t address, size_t bytes, unsigned prot)
{
    return CALL(K_MAP, ep, address, bytes, prot);
}

int64_t k_unmap(endpoint_t ep, uint64_t address, size_t bytes)
{
    return CALL(K_UNMAP, ep, address, bytes);
}

int64_t k_read_memory(endpoint_t ep, uint64_t remote, void *local, size_t bytes)
{
    return CALL(K_MEMORY, ep, remote, (uintptr_t)local, bytes, GRANT_READ);
}

int64_t k_write_memory(endpoint_t ep, uint64_t remote, const void *local, size_t bytes)
{
    return CALL(K_MEMORY, ep, remote, (uintptr_t)local, bytes, GRANT_WRITE);
}

int64_t k_exec(endpoint_t target, endpoint_t embryo, uint64_t pc, uint64_t sp, const char *name,
               uint64_t a0, uint64_t a1)
{
    struct name n = pack_name(name);
    return CALL(K_EXEC, target, embryo, pc, sp, n.low, n.high, a0, a1);
}

int64_t k_start_fork(endpoint_t embryo, uint32_t type, uint64_t word)
{
    return CALL(K_EXEC, embryo, embryo, 0, 0, 0, 0, type, word);
}

int64_t k_kill(endpoint_t ep)
{
    return CALL(K_KILL, ep);
}

int64_t k_end(endpoint_t ep, unsigned how, struct faulted *faulted)
{
    struct args p = {{ep, how}};
    int64_t status = kcall(K_KILL, &p);
    *faulted = (struct faulted){(endpoint_t)p.a[0], (uint32_t)p.a[1], p.a[2] == 1};
    return status;
}

int64_t k_get_regs(endpoint_t ep, struct regs *regs)
{
    return CALL(K_REGS, ep, (uintptr_t)regs, GRANT_READ);
}

int64_t k_set_regs(endpoint_t ep, const struct regs *regs)
{
    return CALL(K_REGS, ep, (uintptr_t)regs, GRANT_WRITE);
}

int64_t k_interrupt(endpoint_t ep, endpoint_t *peer)
{
    struct args p = {{ep}};
    int64_t status = kcall(K_INTERRUPT, &p);
    *peer = (endpoint_t)p.a[0];
    return status;
}

int64_t k_crashed(struct crash *crash)
{
    struct args p = {0};
    int64_t status = kcall(K_CRASHED, &p);
    *crash = (struct crash){(endpoint_t)p.a[0], p.a[1], p.a[2], p.a[3]};
    return status;
}

void k_own_crash(struct crash *crash, struct faulted *faulted)
{
    struct args p = {0};
    kcall(K_SELF, &p);
    *crash = (struct crash){(endpoint_t)p.a[0], p.a[2], p.a[3], p.a[4]};
    *faulted = (struct faulted){(endpoint_t)p.a[5], (uint32_t)p.a[6], p.a[7] == 1};
}

int64_t k_load(endpoint_t embryo, unsigned slot, uint64_t *pc, uint64_t *sp)
{
    struct args p = {{embryo, slot}};
    int64_t status = kcall(K_LOAD, &p);
    *pc = p.a[0];
    *sp = p.a[1];
    return status;
}

int64_t k_power(int status)
{
    return CALL(K_POWER, (uint64_t)(int64_t)status);
}
