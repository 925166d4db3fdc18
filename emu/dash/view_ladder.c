/*
 * The ladder: a sequence chart. A column for each process that takes part, time downwards, an arrow for each message at the time of
 * its delivery.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/dash/ladder.h"
#include "emu/trace/names.h"

#define GUTTER       2
#define SPACING      15 /* columns from one lifeline to the next, at least */
#define SPACING_MOST 20
#define TEXT_COLUMNS 26 /* beside the chart, if there are so many left */
#define FIRST        (GUTTER + TIME_COLUMNS + 4)

/* Where things are in the pane. */
struct chart {
    struct grid *g;
    const struct view *v;
    const struct scene *s;
    struct rect r;
    int spacing, columns; /* lifelines: how far apart, how many */
    int text;             /* column of the messages' text; 0: none */
    struct ladder ladder;
};

int view_ladder_rows(struct rect r)
{
    int rows = r.rows - 2;
    return rows < 0 ? 0 : rows < LADDER_ROWS ? rows : LADDER_ROWS;
}

/* ---- columns ------------------------------------------------------------------------------------------ */

/* Clients at the left, servers to their right, in the order of their slots, the kernel last. */
static int place_of(const struct life *f)
{
    int slot = (int)EP_SLOT(f->process);
    int place = slot >= NSERVICES ? slot - NSERVICES : slot == 0 ? 2 * NSLOTS : NSLOTS + slot;
    return place * 1024 + (int)(f->incarnation % 1024);
}

static int by_place(const void *a, const void *b)
{
    return place_of(*(struct life *const *)a) - place_of(*(struct life *const *)b);
}

static int by_nearness(const void *a, const void *b)
{
    const struct life *one = *(struct life *const *)a, *other = *(struct life *const *)b;
    return one->near != other->near ? one->near - other->near : place_of(one) - place_of(other);
}

/* Those near the selected message and the chosen process get columns. */
static void place_columns(struct chart *c)
{
    struct life *life[LADDER_LIVES];
    int lives = c->ladder.lives, room = c->r.columns - FIRST - 2;
    for (int i = 0; i < lives; i++) {
        life[i] = &c->ladder.life[i];
        if (life[i]->process == c->v->chosen)
            life[i]->near = -1;
    }
    int most = room / SPACING + 1;
    qsort(life, (size_t)lives, sizeof *life, by_nearness);
    c->columns = lives < most ? lives : most;
    qsort(life, (size_t)c->columns, sizeof *life, by_place);
    c->spacing = SPACING;
    while (c->spacing < SPACING_MOST &&
           (c->columns - 1) * (c->spacing + 1) + SPACING + TEXT_COLUMNS <= room)
        c->spacing++;
    for (int i = 0; i < c->columns; i++)
        life[i]->column = c->r.column + FIRST + i * c->spacing;
    int end = c->r.column + FIRST + (c->columns - 1) * c->spacing + c->spacing / 2 + 3;
    c->text = c->columns && end + TEXT_COLUMNS <= c->r.column + c->r.columns ? end : 0;
}

/* "fs#2"; of two processes with one name, as a program that has forked, "sh 17.1". */
static void name_life(char *out, size_t size, const struct chart *c, const struct life *f)
{
    char endpoint[32];
    bool again = false;
    for (int i = 0; i < c->ladder.lives; i++) {
        const struct life *other = &c->ladder.life[i];
        again = again || (other->process != f->process && strcmp(other->name, f->name) == 0);
    }
    if (f->incarnation > 1)
        snprintf(out, size, "%s#%u", f->name, f->incarnation);
    else if (again)
        snprintf(out, size, "%s %s", f->name,
                 names_endpoint(endpoint, sizeof endpoint, f->process, NULL, NULL));
    else
        snprintf(out, size, "%s", f->name);
}

static void draw_names(struct chart *c)
{
    for (int i = 0; i < c->ladder.lives; i++) {
        const struct life *f = &c->ladder.life[i];
        char name[64];
        bool chosen = f->process == c->v->chosen;
        if (f->column < 0)
            continue;
        name_life(name, sizeof name, c, f);
        int width = view_columns(name), most = c->spacing - 1;
        width = width < most ? width : most;
        int at = f->column - width / 2;
        if (chosen)
            grid_put(c->g, c->r.row + 1, at - 1, view_glyphs(c->v)->here, STYLE_FOCUS);
        grid_text(c->g, c->r.row + 1, at, width, chosen ? STYLE_FOCUS : STYLE_HEAD,
                  view_glyphs(c->v)->cut, name);
    }
}

/* ---- rows ----------------------------------------------------------------------------------------------- */

