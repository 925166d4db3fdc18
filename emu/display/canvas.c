/*
 * Each thing is painted by its distance: how far is the middle of a pixel from its edge? Half a pixel
 * on either side of the edge, the colour fades.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "emu/display/canvas.h"
#include "emu/display/shape.h"

bool canvas_resize(struct canvas *c, int width, int height)
{
    uint32_t *pixel = realloc(c->pixel, sizeof *pixel * (size_t)width * (size_t)height);
    if (!pixel)
        return false;
    *c = (struct canvas){width, height, pixel};
    return true;
}

void canvas_free(struct canvas *c)
{
    free(c->pixel);
    *c = (struct canvas){0};
}

void canvas_clear(struct canvas *c, uint32_t rgb)
{
    for (size_t i = 0, n = (size_t)c->width * (size_t)c->height; i < n; i++)
        c->pixel[i] = 0xff000000u | rgb;
}

int canvas_coverage(int distance)
{
    if (distance >= SUB / 2)
        return 0;
    return distance <= -SUB / 2 ? 255 : (SUB / 2 - distance) * 255 / SUB;
}

static uint32_t mix(uint32_t below, uint32_t above, uint32_t part)
{
    uint32_t out = 0xff;
    for (int shift = 16; shift >= 0; shift -= 8) {
        uint32_t b = below >> shift & 0xff, a = above >> shift & 0xff;
        out = out << 8 | (b * (255 - part) + a * part + 127) / 255;
    }
    return out;
}

static void blend(uint32_t *pixel, struct ink ink, int coverage)
{
    uint32_t part = (uint32_t)(coverage * ink.alpha + 127) / 255;
    if (part >= 255)
        *pixel = 0xff000000u | ink.rgb;
    else if (part > 0)
        *pixel = mix(*pixel, ink.rgb, part);
}

/* ---- areas ----------------------------------------------------------------------------------- */

/* The pixels that something between these coordinates may touch, cut off at the canvas's border. */
struct area {
    int left, top, right, bottom; /* exclusive: right, bottom */
};

static int clamp(int v, int low, int high)
{
    return v < low ? low : v > high ? high : v;
}

static struct area touched(const struct canvas *c, int x, int y, int x2, int y2)
{
    return (struct area){clamp(x / SUB - 1, 0, c->width), clamp(y / SUB - 1, 0, c->height),
                         clamp(x2 / SUB + 2, 0, c->width), clamp(y2 / SUB + 2, 0, c->height)};
}

static int middle(int pixel)
{
    return pixel * SUB + SUB / 2;
}

/* ---- boxes and discs ------------------------------------------------------------------------- */

/* From the edge of a rectangle around the origin that reaches to hw, hh. */
static int box_distance(int x, int y, int hw, int hh, int r)
{
    int dx = abs(x) - (hw - r), dy = abs(y) - (hh - r);
    if (dx > 0 && dy > 0)
        return shape_length(dx, dy) - r;
    return (dx > dy ? dx : dy) - r;
}

/* The edge lies under the ink, so that nothing shines through between them; beside an ink that is not solid it ends smoothly. */
static void box_pixel(uint32_t *pixel, int d, struct ink ink, int stroke, struct ink edge)
{
    int whole = canvas_coverage(d), inner = stroke > 0 ? canvas_coverage(d + stroke) : whole;
    if (stroke > 0 && inner < 255)
        blend(pixel, edge, ink.alpha == 255 ? whole : whole * (255 - inner) / 255);
    blend(pixel, ink, inner);
}

/* Pixels that are all covered. */
static void fill(uint32_t *pixel, int count, struct ink ink)
{
    for (int i = 0; i < count; i++)
        blend(&pixel[i], ink, 255);
}

void canvas_box(struct canvas *c, int x, int y, int w, int h, int r, struct ink ink, int stroke,
                struct ink edge)
{
    struct area a = touched(c, x, y, x + w, y + h);
    if (w <= 0 || h <= 0)
        return;
    r = clamp(r, 0, (w < h ? w : h) / 2);
    /* Far enough inside there is nothing to compute. */
    int margin = (r > stroke ? r : stroke) + SUB;
    int from = clamp((x + margin) / SUB, a.left, a.right);
    int to = clamp((x + w - margin) / SUB, from, a.right);
    for (int row = a.top; row < a.bottom; row++) {
        uint32_t *line = c->pixel + (size_t)row * (size_t)c->width;
        bool deep = middle(row) > y + margin && middle(row) < y + h - margin;
        for (int column = a.left; column < a.right; column++) {
            if (deep && column == from) {
                fill(&line[from], to - from, ink);
                column = to;
                if (to >= a.right)
                    break;
            }
            int d =
                box_distance(middle(column) - x - w / 2, middle(row) - y - h / 2, w / 2, h / 2, r);
            if (d < SUB / 2)
                box_pixel(&line[column], d, ink, stroke, edge);
        }
    }
}

