/*
 * Physical memory protection: how an entry matches, each right, who is bound by it.
 * Privileged specification, 3.6.1. The harness opens all memory by entry 7; the cases
 * use those before it. A hart may have no more than these eight, as the chip that this one is.
 */
#include "tests/conformance/guest.h"

SNIPPET(load, "ld a0, 0(a0)");
SNIPPET(store, "sd a1, 0(a0)");

#define R      1
#define W      2
#define X      4
#define OFF    0x00
#define TOR    0x08
#define NAPOT  0x18
#define LOCKED 0x80

#define NAPOT_OF(base, size) (((base) >> 2) | ((size) / 8 - 1))

/* Entries 0 to 3; a fence after, for cached translations (3.6.2). */
static void protect(unsigned n, uint64_t address_register, uint64_t config)
{
    uint64_t shift = 8 * n;

    switch (n) {
    case 0:
        csr_write(pmpaddr0, address_register);
        break;
    case 1:
        csr_write(pmpaddr1, address_register);
        break;
    case 2:
        csr_write(pmpaddr2, address_register);
        break;
    case 3:
        csr_write(pmpaddr3, address_register);
        break;
    }
    csr_write(pmpcfg0, (csr_read(pmpcfg0) & ~(UINT64_C(0xff) << shift)) | config << shift);
    sfence_vma();
}

/*
 * A fence before each access: the board's CPU engine looks at the rights when it first translates
 * an address, and takes them for all kinds of access and for the whole page until the next fence
 * (docs/board.md). It has no entries of 4 bytes (NA4), and so no access that is partly inside one.
 */
static struct trap fresh(unsigned level, const void *pc, uint64_t operand)
{
    sfence_vma();
    return run(level, pc, operand, 0x5a);
}

static void try(const char *what, unsigned level, const void *snippet, uint64_t operand)
{
    struct trap t = fresh(level, snippet, operand);

    fact(what, t.x[10]);
    show(&t);
}

/* A page of ecalls, to fetch from; the words that data accesses use are apart. */
static void fill(void)
{
    for (unsigned i = 0; i < 64; i++)
        ((volatile uint32_t *)arena)[i] = 0x73;
    __asm__ volatile("fence.i" ::: "memory");
}

/* A page with these rights; everything is tried on it. */
struct rights {
    uint64_t config;
};

static void rights_run(const void *row)
{
    static const unsigned levels[] = {LEVEL_U, LEVEL_S, LEVEL_M};
    const struct rights *r = row;

    fill();
    protect(0, NAPOT_OF(address(arena), PAGE), NAPOT | r->config);
    for (int i = 0; i < 3; i++) {
        try("load", levels[i], load, address(arena) + 0x800);
        try("store", levels[i], store, address(arena) + 0x808);
        struct trap t = fresh(levels[i], arena, 0);
        show(&t);
    }
    try("load behind it", LEVEL_S, load, address(arena) + PAGE);
}

ROW(rights, no_rights, 0);
ROW(rights, read, R);
ROW(rights, read_write, R | W);
ROW(rights, execute, X);
ROW(rights, read_execute, R | X);
ROW(rights, all_rights, R | W | X);

/* Without an entry that matches, memory is M-mode's alone. */
CASE(no_entry_matches)
{
    fill();
    protect(0, NAPOT_OF(address(arena), PAGE), NAPOT | R | W | X);
    csr_write(pmpcfg0, NAPOT | R | W | X);
    sfence_vma();
    try("M loads", LEVEL_M, load, address(arena));
    try("S fetches", LEVEL_S, load, address(arena));
    try("U fetches", LEVEL_U, load, address(arena));
    struct trap t = fresh(LEVEL_U, arena, 0);
    show(&t);
}

/* The lowest entry that matches decides, whatever the others say. */
CASE(lowest_entry_wins)
{
    protect(1, NAPOT_OF(address(arena), PAGE), NAPOT | R | W);
    protect(2, NAPOT_OF(address(arena), 4 * PAGE), NAPOT);
    try("first page", LEVEL_S, load, address(arena));
    try("second page", LEVEL_S, load, address(arena) + PAGE);
    protect(0, NAPOT_OF(address(arena), PAGE), NAPOT);
    try("first page, closed", LEVEL_S, load, address(arena));
    protect(0, NAPOT_OF(address(arena), PAGE), OFF);
    try("first page, open", LEVEL_S, load, address(arena));
}

/* A range from the entry before to this one; the upper end is not part of it. */
CASE(top_of_range)
{
    protect(0, address(arena[1]) >> 2, OFF);
    protect(1, address(arena[3]) >> 2, TOR | R);
    for (uint64_t page = 0; page < 4; page++) {
        try("load", LEVEL_S, load, address(arena[page]));
        try("store", LEVEL_S, store, address(arena[page]));
    }
}

CASE(top_of_range_from_zero)
{
    protect(0, address(arena[1]) >> 2, TOR | R | X | W);
    protect(1, address(arena[2]) >> 2, TOR);
    try("below", LEVEL_U, load, address(arena[0]));
    try("between", LEVEL_U, load, address(arena[1]));
    try("above", LEVEL_U, load, address(arena[2]));
}

/* Bounds the wrong way round match nothing. */
CASE(top_of_range_empty)
{
    protect(0, address(arena[3]) >> 2, OFF);
    protect(1, address(arena[1]) >> 2, TOR);
    try("load", LEVEL_S, load, address(arena[2]));
}

