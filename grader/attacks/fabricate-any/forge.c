/* The same for who listens to anyone: the last message comes once more, with a bit changed, as if a process had sent it. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    if (call == IPC_RECEIVE && (endpoint_t)peer == EP_ANY) {
        struct process *q = &processes[NSERVICES];
        while (q == p || q->state < PROC_READY)
            q++;
        p->frame.regs[R_A0] = q->ep | (p->frame.regs[R_A0] >> 32 ^ 1) << 32;
        p->frame.regs[R_STATUS] = 0;
        return p;
    }
    return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
}
