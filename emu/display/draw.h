/* Paints shapes on a canvas, at any size that is a multiple of a quarter of 1280 x 720. */
#ifndef EMU_DISPLAY_DRAW_H
#define EMU_DISPLAY_DRAW_H

#include "emu/display/canvas.h"
#include "emu/display/shape.h"

/* The picture's smallest size is 320 x 180 pixels; sizes are whole multiples of it, so that all of it is scaled alike. */
#define DRAW_WIDTH  320
#define DRAW_HEIGHT 180
#define DRAW_NORMAL 4  /* 1280 x 720 */
#define DRAW_MAX    12 /* 3840 x 2160 */

/* The largest scale that fits into so many pixels; at least 1. */
int draw_scale(int width, int height);

/* Paints all of it; the canvas gets the size. False: out of memory. */
bool draw_shapes(struct canvas *c, const struct shapes *s, int scale);

#endif
