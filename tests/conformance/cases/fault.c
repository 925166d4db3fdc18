/*
 * Page faults: every reason, for fetch, load, store and AMO, from S and U, with the address.
 * Privileged specification, 4.3.1 and 4.3.2 (the algorithm of translation, step by step).
 */
#include "tests/conformance/guest.h"

SNIPPET(load, "ld a0, 0(a0)");
SNIPPET(store, "sd a1, 0(a0)");
SNIPPET(amo, "amoadd.d a0, a1, (a0)");
SNIPPET(reserve, "lr.d a0, (a0)");
SNIPPET(pair, "lr.d a2, (a0)\nsc.d a0, a1, (a0)");

#define CODE_SLOT 64 /* words of the page that a fetch goes to */

/* One page with an entry of these flags, at level 0, 1 or 2; everything is tried on it. */
struct entry {
    uint64_t flags;
    unsigned level;
    uint64_t status; /* mstatus: SUM, MXR */
    uint64_t pa;     /* beyond the arena */
};

static void try(const char *what, unsigned level, const void *snippet, uint64_t operand)
{
    struct trap t = run(level, level == LEVEL_U ? user(snippet) : snippet, operand, 3);

    fact(what, t.x[10]);
    show(&t);
}

static void try_amo(unsigned level, uint64_t operand)
{
    struct trap t = run(level, level == LEVEL_U ? user(amo) : amo, operand, 3);

    fact("amo", t.x[10]);
    show_amo(&t);
}

/* The page is full of ecalls, for the fetch; the words that data accesses use are apart. */
static void fill(void)
{
    for (unsigned i = 0; i < CODE_SLOT; i++)
        ((volatile uint32_t *)arena)[i] = 0x73;
    __asm__ volatile("fence.i" ::: "memory");
}

static void entry_run(const void *row)
{
    const struct entry *e = row;
    uint64_t data = WINDOW + 0x800;

    fill();
    space_new();
    space_map(WINDOW, e->level, address(arena) + e->pa, e->flags);
    space_on();
    csr_set(mstatus, e->status);
    for (unsigned level = LEVEL_S + 1; level-- > LEVEL_U;) {
        try("load", level, load, data);
        try("store", level, store, data + 8);
        try_amo(level, data + 16);
        try("lr", level, reserve, data + 24);
        sfence_vma(); /* QEMU before version 8 lets S-mode fetch where SUM has let it load */
        struct trap t = run(level, (const void *)(WINDOW + 16), 0, 0);
        show(&t);
    }
    fact("entry", *space_pte(WINDOW, e->level) & 0x3ff);
}

#define V    PTE_V
#define R    PTE_R
#define W    PTE_W
#define X    PTE_X
#define U    PTE_U
#define AD   PTE_AD
#define LEAF (V | R | W | X | AD)

ROW(entry, invalid, 0);
ROW(entry, invalid_but_for_v, LEAF & ~V);
ROW(entry, supervisor_rwx, LEAF);
ROW(entry, user_rwx, LEAF | U);
ROW(entry, read_only, V | R | AD);
ROW(entry, read_only_user, V | R | AD | U);
ROW(entry, read_write, V | R | W | AD);
ROW(entry, read_write_user, V | R | W | AD | U);
ROW(entry, execute_only, V | X | AD);
ROW(entry, execute_only_user, V | X | AD | U);
ROW(entry, read_execute, V | R | X | AD);
ROW(entry, read_execute_user, V | R | X | AD | U);
ROW(entry, write_only_is_reserved, V | W | AD);
ROW(entry, write_execute_is_reserved, V | W | X | AD | U);
ROW(entry, pointer_at_the_last_level, V);
ROW(entry, user_with_sum, LEAF | U, .status = STATUS_SUM);
ROW(entry, user_read_only_with_sum, V | R | AD | U, .status = STATUS_SUM);
ROW(entry, supervisor_with_sum, LEAF, .status = STATUS_SUM);
ROW(entry, execute_only_with_mxr, V | X | AD, .status = STATUS_MXR);
ROW(entry, execute_only_user_with_mxr, V | X | AD | U, .status = STATUS_MXR);
ROW(entry, execute_only_user_with_sum_mxr, V | X | AD | U, .status = STATUS_SUM | STATUS_MXR);
ROW(entry, mega_page, LEAF, 1);
ROW(entry, mega_page_user, LEAF | U, 1);
ROW(entry, mega_page_misaligned, LEAF, 1, .pa = PAGE);
ROW(entry, mega_page_misaligned_user, LEAF | U, 1, .pa = 256 * PAGE);
ROW(entry, giga_page_misaligned, LEAF, 2, .pa = MEGA);
ROW(entry, nothing_at_level_1, 0, 1);
ROW(entry, write_only_at_level_1, V | W, 1);

/* A and D are set by the walk; a store to a clean page shows in D alone. */
struct accessed {
    uint64_t flags;
    unsigned level;
};

static void accessed_run(const void *row)
{
    const struct accessed *a = row;
    uint64_t *entry;

    space_new();
    space_map(WINDOW, a->level, address(arena), a->flags);
    entry = space_pte(WINDOW, a->level);
    space_on();
    fact("before", *entry & 0x3ff);
    try("load", LEVEL_S, load, WINDOW + 0x800);
    fact("after a load", *entry & 0x3ff);
    try("store", LEVEL_S, store, WINDOW + 0x808);
    fact("after a store", *entry & 0x3ff);
}

