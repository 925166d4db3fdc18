/* Error numbers (<courier/errno.h>), and where a failed library call leaves its own: C17 7.5. */
#ifndef ERRNO_H
#define ERRNO_H

#include <courier/errno.h>

extern int errno; /* one thread a process: a plain variable */

#endif
