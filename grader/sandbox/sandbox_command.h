/* The command line of bubblewrap for a job: what is seen, and who the program is. Part of sandbox.c. */
#ifndef GRADER_SANDBOX_COMMAND_H
#define GRADER_SANDBOX_COMMAND_H

#include "grader/sandbox/sandbox.h"
#include "grader/base/words.h"

#define SANDBOX_INFO_FD 3 /* where bubblewrap says what it has started */

struct words sandbox_command(const struct sandbox_job *job);

#endif
