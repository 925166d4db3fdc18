/*
 * Pipes: a ring of PIPE_BUF bytes. Writes of up to PIPE_BUF bytes are atomic: they wait until there
 * is room for all. The bytes themselves need no undo log: only head and length say which of them
 * count.
 */
#include <string.h>
#include "fs.h"

static struct pipe *pipe_of(const struct file *f)
{
    return &state->pipes[f->inode];
}

int64_t do_pipe(struct message *m)
{
    struct fs_pipe *request = payload(m);
    struct client *c = client_of(m->source);
    uint32_t index = 0, flags = request->flags & O_NONBLOCK;
    bool cloexec = request->flags & O_CLOEXEC;
    while (index < NPIPES && (state->pipes[index].readers || state->pipes[index].writers))
        index++;
    if (index == NPIPES)
        return -ENFILE;
    CHANGE(state->pipes[index]) = (struct pipe){.readers = 1, .writers = 1};
    struct file *end[2] = {file_new(FILE_PIPE, index, O_RDONLY | flags),
                           file_new(FILE_PIPE, index, O_WRONLY | flags)};
    int32_t fd[2] = {-ENFILE, -ENFILE};
    for (int i = 0; i < 2; i++)
        if (end[i])
            fd[i] = fd_new(c, end[i], 0, cloexec);
    if (fd[0] < 0 || fd[1] < 0) {
        region_abort();
        return fd[0] < 0 ? fd[0] : fd[1];
    }
    struct fs_pipe_reply *reply = payload(m);
    *reply = (struct fs_pipe_reply){.read_fd = fd[0], .write_fd = fd[1]};
    return 0;
}

/* Copies n bytes between the ring, from position `at` on, and the client's grant. */
static int64_t move(const struct file *f, uint32_t at, uint64_t n, const struct message *m,
                    uint64_t offset, bool out)
{
    const struct fs_read *request = payload((struct message *)m);
    char *ring = state->pipe_bytes[f->inode];
    while (n) {
        at %= PIPE_BUF;
        uint64_t piece = n < PIPE_BUF - at ? n : PIPE_BUF - at;
        int64_t status = out ? k_copy_to(m->source, request->grant, offset, ring + at, piece)
                             : k_copy_from(m->source, request->grant, offset, ring + at, piece);
        if (status < 0)
            return status;
        at += (uint32_t)piece;
        offset += piece;
        n -= piece;
    }
    return 0;
}

int64_t pipe_read(struct file *f, const struct message *m)
{
    const struct fs_read *request = payload((struct message *)m);
    struct pipe *p = pipe_of(f);
    if (p->length == 0)
        return p->writers ? -EAGAIN : 0;
    uint32_t n = request->bytes < p->length ? (uint32_t)request->bytes : p->length;
    int64_t status = move(f, p->head, n, m, 0, true);
    if (status < 0)
        return status;
    CHANGE(*p) = (struct pipe){.readers = p->readers,
                               .writers = p->writers,
                               .head = (p->head + n) % PIPE_BUF,
                               .length = p->length - n};
    wake_later(f->inode);
    return n;
}

int64_t pipe_write(struct file *f, const struct message *m)
{
    const struct fs_write *request = payload((struct message *)m);
    struct pipe *p = pipe_of(f);
    uint64_t done = progress(m), left = request->bytes - done;
    if (!p->readers)
        return -EPIPE;
    uint64_t room = PIPE_BUF - p->length, n = left < room ? left : room;
    if (n == 0 || (request->bytes <= PIPE_BUF && n < left))
        return -EAGAIN;
    int64_t status = move(f, p->head + p->length, n, m, done, false);
    if (status < 0)
        return status;
    CHANGE(p->length) = p->length + (uint32_t)n;
    wake_later(f->inode);
    if (n < left) {
        progress_save(m, done + n);
        return -EAGAIN;
    }
    if (done)
        progress_save(m, 0);
    return (int64_t)request->bytes;
}

void pipe_close(struct file *f)
{
    struct pipe *p = pipe_of(f);
    if (f->access == O_RDONLY)
        CHANGE(p->readers) = p->readers - 1;
    else
        CHANGE(p->writers) = p->writers - 1;
    wake_later(f->inode);
}
