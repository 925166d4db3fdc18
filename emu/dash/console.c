/*
 * A small terminal without a screen: bytes are decoded as UTF-8, control characters and escape
 * sequences are acted on, everything else lands in the line at the cursor.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "emu/dash/console.h"

#define REPLACEMENT   0xfffdu /* for bytes that are not UTF-8 */
#define ESC           0x1b
#define PARAMETER_MAX 9999

struct line {
    char32_t *text;
    size_t length, capacity;
};

enum escape { PLAIN, ESCAPE, CSI, STRING, STRING_ESCAPE, SKIP_ONE };

struct console {
    struct line ring[CONSOLE_LINES];
    uint64_t begun;   /* lines ever begun */
    uint64_t cleared; /* number of the first line after the last clear */
    size_t column;
    enum escape escape;
    unsigned parameter; /* the first one of a CSI sequence */
    char32_t partial;   /* of a UTF-8 sequence */
    unsigned missing;   /* bytes that it still lacks */
    char32_t least;     /* a smaller value was encoded too long */
};

struct console *console_create(void)
{
    struct console *c = calloc(1, sizeof *c);
    if (c)
        c->begun = 1;
    return c;
}

void console_destroy(struct console *c)
{
    for (size_t i = 0; c && i < CONSOLE_LINES; i++)
        free(c->ring[i].text);
    free(c);
}

struct console *console_copy(const struct console *c)
{
    struct console *copy = malloc(sizeof *copy);
    bool whole = copy != NULL;
    if (!copy)
        return NULL;
    *copy = *c;
    for (size_t i = 0; i < CONSOLE_LINES; i++) {
        struct line *l = &copy->ring[i];
        size_t bytes = l->length * sizeof *l->text;
        l->text = bytes ? malloc(bytes) : NULL;
        l->capacity = l->text ? l->length : 0;
        whole = whole && (l->text || !bytes);
        if (l->text)
            memcpy(l->text, c->ring[i].text, bytes);
    }
    if (!whole) {
        console_destroy(copy);
        return NULL;
    }
    return copy;
}

size_t console_lines(const struct console *c)
{
    return c->begun < CONSOLE_LINES ? (size_t)c->begun : CONSOLE_LINES;
}

size_t console_top(const struct console *c)
{
    uint64_t oldest = c->begun - console_lines(c);
    return c->cleared > oldest ? (size_t)(c->cleared - oldest) : 0;
}

const char32_t *console_line(const struct console *c, size_t index, size_t *length)
{
    uint64_t number = c->begun - console_lines(c) + index;
    const struct line *l = &c->ring[number % CONSOLE_LINES];
    *length = l->length;
    return l->text;
}

size_t console_column(const struct console *c)
{
    return c->column;
}

/* ---- editing the line ------------------------------------------------------------------------ */

static struct line *current(struct console *c)
{
    return &c->ring[(c->begun - 1) % CONSOLE_LINES];
}

static void new_line(struct console *c)
{
    c->begun++;
    current(c)->length = 0;
}

/* Makes the line at least `length` columns long, with spaces. False: out of memory. */
static bool extend(struct line *l, size_t length)
{
    if (length > l->capacity) {
        size_t capacity = l->capacity ? l->capacity : 64;
        while (capacity < length)
            capacity *= 2;
        char32_t *text = realloc(l->text, capacity * sizeof *text);
        if (!text)
            return false;
        l->text = text;
        l->capacity = capacity;
    }
    while (l->length < length)
        l->text[l->length++] = ' ';
    return true;
}

static void put_char(struct console *c, char32_t ch)
{
    int width = wcwidth((wchar_t)ch);
    size_t columns = width == 2 ? 2 : 1;
    if (width == 0)
        return; /* combining marks: one cell holds one character */
    if (c->column + columns > CONSOLE_COLUMNS) {
        new_line(c);
        c->column = 0;
    }
    if (!extend(current(c), c->column + columns))
        return;
    current(c)->text[c->column] = width < 0 ? REPLACEMENT : ch;
    if (columns == 2)
        current(c)->text[c->column + 1] = 0;
    c->column += columns;
}

