/*
 * Latencies: a table by source, destination and type, and the chosen line's distribution as a histogram whose steps are the buckets of
 * the log-linear scale. The selected message's bucket is marked.
 */
#include <stdio.h>
#include <string.h>
#include "emu/dash/latency_table.h"
#include "emu/trace/names.h"

#define WIDE           110
#define CHART_ROWS     8  /* of the histogram, at least */
#define SCALE_COLUMNS  7  /* numbers beside the chart */
#define LABEL_COLUMNS  8  /* of a number below it */
#define BUCKET_COLUMNS 4  /* at most */
#define TITLE_COLUMNS  25 /* of the table's title that the hint cannot have */

enum column_id {
    SOURCE,
    DEST,
    TYPE,
    COUNT,
    P50,
    P90,
    P99,
    P999,
    MOST,
    FAILED,
    LATER,
    OPEN,
    OLDEST,
    COLUMNS
};

static const struct column {
    const char *title;
    int width, wide; /* columns, in a narrow and in a wide table; 0: it is not there */
} columns[COLUMNS] = {
    [SOURCE] = {"SOURCE", 8, 13}, [DEST] = {"DEST", 6, 12},  [TYPE] = {"TYPE", 13, 16},
    [COUNT] = {"COUNT", 6, 8},    [P50] = {"P50", 6, 8},     [P90] = {"P90", 7, 8},
    [P99] = {"P99", 7, 8},        [P999] = {"P99.9", 7, 8},  [MOST] = {"MAX", 7, 8},
    [FAILED] = {"FAILED", 0, 8},  [LATER] = {"LATER", 0, 7}, [OPEN] = {"OPEN", 5, 6},
    [OLDEST] = {"OLDEST", 7, 8}};

/* ---- the table -------------------------------------------------------------------------------------------- */

static char *value_text(char *out, const struct latency_table *t, uint64_t value)
{
    return t->host ? view_span(out, value) : view_number(out, value);
}

static void cell_text(char *out, size_t size, const struct latency_table *t,
                      const struct latency_line *line, enum column_id id)
{
    const uint64_t value[COLUMNS] = {[P50] = line->p50,
                                     [P90] = line->p90,
                                     [P99] = line->p99,
                                     [P999] = line->p999,
                                     [MOST] = line->max};
    const char *type = names_type(line->type);
    *out = '\0';
    switch (id) {
    case SOURCE:
        snprintf(out, size, "%s", line->source);
        break;
    case DEST:
        snprintf(out, size, "%s", line->dest);
        break;
    case TYPE:
        if (type)
            snprintf(out, size, "%s", type);
        else
            snprintf(out, size, line->type ? "%#x" : "others", line->type);
        break;
    case COUNT:
        view_number(out, line->count);
        break;
    case FAILED:
    case LATER:
        if (id == FAILED ? line->failed : line->later)
            view_number(out, id == FAILED ? line->failed : line->later);
        break;
    case OPEN:
        if (line->open)
            snprintf(out, size, "%u", line->open);
        break;
    case OLDEST:
        if (line->open)
            view_number(out, line->oldest);
        break;
    default:
        if (line->count)
            value_text(out, t, value[id]);
    }
}

static void put_cell(struct grid *g, const struct view *v, enum column_id id, int row, int at,
                     int width, enum style style, const char *text)
{
    if (id <= TYPE)
        grid_text(g, row, at, width - 1, style, view_glyphs(v)->cut, text);
    else
        grid_right(g, row, at, width, style, text);
}

/* `of`: the selected message, whose kind of request is marked. */
static void draw_line(struct grid *g, const struct view *v, const struct latency_table *t,
                      const struct entry *of, int index, int row, struct rect r)
{
    const struct latency_line *line = index < 0 ? NULL : &t->line[index];
    int at = r.column + 1;
    for (int i = 0; i < COLUMNS; i++) {
        int width = r.columns >= WIDE ? columns[i].wide : columns[i].width;
        char text[64];
        if (!width)
            continue;
        if (line)
            cell_text(text, sizeof text, t, line, (enum column_id)i);
        enum style style = !line ? STYLE_HEAD : i >= OPEN ? STYLE_WARN : STYLE_NORMAL;
        put_cell(g, v, (enum column_id)i, row, at, width, style, line ? text : columns[i].title);
        at += width;
    }
    if (line && of && latency_table_is(line, of))
        grid_put(g, row, r.column, '*', STYLE_WARN);
    if (index != (int)v->top)
        return;
    grid_put(g, row, r.column, view_glyphs(v)->here, STYLE_NORMAL);
    if (v->focus == FOCUS_TABLES && v->page == PAGE_LATENCY)
        grid_restyle(g, row, r.column, r.columns, STYLE_CHOSEN);
}

