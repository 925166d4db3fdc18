/*
 * Which messages stand where: the list that the stream and the ladder show, with the filter and the time range applied.
 *
 * A list keeps still as long as the selected message is in it, and moves as little as it can to get it in.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "emu/dash/view_parts.h"
#include "emu/trace/names.h"

bool view_shows(const struct view *v, const struct entry *e)
{
    if (e->kind == ENTRY_NOTICE && !v->notices)
        return false;
    if (v->range_to && (e->time < v->range_from || e->time > v->range_to))
        return false;
    return filter_shows(v->filter, e);
}

static bool wanted(const void *view, const struct entry *e)
{
    return view_shows(view, e);
}

uint64_t view_next(const struct view *v, const struct scene *s, uint64_t number, int step)
{
    const struct entry *e = stream_find(&s->history->stream, number, step, v->notices, wanted, v);
    return e ? e->number : 0;
}

static uint64_t last(const struct view *v, const struct scene *s)
{
    return view_next(v, s, s->history->stream.entries + 1, -1);
}

const struct entry *view_current(const struct view *v, const struct scene *s)
{
    const struct stream *stream = &s->history->stream;
    const struct entry *e = v->selected ? stream_entry(stream, v->selected) : NULL;
    if (view_pending(v))
        return v->pending;
    if (e)
        return e;
    uint64_t number = v->selected ? view_next(v, s, v->selected, 1) : 0;
    number = number ? number : last(v, s);
    /* A line of the log is no message; it can be selected, but one does not stop there in passing. */
    while (number && (e = stream_entry(stream, number)) && e->kind == ENTRY_NOTE)
        number = view_next(v, s, number, -1);
    return number ? e : NULL;
}

void view_move(struct view *v, const struct scene *s, int delta)
{
    int step = delta < 0 ? -1 : 1;
    uint64_t at = v->selected, next;
    if (!at && delta > 0)
        return;
    if (!at)
        at = last(v, s);
    for (; delta != 0 && (next = view_next(v, s, at, step)) != 0; delta -= step)
        at = next;
    v->selected = step > 0 && delta != 0 ? 0 : at;
}

/* ---- the window ---------------------------------------------------------------------------------- */

/* `count` entries before `at`, or as many as there are. */
static uint64_t back(const struct view *v, const struct scene *s, uint64_t at, int count)
{
    for (uint64_t next; count > 0 && (next = view_next(v, s, at, -1)) != 0; count--)
        at = next;
    return at;
}

/* How many entries from `from` to `to`, at most `limit`. */
static int distance(const struct view *v, const struct scene *s, uint64_t from, uint64_t to,
                    int limit)
{
    int count = 0;
    while (from && from < to && count < limit) {
        from = view_next(v, s, from, 1);
        count++;
    }
    return count;
}

/* Where a list of so many rows begins. */
static uint64_t window(const struct view *v, const struct scene *s, int list, int rows)
{
    uint64_t end = last(v, s), top = v->list_top[list], at = v->selected;
    if (!at || !end)
        return end ? back(v, s, end, rows - 1) : 0;
    if (!view_next(v, s, at - 1, 1))
        at = end;
    uint64_t lowest = back(v, s, end, rows - 1); /* below it the list would not be full */
    if (!top || !stream_entry(&s->history->stream, top))
        top = back(v, s, at, rows / 2);
    else if (at < top)
        top = distance(v, s, at, top, rows) < rows ? at : back(v, s, at, rows / 2);
    else if (distance(v, s, top, at, 2 * rows) >= 2 * rows)
        top = back(v, s, at, rows / 2);
    else if (distance(v, s, top, at, rows) >= rows)
        top = back(v, s, at, rows - 1);
    return top < lowest ? top : lowest;
}

int view_lines(const struct view *v, const struct scene *s, int list, int rows, uint64_t *number)
{
    int lines = 0;
    uint64_t at = rows > 0 ? window(v, s, list, rows) : 0;
    if (at && view_next(v, s, at - 1, 1) != at)
        at = view_next(v, s, at - 1, 1);
    for (; at && lines < rows; at = view_next(v, s, at, 1))
        number[lines++] = at;
    return lines;
}

/* ---- the place in the list ------------------------------------------------------------------------ */

struct counting {
    const struct view *view;
    struct view_place *place;
};

/* Counts, and wants none: so the search for it goes through all. */
static bool count_entry(const void *arg, const struct entry *e)
{
    const struct counting *c = arg;
    if (e->kind == ENTRY_NOTE)
        return false;
    c->place->kept++;
    if (view_shows(c->view, e)) {
        c->place->shown++;
        c->place->here += e->number <= c->view->selected;
    }
    return false;
}

