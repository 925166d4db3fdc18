/*
 * The last few calls as text: a column for each process, time downwards, the newest call last.
 *
 *         A            B            C
 *    31   send ------->.            .        type 0x5ba1
 *    34   .            receive      .        from anyone: gets A's message
 *
 * A line is a call, with the number of the crossing at which it entered the kernel; to its right, what came of it, with that of
 * its return. Columns are for those who call; whoever has none is named at the right.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/trace/names.h"
#include "grader/engine/ladder.h"

#define LINES  14 /* calls that are shown */
#define MOST   8  /* columns */
#define FEW    6  /* of which so many may be wide */
#define WIDE   12 /* characters */
#define NARROW 9

struct columns {
    const struct actor *who[MOST];
    unsigned count;
    int width;
};

static int column_of(const struct columns *c, const struct actor *a)
{
    for (unsigned i = 0; i < c->count; i++)
        if (c->who[i] == a)
            return (int)i;
    return -1;
}

/* Columns stand in the order in which the actors came. */
static int by_age(const void *a, const void *b)
{
    const struct actor *const *x = a, *const *y = b;
    return (*x > *y) - (*x < *y);
}

static void add_column(struct columns *c, const struct actor *a)
{
    if (a && c->count < MOST && column_of(c, a) < 0)
        c->who[c->count++] = a;
}

static const char *verb(const struct record *r)
{
    static const char *const verbs[] = {[IPC_SEND] = "send",
                                        [IPC_RECEIVE] = "receive",
                                        [IPC_SENDREC] = "sendrec",
                                        [IPC_NOTIFY] = "notify",
                                        [IPC_REPLYREC] = "replyrec"};
    const char *name = names_call((uint32_t)r->call.number);
    if (r->ipc)
        return verbs[r->call.number & IPC_CALL_MASK];
    return name ? name : r->call.number == NO_CALL ? "X" : "call";
}

/* An arrow between two columns, on a line that has blanks there. */
static void arrow(char *line, int width, int from, int to, int label)
{
    int left = from < to ? from * width + label + 1 : to * width + 1;
    int right = from < to ? to * width - 1 : from * width - 2;
    for (int i = left; i <= right; i++)
        line[i] = '-';
    if (left <= right)
        line[from < to ? right : left] = from < to ? '>' : '<';
}

static bool goes_to(const struct record *r)
{
    return r->target && (r->offers || !r->listens);
}

static void picture(FILE *out, const struct columns *c, const struct record *r)
{
    char line[MOST * WIDE];
    int from = column_of(c, r->caller), to = r->target ? column_of(c, r->target) : -1;
    int length = (int)strnlen(verb(r), (size_t)c->width - 1);
    memset(line, ' ', sizeof line);
    for (unsigned i = 0; i < c->count; i++)
        line[(int)i * c->width] = '.';
    if (from >= 0 && to >= 0 && from != to && goes_to(r))
        arrow(line, c->width, from, to, length);
    if (from >= 0)
        memcpy(line + from * c->width, verb(r), (size_t)length);
    fprintf(out, "%6llu  %.*s", (unsigned long long)r->call.entered, (int)c->count * c->width,
            line);
}

/* Caller and target, as far as the picture cannot show them. */
static void missing(FILE *out, const struct columns *c, const struct record *r)
{
    bool unseen = column_of(c, r->caller) < 0;
    if (unseen)
        fprintf(out, "%s's %s", r->caller->name, verb(r));
    if (goes_to(r) && (unseen || column_of(c, r->target) < 0))
        fprintf(out, "%sto %s: ", unseen ? " " : "", r->target->name);
    else if (unseen)
        fputs(": ", out);
}

static bool is_shown(const struct play *p, const struct record *r)
{
    return r->caller != p->director && r->caller->endpoint != EP_RS;
}

/* The first of the last LINES records that are shown. */
static size_t first_shown(const struct play *p)
{
    size_t first = p->nrecords;
    for (unsigned n = 0; first > 0 && n < LINES;)
        n += is_shown(p, p->records[--first]);
    return first;
}

/* Whoever has a line comes before those who are only sent to, and the last before the others. */
static void choose_columns(struct columns *c, const struct play *p, size_t first)
{
    for (size_t i = p->nrecords; i-- > first;)
        if (is_shown(p, p->records[i]))
            add_column(c, p->records[i]->caller);
    for (size_t i = p->nrecords; i-- > first;)
        if (is_shown(p, p->records[i]))
            add_column(c, p->records[i]->target);
    qsort(c->who, c->count, sizeof *c->who, by_age);
    c->width = c->count > FEW ? NARROW : WIDE;
}

char *ladder(const struct play *p)
{
    struct columns c = {.count = 0};
    char *text = NULL;
    size_t size = 0, first = first_shown(p);
    FILE *out = first < p->nrecords ? open_memstream(&text, &size) : NULL;
    if (!out)
        return NULL;
    choose_columns(&c, p, first);
    fprintf(out, "%8s", "");
    for (unsigned i = 0; i < c.count; i++)
        fprintf(out, "%-*.*s", i + 1 < c.count ? c.width : 0, c.width - 1, c.who[i]->name);
    fputc('\n', out);
    for (size_t i = first; i < p->nrecords; i++)
        if (is_shown(p, p->records[i])) {
            picture(out, &c, p->records[i]);
            missing(out, &c, p->records[i]);
            ladder_text(out, p->records[i]);
            fputc('\n', out);
        }
    fclose(out);
    return text;
}
