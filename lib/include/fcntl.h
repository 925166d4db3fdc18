/* Opening files: POSIX.1-2017 <fcntl.h>. The O_ flags are the protocol's. */
#ifndef FCNTL_H
#define FCNTL_H

#include <sys/types.h>
#include <courier/protocol/fs.h>

int open(const char *path, int flags, ... /* mode_t mode, with O_CREAT */);
int creat(const char *path, mode_t mode);

#define FD_CLOEXEC 1
#define F_DUPFD    0 /* not below the number given: only 0 is supported, else EINVAL */
#define F_GETFD    1
#define F_SETFD    2
#define F_GETFL    3
#define F_SETFL    4
int fcntl(int fd, int command, ... /* int value */);

#endif
