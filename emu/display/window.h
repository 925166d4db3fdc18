/* The window: SDL2, and nothing else of the program knows that. It shows a canvas, and has keys. */
#ifndef EMU_DISPLAY_WINDOW_H
#define EMU_DISPLAY_WINDOW_H

#include <stddef.h>
#include "emu/dash/keys.h"
#include "emu/display/canvas.h"

struct window;

/* NULL: there is no display, and `why` says so in one line. */
struct window *window_open(char *why, size_t size);
void window_close(struct window *w);

/* The next key. False: there is none. */
bool window_key(struct window *w, struct key *key);

/* Has somebody closed it? */
bool window_is_closed(const struct window *w);

/* Must it be painted anew, because it was covered or has another size? True once for each time. */
bool window_is_stale(struct window *w);

/* At what scale (draw.h) the picture fits. */
int window_scale(const struct window *w);

/* Shows the canvas in the middle. */
bool window_show(struct window *w, const struct canvas *c);

/* The pixels that window_show() would show, read back from SDL; `c` gets the window's size. For tests. */
bool window_read(struct window *w, const struct canvas *shown, struct canvas *c);

#endif
