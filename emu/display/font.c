/*
 * Glyphs to pixels: the strokes become short straight pieces, and what lies within the pen's radius of one is
 * covered. A glyph of one height is made once.
 */
#include <stdlib.h>
#include <string.h>
#include "emu/display/font.h"
#include "emu/display/shape.h"

#define PIECES_MAX 160
#define BEND       8   /* pieces of a bent stroke */
#define SPACING    4   /* between glyphs, in their grid */
#define CACHE      512 /* glyphs that are kept */
#define UNKNOWN    '?' /* stands for what has no glyph */

struct piece {
    struct spot from, to;
};

/* A glyph of one height as coverage of pixels; left, top: of the mask, seen from where the baseline begins. */
struct mask {
    unsigned char ch;
    bool bold;
    int height; /* 0: the place is free */
    int left, top, w, h;
    uint8_t *part;
};

static const struct glyph *glyph_of(unsigned char ch)
{
    const struct glyph *g = font_glyph(ch);
    return g ? g : font_glyph(UNKNOWN);
}

/* From the glyph's grid to parts of a pixel. */
static int scaled(int units, int height)
{
    return (units * height + GLYPH_CAPITAL / 2) / GLYPH_CAPITAL;
}

static int advance(unsigned char ch, int height, bool bold)
{
    return scaled((glyph_of(ch)->width + SPACING) * 4 + (bold ? 2 : 0), height) / 4;
}

static int pen(int height, bool bold)
{
    return height * (bold ? 14 : 10) / (10 * GLYPH_CAPITAL);
}

int font_width(const char *text, int height, bool bold)
{
    int width = 0;
    for (; *text; text++)
        width += advance((unsigned char)*text, height, bold);
    return width;
}

/* ---- strokes --------------------------------------------------------------------------------- */

static int digit(char ch)
{
    return ch >= 'a' ? ch - 'a' + 10 : ch - '0';
}

static struct spot take_spot(const char **strokes, int height)
{
    int x = digit((*strokes)[0]), y = digit((*strokes)[1]) - GLYPH_BASELINE;
    *strokes += 2;
    return (struct spot){scaled(x, height), y < 0 ? -scaled(-y, height) : scaled(y, height)};
}

/* A point of the way from a to c that bends towards b, `part` of BEND. */
static struct spot bent(struct spot a, struct spot b, struct spot c, int part)
{
    int rest = BEND - part;
    return (struct spot){
        (a.x * rest * rest + 2 * b.x * rest * part + c.x * part * part) / (BEND * BEND),
        (a.y * rest * rest + 2 * b.y * rest * part + c.y * part * part) / (BEND * BEND)};
}

static int cut(const char *strokes, int height, struct piece piece[PIECES_MAX])
{
    int count = 0;
    bool begins = true;
    struct spot at = {0, 0};
    while (*strokes && count + BEND < PIECES_MAX) {
        if (*strokes == ' ') {
            begins = true;
            strokes++;
        } else if (*strokes == '~') {
            strokes++;
            struct spot a = at, b = take_spot(&strokes, height), c = take_spot(&strokes, height);
            for (int i = 1; i <= BEND; i++) {
                piece[count++] = (struct piece){at, bent(a, b, c, i)};
                at = piece[count - 1].to;
            }
        } else {
            struct spot next = take_spot(&strokes, height);
            if (!begins)
                piece[count++] = (struct piece){at, next};
            begins = false;
            at = next;
        }
    }
    return count;
}

/* ---- masks ----------------------------------------------------------------------------------- */

static int distance(const struct piece *p, int x, int y)
{
    long long dx = p->to.x - p->from.x, dy = p->to.y - p->from.y;
    long long square = dx * dx + dy * dy, along = (x - p->from.x) * dx + (y - p->from.y) * dy;
    if (along <= 0 || square == 0)
        return shape_length(x - p->from.x, y - p->from.y);
    if (along >= square)
        return shape_length(x - p->to.x, y - p->to.y);
    return shape_length(x - p->from.x - (int)(dx * along / square),
                        y - p->from.y - (int)(dy * along / square));
}

static int nearest(const struct piece *piece, int count, int x, int y)
{
    int best = SUB << 16; /* farther than any pixel */
    for (int i = 0; i < count; i++) {
        int d = distance(&piece[i], x, y);
        best = d < best ? d : best;
    }
    return best;
}

static void make(struct mask *m, unsigned char ch, int height, bool bold)
{
    const struct glyph *g = glyph_of(ch);
    struct piece piece[PIECES_MAX];
    int count = cut(g->strokes, height, piece), r = pen(height, bold), margin = r / SUB + 2;
    free(m->part);
    *m = (struct mask){.ch = ch, .bold = bold, .height = height, .left = -margin};
    m->top = -(height / SUB) - margin - 1;
    m->w = scaled(g->width, height) / SUB + 2 * margin + 1;
    m->h = -m->top + scaled(GLYPH_BOTTOM - GLYPH_BASELINE, height) / SUB + margin + 1;
    m->part = calloc((size_t)m->w * (size_t)m->h, 1);
    for (int i = 0; m->part && i < m->w * m->h; i++) {
        int x = (m->left + i % m->w) * SUB + SUB / 2, y = (m->top + i / m->w) * SUB + SUB / 2;
        m->part[i] = (uint8_t)canvas_coverage(nearest(piece, count, x, y) - r);
    }
}

static const struct mask *mask_of(unsigned char ch, int height, bool bold)
{
    static struct mask cache[CACHE];
    unsigned key = ((unsigned)height * 131u + ch * 2u + bold) * 2654435761u >> 16;
    struct mask *m = &cache[key % CACHE];
    if (m->height != height || m->ch != ch || m->bold != bold)
        make(m, ch, height, bold);
    return m;
}

void font_draw(struct canvas *c, int x, int y, int height, bool bold, const char *text,
               struct ink ink)
{
    int row = (y + SUB / 2) / SUB;
    for (; *text; text++) {
        const struct mask *m = mask_of((unsigned char)*text, height, bold);
        int column = (x + SUB / 2) / SUB;
        if (m->part)
            canvas_mask(c, column + m->left, row + m->top, m->w, m->h, m->part, ink);
        x += advance((unsigned char)*text, height, bold);
    }
}
