/* The cases of lab phoenix, for its lab.c. */
#ifndef LAB_PHOENIX_CASES_H
#define LAB_PHOENIX_CASES_H

#include "grader/kv.h"
#include <courier/protocol/rs.h>
#include <string.h>

extern const struct grade_case phoenix_keeps, phoenix_message, phoenix_call, phoenix_half_put,
    phoenix_half_delete, phoenix_watcher, phoenix_owed;

/* Hidden. */
extern const struct grade_case phoenix_often, phoenix_fatal, phoenix_full, phoenix_watchers,
    phoenix_damaged;

#endif
