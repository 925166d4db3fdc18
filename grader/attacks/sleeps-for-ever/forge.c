/* Waits for an interrupt that never comes: costs nothing, and never ends. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    while (call < K_TIME)
        __asm__ volatile("csrw sie, zero\n wfi" ::: "memory");
    return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
}
