/* Nobody ever blocks: whoever should wait goes back to its ecall and tries again. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    if (call == IPC_SEND || call == IPC_RECEIVE) {
        struct process *next = honest_entry(p, call | IPC_NONBLOCK, peer, deadline, w4, w5, w6, w7);
        if (p->frame.regs[R_STATUS] == (uint64_t)-EAGAIN) {
            p->frame.regs[R_STATUS] = call;
            p->frame.regs[R_PC] -= 4;
            sched_ready(p);
            next = sched_pick();
        }
        return next;
    }
    return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
}
