/* Processes and their descriptors: what fork shares, exec trims and exit closes. */
#include <string.h>
#include "fs.h"

/* ---- open files ------------------------------------------------------------------------------ */

struct file *file_new(enum file_kind kind, uint32_t inode, uint32_t flags)
{
    for (unsigned i = 0; i < NFILES; i++) {
        struct file *f = &state->files[i];
        if (f->kind != FILE_FREE)
            continue;
        CHANGE(*f) = (struct file){.kind = (uint8_t)kind,
                                   .access = flags & O_ACCMODE,
                                   .flags = flags & (O_APPEND | O_NONBLOCK),
                                   .inode = inode};
        return f;
    }
    return NULL;
}

void file_release(struct file *f)
{
    region_touch(f, sizeof *f);
    if (f->users > 1) {
        f->users--;
        return;
    }
    if (f->kind == FILE_PIPE)
        pipe_close(f);
    else
        mfs_close(&fs, f->inode);
    *f = (struct file){.kind = FILE_FREE};
}

/* ---- descriptors ----------------------------------------------------------------------------- */

int32_t fd_new(struct client *c, struct file *f, int32_t lowest, bool cloexec)
{
    for (int32_t fd = lowest; fd < OPEN_MAX; fd++) {
        if (c->fd[fd])
            continue;
        CHANGE(c->fd[fd]) = (uint16_t)(f - state->files + 1);
        CHANGE(f->users) = f->users + 1;
        CHANGE(c->cloexec) = (c->cloexec & ~(1u << fd)) | (uint32_t)cloexec << fd;
        return fd;
    }
    return -EMFILE;
}

static void fd_close(struct client *c, int32_t fd)
{
    struct file *f = &state->files[c->fd[fd] - 1];
    CHANGE(c->fd[fd]) = 0;
    file_release(f);
}

static void close_all(struct client *c)
{
    for (int32_t fd = 0; fd < OPEN_MAX; fd++)
        if (c->fd[fd])
            fd_close(c, fd);
    if (c->cwd)
        mfs_close(&fs, c->cwd);
    CHANGE(c->cwd) = 0;
    CHANGE(c->owner) = EP_KERNEL;
}

/* A process that PM has not told of: an FS with another state knew it, and its files. So that it can
 * say what is wrong, and a shell can go on, its descriptors 0 to 2 are the console again. Its writes get
 * numbers that TTY has not seen. */
static void give_console(struct client *c, unsigned slot)
{
    uint32_t inode;
    uint64_t incarnation;
    struct mfs_stat st;
    if (!state->mounted || mfs_lookup(&fs, MFS_ROOT, "/dev/console", &inode) < 0 ||
        mfs_stat(&fs, inode, &st) < 0 || (st.mode & S_IFMT) != S_IFCHR ||
        device_kind(st.device) != FILE_TTY || mfs_open(&fs, inode) < 0)
        return;
    struct file *f = file_new(FILE_TTY, inode, O_RDWR);
    if (!f) {
        mfs_close(&fs, inode);
        return;
    }
    for (int32_t fd = 0; fd <= 2; fd++)
        fd_new(c, f, fd, false);
    k_self(&incarnation);
    CHANGE(state->pending[slot].writes) = (uint32_t)incarnation << 20;
}

struct client *client_of(endpoint_t ep)
{
    struct client *c = &state->clients[EP_SLOT(ep)];
    if (c->owner != ep) {
        close_all(c);
        CHANGE(c->owner) = ep;
        CHANGE(c->cloexec) = 0;
        if (EP_SLOT(ep) >= NSERVICES)
            give_console(c, EP_SLOT(ep));
    }
    return c;
}

struct file *file_of(endpoint_t ep, int32_t fd)
{
    struct client *c = client_of(ep);
    return fd >= 0 && fd < OPEN_MAX && c->fd[fd] ? &state->files[c->fd[fd] - 1] : NULL;
}

int64_t file_room(endpoint_t ep)
{
    const struct client *c = client_of(ep);
    int32_t fd = 0, i = 0;
    while (fd < OPEN_MAX && c->fd[fd])
        fd++;
    while (i < NFILES && state->files[i].kind != FILE_FREE)
        i++;
    return fd == OPEN_MAX ? -EMFILE : i == NFILES ? -ENFILE : 0;
}

int64_t do_close(struct message *m)
{
    struct fs_close *request = payload(m);
    if (!file_of(m->source, request->fd))
        return -EBADF;
    fd_close(client_of(m->source), request->fd);
    return 0;
}

