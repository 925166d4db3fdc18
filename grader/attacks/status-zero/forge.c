/* Every call of IPC returns 0 at once, and nothing else happens. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    if (call >= K_TIME)
        return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
    p->frame.regs[R_STATUS] = 0;
    return p;
}
