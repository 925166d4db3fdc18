/* What is known about a file: POSIX.1-2017 <sys/stat.h>. All return -1 with errno on an error. */
#ifndef SYS_STAT_H
#define SYS_STAT_H

#include <sys/types.h>
#include <courier/protocol/fs.h> /* S_IFMT, S_IFDIR, ... */

struct stat {
    ino_t st_ino;
    mode_t st_mode;
    nlink_t st_nlink;
    uid_t st_uid;
    gid_t st_gid;
    dev_t st_rdev; /* of a device node */
    off_t st_size;
    blkcnt_t st_blocks; /* of 512 bytes */
    time_t st_atime, st_mtime, st_ctime;
};

#define S_ISREG(mode)  (((mode)&S_IFMT) == S_IFREG)
#define S_ISDIR(mode)  (((mode)&S_IFMT) == S_IFDIR)
#define S_ISCHR(mode)  (((mode)&S_IFMT) == S_IFCHR)
#define S_ISBLK(mode)  (((mode)&S_IFMT) == S_IFBLK)
#define S_ISFIFO(mode) (((mode)&S_IFMT) == S_IFIFO)
#define S_ISLNK(mode)  (((mode)&S_IFMT) == S_IFLNK)

int stat(const char *path, struct stat *st);
int fstat(int fd, struct stat *st);
int mkdir(const char *path, mode_t mode);
int mknod(const char *path, mode_t mode, dev_t device);
int chmod(const char *path, mode_t mode);

#endif
