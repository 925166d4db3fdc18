/*
 * Runs the random programs: sets each up, handles its traps, shows their history and what is left.
 *
 * A trap is handled in the same few ways, whatever the program is: an ecall goes on with the next
 * segment, a fetch that failed goes on behind the jump, anything else goes on behind the
 * instruction. The program ends after its last segment, or after a number of traps.
 */
#include "tests/conformance/guest.h"
#include "tests/conformance/random/program.h"

#include <stdbool.h>

#define TRAPS_MAX 250

#define CLOSED_PMP ((ARENA + CLOSED_PAGE * 4096) >> 2 | 511)

/* ---- setting up ------------------------------------------------------------------------------ */

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void fill_pages(uint64_t seed)
{
    for (unsigned page = 0; page < DATA_PAGES; page++) {
        for (unsigned i = 0; i < PAGE; i += 8)
            write64(address(arena[page]) + i, next_random(&seed));
    }
    for (unsigned i = 0; i < PADS * PAGE; i += 4)
        write32(address(arena[PAGE_PAD]) + i, 0x73);
    __asm__ volatile("fence.i" ::: "memory");
}

static uint64_t page_of_window(unsigned n)
{
    return address(n < DATA_PAGES ? arena[n] : arena[PAGE_PAD + n % PADS]);
}

/* The values of satp, for the programs. */
uint64_t program_first_satp, program_second_satp;

/* The second space differs from the first in the window's last table. */
static void make_spaces(const struct program *p)
{
    uint64_t *root = (uint64_t *)arena[PAGE_SECOND], *middle = (uint64_t *)arena[PAGE_SECOND + 1];

    space_new();
    *space_pte(WINDOW, 1) = PTE_PPN(arena[PAGE_TABLE]) | PTE_V;
    for (unsigned i = 0; i < 512; i++) {
        root[i] = space_pte(0, 2)[i];
        middle[i] = space_pte(WINDOW & ~(512 * MEGA - 1), 1)[i];
    }
    root[WINDOW >> 30] = PTE_PPN(middle) | PTE_V;
    middle[WINDOW >> 21 & 511] = PTE_PPN(arena[PAGE_TABLE + 1]) | PTE_V;
    for (unsigned s = 0; s < SPACES; s++) {
        for (unsigned n = 0; n < WINDOW_PAGES; n++)
            ((uint64_t *)arena[PAGE_TABLE + s])[n] = PTE_PPN(page_of_window(n)) | p->flags[s][n];
    }
}

static struct trap set_up(const struct program *p)
{
    struct trap t = {.level = LEVEL_M};
    uint64_t state = p->seed + 0x9e3779b97f4a7c15;

    fill_pages(state);
    make_spaces(p);
    if (p->paged)
        space_on();
    program_first_satp = csr_read(satp);
    program_second_satp = 8 * BIT(60) | address(arena[PAGE_SECOND]) >> 12;
    csr_write(pmpaddr0, CLOSED_PMP);
    if (p->closed)
        csr_set(pmpcfg0, 0x18);
    csr_write(medeleg, p->medeleg);
    csr_write(mideleg, p->mideleg);
    csr_write(mie, p->mie);
    csr_set(mstatus, p->mstatus);
    sfence_vma();
    for (int n = 1; n < 32; n++)
        t.x[n] = next_random(&state);
    return t;
}

/* ---- history --------------------------------------------------------------------------------- */

/* The instruction at a pc of the program's, at either address. */
static uint32_t instruction(uint64_t pc)
{
    uint64_t at = pc >= SNIPPETS && pc < SNIPPETS + MEGA ? pc - SNIPPETS + SNIPPETS_AT : pc;

    return at >= SNIPPETS_AT && at < SNIPPETS_AT + MEGA ? read32(at) : 0;
}

static bool is_amo(const struct trap *t)
{
    return (instruction(t->epc) & 0x7f) == 0x2f;
}

