/*
 * `courier dash FILE`: the dashboard on a recorded trace. The file is read once from end to end; a large one shows how far that is, and
 * can be interrupted. From then on everything works as with a guest that stands still for ever.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "emu/dash/dash.h"
#include "emu/dash/screen.h"
#include "emu/display/playback.h"
#include "emu/model/filter_words.h"
#include "emu/options.h"
#include "emu/session.h"

#define PATIENCE_NS 300000000u /* of host time, before the screen shows how far it is */
#define BAR_COLUMNS 40

struct opening {
    struct sink sink; /* hears every event of the file */
    struct dash *d;
    const char *path, *filter; /* NULL: everything shows */
    bool ascii;
    struct display_config display;
    uint64_t began, drawn; /* host time */
    bool screen, quit, ended;
    char why[256];
};

static int complain(const char *why)
{
    fprintf(stderr, "courier: %s\n", why);
    return EXIT_CANNOT;
}

static int usage(const char *what, const char *which)
{
    fprintf(stderr, "courier: %s%s (courier --help shows the usage)\n", what, which);
    return EXIT_USAGE;
}

/* ---- reading ----------------------------------------------------------------------------------- */

static void on_event(struct sink *self, const struct event *e)
{
    struct opening *o = (struct opening *)self;
    struct sink *model = &o->d->model->sink;
    if (model->kinds & EVENT_BIT(e->kind))
        model->event(model, e);
    if (e->kind == EVENT_CONSOLE) {
        struct sink *past = console_past_sink(o->d->console_past);
        console_write(o->d->console, e->text, e->length);
        past->event(past, e);
    }
}

static void draw_progress(struct opening *o, double share)
{
    struct grid *g = &o->d->grid;
    int row = g->rows / 2, left = g->columns > BAR_COLUMNS ? (g->columns - BAR_COLUMNS) / 2 : 0;
    int done = (int)(share * BAR_COLUMNS);
    char line[64];
    grid_clear(g);
    g->cursor_row = -1;
    grid_text(g, row - 1, left, g->columns - left, STYLE_BOLD, U'~', o->path);
    grid_fill(g, row, left, done, '#', STYLE_NORMAL);
    grid_fill(g, row, left + done, BAR_COLUMNS - done, '.', STYLE_DIM);
    snprintf(line, sizeof line, "%3d %%   Esc: look at what is read so far   q: quit",
             (int)(share * 100));
    grid_text(g, row + 1, left, g->columns - left, STYLE_NORMAL, U'~', line);
    screen_draw(g);
}

/* What was typed, or a signal. */
static void take_keys(struct opening *o)
{
    struct key k;
    while (screen_key(&k)) {
        if (!k.function && (k.code == 'q' || k.code == 3))
            o->quit = true;
        if (!k.function && k.code == 0x1b)
            o->ended = true;
        dash_resize(o->d);
    }
    if (screen_requests().end)
        o->quit = true;
}

static bool on_progress(void *arg, double share)
{
    struct opening *o = arg;
    uint64_t now = guest_host_ns();
    if (now - o->began < PATIENCE_NS || now - o->drawn < PATIENCE_NS / 3)
        return true;
    if (!o->screen) {
        if (!(o->screen = screen_open(o->why, sizeof o->why)))
            return false;
        dash_resize(o->d);
    }
    o->drawn = now;
    draw_progress(o, share);
    take_keys(o);
    return !o->quit && !o->ended;
}

/* ---- looking ----------------------------------------------------------------------------------- */

static void prepare(struct opening *o)
{
    struct dash *d = o->d;
    struct view *v = &d->view;
    const struct world *w = &d->model->world;
    model_sample(d->model, w->now);
    v->ascii = o->ascii || !screen_unicode();
    v->chosen = EP_RS;
    v->file = o->path;
    v->now = w->now;
    v->instructions = w->now - w->idle;
    v->traced = timeline_last(d->timeline);
    if (o->filter)
        search_filter(d, o->filter);
    if (o->why[0])
        dash_say(d, "%s", o->why);
    else if (o->ended)
        dash_say(d, "Not read to its end: this is its beginning.");
}

static int look(struct opening *o)
{
    struct dash *d = o->d;
    char why[sizeof o->why] = "";
    d->timeline = timeline_open(o->path, &o->sink, on_progress, o, why, sizeof why);
    if (!d->timeline || o->quit) {
        screen_close();
        return o->quit ? 0 : complain(why);
    }
    if (!o->screen && !screen_open(o->why, sizeof o->why))
        return complain(o->why);
    snprintf(o->why, sizeof o->why, "%s", why);
    prepare(o);
    if (o->display.at)
        moment_goto(d, timeline_at(d->timeline, o->display.at));
    beside_play(d, o->path, &o->display);
    dash_loop(d);
    bool shown = beside_close(d, why, sizeof why);
    screen_close();
    if (!shown)
        return complain(why);
    if (o->why[0])
        complain(o->why);
    return d->end_signal ? 128 + d->end_signal : 0;
}

