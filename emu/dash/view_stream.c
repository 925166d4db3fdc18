/*
 * The trace stream: a line for each message, the latest at the bottom.
 *
 * A request shows the latency of its reply once that has come; before, its age and a plus sign. Where the guest stopped
 * before a message, that one is the last line.
 */
#include <stdio.h>
#include <string.h>
#include "emu/dash/view_parts.h"
#include "emu/trace/names.h"

#define GUTTER          2 /* the selection, and a tag or mark */
#define LATENCY_COLUMNS 7
#define EVENT_COLUMNS   9 /* where there is room for the event's number */
#define TXN_COLUMNS     9 /* and its transaction's */
#define WIDE            110
#define COUNT_COLUMNS   30 /* of the place, or of the rate of what is hidden */

/* Where the columns of a list this wide begin. */
struct columns {
    int event, time, source, dest, message, txn, latency, names;
};

static struct columns columns_of(struct rect r)
{
    bool wide = r.columns >= WIDE;
    struct columns c = {.names = wide ? 14 : 10};
    c.event = r.column + GUTTER;
    c.time = c.event + (wide ? EVENT_COLUMNS : 0);
    c.source = c.time + TIME_COLUMNS;
    c.dest = c.source + c.names + 2;
    c.message = c.dest + c.names;
    c.latency = r.column + r.columns - LATENCY_COLUMNS - 1;
    c.txn = c.latency - (wide ? TXN_COLUMNS : 1);
    return c;
}

static enum style line_style(const struct entry *e)
{
    if (e->kind == ENTRY_FAILED)
        return STYLE_BAD;
    if (e->kind == ENTRY_REPLY)
        return e->message.status < 0 ? STYLE_BAD : STYLE_DIM;
    return e->kind == ENTRY_REQUEST || e->kind == ENTRY_MESSAGE ? STYLE_NORMAL : STYLE_DIM;
}

/* "FS_READ fd=3 grant=2 bytes=512", or why a call failed. */
static void draw_message(struct grid *g, const struct view *v, const struct scene *s,
                         const struct entry *e, int row, int at, int width)
{
    char text[NAMES_MESSAGE_BYTES + 32], status[32];
    names_message(text, sizeof text, &e->message, world_name, s->world);
    if (e->kind == ENTRY_FAILED) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, ": %s",
                 names_status(status, sizeof status, e->status));
    }
    enum style style = view_found(v, s, e) ? STYLE_FOUND : line_style(e);
    grid_text(g, row, at, width, style, view_glyphs(v)->cut, text);
}

static void draw_transaction(struct grid *g, const struct entry *e, int row, struct columns c)
{
    char text[32];
    if (c.latency - c.txn < TXN_COLUMNS || !e->transaction)
        return;
    snprintf(text, sizeof text, "%llu", (unsigned long long)e->transaction);
    grid_right(g, row, c.txn + 1, TXN_COLUMNS - 2, STYLE_DIM, text);
}

/* Where the guest stopped is what one looks at, until one looks at something else. */
static bool is_chosen(const struct view *v, const struct entry *e)
{
    return e == v->pending || (e->number && e->number == v->selected);
}

static void draw_gutter(struct grid *g, const struct view *v, const struct scene *s,
                        const struct entry *e, int row, struct rect r)
{
    char tag = view_tag(v, e->number);
    if (is_chosen(v, e))
        grid_put(g, row, r.column, view_glyphs(v)->here, STYLE_NORMAL);
    if (tag != ' ')
        grid_put(g, row, r.column + 1, (char32_t)tag, STYLE_WARN);
    else if (view_found(v, s, e))
        grid_put(g, row, r.column + 1, '/', STYLE_FOUND);
}

/* The messages that are on the screen. */
struct shown {
    int lines;
    const struct entry *line[VIEW_LIST_ROWS + 1];
};

static bool is_namesake(const char *name, endpoint_t ep, const char *other, endpoint_t other_ep)
{
    return ep != other_ep && strcmp(name, other) == 0;
}

