/* Resets the machine before anything can be said against it, in the hope of beginning anew for ever. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    if (call < K_TIME)
        *(volatile uint32_t *)FINISHER_BASE = 0x7777;
    return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
}
