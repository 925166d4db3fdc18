/*
 * The event log, the latest first, what is said many times in a row as one line. Above it the recovery episodes (view_episode.c),
 * below it the breakpoints.
 */
#include <stdio.h>
#include <string.h>
#include "emu/dash/view_parts.h"

#define BREAK_MOST 6 /* breakpoints that are shown */

/* ---- the log, and the breakpoints ------------------------------------------------------------------------ */

/* A line of the log: the note that was written last of those that say the same in a row, and how many these are. */
struct line {
    const struct note *note;
    unsigned times;
};

/* The line that ends in this note. Returns the number of the note before it. */
static uint64_t read_line(const struct model *m, uint64_t number, struct line *l)
{
    const struct note *n;
    *l = (struct line){model_note(m, number), 0};
    for (; (n = model_note(m, number)) && strcmp(n->text, l->note->text) == 0; number--)
        l->times++;
    return number;
}

int view_log_lines(const struct scene *s)
{
    struct line l;
    int lines = 0;
    for (uint64_t n = s->model->notes; model_note(s->model, n); lines++)
        n = read_line(s->model, n, &l);
    return lines;
}

uint64_t view_log_event(const struct view *v, const struct scene *s)
{
    struct line l = {0};
    uint64_t n = s->model->notes;
    for (uint64_t i = 0; i <= v->top && model_note(s->model, n); i++)
        n = read_line(s->model, n, &l);
    return l.note ? l.note->event : 0;
}

static void draw_line(struct grid *g, const struct view *v, const struct line *l, bool chosen,
                      int row, struct rect r)
{
    char time[32], times[16];
    int end = r.column + r.columns - 1;
    grid_right(g, row, r.column + 1, TIME_COLUMNS, STYLE_DIM, view_time(time, l->note->time));
    if (l->times > 1) {
        snprintf(times, sizeof times, " x%u", l->times);
        grid_right(g, row, end - 6, 6, STYLE_WARN, times);
        end -= 6;
    }
    view_note(g, v, l->note, row, r.column + TIME_COLUMNS + 2, end - r.column - TIME_COLUMNS - 2);
    if (!chosen)
        return;
    grid_put(g, row, r.column, view_glyphs(v)->here, STYLE_NORMAL);
    if (v->focus == FOCUS_TABLES)
        grid_restyle(g, row, r.column, r.columns, STYLE_CHOSEN);
}

static void draw_notes(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    uint64_t number = s->model->notes;
    bool here = v->page == PAGE_LOG; /* else it stands beside another page, which has the keys */
    int rows = r.rows - 1, chosen = here ? (int)v->top : -1;
    int first = chosen >= rows ? chosen - rows + 1 : 0;
    struct line l;
    view_title(g, v, r, "Log", "the latest first");
    for (int i = 0; i < first + rows && model_note(s->model, number); i++) {
        number = read_line(s->model, number, &l);
        if (i >= first)
            draw_line(g, v, &l, i == chosen, r.row + 1 + i - first, r);
    }
}

static void draw_breaks(struct grid *g, const struct view *v, struct rect r)
{
    view_title(g, v, r, "Breakpoints", "B changes them");
    for (unsigned i = 0; i < v->break_count && (int)i < r.rows - 1; i++) {
        const struct view_break *b = &v->breaks[i];
        char line[VIEW_TEXT + 96], hits[16], ignore[40] = "";
        if (b->ignore)
            snprintf(ignore, sizeof ignore, ", %llu to ignore", (unsigned long long)b->ignore);
        snprintf(line, sizeof line, "%2u %-3s  %s hit%s%s  %s", b->number,
                 b->enabled ? "on" : "off", view_number(hits, b->hits), b->hits == 1 ? "" : "s",
                 ignore, b->text);
        grid_text(g, r.row + 1 + (int)i, r.column + 1, r.columns - 2,
                  b->enabled ? STYLE_NORMAL : STYLE_DIM, view_glyphs(v)->cut, line);
    }
}

void view_log(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    uint64_t episodes = s->model->episodes.count;
    if (episodes) {
        int want = 1 + VIEW_EPISODE_ROWS * (episodes < 100 ? (int)episodes : 100);
        int rows = want < r.rows / 2 ? want : r.rows / 2;
        rows -= (rows - 1) % VIEW_EPISODE_ROWS;
        struct rect top = {r.row, r.column, rows, r.columns};
        view_episodes(g, v, s, top);
        r.row += rows;
        r.rows -= rows;
    }
    if (v->break_count) {
        int rows = (v->break_count < BREAK_MOST ? (int)v->break_count : BREAK_MOST) + 1;
        struct rect bottom = {r.row + r.rows - rows, r.column, rows, r.columns};
        draw_breaks(g, v, bottom);
        r.rows -= rows;
    }
    draw_notes(g, v, s, r);
}
