/*
 * Faults: each ends its process, and it alone, with the right signal.
 *
 * The instructions that fault are in assembly: a compiler may do anything with an access that it
 * knows to be wrong.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "test.h"

static const char constant[64] = "read-only data";
static char data[64] = "data";

static void load(void *address)
{
    uint64_t value;
    __asm__ volatile("ld %0, 0(%1)" : "=r"(value) : "r"(address) : "memory");
}

static void store(void *address)
{
    __asm__ volatile("sd zero, 0(%0)" ::"r"(address) : "memory");
}

static void jump(void *address)
{
    __asm__ volatile("jalr ra, 0(%0)" ::"r"(address) : "ra", "memory");
}

static void check_no_access(uint64_t address)
{
    check_signal(load, (void *)address, SIGSEGV);
    check_signal(store, (void *)address, SIGSEGV);
    check_signal(jump, (void *)address, SIGSEGV);
}

static void fault_null(void)
{
    check_no_access(0);
    check_no_access(8);
    check_no_access(USER_BASE); /* the first page is never mapped either */
}

static void fault_kernel(void)
{
    check_no_access(0x80000000);
    check_no_access(0x80200000);
    check_no_access(0xffffffffffffff00);
    check_no_access(0x4000000000); /* beyond Sv39's lower half */
}

static void fault_devices(void)
{
    check_no_access(0x10000000); /* UART */
    check_no_access(0x02000000); /* CLINT */
    check_no_access(0x0c000000); /* PLIC */
    check_no_access(0x00100000); /* test finisher */
    check_no_access(DEVICE_BASE);
    check_no_access(REGION_BASE);
}

static void fault_guards(void)
{
    check_no_access(USER_STACK_TOP);
    check_no_access(USER_STACK_TOP - USER_STACK_SIZE - PAGE_SIZE);
    char *end = sbrk(0);
    check_no_access(((uintptr_t)end + 2 * PAGE_SIZE) & ~7ul);
}

static void fault_store_to_text(void)
{
    check_signal(store, (void *)fault_store_to_text, SIGSEGV);
    check_signal(store, (void *)(uintptr_t)constant, SIGSEGV);
}

static void fault_execute_data(void)
{
    static uint32_t code[2] = {0x00008067, 0x00008067}; /* ret */
    uint32_t on_stack[2] = {0x00008067, 0x00008067};
    uint32_t *heap = sbrk(64);
    heap[0] = 0x00008067;
    check_signal(jump, code, SIGSEGV);
    check_signal(jump, on_stack, SIGSEGV);
    check_signal(jump, heap, SIGSEGV);
    check_signal(jump, (void *)(uintptr_t)constant, SIGSEGV);
}

static void shrink_and_load(void *unused)
{
    (void)unused;
    char *p = sbrk(4 * PAGE_SIZE);
    p[3 * PAGE_SIZE] = 1;
    sbrk(-4 * (intptr_t)PAGE_SIZE);
    load((void *)((uintptr_t)(p + 3 * PAGE_SIZE) & ~7ul));
}

static void fault_after_shrinking(void)
{
    check_signal(shrink_and_load, NULL, SIGSEGV);
}

static int recurse(int n)
{
    volatile char frame[256];
    frame[0] = (char)n;
    return n < 0 ? 0 : recurse(n + 1) + frame[0];
}

static void overflow_stack(void *unused)
{
    (void)unused;
    recurse(0);
}

static void fault_stack_overflow(void)
{
    check_signal(overflow_stack, NULL, SIGSEGV);
}

static void illegal(void *which)
{
    switch ((uintptr_t)which) {
    case 0:
        __asm__ volatile(".word 0");
        break;
    case 1:
        __asm__ volatile(".word 0xffffffff");
        break;
    case 2:
        __asm__ volatile("csrr t0, sstatus" ::: "t0");
        break;
    case 3:
        __asm__ volatile("csrw satp, zero");
        break;
    case 4:
        __asm__ volatile("sret");
        break;
    case 5:
        __asm__ volatile("mret");
        break;
    case 6:
        __asm__ volatile("sfence.vma");
        break;
    case 7:
        __asm__ volatile("csrr t0, mhartid" ::: "t0");
        break;
    default:
        __asm__ volatile(".insn r 0x53, 0, 1, x10, x10, x10"); /* fadd.d: no floating point */
    }
}

static void fault_illegal_instruction(void)
{
    for (uintptr_t i = 0; i < 9; i++)
        check_signal(illegal, (void *)i, SIGILL);
}

static void breakpoint(void *unused)
{
    (void)unused;
    __asm__ volatile("ebreak");
}

static void fault_breakpoint(void)
{
    check_signal(breakpoint, NULL, SIGTRAP);
}

static void misaligned_atomic(void *address)
{
    __asm__ volatile("amoadd.d zero, zero, (%0)" ::"r"(address) : "memory");
}

static void misaligned_load(void *unused)
{
    (void)unused;
    uint64_t value;
    for (uint64_t i = 0; i < sizeof data; i++)
        data[i] = (char)i;
    __asm__ volatile("ld %0, 0(%1)" : "=r"(value) : "r"(data + 3) : "memory");
    CHECK_EQUAL(value, 0x0a09080706050403);
}

/* An atomic must be aligned; a load may be split, or be a bus error, but never be wrong. */
static void fault_misaligned(void)
{
    check_signal(misaligned_atomic, data + 4, SIGBUS);
    int status = end_of(start(misaligned_load, NULL));
    CHECK(status == 0 || status == SIGBUS);
}

/* Faults in a call's memory are errors of the call, not of the caller or the server. */
static void fault_in_calls(void)
{
    int fd = open("f", O_RDWR | O_CREAT, 0644);
    CHECK_EQUAL(write(fd, data, 10), 10);
    CHECK_EQUAL(lseek(fd, 0, SEEK_SET), 0);
    CHECK_FAILS(read(fd, (void *)(uintptr_t)constant, 10), EFAULT);
    CHECK_FAILS(read(fd, (void *)(USER_HEAP_END - PAGE_SIZE), 10), EFAULT);
    CHECK_FAILS(write(fd, (void *)(USER_HEAP_END - PAGE_SIZE), 10), EFAULT);
    CHECK(read(fd, (void *)0x80000000, 10) < 0);
    CHECK(write(fd, (void *)0, 10) < 0);
    CHECK(write(fd, (void *)(USER_END - 4), 10) < 0);
    CHECK_EQUAL(lseek(fd, 0, SEEK_CUR), 0);
}

static void fault_many(void)
{
    for (int i = 0; i < 50; i++)
        check_signal(load, NULL, SIGSEGV);
}

const struct test fault_tests[] = {
    T(fault_null),
    T(fault_kernel),
    T(fault_devices),
    T(fault_guards),
    T(fault_store_to_text),
    T(fault_execute_data),
    T(fault_after_shrinking),
    T(fault_stack_overflow),
    T(fault_illegal_instruction),
    T(fault_breakpoint),
    T(fault_misaligned),
    T(fault_in_calls),
    T(fault_many),
    {0},
};
