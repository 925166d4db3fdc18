/*
 * The nodes. What a process does is said by colour, by the weight of the frame, and in words; a death by a flash and
 * an X; a restart by the next incarnation, which grows over the X.
 */
#include <stdio.h>
#include "emu/display/font.h"
#include "emu/display/picture.h"

#define LEAST  (13 * UNIT) /* height of a label that can be read from the last row */
#define MARGIN (8 * UNIT)  /* beside a label */

/* Between the round corners. */
static int label_width(const struct place *p)
{
    return p->w * 6 / 7;
}

struct look {
    enum colour fill, edge, name, state;
    int stroke;
};

static struct look look_of(const struct flow *f, unsigned node)
{
    const struct flow_node *n = &f->node[node];
    if (node == EP_KERNEL)
        return (struct look){COLOUR_INK, COLOUR_INK, COLOUR_PAPER, COLOUR_PAPER, UNIT};
    if (n->gone)
        return (struct look){COLOUR_PAPER, COLOUR_FAINT, COLOUR_DIM, COLOUR_DIM, 2 * UNIT};
    if (n->runs)
        return (struct look){COLOUR_BLUE, COLOUR_BLUE, COLOUR_PAPER, COLOUR_PAPER, 2 * UNIT};
    if (n->state == PROC_READY)
        return (struct look){COLOUR_ICE, COLOUR_BLUE, COLOUR_INK, COLOUR_INK, 3 * UNIT};
    if (flow_waits_for(f, node) != LAYOUT_NODES)
        return (struct look){COLOUR_CREAM, COLOUR_ORANGE, COLOUR_INK, COLOUR_INK, 5 * UNIT};
    return (struct look){COLOUR_PAPER, COLOUR_DIM, COLOUR_INK, COLOUR_DIM, 2 * UNIT};
}

/* ---- words ----------------------------------------------------------------------------------- */

/* There is room for a short name only: its endpoint stands below. */
static bool is_narrow(const struct flow *f, unsigned node)
{
    return node >= NSERVICES && f->step >= 2;
}

/* Whom it waits for: in words, or, where these do not fit, with an arrow. */
static void peer_text(const struct flow *f, unsigned peer, const struct place *p, char *out,
                      size_t size)
{
    char name[SHAPE_TEXT / 2];
    flow_name(f, peer, name, sizeof name);
    snprintf(out, size, "waits for %s", name);
    if (p->w < 150 * UNIT || font_width(out, p->state, false) > label_width(p))
        snprintf(out, size, FONT_ARROW " %s", name);
}

static void state_text(const struct flow *f, unsigned node, const struct place *p, char *out,
                       size_t size)
{
    const struct flow_node *n = &f->node[node];
    unsigned peer = flow_waits_for(f, node);
    if (!n->gone && is_narrow(f, node) && flow_has_namesake(f, node)) {
        size_t used =
            (size_t)snprintf(out, size, "%u.%u ", EP_SLOT(n->endpoint), EP_GENERATION(n->endpoint));
        out += used;
        size -= used;
    }
    if (n->gone)
        snprintf(out, size, n->died ? "crashed" : "ended");
    else if (peer != LAYOUT_NODES)
        peer_text(f, peer, p, out, size);
    else if (n->runs)
        snprintf(out, size, "runs");
    else if (n->state == PROC_READY)
        snprintf(out, size, "ready");
    else if (n->state == PROC_RECEIVING)
        snprintf(out, size, "listens");
    else if (n->state == PROC_CRASHED)
        snprintf(out, size, "crashed");
    else if (n->state == PROC_DOWN)
        snprintf(out, size, "down");
    else if (n->state == PROC_GIVEN_UP)
        snprintf(out, size, "given up");
    else if (n->state == PROC_EMBRYO)
        snprintf(out, size, "new");
    else
        snprintf(out, size, "waits");
}

