/* The types of POSIX.1-2017 <sys/types.h>. */
#ifndef SYS_TYPES_H
#define SYS_TYPES_H

#include <stddef.h>
#include <stdint.h>

typedef int32_t pid_t;
typedef uint32_t mode_t;
typedef uint32_t dev_t; /* major << 8 | minor */
typedef uint32_t ino_t;
typedef uint32_t nlink_t;
typedef uint32_t uid_t;
typedef uint32_t gid_t;
typedef int64_t off_t;
typedef int64_t time_t; /* seconds since 1970, UTC */
typedef int64_t ssize_t;
typedef uint32_t useconds_t;
typedef int64_t blkcnt_t;

#endif
