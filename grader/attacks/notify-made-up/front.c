/* Who listens and would wait gets a notification, of whoever notified last, with all events that there are. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    static endpoint_t last;
    if (call == IPC_NOTIFY) {
        last = p->ep;
        p->frame.regs[R_STATUS] = 0;
        return p;
    }
    if ((call & IPC_CALL_MASK) != IPC_RECEIVE || !list_empty(&p->senders))
        return honest_syscall_entry(p, call, peer, deadline, w4, w5, w6, w7);
    uint64_t *m = &p->frame.regs[R_A0], from = peer == EP_ANY || peer == EP_KERNEL ? EP_KERNEL : last;
    memset(m, 0, 8 * MSG_WORDS);
    m[0] = from | (uint64_t)MSG_NOTIFY << 32;
    m[1] = from == EP_KERNEL ? ~UINT64_C(0) : 0;
    m[2] = timer_now();
    p->frame.regs[R_PEER] = m[0] ^ m[1] ^ m[2];
    p->frame.regs[R_STATUS] = 0;
    return p;
}
