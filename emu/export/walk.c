/* The window is a ring of items, a message or an event each; of each client one knows where its open request stands. */
#include <stdlib.h>
#include <string.h>
#include "emu/export/walk.h"
#include "emu/options.h"
#include "emu/trace/reader.h"

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

struct walk {
    struct world_sink changes; /* in front of the model's */
    struct world_sink *next;
    struct model *model;
    struct walker *walker;
    struct filter *filter;
    uint64_t seen;          /* number of the last entry that was taken from the history */
    uint64_t first, behind; /* of the window's items, counted from the beginning of the trace */
    uint64_t open[NSLOTS];  /* by client: its last request's item + 1 */
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
    else if (!i->is_life && to->message && filter_shows(w->filter, &i->entry))
        to->message(to, w->model, &i->entry, i->ended);
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

/* ---- into the window -------------------------------------------------------------------------- */

static struct item *push(struct walk *w)
{
    if (w->behind - w->first == WALK_WINDOW)
        hand_on(w, item_at(w, w->first++));
    struct item *i = item_at(w, w->behind++);
    i->ended = 0;
    return i;
}

static void push_entry(struct walk *w, const struct entry *e)
{
    struct item *i = push(w);
    i->is_life = false;
    i->entry = *e;
    if (e->kind == ENTRY_REQUEST)
        w->open[EP_SLOT(e->source) % NSLOTS] = w->behind;
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

/* The request in the window learns what became of it. */
static void settle(struct walk *w, const struct transaction *t)
{
    uint64_t place = w->open[EP_SLOT(t->client) % NSLOTS];
    struct item *i = place > w->first ? item_at(w, place - 1) : NULL;
    if (!i || i->is_life || i->entry.transaction != t->id || i->entry.kind != ENTRY_REQUEST)
        return;
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

static void on_ended(struct world_sink *self, const struct world *world,
                     const struct transaction *t)
{
    struct walk *w = (struct walk *)self;
    settle(w, t);
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

static int read_all(struct walk *w, const char *path, FILE *out)
{
    char why[256];
    struct event e;
    struct reader *r = reader_open(path, why, sizeof why);
    if (!r) {
        fprintf(stderr, "courier: %s\n", why);
        return EXIT_CANNOT;
    }
    enum reader_result result = READER_EVENT;
    if (w->walker->begin)
        w->walker->begin(w->walker);
    while (!w->walker->stop && !ferror(out) && (result = reader_next(r, &e)) == READER_EVENT)
        take_event(w, &e);
    drain(w, true);
    w->walker->then.event = w->model->world.event;
    if (w->walker->finish)
        w->walker->finish(w->walker, w->model);
    fflush(out); /* what was read comes before what is said of it */
    if (*reader_remark(r))
        fprintf(stderr, "courier: %s\n", reader_remark(r));
    reader_close(r);
    return result == READER_DAMAGED ? EXIT_CANNOT : 0;
}

static struct walk *create(struct filter *filter, struct walker *walker)
{
    struct walk *w = calloc(1, sizeof *w);
    struct model *m = w ? model_create() : NULL;
    if (!m) {
        free(w);
        return NULL;
    }
    w->changes = (struct world_sink){on_message, on_failed, on_ended, on_life};
    w->model = m;
    w->walker = walker;
    w->filter = filter;
    walker->then = (struct past_names_at){.names = &w->names};
    w->next = m->history->next;
    m->history->next = &w->changes;
    if (filter)
        filter_resolver(filter, past_name, &walker->then);
    return w;
}

int walk_trace(const char *path, struct filter *filter, FILE *out, struct walker *walker)
{
    struct walk *w = create(filter, walker);
    if (!w) {
        fprintf(stderr, "courier: not enough memory\n");
        return EXIT_CANNOT;
    }
    int status = read_all(w, path, out);
    if (*walker->why) {
        fprintf(stderr, "courier: %s\n", walker->why);
        status = EXIT_CANNOT;
    }
    model_destroy(w->model);
    free(w);
    return status;
}
