/*
 * The guest's console as a person sees it: what the UART wrote, kept as lines of text.
 *
 * A line ends where the guest ended it. Breaking long lines to a width is the view's work, so
 * another window size loses nothing. Each position of a line is one column; a wide character is
 * followed by a zero. Carriage return, line feed, backspace and tab move as on any terminal; of the
 * escape sequences, erasing (CSI J, CSI K) and moving within the line (CSI C, D, G) work, and the
 * rest is taken in silently. Memory is bounded.
 */
#ifndef EMU_DASH_CONSOLE_H
#define EMU_DASH_CONSOLE_H

#include <stddef.h>
#include <stdint.h>
#include <uchar.h>

#define CONSOLE_LINES   2000 /* kept */
#define CONSOLE_COLUMNS 1024 /* a longer line goes on in a new one */

struct console;

/* NULL: out of memory. */
struct console *console_create(void);
void console_destroy(struct console *c);

/* Another one with the same text. NULL: out of memory. */
struct console *console_copy(const struct console *c);

/* Takes output of the guest. Any bytes will do. */
void console_write(struct console *c, const void *bytes, size_t count);

/* Lines kept, at least 1, and the first of them that was not cleared off the screen. */
size_t console_lines(const struct console *c);
size_t console_top(const struct console *c);

/* Line `index`, the oldest is 0, the one with the cursor the last. Valid until the next write. */
const char32_t *console_line(const struct console *c, size_t index, size_t *length);

/* The column of the cursor, in the last line; it may be right behind its end. */
size_t console_column(const struct console *c);

#endif