static void move_to(struct console *c, size_t column)
{
    c->column = column < CONSOLE_COLUMNS ? column : CONSOLE_COLUMNS - 1;
    extend(current(c), c->column);
}

static void control(struct console *c, uint8_t byte)
{
    switch (byte) {
    case '\r':
        c->column = 0;
        break;
    case '\n': /* keeps the column, as terminals do; the guest sends CR LF */
        new_line(c);
        extend(current(c), c->column);
        break;
    case '\b':
        c->column -= c->column > 0;
        break;
    case '\t':
        move_to(c, (c->column / 8 + 1) * 8);
        break;
    case ESC:
        c->escape = ESCAPE;
        break;
    default: /* bell and the like */
        break;
    }
}

/* ---- escape sequences ------------------------------------------------------------------------ */

static void csi(struct console *c, uint8_t final)
{
    unsigned n = c->parameter ? c->parameter : 1;
    switch (final) {
    case 'C':
        move_to(c, c->column + n);
        break;
    case 'D':
        c->column -= n < c->column ? n : c->column;
        break;
    case 'G':
        move_to(c, n - 1);
        break;
    case 'K':
        if (c->parameter == 2)
            current(c)->length = 0;
        if (c->parameter != 1 && current(c)->length > c->column)
            current(c)->length = c->column;
        extend(current(c), c->column);
        break;
    case 'J':
        if (c->parameter >= 2) {
            new_line(c);
            c->cleared = c->begun - 1;
            c->column = 0;
        }
        break;
    default:
        break;
    }
}

/* A byte inside an escape sequence. */
static void escape(struct console *c, uint8_t byte)
{
    switch (c->escape) {
    case ESCAPE:
        c->parameter = 0;
        if (byte == '[')
            c->escape = CSI;
        else if (byte == ']' || byte == 'P' || byte == '_' || byte == '^' || byte == 'X')
            c->escape = STRING;
        else
            c->escape = byte >= 0x20 && byte < 0x30 ? SKIP_ONE : PLAIN;
        break;
    case CSI:
        if (byte >= '0' && byte <= '9' && c->parameter <= PARAMETER_MAX)
            c->parameter = c->parameter * 10 + (byte - '0');
        if (byte >= 0x40 && byte < 0x7f)
            csi(c, byte);
        if ((byte >= 0x40 && byte < 0x7f) || byte < 0x20)
            c->escape = PLAIN;
        break;
    case STRING: /* to BEL or ESC \ */
        if (byte == '\a')
            c->escape = PLAIN;
        else if (byte == ESC)
            c->escape = STRING_ESCAPE;
        break;
    case STRING_ESCAPE:
        c->escape = byte == '\\' ? PLAIN : STRING;
        break;
    default:
        c->escape = PLAIN;
        break;
    }
}

/* ---- UTF-8 ----------------------------------------------------------------------------------- */

static void lead_byte(struct console *c, uint8_t byte)
{
    unsigned length = byte >= 0xf0 && byte < 0xf5 ? 4 : byte >= 0xe0 && byte < 0xf0 ? 3 : 2;
    if (byte < 0xc2 || byte >= 0xf5) {
        put_char(c, REPLACEMENT);
        return;
    }
    c->missing = length - 1;
    c->partial = byte & (0x7fu >> length);
    c->least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
}

static void next_byte(struct console *c, uint8_t byte)
{
    c->partial = c->partial << 6 | (byte & 0x3f);
    if (--c->missing > 0)
        return;
    bool bad = c->partial < c->least || c->partial > 0x10ffff ||
               (c->partial >= 0xd800 && c->partial < 0xe000);
    put_char(c, bad ? REPLACEMENT : c->partial);
}

static void take(struct console *c, uint8_t byte)
{
    if (c->missing && (byte & 0xc0) == 0x80) {
        next_byte(c, byte);
        return;
    }
    if (c->missing)
        put_char(c, REPLACEMENT);
    c->missing = 0;
    if (c->escape != PLAIN)
        escape(c, byte);
    else if (byte < 0x20 || byte == 0x7f)
        control(c, byte);
    else if (byte < 0x80)
        put_char(c, byte);
    else
        lead_byte(c, byte);
}

void console_write(struct console *c, const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < count; i++)
        take(c, at[i]);
}