/* Is there another one of this name, in the list or alive? */
static bool has_namesake(const struct shown *l, const struct world *w, const char *name,
                         endpoint_t ep)
{
    for (int i = 0; i < l->lines; i++) {
        const struct entry *e = l->line[i];
        if (e->kind != ENTRY_NOTE && (is_namesake(name, ep, e->source_name, e->source) ||
                                      is_namesake(name, ep, e->dest_name, e->dest)))
            return true;
    }
    for (int i = 1; i < NSLOTS; i++)
        if (w->process[i].used && is_namesake(name, ep, w->process[i].name, w->process[i].endpoint))
            return true;
    return false;
}

/* "sh"; of two with one name "sh 17.1", and the name is what has to be short. */
static void draw_party(struct grid *g, const struct view *v, int row, int at, int width,
                       enum style style, const char *name, endpoint_t ep, bool again)
{
    char endpoint[32];
    int columns = 0;
    if (again) {
        columns = view_columns(names_endpoint(endpoint, sizeof endpoint, ep, NULL, NULL)) + 1;
        grid_right(g, row, at, width, style, endpoint);
    }
    int used = grid_text(g, row, at, width - columns, style, view_glyphs(v)->cut, name);
    if (again && used < width - columns) { /* right behind it */
        grid_fill(g, row, at + used, width - used, ' ', STYLE_NORMAL);
        grid_text(g, row, at + used + 1, columns, style, 0, endpoint);
    }
}

static void draw_line(struct grid *g, const struct view *v, const struct scene *s,
                      const struct shown *l, const struct entry *e, int row, struct rect r)
{
    char text[32];
    const struct glyphs *glyphs = view_glyphs(v);
    struct columns c = columns_of(r);
    int end = r.column + r.columns - 1;
    if (c.time > c.event) {
        snprintf(text, sizeof text, "%llu", (unsigned long long)e->event);
        grid_right(g, row, c.event, EVENT_COLUMNS - 1, STYLE_DIM, text);
    }
    grid_right(g, row, c.time, TIME_COLUMNS - 1, STYLE_DIM, view_time(text, e->time));
    draw_gutter(g, v, s, e, row, r);
    if (e->kind == ENTRY_NOTE) {
        view_note(g, v, &e->note, row, c.source, end - c.source);
    } else {
        enum style style = line_style(e) == STYLE_BAD ? STYLE_DIM : line_style(e);
        draw_party(g, v, row, c.source, c.names - 1, style, e->source_name, e->source,
                   has_namesake(l, s->world, e->source_name, e->source));
        grid_put(g, row, c.dest - 2, glyphs->arrow, STYLE_DIM);
        draw_party(g, v, row, c.dest, c.names - 1, style, e->dest_name, e->dest,
                   has_namesake(l, s->world, e->dest_name, e->dest));
        draw_message(g, v, s, e, row, c.message, c.txn - c.message);
        draw_transaction(g, e, row, c);
        style = view_latency_text(text, s, e);
        if (e == v->pending) {
            strcpy(text, "pending");
            style = STYLE_WARN;
        }
        grid_right(g, row, c.latency, LATENCY_COLUMNS, style, text);
    }
    if (view_then(v, s) && e->event > s->world->event)
        grid_restyle(g, row, r.column, r.columns, STYLE_DIM);
    if (is_chosen(v, e) && v->focus == FOCUS_TABLES)
        grid_restyle(g, row, r.column, r.columns, STYLE_CHOSEN);
}

static void heading(struct grid *g, int row, int at, const char *text)
{
    grid_text(g, row, at - 1, view_columns(text), STYLE_HEAD, 0, text);
}

/* "1,204": of the counts, which have at most six digits. `size` of out: 16. */
static char *thousands(char *out, uint64_t n)
{
    if (n < 1000)
        snprintf(out, 16, "%u", (unsigned)n);
    else
        snprintf(out, 16, "%u,%03u", (unsigned)(n / 1000 % 1000), (unsigned)(n % 1000));
    return out;
}

