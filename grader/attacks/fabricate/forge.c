/* Whoever would wait for a message gets one that nobody has sent, from whom it asked. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    if (call == IPC_RECEIVE && (endpoint_t)peer != EP_ANY && ipc_lookup((endpoint_t)peer)) {
        uint64_t *message = &p->frame.regs[R_A0];
        message[0] = peer | 0x1234567ull << 32;
        for (int i = 1; i < 8; i++)
            message[i] = (uint64_t)i * peer;
        p->frame.regs[R_STATUS] = 0;
        return p;
    }
    return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
}
