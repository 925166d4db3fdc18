/* Shapes to pixels: scaled, coloured, and handed to the canvas one after another. */
#include "emu/display/draw.h"
#include "emu/display/font.h"

static const uint32_t palette[COLOURS] = {
    [COLOUR_PAPER] = 0xffffff,  [COLOUR_INK] = 0x14181c,    [COLOUR_DIM] = 0x5a6068,
    [COLOUR_FAINT] = 0xc9ced4,  [COLOUR_BLUE] = 0x0072b2,   [COLOUR_SKY] = 0x56b4e9,
    [COLOUR_GREEN] = 0x009e73,  [COLOUR_ORANGE] = 0xe69f00, [COLOUR_RED] = 0xd55e00,
    [COLOUR_PURPLE] = 0xcc79a7, [COLOUR_YELLOW] = 0xf0e442, [COLOUR_CREAM] = 0xfff3d6,
    [COLOUR_ICE] = 0xd9eefb,
};

int draw_scale(int width, int height)
{
    int across = width / DRAW_WIDTH, down = height / DRAW_HEIGHT;
    int scale = across < down ? across : down;
    return scale < 1 ? 1 : scale > DRAW_MAX ? DRAW_MAX : scale;
}

static struct ink ink_of(enum colour colour, int alpha)
{
    return (struct ink){palette[colour], colour == COLOUR_NONE ? 0 : alpha};
}

static void diamond(struct canvas *c, int x, int y, int r, struct ink ink)
{
    struct spot corner[4] = {{x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}};
    canvas_polygon(c, corner, 4, ink);
}

/* Its tip at x, y; it comes from x2, y2. */
static void arrow(struct canvas *c, int x, int y, int x2, int y2, int r, struct ink ink)
{
    int dx = x - x2, dy = y - y2, length = shape_length(dx, dy);
    if (length == 0)
        return;
    int bx = (int)((long long)dx * r / length), by = (int)((long long)dy * r / length);
    struct spot corner[3] = {
        {x, y}, {x - bx - by / 2, y - by + bx / 2}, {x - bx + by / 2, y - by - bx / 2}};
    canvas_polygon(c, corner, 3, ink);
}

static void words(struct canvas *c, const struct shape *s, int x, int y, int height)
{
    int width = font_width(s->text, height, s->bold);
    if (s->align == ALIGN_CENTRE)
        x -= width / 2;
    else if (s->align == ALIGN_RIGHT)
        x -= width;
    font_draw(c, x, y, height, s->bold, s->text, ink_of(s->fill, s->alpha));
}

static void draw_one(struct canvas *c, const struct shape *s, int scale)
{
#define AT(v) ((v)*scale / DRAW_NORMAL)
    struct ink fill = ink_of(s->fill, s->alpha), edge = ink_of(s->edge, s->alpha);
    int x = AT(s->x), y = AT(s->y), x2 = AT(s->x2), y2 = AT(s->y2), r = AT(s->r);
    switch (s->kind) {
    case SHAPE_BOX:
        canvas_box(c, x, y, AT(s->w), AT(s->h), r, fill, AT(s->stroke), edge);
        break;
    case SHAPE_DISC:
        canvas_disc(c, x, y, r, fill, AT(s->stroke), edge);
        break;
    case SHAPE_LINE:
        canvas_line(c, x, y, x2, y2, AT(s->stroke), fill);
        break;
    case SHAPE_DIAMOND:
        diamond(c, x, y, r, fill);
        break;
    case SHAPE_ARROW:
        arrow(c, x, y, x2, y2, r, fill);
        break;
    case SHAPE_WORDS:
        words(c, s, x, y, AT(s->h));
        break;
    }
#undef AT
}

bool draw_shapes(struct canvas *c, const struct shapes *s, int scale)
{
    int width = DRAW_WIDTH * scale, height = DRAW_HEIGHT * scale;
    if ((c->width != width || c->height != height) && !canvas_resize(c, width, height))
        return false;
    canvas_clear(c, palette[COLOUR_PAPER]);
    for (size_t i = 0; i < s->count; i++)
        draw_one(c, &s->shape[i], scale);
    return true;
}
