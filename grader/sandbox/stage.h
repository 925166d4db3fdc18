/* Running the cases on a finished image: this program once more, as `grade __stage`, in a sandbox of its own. */
#ifndef GRADER_STAGE_H
#define GRADER_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include "grader/grade.h"
#include "grader/result.h"

/*
 * `directory` is the submission's, with the image in it (compile.h). Fills lab, seed, status, points and cases of the
 * result. False: one line in `why`, for the grader failed.
 */
bool stage_run(const struct grade_options *options, const char *kit, const char *directory,
               struct result *r, char *why, size_t size);

#endif
