/*
 * Lays the screen out and draws its frame: status line, panes, key strip.
 *
 *     under 110 columns         110 and more              160 and more
 *     +------------------+      +------------+-------+    +-----------+-----------+
 *     | processes        |      | processes  | log   |    | processes | messages  |
 *     | messages         |      | messages           |    |           |           |
 *     | console          |      | console            |    | console   | log       |
 *     +------------------+      +--------------------+    +-----------+-----------+
 *
 * Zoomed, the side with the focus (the console, or the tables) has it all.
 */
#include <stdio.h>
#include <string.h>
#include "emu/dash/view.h"

#define LOG_COLUMNS     110 /* from this width on there is room for a log beside the processes */
#define TWO_COLUMNS     160
#define PROCESS_COLUMNS 79
#define TIME_PER_MS     100000 /* of virtual time */

/* Panes without rows are not shown. */
struct layout {
    struct rect processes, messages, console, log, rule;
};

const struct glyphs *view_glyphs(const struct view *v)
{
    static const struct glyphs unicode = {U'─', U'→', U'▸', U'…', U'│', U"┌┐└┘",
                                          "↑",  "↓",  "↑↓", "✗ ", "↻ ", "• "};
    static const struct glyphs ascii = {'-', '>', '>',     '~',  '|',  U"++++",
                                        "^", "v", "Up/Dn", "x ", "+ ", "* "};
    return v->ascii ? &ascii : &unicode;
}

char *view_number(char *out, uint64_t n)
{
    static const char unit[] = " kMGTPE";
    unsigned power = 0;
    uint64_t scaled = n;
    if (n < 10000) {
        snprintf(out, 16, "%llu", (unsigned long long)n);
        return out;
    }
    uint64_t divisor = 1;
    for (; scaled >= 1000; scaled /= 1000, power++)
        divisor *= 1000;
    /* Three digits: cut off, not rounded, so that no width changes at 999.5. */
    unsigned places = scaled < 10 ? 2 : scaled < 100 ? 1 : 0;
    unsigned fraction = (unsigned)(n % divisor / (divisor / 1000)) / (places == 2 ? 10 : 100);
    if (places)
        snprintf(out, 16, "%u.%0*u%c", (unsigned)scaled, (int)places, fraction, unit[power]);
    else
        snprintf(out, 16, "%u%c", (unsigned)scaled, unit[power]);
    return out;
}

char *view_time(char *out, uint64_t time)
{
    uint64_t us = time / 100;
    snprintf(out, 32, "%llu.%06llu", (unsigned long long)(us / 1000000),
             (unsigned long long)(us % 1000000));
    return out;
}

int view_columns(const char *text)
{
    int columns = 0;
    for (; *text; text++)
        columns += (*text & 0xc0) != 0x80;
    return columns;
}

void view_title(struct grid *g, const struct view *v, struct rect r, const char *name, bool focus,
                const char *hint)
{
    const struct glyphs *glyphs = view_glyphs(v);
    int at = r.column + 3;
    grid_fill(g, r.row, r.column, r.columns, glyphs->rule, STYLE_RULE);
    grid_put(g, r.row, at - 1, ' ', STYLE_RULE);
    at += grid_text(g, r.row, at, r.columns - 5, focus ? STYLE_FOCUS : STYLE_TITLE, 0, name);
    grid_put(g, r.row, at, ' ', STYLE_RULE);
    if (!hint)
        return;
    at += 3;
    grid_put(g, r.row, at++, ' ', STYLE_RULE);
    at += grid_text(g, r.row, at, r.column + r.columns - at - 2, STYLE_DIM, glyphs->cut, hint);
    grid_put(g, r.row, at, ' ', STYLE_RULE);
}

/* ---- layout ---------------------------------------------------------------------------------- */

/* Cuts `rows` rows off the top of r. */
static struct rect take_rows(struct rect *r, int rows)
{
    struct rect top = {r->row, r->column, rows, r->columns};
    r->row += rows;
    r->rows -= rows;
    return top;
}

/* Cuts `columns` columns off the left of r. */
static struct rect take_columns(struct rect *r, int columns)
{
    struct rect left = {r->row, r->column, r->rows, columns};
    r->column += columns;
    r->columns -= columns;
    return left;
}

static struct layout zoomed(struct rect body, const struct view *v)
{
    struct layout l = {0};
    if (v->focus == FOCUS_CONSOLE) {
        l.console = body;
    } else {
        l.processes = take_rows(&body, body.rows * 2 / 5);
        l.messages = body;
    }
    return l;
}

static struct layout lay_out(const struct grid *g, const struct view *v)
{
    struct layout l = {0};
    struct rect body = {1, 0, g->rows - 2, g->columns};
    int extra = body.rows - 22;
    if (v->zoom)
        return zoomed(body, v);
    if (g->columns >= TWO_COLUMNS) {
        struct rect left = take_columns(&body, 80 + (g->columns - TWO_COLUMNS) / 5);
        l.rule = take_columns(&body, 1);
        l.processes = take_rows(&left, 8 + extra / 5);
        l.console = left;
        l.messages = take_rows(&body, body.rows - 6 - extra / 8);
        l.log = body;
        return l;
    }
    l.processes = take_rows(&body, 8 + extra / 4);
    l.messages = take_rows(&body, 6 + extra / 3);
    l.console = body;
    if (g->columns >= LOG_COLUMNS) {
        struct rect top = l.processes;
        l.processes = take_columns(&top, PROCESS_COLUMNS);
        l.rule = take_columns(&top, 1);
        l.log = top;
    }
    return l;
}

