/* Lab 5: a server, from its main loop on. */
#include "grader/lab.h"
#include "lab/server/cases.h"

static const struct lab_file files[] = {{"servers/kv/main.c", LAB_SERVER},
                                        {"servers/kv/store.c", LAB_SERVER},
                                        {"servers/kv/watch.c", LAB_SERVER},
                                        {"servers/kv/kv.h", LAB_SERVER}};

static const struct grade_case *const public_cases[] = {
    &server_keep,        &server_unknown,      &server_malformed, &server_watch,
    &server_watch_after, &server_slow_clients, &server_owners,    &server_quota,
};

#if __has_include("hidden.c")
static const struct grade_case *const hidden_cases[] = {&server_watchers, &server_death,
                                                        &server_random, &server_idle};
#define HIDDEN  hidden_cases
#define NHIDDEN (sizeof hidden_cases / sizeof *hidden_cases)
#else
#define HIDDEN  NULL
#define NHIDDEN 0
#endif

const struct lab lab_server = {
    .name = "server",
    .title = "Lab 5: Server",
    .module = "kv",
    .files = files,
    .nfiles = sizeof files / sizeof *files,
    .public_cases = public_cases,
    .npublic = sizeof public_cases / sizeof *public_cases,
    .hidden_cases = HIDDEN,
    .nhidden = NHIDDEN,
};
