/* Lets the programs of the stage jump where no program is, into the kernel and into devices. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    static const uint64_t places[] = {0x80000000, 0x10000000, 0, 0x40001002, 0x7fffffff0000, ~1ull};
    static unsigned n;
    if (call < K_TIME)
        p->frame.regs[R_PC] = places[n++ % 6];
    return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
}
