/* The window is a ring of items, a message or an event each; of each client one knows where its open request stands. */
#include <stdlib.h>
#include <string.h>
#include "emu/export/walk.h"
#include "emu/export/walk_source.h"
#include "emu/options.h"

#define PATIENCE 4096 /* events between two questions whether to go on */

#define LIVES                                                                                      \
    (EVENT_BIT(EVENT_SPAWN) | EVENT_BIT(EVENT_EXEC) | EVENT_BIT(EVENT_EXIT) |                      \
     EVENT_BIT(EVENT_CRASH) | EVENT_BIT(EVENT_RESTART) | EVENT_BIT(EVENT_CONSOLE) |                \
     EVENT_BIT(EVENT_OPERATOR))

struct item {
    bool is_life;
    uint64_t ended;
    union {
        struct entry entry;
        struct event event;
    };
};

/* What became of a request that had left the window before. */
struct late {
    uint64_t place; /* of its item */
    struct transaction transaction;
};

struct walk {
    struct world_sink changes; /* in front of the model's */
    struct world_sink *next;
    struct model *model;
    struct walker *walker;
    struct filter *filter;
    uint64_t seen;          /* number of the last entry that was taken from the history */
    uint64_t first, behind; /* of the window's items, counted from the beginning of the trace */
    struct {
        uint64_t place; /* its last request's item + 1 */
        uint64_t transaction;
    } open[NSLOTS]; /* by client */
    struct walk_source source;
    bool any;    /* event was there, ... */
    bool probed; /* ... and one of the kernel's probes */
    bool scouts; /* it goes ahead to find out about late ends, and hands nothing on */
    bool looked; /* somebody has */
    struct late *late;
    size_t lates;
    struct past_names names;
    struct item window[WALK_WINDOW];
};

static struct item *item_at(struct walk *w, uint64_t place)
{
    return &w->window[place % WALK_WINDOW];
}

/* ---- out of the window ------------------------------------------------------------------------ */

static void hand_on(struct walk *w, const struct item *i)
{
    struct walker *to = w->walker;
    to->then.event = i->is_life ? i->event.number : i->entry.event;
    if (i->is_life && !w->filter && to->life)
        to->life(to, w->model, &i->event);
    else if (!i->is_life && to->message && filter_shows(w->filter, &i->entry)) {
        to->messages += i->entry.kind != ENTRY_NOTE;
        to->message(to, w->model, &i->entry, i->ended);
    }
}

/* The request in the item learns what became of it. */
static void settle(struct item *i, const struct transaction *t)
{
    i->ended = t->ended;
    i->entry.fate = t->fate;
    i->entry.status = t->status;
    if (t->fate != FATE_ANSWERED)
        return;
    i->entry.latency = t->ended - t->called;
    i->entry.self = t->self;
    i->entry.inside = t->inside;
    i->entry.deferred = t->deferred;
}

static bool is_settled(const struct item *i)
{
    return i->is_life || i->entry.kind != ENTRY_REQUEST || i->entry.fate != FATE_OPEN;
}

/* Hands on what is settled; with `all`, everything. */
static void drain(struct walk *w, bool all)
{
    while (w->first < w->behind && !w->walker->stop) {
        const struct item *i = item_at(w, w->first);
        if (!all && !is_settled(i))
            break;
        hand_on(w, i);
        w->first++;
    }
}

/* ---- out of the window too early -------------------------------------------------------------- */

static void look_ahead(struct walk *w);

static void remember(struct walk *w, uint64_t place, const struct transaction *t)
{
    struct late *more = realloc(w->late, (w->lates + 1) * sizeof *more);
    if (!more)
        return; /* the request will be shown as open */
    w->late = more;
    more[w->lates++] = (struct late){place, *t};
}

/* A request without an end has to go. If it has one, it is far behind in the file. */
static void push_out(struct walk *w)
{
    struct item *i = item_at(w, w->first);
    if (!is_settled(i) && !w->looked && !w->scouts)
        look_ahead(w);
    for (size_t n = 0; n < w->lates && !w->scouts && !is_settled(i); n++)
        if (w->late[n].place == w->first)
            settle(i, &w->late[n].transaction);
    hand_on(w, i);
    w->first++;
}

/* ---- into the window -------------------------------------------------------------------------- */

