/* What the signs mean, beside the services, where nothing else is; and, when asked for, what the keys do. */
#include <stdio.h>
#include "emu/display/font.h"
#include "emu/display/picture.h"

#define SMALL (15 * UNIT)
#define FIRST (480 * UNIT) /* baseline of the first row */
#define ROW   (29 * UNIT)
#define LEFT  (20 * UNIT)
#define RIGHT (1126 * UNIT)
#define SIGN  (32 * UNIT) /* width of the signs on the right, */
#define GAP   (10 * UNIT) /* and to their words */

static void words(struct shapes *s, int x, int row, const char *text)
{
    shape_words(s, COLOUR_INK, SMALL, ALIGN_LEFT, x, FIRST + row * ROW, text)->label = true;
}

static void dot(struct shapes *s, enum entry_kind kind, int row, const char *text)
{
    picture_dot(s, kind, LEFT + 9 * UNIT, FIRST + row * ROW - SMALL / 2, 9 * UNIT);
    words(s, LEFT + 26 * UNIT, row, text);
}

static void frame(struct shapes *s, enum colour fill, enum colour edge, int stroke, int row,
                  const char *text)
{
    struct shape *box = shape_add(s, SHAPE_BOX, fill, RIGHT, FIRST + row * ROW - 19 * UNIT);
    box->w = SIGN;
    box->h = 22 * UNIT;
    box->r = 5 * UNIT;
    box->edge = edge;
    box->stroke = stroke;
    words(s, RIGHT + SIGN + GAP, row, text);
}

/* A cycle of waits, as thin as it fits here. */
static void dashes(struct shapes *s, int row, const char *text)
{
    int y = FIRST + row * ROW - SMALL / 2;
    shape_dashes(s, COLOUR_RED, 6 * UNIT, RIGHT, y, RIGHT + SIGN, y, 0);
    words(s, RIGHT + SIGN + GAP, row, text);
}

void picture_legend(struct shapes *s, const struct flow *f)
{
    char text[SHAPE_TEXT];
    dot(s, ENTRY_REQUEST, 0, "request");
    dot(s, ENTRY_REPLY, 1, "reply");
    dot(s, ENTRY_NOTICE, 2, "notification");
    frame(s, COLOUR_BLUE, COLOUR_BLUE, UNIT, 0, "runs");
    frame(s, COLOUR_CREAM, COLOUR_ORANGE, 4 * UNIT, 1, "waits");
    dashes(s, 2, "deadlock");
    if (f->without) {
        snprintf(text, sizeof text, "and %u more", f->without);
        words(s, RIGHT, 3, text);
    }
}

void picture_help(struct shapes *s, const struct display_view *v)
{
    static const char *const line[][2] = {{"p  F2  c", "stop; go on"},
                                          {"s", "to the next message"},
                                          {"-  +", "slower, faster"},
                                          {"k  j  arrows", "choose a process"},
                                          {"F9", "kill it, after a question"},
                                          {"Home", "play from the beginning"},
                                          {"F11  Alt-Enter", "the full screen"},
                                          {"F12", "this picture as a PNG file"},
                                          {"q", "close this window"}};
    struct shape *box = shape_add(s, SHAPE_BOX, COLOUR_PAPER, 280 * UNIT, 107 * UNIT);
    int y = 167 * UNIT;
    box->w = 720 * UNIT;
    box->h = 446 * UNIT;
    box->r = 14 * UNIT;
    box->edge = COLOUR_INK;
    box->stroke = 4 * UNIT;
    for (size_t i = 0; i < sizeof line / sizeof line[0]; i++) {
        if (i == (v->file ? 4 : 5) || (i == 4 && v->readonly))
            continue;
        shape_words(s, COLOUR_INK, 20 * UNIT, ALIGN_LEFT, 320 * UNIT, y, line[i][0])->bold = true;
        shape_words(s, COLOUR_INK, 20 * UNIT, ALIGN_LEFT, 560 * UNIT, y, line[i][1]);
        y += 46 * UNIT;
    }
    shape_words(s, COLOUR_DIM, SMALL, ALIGN_RIGHT, 970 * UNIT, 533 * UNIT, "any key: back");
}
