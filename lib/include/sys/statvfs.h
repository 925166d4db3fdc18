/* The file system's size and free space: POSIX.1-2017 <sys/statvfs.h>. */
#ifndef SYS_STATVFS_H
#define SYS_STATVFS_H

#include <sys/types.h>

struct statvfs {
    unsigned long f_bsize;  /* bytes of a block */
    unsigned long f_blocks; /* blocks for data */
    unsigned long f_bfree;  /* of these, free */
    unsigned long f_files;  /* inodes */
    unsigned long f_ffree;  /* of these, free */
};

/* There is one file system: of `path` only its existence matters. */
int statvfs(const char *path, struct statvfs *st);

#endif
