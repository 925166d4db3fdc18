/*
 * What a batch's reports were made with: the lab, the seed, which cases, and the grader itself. Reports of another batch
 * in the same directory are not kept, nor those of a grader whose cases have changed since.
 */
#ifndef GRADER_STAMP_H
#define GRADER_STAMP_H

#include <stdbool.h>
#include "grader/batch/course.h"

/* The stamp of a batch that runs now with its copy of the grader, as text; allocated, NULL: no memory. */
char *stamp_make(const struct course *c);

/* Does OUT bear this stamp? */
bool stamp_agrees(const struct course *c, const char *stamp);

/* Puts it there. False: errno says why. */
bool stamp_write(const struct course *c, const char *stamp);

#endif