/* In the heading of the trace page: where in the list one is, and the way back. `room`: columns. */
static void place_text(char *text, size_t size, const struct view *v, const struct scene *s,
                       int room)
{
    char here[16], shown[16], kept[16];
    const struct view_place *p = &v->place;
    const char *which = s->history == s->model->history ? "kept" : "around here";
    bool some = v->filter || v->range_to;
    thousands(here, p->here);
    thousands(shown, p->shown);
    thousands(kept, p->kept);
    if (!v->selected && some)
        snprintf(text, size, " %s of %s %s match ", shown, kept, which);
    else if (!v->selected)
        snprintf(text, size, " %s %s ", shown, which);
    else
        snprintf(text, size, " %s of %s %s, F follows the newest ", here, shown,
                 some ? "matching" : which);
    if (v->selected && view_columns(text) > room)
        snprintf(text, size, " %s of %s, F follows ", here, shown);
}

/* In the heading: the place, or the way back, or what is not in the list. */
static void draw_hint(struct grid *g, const struct view *v, const struct scene *s, int row, int at,
                      int end)
{
    char text[80] = "", number[16];
    bool hidden = v->live && !v->paused && !v->notices && v->notice_rate && !v->selected;
    if (v->page == PAGE_TRACE && (!hidden || v->filter || end - at >= 2 * COUNT_COLUMNS))
        place_text(text, sizeof text, v, s, end - at);
    else if (v->selected)
        snprintf(text, sizeof text, " F follows the newest ");
    at += grid_text(g, row, at, end - at, STYLE_WARN, 0, text);
    snprintf(text, sizeof text, " +%s notifications/s (a) ", view_number(number, v->notice_rate));
    if (hidden && view_columns(text) <= end - at)
        grid_text(g, row, at, end - at, STYLE_WARN, 0, text);
}

static void draw_heading(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    struct columns c = columns_of(r);
    grid_fill(g, r.row, r.column, r.columns, view_glyphs(v)->rule, STYLE_RULE);
    if (c.time > c.event)
        heading(g, r.row, c.event + EVENT_COLUMNS - 6, " EVENT ");
    heading(g, r.row, c.time + TIME_COLUMNS - 7, " TIME ");
    heading(g, r.row, c.source, " SOURCE ");
    heading(g, r.row, c.dest, " DEST ");
    heading(g, r.row, c.message, " MESSAGE ");
    if (c.latency - c.txn >= TXN_COLUMNS)
        heading(g, r.row, c.txn + TXN_COLUMNS - 4, " TXN ");
    grid_right(g, r.row, r.column, r.columns, STYLE_HEAD, " LATENCY ");
    draw_hint(g, v, s, r.row, c.message + 8, c.txn + 1);
}

void view_stream(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    uint64_t number[VIEW_LIST_ROWS];
    int rows = r.rows - 1 < VIEW_LIST_ROWS ? r.rows - 1 : VIEW_LIST_ROWS;
    int lines = view_lines(v, s, LIST_STREAM, rows, number), row = r.row + 1;
    bool pending = view_pending(v);
    struct shown l = {0};
    for (int i = pending && lines == rows; i < lines; i++)
        l.line[l.lines++] = stream_entry(&s->history->stream, number[i]);
    if (pending)
        l.line[l.lines++] = v->pending;
    draw_heading(g, v, s, r);
    for (int i = 0; i < l.lines - pending; i++)
        draw_line(g, v, s, &l, l.line[i], row++, r);
    if (!view_has_message(s, number, lines) && row < r.row + r.rows)
        grid_text(g, row++, r.column + GUTTER, r.columns - GUTTER, STYLE_DIM, 0,
                  v->filter || v->range_to ? "No message matches." : "No messages yet.");
    if (pending && row < r.row + r.rows)
        draw_line(g, v, s, &l, v->pending, row, r);
}
