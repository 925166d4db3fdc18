/* The cases of lab deadlock, for its lab.c. */
#ifndef LAB_DEADLOCK_CASES_H
#define LAB_DEADLOCK_CASES_H

#include <courier/errno.h>
#include "grader/case.h"

extern const struct grade_case deadlock_nonblock, deadlock_deadline, deadlock_past,
    deadlock_in_time, deadlock_left_queue, deadlock_two, deadlock_cycle, deadlock_no_alarm;

/* Hidden. */
extern const struct grade_case deadlock_acyclic, deadlock_late_reply, deadlock_long_cycle;

/* The cycle that came with ELOCKED. */
static inline const struct ipc_cycle *cycle_of(const struct op *op)
{
    return (const void *)last_call(op)->got.w;
}

#endif
