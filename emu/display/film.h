/*
 * Frames for pictures: which moments of a run they show, as its events alone say. A live run and its recording give the same
 * ones: so much virtual time a frame while somebody runs, and while nobody does, time at its own pace, shortened.
 *
 *     for each event:  while (film_frame_is_due(&film, e->time)) { film_advance(&film); ... draw ... }
 *                      film_take(&film, e);
 */
#ifndef EMU_DISPLAY_FILM_H
#define EMU_DISPLAY_FILM_H

#include <stdbool.h>
#include <stdint.h>
#include "emu/display/display.h"

struct film {
    struct model *model;     /* borrowed, as is the display */
    struct display *display; /* whose slow motion counts */
    uint64_t now;            /* virtual time that is shown */
    uint64_t until;          /* of the frame that is being filled; 0: not known yet */
    uint64_t present;        /* presentation time of the last frame, ns */
};

/* From power-on. The presentation time goes on. */
void film_begin(struct film *f, struct model *model, struct display *display);

/* Must a frame be shown before an event of this time? */
bool film_frame_is_due(struct film *f, uint64_t time);

/* Time passes up to that frame. */
void film_advance(struct film *f);

/* Puts the event into the model. */
void film_take(struct film *f, const struct event *e);

/* Shows the moment; of `v`, this fills in what is shown and when. */
int film_show(struct film *f, struct display_view *v);

#endif
