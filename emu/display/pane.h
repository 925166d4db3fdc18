/*
 * The window in a process of its own. A display that goes away, a window that is killed, a driver that crashes: the libraries below SDL end the process
 * then. So it is another process that they end, and the run goes on without a window. Neither that process's signals nor what is
 * written to stderr there reach the terminal.
 *
 * The two share the pixels, and talk through a socket.
 */
#ifndef EMU_DISPLAY_PANE_H
#define EMU_DISPLAY_PANE_H

#include <stddef.h>
#include "emu/dash/keys.h"
#include "emu/display/canvas.h"

struct pane;

/* NULL: there is no display, and `why` says so in one line. */
struct pane *pane_open(char *why, size_t size);

/* Returns when the other process has ended. NULL is allowed. */
void pane_close(struct pane *p);

/* The next key. False: there is none. */
bool pane_key(struct pane *p, struct key *key);

/* Has the window been closed, or died? As of the last pane_key(). */
bool pane_is_closed(const struct pane *p);

/* Must it be painted anew, because it was covered or has another size? True once for each time. */
bool pane_is_stale(struct pane *p);

/* At what scale (draw.h) the picture fits. */
int pane_scale(const struct pane *p);

/* Is the last picture on the screen? Until then the next one cannot be shown. */
bool pane_is_ready(const struct pane *p);

/* Shows the canvas. */
void pane_show(struct pane *p, const struct canvas *c);

#endif
