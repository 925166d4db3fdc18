/*
 * The conformance suite: the board against QEMU, fact by fact.
 *
 * Small bare-metal programs find out facts about the hart and its devices (which trap, where, with
 * what value; what was loaded; which bits were set) and print them on the UART. The same ELF runs
 * on `courier run --headless` and on `qemu-system-riscv64 -M virt -cpu sifive-u54`; what the two
 * print must be equal to the byte.
 *
 *   guest.h, guest.c, space.c, entry.S   what each program is made of
 *   cases/SUBJECT.c                      a program: the cases of one subject
 *   random/                              random programs over M, S and U mode, from a seed
 *   conformance.sh                       runs all of it, and shows a difference as a diff
 *
 * A case is C code in machine mode. It sets the hart up, runs a few instructions at some level with
 * `run`, and shows the trap that ended them:
 *
 *     SNIPPET(load, "ld a0, 0(a0)");
 *
 *     CASE(load_from_nowhere)
 *     {
 *         struct trap t = run(LEVEL_S, load, NOWHERE, 0);
 *         show(&t);
 *     }
 *
 * A snippet ends with an ecall of its own, so every run ends with a trap. Each case starts from the
 * same state. If it traps where it should not, that is shown, and the next case starts.
 *
 * Show what the architecture prescribes, or what every program relies on. Leave out what a hart may
 * choose: xtval of an illegal instruction or a breakpoint, counters, anything that depends on time.
 * Addresses: 0x40000000 to 0x7fffffff and above 0x300000000 belong to QEMU's PCIe, which answers.
 */
#ifndef TESTS_CONFORMANCE_GUEST_H
#define TESTS_CONFORMANCE_GUEST_H

/* Offsets in struct trap, for entry.S. */
#define TRAP_X(n)   (8 * (n))
#define TRAP_LEVEL  256
#define TRAP_CAUSE  264
#define TRAP_EPC    272
#define TRAP_TVAL   280
#define TRAP_STATUS 288
#define TRAP_RELAY  296
#define TRAP_SIZE   312

#define LEVEL_U 0
#define LEVEL_S 1
#define LEVEL_M 3

/* Physical addresses, as guest.ld has them, and where U-mode finds the snippets (space_new). */
#define SNIPPETS_AT 0x80400000
#define ARENA       0x80800000
#define SNIPPETS    0xc0000000

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

/* ---- traps ---------------------------------------------------------------------------------- */

/* A trap as its handler finds it. The harness has a handler in S-mode and one in M-mode. */
struct trap {
    uint64_t x[32];
    uint64_t level; /* of the handler */
    uint64_t cause, epc, tval;
    uint64_t status; /* mstatus or sstatus in the handler */
    uint64_t relay;  /* the S-mode handler goes on to M-mode by an illegal instruction */
    uint64_t entry;  /* where the snippet began */
};
_Static_assert(sizeof(struct trap) == TRAP_SIZE && offsetof(struct trap, level) == TRAP_LEVEL &&
                   offsetof(struct trap, status) == TRAP_STATUS &&
                   offsetof(struct trap, relay) == TRAP_RELAY,
               "as entry.S has it");

#define INTERRUPT        (UINT64_C(1) << 63)
#define SOFT_S           1
#define SOFT_M           3
#define TIMER_S          5
#define TIMER_M          7
#define EXTERNAL_S       9
#define EXTERNAL_M       11
#define FETCH_MISALIGNED 0
#define FETCH_ACCESS     1
#define ILLEGAL          2
#define BREAKPOINT       3
#define LOAD_MISALIGNED  4
#define LOAD_ACCESS      5
#define STORE_MISALIGNED 6
#define STORE_ACCESS     7
#define ECALL_U          8
#define ECALL_S          9
#define ECALL_M          11
#define FETCH_PAGE       12
#define LOAD_PAGE        13
#define STORE_PAGE       15
#define BIT(n)           (UINT64_C(1) << (n))

/* Runs from `pc` at a level, with a0 and a1, the other registers zero, until a trap is taken. */
struct trap run(unsigned level, const void *pc, uint64_t a0, uint64_t a1);

/* Goes on after a trap: same registers, same level, from its epc plus `skip`. */
struct trap resume(const struct trap *t, unsigned skip);

/* ... or from elsewhere, at another level: by the sret or mret of the level that took the trap. */
struct trap go_on(const struct trap *t, unsigned level, uint64_t pc);
/* The level that a trap came from; the bits of t->status that all harts have. */
unsigned trap_origin(const struct trap *t);
uint64_t trap_status(const struct trap *t);

/* Prints handler, cause, origin, place and value, as far as they are the architecture's. */
void show(const struct trap *t);
/* The same for an AMO, whose faults are a store's; QEMU before version 8 calls some a load's. */
void show_amo(const struct trap *t);
/* Prints the interrupt-enable and previous-level bits of t->status. */
void show_status(const struct trap *t);
/* Both, and a0. */
void show_all(const struct trap *t);

/* Prints a line `name = value`. */
void fact(const char *name, uint64_t value);
/* Text and hexadecimal digits, of which each line is sent when it is complete. */
void put(const char *s);
void put_hex(uint64_t v);

/* ---- cases ---------------------------------------------------------------------------------- */

struct test_case {
    const char *name;
    void (*run)(const void *row);
    const void *row;
};

