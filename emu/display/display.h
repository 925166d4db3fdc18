/*
 * The lecture view: the running system as a moving picture, in a window, in PNG files, or in both.
 *
 *     struct display *d = display_open(&config, why, sizeof why);
 *     for (;;) {
 *         ... run a slice of the guest ...
 *         while (display_key(d, &key)) ... as if it had been typed at the dashboard ...
 *         display_frame(d, &view, host_ns);
 *     }
 *     display_close(d, why, sizeof why);
 *
 * It draws what the model knows, and keeps nothing of its own but where things are in the picture. All calls come from the
 * main thread, which SDL needs; a frame takes some milliseconds, and is left out when it is not due.
 *
 * Two times: the guest's virtual time, in which a message takes a microsecond, and presentation time,
 * in which people look. A front end with a window presents in host time. Where pictures are written, each frame shows the
 * same amount of virtual time, however long the host takes for it: the same run gives the same pictures.
 */
#ifndef EMU_DISPLAY_DISPLAY_H
#define EMU_DISPLAY_DISPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "emu/dash/keys.h"
#include "emu/model/model.h"

#define DISPLAY_FPS      30
#define DISPLAY_FRAME_NS (1000000000u / DISPLAY_FPS)

/* Slow motion: one second of presentation shows 1/slow second of virtual time in which somebody ran. */
#define DISPLAY_SLOW_MAX     1000000u
#define DISPLAY_SLOW_PICTURE 100u /* for --record and --screenshot, unless another is given */

struct display;

struct display_config {
    bool window;            /* --display flow */
    const char *screenshot; /* a PNG file, written by display_close(); NULL: none */
    const char *record;     /* a directory for numbered PNG files, one each frame; NULL: none */
    unsigned slow;          /* slow motion, to begin with; 1 to DISPLAY_SLOW_MAX; 0: as usual */
    uint64_t at; /* of a recording: the last picture is of this virtual time; 0: its end */
};

/* What the front end shows, beside the model. */
struct display_view {
    const struct model *model;
    const char *file;     /* of a recorded trace; NULL: a live guest */
    bool paused;          /* the guest stands still, or the playing does */
    bool ended;           /* nothing will come any more */
    bool readonly;        /* no deeds */
    uint64_t now;         /* virtual time, in instruction times of 10 ns */
    endpoint_t chosen;    /* the process that keys are about, or EP_NONE */
    const char *question; /* that waits for an answer; NULL or "": none */
    const char *line;     /* for the operator: why it stopped, what was done; NULL or "": none */
    unsigned slow;        /* the rest is filled in by the display */
    bool keys, help;      /* there is a window that has keys; they are explained */
};

/*
 * False: a picture could never be written there, and `why` says so in one line. The directory is made if it
 * is not there. To be asked before the run begins.
 */
bool display_check(const struct display_config *config, char *why, size_t size);

/* False: a picture would overwrite this file, which is read; `why` says so in one line. NULL is spared. */
bool display_spares(const struct display_config *config, const char *input, char *why, size_t size);

/*
 * NULL: nothing can be shown: there is no display for the window, or no memory, and `why` says so in one line that does not end the
 * run. With pictures to write, a missing display is no error and `why` is empty.
 */
struct display *display_open(const struct display_config *config, char *why, size_t size);

/* The next key pressed in the window, as the dashboard's keys. False: none. Also takes care of everything else that
 * happens to a window. These accept a NULL display, which is never shown and knows no slow motion. */
bool display_key(struct display *d, struct key *key);

/* Is there a window still? Closing it ends nothing else. */
bool display_shown(const struct display *d);

/* The next frame begins with another model, or another moment: nothing of the past is shown any more. */
void display_restart(struct display *d);

/* Will the next frame show something else, though nothing happens? */
bool display_moves(const struct display *d);

/* Closes the window, as its own button does. */
void display_hide(struct display *d);

/*
 * Shows the model at this presentation time, in ns, which never runs backwards; a window, if a frame is due and something has changed.
 * Returns in how many ms it should be called again; negative: when something happens.
 */
int display_frame(struct display *d, const struct display_view *v, uint64_t present_ns);

/* Writes what is to be written, and gives everything back. False: a picture could not be written, and `why` says so in one
 * line. */
bool display_close(struct display *d, char *why, size_t size);

/*
 * Slow motion: the factor, which + and - in the window change, and the virtual time (instruction times) that one frame shows. A guest in slow motion
 * runs for so long, is shown, and waits for the next frame. Time in which nobody runs is not slowed down: see display_skip().
 */
unsigned display_slow(const struct display *d);
uint64_t display_budget(const struct display *d);

/*
 * An idle guest in slow motion, at virtual time `now`, has nothing to do before `next`: to what time it should skip in this frame. Time goes
 * at its own pace, and long waits are shortened.
 */
uint64_t display_skip(uint64_t now, uint64_t next);

#endif
