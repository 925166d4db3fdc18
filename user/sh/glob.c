/*
 * Names of files that match a pattern: * any characters, ? one, [a-z] one of these, [!a-z] none of
 * these; a backslash makes the next character plain. A dot at the beginning matches only a dot.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

static char path[PATH_MAX]; /* what has been matched so far */

bool has_wildcard(const char *pattern)
{
    for (; *pattern; pattern++) {
        if (*pattern == '\\' && pattern[1])
            pattern++;
        else if (strchr("*?[", *pattern))
            return true;
    }
    return false;
}

char *without_escapes(const char *pattern)
{
    char *plain = arena_alloc(strlen(pattern) + 1), *to = plain;
    for (; *pattern; pattern++) {
        if (*pattern == '\\' && pattern[1])
            pattern++;
        *to++ = *pattern;
    }
    return plain;
}

static char plain(const char **p)
{
    if (**p == '\\' && (*p)[1])
        ++*p;
    return *(*p)++;
}

/* One character against the element at *pattern, which is moved behind it. */
static bool match_one(const char **pattern, char c)
{
    const char *p = *pattern;
    if (*p == '?') {
        ++*pattern;
        return true;
    }
    const char *end = *p == '[' ? strchr(p + 1 + (p[1] == '!' || p[1] == ']'), ']') : NULL;
    if (!end) { /* a character, or a [ that is not closed: itself */
        return plain(pattern) == c;
    }
    bool negated = p[1] == '!', found = false;
    for (p += 1 + negated; p < end;) {
        char first = plain(&p), last = first;
        if (*p == '-' && p + 1 < end) {
            p++;
            last = plain(&p);
        }
        found |= first <= c && c <= last;
    }
    *pattern = end + 1;
    return found != negated;
}

/* After a mismatch the last * takes one character more; those before it never need to change. */
static bool match(const char *pattern, const char *name)
{
    const char *star = NULL, *retry = NULL;
    if (*name == '.' && *pattern != '.')
        return false;
    while (*name) {
        if (*pattern == '*') {
            star = ++pattern;
            retry = name;
        } else if (*pattern && match_one(&pattern, *name)) {
            name++;
        } else if (star) {
            pattern = star;
            name = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

static void walk(size_t length, const char *pattern, struct fields *out);

/* Adds one component to the path and goes on behind it; false if it does not fit. */
static void descend(size_t length, const char *name, const char *rest, struct fields *out)
{
    size_t n = strlen(name);
    if (length + n + 1 < sizeof path) {
        strcpy(path + length, name);
        walk(length + n, rest, out);
        path[length] = '\0';
    }
}

/* The rest of the pattern below path[0, length), which ends in a slash, or is empty, or is whole.
 */
static void walk(size_t length, const char *pattern, struct fields *out)
{
    while (*pattern == '/' && length + 1 < sizeof path) {
        path[length++] = *pattern++;
        path[length] = '\0';
    }
    if (!*pattern) {
        if (access(path, F_OK) == 0)
            add_field(out, arena_copy(path, length));
        return;
    }
    size_t n = strcspn(pattern, "/");
    const char *component = arena_copy(pattern, n);
    if (!has_wildcard(component)) {
        descend(length, without_escapes(component), pattern + n, out);
        return;
    }
    struct dirent **list;
    int count = scandir(length ? path : ".", &list, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (match(component, list[i]->d_name))
            descend(length, list[i]->d_name, pattern + n, out);
        free(list[i]);
    }
    if (count >= 0)
        free(list);
}

bool glob(const char *pattern, struct fields *out)
{
    size_t before = out->count;
    path[0] = '\0';
    walk(0, pattern, out);
    return out->count > before;
}
