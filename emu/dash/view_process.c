/*
 * The process inspector: all that is known of the chosen process. Registers stand at the left, if a live guest has them; beside them its
 * address space, the requests that it owes replies to, whom it talks with; below, its last messages.
 *
 * It is drawn on a sheet of its own, as long as it needs, of which the pane shows a part.
 */
#include <stdio.h>
#include <string.h>
#include <courier/probe.h>
#include "emu/dash/view_parts.h"
#include "emu/trace/names.h"

#define REGISTER_COLUMNS 21   /* "s10 ffffffffffffffff" */
#define REGISTER_ROWS    17   /* with a title */
#define LOOK_BACK        4096 /* entries that are searched for its last messages */
#define SHEET_ROWS       96   /* no process has more to show */
#define MESSAGES_MOST    16

/* Where the next row goes. */
struct page {
    struct grid *g;
    const struct view *v;
    const struct scene *s;
    const struct world_process *p;
    struct rect r; /* what is left */
};

static void used(struct page *p, int rows)
{
    rows = rows < p->r.rows ? rows : p->r.rows;
    p->r.row += rows;
    p->r.rows -= rows;
}

static void put(struct page *p, enum style style, const char *text)
{
    if (p->r.rows > 0)
        grid_text(p->g, p->r.row, p->r.column + 1, p->r.columns - 2, style, view_glyphs(p->v)->cut,
                  text);
    used(p, 1);
}

static void put_section(struct page *p, const char *title)
{
    if (p->r.rows > 0)
        view_section(p->g, p->v, p->r, p->r.row, title);
    used(p, 1);
}

static uint64_t age_ns(const struct scene *s, uint64_t since)
{
    return s->world->now > since ? (s->world->now - since) * 10 : 0;
}

/* ---- the summary -------------------------------------------------------------------------------------------- */

static void put_state(struct page *p)
{
    char line[160], peer[32], age[16], call[64];
    const struct world_process *q = p->p;
    const char *name = names_call(q->call);
    size_t n = (size_t)snprintf(line, sizeof line, "%s", view_state(p->s->world, q));
    if (q->peer != EP_NONE)
        n += (size_t)snprintf(line + n, sizeof line - n, "%s%s",
                              q->state == PROC_RECEIVING ? " from "
                              : q->state == PROC_SENDING ? " to "
                                                         : " the reply of ",
                              names_endpoint(peer, sizeof peer, q->peer, world_name, p->s->world));
    n += (size_t)snprintf(line + n, sizeof line - n, " for %s",
                          view_span(age, age_ns(p->s, q->since)));
    names_endpoint(peer, sizeof peer, q->call_peer, world_name, p->s->world);
    snprintf(call, sizeof call, "; last call %s %s", name ? name : "?",
             name && strncmp(name, "IPC_", 4) == 0 ? peer : "");
    if (q->call)
        snprintf(line + n, sizeof line - n, "%s", call);
    put(p, view_state_style(q), line);
}

static void put_counts(struct page *p)
{
    char line[160], in[16], out[16], self[16], imposed[16];
    const struct world_process *q = p->p;
    snprintf(line, sizeof line, "%s messages in, %s out; ran %s itself, had others run %s",
             view_number(in, q->in), view_number(out, q->out), view_span(self, q->self * 10),
             view_span(imposed, q->imposed * 10));
    put(p, STYLE_NORMAL, line);
}

static void put_last_words(struct page *p)
{
    char line[160];
    const struct world_process *q = p->p;
    if (!world_is_dead(q))
        return;
    const char *why = model_cause(q->cause);
    if (q->cause == CAUSE_KILLED)
        snprintf(line, sizeof line, "Last words: %s", why);
    else
        snprintf(line, sizeof line, "Last words: %s at pc %#llx, address %#llx", why,
                 (unsigned long long)q->pc, (unsigned long long)q->address);
    put(p, STYLE_BAD, line);
}

/* ---- registers ------------------------------------------------------------------------------------------------ */

