/*
 * Finding messages again: search both ways, the filter, marks and tags.
 *
 * A search goes through everything that was recorded, a window of messages at a time; a key ends it.
 */
#include <string.h>
#include "emu/dash/dash.h"
#include "emu/dash/screen.h"

/* ---- search ------------------------------------------------------------------------------------ */

/* Goes on in the windows before or behind, each from where the last one ended; the number of the message in the one at hand, 0:
 * none. */
static uint64_t search_beyond(struct dash *d, int step)
{
    uint64_t found = 0, edge;
    dash_say(d, "Searching; any key ends it ...");
    dash_draw(d);
    while (!found && moment_shift(d, step, &edge) && !screen_pending()) {
        uint64_t from = moment_number(d, edge); /* the first message at or behind the edge */
        if (!from)
            from = d->scene.history->stream.entries + 1;
        found = view_search(&d->view, &d->scene, step > 0 ? from - 1 : from, step);
    }
    d->view.flash[0] = '\0';
    return found;
}

void search_again(struct dash *d, int step)
{
    struct view *v = &d->view;
    const struct entry *e = moment_entry(d);
    uint64_t event = e ? e->event : 0;
    if (!v->search_text[0]) {
        dash_say(d, "Nothing was searched for yet: / searches forward, ? back.");
        return;
    }
    uint64_t n = e ? view_search(v, &d->scene, e->number, step) : 0;
    if (!n && e)
        n = search_beyond(d, step);
    if (n) {
        v->selected = n;
        return;
    }
    if (event && v->selected)
        moment_goto(d, event);
    dash_say(d, "No %s message has '%.60s'; %c searches %s.", step > 0 ? "later" : "earlier",
             v->search_text, step == d->search_step ? 'N' : 'n', step > 0 ? "back" : "forward");
}

/* A search text with = before it is a filter: its mistakes are found while it is typed. */
static bool check_search(struct dash *d, const char *text)
{
    struct filter_error error;
    if (text[0] != '=')
        return true;
    struct filter *f = filter_compile(text + 1, &error);
    filter_free(f);
    return f || command_mistake(d, error.column + 1, "%s", error.text);
}

bool search_start(struct dash *d, const char *text, int step)
{
    if (text[0] && !check_search(d, text))
        return false;
    if (text[0])
        strcpy(d->view.search_text, text);
    d->search_step = step;
    search_again(d, step);
    return true;
}

/* ---- the filter -------------------------------------------------------------------------------- */

void search_warn(struct dash *d, const struct filter *f)
{
    const char *name = f ? roster_stranger(&d->model->roster, f) : NULL;
    if (name)
        dash_say(d, "No process was called '%s' so far.", name);
}

bool search_filter(struct dash *d, const char *text)
{
    struct view *v = &d->view;
    struct filter_error error;
    struct filter *f = NULL;
    const struct entry *e = v->selected ? moment_entry(d) : NULL;
    if (text[strspn(text, " ")] && !(f = filter_compile(text, &error)))
        return command_mistake(d, error.column, "%s", error.text);
    if (f)
        filter_resolver(f, world_name, &d->model->world);
    filter_free(d->filter);
    v->filter = d->filter = f;
    strcpy(v->filter_text, f ? text : "");
    if (e && !view_shows(v, e)) /* the nearest one that shows */
        moment_goto(d, e->event);
    search_warn(d, f);
    return true;
}

/* ---- marks and tags ------------------------------------------------------------------------------ */

void search_mark(struct dash *d, char letter)
{
    const struct entry *e = moment_entry(d);
    if (!e)
        return;
    d->mark_event[letter - 'a'] = e->event;
    d->view.mark[letter - 'a'].message = e->number;
    d->view.mark[letter - 'a'].time = e->time;
    dash_say(d, "Mark %c is here; '%c comes back to it.", letter, letter);
}

void search_jump(struct dash *d, char letter)
{
    uint64_t event = d->mark_event[letter - 'a'];
    if (!event)
        dash_say(d, "There is no mark %c; m%c sets it.", letter, letter);
    else if (!moment_goto(d, event))
        dash_say(d, "Mark %c lies too far back: nothing is kept of that time.", letter);
}

uint64_t search_mark_time(const struct dash *d, char letter)
{
    return letter >= 'a' && letter <= 'z' ? d->view.mark[letter - 'a'].time : 0;
}

void search_tag(struct dash *d)
{
    struct view *v = &d->view;
    const struct entry *e = moment_entry(d);
    unsigned i = 0;
    if (!e)
        return;
    while (i < v->tags && d->tag_event[i] != e->event)
        i++;
    if (i < v->tags) {
        v->tags--;
        v->tag[i] = v->tag[v->tags];
        d->tag_event[i] = d->tag_event[v->tags];
    } else if (v->tags < VIEW_TAGS) {
        v->tag[v->tags] = e->number;
        d->tag_event[v->tags++] = e->event;
    } else {
        dash_say(d, "There are %d tags already; U takes all away.", VIEW_TAGS);
        return;
    }
    if (v->selected)
        moment_move(d, 1);
}