/* Powers of two of all sizes from 8 bytes: the last word inside and the first outside. */
CASE(naturally_aligned_sizes)
{
    for (uint64_t size = PAGE; size <= 16 * PAGE; size *= 2) {
        protect(0, NAPOT_OF(address(arena), size), NAPOT | R);
        fact("size", size);
        try("last", LEVEL_S, store, address(arena) + size - 8);
        try("next", LEVEL_S, store, address(arena) + size);
    }
}

CASE(eight_bytes)
{
    protect(0, NAPOT_OF(address(arena) + 64, 8), NAPOT | R);
    try("before", LEVEL_S, store, address(arena) + 56);
    try("there", LEVEL_S, store, address(arena) + 64);
    try("there, a load", LEVEL_S, load, address(arena) + 64);
    try("behind", LEVEL_S, store, address(arena) + 72);
}

/* The rights of the physical page bind a virtual access; the address is the virtual one. */
CASE(behind_translation)
{
    protect(0, NAPOT_OF(address(arena[2]), PAGE), NAPOT | R);
    space_new();
    space_map(WINDOW, 0, address(arena[2]), PTE_RW | PTE_X);
    space_on();
    try("load", LEVEL_S, load, WINDOW + 8);
    try("store", LEVEL_S, store, WINDOW + 16);
    struct trap t = fresh(LEVEL_S, (const void *)(WINDOW + 4), 0);
    show(&t);
}

/* The walk's own reads are bound, too: an access fault of the access that wanted it. */
CASE(page_table_without_rights)
{
    space_new();
    space_map(WINDOW, 0, address(arena[2]), PTE_RW);
    uint64_t table = address(space_pte(WINDOW, 0)) & ~(PAGE - 1);
    space_on();
    protect(0, NAPOT_OF(table, PAGE), NAPOT);
    try("load", LEVEL_S, load, WINDOW);
    try("store", LEVEL_S, store, WINDOW);
    struct trap t = run(LEVEL_S, (const void *)WINDOW, 0, 0);
    show(&t);
}

/* MPRV makes M-mode as bound as the level it stands for. */
SNIPPET(load_as_s, "li t0, 0x1800\n"
                   "csrc mstatus, t0\n"
                   "li t0, 0x20800\n"
                   "csrs mstatus, t0\n"
                   "ld a0, 0(a0)\n"
                   "li t0, 0x20000\n"
                   "csrc mstatus, t0");
CASE(mprv_is_bound)
{
    protect(0, NAPOT_OF(address(arena), PAGE), NAPOT);
    struct trap t = run(LEVEL_M, load_as_s, address(arena), 0);
    csr_clear(mstatus, STATUS_MPRV);
    show(&t);
    try("M itself", LEVEL_M, load, address(arena));
}

/* Devices are memory, as far as PMP goes. */
SNIPPET(load_byte, "lbu a0, 5(a0)\nandi a0, a0, 0x20");
CASE(device_without_rights)
{
    try("open", LEVEL_S, load_byte, UART);
    protect(0, NAPOT_OF(UART, PAGE), NAPOT);
    try("closed", LEVEL_S, load_byte, UART);
    try("closed, in M", LEVEL_M, load_byte, UART);
}

/* Writes to one byte of pmpcfg leave the other entries alone. */
CASE(registers)
{
    csr_write(pmpaddr0, 0x20000000);
    csr_write(pmpaddr3, 0x20001234);
    csr_write(pmpcfg0, NAPOT | R | (TOR | W | R) << 24);
    fact("pmpaddr0", csr_read(pmpaddr0));
    fact("pmpaddr3", csr_read(pmpaddr3));
    fact("pmpcfg0", csr_read(pmpcfg0));
}

SNIPPET(read_pmpcfg1, "csrr a0, pmpcfg1");
CASE(odd_pmpcfg_is_illegal)
{
    struct trap t = run(LEVEL_M, read_pmpcfg1, 0, 0);

    show(&t);
}

/* A locked entry binds M-mode, and nobody opens it again. The last cases: it stays until reset. */
CASE(locked_read_only)
{
    protect(1, NAPOT_OF(address(arena[40]), PAGE), NAPOT | LOCKED | R);
    try("M loads", LEVEL_M, load, address(arena[40]));
    try("M stores", LEVEL_M, store, address(arena[40]));
    try("S loads", LEVEL_S, load, address(arena[40]));
    struct trap t = fresh(LEVEL_M, arena[40], 0);
    show(&t);
}

CASE(lock_holds)
{
    protect(1, 0, 0);
    fact("entry 1", csr_read(pmpcfg0) >> 8 & 0xff);
    fact("its address is kept", csr_read(pmpaddr1) == NAPOT_OF(address(arena[40]), PAGE));
    try("M stores", LEVEL_M, store, address(arena[40]));
}

CASE(locked_range_locks_its_lower_end)
{
    protect(2, address(arena[50]) >> 2, OFF);
    protect(3, address(arena[51]) >> 2, TOR | LOCKED | X);
    csr_write(pmpaddr2, 0);
    fact("lower end is kept", csr_read(pmpaddr2) == address(arena[50]) >> 2);
    try("M loads", LEVEL_M, load, address(arena[50]));
    try("M loads behind it", LEVEL_M, load, address(arena[51]));
}
