/*
 * The filter language: which messages one wants to see, count, export, or stop at. One language everywhere.
 *
 *     src==sh && dst==fs && type==FS_READ && latency>1000 && err
 *
 * Comparisons == != < <= > >= and ~ (contains, of names), joined by && || ! and parentheses. A name alone is true if it is not zero.
 *
 *   src dst       a process by name or endpoint (3, 16.1)      type      FS_READ, or a number
 *   kind          request, reply, message, notify, failed      status    number or error name, of replies and failed calls
 *   err           status is negative                           latency   instructions, of answered requests and replies
 *   txn parent    transaction numbers                          open      a request without an answer yet
 *   time          virtual time: 12ms, 3s, 250us                event     number
 *   any field of the message by its name in the protocol header: fd, bytes, grant, op, ...
 *
 * Numbers are decimal, 0x, or with k, M, G; times with ns, us, ms, s. A latency may be given as a time. A comparison with a field that
 * the message does not have is false.
 */
#ifndef EMU_MODEL_FILTER_H
#define EMU_MODEL_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include "emu/model/stream.h"

struct filter;

struct filter_error {
    int column; /* of the mistake, from 1, in bytes */
    char text[96];
};

/* NULL: there is a mistake, or no memory, and `error` says which. Free with filter_free(). */
struct filter *filter_compile(const char *text, struct filter_error *error);
void filter_free(struct filter *f);

/* A NULL filter matches everything. Notes match no filter but NULL. */
bool filter_match(const struct filter *f, const struct entry *e);

#endif
