/*
 * The last few calls as text: a column for each process, time downwards, the newest call last.
 *
 *         A            B            C
 *    31   send ------->.            .        type 0x5ba1
 *    34   .            receive      .        from anyone: gets A's message
 *
 * A line is a call, with the number of the crossing at which it entered the kernel; to its right, what came of it, with that of
 * its return.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <courier/errno.h>
#include "emu/trace/names.h"
#include "grader/engine/play.h"

#define LINES  14 /* calls that are shown */
#define COLUMN 12
#define MOST   6 /* columns */

struct columns {
    const struct actor *who[MOST];
    unsigned count;
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
    return r->ipc ? verbs[r->call.number & IPC_CALL_MASK] : name ? name : "call";
}

/* An arrow between two columns, on a line that has blanks there. */
static void arrow(char *line, int from, int to, size_t label)
{
    int left = from < to ? from * COLUMN + (int)label + 1 : to * COLUMN + 1;
    int right = from < to ? to * COLUMN - 1 : from * COLUMN - 2;
    for (int i = left; i <= right; i++)
        line[i] = '-';
    if (left <= right)
        line[from < to ? right : left] = from < to ? '>' : '<';
}

static void picture(FILE *out, const struct columns *c, const struct record *r)
{
    char line[MOST * COLUMN + 32];
    int from = column_of(c, r->caller), to = r->target ? column_of(c, r->target) : -1;
    const char *label = verb(r);
    memset(line, ' ', sizeof line);
    for (unsigned i = 0; i < c->count; i++)
        line[i * COLUMN] = '.';
    size_t length = strlen(label);
    if (from >= 0 && to >= 0 && from != to && (r->offers || !r->listens))
        arrow(line, from, to, length);
    if (from >= 0)
        memcpy(line + from * COLUMN, label, length);
    fprintf(out, "%6llu  %.*s", (unsigned long long)r->call.entered, (int)(c->count * COLUMN),
            line);
}

static const char *source_name(const struct record *r)
{
    const struct actor *from = actor_of_endpoint(r->caller->play, r->call.got.source);
    return from ? from->name : "nobody that there is";
}

static void outcome(FILE *out, const struct record *r)
{
    char status[32];
    if (r->ipc && r->listens && !r->offers)
        fprintf(out, "from %s",
                r->filter == EP_ANY      ? "anyone"
                : r->filter == EP_KERNEL ? "the kernel"
                : r->target              ? r->target->name
                                         : "nobody");
    if (r->ipc && r->offers)
        fprintf(out, "type 0x%x", (unsigned)r->call.sent.type);
    if (!r->call.returned)
        fprintf(out, "; has not returned");
    else if (r->call.status != 0)
        fprintf(out, "; %llu: %s", (unsigned long long)r->call.returned,
                names_status(status, sizeof status, r->call.status));
    else if (r->call.from)
        fprintf(out, "; %llu: has %s's message 0x%x", (unsigned long long)r->call.returned,
                r->call.from->caller->name, (unsigned)r->call.got.type);
    else if (r->ipc && r->listens && r->call.got.type == MSG_NOTIFY)
        fprintf(out, "; %llu: has a notification", (unsigned long long)r->call.returned);
    else if (r->ipc && r->listens)
        fprintf(out, "; %llu: has a message 0x%x of %s", (unsigned long long)r->call.returned,
                (unsigned)r->call.got.type, source_name(r));
    else
        fprintf(out, "; %llu: 0", (unsigned long long)r->call.returned);
    fputc('\n', out);
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

char *ladder(const struct play *p)
{
    struct columns c = {.count = 0};
    char *text = NULL;
    size_t size = 0, first = first_shown(p);
    FILE *out = first < p->nrecords ? open_memstream(&text, &size) : NULL;
    if (!out)
        return NULL;
    for (size_t i = p->nrecords; i-- > first;)
        if (is_shown(p, p->records[i])) {
            add_column(&c, p->records[i]->caller);
            add_column(&c, p->records[i]->target);
        }
    qsort(c.who, c.count, sizeof *c.who, by_age);
    fprintf(out, "%8s", "");
    for (unsigned i = 0; i < c.count; i++)
        fprintf(out, "%-*.*s", COLUMN, COLUMN - 1, c.who[i]->name);
    fputc('\n', out);
    for (size_t i = first; i < p->nrecords; i++)
        if (is_shown(p, p->records[i])) {
            picture(out, &c, p->records[i]);
            outcome(out, p->records[i]);
        }
    fclose(out);
    return text;
}
