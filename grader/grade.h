/*
 * Grading one submission: everything from the archive to the result. `grade run`, a batch's workers and a Slurm task all
 * call grade_submission(); only they differ in what they do with the result.
 */
#ifndef GRADER_GRADE_H
#define GRADER_GRADE_H

#include <stdbool.h>
#include <stdint.h>
#include "grader/result.h"

#define GRADE_SEED 1 /* if none is given */

struct grade_options {
    const char *lab;        /* "rendezvous" */
    const char *submission; /* a directory, .tar.gz or .zip; "@reference", "@handout" */
    const char *name;       /* what reports call it; NULL: the last component of `submission` */
    const char *only;       /* the one case to run; NULL: all */
    uint64_t seed;
    bool hidden;  /* the hidden cases, too */
    bool sandbox; /* false: --no-sandbox was said aloud */
    const char *
        grader; /* a folder with the kit and the program to grade with (batch/snapshot.h); NULL: this program's */
    const char *trace; /* with `only`: every event of that case to this file (runner.h); or NULL */
};

/*
 * Grades the submission. 0: the result is filled, whatever its status is, and is the caller's to free with
 * result_free(). Otherwise an exit status (EXIT_CANNOT, EXIT_USAGE), one line on stderr has said why (no such lab or
 * case, no such file, no sandbox, no memory), and there is nothing to free.
 *
 * Every temporary file lies below $TMPDIR and is gone at the return. SIGTERM ends the process and what it has started.
 */
int grade_submission(const struct grade_options *options, struct result *result);

#define GRADE_DIGEST_BYTES 65 /* SHA-256 in hex, and the zero */

/*
 * The digest that grade_submission() would put into the result, without compiling or running anything. False: the
 * submission is refused or cannot be read; nothing is printed.
 */
bool grade_digest(const struct grade_options *options, char digest[GRADE_DIGEST_BYTES]);

#endif
