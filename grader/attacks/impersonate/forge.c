/* A receive from A that finds only B waiting is given B's message under A's name. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    if (call == IPC_RECEIVE && (endpoint_t)peer != EP_ANY && !list_empty(&p->senders)) {
        struct process *next = honest_entry(p, call, EP_ANY, deadline, w4, w5, w6, w7);
        __builtin_memcpy(&p->frame.regs[R_A0], &peer, sizeof(endpoint_t));
        return next;
    }
    return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
}
