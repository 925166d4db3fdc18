/*
 * Faults made by the operator: a chosen process is made to crash at its next instruction.
 *
 * The guest is not asked and cannot refuse. The saved pc in the process's trap frame is set to 0,
 * where no process has memory, so it takes an instruction page fault as soon as it runs again. A
 * service that waits runs again at the next heartbeat, half a second of virtual time later at most;
 * what happens then is the guest's own doing: the kernel reports the crash, RS starts the service
 * anew.
 */
#ifndef EMU_TRACE_FAULT_H
#define EMU_TRACE_FAULT_H

#include <stdbool.h>
#include "emu/board/board.h"
#include "emu/trace/event.h"

struct fault {
    struct sink sink; /* subscribe this to the trace */
    struct board *board;
    struct {
        endpoint_t endpoint;
        uint64_t frame; /* 0: not known yet */
        bool doomed;
    } process[NSLOTS];
};

void fault_init(struct fault *f, struct board *board);

/* Dooms the process. False: it was never seen to make a call, so its trap frame is not known. */
bool fault_crash(struct fault *f, endpoint_t ep);

#endif
