/*
 * A submission that is a directory: first the lab's own paths, and only if they are not all there a walk through everything
 * for other names. No link is followed, in no part of a path.
 */
#include "grader/take/submission.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_BYTES 1100

static enum submission_status cannot(struct submission_search *s, const char *name)
{
    snprintf(s->why, s->why_size, "%s: %s", name, strerror(errno));
    return SUBMISSION_CANNOT;
}

/* Takes the open file if it is a plain one. */
static enum submission_status take_file(int fd, struct submission_search *s, int which,
                                        const char *name)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return cannot(s, name);
    if (!S_ISREG(st.st_mode))
        return submission_refuse(s, name, "no plain file");
    if (st.st_size > (off_t)SUBMISSION_FILE_BYTES)
        return submission_refuse(s, name, "larger than 1 MiB");
    size_t size = (size_t)st.st_size, n = 0;
    char *bytes = malloc(size + 1);
    if (!bytes)
        return cannot(s, name);
    while (n < size) {
        ssize_t got = read(fd, bytes + n, size - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    bytes[n] = '\0';
    submission_take(s, which, name, bytes, n);
    s->files++;
    return SUBMISSION_TAKEN;
}

/* Opens one component. -1: errno is ELOOP if it is a link. */
static int open_component(int at, const char *name, bool folder)
{
    int fd = openat(at, name,
                    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | (folder ? O_DIRECTORY : 0));
    struct stat st;
    if (fd < 0 && fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode))
        errno = ELOOP;
    return fd;
}

/* The file at its path in the tree, if there is one. */
static enum submission_status exact(int top, struct submission_search *s, int which)
{
    const char *path = s->lab->files[which].path;
    char part[NAME_BYTES];
    int fd = dup(top);

    for (const char *rest = path; fd >= 0;) {
        size_t n = strcspn(rest, "/");
        snprintf(part, sizeof part, "%.*s", (int)n, rest);
        int next = open_component(fd, part, rest[n] == '/');
        int error = errno;
        close(fd);
        errno = error;
        fd = next;
        if (rest[n] == '\0')
            break;
        rest += n + 1;
    }
    if (fd < 0 && errno == ELOOP)
        return submission_refuse(s, path, "a link, or behind one");
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return SUBMISSION_TAKEN;
    if (fd < 0)
        return cannot(s, path);
    enum submission_status status = take_file(fd, s, which, path);
    close(fd);
    return status;
}

static enum submission_status walk(int at, const char *prefix, unsigned depth,
                                   struct submission_search *s);

static enum submission_status visit(int at, const char *name, const char *path, unsigned depth,
                                    struct submission_search *s)
{
    enum submission_status status = SUBMISSION_TAKEN;
    struct stat st;

    if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return cannot(s, path);
    bool folder = S_ISDIR(st.st_mode);
    if (folder && !strcmp(name, ".git"))
        return SUBMISSION_TAKEN;
    int which = folder ? -1 : submission_wanted(s, path);
    s->files += S_ISREG(st.st_mode) && which < 0;
    if (!folder && which < 0)
        return SUBMISSION_TAKEN;
    if (S_ISLNK(st.st_mode))
        return submission_refuse(s, path, "a link");
    if (folder && depth == SUBMISSION_DEPTH)
        return submission_refuse(s, path, "too deep in folders");
    int fd = open_component(at, name, folder);
    if (fd < 0)
        return cannot(s, path);
    if (folder)
        status = walk(fd, path, depth + 1, s); /* which closes it */
    else
        status = take_file(fd, s, which, path);
    if (!folder)
        close(fd);
    return status;
}

static enum submission_status walk(int at, const char *prefix, unsigned depth,
                                   struct submission_search *s)
{
    DIR *dir = fdopendir(at);
    enum submission_status status = SUBMISSION_TAKEN;

    if (!dir) {
        close(at);
        return cannot(s, prefix);
    }
    for (struct dirent *e; status == SUBMISSION_TAKEN && (e = readdir(dir));) {
        char path[NAME_BYTES];
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
            continue;
        int n = snprintf(path, sizeof path, "%s%s%s", prefix, *prefix ? "/" : "", e->d_name);
        if (++s->entries > SUBMISSION_ENTRIES)
            status = submission_refuse(s, NULL, "more than 4000 files");
        else if (n >= (int)sizeof path)
            status = submission_refuse(s, path, "too long a name");
        else
            status = visit(dirfd(dir), e->d_name, path, depth, s);
    }
    closedir(dir);
    return status;
}

enum submission_status submission_from_directory(int fd, struct submission_search *s)
{
    bool all = true;

    for (size_t i = 0; i < s->lab->nfiles; i++) {
        enum submission_status status = exact(fd, s, (int)i);
        if (status != SUBMISSION_TAKEN)
            return status;
        all = all && s->found[i].file.bytes;
    }
    if (all)
        return SUBMISSION_TAKEN;
    int top = open_component(fd, ".", true);
    return top < 0 ? cannot(s, ".") : walk(top, "", 0, s);
}
