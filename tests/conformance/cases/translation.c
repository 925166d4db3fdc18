/*
 * Translation: superpages, satp and address spaces, sfence.vma, MPRV.
 * Privileged specification, 3.1.6.3, 4.1.11, 4.2.1, 4.4.
 */
#include "tests/conformance/guest.h"

SNIPPET(load, "ld a0, 0(a0)");
SNIPPET(store, "sd a1, 0(a0)");

#define ASID(n) ((uint64_t)(n) << 44)

/* A word in each of the first pages, to know them by. */
static void mark(void)
{
    for (uint64_t i = 0; i < ARENA_CLEARED; i++)
        write64(address(arena) + i * PAGE, 0x1000 + i);
}

static uint64_t load_from(unsigned level, uint64_t va)
{
    struct trap t = run(level, level == LEVEL_U ? user(load) : load, va, 0);

    if (t.cause != ECALL_U && t.cause != ECALL_S && t.cause != ECALL_M)
        show(&t);
    return t.x[10];
}

/* A 2 MiB page: the low 21 bits are the offset. */
CASE(mega_page)
{
    mark();
    space_new();
    space_map(WINDOW, 1, address(arena), PTE_RW);
    space_on();
    for (uint64_t i = 0; i < ARENA_CLEARED; i += 5)
        fact("page", load_from(LEVEL_S, WINDOW + i * PAGE));
    fact("last word", load_from(LEVEL_S, WINDOW + MEGA - 8));
    fact("behind it", load_from(LEVEL_S, WINDOW + MEGA));
}

/* A 1 GiB page, at an address that differs from the physical one. */
CASE(giga_page)
{
    mark();
    space_new();
    space_map(0x100000000, 2, 0x80000000, PTE_RW | PTE_U);
    space_on();
    uint64_t at = address(arena) + 0x80000000;
    for (uint64_t i = 0; i < ARENA_CLEARED; i += 5)
        fact("page", load_from(LEVEL_U, at + i * PAGE));
    fact("last page of memory", load_from(LEVEL_U, 0x103fff000));
    fact("behind memory", load_from(LEVEL_U, 0x104000000));
}

/* Two views of one page. */
CASE(aliases)
{
    mark();
    space_new();
    space_map(WINDOW, 0, address(arena), PTE_RW);
    space_map(WINDOW + PAGE, 0, address(arena), PTE_RW | PTE_U);
    space_on();
    struct trap t = run(LEVEL_U, user(store), WINDOW + PAGE, 0x77);
    show(&t);
    fact("by the other name", load_from(LEVEL_S, WINDOW));
    fact("in M-mode", read64(address(arena)));
}

/* All of 512 pages in one table, backwards. */
CASE(pages_in_reverse)
{
    mark();
    space_new();
    for (uint64_t i = 0; i < ARENA_CLEARED; i++)
        space_map(WINDOW + i * PAGE, 0, address(arena[ARENA_CLEARED - 1 - i]), PTE_RW | PTE_U);
    space_on();
    for (uint64_t i = 0; i < ARENA_CLEARED; i += 3)
        fact("page", load_from(LEVEL_U, WINDOW + i * PAGE));
}

/* After sfence.vma a changed entry counts: another page, fewer rights, none at all. */
CASE(sfence_after_a_change)
{
    mark();
    space_new();
    space_map(WINDOW, 0, address(arena[1]), PTE_RW);
    space_on();
    fact("first", load_from(LEVEL_S, WINDOW));
    space_map(WINDOW, 0, address(arena[2]), PTE_RW);
    sfence_vma();
    fact("second", load_from(LEVEL_S, WINDOW));
    space_map(WINDOW, 0, address(arena[2]), PTE_RW & ~PTE_W);
    sfence_vma();
    struct trap t = run(LEVEL_S, store, WINDOW, 1);
    show(&t);
    space_map(WINDOW, 0, 0, 0);
    sfence_vma();
    fact("none", load_from(LEVEL_S, WINDOW));
    space_map(WINDOW, 0, address(arena[3]), PTE_RW);
    sfence_vma();
    fact("again", load_from(LEVEL_S, WINDOW));
}

/* The forms for one address and one address space. */
#define FENCE_FORM(operands)                                                                       \
    __asm__ volatile("sfence.vma " operands ::"r"(WINDOW), "r"(0UL) : "memory")
