/* Where a submission comes from: the student's archive or directory, or this tree itself (@reference, @handout). */
#ifndef GRADER_SOURCE_H
#define GRADER_SOURCE_H

#include "grader/take/submission.h"

#define SOURCE_REFERENCE "@reference" /* the tree's own files: the solution */
#define SOURCE_HANDOUT   "@handout"   /* the same with the lab's holes: what students begin with */

/* As submission_read(). `kit` leads to the tree. A tree without holes has no handout to grade: that cannot be done. */
enum submission_status source_read(const char *name, const char *kit, const struct lab *lab,
                                   struct submission *s, char *why, size_t size);

/* Would a file written here overwrite the submission, or one of the lab's files in it? */
bool source_holds(const char *name, const struct lab *lab, const char *path);

#endif
