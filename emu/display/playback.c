/*
 * A recording is film (film.h) whose frames wait for the host's clock where there is a window. Where there is none, its
 * pictures are those of the run that was recorded.
 */
#include "emu/display/film.h"
#include "emu/display/playback.h"
#include "emu/trace/names.h"
#include "emu/trace/reader.h"

#define NCURSES_NOMACROS
#include <curses.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CTRL_C 3
#define LINE   160

struct playback {
    const char *file;
    struct reader *reader;
    struct model *model;
    struct display *display;
    struct film film;
    bool pictures, paused;
    bool reached; /* the moment `at` */
    bool has_next;
    struct event next; /* the first one that has not been shown */
    uint64_t at;       /* playing stops at this virtual time; UINT64_MAX: nowhere */
    uint64_t shown;    /* host time of the last frame */
    uint64_t goal;     /* the event to go to, whose message shall be seen to pass; 0: none */
    bool primed;       /* the moment before it has been shown */
    endpoint_t chosen;
    char line[LINE];
};

static uint64_t host_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- the recording --------------------------------------------------------------------------- */

/* What the model does not want to hear of is not there, as for the model of a live run. */
static void read_next(struct playback *p)
{
    do
        p->has_next = reader_next(p->reader, &p->next) == READER_EVENT;
    while (p->has_next && !(p->model->sink.kinds & EVENT_BIT(p->next.kind)));
    if (!p->has_next && *reader_remark(p->reader))
        snprintf(p->line, sizeof p->line, "%s", reader_remark(p->reader));
    else if (!p->has_next && display_shown(p->display))
        snprintf(p->line, sizeof p->line, "The end of the recording. Home plays it again.");
}

/* Puts the next event into the model. */
static void take(struct playback *p)
{
    film_take(&p->film, &p->next);
    read_next(p);
}

/* From the first event on. False: `why` says what is wrong. */
static bool rewind_it(struct playback *p, char *why, size_t size)
{
    struct reader *reader = reader_open(p->file, why, size);
    struct model *model = model_create();
    if (!reader || !model) {
        if (reader)
            snprintf(why, size, "not enough memory");
        reader_close(reader);
        model_destroy(model);
        return false;
    }
    reader_close(p->reader);
    model_destroy(p->model);
    p->reader = reader;
    p->model = model;
    film_begin(&p->film, model, p->display);
    p->line[0] = '\0';
    p->goal = 0;
    display_restart(p->display);
    read_next(p);
    return true;
}

static void again(struct playback *p)
{
    char why[LINE];
    if (!rewind_it(p, why, sizeof why))
        snprintf(p->line, sizeof p->line, "%s", why);
}

/* The moment that was asked for has come. */
static void stop_there(struct playback *p)
{
    p->reached = true;
    p->film.now = p->at;
    world_pass(&p->model->world, p->at);
    p->paused = true;
}

/* One frame's virtual time passes. */
static void pass(struct playback *p)
{
    bool due = false;
    while (p->has_next && !(due = film_frame_is_due(&p->film, p->next.time)) &&
           p->next.time <= p->at)
        take(p);
    if (p->has_next && due && p->film.until <= p->at)
        film_advance(&p->film);
    else if (p->has_next)
        stop_there(p);
}

static bool is_message(const struct event *e)
{
    return e->kind == EVENT_DELIVER;
}

/* Up to and with the next message. */
static void step(struct playback *p)
{
    bool message = false;
    while (p->has_next && !message) {
        message = is_message(&p->next);
        take(p);
    }
    p->film.until = 0;
    p->paused = true;
}

/* ---- opening and closing --------------------------------------------------------------------- */

static struct playback *give_up(struct playback *p)
{
    char unheard[LINE];
    playback_close(p, unheard, sizeof unheard);
    return NULL;
}

