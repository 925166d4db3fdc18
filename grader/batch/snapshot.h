/*
 * A batch grades everybody with the same grader, whatever `make` does meanwhile: at its start it takes a copy of this
 * program and of the kit.
 *
 *   FOLDER/grade   the program
 *   FOLDER/kit/    the kit (compile/kit.h)
 */
#ifndef GRADER_SNAPSHOT_H
#define GRADER_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>

#define SNAPSHOT_FOLDER  ".grader" /* in OUT/work, where no submission's folder begins with a dot */
#define SNAPSHOT_PROGRAM "grade"

/* Makes the folder and fills it. False: one line in `why`. */
bool snapshot_take(const char *folder, char *why, size_t size);

#endif
