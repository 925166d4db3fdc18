/* What the parts of the flow have in common. All of it is about the update that is going on. */
#ifndef EMU_DISPLAY_FLOW_PARTS_H
#define EMU_DISPLAY_FLOW_PARTS_H

#include "emu/display/flow.h"

/* Who is gone; who is there, and in what state; at a standstill, the state that is; how large the places are. */
void flow_follow_ends(struct flow *f);
void flow_follow_processes(struct flow *f);
void flow_settle(struct flow *f);
void flow_choose_step(struct flow *f);

/* A node for somebody new; LAYOUT_NODES: there is no place. It has ended, or crashed. It is called so now; NULL: as before. */
unsigned flow_appear(struct flow *f, endpoint_t ep, const char *name);
void flow_leave(struct flow *f, struct flow_node *n, bool crashed);
void flow_call(struct flow *f, struct flow_node *n, const char *name);

/* Which line of the log is shown. */
void flow_follow_notes(struct flow *f);

/* Small news, until something else happens. */
__attribute__((format(printf, 2, 3))) void flow_tell(struct flow *f, const char *format, ...);

#endif
