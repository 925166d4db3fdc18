/* Where the lines of the latency table come from. */
#include <stdlib.h>
#include <string.h>
#include "emu/dash/latency_table.h"

/* The latency of one answered request that the filter lets through. */
struct sample {
    int line;
    uint64_t latency;
};

static struct latency_line *find(struct latency_table *t, const char *source, const char *dest,
                                 uint32_t type)
{
    for (int i = 0; i < t->lines; i++)
        if (t->line[i].type == type && strcmp(t->line[i].source, source) == 0 &&
            strcmp(t->line[i].dest, dest) == 0)
            return &t->line[i];
    if (t->lines == LATENCY_LINES)
        return NULL;
    struct latency_line *line = &t->line[t->lines++];
    *line = (struct latency_line){.type = type};
    strncpy(line->source, source, sizeof line->source - 1);
    strncpy(line->dest, dest, sizeof line->dest - 1);
    return line;
}

bool latency_table_is(const struct latency_line *line, const struct entry *e)
{
    bool reply = e->kind == ENTRY_REPLY;
    return (reply || e->kind == ENTRY_REQUEST) && (e->message.type & ~MSG_REPLY) == line->type &&
           strcmp(line->source, reply ? e->dest_name : e->source_name) == 0 &&
           strcmp(line->dest, reply ? e->source_name : e->dest_name) == 0;
}

/* ---- of the whole run ------------------------------------------------------------------------------- */

static void from_model(struct latency_table *t, const struct scene *s)
{
    const struct latencies *all = &s->model->latencies;
    for (size_t i = 0; i < all->rows; i++) {
        const struct latency_row *row = &all->row[i];
        struct latency_line *line = find(t, row->source, row->dest, row->type);
        const struct latency *l = t->host ? &row->host_ns : &row->insns;
        if (!line)
            continue;
        line->row = row;
        line->failed = row->failed;
        line->later = row->deferred;
        line->count = l->count;
        line->p50 = latency_percentile(l, 500);
        line->p90 = latency_percentile(l, 900);
        line->p99 = latency_percentile(l, 990);
        line->p999 = latency_percentile(l, 999);
        line->max = l->max;
    }
}

/* ---- of the messages that show --------------------------------------------------------------------------- */

static int by_line(const void *a, const void *b)
{
    const struct sample *one = a, *other = b;
    if (one->line != other->line)
        return one->line - other->line;
    return (one->latency > other->latency) - (one->latency < other->latency);
}

/* The samples of a line, in order, give its percentiles exactly. */
static void summarise(struct latency_line *line, const struct sample *sample, size_t count)
{
    line->count = count;
    line->p50 = sample[(count * 500 + 999) / 1000 - 1].latency;
    line->p90 = sample[(count * 900 + 999) / 1000 - 1].latency;
    line->p99 = sample[(count * 990 + 999) / 1000 - 1].latency;
    line->p999 = sample[(count * 999 + 999) / 1000 - 1].latency;
    line->max = sample[count - 1].latency;
}

/* Calls `add` for each answered request among the messages that show. */
static void each_answer(const struct view *v, const struct scene *s,
                        void (*add)(void *arg, const struct entry *e), void *arg)
{
    const struct stream *stream = &s->history->stream;
    for (uint64_t at = 0; (at = view_next(v, s, at, 1)) != 0;) {
        const struct entry *e = stream_entry(stream, at);
        /* The filter may let through the one or the other of request and reply: each call counts once. */
        const struct entry *reply =
            e->kind == ENTRY_REQUEST && e->partner ? stream_entry(stream, e->partner) : NULL;
        if (e->kind == ENTRY_REPLY) {
            const struct entry *request = stream_entry(stream, e->partner);
            if (!request || !view_shows(v, request))
                add(arg, e);
        } else if (reply) {
            add(arg, reply);
        }
    }
}

struct gathering {
    struct latency_table *table;
    struct sample *sample;
    size_t samples;
};

static void gather(void *arg, const struct entry *e)
{
    struct gathering *g = arg;
    struct latency_line *line =
        find(g->table, e->dest_name, e->source_name, e->message.type & ~MSG_REPLY);
    if (!line || g->samples >= STREAM_ENTRIES)
        return;
    line->failed += e->status < 0;
    line->later += e->deferred;
    if (!e->deferred)
        g->sample[g->samples++] = (struct sample){(int)(line - g->table->line), e->latency};
}

