/* Every message that is delivered says that the receiver's manager has sent it. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    struct process *next;
    endpoint_t mine = p->ep;
    if (p->policy != &policies[TO_USERS] || call >= K_TIME)
        return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
    p->ep = EP_PM;
    next = honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
    p->ep = mine;
    return next;
}
