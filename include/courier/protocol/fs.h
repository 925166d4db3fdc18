/*
 * FS, the file server: files, directories, pipes, device nodes, and each process's descriptors.
 *
 * A path is a grant to FS and its length in bytes, without a NUL. Replies carry the status unless
 * said otherwise.
 */
#ifndef COURIER_PROTOCOL_FS_H
#define COURIER_PROTOCOL_FS_H

#include <courier/message.h>

#define OPEN_MAX 32   /* descriptors of a process */
#define PATH_MAX 4096 /* bytes of a path */
#define NAME_MAX 60   /* bytes of a name, the format's limit */
#define PIPE_BUF 4096 /* bytes that a pipe holds */

/* FS_OPEN: reply: the lowest free descriptor. */
#define FS_OPEN 0x300
PAYLOAD(fs_open, uint32_t path; uint32_t path_bytes; uint32_t flags; uint32_t mode;);
#define O_RDONLY    0
#define O_WRONLY    1
#define O_RDWR      2
#define O_ACCMODE   3
#define O_CREAT     0100
#define O_EXCL      0200
#define O_TRUNC     01000
#define O_APPEND    02000
#define O_NONBLOCK  04000
#define O_DIRECTORY 0200000
#define O_CLOEXEC   02000000

#define FS_CLOSE 0x301
PAYLOAD(fs_close, int32_t fd;);

/* FS_READ, FS_WRITE: reply: count; 0 at the end of the file; EAGAIN with O_NONBLOCK; EPIPE. */
#define FS_READ  0x302
#define FS_WRITE 0x303
PAYLOAD(fs_read, int32_t fd; uint32_t grant; uint64_t bytes;);
PAYLOAD(fs_write, int32_t fd; uint32_t grant; uint64_t bytes;);

/* FS_SEEK: reply: the new offset. */
#define FS_SEEK 0x304
PAYLOAD(fs_seek, int32_t fd; uint32_t whence; int64_t offset;);
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

/* FS_STAT, FS_FSTAT: reply struct fs_stat_reply. */
#define FS_STAT  0x305
#define FS_FSTAT 0x306
PAYLOAD(fs_stat, uint32_t path; uint32_t path_bytes;);
PAYLOAD(fs_fstat, int32_t fd;);
/* device: of a node, major << 8 | minor; blocks: of 512 bytes. */
PAYLOAD(fs_stat_reply, int64_t status; uint64_t size; uint32_t inode; uint32_t device;
        uint16_t mode; uint16_t links; uint16_t uid; uint16_t gid; uint32_t mtime; uint32_t atime;
        uint32_t ctime; uint32_t blocks;);
#define S_IFMT  0170000
#define S_IFIFO 0010000
#define S_IFCHR 0020000
#define S_IFDIR 0040000
#define S_IFBLK 0060000
#define S_IFREG 0100000
#define S_IFLNK 0120000

#define FS_MKDIR 0x307
PAYLOAD(fs_mkdir, uint32_t path; uint32_t path_bytes; uint32_t mode;);
#define FS_RMDIR  0x308
#define FS_UNLINK 0x309
#define FS_CHDIR  0x30a
PAYLOAD(fs_rmdir, uint32_t path; uint32_t path_bytes;);
PAYLOAD(fs_unlink, uint32_t path; uint32_t path_bytes;);
PAYLOAD(fs_chdir, uint32_t path; uint32_t path_bytes;);

/* FS_LINK, FS_RENAME: from the first path to the second. */
#define FS_LINK   0x30b
#define FS_RENAME 0x30c
PAYLOAD(fs_link, uint32_t path; uint32_t path_bytes; uint32_t path2; uint32_t path2_bytes;);
PAYLOAD(fs_rename, uint32_t path; uint32_t path_bytes; uint32_t path2; uint32_t path2_bytes;);

