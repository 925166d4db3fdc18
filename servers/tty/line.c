/*
 * The line discipline. Input bytes are edited in place at the tail of the input queue; each line's
 * last entry carries LINE_END, and counting those tells whether a read can be served.
 */
#include <courier/protocol/pm.h>
#include "line.h"

#define LINE_END 0x100u /* the last of its line */
#define LINE_EOF 0x200u /* ^D: ends a line without being part of it */

#define CONTROL(c) ((c)&0x1f)
#define DEL        0x7f
#define ERASE_MAX                                                                                  \
    128 /* columns that ^U rubs out; of a longer line it leaves the text and moves on */

void line_init(struct terminal *t)
{
    t->line = (struct line){.mode = TTY_COOKED};
    t->out_head = 0;
}

static bool is(const struct terminal *t, uint32_t flag)
{
    return t->line.mode & flag;
}

/* ---- output ------------------------------------------------------------------------------ */

static size_t out_room(const struct terminal *t)
{
    return LINE_OUTPUT - (t->line.out_tail - t->out_head);
}

static void out_put(struct terminal *t, uint8_t c)
{
    if (c == '\n' && is(t, TTY_NLCR))
        t->out[t->line.out_tail++ % LINE_OUTPUT] = '\r';
    t->out[t->line.out_tail++ % LINE_OUTPUT] = c;
}

size_t line_write(struct terminal *t, const void *from, size_t bytes)
{
    const uint8_t *p = from;
    size_t n = 0;
    while (n < bytes && out_room(t) >= LINE_ECHO + 2)
        out_put(t, p[n++]);
    return n;
}

bool line_writable(const struct terminal *t)
{
    return out_room(t) >= LINE_OUTPUT / 2;
}

/* ---- echo -------------------------------------------------------------------------------- */

/* Columns that the echo of c takes. The tail bytes of a UTF-8 sequence take none. */
static unsigned width(uint8_t c)
{
    if (c == '\t')
        return 1;
    if (c < ' ' || c == DEL)
        return 2;
    return (c & 0xc0) != 0x80;
}

/* Control characters show as ^X; a tab as one blank, so that erasing need not know where it ended.
 */
static void echo(struct terminal *t, uint8_t c)
{
    if (!is(t, TTY_ECHO))
        return;
    if (c == '\n' || width(c) < 2) {
        out_put(t, c == '\t' ? ' ' : c);
    } else {
        out_put(t, '^');
        out_put(t, c ^ 0x40);
    }
}

static void rub_out(struct terminal *t, unsigned columns)
{
    if (!is(t, TTY_ECHO))
        return;
    while (columns--) {
        out_put(t, '\b');
        out_put(t, ' ');
        out_put(t, '\b');
    }
}

/* ---- input ------------------------------------------------------------------------------- */

static uint16_t *in_at(struct terminal *t, uint32_t count)
{
    return &t->in[count % LINE_INPUT];
}

static uint32_t in_count(const struct terminal *t)
{
    return t->line.in_tail - t->line.in_head;
}

bool line_is_sound(const struct terminal *t)
{
    return (t->line.mode & ~(uint32_t)TTY_COOKED) == 0 && t->line.group <= INT32_MAX &&
           in_count(t) <= LINE_INPUT && t->line.ends <= in_count(t) &&
           t->line.out_tail - t->out_head <= LINE_OUTPUT;
}

bool line_takes_input(const struct terminal *t)
{
    return in_count(t) < LINE_INPUT && out_room(t) >= LINE_ECHO;
}

static void in_put(struct terminal *t, unsigned entry)
{
    *in_at(t, t->line.in_tail++) = (uint16_t)entry;
    if (entry & LINE_END)
        t->line.ends++;
}

/* The last byte of the unfinished line; false: it has none. */
static bool in_last(struct terminal *t, uint8_t *c)
{
    if (in_count(t) == 0 || *in_at(t, t->line.in_tail - 1) & LINE_END)
        return false;
    *c = (uint8_t)*in_at(t, t->line.in_tail - 1);
    return true;
}

