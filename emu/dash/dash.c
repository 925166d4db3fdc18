/*
 * The dashboard's main loop: signals, keys, a slice of the guest, a drawing, and a wait for
 * whichever comes first. It draws ten times a second when there is something new, sooner after a
 * key, and not at all while nothing happens.
 */
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "emu/dash/dash.h"
#include "emu/display/display.h"
#include "emu/dash/screen.h"

#define MS          1000000u /* in ns */
#define FRAME_NS    (100 * MS)
#define ECHO_NS     (20 * MS) /* between drawings for a while after a key */
#define ECHO_FOR_NS (200 * MS)
#define SECOND_NS   (1000 * MS)
#define FLASH_NS    (3 * SECOND_NS) /* a line for the operator, unless a key comes before */
#define LAST_LINES  10              /* of the console, printed when the guest ends with an error */

void dash_say(struct dash *d, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(d->view.flash, sizeof d->view.flash, format, args);
    va_end(args);
    d->flash_until = guest_host_ns() + FLASH_NS;
}

void dash_resize(struct dash *d)
{
    int rows, columns;
    screen_size(&rows, &columns);
    grid_resize(&d->grid, rows, columns);
    screen_redraw();
}

/* ---- keys and signals -------------------------------------------------------------------------- */

static void take_keys(struct dash *d)
{
    struct key k;
    while (!d->quit && screen_key(&k)) {
        bool small = d->grid.rows < VIEW_MIN_ROWS || d->grid.columns < VIEW_MIN_COLUMNS;
        d->view.flash[0] = '\0';
        act(d, keys_action(&d->view, small, k), k);
        d->changed = true;
        d->echo_until = guest_host_ns() + ECHO_FOR_NS;
    }
}

static void take_signals(struct dash *d)
{
    struct screen_requests r = screen_requests();
    if (r.suspend)
        act(d, ACTION_SUSPEND, (struct key){0});
    if (r.resumed) {
        screen_resume();
        if (d->view.live)
            guest_resync(&d->guest);
        dash_resize(d);
        d->changed = true;
    }
    if (r.end) {
        d->end_signal = r.end;
        d->quit = true;
    }
}

/* ---- drawing ----------------------------------------------------------------------------------- */

/* Once a second: rates and shares. */
static void tick(struct dash *d, uint64_t now)
{
    uint64_t notices = d->model->history->stream.notices.written;
    uint64_t messages = d->model->world.messages - notices, passed = now - d->second;
    model_sample(d->model, board_clock(d->guest.board));
    if (!d->view.frozen) {
        d->view.rate = (messages - d->messages_then) * SECOND_NS / passed;
        d->view.notice_rate = (notices - d->notices_then) * SECOND_NS / passed;
    }
    d->view.frames = d->frames ? d->frames : 1;
    d->messages_then = messages;
    d->notices_then = notices;
    d->frames = 0;
    d->second = now;
    d->changed = true;
}

/* What of the run is shown in the status line. */
static void update_view(struct dash *d)
{
    struct view *v = &d->view;
    if (v->live && !v->frozen) {
        v->instructions = board_instructions(d->guest.board);
        v->now = board_clock(d->guest.board);
        v->traced = d->model->world.event;
    }
    control_show(d);
    moment_settle(d);
    inspect(d);
}

void dash_draw(struct dash *d)
{
    update_view(d);
    view_draw(&d->grid, &d->view, &d->scene);
    screen_draw(&d->grid);
    d->drawn_now = d->model->world.now;
    d->drawn = guest_host_ns();
    d->frames++;
    d->changed = d->guest.printed = false;
}

/* Is there anything that the screen does not show yet? */
static bool is_stale(const struct dash *d)
{
    if (d->changed)
        return true;
    return !d->view.frozen && (d->guest.printed || d->model->world.now != d->drawn_now);
}

/* Draws if it is time; returns in how many ms it will be, negative: when something happens. */
static int draw_if_due(struct dash *d)
{
    uint64_t now = guest_host_ns();
    bool ticks = d->view.live && !d->view.paused, says = d->view.flash[0];
    if (ticks && now - d->second >= SECOND_NS)
        tick(d, now);
    if (says && now >= d->flash_until) {
        d->view.flash[0] = '\0';
        d->changed = true;
    }
    uint64_t due = d->drawn + (now < d->echo_until ? ECHO_NS : FRAME_NS);
    if (is_stale(d) && now >= due)
        dash_draw(d);
    if (is_stale(d))
        return (int)((due - now) / MS) + 1;
    if (ticks)
        return (int)((d->second + SECOND_NS - now) / MS) + 1;
    return d->view.flash[0] && d->flash_until < UINT64_MAX ? (int)(FLASH_NS / MS) : -1;
}

