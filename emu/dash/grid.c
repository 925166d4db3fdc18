/* The grid of cells: text in, cells out. */
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "emu/dash/grid.h"

bool grid_resize(struct grid *g, int rows, int columns)
{
    free(g->cell);
    g->rows = rows > 0 ? rows : 0;
    g->columns = columns > 0 ? columns : 0;
    g->cell = calloc((size_t)g->rows * (size_t)g->columns + 1, sizeof *g->cell);
    if (!g->cell)
        g->rows = g->columns = 0;
    grid_clear(g);
    return g->cell != NULL;
}

void grid_free(struct grid *g)
{
    free(g->cell);
    *g = (struct grid){0};
}

void grid_clear(struct grid *g)
{
    g->cursor_row = g->cursor_column = -1;
    for (int i = 0; i < g->rows * g->columns; i++)
        g->cell[i] = (struct cell){' ', STYLE_NORMAL};
}

void grid_put(struct grid *g, int row, int column, char32_t ch, enum style style)
{
    if (row < 0 || row >= g->rows || column < 0 || column >= g->columns)
        return;
    struct cell *cell = &g->cell[row * g->columns + column];
    /* Half a wide character cannot stay. */
    if (column + 1 < g->columns && cell[1].ch == 0 && ch != 0)
        cell[1].ch = ' ';
    if (column > 0 && cell->ch == 0 && ch != 0)
        cell[-1].ch = ' ';
    *cell = (struct cell){g->ascii && ch > 0x7e ? '?' : ch, style};
}

void grid_fill(struct grid *g, int row, int column, int count, char32_t ch, enum style style)
{
    for (int i = 0; i < count; i++)
        grid_put(g, row, column + i, ch, style);
}

void grid_restyle(struct grid *g, int row, int column, int count, enum style style)
{
    for (int i = column; i < column + count; i++)
        if (row >= 0 && row < g->rows && i >= 0 && i < g->columns)
            g->cell[row * g->columns + i].style = style;
}

/* The next character of UTF-8 text; one that is broken, longer than it need be, or no character comes as '?'. */
static char32_t next_char(const char **text)
{
    static const char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *t = (const unsigned char *)*text;
    unsigned length = t[0] < 0xc0 ? 1 : t[0] < 0xe0 ? 2 : t[0] < 0xf0 ? 3 : 4;
    char32_t ch = length == 1 ? t[0] : t[0] & (0x7fu >> length);
    unsigned i = 1;
    for (; i < length && (t[i] & 0xc0) == 0x80; i++)
        ch = ch << 6 | (t[i] & 0x3f);
    *text += i;
    bool surrogate = ch >= 0xd800 && ch < 0xe000;
    if (i < length || (length == 1 && ch > 0x7e) || ch < least[length] || surrogate ||
        ch > 0x10ffff)
        return '?';
    return ch;
}

/* A character that a cell can hold, and how many columns it takes. What would move the cursor, join the character before or turn
 * the line around, as names that a guest chooses might, comes as '?'. */
static char32_t shown(char32_t ch, int *columns)
{
    int width = ch < 0x80 ? ch >= 0x20 && ch < 0x7f : wcwidth((wchar_t)ch);
    *columns = width == 2 ? 2 : 1;
    return width < 1 ? '?' : ch;
}

int grid_columns(const char *text)
{
    int used = 0, columns;
    while (*text) {
        shown(next_char(&text), &columns);
        used += columns;
    }
    return used;
}

size_t grid_fit(const char *text, int columns)
{
    const char *at = text;
    while (*at) {
        const char *next = at;
        int more;
        shown(next_char(&next), &more);
        columns -= more;
        if (columns < 0)
            break;
        at = next;
    }
    return (size_t)(at - text);
}

int grid_text(struct grid *g, int row, int column, int width, enum style style, char32_t mark,
              const char *text)
{
    int used = 0, columns;
    while (*text) {
        char32_t ch = shown(next_char(&text), &columns);
        if (used + columns > width) {
            if (mark && width > 0)
                grid_put(g, row, column + width - 1, mark, style);
            return width > 0 ? width : 0;
        }
        grid_put(g, row, column + used, ch, style);
        if (columns == 2)
            grid_put(g, row, column + used + 1, 0, style);
        used += columns;
    }
    return used;
}

void grid_right(struct grid *g, int row, int column, int width, enum style style, const char *text)
{
    int length = grid_columns(text);
    int skip = length < width ? width - length : 0;
    grid_text(g, row, column + skip, width - skip, style, 0, text);
}
