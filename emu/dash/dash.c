/*
 * The dashboard's main loop: signals, keys, a slice of the guest, a drawing, and a wait for
 * whichever comes first. It draws ten times a second when there is something new, sooner after a
 * key, and not at all while nothing happens.
 */
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "emu/dash/guest.h"
#include "emu/dash/keys.h"
#include "emu/dash/screen.h"
#include "emu/dash/view.h"

#define MS          1000000u /* in ns */
#define FRAME_NS    (100 * MS)
#define ECHO_NS     (20 * MS) /* between drawings for a while after a key */
#define ECHO_FOR_NS (200 * MS)
#define SECOND_NS   (1000 * MS)
#define FLASH_NS    (3 * SECOND_NS) /* a line for the operator, unless a key comes before */
#define LAST_LINES  10              /* of the console, printed when the guest ends with an error */

struct dash {
    struct guest guest;
    struct model *model;
    struct console *console;
    struct scene scene;
    struct view view;
    struct grid grid;
    bool quit;
    int end_signal; /* that ended the run, or 0 */

    /* All in host time. */
    uint64_t drawn, echo_until, flash_until, second;
    bool changed;           /* something must be drawn */
    uint64_t drawn_now;     /* virtual time of the last event that was drawn */
    uint64_t messages_then; /* a second ago */
    unsigned frames;        /* since then */
};

/* ---- deeds ----------------------------------------------------------------------------------- */

static void flash(struct dash *d, const char *format, const char *name)
{
    snprintf(d->view.flash, sizeof d->view.flash, format, name);
    d->flash_until = guest_host_ns() + FLASH_NS;
}

static void ask(struct dash *d)
{
    const struct world_process *p = world_find(&d->model->world, d->view.chosen);
    struct view_dialog *q = &d->view.dialog;
    if (!p)
        return;
    if (EP_SLOT(p->endpoint) >= NSERVICES) {
        flash(d, "%s is no server. The shell's kill ends programs.", p->name);
        return;
    }
    *q = (struct view_dialog){.open = true, .title = "Kill server", .rows = 2, .confirm = 'y'};
    snprintf(q->row[0], sizeof q->row[0], "%s, endpoint %u, incarnation %u", p->name,
             (unsigned)p->endpoint, (unsigned)p->incarnation);
    snprintf(q->row[1], sizeof q->row[1], "It crashes when it next runs; RS starts it anew.");
    d->view.target = p->endpoint;
    d->view.incarnation = p->incarnation;
}

/* The answer was yes. */
static void confirm(struct dash *d)
{
    const struct world_process *p = world_find(&d->model->world, d->view.target);
    d->view.dialog.open = false;
    if (!p || p->incarnation != d->view.incarnation || p->state == PROC_CRASHED ||
        p->state == PROC_DOWN) {
        flash(d, "%s died meanwhile; nothing was done.", p ? p->name : "It");
        return;
    }
    if (!fault_kill(&d->guest.fault, p->endpoint)) {
        flash(d, "%s has not run yet; nothing was done.", p->name);
        return;
    }
    model_say(d->model, NOTE_INFO, "operator: kill %s", p->name);
    flash(d,
          d->view.paused ? "The guest is stopped; %s dies after it goes on."
                         : "%s dies when it next runs: at the next heartbeat, within 0.5 s.",
          p->name);
}

static void toggle_pause(struct dash *d)
{
    d->view.paused = !d->view.paused;
    if (!d->view.paused)
        guest_resync(&d->guest);
}

static void scroll_console(struct dash *d, int delta)
{
    size_t lines = console_lines(d->console), back = d->view.console_back;
    if (delta < 0)
        back = back > (size_t)-delta ? back - (size_t)-delta : 0;
    else
        back = back + (size_t)delta < lines ? back + (size_t)delta : lines - 1;
    d->view.console_back = back;
}

static void type(struct dash *d, struct key k)
{
    char bytes[KEY_BYTES_MAX];
    size_t count = keys_bytes(k, bytes);
    d->view.console_back = 0;
    if (count)
        guest_type(&d->guest, bytes, count);
    if (d->view.paused)
        flash(d, "The guest is stopped; %s goes on.", "F2");
}

