/*
 * What lies between the nodes: lines as wide as the traffic, thin arrows from who waits to whom it waits for, and
 * cycles of waits.
 */
#include "emu/display/font.h"
#include "emu/display/picture.h"
#include "emu/trace/names.h"

#define ONE     256 /* a message, in a lane's rate */
#define FEW     4   /* dots have their types beside them; at a standstill or in slow motion, */
#define CROWDED 8   /* so many */
#define SMALL   (10 * UNIT) /* radius of a dot that is one message */
#define LARGE   (17 * UNIT)
#define LABEL   (15 * UNIT)
#define TOP     (52 * UNIT) /* of where plates may be */
#define BOTTOM  (655 * UNIT)

/* ---- lines ----------------------------------------------------------------------------------- */

/* 3 units for one message a second, 2 more each time that there are four times as many. */
static int width_of(uint32_t rate)
{
    int width = 3 * UNIT;
    for (; rate > 2 * ONE; rate /= 2)
        width += UNIT;
    return width < 16 * UNIT ? width : 16 * UNIT;
}

static void line(struct shapes *s, const struct flow *f, unsigned a, unsigned b)
{
    uint32_t rate = f->lane[a][b].rate + f->lane[b][a].rate;
    struct path path;
    if (rate < ONE / 64)
        return;
    layout_path(a, b, f->step, &path);
    for (int i = 1; i < path.count; i++) {
        struct shape *l = shape_line(s, COLOUR_SKY, width_of(rate), path.x[i - 1], path.y[i - 1],
                                     path.x[i], path.y[i]);
        l->alpha = rate >= ONE ? 255 : (int)(rate * 255 / ONE);
    }
}

/* From who waits to whom it waits for. */
static void arrow(struct shapes *s, const struct flow *f, unsigned from, unsigned to)
{
    struct path path;
    layout_path(from, to, f->step, &path);
    for (int i = 1; i < path.count; i++)
        shape_line(s, COLOUR_ORANGE, 2 * UNIT, path.x[i - 1], path.y[i - 1], path.x[i], path.y[i]);
    int last = path.count - 1;
    struct shape *head = shape_add(s, SHAPE_ARROW, COLOUR_ORANGE, path.x[last], path.y[last]);
    head->x2 = path.x[last - 1];
    head->y2 = path.y[last - 1];
    head->r = 13 * UNIT;
}

/* Each member waits for the next, the last for the first. The dashes wander towards whom is waited for. */
static void cycle(struct shapes *s, const struct flow *f, const struct flow_cycle *c)
{
    int phase = (int)(f->present / (20 * FLOW_MS) % 25) * UNIT;
    for (unsigned i = 0; i < c->count && c->count > 1; i++) {
        struct path path;
        layout_path(c->node[i], c->node[(i + 1) % c->count], f->step, &path);
        bool drawn = c->count == 2 && i == 1; /* there and back on one line */
        for (int k = 1; k < path.count && !drawn; k++)
            shape_dashes(s, COLOUR_RED, 6 * UNIT, path.x[k - 1], path.y[k - 1], path.x[k],
                         path.y[k], 25 * UNIT - phase);
        int last = path.count - 1;
        struct shape *head = shape_add(s, SHAPE_ARROW, COLOUR_RED, path.x[last], path.y[last]);
        head->x2 = path.x[last - 1];
        head->y2 = path.y[last - 1];
        head->r = 22 * UNIT;
    }
}

void picture_lanes(struct shapes *s, const struct flow *f)
{
    for (unsigned a = 0; a < LAYOUT_NODES; a++)
        for (unsigned b = a + 1; b < LAYOUT_NODES; b++)
            line(s, f, a, b);
    for (unsigned a = 0; a < LAYOUT_NODES; a++) {
        unsigned b = f->node[a].used ? flow_waits_for(f, a) : LAYOUT_NODES;
        if (b != LAYOUT_NODES)
            arrow(s, f, a, b);
    }
}

void picture_cycles(struct shapes *s, const struct flow *f)
{
    if (f->stall.count)
        cycle(s, f, &f->stall);
    else if (f->refused.until > f->present)
        cycle(s, f, &f->refused);
}

/* ---- dots ------------------------------------------------------------------------------------ */

static void count_in(struct shapes *s, const struct flow_dot *d, int x, int y)
{
    char text[PICTURE_NUMBER];
    enum colour colour =
        d->kind == ENTRY_REPLY || d->kind == ENTRY_NOTICE ? COLOUR_INK : COLOUR_PAPER;
    shape_words(s, colour, 12 * UNIT, ALIGN_CENTRE, x, y + 6 * UNIT, picture_number(text, d->count))
        ->bold = true;
}

