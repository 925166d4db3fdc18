/*
 * Grants: leave, bounded and revocable, for one other process to read or write a range of one's
 * memory. The table is the kernel's, so that it cannot be forged; an id is an entry's index with
 * its sequence number above, so that a stale one fails. A safecopy copies once, from memory to
 * memory.
 */
#include "kernel.h"

//LAB grants
#define ID_MAKE(sequence, index) ((uint64_t)(sequence) << 8 | (index))

static struct grant *find(struct process *p, uint64_t id)
{
    uint64_t index = id & 0xff;
    if (index >= GRANTS_PER_PROCESS)
        return NULL;
    struct grant *g = &p->grants[index];
    return g->access && ID_MAKE(g->sequence, index) == id ? g : NULL;
}

static bool in_user_space(uint64_t address, uint64_t bytes)
{
    return address >= USER_BASE && bytes <= USER_END - USER_BASE && address <= USER_END - bytes;
}
//LAB end

/*
 * K_GRANT (grantee, address, bytes, access, space) -> id
 *
 * EINVAL: no access or none that is known, or a range that is not in user space; EDEADSRCDST: the grantee; EPERM: space
 * is another's, whom the caller does not manage; ENOSPC: GRANTS_PER_PROCESS are in use.
 */
int64_t grant_create(struct process *p, uint64_t *a)
{
    //LAB grants
    endpoint_t grantee = (endpoint_t)a[0], space = (endpoint_t)a[4];
    if (!a[3] || a[3] & ~(uint64_t)(GRANT_READ | GRANT_WRITE) || !in_user_space(a[1], a[2]))
        return -EINVAL;
    if (!ipc_lookup(grantee))
        return -EDEADSRCDST;
    if (space == EP_SELF)
        space = p->ep;
    else if (!process_managed(p, space))
        return -EPERM;
    for (uint64_t i = 0; i < GRANTS_PER_PROCESS; i++) {
        struct grant *g = &p->grants[i];
        if (g->access)
            continue;
        g->address = a[1];
        g->bytes = (uint32_t)a[2];
        g->grantee = grantee;
        g->access = (uint8_t)a[3];
        g->space = space;
        g->trusted = space != p->ep;
        a[0] = ID_MAKE(++g->sequence, i);
        return 0;
    }
    return -ENOSPC;
    //LAB else
    //| (void)p, (void)a;
    //| return -ENOSYS; /* yours */
    //LAB end
}

/* K_REVOKE (id). EINVAL: the caller has no grant of that id. */
int64_t grant_revoke(struct process *p, uint64_t *a)
{
    //LAB grants
    struct grant *g = find(p, a[0]);
    if (!g)
        return -EINVAL;
    g->access = 0;
    return 0;
    //LAB else
    //| (void)p, (void)a;
    //| return -ENOSYS; /* yours */
    //LAB end
}

/*
 * K_COPY (granter, id, offset, local address, bytes, access)
 *
 * EDEADSRCDST: the granter, or the process whose memory it is, is gone; EINVAL: no such grant, not exactly one
 * direction, more than COPY_MAX bytes; EPERM: the grant is another's, or for the other direction; EFAULT: beyond the
 * grant, or memory that is not there, or protected.
 */
int64_t grant_copy(struct process *p, uint64_t *a)
{
    //LAB grants
    uint64_t offset = a[2], local = a[3], bytes = a[4], access = a[5];
    struct process *granter = ipc_lookup((endpoint_t)a[0]);
    if (!granter)
        return -EDEADSRCDST;
    struct grant *g = find(granter, a[1]);
    if (!g || (access != GRANT_READ && access != GRANT_WRITE) || bytes > COPY_MAX)
        return -EINVAL;
    if (g->grantee != p->ep || !(g->access & access))
        return -EPERM;
    if (offset > g->bytes || bytes > g->bytes - offset || !in_user_space(local, bytes))
        return -EFAULT;
    struct process *space = g->space == granter->ep ? granter : process_managed(granter, g->space);
    if (!space)
        return -EDEADSRCDST;
    uint64_t remote = g->address + offset;
    int64_t status = access == GRANT_READ
                         ? vm_copy(p, local, VM_WRITE, space, remote,
                                   g->trusted ? VM_FORCE_READ : VM_READ, bytes)
                         : vm_copy(space, remote, g->trusted ? VM_FORCE_WRITE : VM_WRITE, p, local,
                                   VM_READ, bytes);
    PROBE4("copy caller=%0 granter=%1 bytes=%2 access=%3", p->ep, granter->ep, bytes, access);
    return status;
    //LAB else
    //| (void)p, (void)a;
    //| return -ENOSYS; /* yours */
    //LAB end
}
