/*
 * The words around the picture. Above: does it run, the time, how slowly it is shown, what a dot stands for. Below: what is most
 * important now, from a question down to the keys.
 */
#include <stdio.h>
#include <string.h>
#include "emu/display/font.h"
#include "emu/display/picture.h"
#include "emu/trace/names.h"

#define CLOCK_PER_US 100u
#define TEXT         (19 * UNIT)
#define SMALL        (16 * UNIT)
#define LEFT         (20 * UNIT)
#define RIGHT        (PICTURE_WIDTH - 20 * UNIT)
#define HEAD         (40 * UNIT) /* baselines */
#define FOOT         (694 * UNIT)

/* ---- above ----------------------------------------------------------------------------------- */

static void triangle(struct shapes *s, int x, int y)
{
    struct shape *mark = shape_add(s, SHAPE_ARROW, COLOUR_PAPER, x + 18 * UNIT, y);
    mark->x2 = x;
    mark->y2 = y;
    mark->r = 18 * UNIT;
}

static void bars(struct shapes *s, int x, int y)
{
    for (int i = 0; i < 2; i++)
        shape_line(s, COLOUR_INK, 6 * UNIT, x + (4 + 11 * i) * UNIT, y - 7 * UNIT,
                   x + (4 + 11 * i) * UNIT, y + 7 * UNIT);
}

static void square(struct shapes *s, int x, int y)
{
    struct shape *mark = shape_add(s, SHAPE_BOX, COLOUR_PAPER, x, y - 8 * UNIT);
    mark->w = mark->h = 16 * UNIT;
}

/* Does it run? By shape, colour and word. */
static void badge(struct shapes *s, const struct display_view *v)
{
    static const struct {
        const char *text;
        enum colour fill, ink;
        void (*mark)(struct shapes *s, int x, int y);
    } look[] = {{"RUNNING", COLOUR_GREEN, COLOUR_PAPER, triangle},
                {"PLAYING", COLOUR_GREEN, COLOUR_PAPER, triangle},
                {"STOPPED", COLOUR_ORANGE, COLOUR_INK, bars},
                {"ENDED", COLOUR_DIM, COLOUR_PAPER, square}};
    unsigned i = v->ended ? 3 : v->paused ? 2 : v->file ? 1 : 0;
    int y = HEAD - TEXT / 2;
    struct shape *box = shape_add(s, SHAPE_BOX, look[i].fill, LEFT, y - 20 * UNIT);
    box->w = font_width("PLAYING", TEXT, true) + 74 * UNIT;
    box->h = 40 * UNIT;
    box->r = 8 * UNIT;
    look[i].mark(s, LEFT + 14 * UNIT, y);
    shape_words(s, look[i].ink, TEXT, ALIGN_LEFT, LEFT + 44 * UNIT, HEAD, look[i].text)->bold =
        true;
}

/* As many decimals as change slowly enough to be read. */
static void time_text(char *out, size_t size, const struct display_view *v)
{
    unsigned long long us = v->now / CLOCK_PER_US, s = us / 1000000, rest = us % 1000000;
    if (v->slow >= 1000 || v->paused || v->ended)
        snprintf(out, size, "%llu.%06llu s", s, rest);
    else if (v->slow > 1)
        snprintf(out, size, "%llu.%03llu s", s, rest / 1000);
    else
        snprintf(out, size, "%llu s", s);
}

/* Time in which nobody runs is shortened, not slowed down. */
static void speed_text(char *out, size_t size, unsigned slow)
{
    char number[PICTURE_NUMBER];
    if (slow <= 1)
        snprintf(out, size, "full speed");
    else
        snprintf(out, size, "slow motion 1:%s (idle: 1:1)", picture_number(number, slow));
}

static void above(struct shapes *s, const struct flow *f, const struct display_view *v)
{
    char text[SHAPE_TEXT], number[PICTURE_NUMBER];
    badge(s, v);
    time_text(text, sizeof text, v);
    shape_words(s, COLOUR_INK, TEXT, ALIGN_LEFT, 240 * UNIT, HEAD, text)->bold = true;
    speed_text(text, sizeof text, v->slow);
    shape_words(s, COLOUR_INK, TEXT, ALIGN_CENTRE, 660 * UNIT, HEAD, text);
    if (f->most > 1)
        snprintf(text, sizeof text, "1 dot = up to %s messages", picture_number(number, f->most));
    else
        snprintf(text, sizeof text, "1 dot = 1 message");
    shape_words(s, COLOUR_INK, TEXT, ALIGN_RIGHT, RIGHT, HEAD, text);
}

