/* Lab 3: from a wire to a message: what may come at any time, and what is told only once. */
#include "grader/lab.h"
#include "lab/notify/cases.h"

static const struct lab_file files[] = {{"kernel/ipc.c", LAB_KERNEL},
                                        {"kernel/irq.c", LAB_KERNEL},
                                        {"servers/tty/uart.c", LAB_SERVER},
                                        {"servers/tty/main.c", LAB_SERVER}};

static const struct grade_case *const public_cases[] = {
    &notify_bit,    &notify_coalesce, &notify_selective, &notify_order,    &notify_alarm,
    &notify_driver, &notify_masked,   &notify_owner,     &notify_tty_line,
};

#if __has_include("hidden.c")
static const struct grade_case *const hidden_cases[] = {&notify_many, &notify_thousand,
                                                        &notify_tty_thousand};
#define HIDDEN  hidden_cases
#define NHIDDEN (sizeof hidden_cases / sizeof *hidden_cases)
#else
#define HIDDEN  NULL
#define NHIDDEN 0
#endif

const struct lab lab_notify = {
    .name = "notify",
    .title = "Lab 3: Notify",
    .files = files,
    .nfiles = sizeof files / sizeof *files,
    .module = "tty",
    .public_cases = public_cases,
    .npublic = sizeof public_cases / sizeof *public_cases,
    .hidden_cases = HIDDEN,
    .nhidden = NHIDDEN,
};
