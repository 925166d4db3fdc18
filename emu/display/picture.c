/* The whole picture, and what its parts share. */
#include <stdio.h>
#include <string.h>
#include "emu/display/font.h"
#include "emu/display/picture.h"

void picture(struct shapes *s, const struct flow *f, const struct display_view *v)
{
    s->count = 0;
    picture_lanes(s, f);
    picture_dots(s, f); /* under the nodes, whose labels nothing covers */
    picture_cycles(s, f);
    picture_nodes(s, f, v);
    picture_types(s, f, v);
    picture_legend(s, f);
    picture_words(s, f, v);
    if (v->help)
        picture_help(s, v);
}

char *picture_number(char out[PICTURE_NUMBER], uint64_t n)
{
    static const char letter[] = "kMG";
    int power = -1;
    while (n >= 1000 && power < 2) {
        n /= 1000;
        power++;
    }
    if (power < 0)
        snprintf(out, PICTURE_NUMBER, "%u", (unsigned)n);
    else
        snprintf(out, PICTURE_NUMBER, "%u%c", (unsigned)(n > 999 ? 999 : n), letter[power]);
    return out;
}

char *picture_fit(char *out, size_t size, const char *text, int width, int height, bool bold)
{
    snprintf(out, size, "%s", text);
    size_t length = strlen(out);
    while (length > 1 && font_width(out, height, bold) > width) {
        out[--length] = '\0';
        out[length - 1] = FONT_ELLIPSIS[0];
    }
    return out;
}

void picture_dot(struct shapes *s, enum entry_kind kind, int x, int y, int r)
{
    /* On paper of its own, so that it stands out from whatever is below. */
    struct shape *dot =
        shape_add(s, kind == ENTRY_NOTICE ? SHAPE_DIAMOND : SHAPE_DISC, COLOUR_PAPER, x, y);
    dot->r = (kind == ENTRY_NOTICE ? r * 5 / 4 : r) + 2 * UNIT;
    switch (kind) {
    case ENTRY_REPLY:
        dot = shape_add(s, SHAPE_DISC, COLOUR_PAPER, x, y);
        dot->edge = COLOUR_GREEN;
        dot->stroke = r * 2 / 5;
        break;
    case ENTRY_NOTICE:
        dot = shape_add(s, SHAPE_DIAMOND, COLOUR_PURPLE, x, y);
        r = r * 5 / 4;
        break;
    default:
        dot = shape_add(s, SHAPE_DISC, COLOUR_BLUE, x, y);
        break;
    }
    dot->r = r;
}
