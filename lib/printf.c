/*
 * printf: one core, format_to(), that hands pieces of text to a sink: a stream, or a buffer.
 *
 * A conversion is taken apart into struct spec, turned into digits or found as a string, and put
 * out as: spaces, prefix (sign or 0x), zeros, text, spaces.
 */
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include "stream.h"

struct sink {
    void (*put)(struct sink *sink, const char *text, size_t n);
    size_t total; /* bytes that went in, kept or not */
    FILE *stream;
    char *buffer; /* of `room` bytes, the last for the NUL */
    size_t room;
    bool failed;
};

struct spec {
    bool left, zero, plus, space, alternate;
    bool has_precision;
    int width, precision;
    char length; /* H: hh, h, l: l and all others of 8 bytes, 0: int */
    char conversion;
};

static void emit(struct sink *sink, const char *text, size_t n)
{
    sink->put(sink, text, n);
    sink->total += n;
}

static void pad(struct sink *sink, char c, int n)
{
    char run[32];
    memset(run, c, sizeof run);
    for (; n > 0; n -= (int)sizeof run)
        emit(sink, run, n < (int)sizeof run ? (size_t)n : sizeof run);
}

/* One conversion's text, `zeros` zeros between prefix and text, filled up to the width. */
static void field(struct sink *sink, const struct spec *s, const char *prefix, int zeros,
                  const char *text, int n)
{
    int fill = s->width - (int)strlen(prefix) - (zeros > 0 ? zeros : 0) - n;
    if (!s->left)
        pad(sink, ' ', fill);
    emit(sink, prefix, strlen(prefix));
    pad(sink, '0', zeros);
    emit(sink, text, (size_t)n);
    if (s->left)
        pad(sink, ' ', fill);
}

static void number(struct sink *sink, const struct spec *s, uint64_t value, const char *prefix)
{
    const char *digits = s->conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    unsigned base = s->conversion == 'o' ? 8 : strchr("xXp", s->conversion) ? 16 : 10;
    char text[24];
    int at = sizeof text;
    for (uint64_t v = value; v; v /= base)
        text[--at] = digits[v % base];
    int n = (int)sizeof text - at, least = s->has_precision ? s->precision : 1;
    if (s->alternate && base == 8 && least <= n)
        least = n + 1;
    if (s->zero && !s->left && !s->has_precision)
        least = s->width - (int)strlen(prefix) > least ? s->width - (int)strlen(prefix) : least;
    field(sink, s, prefix, least - n, text + at, n);
}

static void string(struct sink *sink, const struct spec *s, const char *text)
{
    if (!text)
        text = "(null)";
    size_t n = s->has_precision ? strnlen(text, (size_t)s->precision) : strlen(text);
    field(sink, s, "", 0, text, (int)n);
}

static int64_t signed_argument(char length, va_list *arguments)
{
    switch (length) {
    case 'l':
        return va_arg(*arguments, int64_t);
    case 'h':
        return (short)va_arg(*arguments, int);
    case 'H':
        return (signed char)va_arg(*arguments, int);
    default:
        return va_arg(*arguments, int);
    }
}

static uint64_t unsigned_argument(char length, va_list *arguments)
{
    switch (length) {
    case 'l':
        return va_arg(*arguments, uint64_t);
    case 'h':
        return (unsigned short)va_arg(*arguments, int);
    case 'H':
        return (unsigned char)va_arg(*arguments, int);
    default:
        return va_arg(*arguments, unsigned);
    }
}

static int decimal(const char **format)
{
    int n = 0;
    for (; **format >= '0' && **format <= '9'; ++*format)
        n = n * 10 + **format - '0';
    return n;
}

