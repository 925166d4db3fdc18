/*
 *     programs     row after row
 *        pm    fs
 *     tty   rs   blk
 *     kernel       all along the bottom
 *
 * Lines between any two services that talk pass beside the others. A program that is not in the last row goes down
 * between the columns.
 */
#include <stdlib.h>
#include "emu/display/layout.h"
#include "emu/display/shape.h"

#define TOP    (72 * UNIT)  /* of the programs */
#define BOTTOM (316 * UNIT) /* of them in the last step */

static const struct {
    unsigned rows, columns;
    struct place size;
    int pitch_x, pitch_y;
} step_of[LAYOUT_STEPS] = {
    {1, 5, {.w = 226, .h = 112, .name = 38, .state = 22}, 248, 0},
    {2, 6, {.w = 188, .h = 92, .name = 30, .state = 18}, 208, 118},
    {3, 9, {.w = 118, .h = 64, .name = 19, .state = 15}, 139, 80},
    {4, 11, {.w = 97, .h = 54, .name = 16, .state = 13}, 115, 61},
};

static const struct {
    int x, y, w, h;
} service_place[] = {
    [EP_RS] = {640, 526, 216, 92},  [EP_PM] = {420, 396, 216, 92},   [EP_FS] = {860, 396, 216, 92},
    [EP_TTY] = {280, 526, 216, 92}, [EP_BLK] = {1000, 526, 216, 92}, [6] = {140, 396, 216, 92},
    [7] = {1140, 396, 216, 92},
};
#define SERVICE_PLACES (sizeof service_place / sizeof service_place[0])

unsigned layout_capacity(unsigned step)
{
    return step_of[step].rows * step_of[step].columns;
}

unsigned layout_step(unsigned programs)
{
    unsigned step = 0;
    while (step + 1 < LAYOUT_STEPS && programs > layout_capacity(step))
        step++;
    return step;
}

static void service(unsigned slot, struct place *p)
{
    *p = (struct place){service_place[slot].x * UNIT,
                        service_place[slot].y * UNIT,
                        service_place[slot].w * UNIT,
                        service_place[slot].h * UNIT,
                        35 * UNIT,
                        21 * UNIT};
}

static void program(unsigned index, unsigned step, struct place *p)
{
    unsigned columns = step_of[step].columns, row = index / columns, column = index % columns;
    int left = 640 - (int)(columns - 1) * step_of[step].pitch_x / 2;
    int free =
        BOTTOM - TOP -
        ((int)(step_of[step].rows - 1) * step_of[step].pitch_y + step_of[step].size.h) * UNIT;
    *p = step_of[step].size;
    p->x = (left + (int)column * step_of[step].pitch_x) * UNIT;
    p->y = TOP + free / 2 + (p->h / 2 + (int)row * step_of[step].pitch_y) * UNIT;
    p->w *= UNIT;
    p->h *= UNIT;
    p->name *= UNIT;
    p->state *= UNIT;
}

bool layout_place(unsigned node, unsigned step, struct place *p)
{
    if (node == EP_KERNEL)
        *p = (struct place){640 * UNIT, 633 * UNIT, 1240 * UNIT, 34 * UNIT, 19 * UNIT, 15 * UNIT};
    else if (node < SERVICE_PLACES)
        service(node, p);
    else if (node >= NSERVICES && node - NSERVICES < layout_capacity(step))
        program(node - NSERVICES, step, p);
    else
        return false;
    return true;
}

/* ---- ways ------------------------------------------------------------------------------------ */

static void add(struct path *path, int x, int y)
{
    path->x[path->count] = x;
    path->y[path->count++] = y;
}

/* Where the line from the middle of p towards x, y leaves it. */
static void leave(const struct place *p, int x, int y, int *out_x, int *out_y)
{
    long long dx = x - p->x, dy = y - p->y;
    if (llabs(dx) * p->h > llabs(dy) * p->w) {
        *out_x = p->x + (dx > 0 ? p->w : -p->w) / 2;
        *out_y = p->y + (int)(dy * (p->w / 2) / llabs(dx));
    } else {
        *out_x = p->x + (dy ? (int)(dx * (p->h / 2) / llabs(dy)) : 0);
        *out_y = p->y + (dy > 0 ? p->h : -p->h) / 2;
    }
}

static void straight(const struct place *a, const struct place *b, struct path *path)
{
    int x, y;
    leave(a, b->x, b->y, &x, &y);
    add(path, x, y);
    leave(b, a->x, a->y, &x, &y);
    add(path, x, y);
}

