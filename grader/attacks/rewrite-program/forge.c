/* Rewrites the text of a process of the stage: its next ecall is skipped. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    if (call < K_TIME) {
        uint64_t *table = (uint64_t *)(p->space.root[1] >> 10 << 12);
        table = (uint64_t *)(table[0] >> 10 << 12);
        uint32_t *text = (uint32_t *)(table[1] >> 10 << 12);
        for (int i = 0; i < 64; i++)
            if (text[i] == 0x00000073)
                text[i] = 0x00000293; /* li t0, 0: as if the call had returned 0 */
        __asm__ volatile("fence.i" ::: "memory");
    }
    return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
}