static void put_register(struct page *p, int index, int row, int column)
{
    static const char *const name[32] = {"pc", "ra", "sp",  "gp",  "tp", "t0", "t1", "t2",
                                         "s0", "s1", "a0",  "a1",  "a2", "a3", "a4", "a5",
                                         "a6", "a7", "s2",  "s3",  "s4", "s5", "s6", "s7",
                                         "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
    const struct view_registers *r = &p->v->registers;
    uint64_t value = index ? r->x[index] : r->pc;
    char text[24];
    snprintf(text, sizeof text, "%llx", (unsigned long long)value);
    grid_text(p->g, row, column, 4, STYLE_DIM, 0, name[index]);
    grid_right(p->g, row, column + 4, 16, value ? STYLE_NORMAL : STYLE_DIM, text);
}

/* Two columns of sixteen: pc and x1 to x15, x16 to x31. */
static void put_registers(struct page *p, struct rect r)
{
    const struct view_registers *v = &p->v->registers;
    view_section(p->g, p->v, r, r.row, v->from_frame ? "Registers, saved" : "Registers");
    for (int i = 0; i < 32 && i % 16 + 1 < r.rows; i++)
        put_register(p, i, r.row + 1 + i % 16, r.column + 1 + i / 16 * REGISTER_COLUMNS);
}

/* ---- beside them ------------------------------------------------------------------------------------------------ */

static void put_mappings(struct page *p)
{
    unsigned count = p->v->mappings < VIEW_MAPPINGS ? p->v->mappings : VIEW_MAPPINGS;
    char line[96], title[64];
    if (!count)
        return;
    snprintf(title, sizeof title, "Memory, satp %llx", (unsigned long long)p->v->registers.satp);
    put_section(p, title);
    for (unsigned i = 0; i < count; i++) {
        const struct view_mapping *m = &p->v->mapping[i];
        snprintf(line, sizeof line, "%08llx-%08llx %s %s", (unsigned long long)m->from,
                 (unsigned long long)m->to, m->rights, m->what ? m->what : "");
        put(p, STYLE_NORMAL, line);
    }
}

/* The requests that it has, and its own. */
static void put_requests(struct page *p)
{
    char line[NAMES_MESSAGE_BYTES + 64], text[NAMES_MESSAGE_BYTES], age[16];
    const struct world *w = p->s->world;
    bool title = false;
    for (unsigned i = 1; i < NSLOTS && p->r.rows > MESSAGES_MOST; i++) {
        const struct world_process *q = &w->process[i];
        if (!q->used || q->state != PROC_REPLY || q->peer != p->p->endpoint)
            continue;
        if (!title)
            put_section(p, "Owes replies to");
        title = true;
        names_message(text, sizeof text, &q->asks.request, world_name, w);
        snprintf(line, sizeof line, "%s %s %s", q->name,
                 view_span(age, age_ns(p->s, q->asks.called)), text);
        put(p, STYLE_WARN, line);
    }
}

static void add_name(char *list, size_t size, const char *name)
{
    size_t n = strlen(list);
    snprintf(list + n, size - n, "%s%s", n ? ", " : "", name);
}

static bool heard_from(const struct world_process *p, unsigned slot)
{
    return p->partners[slot / 64] >> slot % 64 & 1;
}

static void put_wrapped(struct page *p, const char *what, const char *list)
{
    char line[600];
    struct rect r = {p->r.row, p->r.column + 1, p->r.rows, p->r.columns - 2};
    if (!*list || p->r.rows <= 0)
        return;
    snprintf(line, sizeof line, "%s %s", what, list);
    used(p, view_wrap(p->g, r, STYLE_NORMAL, line));
}

/* Whom it may send to, and with whom it did talk. */
static void put_partners(struct page *p)
{
    char heard[512] = "", sent[512] = "";
    const struct world *w = p->s->world;
    if (heard_from(p->p, 0))
        add_name(heard, sizeof heard, "kernel");
    for (unsigned i = 1; i < NSLOTS; i++) {
        const struct world_process *q = &w->process[i];
        if (!q->used)
            continue;
        if (heard_from(p->p, i))
            add_name(heard, sizeof heard, q->name);
        if (heard_from(q, EP_SLOT(p->p->endpoint)))
            add_name(sent, sizeof sent, q->name);
    }
    put_section(p, "Rights and partners");
    put_wrapped(p, "may send to", p->v->may_send);
    put_wrapped(p, "did send to", sent);
    put_wrapped(p, "heard from", heard);
}

/* ---- its last messages ---------------------------------------------------------------------------------------------- */

static void put_message(struct page *p, const struct entry *e)
{
    char text[NAMES_MESSAGE_BYTES], line[NAMES_MESSAGE_BYTES + 96], time[32];
    bool out = e->source == p->p->endpoint;
    names_message(text, sizeof text, &e->message, world_name, p->s->world);
    snprintf(line, sizeof line, "%s %s %s %s", view_time(time, e->time), out ? "to" : "from",
             out ? e->dest_name : e->source_name, text);
    put(p, e->kind == ENTRY_FAILED || e->status < 0 ? STYLE_BAD : STYLE_NORMAL, line);
}

static void put_messages(struct page *p)
{
    const struct stream *stream = &p->s->history->stream;
    const struct entry *last[MESSAGES_MOST];
    int most = p->r.rows - 1 < MESSAGES_MOST ? p->r.rows - 1 : MESSAGES_MOST, count = 0;
    uint64_t at = p->v->selected ? p->v->selected + 1 : stream->entries + 1;
    if (most < 1)
        return;
    for (int i = 0;
         i < LOOK_BACK && count < most && (at = stream_next(stream, at, -1, p->v->notices)) != 0;
         i++) {
        const struct entry *e = stream_entry(stream, at);
        if (e->kind != ENTRY_NOTE && (e->source == p->p->endpoint || e->dest == p->p->endpoint))
            last[count++] = e;
    }
    put_section(p, count           ? "Last messages, the latest first"
                   : p->v->notices ? "No messages lately"
                                   : "No messages lately; a shows notifications");
    for (int i = 0; i < count; i++)
        put_message(p, last[i]);
}

/* ---- the pane ---------------------------------------------------------------------------------------------------------- */

/* "^3 v12" at the right of the title: how many rows do not show. */
static void put_more(const struct page *p, struct rect r, int above, int below)
{
    const struct glyphs *glyphs = view_glyphs(p->v);
    char up[24] = "", down[24] = "", more[64];
    if (above > 0)
        snprintf(up, sizeof up, " %s%d", glyphs->up, above);
    if (below > 0)
        snprintf(down, sizeof down, " %s%d", glyphs->down, below);
    if (*up || *down) {
        snprintf(more, sizeof more, "%s%s ", up, down);
        grid_right(p->g, r.row, r.column, r.columns - 2, STYLE_WARN, more);
    }
}

static void put_title(struct page *p)
{
    char title[96], hint[64], ep[32], time[32];
    const struct world_process *q = p->p;
    size_t n = (size_t)snprintf(title, sizeof title, "%s, endpoint %s", q->name,
                                names_endpoint(ep, sizeof ep, q->endpoint, NULL, NULL));
    if (q->incarnation)
        snprintf(title + n, sizeof title - n, ", incarnation %u", q->incarnation);
    snprintf(hint, sizeof hint, "since %s", view_time(time, q->began));
    view_title(p->g, p->v, p->r, title, hint);
}

/* Registers at the left of what stands beside them. Without them it is said why. */
static struct rect put_left(struct page *p)
{
    struct rect below = p->r;
    bool then = view_then(p->v, p->s);
    if (!p->v->registers.known || then) {
        put(p, STYLE_DIM,
            then && p->v->live ? "Registers and memory are known of now only; F goes there."
            : p->v->live       ? "Its registers and memory cannot be read."
                               : "A recorded trace has no registers and no memory.");
        return (struct rect){0};
    }
    int left = 2 * REGISTER_COLUMNS + 1;
    struct rect registers = {below.row, below.column, REGISTER_ROWS, left - 1};
    put_registers(p, registers);
    below.row += registers.rows;
    below.rows -= registers.rows;
    p->r.column += left;
    p->r.columns -= left;
    return below;
}

/* Everything below the title. Returns how many rows that is. */
static int put_all(struct page *p)
{
    int first = p->r.row;
    put_state(p);
    put_last_words(p);
    put_counts(p);
    struct rect below = put_left(p);
    if (below.rows)
        put_mappings(p);
    put_requests(p);
    put_partners(p);
    if (below.rows) { /* the longer of the two decides */
        int down = p->r.row > below.row ? p->r.row - below.row : 0;
        below.row += down;
        below.rows -= down;
        p->r = below;
    }
    put_messages(p);
    return p->r.row - first;
}

/* The rows of the sheet, on `sheet`, which is made for it. 0: there is no process, or no memory. */
static int draw_sheet(struct grid *sheet, const struct view *v, const struct scene *s, int columns)
{
    struct page p = {sheet, v, s, world_find(s->world, v->chosen), {0, 0, SHEET_ROWS, columns}};
    memset(sheet, 0, sizeof *sheet);
    if (!p.p || columns <= 0 || !grid_resize(sheet, SHEET_ROWS, columns))
        return 0;
    sheet->ascii = v->ascii;
    grid_clear(sheet);
    return put_all(&p);
}

int view_process_rows(const struct view *v, const struct scene *s, struct rect r)
{
    struct grid sheet;
    int rows = draw_sheet(&sheet, v, s, r.columns);
    grid_free(&sheet);
    return rows + 1;
}

void view_process(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    struct page p = {g, v, s, world_find(s->world, v->chosen), r};
    struct grid sheet;
    if (!p.p) {
        view_title(g, v, r, "Process", NULL);
        return;
    }
    int rows = draw_sheet(&sheet, v, s, r.columns), room = r.rows - 1;
    int most = rows > room ? rows - room : 0, top = v->page == PAGE_PROCESS ? (int)v->top : 0;
    top = top < most ? top : most;
    put_title(&p);
    put_more(&p, r, top, rows - top - room);
    for (int i = 0; i < room && top + i < rows; i++)
        for (int k = 0; k < r.columns; k++) {
            struct cell c = sheet.cell[(top + i) * r.columns + k];
            grid_put(g, r.row + 1 + i, r.column + k, c.ch, (enum style)c.style);
        }
    grid_free(&sheet);
}