/* The kernel is as wide as the picture: lines go up from it. */
static void upwards(const struct place *kernel, const struct place *p, struct path *path)
{
    add(path, p->x, kernel->y - kernel->h / 2);
    add(path, p->x, p->y + p->h / 2);
}

/* What is free above a row. */
static int gap_above(unsigned step)
{
    int gap = step_of[step].pitch_y - step_of[step].size.h;
    return (gap > 0 ? gap : 60) * UNIT;
}

/* Programs in one row: an arch, higher if there are others in between. */
static void over(const struct place *a, const struct place *b, unsigned step, struct path *path)
{
    bool near = abs(a->x - b->x) < 2 * step_of[step].pitch_x * UNIT;
    int above = a->y - a->h / 2 - gap_above(step) * (near ? 2 : 4) / 6;
    int side = (a->x < b->x ? a->w : -a->w) / (near ? 4 : 8);
    add(path, a->x + side, a->y - a->h / 2);
    add(path, a->x + side, above);
    add(path, b->x - side, above);
    add(path, b->x - side, b->y - b->h / 2);
}

/* From a program down to a service, where lines arrive side by side. */
static void downwards(unsigned node, unsigned step, const struct place *p, const struct place *s,
                      struct path *path)
{
    unsigned columns = step_of[step].columns, row = (node - NSERVICES) / columns;
    int arrival =
        s->x + (int)((long long)(p->x - 640 * UNIT) * (s->w / 2 - 24 * UNIT) / (640 * UNIT));
    if (row + 1 < step_of[step].rows) {
        struct place last;
        program(columns * (step_of[step].rows - 1), step, &last);
        int channel = p->x + step_of[step].pitch_x * UNIT / 2;
        add(path, p->x + p->w / 2, p->y);
        add(path, channel, p->y);
        add(path, channel, last.y + last.h / 2 + 6 * UNIT);
    } else {
        add(path, p->x, p->y + p->h / 2);
    }
    add(path, arrival, s->y - s->h / 2);
}

static void reverse(struct path *path)
{
    for (int i = 0, k = path->count - 1; i < k; i++, k--) {
        int x = path->x[i], y = path->y[i];
        path->x[i] = path->x[k];
        path->y[i] = path->y[k];
        path->x[k] = x;
        path->y[k] = y;
    }
}

static bool same_row(unsigned a, unsigned b, unsigned step)
{
    unsigned columns = step_of[step].columns;
    return (a - NSERVICES) / columns == (b - NSERVICES) / columns;
}

/* From the higher node to the lower one. */
static void find_way(unsigned from, unsigned to, unsigned step, struct path *path)
{
    struct place a = {0}, b = {0};
    layout_place(from, step, &a);
    layout_place(to, step, &b);
    if (to == EP_KERNEL && from < NSERVICES) {
        upwards(&b, &a, path);
        reverse(path);
    } else if (from >= NSERVICES && to >= NSERVICES) {
        if (same_row(from, to, step))
            over(&a, &b, step, path);
        else
            straight(&a, &b, path);
    } else if (from >= NSERVICES && to != EP_KERNEL) {
        downwards(from, step, &a, &b, path);
    } else {
        straight(&a, &b, path);
    }
}

void layout_path(unsigned from, unsigned to, unsigned step, struct path *path)
{
    *path = (struct path){0};
    if (from > to) {
        find_way(from, to, step, path);
    } else {
        find_way(to, from, step, path);
        reverse(path);
    }
    for (int i = 1; i < path->count; i++)
        path->length += shape_length(path->x[i] - path->x[i - 1], path->y[i] - path->y[i - 1]);
}

void path_point(const struct path *path, int at, int *x, int *y, int *dx, int *dy)
{
    *x = *y = *dx = *dy = 0;
    for (int i = 1; i < path->count; i++) {
        long long ex = path->x[i] - path->x[i - 1], ey = path->y[i] - path->y[i - 1];
        int length = shape_length((int)ex, (int)ey);
        if (length == 0)
            continue;
        int here = at < length ? at : length;
        *x = path->x[i - 1] + (int)(ex * here / length);
        *y = path->y[i - 1] + (int)(ey * here / length);
        *dx = (int)(ex * UNIT / length);
        *dy = (int)(ey * UNIT / length);
        if (at <= length)
            return;
        at -= length;
    }
}
