/* What lies over the panes: a question or a menu, and "too small". */
#include <stdio.h>
#include <string.h>
#include "emu/dash/view_parts.h"

struct rect view_box(struct grid *g, const struct view *v, int rows, int columns, const char *title)
{
    const struct glyphs *glyphs = view_glyphs(v);
    rows = rows < g->rows ? rows : g->rows;
    columns = columns < g->columns ? columns : g->columns;
    struct rect r = {(g->rows - rows) / 2, (g->columns - columns) / 2, rows, columns};
    int bottom = r.row + rows - 1, right = r.column + columns - 1;
    for (int row = r.row; row <= bottom; row++)
        grid_fill(g, row, r.column, columns, ' ', STYLE_BOX);
    grid_fill(g, r.row, r.column, columns, glyphs->rule, STYLE_BOX);
    grid_fill(g, bottom, r.column, columns, glyphs->rule, STYLE_BOX);
    for (int row = r.row; row <= bottom; row++) {
        grid_put(g, row, r.column, glyphs->vertical, STYLE_BOX);
        grid_put(g, row, right, glyphs->vertical, STYLE_BOX);
    }
    grid_put(g, r.row, r.column, glyphs->corner[0], STYLE_BOX);
    grid_put(g, r.row, right, glyphs->corner[1], STYLE_BOX);
    grid_put(g, bottom, r.column, glyphs->corner[2], STYLE_BOX);
    grid_put(g, bottom, right, glyphs->corner[3], STYLE_BOX);
    grid_put(g, r.row, r.column + 2, ' ', STYLE_BOX);
    int used = grid_text(g, r.row, r.column + 3, columns - 6, STYLE_BOX_BOLD, glyphs->cut, title);
    grid_put(g, r.row, r.column + 3 + used, ' ', STYLE_BOX);
    g->cursor_row = -1;
    return (struct rect){r.row + 1, r.column + 3, rows - 2, columns - 6};
}

/* As wide as its longest row, and no less than its last line. */
static int dialog_columns(const struct view_dialog *d)
{
    int columns = 44;
    for (unsigned i = 0; i < d->rows && i < VIEW_DIALOG_ROWS; i++) {
        int width = view_columns(d->row[i]) + (d->menu ? 3 : 0);
        columns = width > columns ? width : columns;
    }
    return columns + 6;
}

void view_dialog(struct grid *g, const struct view *v)
{
    const struct view_dialog *d = &v->dialog;
    const struct glyphs *glyphs = view_glyphs(v);
    unsigned rows = d->rows < VIEW_DIALOG_ROWS ? d->rows : VIEW_DIALOG_ROWS;
    int below = d->confirm ? 3 : 2;
    char key[2] = {d->confirm, '\0'};
    struct rect r = view_box(g, v, (int)rows + below + 3, dialog_columns(d), d->title);
    int row = r.row + 1;
    for (unsigned i = 0; i < rows; i++, row++) {
        int indent = d->menu ? 3 : 0;
        if (d->menu && d->key[i])
            grid_put(g, row, r.column, (char32_t)d->key[i], STYLE_KEY);
        grid_text(g, row, r.column + indent, r.columns - indent,
                  i || d->menu ? STYLE_BOX : STYLE_BOX_BOLD, glyphs->cut, d->row[i]);
    }
    row++;
    if (d->confirm) {
        grid_text(g, row, r.column, 1, STYLE_KEY, 0, key);
        grid_text(g, row++, r.column + 3, r.columns - 3, STYLE_BOX_BOLD, 0,
                  d->ends ? "does it, and so does q or ^C once more" : "does it");
    }
    grid_text(g, row, r.column, r.columns, STYLE_BOX, 0,
              d->list                 ? "Any other key closes this."
              : d->menu || d->confirm ? "Cancel: Enter, Esc or any other key"
                                      : "Any key closes this.");
}

void view_too_small(struct grid *g)
{
    char line[64];
    int row = g->rows > 2 ? g->rows / 2 - 1 : 0;
    snprintf(line, sizeof line, "Courier needs %d x %d, this is %d x %d.", VIEW_MIN_COLUMNS,
             VIEW_MIN_ROWS, g->columns, g->rows);
    grid_text(g, row, 0, g->columns, STYLE_BOLD, 0, line);
    grid_text(g, row + 1, 0, g->columns, STYLE_NORMAL, 0, "The system runs on; q quits.");
}