/* "of the whole run, in instructions; 2 open, oldest 2.44G"; of what comes after the semicolon no more than there is room for. */
static void hint_text(char *out, size_t size, const struct latency_table *t, int room)
{
    unsigned open = 0;
    uint64_t oldest = 0;
    char age[16], more[64];
    size_t n = (size_t)snprintf(out, size, "%s, in %s",
                                t->partial ? "of the messages that show" : "of the whole run",
                                t->host ? "host time" : "instructions");
    for (int i = 0; i < t->lines; i++) {
        open += t->line[i].open;
        oldest = t->line[i].oldest > oldest ? t->line[i].oldest : oldest;
    }
    if (!open)
        return;
    snprintf(more, sizeof more, "; %u open, oldest %s", open, view_number(age, oldest));
    if (view_columns(out) + view_columns(more) > room)
        snprintf(more, sizeof more, "; %u open", open);
    if (view_columns(out) + view_columns(more) <= room)
        snprintf(out + n, size - n, "%s", more);
}

static void draw_table(struct grid *g, const struct view *v, const struct scene *s,
                       const struct latency_table *t, struct rect r)
{
    int rows = r.rows - 2, at = (int)v->top, first = at >= rows ? at - rows + 1 : 0;
    char text[128];
    hint_text(text, sizeof text, t, r.columns - TITLE_COLUMNS);
    view_title(g, v, r, "Latency", text);
    draw_line(g, v, t, NULL, -1, r.row + 1, r);
    for (int i = 0; i < rows && first + i < t->lines; i++)
        draw_line(g, v, t, v->selected ? view_current(v, s) : NULL, first + i, r.row + 2 + i, r);
    if (first + rows < t->lines) {
        snprintf(text, sizeof text, " %s%d ", view_glyphs(v)->down, t->lines - first - rows);
        grid_right(g, r.row, r.column, r.columns - 2, STYLE_DIM, text);
    }
    if (!t->lines)
        grid_text(g, r.row + 2, r.column + 1, r.columns - 1, STYLE_DIM, 0, "No request yet.");
}

/* ---- the histogram -------------------------------------------------------------------------------------------- */

/* The buckets that are drawn: `each` of them in a column group, which is `wide` columns. */
struct chart {
    struct rect r; /* of the bars */
    const struct latency *l;
    unsigned first, buckets, each;
    int wide;
    uint64_t most; /* in one group */
};

static unsigned groups(const struct chart *c)
{
    return (c->buckets + c->each - 1) / c->each;
}

static uint64_t group_count(const struct chart *c, unsigned group)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < c->each && group * c->each + i < c->buckets; i++)
        count += c->l->bucket[c->first + group * c->each + i];
    return count;
}

static struct chart measure(const struct latency *l, struct rect r)
{
    struct chart c = {.r = r, .l = l, .each = 1};
    unsigned last = 0;
    c.first = LATENCY_BUCKETS;
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++)
        if (l->bucket[i]) {
            c.first = i < c.first ? i : c.first;
            last = i;
        }
    c.buckets = last - c.first + 1;
    while (groups(&c) > (unsigned)r.columns)
        c.each *= 2;
    c.wide = r.columns / (int)groups(&c);
    c.wide = c.wide < BUCKET_COLUMNS ? c.wide : BUCKET_COLUMNS;
    for (unsigned i = 0; i < groups(&c); i++)
        c.most = group_count(&c, i) > c.most ? group_count(&c, i) : c.most;
    return c;
}

static void draw_bars(struct grid *g, const struct view *v, const struct chart *c)
{
    for (unsigned i = 0; i < groups(c); i++) {
        uint64_t count = group_count(c, i);
        int eighths = (int)(count * (uint64_t)c->r.rows * 8 / c->most);
        if (count && !eighths)
            eighths = 1;
        for (int row = 0; row < c->r.rows; row++) {
            int part = eighths - row * 8;
            part = part < 0 ? 0 : part > 8 ? 8 : part;
            /* A blank between bars that are wide enough for one. */
            grid_fill(g, c->r.row + c->r.rows - 1 - row, c->r.column + (int)i * c->wide,
                      c->wide > 2 ? c->wide - 1 : c->wide, view_glyphs(v)->block[part], STYLE_GOOD);
        }
    }
}

