/*
 * A message that is about to be sent, as the filter language sees messages: breakpoints and faults ask for it before it is
 * delivered, so there is no line of the stream for it yet.
 */
#ifndef EMU_DASH_PENDING_H
#define EMU_DASH_PENDING_H

#include "emu/model/stream.h"

/* Of an EVENT_CALL that sends something, or an EVENT_NOTIFY; the world may have heard of it already, or not. */
void pending_entry(struct entry *out, const struct world *w, const struct event *e);

#endif
