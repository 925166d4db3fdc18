/* An event in words, for people to read: "deliver  sh > fs  FS_READ fd=3 grant=2 bytes=512". */
#ifndef EMU_TRACE_DESCRIBE_H
#define EMU_TRACE_DESCRIBE_H

#include <stddef.h>
#include "emu/trace/event.h"
#include "emu/trace/names.h"

#define DESCRIBE_BYTES (NAMES_MESSAGE_BYTES + 256) /* room for any event */

/* Writes at most `size` bytes including the NUL, nothing that is not printable, and returns
 * `out`. `who` may be NULL. */
char *describe_event(char *out, size_t size, const struct event *e, names_resolver *who,
                     const void *context);

#endif
