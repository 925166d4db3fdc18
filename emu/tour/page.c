/* A page is a stream in memory. A line that is too long goes on in the next one; in a picture that would make no sense: there it is cut. */
#include <stdlib.h>
#include <string.h>
#include "emu/tour/page.h"

bool page_open(struct page *p)
{
    *p = (struct page){0};
    p->out = open_memstream(&p->text, &p->size);
    return p->out;
}

void page_close(struct page *p)
{
    if (p->out)
        fclose(p->out);
    free(p->text);
}

/* The bytes of the first so many characters of a line. */
static size_t prefix(const char *line, size_t bytes, int characters)
{
    size_t n = 0;
    for (; n < bytes; n++) {
        bool begins = ((unsigned char)line[n] & 0xc0) != 0x80;
        if (begins && characters-- == 0)
            break;
    }
    return n;
}

/* Breaks the line at blanks; a word that is too long is left to the terminal. */
static void put_words(const char *line, size_t bytes, int columns)
{
    size_t n;
    while (columns > 0 && (n = prefix(line, bytes, columns)) < bytes) {
        const char *blank = memrchr(line, ' ', n + 1);
        if (!blank)
            break;
        fwrite(line, 1, (size_t)(blank - line), stdout);
        fputc('\n', stdout);
        bytes -= (size_t)(blank + 1 - line);
        line = blank + 1;
    }
    fwrite(line, 1, bytes, stdout);
}

static void put_line(const char *line, size_t bytes, int columns, bool ascii)
{
    if (bytes == 0 || line[0] != PAGE_PICTURE) {
        put_words(line, bytes, columns);
        return;
    }
    line++, bytes--;
    if (columns == 0 || prefix(line, bytes, columns) == bytes) {
        fwrite(line, 1, bytes, stdout);
        return;
    }
    fwrite(line, 1, prefix(line, bytes, columns - 1), stdout);
    fputs(ascii ? "~" : "…", stdout);
}

void page_show(struct page *p, int columns, bool ascii)
{
    fflush(p->out);
    while (p->shown < p->size) {
        const char *line = p->text + p->shown;
        const char *end = memchr(line, '\n', p->size - p->shown);
        size_t bytes = end ? (size_t)(end - line) : p->size - p->shown;
        put_line(line, bytes, columns, ascii);
        if (end)
            fputc('\n', stdout);
        p->shown += bytes + (end ? 1 : 0);
    }
    fflush(stdout);
}

void page_show_again(struct page *p, int columns, bool ascii)
{
    fputs(PAGE_CLEAR, stdout);
    p->shown = 0;
    page_show(p, columns, ascii);
}

void page_turn(struct page *p)
{
    rewind(p->out);
    fflush(p->out);
    p->shown = 0;
}
