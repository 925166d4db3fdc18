/*
 * Finding each register in the engine's context: write two different values through the register
 * interface, save a context after each, and look for the one place that held first the one and
 * then the other.
 *
 * Two words have no register number on every version: the privilege level and the faulting
 * address. They are found by a return to user and to supervisor mode at a known address: no PMP
 * entry is open, so the first fetch there faults.
 *
 * The words are 4-byte aligned, no better: the search goes in steps of 4. In the end every word is
 * written in the block, restored, and read back through the register interface.
 */
#include "emu/board/layout.h"

#include <stdio.h>
#include <stdlib.h>

#define MSTATUS_MPP_SHIFT 11
#define INSN_MRET         0x30200073u

struct probe_row {
    enum state_word word;
    int reg;
    uint8_t width;
    uint64_t first, second; /* both legal for the register, and different in it */
    const char *name;
};

#define MAGIC(n) UINT64_C(0x123456789a000000) + (n)*0x1010
#define PAIR(n)  MAGIC(n), MAGIC((n) + 0x4000)

static const struct probe_row rows[] = {
    {W_PC, UC_RISCV_REG_PC, 8, PAIR(1), "pc"},
    {W_MSTATUS, UC_RISCV_REG_MSTATUS, 8, 0x8, 0x1822, "mstatus"},
    {W_MIE, UC_RISCV_REG_MIE, 8, 0x8, 0xaa2, "mie"},
    {W_MIDELEG, UC_RISCV_REG_MIDELEG, 8, 0x2, 0x220, "mideleg"},
    {W_MEDELEG, UC_RISCV_REG_MEDELEG, 8, 0x100, 0xb000, "medeleg"},
    {W_MTVEC, UC_RISCV_REG_MTVEC, 8, PAIR(2), "mtvec"},
    {W_MEPC, UC_RISCV_REG_MEPC, 8, PAIR(3), "mepc"},
    {W_MCAUSE, UC_RISCV_REG_MCAUSE, 8, PAIR(4), "mcause"},
    {W_MTVAL, UC_RISCV_REG_MTVAL, 8, PAIR(5), "mtval"},
    {W_STVEC, UC_RISCV_REG_STVEC, 8, PAIR(6), "stvec"},
    {W_SEPC, UC_RISCV_REG_SEPC, 8, PAIR(7), "sepc"},
    {W_SCAUSE, UC_RISCV_REG_SCAUSE, 8, PAIR(8), "scause"},
    {W_STVAL, UC_RISCV_REG_STVAL, 8, PAIR(9), "stval"},
    {W_SATP, UC_RISCV_REG_SATP, 8, UINT64_C(8) << 60 | 0x12345, UINT64_C(8) << 60 | 0x54321,
     "satp"},
    {W_MCOUNTEREN, UC_RISCV_REG_MCOUNTEREN, 4, 0x1, 0x6, "mcounteren"},
    {W_SCOUNTEREN, UC_RISCV_REG_SCOUNTEREN, 4, 0x1, 0x6, "scounteren"},
};
#define ROWS (sizeof rows / sizeof rows[0])

struct search {
    uc_engine *uc;
    uc_context *initial, *a, *b;
    size_t size; /* of a context, bytes */
    int cause;   /* of the last fault, or -1 */
    char *why;
    size_t why_size;
};

static bool fail(struct search *s, const char *what, const char *name)
{
    snprintf(s->why, s->why_size, "this Unicorn's CPU state is not understood (%s of %s)", what,
             name);
    return false;
}

/* The only place where `a` has `first` and `b` has `second`; 0 if there is none or several. */
static uint32_t find_pair(const struct search *s, uint64_t first, uint64_t second, unsigned width)
{
    uint32_t found = 0;

    for (uint32_t at = 4; at + width <= s->size; at += 4) {
        if (memcmp((const char *)s->a + at, &first, width) != 0 ||
            memcmp((const char *)s->b + at, &second, width) != 0)
            continue;
        if (found != 0)
            return 0;
        found = at;
    }
    return found;
}

static bool save_with(struct search *s, int reg, uint64_t value, uint64_t *held, uc_context *to)
{
    return uc_reg_write(s->uc, reg, &value) == UC_ERR_OK &&
           uc_reg_read(s->uc, reg, held) == UC_ERR_OK && uc_context_save(s->uc, to) == UC_ERR_OK;
}

static struct probe_row general_register(unsigned n)
{
    return (struct probe_row){(enum state_word)(W_X + n), UC_RISCV_REG_X0 + (int)n, 8,
                              PAIR(0x100 + n), "a register"};
}

static bool find_register(struct search *s, struct layout *layout, const struct probe_row *row)
{
    uint64_t first = 0, second = 0;

    if (!save_with(s, row->reg, row->first, &first, s->a) ||
        !save_with(s, row->reg, row->second, &second, s->b) || first == second)
        return fail(s, "value", row->name);
    layout->width[row->word] = row->width;
    layout->offset[row->word] = find_pair(s, first, second, row->width);
    if (layout->offset[row->word] == 0)
        return fail(s, "place", row->name);
    return true;
}

