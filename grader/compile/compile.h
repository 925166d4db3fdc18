/*
 * From a student's files to a boot image: each is compiled on its own with the kit's command line, checked, and linked with the
 * kit. The compiler sees its own files, the headers and the student's files; only the linker sees the kit's objects.
 */
#ifndef GRADER_COMPILE_H
#define GRADER_COMPILE_H

#include <stdbool.h>
#include "grader/lab.h"
#include "grader/take/submission.h"

enum compile_status {
    COMPILE_DONE,
    COMPILE_FAILED, /* the student's: the message has the compiler's words, or ours */
    COMPILE_CANNOT  /* the grader's: the message says why, on one line */
};

struct compile_job {
    const struct lab *lab;
    const struct submission *submission;
    const char *kit;
    const char *directory; /* an empty one, absolute; out/image.elf is in it afterwards */
    bool sandbox;
};

#define COMPILE_IMAGE "out/image.elf"

/* `*message` is allocated and cleaned (clean.h), holds no path of this machine, or is NULL: done, or no memory for it. */
enum compile_status compile_submission(const struct compile_job *job, char **message);

#endif