/* Reads what stands behind a '%'; returns the character after it. */
static const char *parse_spec(const char *f, struct spec *s, va_list *arguments)
{
    *s = (struct spec){0};
    for (;; f++) {
        if (*f == '-')
            s->left = true;
        else if (*f == '0')
            s->zero = true;
        else if (*f == '+')
            s->plus = true;
        else if (*f == ' ')
            s->space = true;
        else if (*f == '#')
            s->alternate = true;
        else
            break;
    }
    s->width = *f == '*' ? (f++, va_arg(*arguments, int)) : decimal(&f);
    if (s->width < 0)
        s->left = true, s->width = -s->width;
    if (*f == '.') {
        f++;
        s->precision = *f == '*' ? (f++, va_arg(*arguments, int)) : decimal(&f);
        s->has_precision = s->precision >= 0;
    }
    for (; *f && strchr("hljzt", *f); f++)
        s->length = *f != 'h' ? 'l' : s->length == 'h' ? 'H' : 'h';
    s->conversion = *f;
    return *f ? f + 1 : f;
}

static void convert(struct sink *sink, struct spec *s, va_list *arguments)
{
    switch (s->conversion) {
    case 'd':
    case 'i': {
        int64_t v = signed_argument(s->length, arguments);
        number(sink, s, v < 0 ? -(uint64_t)v : (uint64_t)v,
               v < 0      ? "-"
               : s->plus  ? "+"
               : s->space ? " "
                          : "");
        break;
    }
    case 'u':
    case 'o':
        number(sink, s, unsigned_argument(s->length, arguments), "");
        break;
    case 'x':
    case 'X': {
        uint64_t v = unsigned_argument(s->length, arguments);
        number(sink, s, v, !s->alternate || !v ? "" : s->conversion == 'x' ? "0x" : "0X");
        break;
    }
    case 'p':
        number(sink, s, (uintptr_t)va_arg(*arguments, void *), "0x");
        break;
    case 'c': {
        char c = (char)va_arg(*arguments, int);
        field(sink, s, "", 0, &c, 1);
        break;
    }
    case 's':
        string(sink, s, va_arg(*arguments, const char *));
        break;
    default: /* '%', or a conversion that does not exist: itself */
        emit(sink, &s->conversion, s->conversion ? 1 : 0);
    }
}

static int format_to(struct sink *sink, const char *format, va_list list)
{
    va_list arguments; /* a copy, so that its address can be passed on */
    va_copy(arguments, list);
    while (*format) {
        size_t n = strcspn(format, "%");
        emit(sink, format, n);
        format += n;
        if (*format == '%') {
            struct spec s;
            format = parse_spec(format + 1, &s, &arguments);
            convert(sink, &s, &arguments);
        }
    }
    va_end(arguments);
    return sink->failed ? EOF : (int)sink->total;
}

static void put_stream(struct sink *sink, const char *text, size_t n)
{
    if (n && stream_write(sink->stream, text, n) == EOF)
        sink->failed = true;
}

static void put_buffer(struct sink *sink, const char *text, size_t n)
{
    if (sink->total + 1 >= sink->room)
        return;
    size_t fits = sink->room - 1 - sink->total;
    memcpy(sink->buffer + sink->total, text, n < fits ? n : fits);
}

int vfprintf(FILE *f, const char *format, va_list arguments)
{
    struct sink sink = {.put = put_stream, .stream = f};
    int n = format_to(&sink, format, arguments);
    if (f->flags & BY_CALL && fflush(f) == EOF)
        return EOF;
    return n;
}

int vsnprintf(char *to, size_t bytes, const char *format, va_list arguments)
{
    struct sink sink = {.put = put_buffer, .buffer = to, .room = bytes};
    int n = format_to(&sink, format, arguments);
    if (bytes)
        to[sink.total < bytes ? sink.total : bytes - 1] = '\0';
    return n;
}

int printf(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vfprintf(stdout, format, arguments);
    va_end(arguments);
    return n;
}

int fprintf(FILE *f, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vfprintf(f, format, arguments);
    va_end(arguments);
    return n;
}

int snprintf(char *to, size_t bytes, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(to, bytes, format, arguments);
    va_end(arguments);
    return n;
}

int dprintf(int fd, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return (int)write(fd, text, n < (int)sizeof text ? (size_t)n : sizeof text - 1);
}
