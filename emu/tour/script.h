/*
 * Scripts: a step of the tour, one command a line (docs/tour.md). A script is checked as a whole before anything is done, so
 * a mistake in the last line is found before the first one runs.
 */
#ifndef EMU_TOUR_SCRIPT_H
#define EMU_TOUR_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include "emu/model/filter.h"

#define SCRIPT_LINE  1000          /* bytes of a line, at most */
#define SCRIPT_BYTES (256u * 1024) /* of a script */

enum verb {
    VERB_TITLE,
    VERB_SAY,
    VERB_TYPE,
    VERB_PROMPT,
    VERB_WAIT,
    VERB_KILL,
    VERB_BREAK,
    VERB_STEP,
    VERB_GO,
    VERB_SHOW,
    VERB_EXPECT,         /* a message */
    VERB_EXPECT_NO,      /* no message */
    VERB_EXPECT_STOPPED, /* the message that the guest stands before */
    VERB_EXPECT_CONSOLE, /* text */
    VERB_EXPECT_LOG,     /* text */
    VERB_REOPEN,
    VERB_REPEAT, /* what follows, up to VERB_AGAIN, `times` times */
    VERB_AGAIN
};

enum picture {
    PICTURE_TREE,
    PICTURE_MESSAGES,
    PICTURE_LADDER,
    PICTURE_WAITS,
    PICTURE_PROCESSES,
    PICTURE_LATENCY,
    PICTURE_LOG,
    PICTURE_CONSOLE,
    PICTURE_EVENTS,
    PICTURE_RECOVERY,
    PICTURES
};

struct command {
    enum verb verb;
    int line;
    char *text;            /* the rest of the line; "" */
    struct filter *filter; /* the verbs with one, and pictures of messages; NULL: everything */
    enum picture picture;
    unsigned times; /* of VERB_REPEAT */
};

struct script {
    char *path;
    const char *title; /* of VERB_TITLE, or "" */
    int repeats;       /* line of a VERB_REPEAT that has not ended yet, or 0 */
    int reopens;       /* line of its VERB_REOPEN, which turns the guest off; 0: there is none */
    struct command *command;
    size_t count;
};

/* False, with one line in `why` that names file, line and column: there is a mistake, or the file cannot be read. Free
 * it in either case. */
bool script_read(struct script *s, const char *path, char *why, size_t size);
void script_free(struct script *s);

#endif