/* ---- below ----------------------------------------------------------------------------------- */

static void strip(struct shapes *s, enum colour fill, enum colour edge, enum colour ink,
                  const char *text)
{
    char fitting[SHAPE_TEXT];
    struct shape *box = shape_add(s, SHAPE_BOX, fill, LEFT, 660 * UNIT);
    box->w = RIGHT - LEFT;
    box->h = 50 * UNIT;
    box->r = 8 * UNIT;
    box->edge = edge;
    box->stroke = 4 * UNIT;
    int height = TEXT;
    while (height > SMALL && font_width(text, height, true) > RIGHT - LEFT - 40 * UNIT)
        height -= UNIT;
    picture_fit(fitting, sizeof fitting, text, RIGHT - LEFT - 40 * UNIT, height, true);
    shape_words(s, ink, height, ALIGN_LEFT, LEFT + 20 * UNIT, FOOT, fitting)->bold = true;
}

static void cycle_text(char *out, size_t size, const struct flow *f, const struct flow_cycle *c,
                       const char *what)
{
    size_t used = (size_t)snprintf(out, size, "%s:", what);
    for (unsigned i = 0; c->count && i <= c->count && used < size; i++) {
        char name[SHAPE_TEXT / 2];
        used += (size_t)snprintf(out + used, size - used, "%s %s", i ? " " FONT_ARROW : "",
                                 flow_name(f, c->node[i % c->count], name, sizeof name));
    }
}

/* "sh -> fs  FS_READ fd=3 bytes=512" */
static bool message_text(char *out, size_t size, const struct flow *f)
{
    char text[NAMES_MESSAGE_BYTES];
    const struct entry *e = f->last ? stream_entry(&f->model->history->stream, f->last) : NULL;
    if (!e)
        return false;
    names_message(text, sizeof text, &e->message, world_name, &f->model->world);
    snprintf(out, size, "%s " FONT_ARROW " %s   %.90s", e->source_name, e->dest_name, text);
    return true;
}

static void keys(struct shapes *s, const struct display_view *v)
{
    if (v->keys)
        shape_words(s, COLOUR_DIM, SMALL, ALIGN_RIGHT, RIGHT, FOOT,
                    v->readonly || v->file
                        ? "p stop   s step   - + slower, faster   F1 all keys"
                        : "p stop   s step   - + slower, faster   F9 kill   F1 all keys");
}

static void great_news(struct shapes *s, const struct note *note)
{
    enum colour edge = note->level == NOTE_BAD    ? COLOUR_RED
                       : note->level == NOTE_GOOD ? COLOUR_GREEN
                                                  : COLOUR_BLUE;
    strip(s, COLOUR_PAPER, edge, COLOUR_INK, note->text);
}

/* What is most important, and nothing else. */
static void below(struct shapes *s, const struct flow *f, const struct display_view *v)
{
    char text[SHAPE_TEXT];
    const struct note *note = flow_note(f);
    bool slow = v->paused || v->slow >= 10000;
    if (v->question && v->question[0]) {
        strip(s, COLOUR_RED, COLOUR_INK, COLOUR_PAPER, v->question);
    } else if (f->stall.count) {
        cycle_text(text, sizeof text, f, &f->stall, "DEADLOCK");
        strip(s, COLOUR_PAPER, COLOUR_RED, COLOUR_INK, text);
    } else if (f->refused.until > f->present && f->refused.count) {
        cycle_text(text, sizeof text, f, &f->refused, "The kernel refused a deadlock");
        strip(s, COLOUR_PAPER, COLOUR_RED, COLOUR_INK, text);
    } else if (v->line && v->line[0]) {
        strip(s, COLOUR_CREAM, COLOUR_ORANGE, COLOUR_INK, v->line);
    } else if (note) {
        great_news(s, note);
    } else if (slow && message_text(text, sizeof text, f)) {
        strip(s, COLOUR_PAPER, COLOUR_BLUE, COLOUR_INK, text);
    } else if (f->newsed && f->present < f->newsed + FLOW_NEWS) {
        strip(s, COLOUR_PAPER, COLOUR_FAINT, COLOUR_INK, f->news);
    } else {
        keys(s, v);
    }
}

void picture_words(struct shapes *s, const struct flow *f, const struct display_view *v)
{
    above(s, f, v);
    below(s, f, v);
}
