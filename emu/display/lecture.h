/*
 * A run with the lecture view and without the dashboard: the model behind the picture, what the keys in the window do, and how fast the
 * guest may go. The dashboard has all that itself.
 */
#ifndef EMU_DISPLAY_LECTURE_H
#define EMU_DISPLAY_LECTURE_H

#include "emu/board/board.h"
#include "emu/options.h"
#include "emu/trace/trace.h"

struct lecture;

/*
 * NULL: no picture is wanted, or possible; the run goes on without. `status` becomes EXIT_CANNOT if it shall not: pictures could not be
 * written there. In all cases but the first, a line on stderr has said why.
 */
struct lecture *lecture_open(const struct run_options *options, struct board *board, int *status);

/* All of these accept NULL. */

/* What the trace shall tell; the first of a list. `more` is put at its end. */
struct sink *lecture_sinks(struct lecture *l, struct sink *more);

/* The trace has begun. */
void lecture_attach(struct lecture *l, struct trace *trace);

/* Does the guest stand still? Then it must not be run, but lecture_show() be called. */
bool lecture_holds(const struct lecture *l);

/* How long, in instruction times, the guest may run before the picture wants to be shown; at most `usual`. */
uint64_t lecture_slice(const struct lecture *l, uint64_t usual);

/* In slow motion the picture says how fast time goes, and nobody else. */
bool lecture_paces(const struct lecture *l);

/* Then: to when an idle guest should skip that has nothing to do before `next`. */
uint64_t lecture_skip(const struct lecture *l, uint64_t next);

/* Takes the keys and shows the picture, if it is time. Returns how many ms the guest shall wait now; 0 or more. */
int lecture_show(struct lecture *l);

/* At most so long may the front end sleep, in ms, when it wanted to sleep `ms`; negative: for ever. */
int lecture_sleep(const struct lecture *l, int ms);

/* Writes the last picture. False: pictures are missing, and a line on stderr has said why. */
bool lecture_close(struct lecture *l);

#endif
