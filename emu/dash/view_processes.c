/*
 * The process table: a row for each process, what it does and how much it did. A narrow table leaves out the
 * columns of the highest rank.
 */
#include <stdio.h>
#include <string.h>
#include "emu/dash/view_parts.h"
#include "emu/trace/names.h"

enum column_id {
    NAME,
    ENDPOINT,
    INCARNATION,
    STATE,
    PEER,
    FOR,
    OPEN,
    IN,
    OUT,
    SELF,
    IMPOSED,
    P50,
    P99,
    MOST,
    COLUMNS
};

static const struct column {
    const char *title;
    int width;
    bool right;
    int rank;
} columns[COLUMNS] = {
    [NAME] = {"PROCESS", 10, false, 0},   [ENDPOINT] = {"ENDPT", 7, false, 8},
    [INCARNATION] = {"INC", 4, true, 9},  [STATE] = {"STATE", 10, false, 1},
    [PEER] = {"WAITS FOR", 10, false, 2}, [FOR] = {"FOR", 7, true, 10},
    [OPEN] = {"OPEN", 5, true, 3},        [IN] = {"IN", 6, true, 5},
    [OUT] = {"OUT", 6, true, 6},          [SELF] = {"SELF", 5, true, 4},
    [IMPOSED] = {"IMPOSED", 8, true, 4},  [P50] = {"P50", 6, true, 7},
    [P99] = {"P99", 6, true, 7},          [MOST] = {"MAX", 6, true, 11},
};

const char *view_state(const struct world *w, const struct world_process *p)
{
    static const char *const name[] = {
        [PROC_FREE] = "free",       [PROC_EMBRYO] = "new",          [PROC_READY] = "ready",
        [PROC_SENDING] = "sending", [PROC_RECEIVING] = "receiving", [PROC_REPLY] = "awaiting",
        [PROC_CRASHED] = "crashed", [PROC_DOWN] = "down",           [PROC_GIVEN_UP] = "given up"};
    if (world_runs(w, p))
        return "running";
    return p->state < sizeof name / sizeof name[0] ? name[p->state] : "?";
}

enum style view_state_style(const struct world_process *p)
{
    switch (p->state) {
    case PROC_CRASHED:
    case PROC_DOWN:
    case PROC_GIVEN_UP:
        return STYLE_BAD;
    case PROC_READY:
        return STYLE_BOLD;
    case PROC_SENDING:
    case PROC_REPLY:
        return STYLE_WARN;
    default:
        return STYLE_NORMAL;
    }
}

/* ---- cells --------------------------------------------------------------------------------------- */

/* Of the last second; of its whole life so far, when an earlier moment is shown or no second has passed. */
static void share_text(char *out, size_t size, const struct view *v, const struct scene *s,
                       const struct world_process *p, bool imposed)
{
    /* The times of a service are those of all its incarnations. */
    uint64_t began = EP_SLOT(p->endpoint) < NSERVICES ? 0 : p->began;
    uint64_t life = s->world->now > began ? s->world->now - began : 0;
    uint64_t spent = imposed ? p->imposed : p->self;
    unsigned thousandths = life ? (unsigned)(spent * 1000 / life) : 0;
    if (!view_then(v, s) && s->model->sampled) {
        const struct share *share = &s->model->share[EP_SLOT(p->endpoint)];
        thousandths = imposed ? share->imposed : share->self;
    }
    snprintf(out, size, "%u%%", (thousandths + 5) / 10);
}

static void latency_text(char *out, const struct scene *s, const struct world_process *p,
                         enum column_id id)
{
    struct latency sum;
    const struct latency *l = EP_SLOT(p->endpoint) < NSERVICES
                                  ? latencies_server(&s->model->latencies, p->name, &sum)
                                  : NULL;
    if (l && l->count)
        view_number(out, id == MOST  ? l->max
                         : id == P50 ? latency_percentile(l, 500)
                                     : latency_percentile(l, 990));
}

/* The text of a cell; "" where there is nothing to say. */
static void cell_text(char *out, size_t size, enum column_id id, const struct view *v,
                      const struct scene *s, const struct world_process *p)
{
    *out = '\0';
    switch (id) {
    case NAME: /* of a service also which of its lives */
        snprintf(out, size, p->incarnation > 1 ? "%s#%u" : "%s", p->name[0] ? p->name : "?",
                 p->incarnation);
        break;
    case ENDPOINT:
        names_endpoint(out, size, p->endpoint, NULL, NULL);
        break;
    case INCARNATION:
        if (p->incarnation)
            snprintf(out, size, "%u", p->incarnation);
        break;
    case STATE:
        snprintf(out, size, "%s", view_state(s->world, p));
        break;
    case PEER:
        if (p->peer != EP_NONE)
            names_endpoint(out, size, p->peer, world_name, s->world);
        break;
    case FOR:
        view_span(out, s->world->now > p->since ? (s->world->now - p->since) * 10 : 0);
        break;
    case OPEN:
        if (p->open)
            snprintf(out, size, "%u", p->open);
        break;
    case IN:
    case OUT:
        view_number(out, id == IN ? p->in : p->out);
        break;
    case SELF:
    case IMPOSED:
        share_text(out, size, v, s, p, id == IMPOSED);
        break;
    default:
        latency_text(out, s, p, id);
        break;
    }
}