void canvas_disc(struct canvas *c, int x, int y, int r, struct ink ink, int stroke, struct ink edge)
{
    canvas_box(c, x - r, y - r, 2 * r, 2 * r, r, ink, stroke, edge);
}

/* ---- lines ----------------------------------------------------------------------------------- */

struct segment {
    int64_t x, y, dx, dy, length;
};

static int64_t segment_distance(const struct segment *s, int64_t x, int64_t y)
{
    int64_t along = (x - s->x) * s->dx + (y - s->y) * s->dy; /* times the length */
    if (along <= 0 || s->length == 0)
        return shape_length((int)(x - s->x), (int)(y - s->y));
    if (along >= s->length * s->length)
        return shape_length((int)(x - s->x - s->dx), (int)(y - s->y - s->dy));
    return llabs((x - s->x) * s->dy - (y - s->y) * s->dx) / s->length;
}

/* In one row of pixels, only those near the line are looked at. */
static void row_of_line(const struct segment *s, int64_t reach, int row, int *left, int *right)
{
    if (llabs(s->dy) * 8 < s->length)
        return; /* it is so flat that all of them are */
    int64_t x = s->x + (middle(row) - s->y) * s->dx / s->dy;
    int64_t half = reach * s->length / llabs(s->dy);
    *left = clamp((int)((x - half) / SUB) - 1, *left, *right);
    *right = clamp((int)((x + half) / SUB) + 2, *left, *right);
}

void canvas_line(struct canvas *c, int x, int y, int x2, int y2, int stroke, struct ink ink)
{
    int r = stroke / 2, reach = r + SUB;
    struct segment s = {x, y, x2 - x, y2 - y, shape_length(x2 - x, y2 - y)};
    struct area a = touched(c, (x < x2 ? x : x2) - r, (y < y2 ? y : y2) - r, (x < x2 ? x2 : x) + r,
                            (y < y2 ? y2 : y) + r);
    for (int row = a.top; row < a.bottom; row++) {
        uint32_t *line = c->pixel + (size_t)row * (size_t)c->width;
        int left = a.left, right = a.right;
        row_of_line(&s, reach, row, &left, &right);
        for (int column = left; column < right; column++) {
            int64_t d = segment_distance(&s, middle(column), middle(row)) - r;
            if (d < SUB / 2)
                blend(&line[column], ink, canvas_coverage((int)d));
        }
    }
}

/* ---- polygons and masks ---------------------------------------------------------------------- */

void canvas_polygon(struct canvas *c, const struct spot *corner, int n, struct ink ink)
{
    struct spot low = corner[0], high = corner[0];
    for (int i = 1; i < n; i++) {
        low = (struct spot){corner[i].x < low.x ? corner[i].x : low.x,
                            corner[i].y < low.y ? corner[i].y : low.y};
        high = (struct spot){corner[i].x > high.x ? corner[i].x : high.x,
                             corner[i].y > high.y ? corner[i].y : high.y};
    }
    struct area a = touched(c, low.x, low.y, high.x, high.y);
    for (int row = a.top; row < a.bottom; row++)
        for (int column = a.left; column < a.right; column++) {
            int64_t d = INT_MIN;
            for (int i = 0; i < n; i++) {
                const struct spot *p = &corner[i], *q = &corner[(i + 1) % n];
                int64_t dx = q->x - p->x, dy = q->y - p->y;
                int64_t out = dy * (middle(column) - p->x) - dx * (middle(row) - p->y);
                int length = shape_length((int)dx, (int)dy);
                if (length && out / length > d)
                    d = out / length;
            }
            if (d < SUB / 2)
                blend(&c->pixel[(size_t)row * (size_t)c->width + (size_t)column], ink,
                      canvas_coverage((int)d));
        }
}

void canvas_mask(struct canvas *c, int x, int y, int w, int h, const uint8_t *mask, struct ink ink)
{
    for (int row = 0; row < h; row++)
        for (int column = 0; column < w; column++)
            if (mask[row * w + column] && x + column >= 0 && x + column < c->width &&
                y + row >= 0 && y + row < c->height)
                blend(&c->pixel[(size_t)(y + row) * (size_t)c->width + (size_t)(x + column)], ink,
                      mask[row * w + column]);
}