static struct item *push(struct walk *w)
{
    if (w->behind - w->first == WALK_WINDOW)
        push_out(w);
    struct item *i = item_at(w, w->behind++);
    i->ended = 0;
    return i;
}

static void push_entry(struct walk *w, const struct entry *e)
{
    struct item *i = push(w);
    i->is_life = false;
    i->entry = *e;
    if (e->kind == ENTRY_REQUEST) {
        w->open[EP_SLOT(e->source) % NSLOTS].place = w->behind;
        w->open[EP_SLOT(e->source) % NSLOTS].transaction = e->transaction;
    }
    w->walker->then.event = e->event;
    if (w->walker->sent)
        w->walker->sent(w->walker, w->model, e);
}

/* What the history has that was not taken yet: this event's message, notes. */
static void take_entries(struct walk *w)
{
    const struct stream *s = &w->model->history->stream;
    while (w->seen < s->entries) {
        const struct entry *e = stream_entry(s, ++w->seen);
        if (e)
            push_entry(w, e);
    }
}

static void on_message(struct world_sink *self, const struct world *world, const struct event *e,
                       const struct transaction *t)
{
    struct walk *w = (struct walk *)self;
    take_entries(w);
    w->next->message(w->next, world, e, t);
}

static void on_failed(struct world_sink *self, const struct world *world, const struct event *e)
{
    struct walk *w = (struct walk *)self;
    take_entries(w);
    w->next->failed(w->next, world, e);
}

/* What the server asked meanwhile is inside t, as only this answer shows; the history knows it already. */
static void adopt(struct walk *w, uint64_t from, const struct transaction *t)
{
    for (uint64_t place = from; place < w->behind; place++) {
        struct item *i = item_at(w, place);
        if (i->is_life || i->entry.kind == ENTRY_NOTE || i->entry.parent || !i->entry.transaction)
            continue;
        const struct transaction *child =
            history_transaction(w->model->history, &w->model->world, i->entry.transaction);
        if (child && child->parent == t->id)
            i->entry.parent = t->id;
    }
}

/* A transaction's request is in the window, or has left it. */
static void end(struct walk *w, const struct transaction *t)
{
    unsigned slot = EP_SLOT(t->client) % NSLOTS;
    uint64_t place = w->open[slot].place;
    if (place == 0 || w->open[slot].transaction != t->id)
        return;
    if (place > w->first)
        settle(item_at(w, place - 1), t);
    else if (w->scouts)
        remember(w, place - 1, t);
    if (t->adopts && t->fate == FATE_ANSWERED)
        adopt(w, place > w->first ? place : w->first, t);
}

static void on_ended(struct world_sink *self, const struct world *world,
                     const struct transaction *t)
{
    struct walk *w = (struct walk *)self;
    end(w, t);
    w->next->ended(w->next, world, t);
    w->walker->then.event = t->call;
    if (w->walker->ended)
        w->walker->ended(w->walker, w->model, t);
}

static void on_life(struct world_sink *self, const struct world *world, const struct event *e)
{
    struct walk *w = (struct walk *)self;
    w->next->life(w->next, world, e);
}

/* ---- the pass --------------------------------------------------------------------------------- */

static void take_event(struct walk *w, const struct event *e)
{
    struct model *m = w->model;
    if (w->walker->go_on && e->number % PATIENCE == 0 && !w->walker->go_on(w->walker->context))
        w->walker->stop = true;
    w->any = true;
    w->probed = w->probed || e->kind < EVENT_PROBES;
    past_names_event(&w->names, e);
    w->walker->then.event = e->number;
    if (w->walker->before)
        w->walker->before(w->walker, m, e);
    if (w->walker->stop)
        return;
    if (m->sink.kinds & EVENT_BIT(e->kind))
        m->sink.event(&m->sink, e);
    else
        world_pass(&m->world, e->time);
    if (LIVES & EVENT_BIT(e->kind)) {
        struct item *i = push(w);
        i->is_life = true;
        i->event = *e;
    }
    take_entries(w);
    w->walker->then.event = e->number;
    if (w->walker->event)
        w->walker->event(w->walker, m, e);
    drain(w, false);
}

