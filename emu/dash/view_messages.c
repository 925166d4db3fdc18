/*
 * The message stream, the last message at the bottom, and the log of deaths and restarts.
 *
 * A request shows the latency of its reply once that has come; before, its age and a plus sign.
 */
#include <stdio.h>
#include <string.h>
#include "emu/dash/view.h"
#include "emu/trace/names.h"

#define TIME_COLUMNS    12
#define LATENCY_COLUMNS 7
#define TITLE_COLUMNS   44          /* that a title and its hint may need */
#define LAST_NOTE_FOR   6000000000u /* of virtual time: a minute */

/* Columns for a name and the blank behind it. */
static int name_columns(struct rect r)
{
    return r.columns >= 100 ? 14 : 10;
}

/* The next shown entry before (step -1) or behind (1) `number`; 0: none. */
static uint64_t next_shown(const struct view *v, const struct model *m, uint64_t number, int step)
{
    return stream_next(&m->stream, number, step, v->notices);
}

/* The entry at the bottom: where the view is anchored, or so much later that the pane is full. */
static uint64_t bottom(const struct view *v, const struct model *m, uint64_t anchor)
{
    uint64_t at = next_shown(v, m, anchor ? anchor + 1 : m->stream.entries + 1, -1), up = at;
    if (!at)
        at = next_shown(v, m, 0, 1);
    int missing = v->message_rows - (at != 0);
    while (missing > 0 && up && (up = next_shown(v, m, up, -1)) != 0)
        missing--;
    for (uint64_t next; missing > 0 && (next = next_shown(v, m, at, 1)) != 0; missing--)
        at = next;
    return at;
}

void view_scroll(struct view *v, const struct model *m, int delta)
{
    int step = delta < 0 ? -1 : 1;
    uint64_t at = bottom(v, m, v->anchor);
    for (uint64_t next; delta != 0 && (next = next_shown(v, m, at, step)) != 0; delta -= step)
        at = next;
    at = at ? bottom(v, m, at) : 0;
    /* At the end it follows again. */
    v->anchor = at && next_shown(v, m, at, 1) ? at : 0;
}

/* ---- a line ---------------------------------------------------------------------------------- */

static void draw_latency(struct grid *g, const struct model *m, const struct entry *e, int row,
                         int column)
{
    char text[32] = "";
    enum style style = e->kind == ENTRY_REPLY ? STYLE_NORMAL : STYLE_DIM;
    if (e->kind == ENTRY_REPLY || (e->kind == ENTRY_REQUEST && e->partner)) {
        view_number(text, e->latency);
    } else if (e->kind == ENTRY_REQUEST && e->fate == FATE_OPEN) {
        view_number(text, m->now > e->asked ? m->now - e->asked : 0);
        strcat(text, "+");
        style = STYLE_WARN;
    } else if (e->kind == ENTRY_REQUEST && e->fate == FATE_GONE) {
        snprintf(text, sizeof text, "gone");
    } else if (e->kind == ENTRY_REQUEST && e->fate != FATE_ANSWERED) {
        snprintf(text, sizeof text, "%s", e->fate == FATE_AGAIN ? "again" : "failed");
        style = STYLE_BAD;
    }
    grid_right(g, row, column, LATENCY_COLUMNS, style, text);
}

static void draw_note(struct grid *g, const struct view *v, const char *note, enum note_level level,
                      int row, int column, int columns)
{
    const struct glyphs *glyphs = view_glyphs(v);
    enum style style = level == NOTE_BAD ? STYLE_BAD : level == NOTE_GOOD ? STYLE_GOOD : STYLE_DIM;
    const char *mark = level == NOTE_BAD    ? glyphs->died
                       : level == NOTE_GOOD ? glyphs->back
                                            : glyphs->note;
    int used = grid_text(g, row, column, columns, style, 0, mark);
    grid_text(g, row, column + used, columns - used, style, glyphs->cut, note);
}

static enum style line_style(const struct entry *e)
{
    if (e->kind == ENTRY_REPLY)
        return e->message.status < 0 ? STYLE_BAD : STYLE_DIM;
    return e->kind == ENTRY_REQUEST ? STYLE_NORMAL : STYLE_DIM;
}

