/* One pass over the lines, with a stack of the holes that the line is in. */
#include "grader/take/marker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 8

struct hole {
    bool own;  /* one of the student's lab */
    bool stub; /* behind its `else` */
    unsigned line;
};

struct pass {
    const char *lab;
    struct hole hole[DEPTH];
    unsigned depth, line, holes;
    bool gap; /* a marker stood between the last line that was kept and this one */
    char *out;
    size_t size;
    const char *error;
};

static bool is_word(const char *at, const char *end, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(end - at) == n && memcmp(at, word, n) == 0;
}

/* Is the lab one of the names? */
static bool names(const char *at, const char *end, const char *lab)
{
    while (at < end) {
        const char *stop = at;
        while (stop < end && *stop != ' ')
            stop++;
        if (is_word(at, stop, lab))
            return true;
        at = stop < end ? stop + 1 : end;
    }
    return false;
}

static void marker(struct pass *p, const char *at, const char *end)
{
    while (end > at && (end[-1] == ' ' || end[-1] == '\r'))
        end--;
    if (is_word(at, end, "end") || is_word(at, end, "else")) {
        if (p->depth == 0 || (*at == 'e' && at[1] == 'l' && p->hole[p->depth - 1].stub))
            p->error = "no hole is open here";
        else if (at[1] == 'n')
            p->depth--;
        else
            p->hole[p->depth - 1].stub = true;
    } else if (at == end) {
        p->error = "a hole without a lab's name";
    } else if (p->depth == DEPTH) {
        p->error = "too many holes inside each other";
    } else {
        bool own = names(at, end, p->lab);
        p->holes += own;
        p->hole[p->depth++] = (struct hole){.own = own, .line = p->line};
    }
}

/* Where a hole leaves nothing, of the blank lines around it one is enough. */
static bool superfluous(const struct pass *p, const char *from)
{
    return p->gap && *from == '\n' && p->size >= 2 && !memcmp(p->out + p->size - 2, "\n\n", 2);
}

static void keep(struct pass *p, const char *from, const char *to)
{
    if (superfluous(p, from))
        return;
    p->gap = false;
    memcpy(p->out + p->size, from, (size_t)(to - from));
    p->size += (size_t)(to - from);
}

/* Is a line in all holes around it what these students get? The innermost one's stub is asked about apart. */
static bool shown(const struct pass *p, bool stub)
{
    for (unsigned i = 0; i < p->depth; i++) {
        bool last = i + 1 == p->depth;
        if (p->hole[i].own != p->hole[i].stub || (last && p->hole[i].stub != stub))
            return false;
    }
    return true;
}

/* `next` is where the line after it begins. */
static void line(struct pass *p, const char *start, const char *end, const char *next)
{
    static const char mark[] = "//LAB", stub[] = "//|";
    const char *at = start;

    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    if (end - at >= 5 && !memcmp(at, mark, 5) && (at + 5 == end || at[5] == ' ' || at[5] == '\r')) {
        p->gap = true;
        marker(p, at + 5 + (at + 5 < end && at[5] == ' '), end);
        return;
    }
    if (p->depth == 0 || !p->hole[p->depth - 1].stub) {
        if (shown(p, false))
            keep(p, start, next);
        return;
    }
    if (end - at < 3 || memcmp(at, stub, 3) != 0) {
        p->error = "a stub's line does not begin with //|";
        return;
    }
    if (!shown(p, true))
        return;
    const char *text = at + 3 + (at + 3 < end && at[3] == ' ');
    if (text < end)
        keep(p, start, at);
    keep(p, text, next);
}

char *marker_strip(const char *text, size_t bytes, const char *lab, size_t *size, unsigned *holes,
                   char *why, size_t why_size)
{
    struct pass p = {.lab = lab, .out = malloc(bytes + 1)};
    const char *at = text, *end = text + bytes;

    if (!p.out)
        p.error = "no memory";
    while (at < end && !p.error) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *next = newline ? newline + 1 : end;
        p.line++;
        line(&p, at, newline ? newline : end, next);
        at = next;
    }
    if (!p.error && p.depth > 0) {
        p.error = "this hole has no end";
        p.line = p.hole[p.depth - 1].line;
    }
    if (p.error) {
        snprintf(why, why_size, "line %u: %s", p.line, p.error);
        free(p.out);
        return NULL;
    }
    p.out[p.size] = '\0';
    *size = p.size;
    if (holes)
        *holes = p.holes;
    return p.out;
}
