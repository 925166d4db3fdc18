/*
 * Loads and stores of each size and sign, misaligned ones, and code that changes: fence.i.
 * Unprivileged specification, 2.6 and chapter "Zifencei".
 */
#include "tests/conformance/guest.h"

/* ---- sizes ----------------------------------------------------------------------------------- */

SNIPPET(load_all, "lb a1, 1(a0)\nlbu a2, 1(a0)\nlh a3, 2(a0)\nlhu a4, 2(a0)\nlw a5, 4(a0)\n"
                  "lwu a6, 4(a0)\nld a7, 0(a0)");
SNIPPET(store_all, "sb a1, 0(a0)\nsh a1, 8(a0)\nsw a1, 16(a0)\nsd a1, 24(a0)");

CASE(loads_extend)
{
    write64(address(arena), 0x89abcdeffedc8a01);
    struct trap t = run(LEVEL_U, load_all, address(arena), 0);
    show(&t);
    for (int n = 11; n < 18; n++)
        fact("register", t.x[n]);
}

CASE(stores_cut)
{
    for (int i = 0; i < 4; i++)
        write64(address(arena) + 8 * i, 0x1111111111111111);
    struct trap t = run(LEVEL_U, store_all, address(arena), 0xf1e2d3c4b5a69788);
    show(&t);
    for (int i = 0; i < 4; i++)
        fact("memory", read64(address(arena) + 8 * i));
}

/* ---- misaligned: this kind of hart does it, in memory ---------------------------------------- */

SNIPPET(half, "sh a1, 0(a0)\nlh a2, 0(a0)\nlhu a3, 0(a0)");
SNIPPET(word, "sw a1, 0(a0)\nlw a2, 0(a0)\nlwu a3, 0(a0)");
SNIPPET(two_words, "sd a1, 0(a0)\nld a2, 0(a0)\nld a3, 4(a0)");

struct skew {
    const char *snippet;
    uint64_t offset;
};

static void skew_run(const void *row)
{
    static const unsigned levels[] = {LEVEL_U, LEVEL_S, LEVEL_M};
    const struct skew *s = row;
    uint64_t at = address(arena) + s->offset;

    for (int i = 0; i < 3; i++) {
        for (int n = -1; n < 3; n++)
            write64((at & ~UINT64_C(7)) + 8 * n, 0);
        struct trap t = run(levels[i], s->snippet, at, 0x8877665544332291 + i);
        show(&t);
        fact("signed", t.x[12]);
        fact("unsigned", t.x[13]);
        fact("memory", read64(at & ~UINT64_C(7)));
        fact("next", read64((at & ~UINT64_C(7)) + 8));
    }
}

ROW(skew, half_by_one, half, 65);
ROW(skew, half_across_a_word, half, 67);
ROW(skew, half_across_a_page, half, PAGE - 1);
ROW(skew, word_by_one, word, 65);
ROW(skew, word_by_two, word, 66);
ROW(skew, word_across_a_page, word, PAGE - 3);
ROW(skew, double_by_one, two_words, 65);
ROW(skew, double_by_four, two_words, 68);
ROW(skew, double_across_a_page, two_words, 2 * PAGE - 5);

/* Across two pages that are not neighbours in memory. */
CASE(across_scattered_pages)
{
    space_new();
    space_map(WINDOW, 0, address(arena[5]), PTE_RW | PTE_U);
    space_map(WINDOW + PAGE, 0, address(arena[2]), PTE_RW | PTE_U);
    space_on();
    struct trap t = run(LEVEL_U, user(two_words), WINDOW + PAGE - 3, 0x1122334455667788);
    show(&t);
    fact("loaded", t.x[12]);
    fact("end of the first", read64(address(arena[6]) - 8));
    fact("start of the second", read64(address(arena[2])));
}

/* A store whose second page is missing changes nothing in the first. */
SNIPPET(store_across, "sd a1, 0(a0)");
CASE(across_into_a_fault)
{
    space_new();
    space_map(WINDOW, 0, address(arena[5]), PTE_RW);
    space_on();
    struct trap t = run(LEVEL_S, store_across, WINDOW + PAGE - 4, UINT64_MAX);
    fact("cause", t.cause);
    fact("epc", t.epc - address(store_across));
    fact("end of the first", read64(address(arena[6]) - 8));
}

/* ---- code that changes ------------------------------------------------------------------------
 */

#define LI_A0(n)   (0x00000513u | (uint32_t)(n) << 20)
#define ADDI_A0(n) (0x00050513u | (uint32_t)(n) << 20)
#define ECALL      0x00000073u
#define FENCE_I    __asm__ volatile("fence.i" ::: "memory")

