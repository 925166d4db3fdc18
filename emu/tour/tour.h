/* `courier tour`: captioned steps on a live system (docs/tour.md). */
#ifndef EMU_TOUR_TOUR_H
#define EMU_TOUR_TOUR_H

#include <stdbool.h>
#include "emu/tour/page.h"
#include "emu/tour/script.h"
#include "emu/tour/stage.h"

struct tour_options {
    struct stage_options stage;
    bool text;            /* no pauses, no pages */
    bool show;            /* it goes on by itself, for an audience */
    int page;             /* lines of a page that are to be seen at once; 0: there are no pages */
    bool ascii;           /* no characters but ASCII */
    bool color;           /* captions may be bold */
    struct page *written; /* where all of it is written */
};

/* How playing a step ended, or what the reader wants. */
enum tour_end {
    TOUR_GOOD,
    TOUR_FAILED, /* stderr says where and why */
    TOUR_NEXT,   /* the rest is not wanted */
    TOUR_AGAIN,  /* from its beginning */
    TOUR_QUIT
};

/* Plays a script on a system of its own. `number` of `count`: its place in the tour. */
enum tour_end tour_play(const struct tour_options *options, const struct script *script,
                        unsigned number, unsigned count);

/* Waits for a key, and says what it means; TOUR_GOOD: go on. In a show that is so as soon as `lines` lines can have been read. */
enum tour_end tour_pause(const struct tour_options *options, const char *what, int lines);

/* What has been written is on the terminal. */
void tour_show(const struct tour_options *options);

/* How wide a picture is to be: as the terminal is just now, within reason. */
int tour_columns(const struct tour_options *options);

/* The command, with its arguments behind `tour`; returns the exit status. */
int tour_main(int argc, char **argv);

#endif