/* A line a trap: from which level to which, cause, pc, value, status. */
static void show_brief(const struct trap *t)
{
    static const char *const levels[] = {"U", "S", "?", "M"};
    uint64_t facts[] = {t->cause, t->epc, t->tval, trap_status(t)};

    put("  ");
    put(levels[trap_origin(t)]);
    put(levels[t->level]);
    for (int i = 0; i < 4; i++) {
        put(" ");
        put_hex(facts[i]);
    }
    put("\n");
}

static uint64_t digest(uint64_t from, uint64_t size)
{
    uint64_t hash = 0xcbf29ce484222325;

    for (uint64_t i = 0; i < size; i += 8)
        hash = (hash ^ read64(from + i)) * 0x100000001b3;
    return hash;
}

/* The registers, and what is in the data pages and tables. */
static void show_rest(const struct trap *t)
{
    for (int n = 0; n < 32; n++) {
        put(n % 8 == 0 ? "  x" : " ");
        put_hex(t->x[n]);
        put(n % 8 == 7 ? "\n" : "");
    }
    for (unsigned n = 0; n < PAGE_PAD; n++)
        fact("page", digest(address(arena[n]), PAGE));
}

/* ---- running --------------------------------------------------------------------------------- */

static bool on_pad(uint64_t pc)
{
    return (pc >= WINDOW && pc < WINDOW + WINDOW_PAGES * PAGE) ||
           (pc >= address(arena[PAGE_PAD]) && pc < address(arena[PAGE_PAD + PADS]));
}

static struct trap segment(const struct program *p, const struct trap *t, unsigned n)
{
    const struct segment *s = &p->segment[n];
    bool window = s->level == LEVEL_U && p->paged;

    return go_on(t, (unsigned)s->level, window ? address(user((const void *)s->pc)) : s->pc);
}

/*
 * Makes a trap what all harts agree on, for its history and for programs that read the CSRs: no
 * xtval of an illegal instruction, and the fault of an AMO is a store's (show_amo).
 */
static void settle(struct trap *t)
{
    bool as_load = t->cause == LOAD_MISALIGNED || t->cause == LOAD_ACCESS || t->cause == LOAD_PAGE;

    if (as_load && is_amo(t))
        t->cause += STORE_PAGE - LOAD_PAGE;
    if (t->cause == ILLEGAL || t->cause == BREAKPOINT)
        t->tval = 0;
    if (t->level == LEVEL_S) {
        csr_write(scause, t->cause);
        csr_write(stval, t->tval);
    } else {
        csr_write(mcause, t->cause);
        csr_write(mtval, t->tval);
    }
    if (t->cause == (INTERRUPT | SOFT_S))
        csr_clear(mip, BIT(SOFT_S));
    if (t->cause == ILLEGAL)
        sfence_vma(); /* it may have been a fence that TVM forbids */
}

/*
 * Behind the instruction. If that broke a pair of LR and SC, behind the SC: without a reservation
 * it may fault or just fail.
 */
static uint64_t behind(uint64_t pc)
{
    for (unsigned ahead = 4; ahead <= 12; ahead += 4) {
        if ((instruction(pc + ahead) & 0xf800007f) == 0x1800002f)
            return pc + ahead + 4;
    }
    return pc + 4;
}

static uint64_t place_to_go_on(const struct trap *t)
{
    if (t->cause & INTERRUPT)
        return t->epc;
    if (t->cause == FETCH_ACCESS || t->cause == FETCH_PAGE || on_pad(t->epc))
        return t->x[1];
    return behind(t->epc);
}

void program_run(const void *row);

void program_run(const void *row)
{
    const struct program *p = row;
    struct trap t = set_up(p);
    unsigned next = 0;

    t = segment(p, &t, next++);
    for (unsigned traps = 0; traps < TRAPS_MAX; traps++) {
        bool call = t.cause == ECALL_U || t.cause == ECALL_S || t.cause == ECALL_M;
        settle(&t);
        show_brief(&t);
        if (!call || on_pad(t.epc))
            t = go_on(&t, trap_origin(&t), place_to_go_on(&t));
        else if (next < SEGMENTS)
            t = segment(p, &t, next++);
        else
            break;
    }
    csr_clear(mstatus, STATUS_MPRV);
    show_rest(&t);
}