static volatile uint32_t *const code = (volatile uint32_t *)arena;

static uint64_t call_code(unsigned level, const void *pc)
{
    struct trap t = run(level, pc, 0, 0);

    if (t.cause != ECALL_U && t.cause != ECALL_S && t.cause != ECALL_M)
        show(&t);
    return t.x[10];
}

/* Written, executed, written again. */
CASE(code_is_written_anew)
{
    static const unsigned levels[] = {LEVEL_M, LEVEL_S, LEVEL_U};

    for (int i = 0; i < 9; i++) {
        code[0] = LI_A0(100 + i);
        code[1] = ECALL;
        FENCE_I;
        fact("a0", call_code(levels[i % 3], arena));
    }
}

/* One instruction in the middle of a run. */
CASE(one_instruction_changes)
{
    for (int i = 0; i < 64; i++)
        code[i] = ADDI_A0(1);
    code[64] = ECALL;
    FENCE_I;
    fact("before", call_code(LEVEL_S, arena));
    code[40] = ADDI_A0(1000);
    FENCE_I;
    fact("after", call_code(LEVEL_S, arena));
    code[40] = ADDI_A0(1);
    FENCE_I;
    fact("restored", call_code(LEVEL_S, arena));
}

/* Code that changes the instruction behind its own fence.i. */
SNIPPET(patch_behind, "la t0, 1f\n"
                      "sw a1, 0(t0)\n"
                      "fence.i\n"
                      "1: li a0, 1");
CASE(code_changes_itself)
{
    for (int i = 5; i < 8; i++) {
        struct trap t = run(LEVEL_S, patch_behind, 0, LI_A0(i));
        show(&t);
        fact("a0", t.x[10]);
    }
}

/* A loop whose body is rewritten in each turn: 1 + 2 + ... + 10. */
SNIPPET(patch_loop, "li a0, 0\n"
                    "li t1, 0x00150513\n" /* addi a0, a0, 1 */
                    "li t2, 10\n"
                    "la t0, 2f\n"
                    "1: sw t1, 0(t0)\n"
                    "fence.i\n"
                    "2: nop\n"
                    "li t3, 0x00100000\n"
                    "add t1, t1, t3\n"
                    "addi t2, t2, -1\n"
                    "bnez t2, 1b");
CASE(loop_rewrites_its_body)
{
    fact("M", run(LEVEL_M, patch_loop, 0, 0).x[10]);
    fact("S", run(LEVEL_S, patch_loop, 0, 0).x[10]);
}

/* Written through one mapping, executed through another. */
CASE(code_by_another_name)
{
    space_new();
    space_map(WINDOW, 0, address(arena), PTE_RX | PTE_U);
    space_on();
    for (int i = 20; i < 23; i++) {
        code[0] = LI_A0(i);
        code[1] = ECALL;
        FENCE_I;
        fact("a0", call_code(LEVEL_U, (const void *)WINDOW));
    }
}

/* Another page at the same address: other code, after sfence.vma. */
CASE(code_page_is_exchanged)
{
    for (unsigned page = 0; page < 2; page++) {
        code[page * PAGE / 4] = LI_A0(30 + page);
        code[page * PAGE / 4 + 1] = ECALL;
    }
    FENCE_I;
    space_new();
    for (int i = 0; i < 4; i++) {
        space_map(WINDOW, 0, address(arena[i % 2]), PTE_RX | PTE_U);
        if (i == 0)
            space_on();
        else
            sfence_vma();
        fact("a0", call_code(LEVEL_U, (const void *)WINDOW));
    }
}

/* Code goes on from one page into the next, which is another one than in memory. */
CASE(code_runs_into_the_next_page)
{
    code[PAGE / 4 - 2] = LI_A0(1);
    code[PAGE / 4 - 1] = ADDI_A0(2);
    code[PAGE / 4] = ADDI_A0(1000);
    code[PAGE / 4 + 1] = ECALL;
    code[3 * PAGE / 4] = ADDI_A0(40);
    code[3 * PAGE / 4 + 1] = ECALL;
    FENCE_I;
    fact("physical", call_code(LEVEL_S, &arena[0][PAGE - 8]));
    space_new();
    space_map(WINDOW, 0, address(arena[0]), PTE_RX);
    space_map(WINDOW + PAGE, 0, address(arena[3]), PTE_RX);
    space_on();
    fact("mapped", call_code(LEVEL_S, (const void *)(WINDOW + PAGE - 8)));
}