CASE(sfence_by_address)
{
    mark();
    space_new();
    for (unsigned i = 0; i < 4; i++) {
        space_map(WINDOW, 0, address(arena[i]), PTE_RW);
        if (i == 0)
            space_on();
        else if (i == 1)
            FENCE_FORM("%0, zero");
        else if (i == 2)
            FENCE_FORM("zero, %1");
        else
            FENCE_FORM("%0, %1");
        fact("page", load_from(LEVEL_S, WINDOW));
    }
}

/* S-mode changes a table and uses it, all by itself. */
SNIPPET(remap, "ld t0, 0(a0)\n"
               "sd t0, 8(a0)\n" /* the second entry becomes the first */
               "sfence.vma\n"
               "li t1, 0xd0001000\n"
               "ld a0, 0(t1)");
CASE(sfence_in_supervisor_mode)
{
    mark();
    space_new();
    space_map(WINDOW, 0, address(arena[5]), PTE_RW);
    space_map(WINDOW + PAGE, 0, address(arena[6]), PTE_RW);
    space_on();
    fact("before", load_from(LEVEL_S, WINDOW + PAGE));
    struct trap t = run(LEVEL_S, remap, address(space_pte(WINDOW, 0)), 0);
    show(&t);
    fact("after", t.x[10]);
}

/* Paging goes on and off: by satp's mode, and never in M-mode. */
CASE(bare_and_paged)
{
    mark();
    space_new();
    space_map(WINDOW, 0, address(arena[7]), PTE_RW);
    space_on();
    fact("paged, in S", load_from(LEVEL_S, WINDOW));
    fact("paged, in M", load_from(LEVEL_M, address(arena[7])));
    fact("paged, in M, a virtual address", load_from(LEVEL_M, WINDOW));
    csr_write(satp, 0);
    sfence_vma();
    fact("bare, in S", load_from(LEVEL_S, address(arena[7])));
    fact("bare, in S, a virtual address", load_from(LEVEL_S, WINDOW));
}

/* Two spaces that map one address to two pages, with ASIDs and without. */
CASE(two_spaces)
{
    mark();
    space_new();
    space_map(WINDOW, 0, address(arena[8]), PTE_RW);
    uint64_t *other = (uint64_t *)arena[12]; /* a root table that shares all but WINDOW's */
    const uint64_t *root = space_pte(0, 2);
    for (unsigned i = 0; i < 512; i++)
        other[i] = root[i];
    uint64_t *middle = (uint64_t *)arena[13], *last = (uint64_t *)arena[14];
    other[WINDOW >> 30] = PTE_PPN(middle) | PTE_V;
    middle[WINDOW >> 21 & 511] = PTE_PPN(last) | PTE_V;
    last[WINDOW >> 12 & 511] = PTE_PPN(arena[9]) | PTE_RW;
    space_on();
    uint64_t first = csr_read(satp), second = (8 * BIT(60)) | address(other) >> 12;
    for (int i = 0; i < 2; i++) {
        csr_write(satp, first);
        sfence_vma();
        fact("first", load_from(LEVEL_S, WINDOW));
        csr_write(satp, second);
        sfence_vma();
        fact("second", load_from(LEVEL_S, WINDOW));
    }
    csr_write(satp, first | ASID(1));
    fact("first, ASID 1", load_from(LEVEL_S, WINDOW));
    csr_write(satp, second | ASID(2));
    fact("second, ASID 2", load_from(LEVEL_S, WINDOW));
    csr_write(satp, first | ASID(1));
    fact("first, ASID 1", load_from(LEVEL_S, WINDOW));
}

/* U-mode and S-mode take turns at a page that is U's, then S's. */
CASE(page_changes_hands)
{
    mark();
    space_new();
    space_map(WINDOW, 0, address(arena[1]), PTE_RW | PTE_U);
    space_on();
    fact("U, its own", load_from(LEVEL_U, WINDOW));
    fact("S, not its own", load_from(LEVEL_S, WINDOW));
    space_map(WINDOW, 0, address(arena[1]), PTE_RW);
    sfence_vma();
    fact("U, not its own", load_from(LEVEL_U, WINDOW));
    fact("S, its own", load_from(LEVEL_S, WINDOW));
}

/* SUM and MXR count at once, without a fence. S-mode sets SUM, reads, clears it, reads. */
SNIPPET(use_sum, "li t0, 0x40000\n"
                 "csrs sstatus, t0\n"
                 "ld a1, 0(a0)\n"
                 "csrc sstatus, t0\n"
                 "ld a2, 0(a0)\n");
