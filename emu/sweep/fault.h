/* What is done to a service at its place. */
#ifndef EMU_SWEEP_FAULT_H
#define EMU_SWEEP_FAULT_H

#include "emu/sweep/sweep.h"

/*
 * The service is about to enter user mode, by `crossing`.
 *
 *   SWEEP_CRASH    its pc is 0: it takes a page fault at once
 *   SWEEP_HANG     it never does anything again: by turns, as `variant` is even or odd, it runs in an endless loop from here on, or waits
 *                  for ever in its next call
 *   SWEEP_BITFLIP  one bit, chosen by `variant`, of a register, of its stack, of its program's
 *                  image, or of its code near pc; of a register as well if the other three lead to no memory
 *
 * `what` gets SWEEP_WHAT bytes: what it was, in words.
 */
void sweep_fault(struct machine *m, enum sweep_kind kind, endpoint_t service, uint32_t variant,
                 struct board_crossing *crossing, char *what);

#endif