static void draw_lifelines(struct chart *c, int row, int i)
{
    const struct glyphs *glyphs = view_glyphs(c->v);
    for (int k = 0; k < c->ladder.lives; k++) {
        const struct life *f = &c->ladder.life[k];
        static const enum style style[] = {STYLE_NORMAL, STYLE_BOLD, STYLE_DIM,
                                           STYLE_WARN,   STYLE_GOOD, STYLE_BAD};
        const char32_t line[] = {' ',           glyphs->works,  glyphs->idle,
                                 glyphs->waits, glyphs->begins, 'X'};
        if (f->column >= 0 && f->line[i] != LINE_NONE)
            grid_put(c->g, row, f->column, line[f->line[i]], style[f->line[i]]);
    }
}

/* Of a reply: how it ended and how long it took, in at most `room` columns if that can be. */
static void reply_label(char *out, size_t size, const struct entry *e, int room)
{
    char status[32], latency[16];
    names_status(status, sizeof status, e->status);
    view_number(latency, e->latency);
    snprintf(out, size, "%s (%s)", status, latency);
    if (view_columns(out) > room)
        snprintf(out, size, "%s %s", status, latency);
}

/* What stands at an arrow. */
static void label(char *out, size_t size, const struct entry *e, int room)
{
    char number[32], status[32];
    const char *type = names_type(e->message.type);
    snprintf(number, sizeof number, "%#x", e->message.type & ~MSG_REPLY);
    type = type ? type : number;
    if (e->kind == ENTRY_REPLY) {
        reply_label(out, size, e, room);
    } else if (e->kind == ENTRY_FAILED) {
        snprintf(out, size, "%s %s", names_status(status, sizeof status, e->status), type);
    } else if (e->kind == ENTRY_NOTICE) {
        names_message(out, size, &e->message, NULL, NULL);
        const char *events = strchr(out, ' ');
        if (events)
            memmove(out, events + 1, strlen(events));
    } else {
        snprintf(out, size, "%s", type);
    }
}

static enum style arrow_style(const struct chart *c, const struct entry *e)
{
    if (view_found(c->v, c->s, e))
        return STYLE_FOUND;
    if (e->kind == ENTRY_FAILED || (e->kind == ENTRY_REPLY && e->status < 0))
        return STYLE_BAD;
    return e->kind == ENTRY_REQUEST || e->kind == ENTRY_MESSAGE ? STYLE_NORMAL : STYLE_DIM;
}

/* From lifeline to lifeline, the text near the sender. */
static void draw_arrow(struct chart *c, int row, int from, int to, const struct entry *e)
{
    char text[NAMES_MESSAGE_BYTES];
    const struct glyphs *glyphs = view_glyphs(c->v);
    enum style style = arrow_style(c, e);
    int left = from < to ? from : to, inside = abs(from - to) - 1, room = inside - 2;
    label(text, sizeof text, e, room);
    int width = view_columns(text);
    width = width < room ? width : room;
    grid_fill(c->g, row, left + 1, inside, e == c->v->pending ? glyphs->dashes : glyphs->rule,
              style);
    char32_t head = e->kind == ENTRY_FAILED ? 'X' : from < to ? glyphs->right : glyphs->left;
    grid_put(c->g, row, from < to ? to - 1 : to + 1, head, style);
    grid_text(c->g, row, from < to ? from + 2 : from - 1 - width, width, style, glyphs->cut, text);
}

/* One of the two has no column: the other's name stands at a short arrow. */
static void draw_short(struct chart *c, int row, int column, bool out, const struct entry *e)
{
    char text[NAMES_MESSAGE_BYTES + 64], what[NAMES_MESSAGE_BYTES];
    const struct glyphs *glyphs = view_glyphs(c->v);
    bool right = column + c->spacing <= c->r.column + c->r.columns; /* else there is no room */
    int step = right ? 1 : -1, room = c->spacing - 5;
    label(what, sizeof what, e, 0);
    snprintf(text, sizeof text, "%s %s", out ? e->dest_name : e->source_name, what);
    int width = view_columns(text) < room ? view_columns(text) : room;
    /* The head is at the far end of what goes out, and at the lifeline of what comes in. */
    grid_put(c->g, row, column + (out ? step : 2 * step), glyphs->rule, STYLE_DIM);
    grid_put(c->g, row, column + (out ? 2 * step : step),
             out == right ? glyphs->right : glyphs->left, STYLE_DIM);
    grid_text(c->g, row, right ? column + 4 : column - 3 - width, width, STYLE_DIM, glyphs->cut,
              text);
}