/* A time as the filter language has it. */
static int parse_moment(struct opening *o, const char *text)
{
    const char *at = text, *why;
    filter_number number = 0;
    struct token t = token_next(text, &at);
    if (t.kind != TOKEN_NUMBER || *at || !token_number(&t, true, &number, &why) || number < 1)
        return usage("--at needs a time such as 12.5ms, not ", text);
    o->display.at = (uint64_t)number;
    return OPTIONS_OK;
}

static int parse_filter(struct opening *o, const char *text)
{
    struct filter_error error;
    struct filter *f = filter_compile(text, &error);
    if (!f) {
        filter_complain("--filter", text, &error);
        return error.column ? EXIT_USAGE : EXIT_CANNOT;
    }
    filter_free(f);
    if (strlen(text) >= VIEW_TEXT)
        return usage("--filter is too long to be shown: ", text);
    o->filter = text;
    return OPTIONS_OK;
}

/* What the lecture view is asked for. OPTIONS_OK, or the exit status. */
static int parse_display(struct opening *o, int key, const char *text)
{
    char *end;
    if (key == 'd' && strcmp(text, "flow") != 0)
        return usage("--display knows only flow, not ", text);
    if (key == 'd')
        o->display.window = true;
    else if (key == 'p')
        o->display.screenshot = text;
    else if (key == 'r')
        o->display.record = text;
    else if (key == 't')
        return parse_moment(o, text);
    else {
        unsigned long slow = strtoul(text, &end, 10);
        if (*text < '0' || *text > '9' || *end || slow < 1 || slow > DISPLAY_SLOW_MAX)
            return usage("--slow needs a number from 1 to 1000000, not ", text);
        o->display.slow = (unsigned)slow;
    }
    return OPTIONS_OK;
}

/* Are pictures wanted, or a window? */
static bool shows_flow(const struct display_config *c)
{
    return c->window || c->screenshot || c->record;
}

/* OPTIONS_OK, or the exit status: what makes no sense together. */
static int check(const struct opening *o)
{
    const struct display_config *c = &o->display;
    char why[512];
    if (c->slow && !shows_flow(c))
        return usage("--slow needs --display flow, --screenshot or --record", "");
    if (c->at && c->window && !c->screenshot && !c->record)
        return usage("--at with --display flow needs --screenshot or --record", "");
    if (!display_spares(c, o->path, why, sizeof why))
        return usage(why, "");
    return OPTIONS_OK;
}

static int parse(struct opening *o, int argc, char **argv)
{
    static const struct option table[] = {{"ascii", no_argument, NULL, 'a'},
                                          {"filter", required_argument, NULL, 'f'},
                                          {"display", required_argument, NULL, 'd'},
                                          {"screenshot", required_argument, NULL, 'p'},
                                          {"record", required_argument, NULL, 'r'},
                                          {"slow", required_argument, NULL, 's'},
                                          {"help", no_argument, NULL, 'h'},
                                          {"at", required_argument, NULL, 't'},
                                          {NULL, 0, NULL, 0}};
    int key, status = OPTIONS_OK;
    opterr = 0;
    optind = 1;
    while (status == OPTIONS_OK && (key = getopt_long(argc, argv, ":", table, NULL)) != -1) {
        if (key == ':')
            return usage("a value is missing after ", argv[optind - 1]);
        if (key == '?')
            return usage("unknown option ", argv[optind - 1]);
        if (key == 'h') {
            options_help();
            return 0;
        }
        if (key == 'a')
            o->ascii = true;
        else if (key == 'f')
            status = parse_filter(o, optarg);
        else
            status = parse_display(o, key, optarg);
    }
    if (status == OPTIONS_OK && optind + 1 != argc)
        return usage(optind == argc ? "which trace file?" : "one trace file at a time", "");
    o->path = argv[optind];
    return status == OPTIONS_OK ? check(o) : status;
}

/* Without a terminal, or up to a moment, the recording is only played: in a window, or into pictures. */
static int play(const struct opening *o)
{
    char why[512] = "";
    bool fatal;
    struct playback *p = playback_open(o->path, &o->display, &fatal, why, sizeof why);
    if (!p)
        return complain(fatal ? why : "neither a display nor a terminal to show it on");
    playback_run(p);
    bool shown = playback_close(p, why, sizeof why);
    if (*why)
        complain(why);
    return shown ? 0 : EXIT_CANNOT;
}

int recorded_main(int argc, char **argv)
{
    struct opening o = {.sink = {.kinds = EVENT_ALL, .event = on_event}, .began = guest_host_ns()};
    int status = parse(&o, argc, argv);
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    char why[512];
    if (status != OPTIONS_OK)
        return status;
    if ((!terminal || o.display.at) && shows_flow(&o.display))
        return o.filter ? usage("--filter needs the dashboard: pictures show every message", "")
                        : play(&o);
    if (!terminal)
        return complain("the dashboard needs a terminal; courier trace show needs none");
    if (!display_check(&o.display, why, sizeof why))
        return complain(why);
    o.d = calloc(1, sizeof *o.d);
    if (!o.d)
        return complain("out of memory");
    status = dash_open(o.d) ? look(&o) : complain("out of memory");
    dash_close(o.d);
    return status;
}
