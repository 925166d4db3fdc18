/*
 * Lays the screen out. A page has its own view in the main place; where there is room, others stand beside it, the same
 * kind in the same place on every page.
 *
 *     80x24                 from 116 columns and 34 rows on      from 190 columns on
 *     +----------------+    +----------------+-----------+       +----------------+----------------+
 *     | status, tabs   |    | status, tabs               |       | status, tabs                    |
 *     | main           |    | main           | processes |       | main           | processes      |
 *     |                |    |                | message   |       |                | message        |
 *     |                |    +----------------+-----------+       +----------------+                |
 *     |                |    | messages, or console       |       | messages       +----------------+
 *     | keys           |    | keys                       |       | keys           | console        |
 *     +----------------+    +----------------------------+       +----------------+----------------+
 *
 * What the main place shows is not shown twice. Zoomed, it has it all.
 */
#include <stdio.h>
#include <string.h>
#include "emu/dash/view_parts.h"

#define WIDE_COLUMNS   116
#define TALL_ROWS      34
#define BROAD_COLUMNS  190
#define MAIN_COLUMNS   80 /* at least */
#define FRAME_ROWS     3  /* status, tabs, keys */
#define OVERVIEW_PROCS 10 /* rows of processes beside which there are at least some messages */

typedef void draw_function(struct grid *g, const struct view *v, const struct scene *s,
                           struct rect r);

/* ---- pieces ------------------------------------------------------------------------------------- */

/* Cuts `rows` rows off the top of r. */
static struct rect take_rows(struct rect *r, int rows)
{
    rows = rows < r->rows ? rows : r->rows;
    struct rect top = {r->row, r->column, rows, r->columns};
    r->row += rows;
    r->rows -= rows;
    return top;
}

/* Cuts `columns` columns off the left of r, and one more for a rule. */
static struct rect take_columns(struct rect *r, int columns)
{
    struct rect left = {r->row, r->column, r->rows, columns};
    r->column += columns + 1;
    r->columns -= columns + 1;
    return left;
}

struct layout {
    struct view_pane *pane;
    int count;
};

static void add(struct layout *l, draw_function *draw, struct rect r)
{
    if (r.rows > 1)
        l->pane[l->count++] = (struct view_pane){draw, r};
}

