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

/* From `first` to the end; has_gap: calls between the first and the second are left out. */
struct lines {
    const struct record *line[LINES];
    unsigned first;
    bool has_gap;
};

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
    if (r->call.number > IPC_CALL_MASK)
        return r->call.number == NO_CALL ? "X" : "call";
    return name ? name : "call";
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

/* ---- which lines ------------------------------------------------------------------------------------------- */

/* The first call of one of the case's own actors. */
static uint64_t begin_of(const struct play *p)
{
    for (size_t i = 0; i < p->nrecords; i++) {
        const struct actor *a = p->records[i]->caller;
        if (a != p->director && a != p->module && a->endpoint != EP_RS)
            return p->records[i]->call.entered;
    }
    return 0;
}

/* Not how the stage was set, by the director and in the module's first calls; but when the director ends the module, and starts it anew. */
static bool is_shown(const struct play *p, const struct record *r)
{
    if (r->caller->is_module && r->call.returned && r->call.returned < begin_of(p))
        return false;
    const struct actor *m = p->module;
    if (r->caller == p->director && m && m->nrecords > 0)
        return (r->call.number == K_KILL || r->call.number == K_EXEC) &&
               r->call.sent.source == m->endpoint && r->call.entered > m->records[0]->call.entered;
    return r->caller != p->director && r->caller->endpoint != EP_RS;
}

/* The call that broke the rule, if it is one that is shown. */
static const struct record *culprit(const struct play *p)
{
    for (size_t i = p->nrecords; p->event && i-- > 0;)
        if (p->records[i]->call.entered == p->event || p->records[i]->call.returned == p->event)
            return is_shown(p, p->records[i]) ? p->records[i] : NULL;
    return NULL;
}

/* The last LINES calls: up to the one that broke the rule, if that has returned; one that waits for ever needs those after it. */
static void choose_lines(struct lines *l, const struct play *p)
{
    const struct record *broke = culprit(p);
    uint64_t end = broke && broke->call.returned ? p->event : UINT64_MAX;
    unsigned first = LINES;
    bool has_it = !broke;
    for (size_t i = p->nrecords; i-- > 0 && first > 0;)
        if (is_shown(p, p->records[i]) && p->records[i]->call.entered <= end) {
            l->line[--first] = p->records[i];
            has_it |= p->records[i] == broke;
        }
    l->first = first;
    if (!has_it)
        l->line[first] = broke;
    l->has_gap = !has_it;
}

/* Whoever has a line comes before those who are only sent to, and the last before the others. */
static void choose_columns(struct columns *c, const struct lines *l)
{
    for (unsigned i = LINES; i-- > l->first;)
        add_column(c, l->line[i]->caller);
    for (unsigned i = LINES; i-- > l->first;)
        add_column(c, l->line[i]->target);
    qsort(c->who, c->count, sizeof *c->who, by_age);
    c->width = c->count > FEW ? NARROW : WIDE;
}

char *ladder(const struct play *p)
{
    struct columns c = {.count = 0};
    struct lines l;
    char *text = NULL;
    size_t size = 0;
    choose_lines(&l, p);
    FILE *out = l.first < LINES ? open_memstream(&text, &size) : NULL;
    if (!out)
        return NULL;
    choose_columns(&c, &l);
    fprintf(out, "%8s", "");
    for (unsigned i = 0; i < c.count; i++)
        fprintf(out, "%-*.*s", i + 1 < c.count ? c.width : 0, c.width - 1, c.who[i]->name);
    fputc('\n', out);
    for (unsigned i = l.first; i < LINES; i++) {
        picture(out, &c, l.line[i]);
        missing(out, &c, l.line[i]);
        ladder_text(out, l.line[i]);
        fputs(i == l.first && l.has_gap ? "\n     :\n" : "\n", out);
    }
    fclose(out);
    return text;
}
