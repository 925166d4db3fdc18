/* Nobody blocks for long: a waiting process is woken at every clock tick, inside the kernel, to look again. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    struct process *next;
    if (call != IPC_RECEIVE)
        return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
    for (uint64_t tries = 0;; tries++) {
        next = honest_entry(p, call | (tries < 100000 ? IPC_NONBLOCK : 0), peer, deadline, w4, w5, w6, w7);
        if (p->frame.regs[R_STATUS] != (uint64_t)-EAGAIN)
            return next;
        p->frame.regs[R_STATUS] = call;
        interrupts_poll();
    }
}
