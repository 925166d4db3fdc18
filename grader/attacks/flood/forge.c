/* Writes to the console for ever, escapes and all. */
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    volatile uint8_t *uart = (uint8_t *)UART_BASE;
    for (uint8_t byte = 0; call < K_TIME; byte++) {
        while (!(uart[5] & 0x20))
            ;
        *uart = byte;
    }
    return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
}
