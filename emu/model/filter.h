/*
 * The filter language: which messages one wants to see, count, export, or stop at. One language everywhere.
 *
 *     src==sh && dst==fs && type==FS_READ && latency>1000 && err
 *
 * Comparisons == != < <= > >= and ~ (contains, of names, in small letters or big ones), joined by ! && || (which bind in this order) and
 * parentheses. A field alone is true if it is not zero.
 *
 *   src dst       a process, by name (sh), endpoint (3, 16.1) or slot, whatever the generation (16); any, kernel;
 *                 fs#2 is the second incarnation of fs
 *   proc          source or destination: true if either is; proc!=fs: neither is
 *   type          FS_READ, or a number; of a reply that of its request
 *   kind          request, reply, message, notify, failed
 *   status        number or error name: of replies, failed calls, and requests that have their answer
 *   err           status is negative
 *   latency self  of answered requests and their replies: from the call to the reply, and what servers ran for it
 *   deferred      of the same: the server put the request off
 *   open          a request without an answer yet
 *   txn parent    transaction numbers
 *   time event    virtual time since power-on, and the number of the event
 *   fd bytes ...  any field of the message by its name in the protocol header; `.time`, with a dot, where the name is one of the above
 *
 * Numbers are decimal, 0x1f, 0755, -4, with fractions and k, M, G: 1.5k. Times are numbers of instructions (of 10 ns), or have a unit:
 * 250us, 1.5ms (ns, us, ms, s). A field that holds an endpoint is compared as src is; `status`, and any signed field, with an error by
 * name; `op` with its values by name. Names with odd characters, or with a digit first, go in quotes: src=="2048".
 *
 * A comparison with a field that the message does not have is false, so `fd!=3` is about messages that have an fd, and `!(fd==3)` is
 * about all. Of an array one element is enough, and for != none may be equal.
 */
#ifndef EMU_MODEL_FILTER_H
#define EMU_MODEL_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include "emu/model/stream.h"
#include "emu/trace/names.h"

#define FILTER_MAX 1000 /* bytes of a filter's text */

struct filter;

struct filter_error {
    int column; /* of the mistake, from 1, in bytes; 0: not a mistake in the text, no memory */
    char text[120];
};

/* NULL: there is a mistake, or no memory, and `error` says which. Free with filter_free(). */
struct filter *filter_compile(const char *text, struct filter_error *error);
void filter_free(struct filter *f);

/* Says on stderr what is wrong with the text of this option, and shows where. */
void filter_complain(const char *option, const char *text, const struct filter_error *error);

/* Who says what an endpoint in a message's field is called. Without it, only the message's own source and destination have names there. */
void filter_resolver(struct filter *f, names_resolver *who, const void *context);

/* A NULL filter matches everything. Notes match no filter but NULL. */
bool filter_match(const struct filter *f, const struct entry *e);

/* Does the line show in a list under this filter? What matches does; and so do the notes of what went wrong and what came back, since a
 * death is why messages end. These count as no match. */
bool filter_shows(const struct filter *f, const struct entry *e);

#endif
