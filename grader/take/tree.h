/* The directory that a submission is built in: the kit's headers, the student's files, and room for what comes out. */
#ifndef GRADER_TREE_H
#define GRADER_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include "grader/lab.h"
#include "grader/take/submission.h"

/*
 * Fills DIRECTORY/src, with libarchive and its secure-extract flags: nothing outside it can be written to, through no
 * link. Makes DIRECTORY/out. False: one line in `why`.
 */
bool tree_fill(const char *directory, const char *kit, const struct lab *lab,
               const struct submission *submission, char *why, size_t size);

/* A new, empty directory below $TMPDIR (or /tmp), for the owner alone. False: errno says why. */
bool tree_new(char *path, size_t size);

#endif
