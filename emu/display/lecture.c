/*
 * The keys are the dashboard's, as far as they make sense here: stop and go on, step, choose, kill after a question. Nothing
 * is done to the guest that is not said in the picture.
 */
#include "emu/display/lecture.h"
#include "emu/control/fault.h"
#include "emu/control/step.h"
#include "emu/display/film.h"
#include "emu/trace/names.h"

#define NCURSES_NOMACROS
#include <curses.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LINE     160
#define LINE_NS  4000000000u /* so long a line stands */
#define CTRL_C   3
#define FRAME_MS (DISPLAY_FRAME_NS / 1000000)

struct lecture {
    struct sink frames; /* of pictures: hears of each event before the model does */
    struct film film;
    struct board *board;
    struct trace *trace;
    struct model *model;
    struct display *display;
    struct fault fault;
    struct step step;
    bool
        pictures; /* are written: presentation goes by the film's frames, not by the host's clock */
    bool paused, readonly;
    bool kills; /* fault_crossing is at work */
    endpoint_t chosen;
    endpoint_t target; /* of the question, or EP_NONE; and which of its lives */
    uint32_t incarnation;
    uint64_t present; /* ns */
    uint64_t framed;  /* slow motion: the virtual time at which the frame is full */
    uint64_t began;   /* host time */
    uint64_t said;    /* presentation time of `line`, or 0 */
    char line[LINE], question[LINE];
};

static uint64_t host_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- opening and closing --------------------------------------------------------------------- */

static void complain(const char *why)
{
    if (*why)
        fprintf(stderr, "courier: %s\n", why);
}

static struct lecture *refuse(struct lecture *l, const char *why)
{
    char unheard[256];
    complain(why);
    if (l) {
        display_close(l->display, unheard, sizeof unheard);
        model_destroy(l->model);
    }
    free(l);
    return NULL;
}

struct lecture *lecture_open(const struct run_options *options, struct board *board, int *status)
{
    struct display_config config = {options->display, options->screenshot, options->record,
                                    options->slow, 0};
    char why[512];
    if (!config.window && !config.screenshot && !config.record)
        return NULL;
    if (!display_spares(&config, options->disk, why, sizeof why) ||
        !display_spares(&config, options->kernel, why, sizeof why) ||
        !display_check(&config, why, sizeof why)) {
        *status = EXIT_CANNOT;
        return refuse(NULL, why);
    }
    struct lecture *l = calloc(1, sizeof *l);
    if (!l || !(l->model = model_create()))
        return refuse(l, "not enough memory for the picture; the run goes on without it");
    l->display = display_open(&config, why, sizeof why);
    if (!l->display) {
        strncat(why, "; the run goes on without it", sizeof why - strlen(why) - 1);
        return refuse(l, why);
    }
    l->board = board;
    l->pictures = config.screenshot || config.record;
    film_begin(&l->film, l->model, l->display);
    l->readonly = options->readonly;
    l->chosen = l->pictures ? EP_NONE : EP_FS;
    l->target = EP_NONE;
    l->began = host_ns();
    fault_init(&l->fault, board);
    step_init(&l->step, board);
    return l;
}

static struct display_view view_of(const struct lecture *l)
{
    return (struct display_view){.model = l->model,
                                 .paused = l->paused,
                                 .readonly = l->readonly,
                                 .now = board_clock(l->board),
                                 .chosen = l->chosen,
                                 .question = l->question,
                                 .line = l->line};
}

static void show_film(struct lecture *l, bool ended)
{
    struct display_view view = view_of(l);
    view.ended = ended;
    film_show(&l->film, &view);
    l->present = l->film.present;
}

static void on_film(struct sink *self, const struct event *e)
{
    struct lecture *l = (struct lecture *)self;
    while (film_frame_is_due(&l->film, e->time)) {
        film_advance(&l->film);
        show_film(l, false);
    }
    film_take(&l->film, e);
}

struct sink *lecture_sinks(struct lecture *l, struct sink *more)
{
    if (!l)
        return more;
    struct sink *model = l->pictures ? &l->frames : &l->model->sink;
    l->frames = (struct sink){.kinds = l->model->sink.kinds, .event = on_film};
    model->next = &l->fault.sink;
    l->fault.sink.next = &l->step.sink;
    l->step.sink.next = more;
    return model;
}

void lecture_attach(struct lecture *l, struct trace *trace)
{
    if (l)
        l->trace = trace;
}

bool lecture_close(struct lecture *l)
{
    char why[512];
    if (!l)
        return true;
    if (l->pictures && l->trace)
        show_film(l, true);
    bool good = display_close(l->display, why, sizeof why);
    if (!good)
        complain(why);
    model_destroy(l->model);
    free(l);
    return good;
}

