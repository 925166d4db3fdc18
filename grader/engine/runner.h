/*
 * Runs the cases of a lab on a stage: boots it once, and from there forks a process for each case. Everything is counted in
 * instructions; the host's clock is only a watchdog.
 */
#ifndef GRADER_RUNNER_H
#define GRADER_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "grader/lab.h"
#include "grader/result.h"

struct runner_options {
    const char *image; /* an ELF file: the stage with the student's parts */
    const struct lab *lab;
    uint64_t seed;
    bool hidden;      /* the hidden cases, too */
    const char *only; /* one case, or NULL */
    const char *
        trace; /* with `only`: every event of that case to this file (docs/trace-format.md), and then the events that the result
                          names are the trace's; or NULL */
};

#define RUNNER_WATCHDOG                                                                            \
    60 /* seconds of the processor's time for one case; its firing is an error of the grader's */

/*
 * Fills lab, seed, status, points and cases of the result, which is freed with result_free(). A kernel that does not boot
 * is a result, too: all cases fail. False, and one line in `why`: the grader could not do it (no such image or case, no memory).
 */
bool runner_run(const struct runner_options *options, struct result *r, char *why, size_t size);

/* `grade __stage IMAGE LAB SEED public|all [CASE [TRACE]]`, for the grader itself, inside the sandbox: the result as JSON on stdout.
 * Returns an exit status; if it is not 0, one line on stderr has said why. */
int stage_command(int argc, char **argv);

#endif
