/*
 * Error numbers, returned as negative values everywhere: by kernel calls, by IPC and in the status
 * of replies.
 *
 * The values below 200 are those of Linux (asm-generic/errno.h), so that code shared with the host
 * (servers/fs/core) means the same number on both sides. Those from 200 on are Courier's own.
 */
#ifndef COURIER_ERRNO_H
#define COURIER_ERRNO_H

#if __STDC_HOSTED__
#include <errno.h>
#else
#define EPERM        1   /* operation not permitted */
#define ENOENT       2   /* no such file or directory */
#define ESRCH        3   /* no such process */
#define EINTR        4   /* interrupted by a signal */
#define EIO          5   /* input/output error */
#define ENXIO        6   /* no such device or address */
#define E2BIG        7   /* argument list too long */
#define ENOEXEC      8   /* not an executable file */
#define EBADF        9   /* bad file descriptor */
#define ECHILD       10  /* no child process */
#define EAGAIN       11  /* would block */
#define ENOMEM       12  /* out of memory */
#define EACCES       13  /* permission denied */
#define EFAULT       14  /* bad address */
#define EBUSY        16  /* busy */
#define EEXIST       17  /* file exists */
#define EXDEV        18  /* link across devices */
#define ENODEV       19  /* no such device */
#define ENOTDIR      20  /* not a directory */
#define EISDIR       21  /* is a directory */
#define EINVAL       22  /* invalid argument */
#define ENFILE       23  /* too many open files in the system */
#define EMFILE       24  /* too many open files */
#define ENOTTY       25  /* not a terminal */
#define EFBIG        27  /* file too large */
#define ENOSPC       28  /* no space left on device */
#define ESPIPE       29  /* illegal seek */
#define EROFS        30  /* read-only file system */
#define EMLINK       31  /* too many links */
#define EPIPE        32  /* broken pipe */
#define ERANGE       34  /* result out of range */
#define ENAMETOOLONG 36  /* name too long */
#define ENOSYS       38  /* no such call */
#define ENOTEMPTY    39  /* directory not empty */
#define ELOOP        40  /* too many symbolic links */
#define EOVERFLOW    75  /* value too large */
#define ETIMEDOUT    110 /* the deadline passed */
#define EDQUOT       122 /* quota exceeded */
#endif

#define EDEADSRCDST   200 /* the peer is dead, or its endpoint is stale */
#define ELOCKED       201 /* the call would close a cycle of waits; the message holds the cycle */
#define EREINCARNATED 202 /* the service died with the request; only with IPC_TELL */
#define EFAULTED      203 /* the request killed its server every time it was delivered */
#define ENOTREADY     204 /* the peer was not waiting for this reply */

#endif