/* ---- deeds ----------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void say(struct lecture *l, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(l->line, sizeof l->line, format, args);
    va_end(args);
    l->said = l->present + 1;
}

static void choose(struct lecture *l, int direction)
{
    unsigned slot = l->chosen == EP_NONE ? EP_FS : EP_SLOT(l->chosen);
    for (unsigned i = 1; i < NSLOTS; i++) {
        unsigned next = (slot + (direction > 0 ? i : NSLOTS - i)) % NSLOTS;
        const struct world_process *p = &l->model->world.process[next];
        if (next != 0 && p->used) {
            l->chosen = p->endpoint;
            return;
        }
    }
}

static void ask(struct lecture *l)
{
    const struct world_process *p = world_find(&l->model->world, l->chosen);
    unsigned waiting = 0;
    if (!p)
        return;
    if (l->readonly) {
        say(l, "--readonly: nothing is killed");
        return;
    }
    for (unsigned i = 1; i < NSLOTS; i++)
        waiting +=
            l->model->world.process[i].used && l->model->world.process[i].peer == p->endpoint;
    l->target = p->endpoint;
    l->incarnation = p->incarnation;
    snprintf(l->question, sizeof l->question,
             "Kill %s%s? %u wait for it.   y: yes   any other key: no", p->name,
             EP_SLOT(p->endpoint) < NSERVICES ? " (it is started again)" : "", waiting);
}

static void answer(struct lecture *l, bool yes)
{
    const struct world_process *p = world_find(&l->model->world, l->target);
    l->question[0] = '\0';
    l->target = EP_NONE;
    if (!yes)
        return;
    if (!p || p->incarnation != l->incarnation) {
        say(l, "It died meanwhile; nothing was done.");
        return;
    }
    if (!l->kills)
        trace_intercept(l->trace, fault_crossing, &l->fault);
    l->kills = true;
    if (fault_kill(&l->fault, p->endpoint))
        trace_operator(l->trace, p->endpoint, "kill %s", p->name);
    else
        say(l, "%s has not run yet; nothing was done.", p->name);
}

/* What the guest stands before. */
static void say_step(struct lecture *l, const struct event *e)
{
    char text[NAMES_MESSAGE_BYTES];
    const char *from = world_name(&l->model->world, e->who);
    const char *to = world_name(&l->model->world, e->peer);
    struct message m = e->message;
    if (e->kind == EVENT_NOTIFY) {
        from = e->peer == EP_KERNEL ? "kernel" : world_name(&l->model->world, e->peer);
        to = world_name(&l->model->world, e->who);
        m.type = MSG_NOTIFY;
        m.w[0] = e->events;
    }
    names_message(text, sizeof text, &m, world_name, &l->model->world);
    say(l, "next: %s > %s  %.100s", from ? from : "?", to ? to : "?", text);
}

static void pause_or_go_on(struct lecture *l, bool paused)
{
    l->paused = paused;
    step_cancel(&l->step);
    l->line[0] = '\0';
}

static void step(struct lecture *l)
{
    step_message(&l->step);
    l->paused = false;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void function_key(struct lecture *l, char32_t code)
{
    if (code == KEY_F(9))
        ask(l);
    else if (code == KEY_F(2))
        pause_or_go_on(l, !l->paused);
    else if (code == KEY_F(10))
        display_hide(l->display);
    else if (code == KEY_UP || code == KEY_LEFT)
        choose(l, -1);
    else if (code == KEY_DOWN || code == KEY_RIGHT)
        choose(l, 1);
}

static void letter(struct lecture *l, char32_t code)
{
    switch (code) {
    case 'p':
        pause_or_go_on(l, !l->paused);
        break;
    case 'c':
        pause_or_go_on(l, false);
        break;
    case 's':
        step(l);
        break;
    case 'k':
        choose(l, -1);
        break;
    case 'j':
        choose(l, 1);
        break;
    case 'q':
    case CTRL_C:
        display_hide(l->display);
        break;
    }
}

static void take_keys(struct lecture *l)
{
    struct key key;
    while (display_key(l->display, &key)) {
        if (l->target != EP_NONE)
            answer(l, !key.function && key.code == 'y');
        else if (key.function)
            function_key(l, key.code);
        else
            letter(l, key.code);
    }
    if (!display_shown(l->display) && !l->pictures && (l->paused || step_goal(&l->step)))
        pause_or_go_on(l, false); /* nobody could do that any more */
}

/* ---- time ------------------------------------------------------------------------------------ */

/* Is there somebody to look? */
static bool is_seen(const struct lecture *l)
{
    return l && (l->pictures || display_shown(l->display));
}

bool lecture_paces(const struct lecture *l)
{
    return is_seen(l) && !l->pictures && display_slow(l->display) > 1;
}

bool lecture_holds(const struct lecture *l)
{
    return l && l->paused;
}

uint64_t lecture_slice(const struct lecture *l, uint64_t usual)
{
    uint64_t clock = l ? board_clock(l->board) : 0;
    if (!lecture_paces(l) || l->framed >= clock + usual)
        return usual;
    return l->framed > clock ? l->framed - clock : 1;
}

uint64_t lecture_skip(const struct lecture *l, uint64_t next)
{
    return next <= l->framed ? next : display_skip(board_clock(l->board), next);
}

int lecture_sleep(const struct lecture *l, int ms)
{
    int most = (int)FRAME_MS;
    return l && display_shown(l->display) && (ms < 0 || ms > most) ? most : ms;
}

/* The guest has stopped at the end of a step. */
static void look_for_stop(struct lecture *l)
{
    struct step_end end;
    if (!step_take(&l->step, &end))
        return;
    l->paused = true;
    if (end.reached)
        say_step(l, &end.event);
}

int lecture_show(struct lecture *l)
{
    if (!is_seen(l))
        return 0;
    uint64_t host = host_ns() - l->began, clock = board_clock(l->board);
    look_for_stop(l);
    if (lecture_paces(l) && !l->paused && clock < l->framed)
        return 0;
    take_keys(l);
    l->framed = clock + display_budget(l->display);
    if (!l->pictures)
        l->present = host;
    if (l->said && !l->paused && l->present > l->said + LINE_NS)
        l->line[0] = '\0';
    if (l->pictures && l->paused)
        show_film(l, false);
    if (l->pictures)
        return l->paused ? (int)FRAME_MS : 0;
    struct display_view view = view_of(l);
    int due = display_frame(l->display, &view, l->present);
    if (!l->paused && !lecture_paces(l))
        return 0;
    return due > 0 ? due : (int)FRAME_MS;
}
