/*
 * A class on a cluster: one array job of Slurm, a task for each submission (or, where a class has more of them than the
 * cluster lets an array have, for several). Submissions, output directory and this program lie where all nodes see
 * them. The two sides meet in OUT/work: TASKS says what to grade, and STEM.done how a submission's worker ended.
 */
#ifndef GRADER_SLURM_H
#define GRADER_SLURM_H

#include <stdbool.h>
#include <stddef.h>
#include "grader/batch/course.h"

#define SLURM_TASKS "tasks" /* OUT/work/tasks */

/* Writes the list for so many tasks, which batch_task() reads; 'c' has absolute paths. False: errno says why. */
bool slurm_write_tasks(const struct course *c, size_t tasks);

/* The wait status in STEM.done; false: it is not there yet. */
bool slurm_read_done(const struct course *c, const struct entry *e, int *wait_status);

#endif