/* ---- status line and key strip --------------------------------------------------------------- */

/* Virtual time in at most 8 columns: the larger, the fewer decimals. */
static void status_time(char *out, size_t size, uint64_t time)
{
    uint64_t ms = time / TIME_PER_MS, seconds = ms / 1000;
    unsigned fraction = (unsigned)(ms % 1000);
    char number[16];
    if (seconds < 10000)
        snprintf(out, size, "%u.%03u", (unsigned)seconds, fraction);
    else if (seconds < 1000000)
        snprintf(out, size, "%u.%u", (unsigned)seconds, fraction / 100);
    else
        snprintf(out, size, "%s", view_number(number, seconds));
}

/* "shown 1:37": of so many messages one finds room on the screen, at this rate and frames a second.
 * At most 12 columns. */
static void shown(char *out, size_t size, const struct view *v)
{
    uint64_t room = (uint64_t)v->message_rows * (v->frames ? v->frames : 1);
    uint64_t ratio = room ? v->rate / room + (v->rate % room != 0) : 0;
    if (v->anchor)
        snprintf(out, size, "scrolled");
    else if (ratio > 9999)
        snprintf(out, size, "shown 1:many");
    else
        snprintf(out, size, "shown 1:%u", ratio ? (unsigned)ratio : 1);
}

/* At most 13 columns. */
static void restarts(char *out, size_t size, uint64_t count)
{
    if (count > 9999)
        snprintf(out, size, "many restarts");
    else
        snprintf(out, size, "%u restart%s", (unsigned)count, count == 1 ? "" : "s");
}

/* Fields of fixed width, which fill 80 columns: nothing jumps when a number changes. */
static void draw_status(struct grid *g, const struct view *v, const struct model *m)
{
    char time[16], instructions[16], rate[16], ratio[16], died[16], line[160];
    grid_fill(g, 0, 0, g->columns, ' ', STYLE_BAR);
    grid_text(g, 0, 1, 10, STYLE_BAR, 0, "Courier");
    grid_text(g, 0, 9, 6, v->paused ? STYLE_ALERT : STYLE_BAR, 0, v->paused ? " STOP " : " RUN  ");
    status_time(time, sizeof time, v->now);
    shown(ratio, sizeof ratio, v);
    restarts(died, sizeof died, m->restarts);
    snprintf(line, sizeof line, "%8s s  %5s insns  %5s msg/s  %-12s  %s", time,
             view_number(instructions, v->instructions), view_number(rate, v->rate), ratio, died);
    grid_text(g, 0, 15, g->columns - 15, STYLE_BAR, 0, line);
}

struct key_hint {
    const char *key, *label;
};

/* Draws hints from left to right, as many as fit. */
static void draw_hints(struct grid *g, const struct key_hint *hint)
{
    int at = 1, row = g->rows - 1;
    for (; hint->key; hint++) {
        if (at + view_columns(hint->key) + 1 + view_columns(hint->label) > g->columns)
            continue;
        at += grid_text(g, row, at, g->columns - at, STYLE_KEY, 0, hint->key) + 1;
        at += grid_text(g, row, at, g->columns - at, STYLE_LABEL, 0, hint->label) + 2;
    }
}

static void draw_keys(struct grid *g, const struct view *v)
{
    const char *go = v->paused ? "Go on" : "Pause";
    const struct key_hint console[] = {{"Ctrl-]", "Leave console"},
                                       {"F1", "Help"},
                                       {"F2", go},
                                       {"F5", "Zoom"},
                                       {"F9", "Kill"},
                                       {"F10", "Quit"},
                                       {NULL, NULL}};
    const struct key_hint tables[] = {{"Tab", "Console"}, {view_glyphs(v)->up_down, "Choose"},
                                      {"p", go},          {"F9", "Kill"},
                                      {"F1", "Help"},     {"q", "Quit"},
                                      {"n", "Notify"},    {"PgUp/PgDn", "Scroll messages"},
                                      {"F5", "Zoom"},     {NULL, NULL}};
    if (v->flash[0])
        grid_text(g, g->rows - 1, 1, g->columns - 2, STYLE_WARN, view_glyphs(v)->cut, v->flash);
    else
        draw_hints(g, v->focus == FOCUS_CONSOLE ? console : tables);
}

/* ---- the whole ------------------------------------------------------------------------------- */

void view_draw(struct grid *g, struct view *v, const struct model *m, const struct console *c)
{
    grid_clear(g);
    if (g->rows < VIEW_MIN_ROWS || g->columns < VIEW_MIN_COLUMNS) {
        view_too_small(g);
        return;
    }
    struct layout l = lay_out(g, v);
    v->message_rows = l.messages.rows > 1 ? l.messages.rows - 1 : 0;
    v->console_rows = l.console.rows > 1 ? l.console.rows - 1 : 0;
    view_choose(v, m, 0);
    draw_status(g, v, m);
    if (l.processes.rows)
        view_processes(g, v, m, l.processes);
    if (l.messages.rows)
        view_messages(g, v, m, l.messages);
    if (l.console.rows)
        view_console(g, v, c, l.console);
    if (l.log.rows)
        view_log(g, v, m, l.log);
    else if (l.console.rows)
        view_last_note(g, v, m, l.console);
    for (int i = 0; i < l.rule.rows; i++)
        grid_put(g, l.rule.row + i, l.rule.column, view_glyphs(v)->vertical, STYLE_RULE);
    draw_keys(g, v);
    if (v->help)
        view_help(g, v);
    if (v->dialog != DIALOG_NONE)
        view_question(g, v, m);
}
