/*
 * Records: an event as the bytes of one packet, and back (docs/trace-format.md, "An event").
 * Nothing that the event's kind has is lost.
 */
#ifndef EMU_TRACE_RECORD_H
#define EMU_TRACE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include "emu/trace/event.h"

#define RECORD_VERSION  2
#define RECORD_HEADER   56                /* bytes that every record has */
#define RECORD_MAX      192               /* bytes, at most */
#define RECORD_TIME_MAX (UINT64_MAX >> 8) /* 23 years of virtual time; later is: damaged */

/* Writes the record, and returns how many bytes it has. */
size_t record_encode(const struct event *e, uint8_t out[RECORD_MAX]);

/* Reads a record. False: it is not one, or too short for its operation. Bytes behind it are
 * ignored. Any bytes are safe; numbers in the event (endpoints, states) are as found, names are
 * NUL-terminated. */
bool record_decode(struct event *e, const uint8_t *bytes, size_t size);

#endif
