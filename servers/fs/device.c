/* Character devices: the terminal, through TTY; null and zero, which need nobody. */
#include <string.h>
#include <courier/protocol/tty.h>
#include "fs.h"

#define DEVICE(major, minor) ((major) << 8 | (minor))

enum file_kind device_kind(uint32_t device)
{
    switch (device) {
    case DEVICE(4, 0): /* /dev/console */
    case DEVICE(5, 0): /* /dev/tty */
        return FILE_TTY;
    case DEVICE(1, 3):
        return FILE_NULL;
    case DEVICE(1, 5):
        return FILE_ZERO;
    default:
        return FILE_FREE;
    }
}

/* A request to TTY about n bytes of `buffer`, whose grant it gets. */
static int64_t ask_tty(struct message *m, uint64_t n, unsigned access)
{
    int64_t grant = k_grant(EP_TTY, buffer, n, access);
    if (grant < 0)
        return grant;
    struct tty_read *request = payload(m); /* struct tty_write begins like it */
    request->grant = (uint32_t)grant;
    request->bytes = (uint32_t)n;
    int64_t status = ask(EP_TTY, m);
    k_revoke((uint32_t)grant);
    return status < 0 ? status : m->status;
}

/* What is read counts as read when our own reply is taken, and not before. */
static int64_t read_tty(uint64_t n)
{
    struct message m = {.type = TTY_READ};
    struct tty_read *request = payload(&m);
    request->position = state->position;
    int64_t status = ask_tty(&m, n, GRANT_WRITE);
    const struct tty_read_reply *reply = payload(&m);
    if (status >= 0)
        CHANGE(state->position) = reply->position;
    return status;
}

static int64_t write_tty(const struct message *from, uint64_t done, uint64_t n)
{
    struct message m = {.type = TTY_WRITE};
    struct tty_write *request = payload(&m);
    request->writer = from->source;
    request->number = write_number(from);
    request->done = done;
    return ask_tty(&m, n, GRANT_READ);
}

static uint64_t piece_of(uint64_t bytes)
{
    return bytes < sizeof buffer ? bytes : sizeof buffer;
}

static int64_t read_zero(const struct message *m)
{
    const struct fs_read *request = payload((struct message *)m);
    memset(buffer, 0, sizeof buffer);
    for (uint64_t done = 0, n; done < request->bytes; done += n) {
        n = piece_of(request->bytes - done);
        int64_t status = k_copy_to(m->source, request->grant, done, buffer, n);
        if (status < 0)
            return status;
    }
    return (int64_t)request->bytes;
}

int64_t device_read(struct file *f, const struct message *m)
{
    const struct fs_read *request = payload((struct message *)m);
    if (f->kind != FILE_TTY)
        return f->kind == FILE_ZERO ? read_zero(m) : 0;
    uint32_t position = state->position;
    int64_t n = read_tty(piece_of(request->bytes));
    if (n <= 0)
        return n;
    int64_t status = k_copy_to(m->source, request->grant, 0, buffer, (size_t)n);
    if (status < 0)
        CHANGE(state->position) = position; /* the client could not take it: the next one may */
    return status < 0 ? status : n;
}

/* What TTY has taken is progress, and each piece is committed. TTY knows the pieces by their numbers, should we
 * die in between. */
int64_t device_write(struct file *f, const struct message *m)
{
    const struct fs_write *request = payload((struct message *)m);
    if (f->kind != FILE_TTY)
        return (int64_t)request->bytes;
    uint64_t done = progress(m);
    while (done < request->bytes) {
        uint64_t n = piece_of(request->bytes - done);
        int64_t status = k_copy_from(m->source, request->grant, done, buffer, n);
        int64_t taken = status < 0 ? status : write_tty(m, done, n);
        if (taken < 0)
            return taken;
        done += (uint64_t)taken;
        if (done < request->bytes) {
            progress_save(m, done);
            commit();
        }
    }
    if (progress(m))
        progress_save(m, 0);
    return (int64_t)done;
}

int64_t tty_control(uint32_t op, uint64_t value)
{
    struct message m = {.type = TTY_CONTROL};
    struct tty_control *request = payload(&m);
    *request = (struct tty_control){.op = op, .value = value};
    int64_t status = ask(EP_TTY, &m);
    return status < 0 ? status : m.status;
}