struct playback *playback_open(const char *file, const struct display_config *config, bool *fatal,
                               char *why, size_t size)
{
    struct playback *p = calloc(1, sizeof *p);
    bool unheard;
    fatal = fatal ? fatal : &unheard;
    *fatal = true;
    if (!p) {
        snprintf(why, size, "not enough memory");
        return NULL;
    }
    p->file = file;
    p->chosen = EP_NONE;
    p->at = config->at ? config->at : UINT64_MAX;
    if (!rewind_it(p, why, size) || !display_spares(config, file, why, size) ||
        !display_check(config, why, size))
        return give_up(p);
    *fatal = false;
    struct display_config with = *config;
    with.slow = with.slow ? with.slow : DISPLAY_SLOW_PICTURE;
    p->display = display_open(&with, why, size);
    if (!p->display)
        return give_up(p);
    p->film.display = p->display;
    p->pictures = config->screenshot || config->record;
    return p;
}

bool playback_close(struct playback *p, char *why, size_t size)
{
    if (!p)
        return true;
    why[0] = '\0';
    bool good = display_close(p->display, why, size);
    if (good && p->pictures)
        snprintf(why, size, "%s", reader_remark(p->reader));
    reader_close(p->reader);
    model_destroy(p->model);
    free(p);
    return good;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void choose(struct playback *p, int direction)
{
    const struct world *w = &p->model->world;
    unsigned slot = p->chosen == EP_NONE ? 0 : EP_SLOT(p->chosen);
    for (unsigned i = 1; i < NSLOTS; i++) {
        unsigned next = (slot + (direction > 0 ? i : NSLOTS - i)) % NSLOTS;
        if (next != 0 && w->process[next].used) {
            p->chosen = w->process[next].endpoint;
            return;
        }
    }
}

static void take_key(struct playback *p, struct key k)
{
    if (k.function ? k.code == KEY_F(2) : k.code == 'p')
        p->paused = !p->paused;
    else if (!k.function && k.code == 'c')
        p->paused = false;
    else if (!k.function && k.code == 's')
        step(p);
    else if (k.function ? k.code == KEY_HOME : k.code == 'g')
        again(p);
    else if (k.function ? k.code == KEY_UP : k.code == 'k')
        choose(p, -1);
    else if (k.function ? k.code == KEY_DOWN : k.code == 'j')
        choose(p, 1);
    else if (k.function ? k.code == KEY_F(10) : k.code == 'q' || k.code == CTRL_C)
        display_hide(p->display);
}

/* ---- showing --------------------------------------------------------------------------------- */

static void take_until(struct playback *p, uint64_t event)
{
    while (p->has_next && p->next.number < event)
        take(p);
    p->film.until = 0;
}

void playback_goto(struct playback *p, uint64_t event)
{
    if (!p)
        return;
    if (p->model->world.event >= event)
        again(p);
    take_until(p, event);
    display_restart(p->display);
    p->goal = event;
    p->primed = false;
    p->paused = true;
}

static void reach_goal(struct playback *p)
{
    if (p->primed)
        take_until(p, p->goal + 1);
    p->goal = p->primed ? 0 : p->goal;
    p->primed = true;
}

int playback_show(struct playback *p)
{
    struct key key;
    if (!p || (!p->pictures && !display_shown(p->display)))
        return -1;
    while (display_key(p->display, &key))
        take_key(p, key);
    uint64_t host = host_ns(), due = p->shown + DISPLAY_FRAME_NS;
    bool waits = display_shown(p->display) && p->shown && host < due;
    if (waits)
        return (int)((due - host + 999999) / 1000000);
    if (p->goal)
        reach_goal(p);
    else if (!p->paused)
        pass(p);
    p->shown = host;
    struct display_view view = {.file = display_shown(p->display) ? p->file : NULL,
                                .paused = p->paused,
                                .ended = !p->has_next,
                                .chosen = p->chosen,
                                .line = p->line};
    film_show(&p->film, &view);
    return display_shown(p->display) ? (int)(DISPLAY_FRAME_NS / 1000000) : 0;
}

/* Of the moment that was asked for the last message is seen, too. */
static bool is_done(const struct playback *p)
{
    return !p->has_next || (p->reached && !display_moves(p->display));
}

void playback_run(struct playback *p)
{
    int ms = playback_show(p);
    while (ms >= 0 && !(p->pictures && is_done(p))) {
        poll(NULL, 0, ms);
        ms = playback_show(p);
    }
}
