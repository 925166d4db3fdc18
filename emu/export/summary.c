/* `courier trace summary`: what one wants to know of a run first, in at most 100 columns. */
#include <stdlib.h>
#include <string.h>
#include "emu/export/exporters.h"
#include "emu/export/summary.h"
#include "emu/export/text.h"
#include "emu/trace/names.h"
#include "emu/trace/probes.h"

#define COLUMNS    100
#define ROWS_SHORT 25 /* of a table, without --all */

static void put_counts(FILE *out, const uint64_t *n, size_t count)
{
    char text[32];
    for (size_t i = 0; i < count; i++)
        fprintf(out, " %9s", text_short(text, sizeof text, n[i]));
}

/* How many rows of a table are shown; if not all, a line says so. */
static size_t shown(const struct summary *s, size_t rows)
{
    return s->all || rows <= ROWS_SHORT ? rows : ROWS_SHORT;
}

static void put_rest(const struct summary *s, size_t rows)
{
    if (shown(s, rows) < rows)
        fprintf(s->out, "  and %zu more (--all)\n", rows - shown(s, rows));
}

static void put_run(const struct summary *s, const struct model *m, bool probed)
{
    char events[32], length[32], insns[32];
    const struct world *w = &m->world;
    fprintf(s->out, "%s: %s events\n", s->path, text_count(events, sizeof events, s->events));
    fprintf(s->out, "%s s of virtual time (%s instructions of %u ns)",
            text_time(length, sizeof length, w->now), text_count(insns, sizeof insns, w->now),
            INSN_NS);
    if (probed && w->now)
        fprintf(s->out, ", idle %.1f%%", 100.0 * (double)w->idle / (double)w->now);
    fputc('\n', s->out);
}

static void put_events(const struct summary *s)
{
    char count[32];
    unsigned column = 0;
    fputs("\nEvents\n", s->out);
    for (unsigned kind = 0; kind < EVENT_KINDS; kind++) {
        if (s->kinds[kind])
            fprintf(s->out, "  %-9s %12s%s", probes_kind_name((enum event_kind)kind),
                    text_count(count, sizeof count, s->kinds[kind]), ++column % 4 ? "" : "\n");
    }
    fputs(column % 4 ? "\n" : "", s->out);
}

/* ---- tables ----------------------------------------------------------------------------------- */

static int by_sent(const void *a, const void *b)
{
    const struct summary_type *x = a, *y = b;
    return (x->sent < y->sent) - (x->sent > y->sent);
}

static void put_types(struct summary *s)
{
    qsort(s->type, s->types, sizeof s->type[0], by_sent);
    fprintf(s->out, "\n%-26s %9s %9s %9s\n", "Messages by type", "sent", "replies", "errors");
    for (size_t i = 0; i < shown(s, s->types); i++) {
        const struct summary_type *row = &s->type[i];
        const char *name = names_type(row->type);
        char number[16];
        snprintf(number, sizeof number, "%#x", row->type);
        fprintf(s->out, "  %-24s", name ? name : number);
        put_counts(s->out, (const uint64_t[]){row->sent, row->replies, row->errors}, 3);
        fputc('\n', s->out);
    }
    put_rest(s, s->types);
}

static int by_self(const void *a, const void *b)
{
    const struct summary_process *x = a, *y = b;
    return (x->self < y->self) - (x->self > y->self);
}

static void put_processes(struct summary *s)
{
    qsort(s->process, s->processes, sizeof s->process[0], by_self);
    fprintf(s->out, "\n%-26s %9s %9s %9s %9s   (self, imposed: instructions)\n",
            "Processes by name", "self", "imposed", "in", "out");
    for (size_t i = 0; i < shown(s, s->processes); i++) {
        struct summary_process *row = &s->process[i];
        fprintf(s->out, "  %-24s", text_clean(row->name));
        put_counts(s->out, (const uint64_t[]){row->self, row->imposed, row->in, row->out}, 4);
        fputc('\n', s->out);
    }
    put_rest(s, s->processes);
}

