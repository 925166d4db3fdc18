/*
 * A frame: the flow takes in what the model has become, the picture is made of it, painted once for the window's size and
 * once for files, if there are any.
 */
#include "emu/display/display.h"
#include "emu/display/draw.h"
#include "emu/display/picture.h"
#include "emu/display/png_file.h"
#include "emu/display/pane.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#define NCURSES_NOMACROS
#include <curses.h>

#define CLOCK_NS    10u /* of an instruction time */
#define CLOCK_PER_S (1000000000u / CLOCK_NS)
#define WAIT_CLOCKS (300000000u / CLOCK_NS) /* that are shown of a wait: 0.3 s */
#define PATH_BYTES  4096
#define NOTE_NS     4000000000u /* so long the picture says what a key did */
#define SHOTS_MAX   9999        /* screenshots of one directory */

struct display {
    struct display_config config;
    struct pane *pane; /* NULL: there is no window, or none any more */
    struct flow flow;
    struct shapes shapes;
    struct canvas canvas;  /* of the window */
    struct canvas picture; /* of files */
    unsigned slow;
    bool begun, changed;
    bool help;             /* the keys are explained */
    bool shoots;           /* a key has asked for a screenshot: it is the next frame */
    char note[80];         /* what became of the last one, and until when it is said */
    uint64_t note_until;   /* (presentation time) */
    uint64_t drawn, event; /* presentation time, and the model's last event, of the last frame */
    uint32_t said;         /* what the view said then, as a sum */
    unsigned recorded;     /* pictures so far */
    int error;             /* errno of the first picture that could not be written, or 0 */
};

/* ---- opening and closing --------------------------------------------------------------------- */

static bool can_record(const char *directory, char *why, size_t size)
{
    struct stat st;
    if (mkdir(directory, 0777) != 0 && errno != EEXIST)
        snprintf(why, size, "%s: %s", directory, strerror(errno));
    else if (stat(directory, &st) != 0 || !S_ISDIR(st.st_mode))
        snprintf(why, size, "%s: not a directory", directory);
    else if (access(directory, W_OK | X_OK) != 0)
        snprintf(why, size, "%s: %s", directory, strerror(errno));
    else
        return true;
    return false;
}

bool display_check(const struct display_config *config, char *why, size_t size)
{
    if (config->screenshot) {
        FILE *out = fopen(config->screenshot, "ab"); /* what is there stays until the end */
        if (!out) {
            snprintf(why, size, "%s: %s", config->screenshot, strerror(errno));
            return false;
        }
        fclose(out);
    }
    return !config->record || can_record(config->record, why, size);
}

static bool is_file(const struct stat *input, const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && st.st_dev == input->st_dev && st.st_ino == input->st_ino;
}

/* Pictures are numbered from 1 on, and there may be any number of them: what is there already is looked at. */
static bool spares_all(const char *directory, const struct stat *input)
{
    char path[PATH_BYTES];
    struct dirent *entry;
    DIR *d = opendir(directory);
    bool spared = true;
    while (d && spared && (entry = readdir(d)) != NULL) {
        if (strspn(entry->d_name, "0123456789") < 6)
            continue;
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        spared = !is_file(input, path);
    }
    if (d)
        closedir(d);
    return spared;
}

bool display_spares(const struct display_config *config, const char *input, char *why, size_t size)
{
    struct stat st;
    if (!input || stat(input, &st) != 0 || !S_ISREG(st.st_mode))
        return true;
    if (config->screenshot && is_file(&st, config->screenshot))
        snprintf(why, size, "--screenshot would overwrite %s, which is read", input);
    else if (config->record && !spares_all(config->record, &st))
        snprintf(why, size, "--record would overwrite %s, which is read", input);
    else
        return true;
    return false;
}

static bool wants_pictures(const struct display *d)
{
    return d->config.screenshot || d->config.record;
}

struct display *display_open(const struct display_config *config, char *why, size_t size)
{
    struct display *d = calloc(1, sizeof *d);
    why[0] = '\0';
    if (!d) {
        snprintf(why, size, "not enough memory for a window");
        return NULL;
    }
    d->config = *config;
    d->slow = config->slow ? config->slow : wants_pictures(d) ? DISPLAY_SLOW_PICTURE : 1;
    if (config->window)
        d->pane = pane_open(why, size);
    if (wants_pictures(d)) {
        why[0] = '\0';
        return d;
    }
    if (d->pane)
        return d;
    free(d);
    return NULL;
}

/* ---- keys, slow motion ----------------------------------------------------------------------- */

static void close_window(struct display *d)
{
    pane_close(d->pane);
    d->pane = NULL;
    canvas_free(&d->canvas);
}

/* A key that only the picture knows. While it explains the keys, any key ends that. */
static bool own_key(struct display *d, const struct key *key)
{
    bool asks = key->function ? key->code == KEY_F(1) : key->code == 'h' || key->code == '?';
    if (d->help || asks)
        d->help = !d->help;
    else if (key->function && key->code == KEY_F(12))
        d->shoots = true;
    else if (!key->function && (key->code == '-' || key->code == '_'))
        d->slow = d->slow < DISPLAY_SLOW_MAX ? d->slow * 10 : d->slow;
    else if (!key->function && (key->code == '+' || key->code == '='))
        d->slow = d->slow >= 10 ? d->slow / 10 : 1;
    else
        return false;
    d->changed = true;
    return true;
}

bool display_key(struct display *d, struct key *key)
{
    while (d && d->pane && pane_key(d->pane, key)) {
        if (!own_key(d, key))
            return true;
    }
    if (d && d->pane && pane_is_closed(d->pane))
        close_window(d);
    return false;
}

