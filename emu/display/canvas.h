/*
 * A canvas: pixels in memory, and the few things that are painted on them, with smooth edges.
 *
 * Everything is integer arithmetic, so the same picture has the same pixels on any host.
 */
#ifndef EMU_DISPLAY_CANVAS_H
#define EMU_DISPLAY_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#define SUB 64 /* parts of a pixel; all coordinates and lengths below are in these */

struct canvas {
    int width, height; /* pixels */
    uint32_t *pixel;   /* 0xffrrggbb, row by row */
};

/* A colour, and how much of what is beneath it hides: 255, all. */
struct ink {
    uint32_t rgb;
    int alpha;
};

/* Makes the canvas this large; what is on it is undefined. False: out of memory, and it is as it was. */
bool canvas_resize(struct canvas *c, int width, int height);
void canvas_free(struct canvas *c);
void canvas_clear(struct canvas *c, uint32_t rgb);

/* How much of a pixel is covered by something whose edge is `distance` from the pixel's middle, negative: inside it. 0 to 255. */
int canvas_coverage(int distance);

/* A rectangle with round corners of radius r. Of alpha 0, ink and edge are not painted; the edge is inside. */
void canvas_box(struct canvas *c, int x, int y, int w, int h, int r, struct ink ink, int stroke,
                struct ink edge);
void canvas_disc(struct canvas *c, int x, int y, int r, struct ink ink, int stroke,
                 struct ink edge);
/* With round ends. */
void canvas_line(struct canvas *c, int x, int y, int x2, int y2, int stroke, struct ink ink);

/* A convex polygon of n corners, clockwise on the screen. */
struct spot {
    int x, y;
};
void canvas_polygon(struct canvas *c, const struct spot *corner, int n, struct ink ink);

/* Coverage values of w by h pixels; x, y in whole pixels. */
void canvas_mask(struct canvas *c, int x, int y, int w, int h, const uint8_t *mask, struct ink ink);

#endif