/* ---- the whole --------------------------------------------------------------------------------- */

static int sooner(int a, int b)
{
    return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

/* Lets the guest run a little; returns in how many ms it wants to go on. */
static int run_guest(struct dash *d)
{
    if (!d->view.live || d->view.paused)
        return -1;
    int ms = guest_run(&d->guest);
    if (d->guest.stopped)
        control_stopped(d);
    return ms;
}

void dash_loop(struct dash *d)
{
    dash_resize(d);
    d->second = guest_host_ns();
    d->changed = true;
    while (!d->quit && !d->guest.ended) {
        int guest_ms = run_guest(d), frame_ms = draw_if_due(d);
        if (d->guest.ended)
            break;
        int window_ms = beside_show(d);
        if (!screen_wait(sooner(sooner(guest_ms, frame_ms), window_ms)))
            d->quit = true;
        take_keys(d);
        take_signals(d);
    }
}

/* The guest's last words, which were on the screen that is gone now. */
static void print_last_lines(const struct console *c)
{
    size_t lines = console_lines(c), first = lines > LAST_LINES ? lines - LAST_LINES : 0;
    for (size_t i = first; i < lines; i++) {
        size_t length;
        const char32_t *text = console_line(c, i, &length);
        for (size_t k = 0; k < length; k++)
            if (text[k])
                fprintf(stderr, "%lc", (wint_t)text[k]);
        if (length || i + 1 < lines)
            fputc('\n', stderr);
    }
}

static int complain(const char *why)
{
    fprintf(stderr, "courier: %s\n", why);
    return EXIT_CANNOT;
}

static int run(struct dash *d, const struct run_options *options)
{
    char why[512];
    const struct display_config *config =
        &(struct display_config){options->display, options->screenshot, options->record,
                                 options->slow ? options->slow : 1, 0};
    if (!display_spares(config, options->disk, why, sizeof why) ||
        !display_spares(config, options->kernel, why, sizeof why) ||
        !display_check(config, why, sizeof why))
        return complain(why);
    if (!screen_open(why, sizeof why))
        return complain(why);
    d->view.live = true;
    d->view.focus = FOCUS_CONSOLE;
    d->view.readonly = options->readonly;
    d->view.ascii = options->ascii || !screen_unicode();
    d->view.tracing = options->trace != NULL;
    d->view.chosen = EP_RS;
    if (trace_probes(d->guest.trace) == 0) {
        dash_say(d, "This kernel has no probes: it runs, but its messages cannot be seen.");
        d->flash_until = UINT64_MAX; /* until a key */
    }
    beside_open(d, config);
    dash_loop(d);
    bool shown = beside_close(d, why, sizeof why);
    screen_close();
    if (!shown)
        return complain(why);
    if (!d->guest.ended)
        return d->end_signal ? 128 + d->end_signal : 0;
    if (d->guest.status != 0)
        print_last_lines(d->console);
    fprintf(stderr, "courier: %s\n", d->guest.why);
    return d->guest.status;
}

bool dash_open(struct dash *d)
{
    setlocale(LC_CTYPE, "");
    d->search_step = 1;
    d->model = model_create();
    d->console = console_create();
    d->console_past = console_past_create();
    if (!d->model || !d->console || !d->console_past)
        return false;
    d->scene = (struct scene){.model = d->model,
                              .world = &d->model->world,
                              .history = d->model->history,
                              .console = d->console};
    return true;
}

void dash_close(struct dash *d)
{
    moment_free(d);
    timeline_close(d->timeline);
    filter_free(d->filter);
    grid_free(&d->grid);
    console_destroy(d->console);
    console_past_destroy(d->console_past);
    model_destroy(d->model);
    free(d);
}

/* The trace file is completed, however the run ended. */
static int end(struct dash *d, int status)
{
    control_close(d);
    deeds_close(d);
    if (!guest_close(&d->guest)) {
        complain(d->guest.why);
        status = status ? status : EXIT_CANNOT;
    }
    dash_close(d);
    return status;
}

int dash_main(const struct run_options *options, struct run_stats *stats)
{
    struct dash *d = calloc(1, sizeof *d);
    if (!d)
        return complain("out of memory");
    if (!dash_open(d)) {
        dash_close(d);
        return complain("out of memory");
    }
    d->model->host_ns = guest_host_ns;
    d->timeline = timeline_live();
    struct sink *past[] = {console_past_sink(d->console_past),
                           d->timeline ? timeline_sink(d->timeline) : NULL, NULL};
    if (!guest_open(&d->guest, options, stats, d->model, d->console, past))
        return end(d, complain(d->guest.why));
    if (!control_open(d, options))
        return end(d, EXIT_USAGE);
    return end(d, run(d, options));
}
