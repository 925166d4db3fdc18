/*
 * Random programs over M, S and U mode: `gen FIRST COUNT` writes one for each seed, in assembly.
 *
 * A program is built from groups of a few instructions, each of which does one thing that can go
 * wrong: an access through a page table of random permissions, a CSR, a jump to nowhere, a change
 * of the page table, of the level, of code. Groups for a level are mostly put where that level
 * runs, and sometimes where they are illegal.
 *
 * What two correct harts may do differently must not occur, and does not by construction:
 *   - data is never executed: jumps go to the program itself, or to pages without memory, without
 *     permission, or full of ecalls; those are never writable
 *   - a change of code is followed by fence.i, a change of a page table by sfence.vma
 *   - counters, time and xtval of illegal instructions are not read
 *   - an access that is misaligned stays within a page of real memory
 *   - a store-conditional without a reservation, which may fault or not, is not executed
 *   - pages that a jump may reach are not loaded from: QEMU before version 8 forgets, after a load
 *     that SUM has allowed, that S-mode may not execute the page
 */
#include "tests/conformance/random/gen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define GROUPS_MIN 12 /* in a segment */
#define GROUPS_MAX 28

/* ---- chance ---------------------------------------------------------------------------------- */

uint64_t next64(struct gen *g)
{
    uint64_t z = g->state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

unsigned below(struct gen *g, unsigned n)
{
    return (unsigned)((next64(g) >> 32) % n);
}

bool chance(struct gen *g, unsigned percent)
{
    return below(g, 100) < percent;
}

/* ---- text ------------------------------------------------------------------------------------ */

void op(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    putchar('\t');
    vprintf(format, args);
    putchar('\n');
    va_end(args);
}

unsigned new_label(struct gen *g)
{
    return ++g->label;
}

void place(const struct gen *g, unsigned label)
{
    printf("p%" PRIu64 "_%u:\n", g->seed, label);
}

void li(unsigned r, uint64_t value)
{
    op("li x%u, %#" PRIx64, r, value);
}

/* ---- programs -------------------------------------------------------------------------------- */

/* Places the labels of branches whose time has come, or all of them. */
static void place_labels(struct gen *g, bool all)
{
    for (unsigned i = 0; i < BRANCHES; i++) {
        if (g->ahead[i].label != 0 && (all || --g->ahead[i].groups == 0)) {
            place(g, g->ahead[i].label);
            g->ahead[i].label = 0;
        }
    }
}

static void write_groups(struct gen *g, unsigned n)
{
    for (; n > 0; n--) {
        write_group(g);
        place_labels(g, false);
    }
    place_labels(g, true);
}

static void write_loop(struct gen *g)
{
    unsigned top = new_label(g), out = new_label(g);

    li(27, 2 + below(g, 4));
    place(g, top);
    write_groups(g, 1 + below(g, 5));
    op("addi x27, x27, -1");
    op("beqz x27, p%" PRIu64 "_%u", g->seed, out);
    op("j p%" PRIu64 "_%u", g->seed, top);
    place(g, out);
}

static void write_segment(struct gen *g, unsigned n, unsigned level)
{
    printf("p%" PRIu64 "_s%u:\n", g->seed, n);
    g->level = level;
    for (unsigned left = GROUPS_MIN + below(g, GROUPS_MAX - GROUPS_MIN); left > 0;) {
        if (left >= 6 && chance(g, 10)) {
            write_loop(g);
            left -= 6;
        } else {
            unsigned some = left < 4 ? left : 4;
            write_groups(g, some);
            left -= some;
        }
    }
    op("ecall");
}

/* Without ecalls from S-mode, which the harness needs; a load's fault and a store's go together. */
static uint64_t delegated(struct gen *g)
{
    const uint64_t loads = 1 << LOAD_MISALIGNED | 1 << LOAD_ACCESS | 1 << LOAD_PAGE;
    uint64_t bits = next64(g) & (loads | 1 << FETCH_ACCESS | 1 << ILLEGAL | 1 << BREAKPOINT |
                                 1 << ECALL_U | 1 << FETCH_PAGE);

    return bits | (bits & loads) << (STORE_PAGE - LOAD_PAGE);
}

/* What the program starts with. */
static void write_settings(struct gen *g)
{
    uint64_t medeleg = delegated(g);
    uint64_t status = (chance(g, 30) ? STATUS_SUM : 0) | (chance(g, 30) ? STATUS_MXR : 0) |
                      (chance(g, 50) ? STATUS_SIE : 0) | (chance(g, 50) ? STATUS_MPIE : 0) |
                      (chance(g, 10) ? STATUS_TSR : 0) | (chance(g, 10) ? STATUS_TVM : 0);

    op(".dword %" PRIu64 ", %d", g->seed, g->paged);
    op(".dword %#" PRIx64 ", %d, %d, %#" PRIx64, medeleg, chance(g, 60) ? 2 : 0,
       chance(g, 70) ? 2 : 0, status);
    op(".dword %d", chance(g, 30));
}

static void write_program(uint64_t seed)
{
    struct gen g = {.state = seed * 0xd1342543de82ef95, .seed = seed};
    unsigned levels[SEGMENTS];

    g.paged = chance(&g, 85);
    printf("# ---- seed %" PRIu64 "\n\t.section .snippets, \"ax\"\n", seed);
    for (unsigned n = 0; n < SEGMENTS; n++) {
        levels[n] = (unsigned[]){LEVEL_U, LEVEL_S, LEVEL_U, LEVEL_S, LEVEL_M}[below(&g, 5)];
        write_segment(&g, n, levels[n]);
    }
    printf("\t.section .rodata\nname_%" PRIu64 ": .string \"seed_%" PRIu64 "\"\n", seed, seed);
    printf("\t.balign 8\nprogram_%" PRIu64 ":\n", seed);
    write_settings(&g);
    for (unsigned n = 0; n < SEGMENTS; n++)
        op(".dword p%" PRIu64 "_s%u, %u", seed, n, levels[n]);
    for (unsigned s = 0; s < SPACES; s++) {
        for (unsigned n = 0; n < WINDOW_PAGES; n++)
            op(".dword %#" PRIx64, random_flags(&g, n >= DATA_PAGES));
    }
    printf("\t.section .cases, \"a\"\n");
    op(".dword name_%" PRIu64 ", program_run, program_%" PRIu64, seed, seed);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: gen FIRST-SEED COUNT\n");
        return 2;
    }
    uint64_t first = strtoull(argv[1], NULL, 0), count = strtoull(argv[2], NULL, 0);
    printf("# Random programs, written by tests/conformance/random.\n");
    printf("\t.option norelax\n");
    for (uint64_t seed = first; seed < first + count; seed++)
        write_program(seed);
    return 0;
}
