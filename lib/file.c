/* Descriptors: opening, reading, writing. One function, one request of FS. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <unistd.h>
#include <courier/protocol/tty.h>
#include <sys/tty.h>
#include "request.h"

int open(const char *path, int flags, ...)
{
    struct message m = {0};
    struct fs_open *p = payload(&m);
    p->flags = (uint32_t)flags;
    if (flags & O_CREAT) {
        va_list arguments;
        va_start(arguments, flags);
        p->mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    return (int)path_request(FS_OPEN, path, &m);
}

int creat(const char *path, mode_t mode)
{
    return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int close(int fd)
{
    struct message m = {0};
    struct fs_close *p = payload(&m);
    p->fd = fd;
    return (int)request(EP_FS, FS_CLOSE, &m);
}

ssize_t read(int fd, void *to, size_t bytes)
{
    struct message m = {0};
    struct fs_read *p = payload(&m);
    int64_t grant = lend(EP_FS, to, bytes, GRANT_WRITE);
    if (grant < 0)
        return -1;
    p->fd = fd;
    p->grant = (uint32_t)grant;
    p->bytes = bytes;
    ssize_t n = request(EP_FS, FS_READ, &m);
    give_back(grant);
    return n;
}

/* FS cannot send signals: that nobody will read what is written is said to PM from here. */
ssize_t write(int fd, const void *from, size_t bytes)
{
    struct message m = {0};
    struct fs_write *p = payload(&m);
    int64_t grant = lend(EP_FS, from, bytes, GRANT_READ);
    if (grant < 0)
        return -1;
    p->fd = fd;
    p->grant = (uint32_t)grant;
    p->bytes = bytes;
    ssize_t n = request(EP_FS, FS_WRITE, &m);
    give_back(grant);
    if (n < 0 && errno == EPIPE) {
        raise(SIGPIPE);
        errno = EPIPE;
    }
    return n;
}

off_t lseek(int fd, off_t offset, int whence)
{
    struct message m = {0};
    struct fs_seek *p = payload(&m);
    p->fd = fd;
    p->whence = (uint32_t)whence;
    p->offset = offset;
    return request(EP_FS, FS_SEEK, &m);
}

static int duplicate(int fd, int to)
{
    struct message m = {0};
    struct fs_dup *p = payload(&m);
    p->fd = fd;
    p->to = to;
    return (int)request(EP_FS, FS_DUP, &m);
}

int dup(int fd)
{
    return duplicate(fd, -1);
}

int dup2(int fd, int to)
{
    if (to < 0) { /* -1 would mean any */
        errno = EBADF;
        return -1;
    }
    return duplicate(fd, to);
}

int pipe(int fd[2])
{
    struct message m = {0};
    if (request(EP_FS, FS_PIPE, &m) < 0)
        return -1;
    const struct fs_pipe_reply *p = payload(&m);
    fd[0] = p->read_fd;
    fd[1] = p->write_fd;
    return 0;
}

int ftruncate(int fd, off_t length)
{
    struct message m = {0};
    struct fs_ftruncate *p = payload(&m);
    p->fd = fd;
    p->length = (uint64_t)length;
    return (int)request(EP_FS, FS_FTRUNCATE, &m);
}

int fsync(int fd)
{
    struct message m = {0};
    struct fs_fsync *p = payload(&m);
    p->fd = fd;
    return (int)request(EP_FS, FS_FSYNC, &m);
}

void sync(void)
{
    struct message m = {0};
    request(EP_FS, FS_SYNC, &m);
}

/* FS_CONTROL; tells an operation of descriptors from one of the device by its number. */
static int control(int fd, uint32_t op, uint64_t value)
{
    struct message m = {0};
    struct fs_control *p = payload(&m);
    p->fd = fd;
    p->op = op;
    p->value = value;
    return (int)request(EP_FS, FS_CONTROL, &m);
}

int fcntl(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    uint64_t value = command == F_GETFD || command == F_GETFL ? 0 : va_arg(arguments, uint32_t);
    va_end(arguments);
    switch (command) {
    case F_DUPFD:
        if (value == 0)
            return dup(fd);
        break;
    case F_GETFD:
        return control(fd, FD_GET_CLOEXEC, 0);
    case F_SETFD:
        return control(fd, FD_SET_CLOEXEC, value);
    case F_GETFL:
        return control(fd, FD_GET_FLAGS, 0);
    case F_SETFL:
        return control(fd, FD_SET_FLAGS, value);
    }
    errno = EINVAL;
    return -1;
}

int isatty(int fd)
{
    int e = errno, mode = tty_get_mode(fd);
    if (mode >= 0)
        errno = e;
    return mode >= 0;
}

int tty_get_mode(int fd)
{
    return control(fd, TTY_GET_MODE, 0);
}

int tty_set_mode(int fd, unsigned mode)
{
    return control(fd, TTY_SET_MODE, mode);
}

pid_t tcgetpgrp(int fd)
{
    return control(fd, TTY_GET_PGRP, 0);
}

int tcsetpgrp(int fd, pid_t group)
{
    return control(fd, TTY_SET_PGRP, (uint64_t)group) < 0 ? -1 : 0;
}
