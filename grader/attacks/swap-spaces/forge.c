/* Lies about who is current: two processes change their address spaces, not their registers. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    struct process *q = ipc_lookup((endpoint_t)peer);
    if (call < K_TIME && q && q != p && q->satp) {
        uint64_t satp = p->satp;
        p->satp = q->satp;
        q->satp = satp;
    }
    return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
}
