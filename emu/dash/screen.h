/*
 * The terminal that the dashboard has taken: ncurses, the signals, and the way back.
 *
 * A process has one terminal, so this module and its mouse have global state, and they are the only
 * ones of the dashboard that have. However the run ends, by screen_close(), exit() or a fatal signal, the
 * terminal is as it was before screen_open().
 */
#ifndef EMU_DASH_SCREEN_H
#define EMU_DASH_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include "emu/dash/grid.h"
#include "emu/dash/keys.h"

/*
 * Takes the terminal. What anything writes to stderr from now on is kept until screen_close().
 * False: `why` says in one line what is wrong, and nothing has changed.
 */
bool screen_open(char *why, size_t size);

/* Gives it back, and writes out what was meant for stderr. */
void screen_close(void);

void screen_size(int *rows, int *columns);

/* Can it show characters beyond ASCII? */
bool screen_unicode(void);

/* Shows the grid; only cells that changed since the last call are written. */
void screen_draw(const struct grid *g);

/* The next draw writes every cell anew. */
void screen_redraw(void);

/* Waits until there is a key, a signal, or so many milliseconds have passed; negative: no limit.
 * False: the terminal is gone. */
bool screen_wait(int timeout_ms);

/* Is there a key, or a signal that wants the program to end? */
bool screen_pending(void);

/* The next key. False: there is none. */
bool screen_key(struct key *k);

/* What signals have asked for since the last call. */
struct screen_requests {
    int end;      /* the signal that wants the program to end, or 0 */
    bool suspend; /* SIGTSTP */
    bool resumed; /* SIGCONT: the screen must be drawn anew */
};
struct screen_requests screen_requests(void);

/* After SIGCONT: the shell may have set modes of its own meanwhile. */
void screen_resume(void);

/* Gives the terminal back, stops the program as ^Z does, and takes the terminal again. */
void screen_suspend(void);

#endif
