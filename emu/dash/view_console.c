/* The console pane: the console's lines, broken to the width of the pane, the cursor in the last.
 */
#include <stdio.h>
#include "emu/dash/view_parts.h"

/* Rows that a line of `length` columns takes; the cursor's line has room for the cursor. */
static size_t rows_of(const struct console *c, size_t index, size_t width)
{
    size_t length;
    console_line(c, index, &length);
    if (index == console_lines(c) - 1 && console_column(c) >= length)
        length = console_column(c) + 1;
    return length ? (length + width - 1) / width : 1;
}

static void draw_row(struct grid *g, const char32_t *text, size_t length, int row, int column)
{
    for (size_t i = 0; i < length; i++)
        grid_put(g, row, column + (int)i, text[i], STYLE_NORMAL);
}

/* Draws rows from the bottom up, `back` rows after the end left out; true: all of them fit. */
static void draw_rows(struct grid *g, const struct console *c, struct rect r, size_t back)
{
    size_t width = (size_t)r.columns, first = back ? 0 : console_top(c);
    int row = r.row + r.rows - 1 + (int)back;
    int used = 0;
    /* Few lines stand at the top, as on a fresh screen. */
    for (size_t i = console_lines(c); i-- > first && used <= r.rows + (int)back;)
        used += (int)rows_of(c, i, width);
    if (used < r.rows + (int)back)
        row -= r.rows + (int)back - used;
    for (size_t i = console_lines(c); i-- > first && row >= r.row;) {
        size_t length, rows = rows_of(c, i, width);
        const char32_t *text = console_line(c, i, &length);
        row -= (int)rows - 1;
        for (size_t k = 0; k < rows; k++) {
            size_t start = k * width, rest = length > start ? length - start : 0;
            if (row + (int)k >= r.row && row + (int)k < r.row + r.rows)
                draw_row(g, text + start, rest < width ? rest : width, row + (int)k, r.column);
        }
        if (i == console_lines(c) - 1 && back == 0) {
            g->cursor_row = row + (int)(console_column(c) / width);
            g->cursor_column = r.column + (int)(console_column(c) % width);
        }
        row--;
    }
}

void view_console(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    bool focus = v->focus == FOCUS_CONSOLE;
    struct rect text = {r.row + 1, r.column, r.rows - 1, r.columns};
    const char *hint = focus     ? "typing goes to the guest, Ctrl-] leaves"
                       : v->live ? "i to type"
                                 : "as it was recorded";
    if (view_then(v, s))
        hint = s->console_then ? "as it was then" : "this is the newest output";
    if (v->console_back)
        hint = "scrolled back, ] goes on";
    view_title(g, v, r, "Console", hint);
    draw_rows(g, s->console, text, v->console_back);
    if (!focus)
        g->cursor_row = -1;
}
