/*
 * A grid of cells: what the views draw on. It is memory and no terminal, so a test can read it.
 */
#ifndef EMU_DASH_GRID_H
#define EMU_DASH_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uchar.h>

/* What a cell means. screen.c decides how that looks, with colour or without. */
enum style {
    STYLE_NORMAL,
    STYLE_DIM,    /* less important */
    STYLE_BOLD,   /* more important */
    STYLE_HEAD,   /* column headings */
    STYLE_RULE,   /* lines between panes */
    STYLE_TITLE,  /* a pane's name */
    STYLE_FOCUS,  /* the name of the pane that has the keys */
    STYLE_BAR,    /* the status line */
    STYLE_ALERT,  /* in the status line: not the usual state */
    STYLE_KEY,    /* name of a key in the key strip */
    STYLE_LABEL,  /* what that key does */
    STYLE_CHOSEN, /* the chosen row */
    STYLE_GOOD,   /* back again */
    STYLE_WARN,   /* waits, open */
    STYLE_BAD,    /* dead, failed */
    STYLE_BOX,    /* dialogs and help */
    STYLE_BOX_BOLD,
    STYLE_FOUND, /* what was searched for */
    STYLES
};

struct cell {
    char32_t ch;    /* 0: the second column of a wide character */
    uint32_t style; /* enum style; as wide as ch, so that cells have no padding to compare */
};

struct grid {
    int rows, columns;
    bool ascii; /* every other character becomes '?' */
    struct cell *cell;
    int cursor_row, cursor_column; /* row -1: no cursor */
};

struct rect {
    int row, column, rows, columns;
};

/* Makes the grid this large, empty. False: out of memory, and the grid has no cells. */
bool grid_resize(struct grid *g, int rows, int columns);
void grid_free(struct grid *g);
void grid_clear(struct grid *g);

/* One cell; outside the grid nothing happens. */
void grid_put(struct grid *g, int row, int column, char32_t ch, enum style style);

/* `count` cells of one character in a row. */
void grid_fill(struct grid *g, int row, int column, int count, char32_t ch, enum style style);

/*
 * UTF-8 text in a row, at most `width` columns of it; what is cut off ends in `mark`, unless that
 * is 0. Returns how many columns were used.
 */
int grid_text(struct grid *g, int row, int column, int width, enum style style, char32_t mark,
              const char *text);

/* How many columns this text takes, and how many bytes of it fit into so many columns. */
int grid_columns(const char *text);
size_t grid_fit(const char *text, int columns);

/* The same as grid_text(), ending in the last of the `width` columns. */
void grid_right(struct grid *g, int row, int column, int width, enum style style, const char *text);

/* Gives `count` cells of a row another style. */
void grid_restyle(struct grid *g, int row, int column, int count, enum style style);

#endif