static int by_sum(const void *a, const void *b)
{
    const struct latency_row *x = *(const struct latency_row *const *)a,
                             *y = *(const struct latency_row *const *)b;
    return (x->insns.sum < y->insns.sum) - (x->insns.sum > y->insns.sum);
}

static void put_latency(FILE *out, const struct latency_row *row)
{
    const struct latency *l = &row->insns;
    char source[NAME_BYTES], dest[NAME_BYTES], number[16];
    const char *type = names_type(row->type);
    snprintf(source, sizeof source, "%s", row->source);
    snprintf(dest, sizeof dest, "%s", row->dest);
    snprintf(number, sizeof number, "%#x", row->type);
    fprintf(out, "  %-10.10s %-6.6s %-16.16s", text_clean(source), text_clean(dest),
            type ? type : number);
    put_counts(out,
               (const uint64_t[]){l->count, latency_percentile(l, 500), latency_percentile(l, 900),
                                  latency_percentile(l, 990), latency_percentile(l, 999), l->max},
               6);
    fputc('\n', out);
}

static void put_latencies(const struct summary *s, const struct model *m)
{
    const struct latency_row *row[LATENCIES_ROWS];
    size_t rows = 0;
    for (size_t i = 0; i < m->latencies.rows; i++)
        if (m->latencies.row[i].insns.count)
            row[rows++] = &m->latencies.row[i];
    if (rows == 0) {
        fputs("\nLatencies: none\n", s->out);
        return;
    }
    qsort(row, rows, sizeof row[0], by_sum);
    fprintf(s->out, "\n%-36s %9s %9s %9s %9s %9s %9s\n", "Latencies, in instructions", "count",
            "p50", "p90", "p99", "p99.9", "max");
    for (size_t i = 0; i < shown(s, rows); i++)
        put_latency(s->out, row[i]);
    put_rest(s, rows);
}

static void put_outstanding(const struct summary *s, const struct model *m)
{
    char age[32], message[NAMES_MESSAGE_BYTES], client[32], server[32], pair[72];
    bool any = false;
    for (unsigned i = 1; i < NSLOTS; i++) {
        const struct transaction *t = &m->world.process[i].asks;
        if (t->id == 0)
            continue;
        if (!any)
            fputs("\nOutstanding at the end, with age in instructions\n", s->out);
        any = true;
        names_endpoint(client, sizeof client, t->client, world_name, &m->world);
        names_endpoint(server, sizeof server, t->server, world_name, &m->world);
        snprintf(pair, sizeof pair, "%s > %s", client, server);
        names_message(message, sizeof message, &t->request, world_name, &m->world);
        fprintf(s->out, "  %-20s %9s  %.48s  txn %llu\n", text_clean(pair),
                text_short(age, sizeof age, m->world.now - t->called), text_clean(message),
                (unsigned long long)t->id);
    }
    if (!any)
        fputs("\nOutstanding at the end: none\n", s->out);
}

/* ---- what went wrong ---------------------------------------------------------------------------- */

/* "  restarted after 12,345", or nothing if it has not come to that. */
static void put_step(FILE *out, const char *step, uint64_t time, uint64_t since)
{
    char text[32];
    if (time)
        fprintf(out, ", %s after %s", step, text_count(text, sizeof text, time - since));
    else
        fprintf(out, ", not %s", step);
}