static bool under_way(const struct flow *f, const struct flow_dot *d)
{
    return d->start && f->present >= d->start && f->present < d->start + FLOW_TRAVEL;
}

/* Where it is now; r: its radius. */
static void locate(const struct flow *f, const struct flow_dot *d, int *x, int *y, int *r)
{
    struct path path;
    int dx, dy;
    layout_path(d->from, d->to, f->step, &path);
    uint64_t part = (f->present - d->start) * 1024 / FLOW_TRAVEL;
    path_point(&path, (int)((uint64_t)path.length * part / 1024), x, y, &dx, &dy);
    *r = d->count > 1 ? LARGE : SMALL;
    int side = *r + UNIT; /* to the right of the line */
    *x -= (int)((long long)dy * side / UNIT);
    *y += (int)((long long)dx * side / UNIT);
}

void picture_dots(struct shapes *s, const struct flow *f)
{
    for (unsigned i = 0; i < FLOW_DOTS; i++) {
        const struct flow_dot *d = &f->dot[i];
        int x, y, r;
        if (!under_way(f, d))
            continue;
        locate(f, d, &x, &y, &r);
        picture_dot(s, d->kind, x, y, r);
        if (d->count > 1)
            count_in(s, d, x, y);
    }
}

/* Is there nothing but lines and dots? Plates hide no label, and no other plate. */
static bool is_free(const struct shapes *s, const struct flow *f, const struct shape *box)
{
    struct place p;
    for (unsigned i = 0; i < LAYOUT_NODES; i++)
        if (f->node[i].used && layout_place(i, f->step, &p) && box->x < p.x + p.w / 2 &&
            p.x - p.w / 2 < box->x + box->w && box->y < p.y + p.h / 2 &&
            p.y - p.h / 2 < box->y + box->h)
            return false;
    for (size_t i = 0; i < s->count; i++) {
        const struct shape *o = &s->shape[i];
        if (o->kind == SHAPE_BOX && o->label && box->x < o->x + o->w && o->x < box->x + box->w &&
            box->y < o->y + o->h && o->y < box->y + box->h)
            return false;
    }
    return box->x > 0 && box->x + box->w < PICTURE_WIDTH && box->y > TOP &&
           box->y + box->h < BOTTOM;
}

/* "FS_READ" on a plate beside the dot, where there is room for it. */
static void type_beside(struct shapes *s, const struct flow *f, const struct flow_dot *d, int x,
                        int y)
{
    const char *name = names_type(d->type);
    if (!name || d->kind == ENTRY_NOTICE)
        return;
    int w = font_width(name, LABEL, false) + 16 * UNIT, h = 30 * UNIT, out = 20 * UNIT;
    const int right = x + out, left = x - out - w, middle = x - w / 2;
    const struct {
        int x, y;
    } at[] = {{right, y - h / 2},      {left, y - h / 2},      {middle, y - out - h},
              {middle, y + out},       {right, y - h * 3 / 4}, {left, y - h * 3 / 4},
              {right, y - h / 4},      {left, y - h / 4},      {right, y - out - h / 2},
              {right, y + out - h / 2}};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        struct shape box = {.x = at[i].x, .y = at[i].y, .w = w, .h = h};
        if (!is_free(s, f, &box))
            continue;
        struct shape *plate = shape_add(s, SHAPE_BOX, COLOUR_PAPER, box.x, box.y);
        plate->w = w;
        plate->h = h;
        plate->r = 6 * UNIT;
        plate->edge = COLOUR_FAINT;
        plate->stroke = UNIT;
        plate->label = true;
        shape_words(s, COLOUR_INK, LABEL, ALIGN_LEFT, box.x + 8 * UNIT, box.y + 22 * UNIT, name);
        return;
    }
}

/* While few messages are on their way, or time is slow enough for reading. */
void picture_types(struct shapes *s, const struct flow *f, const struct display_view *v)
{
    unsigned count = 0;
    for (unsigned i = 0; i < FLOW_DOTS; i++)
        count += under_way(f, &f->dot[i]) && f->dot[i].kind != ENTRY_NOTICE;
    if (count > (v->paused || v->ended || v->slow > 100 ? CROWDED : FEW))
        return;
    for (unsigned i = 0; i < FLOW_DOTS; i++) {
        int x, y, r;
        if (!under_way(f, &f->dot[i]))
            continue;
        locate(f, &f->dot[i], &x, &y, &r);
        type_beside(s, f, &f->dot[i], x, y);
    }
}
