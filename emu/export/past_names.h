/*
 * Past names: what a process was called when something happened. An exec changes a name, and a slot's next process has another;
 * but a message is handed on, and a tree shown, only when its end is known.
 *
 *     struct past_names_at at = {&names, e->event};
 *     names_message(text, sizeof text, &e->message, past_name, &at);
 */
#ifndef EMU_EXPORT_PAST_NAMES_H
#define EMU_EXPORT_PAST_NAMES_H

#include <stdint.h>
#include "emu/trace/event.h"

#define PAST_NAMES 65536 /* that are kept beside those of today */

struct past_names {
    uint64_t replaced; /* names, ever; numbered from 1 */
    struct named {
        uint64_t event;  /* since when; 0: never */
        uint64_t before; /* number of the name that this one replaced, or 0 */
        endpoint_t endpoint;
        char name[NAME_BYTES];
    } now[NSLOTS], past[PAST_NAMES];
};

/* Tell it every event, in order. */
void past_names_event(struct past_names *p, const struct event *e);

struct past_names_at {
    const struct past_names *names;
    uint64_t event; /* as of this one, it included */
};

/* A names_resolver; `at` is a struct past_names_at. If that is forgotten, the oldest name that is known. */
const char *past_name(const void *at, endpoint_t ep);

#endif