static void draw_line(struct grid *g, const struct view *v, const struct model *m,
                      const struct entry *e, int row, struct rect r)
{
    char text[NAMES_MESSAGE_BYTES], time[32];
    const struct glyphs *glyphs = view_glyphs(v);
    int at = r.column + TIME_COLUMNS, end = r.column + r.columns - 1;
    grid_right(g, row, r.column, TIME_COLUMNS - 1, STYLE_DIM, view_time(time, e->time));
    if (e->kind == ENTRY_NOTE) {
        draw_note(g, v, e->note.text, e->note.level, row, at, end - at);
        return;
    }
    enum style style = line_style(e);
    enum style names = style == STYLE_BAD ? STYLE_DIM : style;
    int width = name_columns(r);
    grid_text(g, row, at, width - 1, names, glyphs->cut, e->source_name);
    grid_put(g, row, at + width, glyphs->arrow, STYLE_DIM);
    at += width + 2;
    grid_text(g, row, at, width - 1, names, glyphs->cut, e->dest_name);
    at += width;
    names_message(text, sizeof text, &e->message, model_name, m);
    grid_text(g, row, at, end - LATENCY_COLUMNS - 1 - at, style, glyphs->cut, text);
    draw_latency(g, m, e, row, end - LATENCY_COLUMNS);
}

/* ---- the panes ------------------------------------------------------------------------------- */

static void draw_heading(struct grid *g, const struct view *v, struct rect r)
{
    enum style style = v->focus == FOCUS_TABLES ? STYLE_FOCUS : STYLE_HEAD;
    int at = r.column + TIME_COLUMNS - 1, width = name_columns(r);
    grid_fill(g, r.row, r.column, r.columns, view_glyphs(v)->rule, STYLE_RULE);
    grid_text(g, r.row, r.column + 2, 6, style, 0, " TIME ");
    grid_text(g, r.row, at, 8, style, 0, " SOURCE ");
    at += width + 2;
    grid_text(g, r.row, at, 6, style, 0, " DEST ");
    at += width;
    grid_text(g, r.row, at, 9, style, 0, " MESSAGE ");
    grid_right(g, r.row, r.column, r.columns, style, " LATENCY ");
    if (v->anchor)
        grid_text(g, r.row, at + 11, 24, STYLE_WARN, 0, " scrolled, End follows ");
}

void view_messages(struct grid *g, const struct view *v, const struct model *m, struct rect r)
{
    uint64_t number[r.rows], at = bottom(v, m, v->anchor);
    int lines = 0;
    draw_heading(g, v, r);
    for (; at && lines < r.rows - 1; at = next_shown(v, m, at, -1))
        number[lines++] = at;
    for (int i = 0; i < lines; i++)
        draw_line(g, v, m, stream_entry(&m->stream, number[i]), r.row + lines - i, r);
}

void view_log(struct grid *g, const struct view *v, const struct model *m, struct rect r)
{
    const struct note *n;
    int rows = m->notes < (uint64_t)r.rows ? (int)m->notes : r.rows - 1;
    uint64_t number = m->notes;
    view_title(g, v, r, "Log", false, NULL);
    for (int row = r.row + rows; row > r.row && (n = model_note(m, number)); row--, number--) {
        char time[32];
        grid_right(g, row, r.column, TIME_COLUMNS - 1, STYLE_DIM, view_time(time, n->time));
        draw_note(g, v, n->text, n->level, row, r.column + TIME_COLUMNS,
                  r.columns - TIME_COLUMNS - 1);
    }
}

void view_last_note(struct grid *g, const struct view *v, const struct model *m, struct rect r)
{
    const struct note *n;
    uint64_t number = m->notes;
    while ((n = model_note(m, number)) != NULL && n->level == NOTE_INFO)
        number--;
    if (!n || v->now > n->time + LAST_NOTE_FOR)
        return;
    int columns = view_columns(n->text) + 2, room = r.columns - TITLE_COLUMNS;
    if (columns > room)
        columns = room;
    int at = r.column + r.columns - columns - 3;
    grid_fill(g, r.row, at - 1, columns + 2, ' ', STYLE_RULE);
    draw_note(g, v, n->text, n->level, r.row, at, columns);
}
