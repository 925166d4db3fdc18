/*
 * The views: pure functions from the model, the console and what the operator has chosen to a grid
 * of cells. They know no terminal and no board.
 */
#ifndef EMU_DASH_VIEW_H
#define EMU_DASH_VIEW_H

#include <stdbool.h>
#include <stdint.h>
#include "emu/dash/console.h"
#include "emu/dash/grid.h"
#include "emu/dash/model.h"

#define VIEW_MIN_ROWS    24
#define VIEW_MIN_COLUMNS 80

enum view_focus { FOCUS_CONSOLE, FOCUS_TABLES };

/* A question that waits for y; everything else means no. */
enum view_dialog { DIALOG_NONE, DIALOG_KILL };

/* What the operator sees and has chosen. All zero is a good start, but for `chosen`. */
struct view {
    enum view_focus focus;
    bool zoom;           /* the side with the focus has the whole screen */
    bool help;           /* the help page is open */
    bool paused;         /* the guest stands still */
    bool ascii;          /* no characters but ASCII */
    bool notices;        /* the message stream shows notifications too */
    endpoint_t chosen;   /* row of the process table */
    uint64_t anchor;     /* bottom entry of the message stream; 0: it follows */
    size_t console_back; /* rows that the console is scrolled back */
    enum view_dialog dialog;
    endpoint_t target; /* of the dialog, and which of its lives */
    uint32_t incarnation;
    char flash[80]; /* a line for the operator, instead of the key strip */

    uint64_t instructions; /* executed so far */
    uint64_t now;          /* virtual time */
    uint64_t rate;         /* messages in the last second of host time */
    unsigned frames;       /* drawn in that second, at least 1 */

    int message_rows, console_rows; /* room for them in the last drawing */
};

/* Draws everything into the grid, which has its size. Keeps v->chosen on a process that lives. */
void view_draw(struct grid *g, struct view *v, const struct model *m, const struct console *c);

/* Chooses the process `delta` rows further down. */
void view_choose(struct view *v, const struct model *m, int delta);

/* Scrolls the message stream by `delta` shown lines, down being later; the end follows again. */
void view_scroll(struct view *v, const struct model *m, int delta);

/* ---- between the views ----------------------------------------------------------------------- */

/* The characters that depend on the terminal. */
struct glyphs {
    char32_t rule, arrow, here, cut, vertical,
        corner[4]; /* top left, top right, bottom left, right */
    const char *up, *down, *up_down, *died, *back, *note;
};
const struct glyphs *view_glyphs(const struct view *v);

/* A number in at most 5 columns: 9999, 12.3k, 4.56M. `size` of out: 16. */
char *view_number(char *out, uint64_t n);

/* Columns of UTF-8 text that has no wide characters. */
int view_columns(const char *text);

/* Virtual time as seconds, "12.345678". `size` of out: 32. */
char *view_time(char *out, uint64_t time);

/* A pane's title row: the name in a rule across the pane. With the focus: brighter, and a hint. */
void view_title(struct grid *g, const struct view *v, struct rect r, const char *name, bool focus,
                const char *hint);

void view_processes(struct grid *g, struct view *v, const struct model *m, struct rect r);
void view_messages(struct grid *g, const struct view *v, const struct model *m, struct rect r);
void view_console(struct grid *g, const struct view *v, const struct console *c, struct rect r);
void view_log(struct grid *g, const struct view *v, const struct model *m, struct rect r);
/* Where there is no room for a log: its last death or restart, at the end of a pane's title row. */
void view_last_note(struct grid *g, const struct view *v, const struct model *m, struct rect r);

void view_help(struct grid *g, const struct view *v);
void view_question(struct grid *g, const struct view *v, const struct model *m);
void view_too_small(struct grid *g);

#endif
