/* The process table: a row for each process, what it does now and how much it did. */
#include <stdio.h>
#include <string.h>
#include "emu/dash/view.h"
#include "emu/trace/names.h"

enum align { LEFT, RIGHT };

static const struct column {
    const char *title;
    int width;
    enum align align;
} columns[] = {{"PROCESS", 11, LEFT},   {"ENDPT", 7, LEFT}, {"INC", 4, RIGHT}, {"STATE", 10, LEFT},
               {"WAITS FOR", 10, LEFT}, {"OPEN", 5, RIGHT}, {"IN", 6, RIGHT},  {"OUT", 6, RIGHT},
               {"CPU", 5, RIGHT},       {"P50", 6, RIGHT},  {"P99", 6, RIGHT}, {"MAX", 6, RIGHT}};
#define COLUMNS (sizeof columns / sizeof columns[0])

static const char *state_name(const struct model *m, const struct model_process *p)
{
    static const char *const name[] = {[PROC_FREE] = "free",           [PROC_EMBRYO] = "new",
                                       [PROC_READY] = "ready",         [PROC_SENDING] = "sending",
                                       [PROC_RECEIVING] = "receiving", [PROC_REPLY] = "awaiting",
                                       [PROC_CRASHED] = "crashed",     [PROC_DOWN] = "down"};
    if (p->state == PROC_READY && p->endpoint == m->running)
        return "running";
    return p->state < sizeof name / sizeof name[0] ? name[p->state] : "?";
}

static enum style state_style(const struct model_process *p)
{
    switch (p->state) {
    case PROC_CRASHED:
    case PROC_DOWN:
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

/* The text of a cell; "" where there is nothing to say. */
static void cell_text(char *out, size_t size, size_t column, const struct model *m,
                      const struct model_process *p)
{
    *out = '\0';
    switch (column) {
    case 0:
        snprintf(out, size, "%s", p->name[0] ? p->name : "?");
        break;
    case 1:
        names_endpoint(out, size, p->endpoint, NULL, NULL);
        break;
    case 2:
        if (p->incarnation)
            snprintf(out, size, "%u", p->incarnation);
        break;
    case 3:
        snprintf(out, size, "%s", state_name(m, p));
        break;
    case 4:
        if (p->peer != EP_NONE)
            names_endpoint(out, size, p->peer, model_name, m);
        break;
    case 5:
        if (p->open)
            snprintf(out, size, "%u", p->open);
        break;
    case 6:
        view_number(out, p->in);
        break;
    case 7:
        view_number(out, p->out);
        break;
    case 8:
        snprintf(out, size, "%u%%", (p->share + 5) / 10);
        break;
    case 9:
    case 10:
        if (p->replies.count)
            view_number(out, latency_percentile(&p->replies, column == 9 ? 50 : 99));
        break;
    default:
        if (p->replies.count)
            view_number(out, p->replies.max);
        break;
    }
}

static void draw_row(struct grid *g, const struct view *v, const struct model *m,
                     const struct model_process *p, int row, struct rect r)
{
    int at = r.column + 1;
    bool chosen = p->endpoint == v->chosen;
    if (chosen)
        grid_put(g, row, r.column, view_glyphs(v)->here, STYLE_NORMAL);
    for (size_t i = 0; i < COLUMNS && at + columns[i].width <= r.column + r.columns; i++) {
        char text[64];
        enum style style = i == 3 || i == 4 ? state_style(p) : STYLE_NORMAL;
        cell_text(text, sizeof text, i, m, p);
        if (columns[i].align == LEFT)
            grid_text(g, row, at, columns[i].width - 1, style, view_glyphs(v)->cut, text);
        else
            grid_right(g, row, at, columns[i].width - 1, style, text);
        at += columns[i].width;
    }
    if (chosen && v->focus == FOCUS_TABLES)
        grid_restyle(g, row, r.column, r.columns, STYLE_CHOSEN);
}

static void draw_heading(struct grid *g, const struct view *v, struct rect r)
{
    enum style style = v->focus == FOCUS_TABLES ? STYLE_FOCUS : STYLE_HEAD;
    int at = r.column + 1;
    for (size_t i = 0; i < COLUMNS && at + columns[i].width <= r.column + r.columns; i++) {
        if (columns[i].align == LEFT)
            grid_text(g, r.row, at, columns[i].width - 1, style, 0, columns[i].title);
        else
            grid_right(g, r.row, at, columns[i].width - 1, style, columns[i].title);
        at += columns[i].width;
    }
}

/* The slots in use, in order; returns how many. */
static int used_slots(const struct model *m, int *slot)
{
    int count = 0;
    for (int i = 1; i < NSLOTS; i++)
        if (m->process[i].used)
            slot[count++] = i;
    return count;
}

void view_choose(struct view *v, const struct model *m, int delta)
{
    int slot[NSLOTS], count = used_slots(m, slot), at = 0;
    if (!count)
        return;
    /* Whoever is gone is followed by the next one in the table. */
    while (at < count - 1 && slot[at] < (int)EP_SLOT(v->chosen))
        at++;
    at += delta;
    at = at < 0 ? 0 : at >= count ? count - 1 : at;
    v->chosen = m->process[slot[at]].endpoint;
}

/* "v12": so many more that way. */
static void draw_more(struct grid *g, int count, const char *way, int row, struct rect r)
{
    char more[32];
    snprintf(more, sizeof more, "%s%d", way, count);
    grid_text(g, row, r.column + r.columns - 4, 4, STYLE_DIM, 0, more);
}

void view_processes(struct grid *g, struct view *v, const struct model *m, struct rect r)
{
    int slot[NSLOTS], count = used_slots(m, slot), rows = r.rows - 1, first = 0;
    draw_heading(g, v, r);
    for (int i = 0; i < count; i++)
        if (m->process[slot[i]].endpoint == v->chosen && i >= rows)
            first = i - rows + 1;
    for (int i = 0; i < rows && first + i < count; i++)
        draw_row(g, v, m, &m->process[slot[first + i]], r.row + 1 + i, r);
    /* How many do not fit, above and below. */
    if (first > 0)
        draw_more(g, first, view_glyphs(v)->up, r.row + 1, r);
    if (first + rows < count)
        draw_more(g, count - first - rows, view_glyphs(v)->down, r.row + rows, r);
}
