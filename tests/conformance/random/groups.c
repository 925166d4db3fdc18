/*
 * The groups of instructions that random programs are made of, and how often each occurs.
 */
#include "tests/conformance/random/gen.h"

#define NOT_CANONICAL UINT64_C(0x80000000d0000000)

#define IN_U 1u
#define IN_S 2u
#define IN_M 4u

/* ---- operands -------------------------------------------------------------------------------- */

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

    for (unsigned i = 0; i < BRANCHES; i++) {
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

/* Valid more often than not; pads are executable more often than not. */
uint64_t random_flags(struct gen *g, bool pad)
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

/* ---- the choice of a group ------------------------------------------------------------------- */

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

void write_group(struct gen *g)
{
    unsigned here = g->level == LEVEL_M ? IN_M : g->level == LEVEL_S ? IN_S : IN_U;
    bool anywhere = chance(g, 4);
    unsigned sum = 0;

    for (size_t i = 0; i < GROUPS; i++)
        sum += anywhere || (groups[i].levels & here) ? groups[i].weight : 0;
    unsigned at = below(g, sum);
    for (size_t i = 0;; i++) {
        unsigned weight = anywhere || (groups[i].levels & here) ? groups[i].weight : 0;
        if (at < weight) {
            groups[i].write(g);
            return;
        }
        at -= weight;
    }
}
