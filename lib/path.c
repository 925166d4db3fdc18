/* Files and directories by their paths. One function, one request of FS. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include "request.h"

int mkdir(const char *path, mode_t mode)
{
    struct message m = {0};
    struct fs_mkdir *p = payload(&m);
    p->mode = mode;
    return (int)path_request(FS_MKDIR, path, &m);
}

int mknod(const char *path, mode_t mode, dev_t device)
{
    struct message m = {0};
    struct fs_mknod *p = payload(&m);
    p->mode = mode;
    p->device = device;
    return (int)path_request(FS_MKNOD, path, &m);
}

int chmod(const char *path, mode_t mode)
{
    struct message m = {0};
    struct fs_chmod *p = payload(&m);
    p->mode = mode;
    return (int)path_request(FS_CHMOD, path, &m);
}

int truncate(const char *path, off_t length)
{
    struct message m = {0};
    struct fs_truncate *p = payload(&m);
    p->length = (uint64_t)length;
    return (int)path_request(FS_TRUNCATE, path, &m);
}

int unlink(const char *path)
{
    return (int)path_request(FS_UNLINK, path, &(struct message){0});
}

int rmdir(const char *path)
{
    return (int)path_request(FS_RMDIR, path, &(struct message){0});
}

int remove(const char *path)
{
    return unlink(path) == 0 || (errno == EISDIR && rmdir(path) == 0) ? 0 : -1;
}

int chdir(const char *path)
{
    return (int)path_request(FS_CHDIR, path, &(struct message){0});
}

/* A request with two paths. The second is lent here, the first by path_request(). */
static int two_paths(uint32_t type, const char *from, const char *to)
{
    struct message m = {0};
    struct fs_link *p = payload(&m);
    size_t bytes = strlen(to);
    if (bytes == 0 || bytes >= PATH_MAX) {
        errno = bytes ? ENAMETOOLONG : ENOENT;
        return -1;
    }
    int64_t grant = lend(EP_FS, to, bytes, GRANT_READ);
    if (grant < 0)
        return -1;
    p->path2 = (uint32_t)grant;
    p->path2_bytes = (uint32_t)bytes;
    int64_t status = path_request(type, from, &m);
    give_back(grant);
    return (int)status;
}

int link(const char *from, const char *to)
{
    return two_paths(FS_LINK, from, to);
}

int rename(const char *from, const char *to)
{
    return two_paths(FS_RENAME, from, to);
}

static void fill_stat(struct stat *st, const struct message *m)
{
    const struct fs_stat_reply *r = payload(m);
    *st = (struct stat){
        .st_ino = r->inode,
        .st_mode = r->mode,
        .st_nlink = r->links,
        .st_uid = r->uid,
        .st_gid = r->gid,
        .st_rdev = r->device,
        .st_size = (off_t)r->size,
        .st_blocks = r->blocks,
        .st_atime = r->atime,
        .st_mtime = r->mtime,
        .st_ctime = r->ctime,
    };
}

int stat(const char *path, struct stat *st)
{
    struct message m = {0};
    if (path_request(FS_STAT, path, &m) < 0)
        return -1;
    fill_stat(st, &m);
    return 0;
}

int fstat(int fd, struct stat *st)
{
    struct message m = {0};
    struct fs_fstat *p = payload(&m);
    p->fd = fd;
    if (request(EP_FS, FS_FSTAT, &m) < 0)
        return -1;
    fill_stat(st, &m);
    return 0;
}

int access(const char *path, int mode)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return -1;
    unsigned any = (st.st_mode | st.st_mode >> 3 | st.st_mode >> 6) & 7;
    if ((any & (unsigned)mode) == (unsigned)mode)
        return 0;
    errno = EACCES;
    return -1;
}

int statvfs(const char *path, struct statvfs *st)
{
    struct message m = {0};
    if (access(path, F_OK) < 0 || request(EP_FS, FS_STATFS, &m) < 0)
        return -1;
    const struct fs_statfs_reply *r = payload(&m);
    *st = (struct statvfs){
        .f_bsize = r->block_bytes,
        .f_blocks = r->blocks,
        .f_bfree = r->free_blocks,
        .f_files = r->inodes,
        .f_ffree = r->free_inodes,
    };
    return 0;
}

char *getcwd(char *to, size_t bytes)
{
    struct message m = {0};
    struct fs_getcwd *p = payload(&m);
    if (bytes == 0) {
        errno = EINVAL;
        return NULL;
    }
    int64_t grant = lend(EP_FS, to, bytes - 1, GRANT_WRITE);
    if (grant < 0)
        return NULL;
    p->grant = (uint32_t)grant;
    p->bytes = (uint32_t)(bytes - 1);
    int64_t length = request(EP_FS, FS_GETCWD, &m);
    give_back(grant);
    if (length < 0)
        return NULL;
    to[length] = '\0';
    return to;
}