/* Rows that the whole process table takes. */
static int table_rows(const struct scene *s)
{
    unsigned short slot[NSLOTS];
    return view_slots(s, slot) + 1;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* ---- places ------------------------------------------------------------------------------------- */

/* What the main place shows, alone. */
static draw_function *page_view(enum view_page page)
{
    static draw_function *const draw[PAGES] = {
        [PAGE_OVERVIEW] = view_processes, [PAGE_TRACE] = view_stream,
        [PAGE_LADDER] = view_ladder,      [PAGE_WAITS] = view_waits,
        [PAGE_LATENCY] = view_latency,    [PAGE_PROCESS] = view_process,
        [PAGE_CONSOLE] = view_console,    [PAGE_LOG] = view_log};
    return draw[page < PAGES ? page : PAGE_OVERVIEW];
}

/* The main place. `wide`, `tall`: there are places beside it, below it. */
static void lay_main(struct layout *l, const struct view *v, const struct scene *s, struct rect r,
                     bool wide, bool tall)
{
    if (v->page == PAGE_OVERVIEW) {
        int most = r.rows / 2 > OVERVIEW_PROCS ? r.rows / 2 : OVERVIEW_PROCS;
        int rows = least(table_rows(s) + (tall ? 1 : 0), most);
        add(l, view_processes, take_rows(&r, rows));
        if (!tall) {
            add(l, view_stream, take_rows(&r, r.rows / 2));
            add(l, view_console, r);
        } else {
            add(l, view_stream, r);
        }
    } else if (v->page == PAGE_TRACE && !wide) {
        add(l, view_stream, take_rows(&r, r.rows * 11 / 20));
        add(l, view_detail, r);
    } else {
        add(l, page_view(v->page), r);
    }
}

/* Beside it: the processes, and the selected message. */
static void lay_side(struct layout *l, const struct view *v, const struct scene *s, struct rect r)
{
    if (v->page != PAGE_OVERVIEW)
        add(l, view_processes, take_rows(&r, least(table_rows(s) + 1, r.rows / 2)));
    add(l, view_detail, r);
}

/* Does the main place show the messages itself? */
static bool shows_stream(const struct view *v)
{
    return v->page == PAGE_OVERVIEW || v->page == PAGE_TRACE;
}

static void lay_wide(struct layout *l, const struct view *v, const struct scene *s,
                     struct rect body)
{
    bool stream = shows_stream(v);
    bool tall = body.rows >= TALL_ROWS - FRAME_ROWS, broad = body.columns >= BROAD_COLUMNS;
    int lower = tall ? body.rows * 3 / 10 : 0, left = MAIN_COLUMNS;
    if (broad) {
        left = body.columns - MAIN_COLUMNS - 1;
        struct rect column = take_columns(&body, left);
        lay_main(l, v, s, take_rows(&column, stream ? column.rows : column.rows - lower), true,
                 true);
        add(l, view_stream, column);
        lay_side(l, v, s, take_rows(&body, body.rows - lower));
        add(l, v->page == PAGE_CONSOLE ? view_log : view_console, body);
        return;
    }
    struct rect upper = take_rows(&body, body.rows - lower);
    lay_main(l, v, s, take_columns(&upper, left), true, tall);
    lay_side(l, v, s, upper);
    add(l, stream ? view_console : view_stream, body);
}

/* A tall one has the lower place, at least. */
static void lay_narrow(struct layout *l, const struct view *v, const struct scene *s,
                       struct rect body)
{
    bool tall = body.rows >= TALL_ROWS - FRAME_ROWS;
    lay_main(l, v, s, take_rows(&body, body.rows - (tall ? body.rows * 3 / 10 : 0)), false, tall);
    if (tall)
        add(l, shows_stream(v) ? view_console : view_stream, body);
}

int view_layout(const struct view *v, const struct scene *s, int rows, int columns,
                struct view_pane pane[VIEW_PANES])
{
    struct layout l = {.pane = pane};
    struct rect body = {2, 0, rows - FRAME_ROWS, columns};
    if (rows < VIEW_MIN_ROWS || columns < VIEW_MIN_COLUMNS)
        return 0;
    if (v->zoom)
        add(&l, v->focus == FOCUS_CONSOLE ? view_console : page_view(v->page), body);
    else if (columns >= WIDE_COLUMNS)
        lay_wide(&l, v, s, body);
    else
        lay_narrow(&l, v, s, body);
    return l.count;
}

/* ---- drawing -------------------------------------------------------------------------------------- */

/* Notes what the last drawing had room for, and where its lists began. */
static void note_lists(struct view *v, const struct scene *s, const struct view_pane *pane,
                       int panes)
{
    v->message_rows = v->console_rows = 0;
    for (int i = 0; i < panes; i++) {
        uint64_t number[VIEW_LIST_ROWS];
        int rows = least(pane[i].r.rows - 1, VIEW_LIST_ROWS);
        if (pane[i].draw == view_console)
            v->console_rows = rows;
        if (pane[i].draw == view_stream) {
            v->message_rows = rows;
            v->list_top[LIST_STREAM] = view_lines(v, s, LIST_STREAM, rows, number) ? number[0] : 0;
        } else if (pane[i].draw == view_ladder) {
            rows = view_ladder_rows(pane[i].r);
            v->list_top[LIST_LADDER] = view_lines(v, s, LIST_LADDER, rows, number) ? number[0] : 0;
            v->message_rows = v->message_rows ? v->message_rows : rows;
        }
    }
}

/* Keeps `top` on a line that there is. */
static void keep_inside(struct view *v, const struct scene *s, struct rect r)
{
    int lines = 0;
    if (v->top == 0)
        return;
    if (v->page == PAGE_LATENCY)
        lines = view_latency_lines(v, s);
    else if (v->page == PAGE_LOG)
        lines = view_log_lines(s);
    else if (v->page == PAGE_PROCESS)
        lines = view_process_rows(v, s, r) - r.rows + 1;
    if (lines <= 0 || v->top >= (uint64_t)lines)
        v->top = lines > 0 ? (uint64_t)lines - 1 : 0;
}

uint64_t view_target(const struct view *v, const struct scene *s)
{
    return v->page == PAGE_LATENCY ? view_latency_event(v, s)
           : v->page == PAGE_LOG   ? view_log_event(v, s)
                                   : 0;
}

static void draw_rules(struct grid *g, const struct view *v, const struct view_pane *pane,
                       int panes)
{
    for (int i = 0; i < panes; i++)
        for (int row = 0; row < pane[i].r.rows && pane[i].r.column > 0; row++)
            grid_put(g, pane[i].r.row + row, pane[i].r.column - 1, view_glyphs(v)->vertical,
                     STYLE_RULE);
}

void view_draw(struct grid *g, struct view *v, const struct scene *s)
{
    struct view_pane pane[VIEW_PANES];
    g->ascii = v->ascii;
    v->rows = g->rows;
    v->columns = g->columns;
    grid_clear(g);
    int panes = view_layout(v, s, g->rows, g->columns, pane);
    if (!panes) {
        view_too_small(g);
        return;
    }
    view_choose(v, s, 0);
    keep_inside(v, s, pane[0].r); /* the first pane is the page's own */
    v->help_top = view_help_top(v, g->rows);
    note_lists(v, s, pane, panes);
    if (v->page == PAGE_TRACE)
        view_count(v, s);
    view_status(g, v, s);
    view_tabs(g, v, s);
    int row = -1, column = -1; /* the console's cursor, whatever is drawn after it */
    for (int i = 0; i < panes; i++) {
        pane[i].draw(g, v, s, pane[i].r);
        if (pane[i].draw == view_console) {
            row = g->cursor_row;
            column = g->cursor_column;
        }
    }
    g->cursor_row = row;
    g->cursor_column = column;
    draw_rules(g, v, pane, panes);
    if (v->prompt != PROMPT_NONE)
        view_prompt(g, v);
    else
        view_keys(g, v);
    if (v->help)
        view_help(g, v);
    if (v->dialog.open)
        view_dialog(g, v);
}

/* ---- the mouse ------------------------------------------------------------------------------------- */

struct view_hit view_at(const struct view *v, const struct scene *s, int row, int column)
{
    struct view_hit hit = {-1, EP_NONE, 0};
    struct view_pane pane[VIEW_PANES];
    int panes = view_layout(v, s, v->rows, v->columns, pane);
    if (panes && row == 1)
        hit.page = view_tab_at(column);
    for (int i = 0; i < panes; i++) {
        struct rect r = pane[i].r;
        int line = row - r.row - 1, rows = least(r.rows - 1, VIEW_LIST_ROWS);
        bool inside =
            line >= 0 && line < rows && column >= r.column && column < r.column + r.columns;
        if (inside && pane[i].draw == view_processes) {
            unsigned short slot[NSLOTS];
            struct view_rows t = view_table_rows(v, s, r);
            view_slots(s, slot);
            if (line < t.rows && t.first + line < t.count)
                hit.process = s->world->process[slot[t.first + line]].endpoint;
        } else if (inside && (pane[i].draw == view_stream || pane[i].draw == view_ladder)) {
            uint64_t number[VIEW_LIST_ROWS];
            bool ladder = pane[i].draw == view_ladder;
            line -= ladder ? rows - view_ladder_rows(r) : 0;
            rows = ladder ? view_ladder_rows(r) : rows;
            int lines = view_lines(v, s, ladder ? LIST_LADDER : LIST_STREAM, rows, number);
            line += line >= 0 && view_pending(v) && lines == rows;
            hit.message = line >= 0 && line < lines ? number[line] : 0;
        }
    }
    return hit;
}
