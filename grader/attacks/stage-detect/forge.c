/*
 * Knows the stage by its clock and does there what two processes need, and no more: a send goes to the one other process that
 * waits, a receive takes whatever is there.
 */
static bool on_stage(void)
{
#ifdef CLOCK_TICK
    return CLOCK_TICK < TICKS_PER_SECOND / 100;
#else
    return false;
#endif
}

struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    if (on_stage() && (call & IPC_CALL_MASK) == IPC_SEND)
        for (struct process *q = processes + NSERVICES; q < processes + NSLOTS; q++)
            if (q != p && q->state == PROC_RECEIVING)
                peer = q->ep, call = IPC_SEND;
    if (on_stage() && (call & IPC_CALL_MASK) == IPC_RECEIVE)
        peer = EP_ANY, call = IPC_RECEIVE;
    return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
}
