/*
 * The grading of one of a class's submissions: what a process of the pool or a task of Slurm does, and what is made of its
 * end. A report that is there when it ends was written whole.
 */
#ifndef GRADER_WORKER_H
#define GRADER_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include "grader/batch/course.h"

#define WORKER_REPORTS     "reports"     /* OUT/reports/STEM.json and .txt */
#define WORKER_SUBMISSIONS "submissions" /* OUT/submissions: where they lie, for `grade replay` */
#define WORKER_FOLDER      "work" /* OUT/work: temporary files, and what was written to stderr */

enum worker_status {
    WORKER_GRADED = 0,
    WORKER_KEPT = 10,      /* the report of an earlier run is this submission's */
    WORKER_FAILED = 12,    /* no result; stderr says why */
    WORKER_UNWRITABLE = 64 /* + errno: the report could not be written */
};

/*
 * Grades submission `job` of the class, or finds that its report can be kept, and returns the exit status to end with. It
 * takes stdin, stdout, stderr and $TMPDIR away from the process.
 */
int worker_run(const struct course *c, size_t job);

/*
 * Takes the report of a worker that ended so (a wait status) into the class. One that left none gets one that says that
 * the grader failed. False: that could not be written, or the worker could not write its own; one line on stderr has said so.
 */
bool worker_collect(struct course *c, size_t job, int wait_status);

#endif
