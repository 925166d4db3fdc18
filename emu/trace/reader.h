/*
 * Reads traces back: any legal pcapng, of which the events are told and everything else is passed
 * over (docs/trace-format.md, "Reading it").
 *
 *     struct reader *r = reader_open("run.pcapng", why, sizeof why);
 *     struct event e;
 *     while (reader_next(r, &e) == READER_EVENT) ...
 *     if (*reader_remark(r)) ... it did not end as it should
 *     reader_close(r);
 *
 * Nothing that stands in a file can do harm; and of the events this is sure: they are numbered from
 * 1 without a gap, and the clock never runs backwards.
 */
#ifndef EMU_TRACE_READER_H
#define EMU_TRACE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include "emu/trace/event.h"

struct reader;

enum reader_result {
    READER_EVENT,
    READER_END,
    READER_CUT,    /* the file ends in the middle of a block: all before it was read */
    READER_DAMAGED /* not to be understood from here on, or it cannot be read */
};

/* Opens a file; "-" is standard input. NULL, with one line in `why`: it cannot be opened, is no
 * pcapng file, or has no event that this program knows. */
struct reader *reader_open(const char *path, char *why, size_t size);
void reader_close(struct reader *r); /* NULL is allowed */

/* The next event. After any other result it stays with that result. */
enum reader_result reader_next(struct reader *r, struct event *e);

/* Of READER_CUT and READER_DAMAGED: what is wrong, in one line that begins with the file's name.
 * Else empty. */
const char *reader_remark(const struct reader *r);

/* Is it a stream, such as a pipe, in which one cannot go back? */
bool reader_is_stream(const struct reader *r);

/* How much of the file was read, 0 to 1; 0 if its size is not known. */
double reader_share(const struct reader *r);

/* A place between two events, to come back to. */
struct reader_place {
    uint64_t offset; /* in the file, of a block */
    uint64_t number; /* of the event before it */
    uint64_t time;   /* of that one */
    uint64_t ours;   /* interfaces of link type USER0, a bit each */
    uint32_t interfaces;
    bool swapped; /* the section has the other byte order */
};
struct reader_place reader_place(const struct reader *r);

/* Goes there. False: this is no file but a stream, or it cannot be done. */
bool reader_seek(struct reader *r, const struct reader_place *place);

#endif
