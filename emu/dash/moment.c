/*
 * The moment that is shown. It is the newest one until a message is selected; then the world is put together as it was
 * just after that message, and where the model has forgotten the messages around it, they are read again from the timeline.
 *
 * What stays the same everywhere is the number of an event. Messages are numbered anew in each history that is
 * read again; so whatever remembers a message (selection, tags, marks) remembers its event, too.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "emu/dash/dash.h"

/* ---- the messages at hand ---------------------------------------------------------------------- */

/* The oldest of those that are without a gap; those still open may be older. */
static const struct entry *oldest(const struct stream *s)
{
    const struct ring *r = &s->shown;
    uint64_t index = r->written > STREAM_ENTRIES ? r->written - STREAM_ENTRIES + 1 : 1;
    return r->written ? &r->entry[index % STREAM_ENTRIES] : NULL;
}

static const struct entry *newest(const struct stream *s)
{
    const struct ring *r = &s->shown;
    return r->written ? &r->entry[r->written % STREAM_ENTRIES] : NULL;
}

uint64_t moment_number(const struct dash *d, uint64_t event)
{
    const struct stream *s = &d->scene.history->stream;
    uint64_t n = 0;
    while ((n = stream_next(s, n, 1, d->view.notices))) {
        const struct entry *e = stream_entry(s, n);
        if (e->event >= event && view_shows(&d->view, e))
            return n;
    }
    return 0;
}

/* The same, but exactly that event's; 0: it is not at hand. */
static uint64_t number_of(const struct dash *d, uint64_t event)
{
    uint64_t n = event ? moment_number(d, event) : 0;
    const struct entry *e = n ? stream_entry(&d->scene.history->stream, n) : NULL;
    return e && e->event == event ? n : 0;
}

/* Another history: tags and marks get their numbers there. */
static void use_history(struct dash *d, const struct history *h)
{
    struct view *v = &d->view;
    if (d->scene.history == h)
        return;
    d->scene.history = h;
    for (unsigned i = 0; i < v->tags; i++)
        v->tag[i] = number_of(d, d->tag_event[i]);
    for (unsigned i = 0; i < 26; i++)
        v->mark[i].message = number_of(d, d->mark_event[i]);
}

/* Reads the messages around an event again. */
static bool recall(struct dash *d, uint64_t event)
{
    if (!d->timeline || event < timeline_first(d->timeline) || event > timeline_last(d->timeline))
        return false;
    if (!d->moment.history && !(d->moment.history = history_create()))
        return false;
    history_clear(d->moment.history);
    bool found = timeline_history(d->timeline, event, d->moment.history);
    d->scene.history = NULL; /* its numbers have changed */
    use_history(d, found ? d->moment.history : d->scene.model->history);
    if (!found)
        d->view.selected = 0;
    return found;
}

/* Has the messages around an event at hand, in the model or else read again. */
static bool fetch(struct dash *d, uint64_t event)
{
    const struct entry *first = oldest(&d->scene.model->history->stream);
    if (first && event >= first->event) {
        use_history(d, d->scene.model->history);
        return true;
    }
    return recall(d, event);
}

const struct entry *moment_entry(const struct dash *d)
{
    const struct stream *s = &d->scene.history->stream;
    uint64_t n = d->view.selected;
    if (n)
        return stream_entry(s, n);
    n = s->entries + 1;
    while ((n = stream_next(s, n, -1, d->view.notices)))
        if (view_shows(&d->view, stream_entry(s, n)) && stream_entry(s, n)->kind != ENTRY_NOTE)
            return stream_entry(s, n);
    return NULL;
}

/* ---- moving ------------------------------------------------------------------------------------ */

void moment_follow(struct dash *d)
{
    use_history(d, d->scene.model->history);
    d->view.selected = 0;
}

bool moment_goto(struct dash *d, uint64_t event)
{
    if (!fetch(d, event))
        return false;
    d->view.selected = moment_number(d, event);
    if (!d->view.selected)
        moment_follow(d);
    return true;
}

bool moment_shift(struct dash *d, int step, uint64_t *from)
{
    const struct stream *s = &d->scene.history->stream;
    const struct entry *edge = step < 0 ? oldest(s) : newest(s);
    if (!edge || (step > 0 && d->scene.history == d->scene.model->history))
        return false;
    uint64_t event = step < 0 ? edge->event - 1 : edge->event + 1;
    *from = step < 0 ? edge->event : event;
    if (event == 0 || !fetch(d, event))
        return false;
    /* Nothing but notifications before it, perhaps: then this is the end of the way. */
    edge = step < 0 ? oldest(&d->scene.history->stream) : newest(&d->scene.history->stream);
    return edge && (step < 0 ? edge->event <= event : edge->event >= event);
}

