/* The deeds on messages, a part of fault.c. The caller's registers are changed as they cross. */
#ifndef EMU_CONTROL_TAMPER_H
#define EMU_CONTROL_TAMPER_H

#include "emu/control/fault.h"

/* Registers by their names in the ABI (courier/syscall.h). */
/* A call that is not what it was, until its return. */
enum phase {
    PHASE_NONE,
    PHASE_LOST,     /* its request was dropped: it waits for a reply that nobody owes */
    PHASE_DELAYED,  /* it waits; then the call is put back */
    PHASE_REPEATED, /* the call succeeds; then it is put back */
    PHASE_REPLIED,  /* its reply was sent; then the replyrec is put back */
    PHASE_FLIPPED,  /* its message is not what it wrote */
    PHASE_PASSING,  /* the call has been put back and will not be looked at again */
    PHASE_WAKING    /* it wakes another process, of wake.c; then the call is put back */
};

enum { X_T0 = 5, X_T1 = 6, X_T2 = 7, X_A0 = 10 };
#define X_MESSAGE X_A0

/* p, whose deeds these may become, makes a system call. */
void tamper_call(struct fault *f, struct fault_process *p, struct board_crossing *c);

/* Its call is over; or something else that it trapped for. */
void tamper_return(struct fault_process *p, struct board_crossing *c);

/* Makes the call one that waits for ever, or until virtual time `deadline` (ticks; 0: for ever). */
void tamper_wait(const struct fault_process *p, struct board_crossing *c, uint64_t deadline);

/* Keeps the call, to be made at another time. */
void tamper_keep(struct fault_process *p, const struct board_crossing *c);

/* The process will make the kept call when it enters user mode now. */
void tamper_put_back(const struct fault_process *p, struct board_crossing *c);

#endif