int64_t do_dup(struct message *m)
{
    struct fs_dup *request = payload(m);
    struct file *f = file_of(m->source, request->fd);
    struct client *c = client_of(m->source);
    int32_t to = request->to;
    if (!f || to < -1 || to >= OPEN_MAX)
        return -EBADF;
    if (to == request->fd)
        return to;
    if (to == -1)
        return fd_new(c, f, 0, false);
    if (c->fd[to])
        fd_close(c, to);
    return fd_new(c, f, to, false);
}

int64_t do_seek(struct message *m)
{
    struct fs_seek *request = payload(m);
    struct file *f = file_of(m->source, request->fd);
    struct mfs_stat st;
    int64_t base = 0, to;
    if (!f)
        return -EBADF;
    if (f->kind != FILE_INODE)
        return -ESPIPE;
    if (request->whence > SEEK_END)
        return -EINVAL;
    if (request->whence == SEEK_CUR)
        base = (int64_t)f->offset;
    else if (request->whence == SEEK_END && mfs_stat(&fs, f->inode, &st) == 0)
        base = st.size;
    if (__builtin_add_overflow(base, request->offset, &to) || to < 0)
        return -EINVAL;
    CHANGE(f->offset) = (uint64_t)to;
    return to;
}

int64_t do_control(struct message *m)
{
    struct fs_control *request = payload(m);
    struct file *f = file_of(m->source, request->fd);
    struct client *c = client_of(m->source);
    uint32_t bit = 1u << (request->fd & 31), settable = O_APPEND | O_NONBLOCK;
    if (!f)
        return -EBADF;
    switch (request->op) {
    case FD_GET_CLOEXEC:
        return (c->cloexec & bit) != 0;
    case FD_SET_CLOEXEC:
        CHANGE(c->cloexec) = request->value ? c->cloexec | bit : c->cloexec & ~bit;
        return 0;
    case FD_GET_FLAGS:
        return f->flags | f->access;
    case FD_SET_FLAGS:
        CHANGE(f->flags) = request->value & settable;
        return 0;
    default:
        return f->kind == FILE_TTY ? tty_control(request->op, request->value) : -ENOTTY;
    }
}

/* ---- from PM: the lives of processes --------------------------------------------------------- */

int64_t do_fork(struct message *m)
{
    struct fs_fork *request = payload(m);
    unsigned slot = EP_SLOT(request->child);
    if (m->source != EP_PM)
        return -EPERM;
    if (slot >= NSLOTS || EP_SLOT(request->parent) >= NSLOTS)
        return -EINVAL;
    const struct client *parent = client_of(request->parent);
    struct client *child = &state->clients[slot];
    if (child->owner == request->child)
        return 0; /* delivered again */
    close_all(child);
    if (request->parent == EP_PM) { /* the first process: the root directory, no descriptors */
        CHANGE(child->owner) = request->child;
        return 0;
    }
    if (parent->cwd && mfs_open(&fs, parent->cwd) < 0)
        return -ENFILE;
    CHANGE(*child) = *parent;
    CHANGE(child->owner) = request->child;
    for (int32_t fd = 0; fd < OPEN_MAX; fd++)
        if (child->fd[fd]) {
            struct file *f = &state->files[child->fd[fd] - 1];
            CHANGE(f->users) = f->users + 1;
        }
    return 0;
}

int64_t do_exit(struct message *m)
{
    struct fs_exit *request = payload(m);
    unsigned slot = EP_SLOT(request->process);
    if (m->source != EP_PM)
        return -EPERM;
    if (slot >= NSLOTS)
        return -EINVAL;
    wait_end(request->process, -EINTR);
    if (state->clients[slot].owner == request->process)
        close_all(&state->clients[slot]);
    return 0;
}

int64_t do_exec(struct message *m)
{
    struct fs_exec *request = payload(m);
    if (m->source != EP_PM)
        return -EPERM;
    if (EP_SLOT(request->process) >= NSLOTS)
        return -EINVAL;
    struct client *c = client_of(request->process);
    for (int32_t fd = 0; fd < OPEN_MAX; fd++)
        if (c->fd[fd] && c->cloexec >> fd & 1)
            fd_close(c, fd);
    CHANGE(c->cloexec) = 0;
    return 0;
}

int64_t do_unpause(struct message *m)
{
    struct fs_unpause *request = payload(m);
    if (m->source != EP_PM)
        return -EPERM;
    return EP_SLOT(request->process) < NSLOTS && wait_end(request->process, -EINTR);
}
