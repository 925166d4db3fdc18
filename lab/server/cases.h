/* The cases of lab server, for its lab.c. */
#ifndef LAB_SERVER_CASES_H
#define LAB_SERVER_CASES_H

#include <string.h>
#include "grader/kv.h"

extern const struct grade_case server_keep, server_unknown, server_malformed, server_watch,
    server_watch_after, server_slow_clients, server_owners, server_quota;

/* Hidden. */
extern const struct grade_case server_watchers, server_death, server_random, server_idle;

#endif
