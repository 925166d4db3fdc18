/* Waking a program that waits, a part of fault.c. */
#ifndef EMU_CONTROL_WAKE_H
#define EMU_CONTROL_WAKE_H

#include "emu/control/fault.h"

/* The program p shall not wait any longer. */
void wake(struct fault *f, struct fault_process *p);
void wake_not(struct fault *f, struct fault_process *p);

/* p makes a call. True: it wakes somebody instead, and will make its call afterwards. */
bool wake_call(struct fault *f, struct fault_process *p, struct board_crossing *c);
void wake_return(struct fault *f, struct fault_process *p, struct board_crossing *c);

#endif
