/* Lab 6: the server of lab 5, which may die at any instruction and loses
 * nothing. */
#include "grader/lab.h"
#include "lab/phoenix/cases.h"

static const struct lab_file files[] = {{"servers/kv/main.c", LAB_SERVER},
                                        {"servers/kv/store.c", LAB_SERVER},
                                        {"servers/kv/watch.c", LAB_SERVER},
                                        {"servers/kv/kv.h", LAB_SERVER}};

static const struct grade_case *const public_cases[] = {
    &phoenix_keeps,       &phoenix_message, &phoenix_call, &phoenix_half_put,
    &phoenix_half_delete, &phoenix_watcher, &phoenix_owed,
};

#if __has_include("hidden.c")
static const struct grade_case *const hidden_cases[] = {
    &phoenix_often, &phoenix_fatal, &phoenix_full, &phoenix_watchers, &phoenix_damaged};
#define HIDDEN  hidden_cases
#define NHIDDEN (sizeof hidden_cases / sizeof *hidden_cases)
#else
#define HIDDEN  NULL
#define NHIDDEN 0
#endif

const struct lab lab_phoenix = {
    .name = "phoenix",
    .title = "Lab 6: Phoenix",
    .module = "kv",
    .files = files,
    .nfiles = sizeof files / sizeof *files,
    .public_cases = public_cases,
    .npublic = sizeof public_cases / sizeof *public_cases,
    .hidden_cases = HIDDEN,
    .nhidden = NHIDDEN,
};
