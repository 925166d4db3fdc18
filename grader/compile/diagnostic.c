/* See diagnostic.h. A path is recognised by its form alone, so that none is shown that nobody thought of. */
#include "grader/compile/diagnostic.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/clean.h"

static bool in_path(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("/._+-~@,", c));
}

/* The length of an absolute path of two components or more that begins here, else 0. */
static size_t path_length(const char *at)
{
    size_t n = 0;
    unsigned slashes = 0;

    if (at[0] != '/' || !(isalnum((unsigned char)at[1]) || at[1] == '.' || at[1] == '_'))
        return 0;
    for (; in_path(at[n]); n++)
        slashes += at[n] == '/';
    return slashes > 1 ? n : 0;
}

/* Copies a text of at most `bytes` bytes; what comes out is no longer. */
static void without_paths(const char *from, size_t bytes, char *to)
{
    const char *end = from + bytes;
    bool word = false; /* inside one: a/b is no absolute path */

    while (from < end) {
        size_t n = word ? 0 : path_length(from);
        if (n > (size_t)(end - from))
            n = (size_t)(end - from);
        size_t last = n;
        while (last > 0 && from[last - 1] != '/')
            last--;
        from += last; /* 0 if there is no path here */
        for (size_t i = last; i < n; i++)
            *to++ = *from++;
        if (n == 0) {
            word = in_path(*from);
            *to++ = *from++;
        }
    }
    *to = '\0';
}

/* The bytes of the lines that are shown. */
static size_t beginning(const char *text)
{
    size_t n = 0;
    for (unsigned lines = 0; text[n] && lines < DIAGNOSTIC_LINES; lines++) {
        size_t line = strcspn(text + n, "\n");
        if (n + line > DIAGNOSTIC_BYTES)
            return lines > 0 ? n : DIAGNOSTIC_BYTES;
        n += line + (text[n + line] == '\n');
    }
    return n;
}

char *diagnostic_trim(const char *text, const char *note)
{
    static const char more[] = "(there is more)\n";
    size_t shown = beginning(text), room = shown + (note ? strlen(note) + 1 : 0) + sizeof more + 1;
    char *raw = malloc(room), *at = raw;

    if (!raw)
        return NULL;
    if (note)
        at += sprintf(at, "%s\n", note);
    without_paths(text, shown, at);
    at += strlen(at);
    if (text[shown])
        sprintf(at, "%s%s", at > raw && at[-1] == '\n' ? "" : "\n", more);
    char *clean = clean_text(raw);
    free(raw);
    return clean;
}
