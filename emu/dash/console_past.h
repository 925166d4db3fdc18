/*
 * The console as it was after any event: its last output, with the numbers of the events that brought it. Of what came before, the text
 * is known, but not in which order it came. Memory is bounded.
 */
#ifndef EMU_DASH_CONSOLE_PAST_H
#define EMU_DASH_CONSOLE_PAST_H

#include "emu/dash/console.h"
#include "emu/trace/event.h"

#define CONSOLE_PAST_BYTES  (1u << 20) /* of output, that are kept at most, ... */
#define CONSOLE_PAST_PIECES (1u << 15) /* ... in at most so many events */

struct console_past;

/* NULL: out of memory. */
struct console_past *console_past_create(void);
void console_past_destroy(struct console_past *p); /* NULL is allowed */

/* Tell it every EVENT_CONSOLE, or subscribe it. */
struct sink *console_past_sink(struct console_past *p);

/* As it was just after event `number`; valid until the next call. NULL: that is too long ago, or out of memory. */
const struct console *console_past_at(struct console_past *p, uint64_t number);

#endif