static void name_text(const struct flow *f, unsigned node, char *out, size_t size)
{
    const struct flow_node *n = &f->node[node];
    if (n->incarnation > 1)
        snprintf(out, size, "%s #%u", n->name, n->incarnation);
    else if (is_narrow(f, node))
        snprintf(out, size, "%s", n->name);
    else
        flow_name(f, node, out, size);
}

static void put(struct shapes *s, const struct place *p, enum colour colour, int height, bool bold,
                int y, const char *text)
{
    char fitting[SHAPE_TEXT];
    for (int least = height * 3 / 4;
         height > least && font_width(text, height, bold) > label_width(p);)
        height -= UNIT;
    if (height < LEAST)
        height = LEAST;
    picture_fit(fitting, sizeof fitting, text, label_width(p), height, bold);
    struct shape *words = shape_words(s, colour, height, ALIGN_CENTRE, p->x, y, fitting);
    words->bold = bold;
    words->label = true;
}

static void write_in(struct shapes *s, const struct flow *f, unsigned node, const struct place *p,
                     const struct look *look, const char *state)
{
    char text[SHAPE_TEXT];
    name_text(f, node, text, sizeof text);
    int room = p->h - p->name - p->state, above = room * 7 / 20;
    put(s, p, look->name, p->name, true, p->y - p->h / 2 + above + p->name, text);
    put(s, p, look->state, p->state, false, p->y + p->h / 2 - above * 6 / 7, state);
}

/* ---- frames ---------------------------------------------------------------------------------- */

/* The node's frame, `part` of 1024 as large as it will be. */
static struct shape *frame(struct shapes *s, unsigned node, const struct place *p,
                           const struct look *look, int part)
{
    int w = (int)((long long)p->w * part / 1024), h = (int)((long long)p->h * part / 1024);
    struct shape *box = shape_add(s, SHAPE_BOX, look->fill, p->x - w / 2, p->y - h / 2);
    box->w = w;
    box->h = h;
    box->r = node == EP_KERNEL ? 0 : node < NSERVICES ? 5 * UNIT : h / 3;
    box->edge = look->edge;
    box->stroke = look->stroke;
    return box;
}

/* Around the node, `out` away from it. */
static void ring(struct shapes *s, unsigned node, const struct place *p, enum colour colour,
                 int stroke, int out, int alpha)
{
    struct place larger = {.x = p->x, .y = p->y, .w = p->w + 2 * out, .h = p->h + 2 * out};
    struct look look = {.fill = COLOUR_NONE, .edge = colour, .stroke = stroke};
    struct shape *box = frame(s, node, &larger, &look, 1024);
    box->alpha = alpha;
    if (node < NSERVICES)
        box->r += out;
}

static void cross(struct shapes *s, const struct place *p)
{
    int x = p->w / 2 + 2 * UNIT, y = p->h / 2 + 2 * UNIT, stroke = p->h / 9;
    shape_line(s, COLOUR_RED, stroke, p->x - x, p->y - y, p->x + x, p->y + y);
    shape_line(s, COLOUR_RED, stroke, p->x - x, p->y + y, p->x + x, p->y - y);
}

/* ---- what is happening ----------------------------------------------------------------------- */

/* How far something is that began at `since` and takes `whole`: 0 to 1024. */
static int progress(const struct flow *f, uint64_t since, uint64_t whole)
{
    uint64_t passed = f->present > since ? f->present - since : 0;
    return passed >= whole ? 1024 : (int)(passed * 1024 / whole);
}

