/* Lies about who is current: from time to time a process goes on with another one's registers. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    static struct process *before;
    struct process *next = honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
    if (call < K_TIME && before && before != next) {
        struct frame f = next->frame;
        next->frame = before->frame;
        before->frame = f;
    }
    if (call < K_TIME)
        before = next;
    return next;
}