/* The scale below, with the smallest value of a group where there is room. */
static void draw_scale(struct grid *g, const struct view *v, const struct latency_table *t,
                       const struct chart *c)
{
    int row = c->r.row + c->r.rows, free = c->r.column;
    char text[32];
    for (unsigned i = 0; i < groups(c); i++) {
        int at = c->r.column + (int)i * c->wide;
        unsigned bucket = c->first + i * c->each;
        bool power = bucket < LATENCY_EXACT || (bucket - LATENCY_EXACT) % LATENCY_PARTS < c->each;
        if (at < free || (!power && i) || at + 6 > c->r.column + c->r.columns)
            continue;
        grid_text(g, row, at, LABEL_COLUMNS, STYLE_DIM, 0,
                  value_text(text, t, latency_low(bucket)));
        free = at + LABEL_COLUMNS;
    }
    grid_right(g, c->r.row, c->r.column - SCALE_COLUMNS, SCALE_COLUMNS - 1, STYLE_DIM,
               view_number(text, c->most));
    grid_right(g, row - 1, c->r.column - SCALE_COLUMNS, SCALE_COLUMNS - 1, STYLE_DIM, "0");
    (void)v;
}

/* An arrow above the group that the selected message is in. */
static void draw_mark(struct grid *g, const struct view *v, const struct scene *s,
                      const struct latency_table *t, const struct latency_line *line,
                      const struct chart *c)
{
    const struct entry *e = view_current(v, s);
    if (!e || t->host || !latency_table_is(line, e) || (e->kind == ENTRY_REQUEST && !e->partner))
        return;
    for (unsigned i = 0; i < c->buckets; i++)
        if (e->latency >= latency_low(c->first + i) && e->latency <= latency_high(c->first + i)) {
            char text[48], number[16];
            int at = c->r.column + (int)(i / c->each) * c->wide;
            snprintf(text, sizeof text, " selected: %s", view_number(number, e->latency));
            int width = view_columns(text);
            bool right = at + 1 + width <= c->r.column + c->r.columns;
            grid_put(g, c->r.row - 1, at, view_glyphs(v)->mark, STYLE_WARN);
            grid_text(g, c->r.row - 1, right ? at + 1 : at - width - 1, width, STYLE_WARN, 0, text);
        }
}

static void draw_histogram(struct grid *g, const struct view *v, const struct scene *s,
                           const struct latency_table *t, struct rect r)
{
    struct latency l;
    char title[96], hint[96], number[3][16];
    const struct latency_line *line = v->top < (uint64_t)t->lines ? &t->line[v->top] : NULL;
    const char *type = line ? names_type(line->type) : NULL;
    if (!line) {
        view_title(g, v, r, "Histogram", NULL);
        return;
    }
    latency_table_histogram(t, line, v, s, &l);
    snprintf(title, sizeof title, "%s %s %s %s", line->source, v->ascii ? "->" : "→", line->dest,
             type ? type : "");
    snprintf(hint, sizeof hint, "%s answered, p50 %s, p99 %s", view_number(number[0], line->count),
             value_text(number[1], t, line->p50), value_text(number[2], t, line->p99));
    view_title(g, v, r, title, l.count ? hint : NULL);
    if (!l.count) {
        grid_text(g, r.row + 1, r.column + 1, r.columns - 2, STYLE_DIM, 0,
                  t->host ? "Host time was not measured." : "None was answered at once yet.");
        return;
    }
    struct rect bars = {r.row + 2, r.column + SCALE_COLUMNS, r.rows - 3,
                        r.columns - SCALE_COLUMNS - 1};
    struct chart c = measure(&l, bars);
    draw_bars(g, v, &c);
    draw_scale(g, v, t, &c);
    draw_mark(g, v, s, t, line, &c);
}

uint64_t view_latency_event(const struct view *v, const struct scene *s)
{
    struct latency_table t;
    latency_table_fill(&t, v, s);
    return v->top < (uint64_t)t.lines ? latency_table_slowest(&t, &t.line[v->top], v, s) : 0;
}

int view_latency_lines(const struct view *v, const struct scene *s)
{
    struct latency_table t;
    latency_table_fill(&t, v, s);
    return t.lines;
}

void view_latency(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    struct latency_table t;
    latency_table_fill(&t, v, s);
    int rows = t.lines + 2, most = r.rows - CHART_ROWS;
    most = r.rows * 3 / 5 < most ? r.rows * 3 / 5 : most;
    rows = rows < 4 ? 4 : rows < most ? rows : most;
    struct rect table = {r.row, r.column, rows, r.columns};
    struct rect chart = {r.row + rows, r.column, r.rows - rows, r.columns};
    draw_table(g, v, s, &t, table);
    if (chart.rows > 4)
        draw_histogram(g, v, s, &t, chart);
}
