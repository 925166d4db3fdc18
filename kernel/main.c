/*
 * The kernel starts: memory, tables, RS; RS starts the rest. And it ends: power off, or panic,
 * which only a bug of the kernel itself can reach.
 */
#include "kernel.h"

extern char kernel_end[];

_Noreturn void power_off(int status)
{
    volatile uint32_t *finisher = (uint32_t *)FINISHER_BASE; /* SiFive test finisher */
    *finisher = status ? (uint32_t)(status & 0xff) << 16 | 0x3333 : 0x5555;
    for (;;)
        __asm__ volatile("wfi");
}

static void put(char c)
{
    volatile uint8_t *uart = (uint8_t *)UART_BASE;
    while (!(uart[5] & 0x20)) /* line status: transmitter empty */
        ;
    uart[0] = (uint8_t)c;
}

static void say(const char *text)
{
    while (*text)
        put(*text++);
}

_Noreturn void panic(const char *why, uint64_t value)
{
    say("\r\nkernel panic: ");
    say(why);
    put(' ');
    for (int shift = 60; shift >= 0; shift -= 4)
        put("0123456789abcdef"[value >> shift & 15]);
    say("\r\n");
    power_off(255);
}

_Noreturn void kernel_main(const void *device_tree)
{
    uint64_t ram_end = fdt_memory_end(device_tree) & ~(PAGE_SIZE - 1);
    if (ram_end < RAM_BASE + 8 * MEGAPAGE) {
        say("kernel: too little memory, at least 16 MiB are needed\r\n");
        power_off(1);
    }
    vm_init(ram_end);
    page_init((uint64_t)kernel_end, ram_end);
    process_init();
    sched_init();
    irq_init();
    __asm__ volatile("csrw stvec, %0\n csrw sscratch, %1" ::"r"(trap_vector), "r"(processes));
    timer_program(false);
    process_start_rs();
    enter(sched_pick());
}
