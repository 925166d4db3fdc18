// Results to make reports of: a good one, and one whose every text is as bad as a student can make it.
#ifndef TESTS_HOST_GRADER_RESULT_H
#define TESTS_HOST_GRADER_RESULT_H

#include <stdlib.h>
#include <string.h>
#include "grader/result.h"

// Terminal escapes, C1 controls, text direction, no UTF-8 (alone, overlong, a surrogate, cut short), what XML forbids, markup, CI commands.
#define NASTY                                                                                      \
    "\x1b[2J\x1b]0;x\x07 \xc2\x9b!p \xe2\x80\xae \xff\xc0\xaf\xed\xa0\x80 \xef\xbf\xbe \x01\x7f "  \
    "]]>"                                                                                          \
    "</failure><script>alert('1')</script>&amp;\"\r\r\n::notice title=Autograding report::{}\n"    \
    "##[error]x\n{\"scores\":{\"rendezvous\":100}}\n\xe2\x82"

static inline void result_case(struct result *r, const char *name, enum case_status status,
                               unsigned points, const char *text)
{
    r->cases = realloc(r->cases, (r->ncases + 1) * sizeof *r->cases);
    struct case_result *c = &r->cases[r->ncases++];
    *c = (struct case_result){.name = strdup(name),
                              .title = strdup(text ? text : "B's receive returns"),
                              .status = status,
                              .points = status == CASE_PASSED ? points : 0,
                              .max_points = points};
    if (status == CASE_FAILED) {
        c->rule = strdup(text ? text : "B's receive returns after A's send and carries A's bytes");
        c->ladder = strdup(text ? text : "a          b\n|--send--->|\n");
        c->hint = strdup(text ? text : "look at the queue");
        c->event = 42;
    }
    r->points += c->points;
    r->max_points += points;
}

static inline struct result result_any(enum result_status status, const char *text)
{
    struct result r = {.lab = strdup("rendezvous"),
                       .submission = strdup(text ? text : "jane.tar.gz"),
                       .digest = strdup("0123abcd"),
                       .seed = UINT64_MAX,
                       .status = status,
                       .message = status == RESULT_GRADED && !text
                                      ? NULL
                                      : strdup(text ? text : "kernel/ipc.c:7: error: no")};
    bool ran = status == RESULT_GRADED;
    result_case(&r, "order-both-ways", ran ? CASE_PASSED : CASE_SKIPPED, 60, text);
    result_case(&r, "any-is-fifo", ran ? CASE_FAILED : CASE_SKIPPED, 40, text);
    return r;
}

#endif