static void from_messages(struct latency_table *t, const struct view *v, const struct scene *s)
{
    struct gathering g = {t, malloc(STREAM_ENTRIES * sizeof *g.sample), 0};
    if (!g.sample)
        return; /* an empty table: there is nothing better to do without memory */
    each_answer(v, s, gather, &g);
    qsort(g.sample, g.samples, sizeof *g.sample, by_line);
    for (size_t i = 0, end; i < g.samples; i = end) {
        for (end = i; end < g.samples && g.sample[end].line == g.sample[i].line; end++)
            ;
        summarise(&t->line[g.sample[i].line], &g.sample[i], end - i);
    }
    free(g.sample);
}

/* ---- what is open -------------------------------------------------------------------------------------------- */

/* A percentile knows nothing of a call that never ends, so these have lines even where nothing was answered yet. */
static void add_open(struct latency_table *t, const struct scene *s)
{
    const struct world *w = &s->model->world; /* the table is of the whole run */
    for (unsigned i = 1; i < NSLOTS; i++) {
        const struct transaction *a = &w->process[i].asks;
        const char *source = world_name(w, a->client), *dest = world_name(w, a->server);
        if (!w->process[i].used || !a->id || !source || !dest)
            continue;
        struct latency_line *line = find(t, source, dest, a->request.type);
        uint64_t age = w->now > a->called ? w->now - a->called : 0;
        if (!line)
            continue;
        line->open++;
        line->oldest = age > line->oldest ? age : line->oldest;
    }
}

/* Among the messages that show it is those requests that show. */
static void add_open_messages(struct latency_table *t, const struct view *v, const struct scene *s)
{
    uint64_t now = s->model->world.now;
    for (uint64_t at = 0; (at = view_next(v, s, at, 1)) != 0;) {
        const struct entry *e = stream_entry(&s->history->stream, at);
        if (e->kind != ENTRY_REQUEST || e->fate != FATE_OPEN)
            continue;
        struct latency_line *line = find(t, e->source_name, e->dest_name, e->message.type);
        uint64_t age = now > e->asked ? now - e->asked : 0;
        if (!line)
            continue;
        line->open++;
        line->oldest = age > line->oldest ? age : line->oldest;
    }
}

static int by_name(const void *a, const void *b)
{
    const struct latency_line *one = a, *other = b;
    int order = strcmp(one->dest, other->dest);
    order = order ? order : strcmp(one->source, other->source);
    return order ? order : (one->type > other->type) - (one->type < other->type);
}

void latency_table_fill(struct latency_table *t, const struct view *v, const struct scene *s)
{
    t->lines = 0;
    t->partial = v->filter || v->range_to;
    t->host = v->by_host && !t->partial;
    if (t->partial) {
        from_messages(t, v, s);
        add_open_messages(t, v, s);
    } else {
        from_model(t, s);
        add_open(t, s);
    }
    qsort(t->line, (size_t)t->lines, sizeof *t->line, by_name);
}

/* ---- a line's distribution ---------------------------------------------------------------------------------------- */

struct spreading {
    const struct latency_line *line;
    struct latency *out;
};

static void spread(void *arg, const struct entry *e)
{
    struct spreading *p = arg;
    if (!e->deferred && latency_table_is(p->line, e))
        latency_add(p->out, e->latency);
}

void latency_table_histogram(const struct latency_table *t, const struct latency_line *line,
                             const struct view *v, const struct scene *s, struct latency *out)
{
    struct spreading p = {line, out};
    memset(out, 0, sizeof *out);
    if (t->partial)
        each_answer(v, s, spread, &p);
    else if (line->row)
        *out = t->host ? line->row->host_ns : line->row->insns;
}

/* ---- a line's slowest message --------------------------------------------------------------------------------------- */

struct slowest {
    const struct latency_line *line;
    const struct entry *reply;
};

/* What was answered at once comes before what was put off. */
static bool is_slower(const struct entry *e, const struct entry *than)
{
    if (!than || e->deferred != than->deferred)
        return !than || than->deferred;
    return e->latency > than->latency;
}

static void keep_slowest(void *arg, const struct entry *e)
{
    struct slowest *p = arg;
    if (latency_table_is(p->line, e) && is_slower(e, p->reply))
        p->reply = e;
}

uint64_t latency_table_slowest(const struct latency_table *t, const struct latency_line *line,
                               const struct view *v, const struct scene *s)
{
    struct slowest p = {line, NULL};
    const struct stream *stream = &s->history->stream;
    if (!t->partial && line->row && line->row->slowest)
        return line->row->slowest;
    each_answer(v, s, keep_slowest, &p);
    if (p.reply)
        return p.reply->event;
    for (uint64_t at = 0; line->open && (at = stream_next(stream, at, 1, false)) != 0;) {
        const struct entry *e = stream_entry(stream, at);
        if (e->kind == ENTRY_REQUEST && e->fate == FATE_OPEN && latency_table_is(line, e))
            return e->event;
    }
    return 0;
}