void moment_move(struct dash *d, int delta)
{
    struct view *v = &d->view;
    const struct entry *e = moment_entry(d);
    uint64_t event = e ? e->event : 0, before = v->selected, edge;
    if (delta == -INT_MAX && d->timeline) {
        moment_goto(d, timeline_first(d->timeline));
        return;
    }
    view_move(v, &d->scene, delta);
    if (delta < 0 && before && v->selected == before && moment_shift(d, -1, &edge)) {
        v->selected = moment_number(d, event);
        view_move(v, &d->scene, delta);
    } else if (delta > 0 && !v->selected && d->scene.history != d->scene.model->history) {
        if (delta == INT_MAX || !moment_shift(d, 1, &edge))
            moment_follow(d);
        else
            v->selected = moment_number(d, event + 1);
    }
}

/* ---- the world at that moment -------------------------------------------------------------------- */

/* The selected message was pushed out of the model's memory while it was looked at. */
static const struct entry *find_again(struct dash *d)
{
    const struct entry *e = stream_entry(&d->scene.history->stream, d->view.selected);
    if (e)
        return e;
    if (!d->moment.event || !moment_goto(d, d->moment.event))
        moment_follow(d);
    return d->view.selected ? stream_entry(&d->scene.history->stream, d->view.selected) : NULL;
}

static void settle_world(struct dash *d)
{
    const struct model *m = d->scene.model;
    const struct entry *e = d->view.selected ? find_again(d) : NULL;
    if (!e) {
        d->moment.event = 0;
        d->scene.world = &m->world;
        return;
    }
    if (e->event == d->moment.event && d->scene.world == &d->moment.world)
        return;
    bool known = d->timeline && e->event != m->world.event &&
                 timeline_world(d->timeline, e->event, &d->moment.world);
    d->moment.event = e->event;
    d->scene.world = known ? &d->moment.world : &m->world;
}

/* Who types wants to see what comes of it. */
static void settle_console(struct dash *d)
{
    struct view *v = &d->view;
    bool then = d->scene.world == &d->moment.world && v->focus != FOCUS_CONSOLE;
    const struct console *c = then ? console_past_at(d->console_past, d->moment.event) : NULL;
    d->scene.console_then = c != NULL;
    d->scene.console = c ? c : d->moment.frozen ? d->moment.frozen_console : d->console;
    if (v->console_back >= console_lines(d->scene.console))
        v->console_back = console_lines(d->scene.console) - 1;
}

void moment_settle(struct dash *d)
{
    settle_world(d);
    settle_console(d);
}

/* ---- standing still ------------------------------------------------------------------------------ */

static struct model *copy_model(const struct model *m)
{
    struct model *copy = malloc(sizeof *copy);
    struct history *h = malloc(sizeof *h);
    if (!copy || !h) {
        free(copy);
        free(h);
        return NULL;
    }
    *copy = *m;
    *h = *m->history;
    copy->history = h;
    return copy;
}

static void thaw(struct dash *d)
{
    if (d->moment.frozen)
        free(d->moment.frozen->history);
    free(d->moment.frozen);
    console_destroy(d->moment.frozen_console);
    d->moment.frozen = NULL;
    d->moment.frozen_console = NULL;
}

void moment_freeze(struct dash *d, bool frozen)
{
    struct scene *s = &d->scene;
    bool recalled = s->history == d->moment.history && s->history;
    thaw(d);
    d->view.frozen = false;
    if (frozen) {
        d->moment.frozen = copy_model(d->model);
        d->moment.frozen_console = console_copy(d->console);
        if (!d->moment.frozen || !d->moment.frozen_console)
            thaw(d);
        d->view.frozen = d->moment.frozen != NULL;
    }
    s->model = d->moment.frozen ? d->moment.frozen : d->model;
    s->console = d->moment.frozen ? d->moment.frozen_console : d->console;
    if (!recalled)
        s->history = s->model->history;
    s->world = &s->model->world;
    d->moment.event = 0;
}

void moment_free(struct dash *d)
{
    thaw(d);
    free(d->moment.history);
}
