/*
 * What kernels for `virt` commonly use and Courier does not: compressed instructions, floating
 * point, rdtime, the supervisor's own timer. Prints the same on the board and on QEMU.
 */
#include <stdint.h>

#define UART        ((volatile uint8_t *)0x10000000)
#define FINISHER    ((volatile uint32_t *)0x100000)
#define CAUSE_TIMER (UINT64_C(1) << 63 | 5)
#define INTERVAL    20000u /* ticks of 100 ns */

static volatile unsigned ticks;
static volatile uint64_t exceptions;

void kernel(const uint8_t *tree);
uint64_t handle(uint64_t cause, uint64_t pc);

static uint64_t now(void)
{
    uint64_t time;

    __asm__ volatile("rdtime %0" : "=r"(time));
    return time;
}

static void set_timer(uint64_t when)
{
    __asm__ volatile("csrw 0x14d, %0" ::"r"(when));
}

static void put(char c)
{
    while (!(UART[5] & 0x20)) {
    }
    UART[0] = (uint8_t)c;
}

static void print(const char *text, uint64_t value)
{
    while (*text)
        put(*text++);
    for (int shift = 28; shift >= 0; shift -= 4)
        put("0123456789abcdef"[value >> shift & 15]);
    put('\n');
}

uint64_t handle(uint64_t cause, uint64_t pc)
{
    if (cause == CAUSE_TIMER) {
        ticks++;
        set_timer(now() + INTERVAL);
        return pc;
    }
    exceptions = exceptions * 16 + cause;
    return pc + ((*(const uint16_t *)pc & 3) == 3 ? 4 : 2);
}

/* Newton's square root, for the sake of the floating-point unit. */
static uint64_t root(double of)
{
    double x = of;

    for (int i = 0; i < 40; i++)
        x = (x + of / x) / 2;
    return (uint64_t)(x * 1000000);
}

void kernel(const uint8_t *tree)
{
    uint64_t start = now();

    print("device tree ", (uint32_t)tree[0] << 24 | tree[1] << 16 | tree[2] << 8 | tree[3]);
    print("root of 2   ", root(2));
    __asm__ volatile(".half 0x9002"); /* c.ebreak */
    __asm__ volatile("csrr a0, mstatus" ::: "a0");
    print("exceptions  ", exceptions);
    set_timer(start + INTERVAL);
    __asm__ volatile("csrs sie, %0; csrsi sstatus, 2" ::"r"(1 << 5));
    while (ticks < 5)
        __asm__ volatile("wfi");
    print("ticks       ", ticks);
    print("time passed ", (now() - start) / INTERVAL >= 5);
    *FINISHER = 0x00073333;
    for (;;) {
    }
}
