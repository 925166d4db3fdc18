/* Streams: buffers between a program and its descriptors. Characters and lines: stdio.c. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "stream.h"

static unsigned char buffers[3][BUFSIZ]; /* apart from the streams: zero, so not in the file */
static struct file standard[3] = {
    {.fd = 0, .flags = READABLE, .link = &standard[1], .buffer = buffers[0]},
    {.fd = 1, .flags = WRITABLE | UNDECIDED, .link = &standard[2], .buffer = buffers[1]},
    {.fd = 2, .flags = WRITABLE | BY_CALL, .buffer = buffers[2]},
};
FILE *const stdin = &standard[0], *const stdout = &standard[1], *const stderr = &standard[2];

static struct file *streams = standard;

static int flush_all(int status)
{
    fflush(NULL);
    if (status != 0 || !ferror(stdout))
        return status;
    errno = stdout->error;
    warn("standard output");
    return 1;
}

/* Everything to the descriptor; a partial write goes on where it ended. */
static int write_all(FILE *f, const char *from, size_t n)
{
    while (n) {
        ssize_t done = write(f->fd, from, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            f->flags |= FAILED;
            f->error = errno;
            return EOF;
        }
        from += done, n -= (size_t)done;
    }
    return 0;
}

/* Gives bytes that were read ahead but not used back to the file, so that its offset is true. */
static void forget_input(FILE *f)
{
    if (f->next < f->end)
        lseek(f->fd, (off_t)f->next - (off_t)f->end, SEEK_CUR);
    f->next = f->end = 0;
}

static int flush_one(FILE *f)
{
    if (!(f->flags & WRITING))
        return 0;
    size_t n = f->end;
    f->end = 0;
    return write_all(f, (char *)f->buffer, n);
}

int fflush(FILE *f)
{
    if (f)
        return flush_one(f);
    int result = 0;
    for (f = streams; f; f = f->link)
        result |= flush_one(f);
    return result;
}

static int begin_writing(FILE *f)
{
    if (!(f->flags & WRITABLE)) {
        errno = EBADF;
        f->flags |= FAILED;
        return EOF;
    }
    flush_at_exit = flush_all;
    forget_input(f);
    if (f->flags & UNDECIDED)
        f->flags = (f->flags & ~UNDECIDED) | (isatty(f->fd) ? BY_LINE : 0);
    f->flags |= WRITING;
    return 0;
}

/* Does what was just written end a line? Looked for from the end: that is where it mostly is. */
static bool has_newline(const char *from, size_t n)
{
    while (n--)
        if (from[n] == '\n')
            return true;
    return false;
}

int stream_write(FILE *f, const char *from, size_t n)
{
    if (!(f->flags & WRITING) && begin_writing(f) == EOF)
        return EOF;
    if (n > BUFSIZ - f->end && flush_one(f) == EOF)
        return EOF;
    if (n >= BUFSIZ)
        return write_all(f, from, n) == EOF ? EOF : (int)n;
    memcpy(f->buffer + f->end, from, n);
    f->end += n;
    if ((f->flags & BY_LINE) && has_newline(from, n))
        return flush_one(f) == EOF ? EOF : (int)n;
    return (int)n;
}

int stream_fill(FILE *f)
{
    if (!(f->flags & READABLE)) {
        errno = EBADF;
        f->flags |= FAILED;
        return EOF;
    }
    if (f->flags & WRITING) {
        flush_one(f);
        f->flags &= ~WRITING;
    }
    if (f == stdin && (stdout->flags & BY_LINE))
        flush_one(stdout); /* a prompt is seen before its answer is waited for */
    ssize_t n = read(f->fd, f->buffer, BUFSIZ);
    f->next = 0;
    f->end = n > 0 ? (size_t)n : 0;
    if (n > 0)
        return 0;
    f->flags |= n < 0 ? FAILED : AT_END;
    return EOF;
}

/* The open() flags of a mode such as "r", "w+" or "ab"; -1: no such mode. */
static int open_flags(const char *mode)
{
    bool both = strchr(mode, '+') != NULL;
    switch (mode[0]) {
    case 'r':
        return both ? O_RDWR : O_RDONLY;
    case 'w':
        return (both ? O_RDWR : O_WRONLY) | O_CREAT | O_TRUNC;
    case 'a':
        return (both ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND;
    default:
        errno = EINVAL;
        return -1;
    }
}

FILE *fdopen(int fd, const char *mode)
{
    int flags = open_flags(mode);
    FILE *f = flags < 0 ? NULL : malloc(sizeof *f + BUFSIZ);
    if (!f)
        return NULL;
    f->buffer = (unsigned char *)(f + 1);
    int way = flags & O_ACCMODE;
    f->fd = fd;
    f->flags = way == O_RDWR ? READABLE | WRITABLE : way == O_WRONLY ? WRITABLE : READABLE;
    f->next = f->end = 0;
    f->link = streams;
    streams = f;
    return f;
}

FILE *fopen(const char *path, const char *mode)
{
    int flags = open_flags(mode);
    int fd = flags < 0 ? -1 : open(path, flags, 0644);
    if (fd < 0)
        return NULL;
    FILE *f = fdopen(fd, mode);
    if (!f)
        close(fd);
    return f;
}

int fclose(FILE *f)
{
    int result = flush_one(f);
    result |= close(f->fd);
    struct file **link = &streams;
    while (*link != f)
        link = &(*link)->link;
    *link = f->link;
    if (f < standard || f >= standard + 3)
        free(f);
    return result;
}

int fseek(FILE *f, long offset, int whence)
{
    if (flush_one(f) == EOF)
        return -1;
    forget_input(f);
    f->flags &= ~(AT_END | WRITING);
    return lseek(f->fd, offset, whence) < 0 ? -1 : 0;
}

long ftell(FILE *f)
{
    off_t at = lseek(f->fd, 0, SEEK_CUR);
    if (at < 0)
        return -1;
    return f->flags & WRITING ? at + (long)f->end : at - (long)(f->end - f->next);
}
