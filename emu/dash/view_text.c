/* Characters, numbers and titles, as all views write them. */
#include <stdio.h>
#include <string.h>
#include "emu/dash/view_parts.h"

const struct glyphs *view_glyphs(const struct view *v)
{
    static const struct glyphs unicode = {
        .rule = U'─',
        .arrow = U'→',
        .here = U'▸',
        .cut = U'…',
        .vertical = U'│',
        .corner = U"┌┐└┘",
        .up = "↑",
        .down = "↓",
        .up_down = "↑↓",
        .died = "✗ ",
        .back = "↻ ",
        .note = "• ",
        .works = U'┃',
        .idle = U'│',
        .waits = U'┊',
        .begins = U'┳',
        .left = U'◂',
        .right = U'▸',
        .dashes = U'╌',
        .branch = "├─ ",
        .last = "└─ ",
        .bar = "│  ",
        .chain = "└▸ ",
        .block = {' ', U'▁', U'▂', U'▃', U'▄', U'▅', U'▆', U'▇', U'█'},
        .mark = U'▼',
    };
    static const struct glyphs ascii = {
        .rule = '-',
        .arrow = '>',
        .here = '>',
        .cut = '~',
        .vertical = '|',
        .corner = U"++++",
        .up = "^",
        .down = "v",
        .up_down = "Up/Dn",
        .died = "x ",
        .back = "+ ",
        .note = "* ",
        .works = '#',
        .idle = '|',
        .waits = ':',
        .begins = '+',
        .left = '<',
        .right = '>',
        .dashes = '.',
        .branch = "+- ",
        .last = "`- ",
        .bar = "|  ",
        .chain = "`> ",
        .block = {' ', '.', '.', '.', ':', ':', ':', '#', '#'},
        .mark = 'v',
    };
    return v->ascii ? &ascii : &unicode;
}

/* ---- numbers ----------------------------------------------------------------------------------- */

/* n / divisor with three digits, cut off and not rounded, so that no width changes at 999.5. */
static void three_digits(char *out, uint64_t n, uint64_t divisor, const char *unit)
{
    uint64_t scaled = n / divisor;
    unsigned places = divisor == 1 ? 0 : scaled < 10 ? 2 : scaled < 100 ? 1 : 0;
    unsigned fraction =
        places ? (unsigned)(n % divisor / (divisor / 1000)) / (places == 2 ? 10 : 100) : 0;
    if (places)
        snprintf(out, 16, "%u.%0*u%s", (unsigned)scaled, (int)places, fraction, unit);
    else
        snprintf(out, 16, "%llu%s", (unsigned long long)scaled, unit);
}

char *view_number(char *out, uint64_t n)
{
    static const char *const unit[] = {"", "k", "M", "G", "T", "P", "E"};
    unsigned power = 0;
    uint64_t divisor = 1;
    if (n < 10000) {
        snprintf(out, 16, "%u", (unsigned)n);
        return out;
    }
    while (n / divisor >= 1000) {
        divisor *= 1000;
        power++;
    }
    three_digits(out, n, divisor, unit[power]);
    return out;
}

char *view_span(char *out, uint64_t ns)
{
    if (ns < 1000)
        three_digits(out, ns, 1, "ns");
    else if (ns < 1000000)
        three_digits(out, ns, 1000, "us");
    else if (ns < 1000000000)
        three_digits(out, ns, 1000000, "ms");
    else if (ns < 10000000000000)
        three_digits(out, ns, 1000000000, "s");
    else {
        view_number(out, ns / 1000000000);
        strcat(out, "s");
    }
    return out;
}

char *view_time(char *out, uint64_t time)
{
    uint64_t us = time / INSNS_PER_US;
    snprintf(out, 32, "%llu.%06llu", (unsigned long long)(us / 1000000),
             (unsigned long long)(us % 1000000));
    return out;
}

int view_columns(const char *text)
{
    return grid_columns(text);
}

/* ---- titles and text ----------------------------------------------------------------------------- */

void view_title(struct grid *g, const struct view *v, struct rect r, const char *name,
                const char *hint)
{
    const struct glyphs *glyphs = view_glyphs(v);
    int at = r.column + 3, end = r.column + r.columns - 2;
    grid_fill(g, r.row, r.column, r.columns, glyphs->rule, STYLE_RULE);
    grid_put(g, r.row, at - 1, ' ', STYLE_RULE);
    at += grid_text(g, r.row, at, end - at, STYLE_TITLE, glyphs->cut, name);
    grid_put(g, r.row, at, ' ', STYLE_RULE);
    if (!hint || !*hint || at + 8 > end)
        return;
    at += 3;
    grid_put(g, r.row, at++, ' ', STYLE_RULE);
    at += grid_text(g, r.row, at, end - at, STYLE_DIM, glyphs->cut, hint);
    grid_put(g, r.row, at, ' ', STYLE_RULE);
}

void view_section(struct grid *g, const struct view *v, struct rect r, int row, const char *name)
{
    struct rect line = {row, r.column, 1, r.columns};
    view_title(g, v, line, name, NULL);
}

int view_wrap(struct grid *g, struct rect r, enum style style, const char *text)
{
    int row = 0;
    for (; *text && row < r.rows; row++) {
        size_t take = grid_fit(text, r.columns), blank = take;
        while (text[take] && blank > 0 && text[blank] != ' ')
            blank--;
        take = blank ? blank : take ? take : 1;
        char line[512];
        snprintf(line, sizeof line, "%.*s", (int)take, text);
        grid_text(g, r.row + row, r.column, r.columns, style, 0, line);
        for (text += take; *text == ' '; text++)
            ;
    }
    return row;
}

void view_note(struct grid *g, const struct view *v, const struct note *n, int row, int column,
               int columns)
{
    const struct glyphs *glyphs = view_glyphs(v);
    enum style style = n->level == NOTE_BAD    ? STYLE_BAD
                       : n->level == NOTE_GOOD ? STYLE_GOOD
                                               : STYLE_DIM;
    const char *mark = n->level == NOTE_BAD    ? glyphs->died
                       : n->level == NOTE_GOOD ? glyphs->back
                                               : glyphs->note;
    int used = grid_text(g, row, column, columns, style, 0, mark);
    grid_text(g, row, column + used, columns - used, style, glyphs->cut, n->text);
}

bool view_then(const struct view *v, const struct scene *s)
{
    return v->selected && s->world->event != s->model->world.event;
}
