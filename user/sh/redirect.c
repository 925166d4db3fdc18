/*
 * Redirections. In a process that is about to run something else they are simply done; in the shell
 * itself (for a builtin, or a loop) what they replace is kept on a stack, and put back.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

static struct {
    int fd;
    int copy; /* -1: it was closed */
} saved[OPEN_MAX];
static int saved_count;

static bool save(int fd)
{
    if (saved_count == OPEN_MAX) {
        errno = EMFILE;
        return false;
    }
    int copy = dup(fd);
    if (copy < 0 && errno != EBADF)
        return false;
    if (copy >= 0)
        fcntl(copy, F_SETFD, FD_CLOEXEC);
    saved[saved_count].fd = fd;
    saved[saved_count++].copy = copy;
    return true;
}

int redirect_mark(void)
{
    return saved_count;
}

void undo_redirects(int mark)
{
    while (saved_count > mark) {
        int fd = saved[--saved_count].fd, copy = saved[saved_count].copy;
        if (copy < 0) {
            close(fd);
        } else {
            dup2(copy, fd);
            close(copy);
        }
    }
}

/* fd becomes the file; false with errno. */
static bool open_as(int fd, const char *path, int flags)
{
    int opened = open(path, flags, 0644);
    if (opened < 0 || opened == fd)
        return opened == fd;
    bool moved = dup2(opened, fd) == fd;
    close(opened);
    return moved;
}

/* fd becomes a copy of another, or with - is closed. */
static bool duplicate(int fd, const char *target)
{
    if (strcmp(target, "-") == 0) {
        close(fd);
        return true;
    }
    if (!isdigit(target[0])) {
        errno = EBADF;
        return false;
    }
    return dup2(atoi(target), fd) == fd;
}

bool redirect(const struct redirect *r, bool undo)
{
    for (; r; r = r->next) {
        const char *target = expand_string(r->target);
        if (!target)
            return false;
        bool done = !undo || save(r->fd);
        if (done && r->type == T_DUPLICATE)
            done = duplicate(r->fd, target);
        else if (done && r->type == T_LESS)
            done = open_as(r->fd, target, O_RDONLY);
        else if (done)
            done = open_as(r->fd, target,
                           O_WRONLY | O_CREAT | (r->type == T_APPEND ? O_APPEND : O_TRUNC));
        if (!done) {
            warn("%s", target);
            return false;
        }
    }
    return true;
}
