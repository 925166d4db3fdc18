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
#include "tests/conformance/guest.h"
#include "tests/conformance/random/program.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define NOT_CANONICAL UINT64_C(0x80000000d0000000)

#define GROUPS_MIN 12 /* in a segment */
#define GROUPS_MAX 28
#define LABELS     4 /* of branches that are under way */

#define IN_U 1u
#define IN_S 2u
#define IN_M 4u

struct gen {
    uint64_t state, seed;
    bool paged;
    unsigned level; /* at which the next instruction probably runs */
    unsigned label; /* number of the last one */
    struct {
        unsigned label, groups; /* to be placed after so many groups */
    } ahead[LABELS];
};

/* ---- chance ---------------------------------------------------------------------------------- */

static uint64_t next64(struct gen *g)
{
    uint64_t z = g->state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static unsigned below(struct gen *g, unsigned n)
{
    return (unsigned)((next64(g) >> 32) % n);
}

static bool chance(struct gen *g, unsigned percent)
{
    return below(g, 100) < percent;
}

static const char *pick(struct gen *g, const char *const *names, size_t n)
{
    return names[below(g, (unsigned)n)];
}
#define PICK(g, names) pick(g, names, sizeof(names) / sizeof((names)[0]))

/* A register that a program may write: not x0, x1 (the way back), x27 (the loop). */
static unsigned dest(struct gen *g)
{
    unsigned r = 2 + below(g, 29);

    return r == 27 ? 31 : r;
}

static unsigned source(struct gen *g)
{
    return below(g, 32);
}

/* A number that is awkward more often than others. */
static uint64_t number(struct gen *g)
{
    static const uint64_t edges[] = {0, 1, 2, 63, 0x7fffffff, 0x80000000, INT64_MAX};
    uint64_t v = edges[below(g, sizeof edges / sizeof edges[0])];

    if (chance(g, 50))
        return next64(g);
    return chance(g, 50) ? v : ~v;
}

/* ---- text ------------------------------------------------------------------------------------ */

__attribute__((format(printf, 1, 2))) static void op(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    putchar('\t');
    vprintf(format, args);
    putchar('\n');
    va_end(args);
}

static unsigned new_label(struct gen *g)
{
    return ++g->label;
}

static void place(const struct gen *g, unsigned label)
{
    printf("p%" PRIu64 "_%u:\n", g->seed, label);
}

static void li(unsigned r, uint64_t value)
{
    op("li x%u, %#" PRIx64, r, value);
}

/* An address of the program itself, as the present level sees it. */
static void la(const struct gen *g, unsigned r, unsigned label)
{
    op("la x%u, p%" PRIu64 "_%u", r, g->seed, label);
}

/* ---- groups: arithmetic, memory -------------------------------------------------------------- */

static void group_alu(struct gen *g)
{
    static const char *const three[] = {
        "add",  "sub",  "sll",  "srl",  "sra",   "slt",    "sltu",  "xor",  "or",   "and",
        "addw", "subw", "mul",  "mulh", "div",   "divu",   "rem",   "remu", "mulw", "divw",
        "remw", "sllw", "srlw", "sraw", "mulhu", "mulhsu", "divuw", "remuw"};
    static const char *const immediate[] = {"addi", "xori",  "ori",  "andi",
                                            "slti", "sltiu", "addiw"};
    static const char *const shift[] = {"slli", "srli", "srai"};

    for (unsigned n = 1 + below(g, 4); n > 0; n--) {
        unsigned d = dest(g);
        switch (below(g, 6)) {
        case 0:
            op("%s x%u, x%u, %d", PICK(g, immediate), d, source(g), (int)below(g, 4096) - 2048);
            break;
        case 1:
            op("%s x%u, x%u, %u", PICK(g, shift), d, source(g), below(g, 64));
            break;
        case 2:
            li(d, number(g));
            break;
        default:
            op("%s x%u, x%u, x%u", PICK(g, three), d, source(g), source(g));
        }
    }
}

static uint64_t data_page(struct gen *g)
{
    unsigned n = below(g, 100);

    if (n < 60)
        return WINDOW + 4096 * below(g, DATA_PAGES);
    if (n < 85)
        return ARENA + 4096 * below(g, DATA_PAGES);
    if (n < 90)
        return ARENA + 4096 * (PAGE_TABLE + below(g, SPACES));
    return n < 95 ? NOWHERE : NOT_CANONICAL;
}

/* x5 = an address. Only data pages at their physical address are accessed misaligned, or written.
 */
static void address_of(struct gen *g, bool aligned, bool store)
{
    uint64_t page = data_page(g);
    unsigned offset = 8 * below(g, 500);
    bool table = page >= ARENA + 4096 * PAGE_TABLE && page < ARENA + 4096 * PAGE_PAD;
    bool memory = page >= ARENA && page < ARENA + 4096 * DATA_PAGES;

    if (store && table)
        page = ARENA;
    if (!aligned && memory && chance(g, 20))
        offset += below(g, 8);
    li(5, page + offset);
}

static void group_load(struct gen *g)
{
    static const char *const names[] = {"lb", "lbu", "lh", "lhu", "lw", "lwu", "ld", "ld"};

    address_of(g, false, false);
    for (unsigned n = 1 + below(g, 3); n > 0; n--)
        op("%s x%u, %u(x5)", PICK(g, names), 7 + below(g, 20), 8 * below(g, 8));
}

static void group_store(struct gen *g)
{
    static const char *const names[] = {"sb", "sh", "sw", "sd", "sd"};

    address_of(g, false, true);
    for (unsigned n = 1 + below(g, 3); n > 0; n--)
        op("%s x%u, %u(x5)", PICK(g, names), source(g), 8 * below(g, 8));
}

static void group_amo(struct gen *g)
{
    static const char *const names[] = {"swap", "add", "xor",  "and", "or",
                                        "min",  "max", "minu", "maxu"};

    address_of(g, true, true);
    op("amo%s.%c x%u, x%u, (x5)", PICK(g, names), chance(g, 50) ? 'w' : 'd', dest(g), source(g));
}

/* If anything traps before the SC, the SC is left out (program.c). */
static void group_reserve(struct gen *g)
{
    char size = chance(g, 50) ? 'w' : 'd';

    address_of(g, true, true);
    op("lr.%c x%u, (x5)", size, 7 + below(g, 20));
    if (chance(g, 30))
        op("sd x%u, (x5)", source(g));
    if (chance(g, 30))
        op("sd x%u, 8(x5)", source(g));
    op("sc.%c x%u, x%u, (x5)", size, 7 + below(g, 20), source(g));
}

/* ---- groups: control ------------------------------------------------------------------------- */

/* Over the next groups. */
static void group_branch(struct gen *g)
{
    static const char *const names[] = {"beq", "bne", "blt", "bge", "bltu", "bgeu"};

    for (unsigned i = 0; i < LABELS; i++) {
        if (g->ahead[i].label != 0)
            continue;
        g->ahead[i].label = new_label(g);
        g->ahead[i].groups = 1 + below(g, 3);
        op("%s x%u, x%u, p%" PRIu64 "_%u", PICK(g, names), source(g), source(g), g->seed,
           g->ahead[i].label);
        return;
    }
}

static void group_wild_jump(struct gen *g)
{
    uint64_t targets[] = {WINDOW + 4096 * (DATA_PAGES + below(g, PAD_PAGES)),
                          WINDOW + 4096 * (DATA_PAGES + below(g, PAD_PAGES)),
                          WINDOW + 4096 * (DATA_PAGES + below(g, PAD_PAGES)),
                          ARENA + 4096 * (PAGE_PAD + below(g, PADS)),
                          WINDOW + 4096 * WINDOW_PAGES,
                          NOWHERE,
                          NOT_CANONICAL};
    uint64_t target = targets[below(g, sizeof targets / sizeof targets[0])];

    li(5, target + 4 * below(g, 1024));
    op("jalr x1, x5");
}

static void group_illegal(struct gen *g)
{
    static const char *const words[] = {".word 0",        ".word 0xffffffff", "ebreak",
                                        "csrr x0, cycle", "csrw mhartid, x7", "csrr x7, 0x5c0"};

    op("%s", PICK(g, words));
}

/* To the next instruction, at another level. x1 is where to go on if it cannot be fetched. */
static void group_return(struct gen *g)
{
    bool by_mret = g->level == LEVEL_M ? chance(g, 70) : chance(g, 10);
    unsigned to = by_mret ? (unsigned[]){LEVEL_U, LEVEL_S, LEVEL_M}[below(g, 3)] : below(g, 2);
    unsigned here = new_label(g);

    la(g, 1, here);
    if (to == LEVEL_U && g->paged) {
        li(5, SNIPPETS - (uint64_t)SNIPPETS_AT);
        op("add x1, x1, x5");
    }
    li(5, by_mret ? 0x1880 : 0x120);
    op("csrc %cstatus, x5", by_mret ? 'm' : 's');
    li(5, by_mret ? (uint64_t)to << 11 | below(g, 2) << 7 : (uint64_t)to << 8 | below(g, 2) << 5);
    op("csrs %cstatus, x5", by_mret ? 'm' : 's');
    op("csrw %cepc, x1", by_mret ? 'm' : 's');
    op("%cret", by_mret ? 'm' : 's');
    place(g, here);
    if (by_mret ? g->level == LEVEL_M : g->level >= LEVEL_S)
        g->level = to;
}

/* ---- groups: CSRs ---------------------------------------------------------------------------- */

static void group_csr(struct gen *g)
{
    static const char *const supervisor[] = {"sepc", "scause", "stval"};
    static const char *const machine[] = {"mepc", "mcause", "mtval"};
    static const char *const forms[] = {"csrrw", "csrrs", "csrrc"};
    bool m = g->level == LEVEL_M ? chance(g, 60) : chance(g, 8);
    const char *name = m ? PICK(g, machine) : PICK(g, supervisor);

    if (chance(g, 70))
        op("%s x%u, %s, x%u", PICK(g, forms), dest(g), name, source(g));
    else
        op("%si x%u, %s, %u", PICK(g, forms), dest(g), name, below(g, 32));
}

static void group_read_masked(struct gen *g)
{
    static const struct {
        const char *name;
        uint64_t mask;
    } csrs[] = {{"sstatus", 0xc0122}, {"sip", 0x222},       {"sie", 0x222},
                {"satp", UINT64_MAX}, {"mstatus", 0xe19aa}, {"mip", 0x222}};
    unsigned n = g->level == LEVEL_M ? below(g, 6) : below(g, 4), d = 7 + below(g, 20);

    li(5, csrs[n].mask);
    op("csrr x%u, %s", d, csrs[n].name);
    op("and x%u, x%u, x5", d, d);
}

static void group_status(struct gen *g)
{
    static const uint64_t bits[] = {1 << 18, 1 << 19, 1 << 1, 3 << 18};

    li(5, bits[below(g, 4)]);
    op("csr%c sstatus, x5", chance(g, 50) ? 's' : 'c');
}

/* The supervisor's software interrupt: raised, enabled, masked. */
static void group_interrupt(struct gen *g)
{
    static const char *const supervisor[] = {"csrsi sip, 2", "csrci sip, 2", "csrsi sie, 2",
                                             "csrci sie, 2", "csrsi sstatus, 2"};
    static const char *const machine[] = {"csrsi mip, 2", "csrsi mip, 2",     "csrsi mie, 2",
                                          "csrci mie, 2", "csrsi mstatus, 8", "csrci mstatus, 8"};

    if (g->level == LEVEL_M && chance(g, 70))
        op("%s", PICK(g, machine));
    else
        op("%s", PICK(g, supervisor));
}

/* ---- groups: translation --------------------------------------------------------------------- */

/* Permissions: for pads, all but W; valid and accessed more often than not. */
static uint64_t random_flags(struct gen *g, bool pad)
{
    static const uint64_t usual[] = {PTE_RW, PTE_RW | PTE_U, PTE_RX, PTE_RX | PTE_U};
    uint64_t flags = chance(g, 60) ? usual[below(g, 4)] : next64(g) & 0xff;

    if (chance(g, 80))
        flags |= PTE_V;
    if (pad)
        flags = (flags & ~(uint64_t)PTE_W) | (chance(g, 60) ? PTE_X : 0);
    return flags;
}

static uint64_t window_page(unsigned n)
{
    return ARENA + 4096 * (uint64_t)(n < DATA_PAGES ? n : PAGE_PAD + n % PADS);
}

static void fence(struct gen *g)
{
    op("sfence.vma%s", chance(g, 20) ? " x0, x0" : "");
}

static void group_page(struct gen *g)
{
    unsigned n = below(g, WINDOW_PAGES);

    li(5, ARENA + 4096 * (PAGE_TABLE + below(g, SPACES)) + 8 * n);
    li(6, PTE_PPN(window_page(n)) | random_flags(g, n >= DATA_PAGES));
    op("sd x6, (x5)");
    fence(g);
}

/* The other address space, or the same: the second one's root is in the arena. */
static void group_space(struct gen *g)
{
    if (!g->paged)
        return;
    if (chance(g, 50))
        op("la x5, program_first_satp");
    else
        op("la x5, program_second_satp");
    op("ld x5, (x5)");
    op("csrw satp, x5");
    fence(g);
}

static void group_fence(struct gen *g)
{
    if (chance(g, 50))
        fence(g);
    else
        op("fence.i");
}

/* In M-mode, as if at a lower level. */
static void group_mprv(struct gen *g)
{
    li(6, 0x1800);
    op("csrc mstatus, x6");
    li(6, 1 << 17 | below(g, 2) << 11);
    address_of(g, true, true);
    op("csrs mstatus, x6");
    op("ld x%u, (x5)", 7 + below(g, 20));
    if (chance(g, 50))
        op("sd x%u, 8(x5)", source(g));
    li(6, 1 << 17);
    op("csrc mstatus, x6");
}

static void group_pmp(struct gen *g)
{
    op("csr%ci pmpcfg0, 24", chance(g, 50) ? 's' : 'c');
    op("sfence.vma");
}

/* Rewrites an instruction and executes it. */
static void group_patch(struct gen *g)
{
    unsigned here = new_label(g), d = dest(g);

    la(g, 5, here);
    li(6, 0x13 | d << 7 | source(g) << 15 | (uint64_t)below(g, 4096) << 20); /* addi */
    op("sw x6, (x5)");
    op("fence.i");
    place(g, here);
    op("nop");
}

/* ---- programs -------------------------------------------------------------------------------- */

static const struct group {
    void (*write)(struct gen *g);
    unsigned weight, levels; /* where it belongs */
} groups[] = {
    {group_alu, 30, IN_U | IN_S | IN_M},
    {group_load, 16, IN_U | IN_S | IN_M},
    {group_store, 16, IN_U | IN_S | IN_M},
    {group_amo, 8, IN_U | IN_S | IN_M},
    {group_reserve, 6, IN_U | IN_S | IN_M},
    {group_branch, 8, IN_U | IN_S | IN_M},
    {group_wild_jump, 6, IN_U | IN_S | IN_M},
    {group_illegal, 2, IN_U | IN_S | IN_M},
    {group_patch, 5, IN_U | IN_S | IN_M},
    {group_return, 6, IN_S | IN_M},
    {group_csr, 6, IN_S | IN_M},
    {group_read_masked, 5, IN_S | IN_M},
    {group_status, 5, IN_S | IN_M},
    {group_interrupt, 6, IN_S | IN_M},
    {group_page, 8, IN_S | IN_M},
    {group_space, 4, IN_S | IN_M},
    {group_fence, 2, IN_S | IN_M},
    {group_mprv, 6, IN_M},
    {group_pmp, 3, IN_M},
};
#define GROUPS (sizeof groups / sizeof groups[0])

static const struct group *pick_group(struct gen *g)
{
    unsigned here = g->level == LEVEL_M ? IN_M : g->level == LEVEL_S ? IN_S : IN_U;
    bool anywhere = chance(g, 4);
    unsigned sum = 0;

    for (size_t i = 0; i < GROUPS; i++)
        sum += anywhere || (groups[i].levels & here) ? groups[i].weight : 0;
    unsigned at = below(g, sum);
    for (size_t i = 0;; i++) {
        unsigned weight = anywhere || (groups[i].levels & here) ? groups[i].weight : 0;
        if (at < weight)
            return &groups[i];
        at -= weight;
    }
}

/* Places the labels of branches whose time has come, or all of them. */
static void place_labels(struct gen *g, bool all)
{
    for (unsigned i = 0; i < LABELS; i++) {
        if (g->ahead[i].label != 0 && (all || --g->ahead[i].groups == 0)) {
            place(g, g->ahead[i].label);
            g->ahead[i].label = 0;
        }
    }
}

static void write_groups(struct gen *g, unsigned n)
{
    for (; n > 0; n--) {
        pick_group(g)->write(g);
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
    printf("# Random programs, written by tests/conformance/random/gen.c.\n");
    printf("\t.option norelax\n");
    for (uint64_t seed = first; seed < first + count; seed++)
        write_program(seed);
    return 0;
}