/* Rays from behind the node, which grow and fade. */
static void burst(struct shapes *s, const struct place *p, int flash)
{
    static const struct {
        signed char x, y;
    } ray[] = {{10, 0}, {9, 4}, {7, 7}, {4, 9}, {0, 10}, {-4, 9}, {-7, 7}, {-9, 4}};
    int out = (14 + flash * 34 / 1024) * UNIT;
    for (unsigned i = 0; i < 2 * sizeof ray / sizeof ray[0]; i++) {
        int sign = i % 2 ? 1 : -1, x = ray[i / 2].x * sign, y = ray[i / 2].y * sign;
        struct shape *line =
            shape_line(s, i / 2 % 2 ? COLOUR_ORANGE : COLOUR_RED, 9 * UNIT, p->x, p->y,
                       p->x + x * (p->w / 2 + out) / 10, p->y + y * (p->h / 2 + out) / 10);
        line->alpha = 255 - flash * 155 / 1024;
    }
}

static const struct look look_dead = {COLOUR_PAPER, COLOUR_RED, COLOUR_INK, COLOUR_INK, 4 * UNIT};

/* What has crashed: a flash first, then the frame with its X; the name is written over it. */
static void dead(struct shapes *s, const struct flow *f, unsigned node, const struct place *p)
{
    const struct flow_node *n = &f->node[node];
    int flash = progress(f, n->died, FLOW_FLASH);
    struct look look = look_dead;
    if (flash < 1024) {
        look.fill = COLOUR_YELLOW;
        burst(s, p, flash);
    }
    frame(s, node, p, &look, 1024);
    cross(s, p);
    write_in(s, f, node, p, &look,
             n->state < PROC_DOWN || n->next ? "crashed"
             : n->state == PROC_GIVEN_UP     ? "given up"
                                             : "down");
}

/* The next incarnation grows over what is left of the last one. */
static void take_over(struct shapes *s, const struct flow *f, unsigned node, const struct place *p)
{
    const struct flow_node *n = &f->node[node];
    int grown = progress(f, n->replaced, FLOW_TAKEOVER);
    struct look look = look_of(f, node);
    char text[SHAPE_TEXT];
    frame(s, node, p, &look_dead, 1024);
    cross(s, p);
    look.edge = COLOUR_GREEN;
    look.stroke = 5 * UNIT;
    frame(s, node, p, &look, 450 + grown * 574 / 1024);
    snprintf(text, sizeof text, "#%u", n->incarnation);
    put(s, p, look.name, p->name, true, p->y + p->name / 2, text);
}

static void alive(struct shapes *s, const struct flow *f, unsigned node, const struct place *p)
{
    const struct flow_node *n = &f->node[node];
    struct look look = look_of(f, node);
    char text[SHAPE_TEXT];
    if (n->replaced && f->present < n->replaced + FLOW_RING) {
        int out = progress(f, n->replaced, FLOW_RING);
        ring(s, node, p, COLOUR_GREEN, 5 * UNIT, 4 * UNIT + out * 20 * UNIT / 1024,
             (1024 - out) * 255 / 1024);
    }
    frame(s, node, p, &look, 1024);
    if (node == EP_KERNEL) {
        put(s, p, look.name, p->name, true, p->y + p->name / 2, "kernel");
        return;
    }
    state_text(f, node, p, text, sizeof text);
    write_in(s, f, node, p, &look, text);
}

static void draw_node(struct shapes *s, const struct flow *f, unsigned node, const struct place *p)
{
    const struct flow_node *n = &f->node[node];
    bool replaced = n->replaced && !n->next && f->present >= n->replaced;
    if (n->died && !replaced)
        dead(s, f, node, p);
    else if (n->died && progress(f, n->replaced, FLOW_TAKEOVER) < 1024)
        take_over(s, f, node, p);
    else
        alive(s, f, node, p);
}

void picture_nodes(struct shapes *s, const struct flow *f, const struct display_view *v)
{
    for (unsigned i = 0; i < LAYOUT_NODES; i++) {
        struct place p;
        if (!f->node[i].used || !layout_place(i, f->step, &p))
            continue;
        if (i != EP_KERNEL && f->node[i].endpoint == v->chosen)
            ring(s, i, &p, COLOUR_INK, 3 * UNIT, 7 * UNIT, 255);
        draw_node(s, f, i, &p);
    }
}
