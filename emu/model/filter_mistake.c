/* A mistake in a filter as a terminal shows it: what is wrong, the text, and a caret below the place. */
#include <ctype.h>
#include <stdio.h>
#include "emu/model/filter.h"

void filter_complain(const char *option, const char *text, const struct filter_error *error)
{
    fprintf(stderr, "courier: %s: %s\n", option, error->text);
    if (error->column == 0 || error->column > FILTER_MAX)
        return;
    fputs("    ", stderr);
    for (const char *c = text; *c; c++)
        fputc(iscntrl((unsigned char)*c) ? ' ' : *c, stderr);
    fputs("\n    ", stderr);
    for (int i = 0; i < error->column - 1; i++)
        if (((unsigned char)text[i] & 0xc0) !=
            0x80) /* one that continues a character has no width */
            fputc(' ', stderr);
    fputs("^\n", stderr);
}