static void put_episode(const struct summary *s, const struct model *m, const struct episode *e)
{
    char name[NAME_BYTES + 12], time[32], deed[EVENT_TEXT + 1], client[32];
    text_process(name, sizeof name, e->name, e->incarnation);
    snprintf(deed, sizeof deed, "%s", e->deed);
    fprintf(s->out, "  %s  %s: %s%s%s", text_time(time, sizeof time, e->fault), name,
            model_cause(e->cause), e->by_operator ? ", by the operator: " : "",
            e->by_operator ? text_clean(deed) : "");
    if (e->by_operator)
        put_step(s->out, "detected", e->detected, e->fault);
    put_step(s->out, "restarted", e->restarted, e->fault);
    put_step(s->out, "answering", e->replied, e->fault);
    fprintf(s->out, "\n              %u waited", e->blocked);
    for (unsigned i = 0; i < e->blocked && i < EPISODE_CLIENTS; i++) {
        names_endpoint(client, sizeof client, e->client[i], world_name, &m->world);
        fprintf(s->out, "%s%s", i ? ", " : ": ", text_clean(client));
    }
    fprintf(s->out, "; %u requests were delivered again\n", e->again);
}

static void put_episodes(const struct summary *s, const struct model *m)
{
    uint64_t count = m->episodes.count, first = count > EPISODES ? count - EPISODES + 1 : 1;
    if (count == 0) {
        fputs("\nDeaths of services: none\n", s->out);
        return;
    }
    fputs("\nDeaths of services, and recovery in instructions\n", s->out);
    if (!s->all && count - first >= ROWS_SHORT)
        first = count - ROWS_SHORT + 1;
    if (first > 1)
        fprintf(s->out, "  %llu before that (--all)\n", (unsigned long long)first - 1);
    for (uint64_t i = first; i <= count; i++) {
        const struct episode *e = episode_find(&m->episodes, i);
        if (e)
            put_episode(s, m, e);
    }
}

static void put_waits(struct summary *s, const struct model *m)
{
    uint64_t first = s->notes > SUMMARY_NOTES ? s->notes - SUMMARY_NOTES : 0;
    endpoint_t member[NSLOTS];
    char time[32], cycle[COLUMNS - 14];
    size_t count = waits_stall(&m->world, member);
    fprintf(s->out, "\nDeadlocks%s\n", s->notes || count ? "" : ": none");
    if (first > 0)
        fprintf(s->out, "  %llu before that\n", (unsigned long long)first);
    for (uint64_t i = first; i < s->notes; i++) {
        struct note *n = &s->note[i % SUMMARY_NOTES];
        fprintf(s->out, "  %s  %s\n", text_time(time, sizeof time, n->time), text_clean(n->text));
    }
    if (count)
        fprintf(s->out, "  at the end: %s\n",
                text_clean(waits_text(cycle, sizeof cycle, &m->world, member, count)));
}

static void put_trees(const struct summary *s)
{
    if (s->trees == 0)
        return;
    fputs("\nSlowest transactions, in instructions: outermost ones with an answer that was not put "
          "off\n",
          s->out);
    tree_heading(s->out);
    for (size_t i = 0; i < s->trees; i++)
        tree_print(s->out, &s->tree[i], s->walker.then.names, COLUMNS);
}

/* ---- the end ---------------------------------------------------------------------------------- */

static void on_finish(struct walker *self, const struct model *m)
{
    struct summary *s = (struct summary *)self;
    uint64_t probed = 0;
    for (unsigned kind = 0; kind < EVENT_PROBES; kind++)
        probed += s->kinds[kind];
    summary_count_all(s, m);
    put_run(s, m, probed > 0);
    put_events(s);
    if (s->events > 0 && probed == 0)
        return; /* of the rest nothing is known */
    put_types(s);
    put_processes(s);
    put_latencies(s, m);
    put_outstanding(s, m);
    put_episodes(s, m);
    put_waits(s, m);
    put_trees(s);
}

static void on_free(struct walker *self)
{
    free(self);
}

struct walker *summary_create(const struct export_options *options)
{
    struct summary *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    summary_gather(s);
    s->walker.finish = on_finish;
    s->walker.free = on_free;
    s->out = options->out;
    s->path = options->path;
    s->all = options->all;
    return &s->walker;
}
