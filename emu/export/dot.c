/* The wait-for graph for Graphviz, as it is at the end of the trace, after an event, or at a time. */
#include <stdlib.h>
#include <string.h>
#include "emu/export/exporters.h"
#include "emu/export/text.h"
#include "emu/trace/names.h"

struct dot {
    struct walker walker;
    const struct export_options *options;
    struct world world; /* as it was at the place that is wanted */
    bool reached;
    uint64_t last; /* number of the last event up to there */
    struct wait_edge edge[WAITS_MAX];
    size_t edges;
};

/* A string in quotes may hold anything but these two. */
static char *harmless(char *text)
{
    for (char *c = text_clean(text); *c; c++)
        if (*c == '"' || *c == '\\')
            *c = '\'';
    return text;
}

static void name_of(const struct world *w, endpoint_t ep, char *out, size_t size)
{
    const struct world_process *p = world_find(w, ep);
    char name[NAME_BYTES + 4];
    names_endpoint(name, sizeof name, ep, world_name, w);
    text_process(out, size, name, p ? p->incarnation : 0);
    harmless(out);
}

/* What somebody waits for, in words: "reply to FS_READ", "to send", ... */
static void reason(const struct world *w, const struct wait_edge *e, char *out, size_t size)
{
    static const char *const text[] = {[WAIT_SENDING] = "sends",
                                       [WAIT_RECEIVING] = "listens to",
                                       [WAIT_REPLY] = "waits for the reply",
                                       [WAIT_OWES] = "owes a reply"};
    const struct transaction *t = world_transaction(w, e->transaction);
    const char *type = t ? names_type(t->request.type) : NULL;
    snprintf(out, size, "%s%s%s", text[e->kind], type ? "\\n" : "", type ? type : "");
}

static void put_node(const struct dot *d, endpoint_t ep)
{
    const struct world_process *p = world_find(&d->world, ep);
    char name[40];
    name_of(&d->world, ep, name, sizeof name);
    fprintf(d->options->out, "    n%u [label=\"%s\"%s];\n", ep, name,
            p && world_is_dead(p) ? ", style=dotted" : "");
}

/* Every process that an edge names, once. */
static void put_nodes(const struct dot *d)
{
    for (size_t i = 0; i < d->edges; i++) {
        const endpoint_t end[] = {d->edge[i].from, d->edge[i].to};
        for (size_t k = 0; k < 2; k++) {
            bool first = k == 0 || end[1] != end[0];
            for (size_t before = 0; before < i && first; before++)
                first = d->edge[before].from != end[k] && d->edge[before].to != end[k];
            if (first)
                put_node(d, end[k]);
        }
    }
}

static void put_edge(const struct dot *d, const struct wait_edge *e)
{
    char why[64], age[32];
    uint64_t waited = d->world.now - e->since;
    reason(&d->world, e, why, sizeof why);
    fprintf(d->options->out, "    n%u -> n%u [label=\"%s\\n%s insns\"%s];\n", e->from, e->to, why,
            text_count(age, sizeof age, waited),
            e->stalled             ? ", style=bold, color=red"
            : e->kind == WAIT_OWES ? ", style=dashed"
                                   : "");
}

static void put_graph(struct dot *d)
{
    FILE *out = d->options->out;
    endpoint_t member[NSLOTS];
    char at[32], cycle[400] = "";
    size_t count = waits_stall(&d->world, member);
    d->edges = waits_edges(&d->world, d->edge);
    if (count)
        waits_text(cycle, sizeof cycle, &d->world, member, count);
    fprintf(out, "digraph waits {\n    node [shape=box, fontname=\"sans-serif\"];\n");
    fprintf(out, "    label=\"who waits for whom at %s s (event %llu)%s%s\";\n",
            text_time(at, sizeof at, d->world.now), (unsigned long long)d->last,
            count      ? "\\ndeadlock: "
            : d->edges ? ""
                       : "\\nnobody waits",
            harmless(cycle));
    put_nodes(d);
    for (size_t i = 0; i < d->edges; i++)
        put_edge(d, &d->edge[i]);
    fputs("}\n", out);
}

/* The first event behind the place: the world is still as it was there. */
static void on_before(struct walker *self, const struct model *m, const struct event *e)
{
    struct dot *d = (struct dot *)self;
    const struct export_options *o = d->options;
    bool behind = o->at == AT_EVENT ? e->number > o->place : e->time > o->place;
    if (o->at != AT_END && behind) {
        d->world = m->world;
        d->reached = self->stop = true;
        if (o->at == AT_TIME)
            world_pass(&d->world, o->place);
    } else {
        d->last = e->number;
    }
}

static void on_finish(struct walker *self, const struct model *m)
{
    struct dot *d = (struct dot *)self;
    const struct export_options *o = d->options;
    char end[32];
    if (!d->reached)
        d->world = m->world;
    text_time(end, sizeof end, m->world.now);
    if (!d->reached && o->at == AT_EVENT && d->last < o->place)
        snprintf(self->why, sizeof self->why, "%.60s: --at: it has %llu events", o->path,
                 (unsigned long long)d->last);
    else if (!d->reached && o->at == AT_TIME && m->world.now < o->place)
        snprintf(self->why, sizeof self->why, "%.60s: --at: it ends at %s s", o->path, end);
    else
        put_graph(d);
}

static void on_free(struct walker *self)
{
    free(self);
}

struct walker *dot_create(const struct export_options *options)
{
    struct dot *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->walker = (struct walker){.before = on_before, .finish = on_finish, .free = on_free};
    d->options = options;
    return &d->walker;
}
