/*
 * The lecture view beside the terminal. It draws from the dashboard's model, and its keys are the dashboard's: a question is asked in
 * both places, and may be answered in either. A recorded trace is played there; selecting a message in the terminal goes to it.
 */
#include <stdio.h>
#include "emu/dash/dash.h"
#include "emu/display/display.h"
#include "emu/display/playback.h"

#define QUESTION 192

/* The terminal is taken: the line is there to be read now, and on stderr afterwards. */
static void say_why(struct dash *d, const char *why)
{
    if (!*why)
        return;
    dash_say(d, "%s", why);
    fprintf(stderr, "courier: %s\n", why);
}

void beside_open(struct dash *d, const struct display_config *config)
{
    char why[256];
    if (!config->window && !config->screenshot && !config->record)
        return;
    d->display = display_open(config, why, sizeof why);
    say_why(d, why);
}

void beside_play(struct dash *d, const char *file, const struct display_config *config)
{
    char why[256] = "";
    if (!config->window && !config->screenshot && !config->record)
        return;
    d->playback = playback_open(file, config, NULL, why, sizeof why);
    say_why(d, why);
}

/* What the dialog asks, in a line. */
static void question(const struct view_dialog *q, char out[QUESTION])
{
    out[0] = '\0';
    if (q->open && q->menu)
        snprintf(out, QUESTION, "%s: the menu is on the terminal", q->title);
    else if (q->open)
        snprintf(out, QUESTION, "%s %s   %c: yes   any other key: no", q->title,
                 q->rows > 1 ? q->row[1] : "", q->confirm ? q->confirm : '-');
}

/* A key of the window does what it would do in the tables of the terminal. */
static void take_key(struct dash *d, struct key k)
{
    enum view_focus focus = d->view.focus;
    d->view.focus = FOCUS_TABLES;
    enum action action = keys_action(&d->view, false, k);
    d->view.flash[0] = '\0';
    d->changed = true;
    if (action == ACTION_QUIT)
        display_hide(d->display);
    else if (action != ACTION_SUSPEND && action != ACTION_RESIZE)
        act(d, action, k);
    if (d->view.focus == FOCUS_TABLES)
        d->view.focus = focus;
}

static int show_live(struct dash *d, bool ended)
{
    struct key k;
    char asked[QUESTION];
    while (display_key(d->display, &k))
        take_key(d, k);
    question(&d->view.dialog, asked);
    struct display_view view = {.model = d->model,
                                .paused = d->view.paused,
                                .ended = ended,
                                .readonly = d->view.readonly,
                                .now = board_clock(d->guest.board),
                                .chosen = d->view.chosen,
                                .question = asked,
                                .line = d->view.stopped[0] ? d->view.stopped : d->view.flash};
    d->guest.budget = display_slow(d->display) > 1 ? display_budget(d->display) : 0;
    return display_frame(d->display, &view, guest_host_ns());
}

bool beside_close(struct dash *d, char *why, size_t size)
{
    if (d->display)
        show_live(d, true);
    bool good = display_close(d->display, why, size);
    if (good)
        good = playback_close(d->playback, why, size);
    d->display = NULL;
    d->playback = NULL;
    return good;
}

int beside_show(struct dash *d)
{
    if (d->playback && d->moment.event != d->played && (d->played = d->moment.event) != 0)
        playback_goto(d->playback, d->played);
    if (d->playback)
        return playback_show(d->playback);
    return d->display ? show_live(d, false) : -1;
}
