/* What may be shown as it is, and how the rest is written out. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/clean.h"

unsigned clean_decode(const char *s, unsigned *point)
{
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000}; /* what needs so many bytes */
    const unsigned char *b = (const unsigned char *)s;
    unsigned length = b[0] < 0x80             ? b[0] != 0
                      : (b[0] & 0xe0) == 0xc0 ? 2
                      : (b[0] & 0xf0) == 0xe0 ? 3
                      : (b[0] & 0xf8) == 0xf0 ? 4
                                              : 0;
    *point = length == 1 ? b[0] : b[0] & (0x7fu >> length);
    for (unsigned i = 1; i < length; i++) {
        if ((b[i] & 0xc0) != 0x80)
            return 0;
        *point = *point << 6 | (b[i] & 0x3f);
    }
    bool surrogate = *point >= 0xd800 && *point <= 0xdfff;
    return length && *point >= least[length] && *point <= 0x10ffff && !surrogate ? length : 0;
}

/* Control characters, and those of general category Cf and Zl/Zp that reorder or hide their neighbours; noncharacters. */
static bool harmful(unsigned c)
{
    static const unsigned range[][2] = {{0, 0x1f},        {0x7f, 0x9f},     {0xad, 0xad},
                                        {0x61c, 0x61c},   {0x180e, 0x180e}, {0x200b, 0x200f},
                                        {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfdd0, 0xfdef},
                                        {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};
    for (size_t i = 0; i < sizeof range / sizeof range[0]; i++)
        if (c >= range[i][0] && c <= range[i][1])
            return true;
    return (c & 0xfffe) == 0xfffe;
}

/* One character or bad byte of `text` to `out`; returns how many bytes it was. */
static unsigned clean_one(FILE *out, const char *text, bool lines)
{
    unsigned point, length = clean_decode(text, &point);
    if (!length) {
        fprintf(out, "\\x%02x", (unsigned char)text[0]);
        return 1;
    }
    if (point == '\r' && text[1] == '\n')
        return 1;
    if (point == '\n' || point == '\t')
        fputc(lines ? text[0] : ' ', out);
    else if (strncmp(text, "##[", 3) == 0)
        fputs("# ", out);
    else if (harmful(point))
        fprintf(out, point < 0x80 ? "\\x%02x" : "\\u{%x}", point);
    else
        fwrite(text, 1, length, out);
    return length;
}

static char *clean(const char *text, bool lines)
{
    char *copy = NULL;
    size_t size;
    FILE *out = text ? open_memstream(&copy, &size) : NULL;
    if (!out)
        return NULL;
    while (*text)
        text += clean_one(out, text, lines);
    if (fclose(out) != 0) {
        free(copy);
        return NULL;
    }
    return copy;
}

char *clean_text(const char *text)
{
    return clean(text, true);
}

char *clean_line(const char *text)
{
    return clean(text, false);
}

void clean_quote(FILE *out, const char *prefix, const char *cleaned)
{
    while (*cleaned) {
        size_t length = strcspn(cleaned, "\n");
        fprintf(out, "%s%.*s\n", prefix, (int)length, cleaned);
        cleaned += length + (cleaned[length] == '\n');
    }
}

void clean_xml(FILE *out, const char *text)
{
    unsigned point;
    while (*text) {
        unsigned length = clean_decode(text, &point);
        bool allowed = length && (point >= 0x20 || point == '\t' || point == '\n') &&
                       point != 0xfffe && point != 0xffff;
        const char *entity = point == '&'    ? "&amp;"
                             : point == '<'  ? "&lt;"
                             : point == '>'  ? "&gt;"
                             : point == '"'  ? "&quot;"
                             : point == '\'' ? "&#39;"
                                             : NULL;
        if (allowed && entity)
            fputs(entity, out);
        else if (allowed)
            fwrite(text, 1, length, out);
        text += length ? length : 1;
    }
}