/* Of what begins in the middle of a run, the world before the first event is known. */
static void begin(struct walk *w)
{
    const struct world *before = &w->model->world;
    for (unsigned i = 0; i < NSLOTS && before->event; i++) {
        const struct world_process *p = &before->process[i];
        struct event e = {.kind = EVENT_SPAWN, .number = before->event, .who = p->endpoint};
        if (!p->name[0])
            continue;
        memcpy(e.name, p->name, sizeof e.name);
        past_names_event(&w->names, &e);
        roster_event(&w->model->roster, &e);
    }
    if (w->walker->begin)
        w->walker->begin(w->walker);
}

static enum reader_result read_all(struct walk *w, FILE *out)
{
    struct event e;
    enum reader_result result = READER_EVENT;
    begin(w);
    while (!w->walker->stop && !ferror(out) &&
           (result = source_next(&w->source, &e)) == READER_EVENT)
        take_event(w, &e);
    drain(w, true);
    w->walker->then.event = w->model->world.event;
    if (w->walker->finish)
        w->walker->finish(w->walker, w->model);
    fflush(out); /* what was read comes before what is said of it */
    return result;
}

static struct walk *create(struct walk_source source, struct filter *filter, struct walker *walker)
{
    struct walk *w = calloc(1, sizeof *w);
    struct model *m = w ? model_create() : NULL;
    if (!m) {
        free(w);
        return NULL;
    }
    w->changes = (struct world_sink){on_message, on_failed, on_ended, on_life};
    w->model = m;
    w->source = source;
    w->walker = walker;
    w->filter = filter;
    walker->then = (struct past_names_at){.names = &w->names};
    w->next = m->history->next;
    m->history->next = &w->changes;
    if (filter)
        filter_resolver(filter, past_name, &walker->then);
    return w;
}

static void destroy(struct walk *w)
{
    model_destroy(w->model);
    free(w->late);
    free(w);
}

/* Goes through the whole once more, which is rarely needed. */
static void look_ahead(struct walk *w)
{
    char why[256];
    struct event e;
    struct walker nobody = {0};
    struct walk_source again = {.path = w->source.path, .timeline = w->source.timeline};
    struct walk *scout = source_is_lasting(&again) ? create(again, NULL, &nobody) : NULL;
    w->looked = true;
    if (scout && source_open(&scout->source, &scout->model->world, why, sizeof why)) {
        scout->scouts = true;
        begin(scout);
        while (source_next(&scout->source, &e) == READER_EVENT)
            take_event(scout, &e);
        source_close(&scout->source);
        w->late = scout->late;
        w->lates = scout->lates;
        scout->late = NULL;
    }
    if (scout)
        destroy(scout);
}

/* What one should know about a file, besides what is in it. */
static void say_remarks(const struct walk *w)
{
    const char *path = w->source.path;
    const char *stranger = w->filter ? roster_stranger(&w->model->roster, w->filter) : NULL;
    if (w->any && !w->probed && !w->walker->stop)
        fprintf(stderr, "courier: %s: no probes: it has no messages, only what the board saw\n",
                path);
    if (w->any && stranger && !w->walker->stop)
        fprintf(stderr, "courier: %s: the filter names '%s', and no process in it is called so\n",
                path, stranger);
    if (*source_remark(&w->source))
        fprintf(stderr, "courier: %s\n", source_remark(&w->source));
    if (*w->walker->why)
        fprintf(stderr, "courier: %s\n", w->walker->why);
}

int walk_trace(const char *path, struct filter *filter, FILE *out, struct walker *walker)
{
    char why[256] = "not enough memory";
    struct walk *w = create((struct walk_source){.path = path}, filter, walker);
    if (!w || !source_open(&w->source, &w->model->world, why, sizeof why)) {
        fprintf(stderr, "courier: %s\n", why);
        if (w)
            destroy(w);
        return EXIT_CANNOT;
    }
    bool damaged = read_all(w, out) == READER_DAMAGED;
    say_remarks(w);
    source_close(&w->source);
    destroy(w);
    return damaged || *walker->why ? EXIT_CANNOT : 0;
}

bool walk_timeline(struct timeline *timeline, struct filter *filter, FILE *out,
                   struct walker *walker)
{
    struct walk *w = create((struct walk_source){.timeline = timeline}, filter, walker);
    if (!w)
        snprintf(walker->why, sizeof walker->why, "not enough memory");
    else if (source_open(&w->source, &w->model->world, walker->why, sizeof walker->why))
        read_all(w, out);
    if (w)
        destroy(w);
    return !*walker->why;
}
