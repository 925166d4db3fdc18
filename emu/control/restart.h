/* Services that do not live any more are started again: RS is asked to (restart.c). For fault.c only. */
#ifndef EMU_CONTROL_RESTART_H
#define EMU_CONTROL_RESTART_H

#include "emu/control/fault.h"

/* RS will be asked. False: it has never started such a service. */
bool restart_ask(struct fault *f, endpoint_t service);

/* The service lives. */
void restart_done(struct fault *f, endpoint_t service);

/* RS crosses the border. True: it was asked just now, and nothing else is to be done to it. */
bool restart_crossing(struct fault *f, struct board_crossing *c);

#endif