/* ---- rows ------------------------------------------------------------------------------------------ */

#define LONGER_NAMES 5 /* columns that names may have besides */

/* The columns that there is room for, as a set of bits; what is left over makes names longer. */
static unsigned fitting(int width, int *longer)
{
    unsigned set = 0;
    int used = 1;
    for (int rank = 0; rank < COLUMNS; rank++) {
        int more = 0;
        unsigned with = 0;
        for (int i = 0; i < COLUMNS; i++)
            if (columns[i].rank == rank) {
                more += columns[i].width;
                with |= 1u << i;
            }
        if (used + more > width)
            break;
        used += more;
        set |= with;
    }
    *longer = width - used < LONGER_NAMES ? width - used : LONGER_NAMES;
    return set;
}

/* Returns where the next cell begins. */
static int put_cell(struct grid *g, const struct view *v, int id, int row, int at, int longer,
                    enum style style, const char *text)
{
    int width = columns[id].width + (id == NAME ? longer : 0);
    if (columns[id].right)
        grid_right(g, row, at, width - 1, style, text);
    else
        grid_text(g, row, at, width - 1, style, view_glyphs(v)->cut, text);
    return at + width;
}

static void draw_row(struct grid *g, const struct view *v, const struct scene *s,
                     const struct world_process *p, int row, struct rect r)
{
    int at = r.column + 1, longer;
    unsigned set = fitting(r.columns, &longer);
    bool chosen = p->endpoint == v->chosen;
    if (chosen)
        grid_put(g, row, r.column, view_glyphs(v)->here, STYLE_NORMAL);
    for (int i = 0; i < COLUMNS; i++) {
        char text[64];
        if (!(set & 1u << i))
            continue;
        cell_text(text, sizeof text, (enum column_id)i, v, s, p);
        at = put_cell(g, v, i, row, at, longer,
                      i == STATE || i == PEER ? view_state_style(p) : STYLE_NORMAL, text);
    }
    if (chosen && v->focus == FOCUS_TABLES)
        grid_restyle(g, row, r.column, r.columns, STYLE_CHOSEN);
}

static void draw_heading(struct grid *g, const struct view *v, struct rect r)
{
    int at = r.column + 1, longer;
    unsigned set = fitting(r.columns, &longer);
    grid_fill(g, r.row, r.column, r.columns, ' ', STYLE_HEAD);
    for (int i = 0; i < COLUMNS; i++)
        if (set & 1u << i)
            at = put_cell(g, v, i, r.row, at, longer, STYLE_HEAD, columns[i].title);
}

/* ---- the table -------------------------------------------------------------------------------------- */

int view_slots(const struct scene *s, unsigned short slot[NSLOTS])
{
    int count = 0;
    for (int i = 1; i < NSLOTS; i++)
        if (s->world->process[i].used)
            slot[count++] = (unsigned short)i;
    return count;
}

/* The row of the chosen process; whoever is gone is followed by the next one in the table. */
static int chosen_row(const struct view *v, const unsigned short *slot, int count)
{
    int at = 0;
    while (at < count - 1 && slot[at] < EP_SLOT(v->chosen))
        at++;
    return at;
}

void view_choose(struct view *v, const struct scene *s, int delta)
{
    unsigned short slot[NSLOTS];
    int count = view_slots(s, slot);
    if (!count)
        return;
    int at = chosen_row(v, slot, count) + delta;
    at = at < 0 ? 0 : at >= count ? count - 1 : at;
    v->chosen = s->world->process[slot[at]].endpoint;
}

struct view_rows view_table_rows(const struct view *v, const struct scene *s, struct rect r)
{
    unsigned short slot[NSLOTS];
    struct view_rows t = {.count = view_slots(s, slot), .rows = r.rows - 1};
    if (t.count > t.rows && t.rows > 1)
        t.rows--; /* the last row says how many do not fit */
    int at = chosen_row(v, slot, t.count);
    t.first = at >= t.rows ? at - t.rows + 1 : 0;
    return t;
}

/* "^2 v12 more processes", in the last row: how many do not fit, above and below. */
static void draw_more(struct grid *g, const struct view *v, struct view_rows t, struct rect r)
{
    const struct glyphs *glyphs = view_glyphs(v);
    char up[24] = "", down[24] = "", more[80];
    int below = t.count - t.first - t.rows;
    if (t.first > 0)
        snprintf(up, sizeof up, "%s%d ", glyphs->up, t.first);
    if (below > 0)
        snprintf(down, sizeof down, "%s%d ", glyphs->down, below);
    snprintf(more, sizeof more, "%s%smore processes", up, down);
    if (*up || *down)
        grid_text(g, r.row + r.rows - 1, r.column + 1, r.columns - 1, STYLE_WARN, 0, more);
}

void view_processes(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    unsigned short slot[NSLOTS];
    struct view_rows t = view_table_rows(v, s, r);
    view_slots(s, slot);
    draw_heading(g, v, r);
    for (int i = 0; i < t.rows && t.first + i < t.count; i++)
        draw_row(g, v, s, &s->world->process[slot[t.first + i]], r.row + 1 + i, r);
    draw_more(g, v, t, r);
}
