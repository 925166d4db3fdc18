/*
 * Export from the dashboard, as `courier trace export` does it: the whole run, or of it what passes the filter and the time range.
 *
 * A live run is exported from the timeline. That forgets the first events of a long run; then the trace file has them, if there is one.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "emu/dash/dash.h"
#include "emu/dash/screen.h"
#include "emu/dash/view_parts.h"
#include "emu/export/exporters.h"

/* A walk in progress. */
struct saving {
    struct dash *d;
    struct export_options options;
    struct timeline *from;
    bool ended; /* by a key */
};

/* ---- what is exported --------------------------------------------------------------------------- */

/* The filter and the range in one. NULL: all passes, or out of memory. */
static struct filter *selection(const struct view *v)
{
    struct filter_error error;
    char text[VIEW_TEXT + 80], range[80] = "";
    if (!v->filter && !v->range_to)
        return NULL;
    if (v->range_to)
        snprintf(range, sizeof range, "%stime>=%llu && time<=%llu", v->filter ? " && " : "",
                 (unsigned long long)v->range_from, (unsigned long long)v->range_to);
    snprintf(text, sizeof text, v->filter ? "(%s)%s" : "%s%s", v->filter ? v->filter_text : "",
             range);
    return filter_compile(text, &error);
}

static bool on_progress(void *arg, double share)
{
    (void)arg;
    (void)share;
    return !screen_pending();
}

/* The trace file of a live run, as far as it is written; NULL: it has none that can be read again. */
static struct timeline *reopen(struct dash *d)
{
    const char *path = d->guest.options ? d->guest.options->trace : NULL;
    char why[256];
    struct stat file;
    if (!path || stat(path, &file) != 0 || !S_ISREG(file.st_mode) || !trace_sync(d->guest.trace))
        return NULL;
    return timeline_open(path, NULL, on_progress, NULL, why, sizeof why);
}

/* ---- doing it ------------------------------------------------------------------------------------ */

static bool go_on(void *arg)
{
    struct saving *s = arg;
    s->ended = s->ended || screen_pending();
    return !s->ended;
}

/* False: `why` says what went wrong. */
static bool write_all(struct saving *s, exporter_create *create, uint64_t *messages, char *why,
                      size_t size)
{
    struct walker *w = create(&s->options);
    if (!w) {
        snprintf(why, size, "out of memory");
        return false;
    }
    w->go_on = go_on;
    w->context = s;
    bool good = walk_timeline(s->from, s->options.filter, s->options.out, w);
    if (s->ended)
        snprintf(why, size, "ended by a key: nothing was written");
    else
        snprintf(why, size, "%s", w->why);
    *messages = w->messages;
    w->free(w);
    return good && !s->ended;
}

/* How much, where it is, and how far it goes back. */
static void say_saved(struct saving *s, exporter_create *create, uint64_t messages)
{
    char since[64] = "", time[32];
    struct event first;
    if (timeline_first(s->from) > 1 && timeline_event(s->from, timeline_first(s->from), &first))
        snprintf(since, sizeof since, " Only --trace keeps what was before %s.",
                 view_time(time, first.time));
    if (create == dot_create)
        dash_say(s->d, "Who waits for whom is in %s now.", s->options.path);
    else
        dash_say(s->d, "%llu messages are in %s now.%s", (unsigned long long)messages,
                 s->options.path, since);
}

static bool save_to(struct saving *s, exporter_create *create, int column)
{
    struct dash *d = s->d;
    struct timeline *file = NULL;
    uint64_t messages = 0;
    char why[160] = "";
    dash_say(d, "Exporting; any key ends it ...");
    dash_draw(d);
    if (d->view.live && timeline_first(d->timeline) > 1)
        file = reopen(d);
    s->from = file ? file : d->timeline;
    bool good = write_all(s, create, &messages, why, sizeof why);
    if (fclose(s->options.out) != 0 && good) {
        snprintf(why, sizeof why, "%s", strerror(errno));
        good = false;
    }
    if (good)
        say_saved(s, create, messages);
    else
        unlink(s->options.path);
    timeline_close(file);
    return good || command_mistake(d, column, "%s", why);
}

bool save(struct dash *d, const char *format, const char *path, int column)
{
    exporter_create *create = exporter_called(format);
    struct saving s = {.d = d, .options = {.path = path}};
    if (!create)
        return command_mistake(d, column, "%s or %s, and then a file", EXPORT_FORMATS, EXPORT_LAST);
    if (!d->timeline)
        return command_mistake(d, column, "out of memory");
    s.options.out = fopen(path, "wx"); /* nothing is overwritten by a slip of the finger */
    if (!s.options.out)
        return command_mistake(d, column + (int)strlen(format) + 1, "%s", strerror(errno));
    if (create == dot_create && d->moment.event) {
        s.options.at = AT_EVENT;
        s.options.place = d->moment.event;
    } else if (create != dot_create) {
        s.options.filter = selection(&d->view);
    }
    bool good = save_to(&s, create, column);
    filter_free(s.options.filter);
    return good;
}
