/* Lab 2: calls that do not wait, that do not wait long, and that would wait for ever. */
#include "grader/lab.h"
#include "lab/deadlock/cases.h"

static const struct lab_file files[] = {{"kernel/ipc.c", LAB_KERNEL}};

static const struct grade_case *const public_cases[] = {
    &deadlock_nonblock,   &deadlock_deadline, &deadlock_past,  &deadlock_in_time,
    &deadlock_left_queue, &deadlock_two,      &deadlock_cycle, &deadlock_no_alarm,
};

#if __has_include("hidden.c")
static const struct grade_case *const hidden_cases[] = {&deadlock_acyclic, &deadlock_late_reply,
                                                        &deadlock_long_cycle};
#define HIDDEN  hidden_cases
#define NHIDDEN (sizeof hidden_cases / sizeof *hidden_cases)
#else
#define HIDDEN  NULL
#define NHIDDEN 0
#endif

const struct lab lab_deadlock = {
    .name = "deadlock",
    .title = "Lab 2: Deadlock",
    .files = files,
    .nfiles = sizeof files / sizeof *files,
    .public_cases = public_cases,
    .npublic = sizeof public_cases / sizeof *public_cases,
    .hidden_cases = HIDDEN,
    .nhidden = NHIDDEN,
};
