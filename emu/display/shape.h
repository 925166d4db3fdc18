/*
 * Shapes: the picture as a list, in the order of painting. It lies between what is shown (flow.c, picture.c), which
 * knows no pixels, and how it is painted (draw.c), which knows no processes.
 *
 * The picture is always 1280 by 720 units; a unit is cut into 64 parts. x goes right, y goes down.
 */
#ifndef EMU_DISPLAY_SHAPE_H
#define EMU_DISPLAY_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#define UNIT           64
#define PICTURE_WIDTH  (1280 * UNIT)
#define PICTURE_HEIGHT (720 * UNIT)

#define SHAPES_MAX 8192
#define SHAPE_TEXT 128 /* bytes of text with its NUL */

/* The colours, mostly of the set by Okabe and Ito, which differ for all kinds of colour vision. */
enum colour {
    COLOUR_NONE, /* not painted */
    COLOUR_PAPER,
    COLOUR_INK,
    COLOUR_DIM,   /* grey, still readable */
    COLOUR_FAINT, /* grey, for lines in the background */
    COLOUR_BLUE,
    COLOUR_SKY,
    COLOUR_GREEN,
    COLOUR_ORANGE,
    COLOUR_RED, /* vermillion */
    COLOUR_PURPLE,
    COLOUR_YELLOW,
    COLOUR_CREAM, /* light yellow, for what waits */
    COLOUR_ICE,   /* light blue, for what runs */
    COLOURS
};

enum shape_kind {
    SHAPE_BOX,     /* a rectangle at x, y of width w and height h, corners of radius r */
    SHAPE_DISC,    /* around x, y with radius r */
    SHAPE_LINE,    /* from x, y to x2, y2, `stroke` wide, round ends */
    SHAPE_DIAMOND, /* around x, y; r: to a corner */
    SHAPE_ARROW,   /* a triangle: its tip at x, y, pointing away from x2, y2, r long */
    SHAPE_WORDS    /* text, h: height of its capitals; x, y: where its baseline begins */
};

/* Where x of a text is. */
enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

struct shape {
    enum shape_kind kind;
    enum colour fill, edge; /* of lines and words: fill */
    int x, y, x2, y2, w, h, r;
    int stroke; /* width of the edge, or of the line */
    int alpha;  /* 0: invisible, 255: solid */
    enum align align;
    bool bold;
    bool label; /* text or box that nothing else may lie over; tests look at it */
    char text[SHAPE_TEXT];
};

struct shapes {
    size_t count;
    struct shape shape[SHAPES_MAX];
};

/* A new shape at the end, solid; when there is no room, one that is not painted. */
struct shape *shape_add(struct shapes *s, enum shape_kind kind, enum colour fill, int x, int y);

struct shape *shape_line(struct shapes *s, enum colour colour, int stroke, int x, int y, int x2,
                         int y2);
/* Cut into dashes, which begin `phase` before the start. */
void shape_dashes(struct shapes *s, enum colour colour, int stroke, int x, int y, int x2, int y2,
                  int phase);
struct shape *shape_words(struct shapes *s, enum colour colour, int height, enum align align, int x,
                          int y, const char *text);

/* Whole part of the square root. */
unsigned shape_root(unsigned long long v);
int shape_length(int dx, int dy);

#endif