static void resize(struct dash *d)
{
    int rows, columns;
    screen_size(&rows, &columns);
    grid_resize(&d->grid, rows, columns);
    screen_redraw();
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* Moving about: what changes only the view. True: that was it. */
static bool look(struct dash *d, enum action action)
{
    struct view *v = &d->view;
    switch (action) {
    case ACTION_TO_CONSOLE:
        v->focus = FOCUS_CONSOLE;
        return true;
    case ACTION_TO_TABLES:
        v->focus = FOCUS_TABLES;
        return true;
    case ACTION_UP:
    case ACTION_DOWN:
        view_choose(v, &d->scene, action == ACTION_UP ? -1 : 1);
        return true;
    case ACTION_PAGE_UP:
    case ACTION_PAGE_DOWN:
        view_move(v, &d->scene, action == ACTION_PAGE_UP ? -v->message_rows : v->message_rows);
        return true;
    case ACTION_HOME:
    case ACTION_END:
        view_move(v, &d->scene, action == ACTION_HOME ? -INT_MAX : INT_MAX);
        return true;
    case ACTION_CONSOLE_UP:
    case ACTION_CONSOLE_DOWN:
        scroll_console(d, action == ACTION_CONSOLE_UP ? v->console_rows : -v->console_rows);
        return true;
    case ACTION_NOTICES:
        v->notices = !v->notices;
        return true;
    case ACTION_ZOOM:
        v->zoom = !v->zoom;
        return true;
    case ACTION_HELP:
        v->help = true;
        return true;
    case ACTION_CANCEL:
        v->help = false;
        v->dialog.open = false;
        return true;
    default:
        return false;
    }
}

static void act(struct dash *d, enum action action, struct key k)
{
    switch (action) {
    case ACTION_TYPE:
        type(d, k);
        break;
    case ACTION_PAUSE:
        toggle_pause(d);
        break;
    case ACTION_KILL:
        ask(d);
        break;
    case ACTION_CONFIRM:
        confirm(d);
        break;
    case ACTION_REDRAW:
        screen_redraw();
        break;
    case ACTION_RESIZE:
        resize(d);
        break;
    case ACTION_SUSPEND:
        screen_suspend();
        guest_resync(&d->guest);
        resize(d);
        break;
    case ACTION_QUIT:
        d->quit = true;
        break;
    default:
        look(d, action);
        break;
    }
}

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
        guest_resync(&d->guest);
        resize(d);
        d->changed = true;
    }
    if (r.end) {
        d->end_signal = r.end;
        d->quit = true;
    }
}

/* ---- drawing --------------------------------------------------------------------------------- */

/* Once a second: rates and shares. */
static void tick(struct dash *d, uint64_t now)
{
    model_sample(d->model, board_clock(d->guest.board));
    d->view.rate = (d->model->world.messages - d->messages_then) * SECOND_NS / (now - d->second);
    d->view.frames = d->frames ? d->frames : 1;
    if (now >= d->flash_until)
        d->view.flash[0] = '\0';
    d->messages_then = d->model->world.messages;
    d->frames = 0;
    d->second = now;
    d->changed = true;
}

static void draw(struct dash *d, uint64_t now)
{
    d->view.instructions = board_instructions(d->guest.board);
    d->view.now = board_clock(d->guest.board);
    view_draw(&d->grid, &d->view, &d->scene);
    screen_draw(&d->grid);
    d->drawn_now = d->model->world.now;
    d->drawn = now;
    d->frames++;
    d->changed = d->guest.printed = false;
}

/* Draws if it is time; returns in how many ms it will be, negative: when something happens. */
static int draw_if_due(struct dash *d)
{
    uint64_t now = guest_host_ns();
    if (!d->view.paused && now - d->second >= SECOND_NS)
        tick(d, now);
    bool changed = d->changed || d->guest.printed || d->model->world.now != d->drawn_now;
    uint64_t due = d->drawn + (now < d->echo_until ? ECHO_NS : FRAME_NS);
    if (changed && now >= due) {
        draw(d, now);
        changed = false;
    }
    if (changed)
        return (int)((due - now) / MS) + 1;
    return d->view.paused ? -1 : (int)((d->second + SECOND_NS - now) / MS) + 1;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static int sooner(int a, int b)
{
    return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

static void loop(struct dash *d)
{
    resize(d);
    d->changed = true;
    while (!d->quit && !d->guest.ended) {
        int guest_ms = d->view.paused ? -1 : guest_run(&d->guest);
        int frame_ms = draw_if_due(d);
        if (d->guest.ended)
            break;
        if (!screen_wait(sooner(guest_ms, frame_ms)))
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

static int run(struct dash *d)
{
    char why[256];
    if (!screen_open(why, sizeof why))
        return complain(why);
    d->scene = (struct scene){d->model, &d->model->world, d->model->history, d->console};
    d->view.live = true;
    d->view.focus = FOCUS_CONSOLE;
    d->view.ascii = !screen_unicode();
    d->view.chosen = EP_RS;
    d->second = guest_host_ns();
    loop(d);
    screen_close();
    if (!d->guest.ended)
        return d->end_signal ? 128 + d->end_signal : 0;
    if (d->guest.status != 0)
        print_last_lines(d->console);
    fprintf(stderr, "courier: %s\n", d->guest.why);
    return d->guest.status;
}

int dash_main(const struct run_options *options, struct run_stats *stats)
{
    struct dash *d = calloc(1, sizeof *d);
    int status = EXIT_CANNOT;
    setlocale(LC_CTYPE, "");
    if (!d || !(d->model = model_create()) || !(d->console = console_create()))
        complain("out of memory");
    else if (!guest_open(&d->guest, options, stats, d->model, d->console))
        complain(d->guest.why);
    else
        status = run(d);
    if (d) {
        guest_close(&d->guest);
        grid_free(&d->grid);
        console_destroy(d->console);
        model_destroy(d->model);
    }
    free(d);
    return status;
}
