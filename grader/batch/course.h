/*
 * A course: the submissions that lie in one directory, whose they are, where their reports go, and what came of them.
 */
#ifndef GRADER_COURSE_H
#define GRADER_COURSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "grader/grade.h"
#include "grader/batch/roster.h"

enum placing {
    PLACE_ALONE, /* there is no roster */
    PLACE_FOUND, /* it is this row's */
    PLACE_UNKNOWN,
    PLACE_AMBIGUOUS, /* the roster has several such students */
    PLACE_DUPLICATE  /* another submission is the same student's */
};

struct entry {
    char *name; /* the student's: the file's without .tar.gz, .tgz, .tar, .zip */
    char *file; /* in the directory of the submissions */
    char *path; /* of the submission */
    char *stem; /* of the reports' names: `name`, if that is fit for one */
    bool done;  /* `result` is there */
    bool kept;  /* ... from an earlier run */
    struct result result;
    enum placing placing;
    size_t row; /* in the roster, if PLACE_FOUND or PLACE_DUPLICATE */
};

struct course {
    const char *lab, *submissions, *out;
    char *grader; /* the batch's own copy of the grader (snapshot.h); NULL: this program is it */
    uint64_t seed;
    bool hidden, sandbox;
    struct entry *entry; /* sorted by `file` */
    size_t entries;
    const struct roster *roster; /* or NULL */
    int lock;                    /* held on the output directory, or -1: workers let go of it */
};

/*
 * Finds the submissions: everything in `c->submissions` but for names that begin with a dot, what macOS adds, and the
 * output directory. The other fields up to `hidden` are the caller's. False: errno says why.
 */
bool course_list(struct course *c);
void course_free(struct course *c);

/* Decides whose each submission is; takes the roster. */
void course_place(struct course *c, const struct roster *roster);

/* OUT/FOLDER/STEMSUFFIX, allocated; a full memory ends the program. `e` NULL: OUT/FOLDER. */
char *course_path(const struct course *c, const char *folder, const struct entry *e,
                  const char *suffix);

/* What grade_submission() is asked for one of them. */
struct grade_options course_options(const struct course *c, const struct entry *e);

/* Does this submission give the class a grade? */
bool course_has_grade(const struct entry *e);

#endif
