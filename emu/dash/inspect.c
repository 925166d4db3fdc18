/*
 * The process inspector's data: registers, from the hart or from the trap frame, and the address space, from the page table as the
 * hart would walk it (privileged specification, 4.4, Sv39).
 */
#include <courier/probe.h>
#include <courier/syscall.h>
#include <stdio.h>
#include <string.h>
#include "emu/dash/dash.h"
#include "emu/dash/inspect.h"

#define PAGE_SHIFT   12
#define LEVELS       3
#define TABLE_PTES   512
#define TABLES_MAX   512 /* that one walk reads: a damaged table may point at itself */
#define SATP_PPN     ((1ull << 44) - 1)
#define PTE_V        (1u << 0)
#define PTE_R        (1u << 1)
#define PTE_W        (1u << 2)
#define PTE_X        (1u << 3)
#define PTE_U        (1u << 4)
#define PTE_LEAF     (PTE_R | PTE_W | PTE_X)
#define PTE_PPN(pte) ((pte) >> 10 & ((1ull << 44) - 1))

/* ---- registers --------------------------------------------------------------------------------- */

static void on_event(struct sink *self, const struct event *e)
{
    struct frames *f = (struct frames *)self;
    unsigned slot = EP_SLOT(e->who);
    if (slot < NSLOTS && e->frame) {
        f->process[slot].endpoint = e->who;
        f->process[slot].frame = e->frame;
    }
}

void frames_init(struct frames *f)
{
    *f = (struct frames){.sink = {.kinds = EVENT_BIT(EVENT_CALL), .event = on_event}};
}

bool frames_registers(const struct frames *f, const struct board *board, endpoint_t ep,
                      struct view_registers *out)
{
    unsigned slot = EP_SLOT(ep);
    if (slot >= NSLOTS || f->process[slot].endpoint != ep || !f->process[slot].frame)
        return false;
    uint64_t frame = f->process[slot].frame;
    for (unsigned i = 1; i < 32; i++)
        board_read(board, frame + FRAME_X(i), &out->x[i], sizeof out->x[i]);
    out->from_frame = true;
    return board_read(board, frame + FRAME_PC, &out->pc, sizeof out->pc);
}

static bool read_registers(struct dash *d, const struct world_process *p,
                           struct view_registers *out)
{
    struct board *board = d->guest.board;
    *out = (struct view_registers){.satp = d->guest.fault.process[EP_SLOT(p->endpoint)].satp};
    if (!world_runs(&d->model->world, p) || board_privilege(board) != 0)
        return frames_registers(&d->guest.frames, board, p->endpoint, out);
    for (unsigned i = 1; i < 32; i++)
        out->x[i] = board_reg(board, i);
    out->pc = board_pc(board);
    out->satp = board_satp(board);
    return true;
}

/* ---- the address space ------------------------------------------------------------------------- */

struct walk {
    const struct board *board;
    struct view_mapping *out;
    unsigned count, max, tables;
};

/* What it is, by where it lies (courier/syscall.h). */
static const char *part_of(uint64_t from, const char *rights)
{
    if (from >= USER_STACK_TOP - USER_STACK_SIZE)
        return "stack";
    if (from >= REGION_BASE && from < REGION_BASE + REGION_MAX)
        return "state region";
    if (from >= DEVICE_BASE)
        return "devices, DMA";
    return rights[2] == 'x' ? "text" : rights[1] == 'w' ? "data, heap" : "constants";
}

static void add(struct walk *w, uint64_t from, uint64_t bytes, uint64_t pte)
{
    char rights[4] = {pte & PTE_R ? 'r' : '-', pte & PTE_W ? 'w' : '-', pte & PTE_X ? 'x' : '-', 0};
    const char *what = part_of(from, rights);
    struct view_mapping *last = w->count ? &w->out[w->count - 1] : NULL;
    if (last && last->to == from && last->what == what && strcmp(last->rights, rights) == 0) {
        last->to += bytes;
    } else if (w->count < w->max) {
        w->out[w->count] = (struct view_mapping){.from = from, .to = from + bytes, .what = what};
        memcpy(w->out[w->count++].rights, rights, sizeof rights);
    }
}

static void walk_table(struct walk *w, uint64_t table, unsigned level, uint64_t from)
{
    uint64_t pte[TABLE_PTES], bytes = 1ull << (PAGE_SHIFT + 9 * level);
    if (w->tables++ >= TABLES_MAX || !board_read(w->board, table, pte, sizeof pte))
        return;
    for (unsigned i = 0; i < TABLE_PTES && w->count < w->max; i++, from += bytes) {
        if (!(pte[i] & PTE_V))
            continue;
        if (!(pte[i] & PTE_LEAF) && level > 0)
            walk_table(w, PTE_PPN(pte[i]) << PAGE_SHIFT, level - 1, from);
        else if (pte[i] & PTE_U)
            add(w, from, bytes, pte[i]);
    }
}

unsigned inspect_mappings(const struct board *board, uint64_t satp, struct view_mapping *out,
                          unsigned max)
{
    struct walk w = {.board = board, .out = out, .max = max};
    if (satp)
        walk_table(&w, (satp & SATP_PPN) << PAGE_SHIFT, LEVELS - 1, 0);
    return w.count;
}

/* ---- both -------------------------------------------------------------------------------------- */

/* Whom it may send to, out of the kernel's own record: "rs, pm, fs, programs". */
static void read_rights(const struct dash *d, const struct world_process *p, char *out, size_t size)
{
    uint64_t frame = d->guest.frames.process[EP_SLOT(p->endpoint)].frame;
    uint32_t sends = 0;
    size_t n = 0;
    out[0] = '\0';
    if (!frame || !board_read(d->guest.board, frame + FRAME_SENDS, &sends, sizeof sends))
        return;
    for (unsigned i = 1; i <= NSERVICES && n < size; i++) {
        const char *name = i < NSERVICES ? world_name(&d->model->world, i) : "programs";
        if (sends >> i & 1 && name)
            n += (size_t)snprintf(out + n, size - n, "%s%s", n ? ", " : "", name);
    }
}

void inspect(struct dash *d)
{
    struct view *v = &d->view;
    const struct world_process *p = v->live ? world_find(&d->model->world, v->chosen) : NULL;
    v->registers.known = false;
    v->mappings = 0;
    v->may_send[0] = '\0';
    /* Registers are those of now: at an earlier moment there are none. */
    if (!p || v->page != PAGE_PROCESS || d->scene.world != &d->model->world)
        return;
    v->registers.known = read_registers(d, p, &v->registers);
    v->mappings = inspect_mappings(d->guest.board, v->registers.satp, v->mapping, VIEW_MAPPINGS);
    if (v->registers.known)
        read_rights(d, p, v->may_send, sizeof v->may_send);
}
