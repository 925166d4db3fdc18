/* Shapes are added here; dashes are cut, too, so that who paints knows only solid lines. */
#include <math.h>
#include <stdio.h>
#include "emu/display/shape.h"

#define DASH (13 * UNIT)
#define GAP  (12 * UNIT)

unsigned shape_root(unsigned long long v)
{
    unsigned long long root = (unsigned long long)sqrt((double)v); /* right but for rounding */
    while (root * root > v)
        root--;
    while ((root + 1) * (root + 1) <= v)
        root++;
    return (unsigned)root;
}

int shape_length(int dx, int dy)
{
    long long x = dx, y = dy;
    return (int)shape_root((unsigned long long)(x * x + y * y));
}

struct shape *shape_add(struct shapes *s, enum shape_kind kind, enum colour fill, int x, int y)
{
    static struct shape nowhere;
    struct shape *shape = s->count < SHAPES_MAX ? &s->shape[s->count++] : &nowhere;
    *shape = (struct shape){.kind = kind, .fill = fill, .x = x, .y = y, .alpha = 255};
    return shape;
}

struct shape *shape_line(struct shapes *s, enum colour colour, int stroke, int x, int y, int x2,
                         int y2)
{
    struct shape *line = shape_add(s, SHAPE_LINE, colour, x, y);
    line->x2 = x2;
    line->y2 = y2;
    line->stroke = stroke;
    return line;
}

void shape_dashes(struct shapes *s, enum colour colour, int stroke, int x, int y, int x2, int y2,
                  int phase)
{
    int length = shape_length(x2 - x, y2 - y);
    if (length == 0)
        return;
    for (int at = -(phase % (DASH + GAP)); at < length; at += DASH + GAP) {
        long long from = at > 0 ? at : 0, to = at + DASH < length ? at + DASH : length;
        if (to > from)
            shape_line(s, colour, stroke, x + (int)(from * (x2 - x) / length),
                       y + (int)(from * (y2 - y) / length), x + (int)(to * (x2 - x) / length),
                       y + (int)(to * (y2 - y) / length));
    }
}

struct shape *shape_words(struct shapes *s, enum colour colour, int height, enum align align, int x,
                          int y, const char *text)
{
    struct shape *words = shape_add(s, SHAPE_WORDS, colour, x, y);
    words->h = height;
    words->align = align;
    snprintf(words->text, sizeof words->text, "%s", text);
    return words;
}