void view_count(struct view *v, const struct scene *s)
{
    const struct stream *stream = &s->history->stream;
    const struct entry *newest = stream_entry(stream, stream->entries);
    struct view_place p = {.stream = stream,
                           .newest = newest ? newest->event : 0,
                           .filter = v->filter,
                           .entries = stream->entries,
                           .event = s->model->world.event, /* a reply changes its request */
                           .selected = v->selected,
                           .from = v->range_from,
                           .to = v->range_to,
                           .notices = v->notices};
    const struct view_place *o = &v->place;
    strcpy(p.filter_text, v->filter_text);
    if (o->stream == p.stream && o->filter == p.filter && o->entries == p.entries &&
        o->newest == p.newest && o->event == p.event && o->selected == p.selected &&
        o->from == p.from && o->to == p.to && o->notices == p.notices &&
        strcmp(o->filter_text, p.filter_text) == 0)
        return;
    stream_find(stream, 0, 1, v->notices, count_entry, &(struct counting){v, &p});
    v->place = p;
}

bool view_pending(const struct view *v)
{
    return v->pending && !v->selected;
}

bool view_has_message(const struct scene *s, const uint64_t *number, int lines)
{
    for (int i = 0; i < lines; i++)
        if (stream_entry(&s->history->stream, number[i])->kind != ENTRY_NOTE)
            return true;
    return false;
}

/* ---- about one entry ------------------------------------------------------------------------------ */

char view_tag(const struct view *v, uint64_t number)
{
    for (int i = 0; i < 26; i++)
        if (v->mark[i].message == number && number)
            return (char)('a' + i);
    for (unsigned i = 0; i < v->tags && i < VIEW_TAGS; i++)
        if (v->tag[i] == number)
            return '*';
    return ' ';
}

void view_entry_text(char *out, size_t size, const struct scene *s, const struct entry *e)
{
    char message[NAMES_MESSAGE_BYTES];
    if (e->kind == ENTRY_NOTE) {
        snprintf(out, size, "%s", e->note.text);
        return;
    }
    names_message(message, sizeof message, &e->message, world_name, s->world);
    snprintf(out, size, "%s %s %s", e->source_name, e->dest_name, message);
}

/* Does the search find this entry? `by`: the search as a filter, or NULL. */
static bool finds(const struct view *v, const struct scene *s, const struct entry *e,
                  const struct filter *by)
{
    char text[NAMES_MESSAGE_BYTES + 64];
    if (v->search_text[0] == '=')
        return by && filter_match(by, e);
    view_entry_text(text, sizeof text, s, e);
    return strcasestr(text, v->search_text) != NULL;
}

/* The search as a filter: NULL if it is none, or has a mistake. */
static struct filter *search_filter_of(const struct view *v)
{
    struct filter_error error;
    return v->search_text[0] == '=' ? filter_compile(v->search_text + 1, &error) : NULL;
}

bool view_found(const struct view *v, const struct scene *s, const struct entry *e)
{
    if (!v->search_text[0])
        return false;
    struct filter *by = search_filter_of(v); /* some microseconds for a line */
    bool found = finds(v, s, e, by);
    filter_free(by);
    return found;
}

uint64_t view_search(const struct view *v, const struct scene *s, uint64_t from, int step)
{
    uint64_t at = from || step > 0 ? from : s->history->stream.entries + 1;
    if (!v->search_text[0])
        return 0;
    struct filter *by = search_filter_of(v);
    if (v->search_text[0] == '=' && !by)
        return 0;
    while ((at = view_next(v, s, at, step)) != 0)
        if (finds(v, s, stream_entry(&s->history->stream, at), by))
            break;
    filter_free(by);
    return at;
}

enum style view_latency_text(char *out, const struct scene *s, const struct entry *e)
{
    *out = '\0';
    if (e->kind == ENTRY_FAILED) {
        snprintf(out, 16, "failed");
        return STYLE_BAD;
    }
    if (e->kind == ENTRY_REPLY || (e->kind == ENTRY_REQUEST && e->partner)) {
        view_number(out, e->latency);
        return e->kind == ENTRY_REPLY ? STYLE_NORMAL : STYLE_DIM;
    }
    if (e->kind != ENTRY_REQUEST)
        return STYLE_DIM;
    if (e->fate == FATE_OPEN) {
        uint64_t now = s->model->world.now;
        view_number(out, now > e->asked ? now - e->asked : 0);
        strcat(out, "+");
        return STYLE_WARN;
    }
    const char *fate = e->fate == FATE_AGAIN ? "again" : e->fate == FATE_GONE ? "gone" : "failed";
    snprintf(out, 16, "%s", fate);
    return e->fate == FATE_GONE ? STYLE_DIM : STYLE_BAD;
}