ROW(accessed, clean, V | R | W);
ROW(accessed, clean_but_accessed, V | R | W | PTE_A);
ROW(accessed, dirty_but_not_accessed, V | R | W | PTE_D);
ROW(accessed, clean_read_only, V | R);
ROW(accessed, clean_user_page_from_s, V | R | W | U);
ROW(accessed, clean_mega_page, V | R | W, 1);

CASE(clean_page_by_fetch_and_amo)
{
    fill();
    space_new();
    space_map(WINDOW, 0, address(arena), V | R | W | X);
    space_on();
    struct trap t = run(LEVEL_S, (const void *)WINDOW, 0, 0);
    show(&t);
    fact("after a fetch", *space_pte(WINDOW, 0) & 0x3ff);
    try_amo(LEVEL_S, WINDOW + 0x800);
    fact("after an amo", *space_pte(WINDOW, 0) & 0x3ff);
}

CASE(clean_page_by_lr_and_sc)
{
    space_new();
    space_map(WINDOW, 0, address(arena), V | R | W);
    space_on();
    try("lr", LEVEL_S, reserve, WINDOW);
    fact("after lr", *space_pte(WINDOW, 0) & 0x3ff);
    try("lr and sc", LEVEL_S, pair, WINDOW);
    fact("after sc", *space_pte(WINDOW, 0) & 0x3ff);
}

/* Software bits and G do not matter. */
CASE(bits_without_a_meaning_here)
{
    space_new();
    space_map(WINDOW, 0, address(arena), V | R | W | AD | PTE_G | 0x300);
    space_on();
    try("load", LEVEL_S, load, WINDOW);
    fact("entry", *space_pte(WINDOW, 0) & 0x3ff);
}

/* Addresses whose upper bits are not all equal to bit 38. */
struct place {
    uint64_t va;
};

static void place_run(const void *row)
{
    const struct place *p = row;

    space_new();
    space_map(WINDOW, 0, address(arena), LEAF);
    space_on();
    try("load", LEVEL_S, load, p->va);
    try("store", LEVEL_S, store, p->va);
    struct trap t = run(LEVEL_S, (const void *)p->va, 0, 0);
    show(&t);
    try("load", LEVEL_U, load, p->va);
    t = run(LEVEL_U, (const void *)p->va, 0, 0);
    show(&t);
}

ROW(place, just_above_the_lower_half, BIT(38));
ROW(place, bit_39, BIT(39) | WINDOW);
ROW(place, bit_63, BIT(63) | WINDOW);
ROW(place, upper_half, -BIT(38));
ROW(place, just_below_the_upper_half, -BIT(38) - 8);
ROW(place, upper_half_bit_62_clear, -BIT(38) - BIT(62));
ROW(place, last_page, -PAGE);
ROW(place, gigabyte_without_a_table, BIT(30));

/* The upper half is as good as the lower one. */
CASE(upper_half_mapped)
{
    uint64_t va = -MEGA;

    fill();
    write64(address(arena) + 0x800, 0x55);
    space_new();
    space_map(va, 0, address(arena), LEAF);
    space_on();
    try("load", LEVEL_S, load, va + 0x800);
    struct trap t = run(LEVEL_S, (const void *)va, 0, 0);
    show(&t);
}

/* A page where there is no memory. */
CASE(leaf_without_memory)
{
    space_new();
    space_map(WINDOW, 0, NOWHERE, LEAF);
    space_on();
    try("load", LEVEL_S, load, WINDOW + 24);
    try("store", LEVEL_S, store, WINDOW + 32);
    try_amo(LEVEL_S, WINDOW + 32);
    struct trap t = run(LEVEL_S, (const void *)(WINDOW + 4), 0, 0);
    show(&t);
}

/* With delegation, the address is in stval. */
CASE(delegated)
{
    csr_write(medeleg, BIT(LOAD_PAGE) | BIT(STORE_PAGE) | BIT(FETCH_PAGE));
    space_new();
    space_map(WINDOW, 0, address(arena), V | R | AD);
    space_on();
    try("load", LEVEL_U, load, WINDOW + 0x123);
    try("store", LEVEL_S, store, WINDOW + 0x456);
    struct trap t = run(LEVEL_U, (const void *)(WINDOW + 0x788), 0, 0);
    show_all(&t);
}

/* The sizes of an access do not change the address. */
SNIPPET(store_byte, "sb a1, 5(a0)");
SNIPPET(load_half, "lhu a0, -2(a0)");
SNIPPET(load_word, "lw a0, 2047(a0)");
CASE(address_of_small_accesses)
{
    space_new();
    space_on();
    try("sb", LEVEL_S, store_byte, WINDOW);
    try("lhu", LEVEL_S, load_half, WINDOW + 0x100);
    try("lw", LEVEL_S, load_word, WINDOW + 1);
}

/* The pc of a fault in the second page of a run is in that page. */
CASE(fetch_runs_into_a_fault)
{
    volatile uint32_t *code = (volatile uint32_t *)arena;

    for (unsigned i = 0; i < PAGE / 4; i++)
        code[i] = 0x00150513; /* addi a0, a0, 1 */
    __asm__ volatile("fence.i" ::: "memory");
    space_new();
    space_map(WINDOW, 0, address(arena), V | X | AD);
    space_on();
    struct trap t = run(LEVEL_S, (const void *)(WINDOW + PAGE - 16), 0, 0);
    show_all(&t);
}

/* SC to a page that may not be written. */
CASE(sc_to_read_only)
{
    space_new();
    space_map(WINDOW, 0, address(arena), V | R | AD);
    space_on();
    try("lr and sc", LEVEL_S, pair, WINDOW);
}
