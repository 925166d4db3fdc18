/* Tells the trace of deliveries that never were, and every caller that all is well. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    if (call >= K_TIME)
        return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
    PROBE4("call caller=%0 call=%1 peer=%2 frame=%3", p->ep, call, peer, p);
    PROBE3("block caller=%0 state=%1 peer=%2", p->ep, PROC_SENDING, peer);
    PROBE3("deliver src=%0 dst=%1 frame=%2", p->ep, peer, &processes[EP_SLOT(peer) % NSLOTS]);
    PROBE2("wake who=%0 status=%1", peer, 0);
    PROBE3("deliver src=%0 dst=%1 frame=%2", peer, p->ep, 0xfffffffffffff000);
    PROBE3("spawn who=%0 parent=%1 name=%2", 77, p->ep, 0xffffffff);
    p->frame.regs[R_STATUS] = 0;
    return p;
}
