/* Writing a file whole or not at all, and reading one whole. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "grader/base/file.h"

#define DEPTH_MAX 256 /* of directories that cannot be read, one in the other */
#define OPEN_MAX  16

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

/* To what is there and stays: a pipe, a terminal, a device. */
static bool write_directly(const char *path, const char *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool written = write_all(fd, bytes, size);
    int error = errno;
    close(fd);
    errno = error;
    return written;
}

/* DIR/.grade-XXXXXX for DIR/NAME; allocated. */
static char *temporary_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    int directory = slash ? (int)(slash - path) + 1 : 0;
    char *name;
    return asprintf(&name, "%.*s%sXXXXXX", directory, path, FILE_TEMPORARY) < 0 ? NULL : name;
}

/* Fills the new file `fd`, with the rights of any new file, and gives it its name. A full disk may show only in the close. */
static bool fill_and_rename(int fd, const char *temporary, const char *path, const char *bytes,
                            size_t size)
{
    mode_t mask = umask(0);
    umask(mask);
    bool written = fchmod(fd, 0666 & ~mask) == 0 && write_all(fd, bytes, size);
    int error = errno;
    if (close(fd) != 0 && written) {
        written = false;
        error = errno;
    }
    if (written && rename(temporary, path) == 0)
        return true;
    if (written)
        error = errno;
    unlink(temporary);
    errno = error;
    return false;
}

static bool write_new(const char *path, const char *bytes, size_t size)
{
    char *temporary = temporary_name(path);
    int fd = temporary ? mkostemp(temporary, O_CLOEXEC) : -1;
    bool written = fd >= 0 && fill_and_rename(fd, temporary, path, bytes, size);
    int error = errno;
    free(temporary);
    errno = error;
    return written;
}

bool file_write(const char *path, const char *bytes, size_t size)
{
    struct stat status;
    if (!path || strcmp(path, "-") == 0)
        return fflush(stdout) == 0 && write_all(STDOUT_FILENO, bytes, size);
    if (stat(path, &status) != 0)
        return write_new(path, bytes, size);
    if (!S_ISREG(status.st_mode))
        return write_directly(path, bytes, size);
    char *real = realpath(path, NULL);
    bool written = real && write_new(real, bytes, size);
    int error = errno;
    free(real);
    errno = error;
    return written;
}

/* The rest of a stream; NULL: errno says why. */
static char *read_stream(FILE *in, size_t limit, size_t *size)
{
    char *text = NULL;
    size_t used = 0, room = 0, got;
    do {
        if (room - used < 2) {
            char *more = realloc(text, room = room ? room * 2 : 4096);
            if (!more) {
                free(text);
                return NULL;
            }
            text = more;
        }
        got = fread(text + used, 1, room - used - 1, in);
        used += got;
    } while (got > 0 && used <= limit);
    if (used > limit || ferror(in)) {
        if (used > limit)
            errno = EFBIG;
        free(text);
        return NULL;
    }
    text[used] = '\0';
    if (size)
        *size = used;
    return text;
}

char *file_read(const char *path, size_t limit, size_t *size)
{
    FILE *in = fopen(path, "re");
    if (!in)
        return NULL;
    char *text = read_stream(in, limit, size);
    int error = errno;
    fclose(in);
    errno = error;
    return text;
}

static bool opened; /* by remove_one(): there is more to see */

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)walk;
    if (kind == FTW_DNR && chmod(path, 0700) == 0) {
        opened = true;
        return 0;
    }
    return remove(path) == 0 || opened ? 0 : -1;
}

bool file_remove_tree(const char *path)
{
    int failed = 0;
    for (unsigned i = 0; i < DEPTH_MAX; i++) {
        opened = false;
        failed = nftw(path, remove_one, OPEN_MAX, FTW_DEPTH | FTW_PHYS);
        if (!opened)
            break;
    }
    return !failed;
}

/* ---- where files are ---------------------------------------------------------------------------------- */

bool file_is_same(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

/* The path without links; of what is not there yet, its folder's and its name. Allocated; NULL: there is no such place. */
static char *real_path(const char *path)
{
    char *real = realpath(path, NULL), *folder = NULL, *name = strdup(path);
    if (real || errno != ENOENT || !name) {
        free(name);
        return real;
    }
    for (size_t n = strlen(name); n > 1 && name[n - 1] == '/'; n--)
        name[n - 1] = '\0';
    char *slash = strrchr(name, '/');
    folder = slash ? strndup(name, (size_t)(slash - name) + 1) : strdup(".");
    char *above = folder ? realpath(folder, NULL) : NULL;
    if (!above || asprintf(&real, "%s/%s", above, slash ? slash + 1 : name) < 0)
        real = NULL;
    free(name);
    free(folder);
    free(above);
    return real;
}

int file_below(const char *path, const char *directory)
{
    char *inner = real_path(path), *outer = realpath(directory, NULL);
    size_t n = outer ? strlen(outer) : 0;
    int steps = -1;
    if (inner && outer && strncmp(inner, outer, n) == 0 && (inner[n] == '/' || inner[n] == '\0')) {
        steps = 0;
        for (const char *c = inner + n; *c; c++)
            steps += *c == '/';
    }
    free(inner);
    free(outer);
    return steps;
}
