/*
 * The lettering: a font of strokes, drawn at any height with a round pen. It is part of the program, so that
 * pictures are the same wherever they are made.
 */
#ifndef EMU_DISPLAY_FONT_H
#define EMU_DISPLAY_FONT_H

#include "emu/display/canvas.h"

/* Signs beside ASCII, to be used in texts like "a" FONT_ARROW "b". */
#define FONT_ARROW    "\001"
#define FONT_ELLIPSIS "\002"
#define FONT_TIMES    "\003"

/* How wide the text is, in the unit of `height`, the height of a capital letter. */
int font_width(const char *text, int height, bool bold);

/* Paints the text; its baseline begins at x, y; all in parts of a pixel. */
void font_draw(struct canvas *c, int x, int y, int height, bool bold, const char *text,
               struct ink ink);

/* The glyph of a character: its width, and its strokes (font_glyphs.c). NULL: there is none. */
struct glyph {
    signed char width;
    const char *strokes;
};
const struct glyph *font_glyph(unsigned char ch);

/* Of a glyph: capitals reach from GLYPH_TOP down to the baseline. */
#define GLYPH_TOP      2
#define GLYPH_BASELINE 16
#define GLYPH_BOTTOM   20
#define GLYPH_CAPITAL  (GLYPH_BASELINE - GLYPH_TOP)

#endif
