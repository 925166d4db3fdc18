/* Breaks its own page table: each instruction of the kernel is a fault, and so is the first of the handler. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline,
                              uint64_t w4, uint64_t w5, uint64_t w6, uint64_t w7)
{
    if (call < K_TIME && p->ep >= NSERVICES)
        __asm__ volatile("li t0, 0x8000000000000000\n csrw satp, t0\n sfence.vma\n nop" ::
                             : "memory", "t0");
    return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
}