CASE(sum_without_a_fence)
{
    mark();
    space_new();
    space_map(WINDOW, 0, address(arena[3]), PTE_RW | PTE_U);
    space_on();
    for (int i = 0; i < 2; i++) {
        struct trap t = run(LEVEL_S, use_sum, WINDOW, 0);
        show(&t);
        fact("with SUM", t.x[11]);
        fact("without", t.x[12]);
    }
}

SNIPPET(use_mxr, "li t0, 0x80000\n"
                 "csrs sstatus, t0\n"
                 "ld a1, 0(a0)\n"
                 "csrc sstatus, t0\n"
                 "ld a2, 0(a0)\n");
CASE(mxr_without_a_fence)
{
    mark();
    space_new();
    space_map(WINDOW, 0, address(arena[4]), PTE_V | PTE_X | PTE_AD);
    space_on();
    struct trap t = run(LEVEL_S, use_mxr, WINDOW, 0);
    show(&t);
    fact("with MXR", t.x[11]);
}

/*
 * MPRV: M-mode loads and stores as at level MPP, translated and checked; it does not fetch so.
 * a0: address, a1: bits of mstatus (MPP, SUM, MXR). The second load is M-mode's own again.
 */
SNIPPET(use_mprv, "li t0, 0x1800\n"
                  "csrc mstatus, t0\n"
                  "li t1, 0x20000\n"
                  "or t0, a1, t1\n"
                  "csrs mstatus, t0\n"
                  "ld a2, 0(a0)\n"
                  "sd a2, 8(a0)\n"
                  "csrc mstatus, t1\n"
                  "nop");

struct mprv {
    uint64_t bits, flags;
};

static void mprv_run(const void *row)
{
    const struct mprv *m = row;

    mark();
    space_new();
    space_map(WINDOW, 0, address(arena[2]), m->flags);
    space_on();
    struct trap t = run(LEVEL_M, use_mprv, WINDOW, m->bits);
    csr_clear(mstatus, STATUS_MPRV);
    show(&t);
    show_status(&t);
    fact("loaded", t.x[12]);
    fact("stored", read64(address(arena[2]) + 8));
}

#define AS_S BIT(11)
#define AS_U 0

ROW(mprv, mprv_as_s, AS_S, PTE_RW);
ROW(mprv, mprv_as_s_user_page, AS_S, PTE_RW | PTE_U);
ROW(mprv, mprv_as_s_user_page_sum, AS_S | STATUS_SUM, PTE_RW | PTE_U);
ROW(mprv, mprv_as_s_read_only, AS_S, PTE_RW & ~PTE_W);
ROW(mprv, mprv_as_s_execute_only, AS_S, PTE_V | PTE_X | PTE_AD);
ROW(mprv, mprv_as_s_execute_only_mxr, AS_S | STATUS_MXR, PTE_V | PTE_X | PTE_AD);
ROW(mprv, mprv_as_s_invalid, AS_S, 0);
ROW(mprv, mprv_as_u, AS_U, PTE_RW | PTE_U);
ROW(mprv, mprv_as_u_supervisor_page, AS_U, PTE_RW);

/* With MPP = M, MPRV does nothing. */
CASE(mprv_as_m)
{
    mark();
    space_new();
    space_on();
    struct trap t = run(LEVEL_M, use_mprv, address(arena[2]), STATUS_MPP);
    show(&t);
    fact("loaded", t.x[12]);
}

/* A trap is taken with MPRV set: MPP = M then, so the handler is not concerned. */
SNIPPET(trap_with_mprv, "li t0, 0x1800\n"
                        "csrc mstatus, t0\n"
                        "li t1, 0x20800\n"
                        "csrs mstatus, t1\n"
                        "ld a2, 0(a0)\n"
                        ".word 0");
CASE(mprv_in_a_trap)
{
    mark();
    space_new();
    space_map(WINDOW, 0, address(arena[2]), PTE_RW);
    space_on();
    struct trap t = run(LEVEL_M, trap_with_mprv, WINDOW, 0);
    fact("physical, in the handler", read64(address(arena[3])));
    csr_clear(mstatus, STATUS_MPRV);
    show(&t);
    show_status(&t);
    fact("loaded", t.x[12]);
}