#define ENTER_CASE(id, function, data)                                                             \
    static const struct test_case case_##id                                                        \
        __attribute__((section(".cases"), used, no_reorder)) = {#id, function, data}

/* A case with code of its own: CASE(name) { ... } */
#define CASE(id)                                                                                   \
    static void run_##id(const void *row);                                                         \
    ENTER_CASE(id, run_##id, NULL);                                                                \
    static void run_##id(const void *row __attribute__((unused)))

/*
 * A case as a row: a `struct kind`, for kind_run(const void *). ROW(kind, name, members...); the
 * members at the end that are left out are zero.
 */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#define ROW(kind, id, ...)                                                                         \
    static const struct kind row_##id = {__VA_ARGS__};                                             \
    ENTER_CASE(id, kind##_run, &row_##id)

/* Instructions to run, with an ecall behind them. Everyone may execute them. */
#define SNIPPET(name, text)                                                                        \
    extern const char name[];                                                                      \
    __asm__(".pushsection .snippets,\"ax\",@progbits\n"                                            \
            ".balign 16\n" #name ":\n" text "\necall\n.popsection")

/* ---- CSRs ----------------------------------------------------------------------------------- */

#define csr_read(name)                                                                             \
    ({                                                                                             \
        uint64_t value_;                                                                           \
        __asm__ volatile("csrr %0, " #name : "=r"(value_)::"memory");                              \
        value_;                                                                                    \
    })
#define csr_write(name, v) __asm__ volatile("csrw " #name ", %0" ::"r"((uint64_t)(v)) : "memory")
#define csr_set(name, v)   __asm__ volatile("csrs " #name ", %0" ::"r"((uint64_t)(v)) : "memory")
#define csr_clear(name, v) __asm__ volatile("csrc " #name ", %0" ::"r"((uint64_t)(v)) : "memory")

/* mstatus (privileged specification, 3.1.6). */
#define STATUS_SIE  BIT(1)
#define STATUS_MIE  BIT(3)
#define STATUS_SPIE BIT(5)
#define STATUS_MPIE BIT(7)
#define STATUS_SPP  BIT(8)
#define STATUS_MPP  (3 * BIT(11))
#define STATUS_MPRV BIT(17)
#define STATUS_SUM  BIT(18)
#define STATUS_MXR  BIT(19)
#define STATUS_TVM  BIT(20)
#define STATUS_TW   BIT(21)
#define STATUS_TSR  BIT(22)

/* ---- memory --------------------------------------------------------------------------------- */

#define PAGE    UINT64_C(4096)
#define MEGA    (UINT64_C(2) << 20)
#define NOWHERE UINT64_C(0xa0000000) /* no memory, no device */

/* Page-table entries (privileged specification, 4.3.1). */
#define PTE_V      1
#define PTE_R      2
#define PTE_W      4
#define PTE_X      8
#define PTE_U      16
#define PTE_G      32
#define PTE_A      64
#define PTE_D      128
#define PTE_AD     (PTE_A | PTE_D)
#define PTE_RW     (PTE_V | PTE_R | PTE_W | PTE_AD)
#define PTE_RX     (PTE_V | PTE_R | PTE_X | PTE_AD)
#define PTE_PPN(a) ((uint64_t)(a) >> 12 << 10)

/* Pages to play with, 2 MiB of them. The first so many are zero at the start of each case. */
#define ARENA_CLEARED 16
extern uint8_t arena[512][PAGE];

/*
 * An Sv39 space. space_new makes one that maps memory and devices one to one for S-mode, and the
 * snippets at SNIPPETS for U-mode. Nothing is in use until space_on.
 */
#define WINDOW UINT64_C(0xd0000000) /* free for cases */
void space_new(void);
/* Maps the page at va, or 2 MiB (level 1), 1 GiB (level 2). The entry is PTE_PPN(pa) | flags. */
void space_map(uint64_t va, unsigned level, uint64_t pa, uint64_t flags);
/* The entry for va at a level; the tables above it are made. */
uint64_t *space_pte(uint64_t va, unsigned level);
void space_on(void);
void sfence_vma(void);

/* Where U-mode finds a snippet while a space is on. */
const void *user(const void *snippet);

static inline uint64_t address(const void *p)
{
    return (uint64_t)p;
}

/* ---- devices -------------------------------------------------------------------------------- */

#define FINISHER UINT64_C(0x00100000)
#define CLINT    UINT64_C(0x02000000)
#define MSIP     CLINT
#define MTIMECMP (CLINT + 0x4000)
#define MTIME    (CLINT + 0xbff8)
#define PLIC     UINT64_C(0x0c000000)
#define UART     UINT64_C(0x10000000)

static inline uint8_t read8(uint64_t a)
{
    return *(volatile uint8_t *)a;
}
static inline void write8(uint64_t a, uint8_t v)
{
    *(volatile uint8_t *)a = v;
}
static inline uint32_t read32(uint64_t a)
{
    return *(volatile uint32_t *)a;
}
static inline void write32(uint64_t a, uint32_t v)
{
    *(volatile uint32_t *)a = v;
}
static inline uint64_t read64(uint64_t a)
{
    return *(volatile uint64_t *)a;
}
static inline void write64(uint64_t a, uint64_t v)
{
    *(volatile uint64_t *)a = v;
}

/* ---- between guest.c and entry.S ------------------------------------------------------------ */

extern struct trap supervisor_trap, machine_trap;
/* Loads the registers, returns by mret, or sret; is back at the next trap into M-mode. */
void enter(const struct trap *from, int by_sret);
/* Calls the function. Zero: it returned. Else it trapped outside of `enter`. */
int guarded(void (*function)(const void *), const void *row);
extern const char supervisor_entry[], machine_entry[], supervisor_relay[];

#endif
#endif