/* Neither of the two has a column. */
static void draw_absent(struct chart *c, int row, const struct entry *e)
{
    char text[NAMES_MESSAGE_BYTES + 64], what[NAMES_MESSAGE_BYTES];
    label(what, sizeof what, e, 0);
    snprintf(text, sizeof text, " (%s, %s: %s)", e->source_name, e->dest_name, what);
    grid_text(c->g, row, c->r.column + FIRST + 1, 2 * c->spacing - 2, STYLE_DIM,
              view_glyphs(c->v)->cut, text);
}

/* A line of the log, beside the birth or death that it is about. */
static void draw_note(struct chart *c, int row, int i, const struct entry *e)
{
    int first = c->r.column + FIRST + 2, end = c->r.column + c->r.columns, at = first;
    int width = view_columns(e->note.text) + 3;
    for (int k = 0; k < c->ladder.lives; k++) {
        const struct life *f = &c->ladder.life[k];
        bool turns = f->line[i] == LINE_DIES || f->line[i] == LINE_BEGINS;
        if (f->column >= 0 && turns && (first + width > f->column || f->column + width + 2 <= end))
            at = f->column + 2;
    }
    view_note(c->g, c->v, &e->note, row, at, end - at);
}

static void draw_message(struct chart *c, int row, const struct entry *e)
{
    const struct life *from = ladder_life(&c->ladder, e, false);
    const struct life *to = ladder_life(&c->ladder, e, true);
    char text[NAMES_MESSAGE_BYTES];
    if (from && to && from->column >= 0 && to->column >= 0)
        draw_arrow(c, row, from->column, to->column, e);
    else if (from && from->column >= 0)
        draw_short(c, row, from->column, true, e);
    else if (to && to->column >= 0)
        draw_short(c, row, to->column, false, e);
    else if (!c->text)
        draw_absent(c, row, e);
    if (!c->text)
        return;
    names_message(text, sizeof text, &e->message, world_name, c->s->world);
    grid_text(c->g, row, c->text, c->r.column + c->r.columns - c->text - 1, arrow_style(c, e),
              view_glyphs(c->v)->cut, text);
}

static void draw_row(struct chart *c, int i)
{
    const struct entry *e = c->ladder.row[i];
    int row = c->r.row + 2 + i;
    bool chosen = e == c->v->pending || (e->number && e->number == c->v->selected);
    char time[32], tag = view_tag(c->v, e->number);
    grid_right(c->g, row, c->r.column + GUTTER, TIME_COLUMNS - 1, STYLE_DIM,
               view_time(time, e->time));
    if (chosen)
        grid_put(c->g, row, c->r.column, view_glyphs(c->v)->here, STYLE_NORMAL);
    if (tag != ' ')
        grid_put(c->g, row, c->r.column + 1, (char32_t)tag, STYLE_WARN);
    draw_lifelines(c, row, i);
    if (e->kind == ENTRY_NOTE)
        draw_note(c, row, i, e);
    else
        draw_message(c, row, e);
    if (chosen && c->v->focus == FOCUS_TABLES)
        grid_restyle(c->g, row, c->r.column, c->r.columns, STYLE_CHOSEN);
}

/* "3 of 5 processes, Left and Right choose one", or that the last row is still to come. */
static void hint_text(char *out, size_t size, const struct chart *c)
{
    *out = '\0';
    if (view_pending(c->v))
        snprintf(out, size, "the last one is about to be sent");
    else if (c->columns < c->ladder.lives)
        snprintf(out, size, "%d of %d processes, Left and Right choose one", c->columns,
                 c->ladder.lives);
}

void view_ladder(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    uint64_t number[LADDER_ROWS];
    char hint[64];
    struct chart c = {.g = g, .v = v, .s = s, .r = r};
    int room = view_ladder_rows(r), rows = view_lines(v, s, LIST_LADDER, room, number);
    bool pending = view_pending(v);
    int first = pending && rows == room, selected = rows - first - 1;
    for (int i = 0; i < rows; i++)
        if (number[i] == v->selected)
            selected = i;
    ladder_find(&c.ladder, s, number + first, rows - first, pending ? v->pending : NULL, selected);
    place_columns(&c);
    hint_text(hint, sizeof hint, &c);
    view_title(g, v, r, "Ladder", hint);
    draw_names(&c);
    for (int i = 0; i < c.ladder.rows; i++)
        draw_row(&c, i);
    if (!view_has_message(s, number, rows) && c.ladder.rows < room)
        grid_text(g, r.row + 2 + c.ladder.rows, r.column + GUTTER, r.columns - GUTTER, STYLE_DIM, 0,
                  v->filter || v->range_to ? "No message matches." : "No messages yet.");
}