/* Takes back the last character, all bytes of it; returns its columns. */
static unsigned erase(struct terminal *t)
{
    uint8_t c;
    while (in_last(t, &c)) {
        t->line.in_tail--;
        if (width(c))
            return width(c);
    }
    return 0;
}

static void kill_line(struct terminal *t)
{
    unsigned columns = 0;
    uint8_t c;
    while (in_last(t, &c))
        columns += erase(t);
    if (columns <= ERASE_MAX) {
        rub_out(t, columns);
    } else {
        echo(t, CONTROL('U'));
        echo(t, '\n');
    }
}

/* ^W: the blanks at the end, then the word before them. */
static void erase_word(struct terminal *t)
{
    unsigned columns = 0;
    uint8_t c;
    while (in_last(t, &c) && (c == ' ' || c == '\t'))
        columns += erase(t);
    while (in_last(t, &c) && c != ' ' && c != '\t')
        columns += erase(t);
    rub_out(t, columns < ERASE_MAX ? columns : ERASE_MAX);
}

/* Editing; false: c is an ordinary byte. */
static bool edit(struct terminal *t, uint8_t c)
{
    switch (c) {
    case CONTROL('H'):
    case DEL:
        rub_out(t, erase(t));
        return true;
    case CONTROL('U'):
        kill_line(t);
        return true;
    case CONTROL('W'):
        erase_word(t);
        return true;
    case CONTROL('D'):
        in_put(t, c | LINE_END | LINE_EOF);
        return true;
    default:
        return false;
    }
}

/* ^C: the signal for PM to fetch; what was typed before it is void. */
static void interrupt(struct terminal *t)
{
    t->line.signals |= 1u << SIGINT;
    t->line.serial++;
    t->line.in_head = t->line.in_tail;
    t->line.ends = 0;
    echo(t, CONTROL('C'));
    echo(t, '\n');
}

/* A line that fills the whole queue can be read although it has no end: it would never get one. */
static void end_if_full(struct terminal *t)
{
    if (in_count(t) == LINE_INPUT && t->line.ends == 0) {
        *in_at(t, t->line.in_tail - 1) |= LINE_END;
        t->line.ends++;
    }
}

void line_input(struct terminal *t, uint8_t c)
{
    if (c == '\r' && is(t, TTY_CRNL))
        c = '\n';
    if (c == CONTROL('C') && is(t, TTY_SIGNALS)) {
        interrupt(t);
        return;
    }
    if (is(t, TTY_CANONICAL) && edit(t, c))
        return;
    echo(t, c);
    in_put(t, c == '\n' ? c | LINE_END : c);
    if (is(t, TTY_CANONICAL))
        end_if_full(t);
}

bool line_readable(const struct terminal *t)
{
    return is(t, TTY_CANONICAL) ? t->line.ends > 0 : in_count(t) > 0;
}

static unsigned in_get(struct terminal *t)
{
    unsigned entry = *in_at(t, t->line.in_head++);
    if (entry & LINE_END)
        t->line.ends--;
    return entry;
}

size_t line_read(struct terminal *t, void *to, size_t bytes)
{
    bool canonical = is(t, TTY_CANONICAL);
    uint8_t *p = to;
    size_t n = 0;
    while (n < bytes && in_count(t) > 0) {
        unsigned entry = in_get(t);
        if (!(canonical && entry & LINE_EOF))
            p[n++] = (uint8_t)entry;
        if (canonical && entry & LINE_END)
            return n;
    }
    /* "abc^D" read by threes: the ^D went with the c, or it would look like the end of the file. */
    if (canonical && n > 0 && in_count(t) > 0 && *in_at(t, t->line.in_head) & LINE_EOF)
        in_get(t);
    return n;
}

void line_forget(struct terminal *t, uint32_t position)
{
    uint32_t count = position - t->line.in_head;
    if (count > in_count(t))
        return; /* ^C has made it void since */
    while (count-- > 0)
        in_get(t);
}

void line_set_mode(struct terminal *t, uint32_t mode)
{
    t->line.mode = mode;
    if (is(t, TTY_CANONICAL))
        end_if_full(t);
}
