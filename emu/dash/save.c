/* Export from the dashboard: the messages that are at hand and pass the filter and the range, by the exporters of `courier trace`. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "emu/dash/dash.h"
#include "emu/export/exporters.h"

static exporter_create *exporter_called(const char *name)
{
    static const struct {
        const char *name;
        exporter_create *create;
    } known[] = {{"csv", csv_create}, {"jsonl", jsonl_create}, {"mermaid", mermaid_create}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i].create;
    return NULL;
}

static bool is_in_range(const struct view *v, const struct entry *e)
{
    return !v->range_to || (e->time >= v->range_from && e->time <= v->range_to);
}

/* Gives the walker each message in turn; returns how many. */
static unsigned write_messages(struct dash *d, struct walker *w)
{
    const struct stream *s = &d->scene.history->stream;
    unsigned count = 0;
    uint64_t n = 0;
    if (w->begin)
        w->begin(w);
    while ((n = stream_next(s, n, 1, d->view.notices))) {
        const struct entry *e = stream_entry(s, n);
        if (!is_in_range(&d->view, e) || !view_shows(&d->view, e))
            continue;
        w->message(w, d->scene.model, e, e->latency ? e->asked + e->latency : 0);
        count += e->kind != ENTRY_NOTE;
    }
    if (w->finish)
        w->finish(w, d->scene.model);
    return count;
}

bool save(struct dash *d, const char *format, const char *path, int column)
{
    exporter_create *create = exporter_called(format);
    if (!create)
        return command_mistake(d, column, "csv, jsonl or mermaid, and then a file");
    FILE *out = fopen(path, "wx"); /* nothing is overwritten by a slip of the finger */
    if (!out)
        return command_mistake(d, column + (int)strlen(format) + 1, "%s", strerror(errno));
    struct export_options options = {.out = out, .path = path, .filter = d->filter};
    struct walker *w = create(&options);
    unsigned count = w ? write_messages(d, w) : 0;
    char why[sizeof w->why] = "out of memory";
    if (w)
        snprintf(why, sizeof why, "%s", w->why);
    if (w && w->free)
        w->free(w);
    if (fclose(out) != 0 && !why[0])
        snprintf(why, sizeof why, "%s cannot be written", path);
    if (why[0]) {
        unlink(path);
        return command_mistake(d, column, "%s", why);
    }
    dash_say(d, "%u messages are in %s now.", count, path);
    return true;
}
