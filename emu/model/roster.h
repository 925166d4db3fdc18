/*
 * The roster: every name that a process has had so far. It tells a filter for a process that has not come yet, or is gone, from a slip
 * of the pen.
 */
#ifndef EMU_MODEL_ROSTER_H
#define EMU_MODEL_ROSTER_H

#include <stdbool.h>
#include "emu/model/filter.h"
#include "emu/trace/event.h"

#define ROSTER_NAMES 1024 /* when there are more, every name passes for known */

struct roster { /* all zero: nobody yet */
    unsigned names;
    char name[ROSTER_NAMES][NAME_BYTES];
};

/* Tell it every event. */
void roster_event(struct roster *r, const struct event *e);

/* The first name of a process in the filter that none has had; valid as long as the filter. NULL: there is none. A part of a name
 * (src~sh) is not looked for. */
const char *roster_stranger(const struct roster *r, const struct filter *f);

#endif
