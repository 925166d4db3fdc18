/* From the flow to shapes: how nodes, lines, dots, marks and words look. A pure function. */
#ifndef EMU_DISPLAY_PICTURE_H
#define EMU_DISPLAY_PICTURE_H

#include "emu/display/display.h"
#include "emu/display/flow.h"
#include "emu/display/shape.h"

/* Replaces what is in `s`. */
void picture(struct shapes *s, const struct flow *f, const struct display_view *v);

/* Its parts. */
void picture_lanes(struct shapes *s, const struct flow *f);
void picture_cycles(struct shapes *s, const struct flow *f);
void picture_nodes(struct shapes *s, const struct flow *f, const struct display_view *v);
void picture_dots(struct shapes *s, const struct flow *f);
void picture_types(struct shapes *s, const struct flow *f, const struct display_view *v);
void picture_legend(struct shapes *s, const struct flow *f);
void picture_help(struct shapes *s, const struct display_view *v);
void picture_words(struct shapes *s, const struct flow *f, const struct display_view *v);

/* "12k": at most three characters and a letter. Returns out. */
#define PICTURE_NUMBER 8
char *picture_number(char out[PICTURE_NUMBER], uint64_t n);

/* A dot of this kind, as the legend shows it, too. */
void picture_dot(struct shapes *s, enum entry_kind kind, int x, int y, int r);

/* Writes the text so that it is at most `width` wide, cut off with an ellipsis. */
char *picture_fit(char *out, size_t size, const char *text, int width, int height, bool bold);

#endif