static void on_fault(uc_engine *uc, uint32_t cause, void *arg)
{
    struct search *s = arg;

    s->cause = (int)cause;
    uc_context_save(uc, s->b);
    uc_emu_stop(uc);
}

/* Leaves machine mode for `level` at `target`, where the fetch faults; the state is then in b. */
static bool leave_to(struct search *s, uint64_t code, uint64_t level, uint64_t target)
{
    uint64_t mstatus = level << MSTATUS_MPP_SHIFT;

    s->cause = -1;
    uc_context_restore(s->uc, s->initial);
    uc_reg_write(s->uc, UC_RISCV_REG_MSTATUS, &mstatus);
    uc_reg_write(s->uc, UC_RISCV_REG_MEPC, &target);
    uc_emu_start(s->uc, code, ~UINT64_C(0), 0, 0);
    uc_context_restore(s->uc, s->initial);
    return s->cause == 1; /* instruction access fault */
}

/* Words of b that hold `value`, apart from those known already; several are possible. */
static bool holds(const uc_context *context, uint32_t at, uint64_t value)
{
    return memcmp((const char *)context + at, &value, sizeof value) == 0;
}

static bool known(const struct layout *layout, uint32_t at)
{
    for (unsigned w = 0; w < W_COUNT; w++) {
        if (layout->offset[w] == at)
            return true;
    }
    return false;
}

static bool find_fault_words(struct search *s, struct layout *layout, uint64_t code)
{
    const uint64_t target[2] = {code + 0x800, code + 0xa00};
    uint32_t *priv = &layout->offset[W_PRIV], *bad = &layout->offset[W_BADADDR];

    layout->width[W_PRIV] = layout->width[W_BADADDR] = 8;
    if (!leave_to(s, code, 0, target[0]))
        return fail(s, "fault", "user mode");
    memcpy(s->a, s->b, s->size);
    if (!leave_to(s, code, 1, target[1]))
        return fail(s, "fault", "supervisor mode");
    for (uint32_t at = 4; at + 8 <= s->size; at += 4) {
        if (known(layout, at))
            continue;
        if (holds(s->initial, at, 3) && holds(s->a, at, 0) && holds(s->b, at, 1))
            *priv = at;
        /* pc may hold the target, too, but its place is known. */
        if (holds(s->a, at, target[0]) && holds(s->b, at, target[1]))
            *bad = at;
    }
    if (*priv == 0 || *bad == 0)
        return fail(s, "place", *priv == 0 ? "privilege" : "fault address");
    return true;
}

/* Writes a word in the block and reads it back as a register. */
static bool verify(struct search *s, struct layout *layout, const struct probe_row *row)
{
    uint64_t held = 0, wanted = row->first;

    uc_context_restore(s->uc, s->initial);
    uc_reg_write(s->uc, row->reg, &wanted);
    uc_reg_read(s->uc, row->reg, &wanted);
    memcpy(s->a, s->initial, s->size);
    state_set(layout, s->a, row->word, wanted);
    uc_context_restore(s->uc, s->a);
    uc_reg_read(s->uc, row->reg, &held);
    return held == wanted || fail(s, "round trip", row->name);
}

static bool for_each_register(struct search *s, struct layout *layout,
                              bool (*fn)(struct search *, struct layout *,
                                         const struct probe_row *))
{
    bool ok = true;

    for (size_t i = 0; ok && i < ROWS; i++)
        ok = fn(s, layout, &rows[i]);
    for (unsigned n = 1; ok && n < 32; n++) {
        const struct probe_row row = general_register(n);
        ok = fn(s, layout, &row);
    }
    uc_context_restore(s->uc, s->initial);
    return ok;
}

static bool discover(struct search *s, struct layout *layout, uint64_t code)
{
    uc_hook hook;
    bool ok;

    uc_context_save(s->uc, s->initial);
    if (!for_each_register(s, layout, find_register) ||
        uc_hook_add(s->uc, &hook, UC_HOOK_INTR, (void *)on_fault, s, 1, 0) != UC_ERR_OK)
        return false;
    ok = find_fault_words(s, layout, code) && for_each_register(s, layout, verify);
    uc_hook_del(s->uc, hook);
    uc_context_restore(s->uc, s->initial);
    return ok;
}

static void free_context(uc_context *context)
{
    if (context != NULL)
        uc_context_free(context);
}

bool layout_discover(struct layout *layout, uc_engine *uc, uint8_t *ram, uint64_t address,
                     char *why, size_t size)
{
    struct search s = {.uc = uc, .size = uc_context_size(uc), .why = why, .why_size = size};
    const uint32_t mret = INSN_MRET;
    bool ok = false;

    memset(layout, 0, sizeof *layout);
    snprintf(why, size, "the CPU engine has no memory left");
    if (uc_context_alloc(uc, &s.initial) == UC_ERR_OK && uc_context_alloc(uc, &s.a) == UC_ERR_OK &&
        uc_context_alloc(uc, &s.b) == UC_ERR_OK) {
        memcpy(ram, &mret, sizeof mret);
        ok = discover(&s, layout, address);
        memset(ram, 0, 4096);
        uc_ctl_flush_tb(uc);
    }
    free_context(s.initial);
    free_context(s.a);
    free_context(s.b);
    return ok;
}
