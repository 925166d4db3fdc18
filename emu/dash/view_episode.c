/*
 * An episode as a drawing: the steps of a recovery on a line, what passed between them on the line's pieces. A longer time is a
 * longer piece: one more cell for each power of ten.
 *
 *     2 fs#1 died at 0.018659: store page fault at 0x40002c54        1.07ms in all
 *       ✗ fault ── 0 ns ─▸ seen ──── 139us ─▸ fs#2 begins ───── 932us ─▸ ✓ replies
 *       had FS_WRITE of cp in hand; blocked: cp, sh; 2 delivered again
 */
#include <stdio.h>
#include <string.h>
#include <courier/probe.h>
#include "emu/dash/view_parts.h"
#include "emu/model/episode_text.h"
#include "emu/trace/names.h"

#define INDENT    5
#define INSN_NS   10
#define PIECE     10 /* cells of the line between two steps, at least */
#define PIECE_MAX 18
#define NARROW    72 /* in fewer columns the pieces are short, and only what matters most is said */

struct chain {
    struct grid *g;
    const struct glyphs *glyphs;
    int row, column, end;
    bool narrow;
};

static void put(struct chain *c, enum style style, const char *text)
{
    c->column +=
        grid_text(c->g, c->row, c->column, c->end - c->column, style, c->glyphs->cut, text);
}

/* From one step to the next: "──── 139us ─▸ ". */
static void put_piece(struct chain *c, uint64_t passed)
{
    char span[16];
    view_span(span, passed * INSN_NS);
    int cells = c->narrow ? (int)strlen(span) + 5 : PIECE;
    for (uint64_t n = passed; n >= 100 && cells < PIECE_MAX && !c->narrow; n /= 10)
        cells++;
    int before = cells - (int)strlen(span) - 4;
    if (c->column + cells > c->end)
        return;
    grid_fill(c->g, c->row, c->column, before, c->glyphs->rule, STYLE_RULE);
    c->column += before;
    put(c, STYLE_RULE, " ");
    put(c, STYLE_NORMAL, span);
    put(c, STYLE_RULE, " ");
    grid_put(c->g, c->row, c->column++, c->glyphs->rule, STYLE_RULE);
    grid_put(c->g, c->row, c->column++, c->glyphs->right, STYLE_RULE);
    put(c, STYLE_RULE, " ");
}

static void put_step(struct chain *c, uint64_t from, uint64_t to, enum style style,
                     const char *step)
{
    if (to < from)
        return;
    put_piece(c, to - from);
    put(c, style, step);
    put(c, STYLE_NORMAL, " ");
}

static void draw_chain(struct chain *c, const struct episode *e)
{
    char begins[NAME_BYTES + 24];
    uint64_t seen = c->narrow ? e->fault : e->detected;
    snprintf(begins, sizeof begins, "%s#%u%s", e->name, e->incarnation + 1,
             c->narrow ? "" : " begins");
    put(c, STYLE_BAD, c->glyphs->died);
    put(c, STYLE_BAD, "fault ");
    if (!c->narrow)
        put_step(c, e->fault, e->detected, STYLE_WARN, "seen");
    if (e->restarted)
        put_step(c, seen, e->restarted, STYLE_NORMAL, begins);
    else if (e->given_up)
        put_step(c, seen, e->given_up, STYLE_BAD, "given up");
    else
        put(c, STYLE_WARN, "...");
    if (e->replied)
        put_step(c, e->restarted, e->replied, STYLE_GOOD, "replies");
    else if (e->restarted)
        put(c, STYLE_DIM, "... nobody has been answered yet");
}

static void draw_head(struct chain *c, const struct episode *e)
{
    char line[200], time[32], pc[32] = "", all[16], in_all[32];
    const char *why = e->hung ? "hung, no answer to the heartbeat" : model_cause(e->cause);
    bool by_deed = e->by_operator && e->cause == CAUSE_KILLED; /* which says it */
    if (e->cause < CAUSE_GIVEN_UP)
        snprintf(pc, sizeof pc, " at %#llx", (unsigned long long)e->pc);
    snprintf(line, sizeof line, "%3llu %s#%u %s %s: %s%s%s%s", (unsigned long long)e->number,
             e->name, e->incarnation, c->narrow ? "at" : "died at", view_time(time, e->detected),
             e->by_operator ? e->deed : "",
             by_deed          ? " (operator)"
             : e->by_operator ? " (operator); "
                              : "",
             by_deed ? "" : why, pc);
    int room = c->end - c->column;
    if (e->replied) {
        snprintf(in_all, sizeof in_all, "%s in all",
                 view_span(all, (e->replied - e->fault) * INSN_NS));
        grid_right(c->g, c->row, c->end - 15, 15, STYLE_GOOD, in_all);
        room -= 17;
    }
    grid_text(c->g, c->row, c->column, room, e->replied ? STYLE_NORMAL : STYLE_WARN, c->glyphs->cut,
              line);
}

/* What it was doing, and whom its death stopped. */
static void draw_circumstances(struct chain *c, const struct episode *e)
{
    char line[400], clients[160], hand[64] = "", faulted[64] = "";
    const char *type = e->in_hand_type ? names_type(e->in_hand_type) : NULL;
    if (e->in_hand_type)
        snprintf(hand, sizeof hand, "had %s of %s in hand; ", type ? type : "a request",
                 e->in_hand_name);
    if (e->faulted != EP_KERNEL)
        snprintf(faulted, sizeof faulted, ", one answered EFAULTED");
    snprintf(line, sizeof line, "%sblocked: %s; %u delivered again%s", hand,
             episode_clients(clients, sizeof clients, e), e->again, faulted);
    put(c, STYLE_DIM, line);
}

void view_episode(struct grid *g, const struct view *v, const struct episode *e, int row,
                  struct rect r)
{
    struct chain c = {
        g, view_glyphs(v), row, r.column + 1, r.column + r.columns - 1, r.columns < NARROW};
    draw_head(&c, e);
    c.column = r.column + INDENT;
    c.row = row + 1;
    draw_chain(&c, e);
    c.column = r.column + INDENT;
    c.row = row + 2;
    draw_circumstances(&c, e);
}

void view_episodes(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    const struct episodes *all = &s->model->episodes;
    int row = r.row + 1;
    view_title(g, v, r, "Recovery", "the latest first; virtual time from one step to the next");
    for (uint64_t n = all->count; n && row + VIEW_EPISODE_ROWS <= r.row + r.rows; n--) {
        const struct episode *e = episode_find(all, n);
        if (!e)
            break;
        view_episode(g, v, e, row, r);
        row += VIEW_EPISODE_ROWS;
    }
}
