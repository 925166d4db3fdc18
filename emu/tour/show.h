/* Pictures of the tour: the dashboard's panes, and a few lists, as text. */
#ifndef EMU_TOUR_SHOW_H
#define EMU_TOUR_SHOW_H

#include <stdbool.h>
#include <stdio.h>
#include "emu/tour/script.h"
#include "emu/tour/stage.h"

#define SHOW_COLUMNS 80 /* where there is no terminal */

/* What a picture is written on. */
struct paper {
    FILE *out;
    int columns;
    bool ascii; /* no characters but ASCII */
};

/* Writes the picture that the command asks for. False: there is nothing to be seen, and `s->why` says so. */
bool show(const struct paper *paper, struct stage *s, const struct command *c);

/* The message that the guest stands before. */
void show_stop(FILE *out, const struct stage *s);

#endif