/* FS_MKNOD: mode with S_IFCHR, S_IFBLK, S_IFIFO or S_IFREG; device: major << 8 | minor. */
#define FS_MKNOD 0x30d
PAYLOAD(fs_mknod, uint32_t path; uint32_t path_bytes; uint32_t mode; uint32_t device;);
#define FS_CHMOD 0x30e
PAYLOAD(fs_chmod, uint32_t path; uint32_t path_bytes; uint32_t mode;);
#define FS_TRUNCATE 0x30f
PAYLOAD(fs_truncate, uint32_t path; uint32_t path_bytes; uint64_t length;);
#define FS_FTRUNCATE 0x310
PAYLOAD(fs_ftruncate, int32_t fd; uint32_t spare; uint64_t length;);

/* FS_PIPE: reply struct fs_pipe_reply; flags: O_NONBLOCK, O_CLOEXEC. */
#define FS_PIPE 0x311
PAYLOAD(fs_pipe, uint32_t flags;);
PAYLOAD(fs_pipe_reply, int64_t status; int32_t read_fd; int32_t write_fd;);

/* FS_DUP: to the lowest free descriptor (`to` -1), or to `to`, closing what it was. */
#define FS_DUP 0x312
PAYLOAD(fs_dup, int32_t fd; int32_t to;);

/* FS_GETDENTS: directory entries from the descriptor's offset on, as struct fs_dirent; reply:
 * bytes, 0 at the end. */
#define FS_GETDENTS 0x313
PAYLOAD(fs_getdents, int32_t fd; uint32_t grant; uint64_t bytes;);
struct fs_dirent {
    uint32_t inode;
    char name[NAME_MAX]; /* NUL-padded, no NUL when 60 bytes long */
};

#define FS_SYNC  0x314
#define FS_FSYNC 0x315
PAYLOAD(fs_fsync, int32_t fd;);

/* FS_CONTROL: ioctl of a device (protocol/tty.h); of any descriptor: FD_ ops. */
#define FS_CONTROL 0x316
PAYLOAD(fs_control, int32_t fd; uint32_t op; uint64_t value;);
#define FD_GET_CLOEXEC 0x100
#define FD_SET_CLOEXEC 0x101
#define FD_GET_FLAGS   0x102
#define FD_SET_FLAGS   0x103 /* O_NONBLOCK, O_APPEND */

/* FS_STATFS: reply struct fs_statfs_reply. */
#define FS_STATFS 0x317
PAYLOAD(fs_statfs_reply, int64_t status; uint64_t blocks; uint64_t free_blocks;
        uint32_t block_bytes; uint32_t inodes; uint32_t free_inodes;);

/* FS_GETCWD: the absolute path into the grant; reply: its length. */
#define FS_GETCWD 0x318
PAYLOAD(fs_getcwd, uint32_t grant; uint32_t bytes;);

/* FS_READ_AT: FS_READ of a regular file from an offset of its own; the descriptor's stays. */
#define FS_READ_AT 0x319
PAYLOAD(fs_read_at, int32_t fd; uint32_t grant; uint64_t bytes; uint64_t offset;);

/* From PM only. FS_FORK: the child gets the parent's descriptors and directory. FS_EXIT: closes
 * all. FS_EXEC: closes those with O_CLOEXEC. FS_UNPAUSE: a call of this process that FS keeps
 * waiting ends with EINTR (status 1), else status 0. FS_OPEN_FOR: opens in PM's own table a file
 * for execution, by a path relative to `process`'s directory; EACCES when the file is not regular
 * or has no execute bit. */
#define FS_FORK     0x320
#define FS_EXIT     0x321
#define FS_EXEC     0x322
#define FS_UNPAUSE  0x323
#define FS_OPEN_FOR 0x324
PAYLOAD(fs_fork, endpoint_t parent; endpoint_t child;);
PAYLOAD(fs_exit, endpoint_t process;);
PAYLOAD(fs_exec, endpoint_t process;);
PAYLOAD(fs_unpause, endpoint_t process;);
PAYLOAD(fs_open_for, endpoint_t process; uint32_t path; uint32_t path_bytes;);

#endif
