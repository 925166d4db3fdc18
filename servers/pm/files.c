/*
 * What PM asks of FS and TTY. If the server dies meanwhile, the kernel delivers the request to its
 * next incarnation: these calls only take longer.
 */
#include <string.h>
#include <courier/protocol/fs.h>
#include <courier/protocol/tty.h>
#include "pm.h"

static int64_t request(endpoint_t server, uint32_t type, struct message *m)
{
    m->type = type;
    int64_t status = ask(server, m);
    return status < 0 ? status : m->status;
}

/* A request about one or two processes. */
static int64_t about(uint32_t type, endpoint_t process, endpoint_t other)
{
    struct message m = {0};
    struct fs_fork *p = payload(&m); /* the others have the first field alone */
    p->parent = process;
    p->child = other;
    return request(EP_FS, type, &m);
}

int64_t fs_fork(endpoint_t parent, endpoint_t child)
{
    return about(FS_FORK, parent, child);
}

int64_t fs_exit(endpoint_t process)
{
    return about(FS_EXIT, process, 0);
}

int64_t fs_exec(endpoint_t process)
{
    return about(FS_EXEC, process, 0);
}

int64_t fs_unpause(endpoint_t process)
{
    return about(FS_UNPAUSE, process, 0);
}

int64_t fs_sync(void)
{
    return request(EP_FS, FS_SYNC, &(struct message){0});
}

int64_t fs_open_for(endpoint_t process, const char *path, size_t bytes)
{
    int64_t grant = k_grant(EP_FS, path, bytes, GRANT_READ);
    if (grant < 0)
        return grant;
    struct message m = {0};
    struct fs_open_for *p = payload(&m);
    p->process = process;
    p->path = (uint32_t)grant;
    p->path_bytes = (uint32_t)bytes;
    int64_t fd = request(EP_FS, FS_OPEN_FOR, &m);
    k_revoke((uint32_t)grant);
    return fd;
}

int64_t fs_close(int64_t fd)
{
    struct message m = {0};
    struct fs_close *p = payload(&m);
    p->fd = (int32_t)fd;
    return request(EP_FS, FS_CLOSE, &m);
}

/* One read into memory of `space`, from the descriptor's offset on or from `offset`. */
static int64_t read_into(uint32_t type, int64_t fd, uint64_t offset, endpoint_t space,
                         uint64_t address, uint64_t bytes)
{
    int64_t grant = k_grant_for(space, EP_FS, address, bytes, GRANT_WRITE);
    if (grant < 0)
        return grant;
    struct message m = {0};
    struct fs_read_at *p = payload(&m); /* struct fs_read begins like it */
    p->fd = (int32_t)fd;
    p->grant = (uint32_t)grant;
    p->bytes = bytes;
    p->offset = offset;
    int64_t n = request(EP_FS, type, &m);
    k_revoke((uint32_t)grant);
    return n;
}

int64_t fs_read(int64_t fd, void *to, size_t bytes)
{
    return read_into(FS_READ, fd, 0, EP_SELF, (uintptr_t)to, bytes);
}

int64_t fs_read_at(int64_t fd, uint64_t offset, endpoint_t space, uint64_t address, uint64_t bytes)
{
    while (bytes > 0) {
        int64_t n = read_into(FS_READ_AT, fd, offset, space, address, bytes);
        if (n <= 0)
            return n < 0 ? n : -ENOEXEC;
        offset += (uint64_t)n;
        address += (uint64_t)n;
        bytes -= (uint64_t)n;
    }
    return 0;
}

int64_t tty_pending(uint32_t serial, struct tty_pending_reply *reply)
{
    struct message m = {0};
    struct tty_pending *p = payload(&m);
    p->serial = serial;
    int64_t status = request(EP_TTY, TTY_PENDING, &m);
    *reply = *(struct tty_pending_reply *)payload(&m);
    return status;
}

void tty_say(const char *text)
{
    size_t bytes = strlen(text);
    int64_t grant = k_grant(EP_TTY, text, bytes, GRANT_READ);
    if (grant < 0)
        return;
    struct message m = {0};
    struct tty_write *p = payload(&m);
    p->grant = (uint32_t)grant;
    p->bytes = (uint32_t)bytes;
    request(EP_TTY, TTY_WRITE, &m);
    k_revoke((uint32_t)grant);
}

void tty_drain(void)
{
    struct message m = {0};
    struct tty_control *p = payload(&m);
    p->op = TTY_DRAIN;
    request(EP_TTY, TTY_CONTROL, &m);
}
