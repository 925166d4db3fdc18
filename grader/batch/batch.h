/*
 * `grade batch`: a whole class. Each submission is graded in a process of its own and gets a report for the student and
 * one for the instructor; then come the gradebook and the summary. What is finished is kept when the batch is interrupted,
 * so that the same command goes on.
 *
 *   OUT/reports/STEM.txt, .json   a submission's
 *   OUT/grades.csv                the roster with the grades, for Canvas
 *   OUT/summary.html              the class
 *   OUT/stamp                     what they were made with (stamp.h)
 *   OUT/submissions               where they lie, for `grade replay`
 *   OUT/work/                     while it runs
 */
#ifndef GRADER_BATCH_H
#define GRADER_BATCH_H

#include <stdbool.h>
#include <stdint.h>
#include "grader/batch/course.h"

enum batch_engine { ENGINE_LOCAL, ENGINE_SLURM };

struct batch_options {
    const char *lab, *submissions, *out;
    const char *roster, *assignment; /* NULL: none */
    unsigned jobs;                   /* at a time; for Slurm 0: no limit */
    uint64_t seed;
    bool hidden, sandbox;
    enum batch_engine engine;
};

/* The command, with its arguments from `batch` on: an exit status, after one line on stderr if it is not 0. */
int batch_command(int argc, char **argv);

/* Parses the arguments. -1, or the exit status to end with: then a line on stderr has said why, or the help is printed. */
int batch_parse(struct batch_options *o, int argc, char **argv);

/* 0: every submission has a grade in the gradebook. 1: some have none, or it could not be done; 130: interrupted. */
int batch_run(const struct batch_options *o);

/* ---- its parts ------------------------------------------------------------------------------------------------------ */

enum batch_end {
    BATCH_DONE,
    BATCH_FAILED,
    BATCH_INTERRUPTED
}; /* FAILED: a line on stderr has said why */

/* Grades all of the class, by processes of this machine, or by Slurm (slurm.c). */
enum batch_end batch_local(struct course *c, unsigned jobs);
enum batch_end batch_slurm(struct course *c, unsigned jobs);

/* What a task of Slurm does: grades the submission that its environment names, from the list that batch_slurm() wrote. */
int batch_task(const char *list);

/* The gradebook (grades.c) and the summary (summary.c). False: errno says why. */
bool batch_grades(const struct course *c, struct roster *roster, const char *path);
bool batch_summary(const struct course *c, const char *path);

/* A bar on stderr, if that is a terminal; drawn again in place (progress.c). */
void progress_show(const struct course *c, size_t done);
void progress_end(void);

#endif