bool display_shown(const struct display *d)
{
    return d && d->pane;
}

void display_restart(struct display *d)
{
    if (d)
        d->begun = false;
}

bool display_moves(const struct display *d)
{
    return d && d->begun && flow_moves(&d->flow);
}

void display_hide(struct display *d)
{
    if (d)
        close_window(d);
}

unsigned display_slow(const struct display *d)
{
    return d ? d->slow : 1;
}

uint64_t display_budget(const struct display *d)
{
    uint64_t clocks = DISPLAY_FRAME_NS / CLOCK_NS / display_slow(d);
    return clocks ? clocks : 1;
}

uint64_t display_skip(uint64_t now, uint64_t next)
{
    uint64_t frame = DISPLAY_FRAME_NS / CLOCK_NS;
    if (next - now > WAIT_CLOCKS)
        now = next - WAIT_CLOCKS;
    return next - now > frame ? now + frame : next;
}

/* ---- frames ---------------------------------------------------------------------------------- */

/* A sum of what the view says, to see that it has changed. */
static uint32_t said(const struct display_view *v)
{
    const char *text[] = {v->question, v->line, v->file};
    uint32_t sum = v->chosen * 31 + v->ended * 11 + v->paused * 7 + v->readonly * 3 + v->slow;
    /* At full speed the time is in seconds. */
    sum = sum * 31 + (uint32_t)(v->slow > 1 || v->paused ? v->now : v->now / CLOCK_PER_S);
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++)
        for (const char *at = text[i] ? text[i] : ""; *at; at++)
            sum = sum * 16777619u ^ (unsigned char)*at;
    return sum;
}

static void save(struct display *d, const char *path)
{
    bool good = draw_shapes(&d->picture, &d->shapes, DRAW_NORMAL);
    if (good && png_write(&d->picture, path))
        return;
    if (!d->error)
        d->error = good ? errno : ENOMEM;
}

static void record(struct display *d)
{
    char path[PATH_BYTES];
    if (d->error)
        return;
    snprintf(path, sizeof path, "%s/%06u.png", d->config.record, ++d->recorded);
    save(d, path);
}

/* The first courier-N.png that is not there yet, now empty. False: there is none, and errno says why. */
static bool reserve(char *name, size_t size)
{
    for (int i = 1; i <= SHOTS_MAX; i++) {
        snprintf(name, size, "courier-%d.png", i);
        FILE *out = fopen(name, "wx");
        if (out)
            return fclose(out) == 0;
        if (errno != EEXIST)
            return false;
    }
    return false;
}

/* What is in the window, at its scale, but without what the window says about itself. */
static void shoot(struct display *d, const struct display_view *v, uint64_t present)
{
    struct display_view plain = *v;
    char name[32];
    plain.keys = plain.help = d->shoots = false;
    picture(&d->shapes, &d->flow, &plain);
    bool drawn = draw_shapes(&d->picture, &d->shapes, pane_scale(d->pane));
    if (drawn && reserve(name, sizeof name) && png_write(&d->picture, name))
        snprintf(d->note, sizeof d->note, "The picture is in %s.", name);
    else
        snprintf(d->note, sizeof d->note, "%s: %s", name, strerror(drawn ? errno : ENOMEM));
    d->note_until = present + NOTE_NS;
}

static void make_frame(struct display *d, const struct display_view *v, uint64_t present)
{
    d->flow.still = v->paused || v->ended;
    d->flow.ended = v->ended;
    if (!d->begun)
        flow_begin(&d->flow, v->model, v->now, present);
    else
        flow_update(&d->flow, v->model, v->now, present);
    d->begun = true;
    d->drawn = present;
    picture(&d->shapes, &d->flow, v);
    if (d->config.record)
        record(d);
}

/* Does the window show something else than before? */
static bool is_news(struct display *d, const struct display_view *v)
{
    uint32_t sum = said(v);
    bool news =
        d->changed || d->event != v->model->world.event || d->said != sum || flow_moves(&d->flow);
    if (pane_is_stale(d->pane))
        news = true;
    d->said = sum;
    d->event = v->model->world.event;
    d->changed = false;
    return news;
}

static void show(struct display *d)
{
    if (draw_shapes(&d->canvas, &d->shapes, pane_scale(d->pane)))
        pane_show(d->pane, &d->canvas);
}

int display_frame(struct display *d, const struct display_view *view, uint64_t present_ns)
{
    if (!d)
        return -1;
    struct display_view filled = *view, *v = &filled;
    v->slow = d->slow;
    v->keys = d->pane != NULL;
    v->help = d->help;
    if (d->shoots && d->pane && d->begun)
        shoot(d, v, present_ns);
    if (present_ns < d->note_until)
        v->line = d->note;
    if (d->drawn && !v->ended && present_ns < d->drawn + DISPLAY_FRAME_NS)
        return (int)((d->drawn + DISPLAY_FRAME_NS - present_ns + 999999) / 1000000);
    bool news = d->pane && pane_is_ready(d->pane) && is_news(d, v);
    if (news || wants_pictures(d) || !d->begun)
        make_frame(d, v, present_ns);
    if (d->pane && news)
        show(d);
    return (int)(DISPLAY_FRAME_NS / 1000000);
}

bool display_close(struct display *d, char *why, size_t size)
{
    if (!d)
        return true;
    if (d->config.screenshot && d->begun && !d->error)
        save(d, d->config.screenshot);
    int error = d->error;
    if (error)
        snprintf(why, size, "%s: %s", d->config.record ? d->config.record : d->config.screenshot,
                 strerror(error));
    pane_close(d->pane);
    canvas_free(&d->canvas);
    canvas_free(&d->picture);
    free(d);
    return error == 0;
}
