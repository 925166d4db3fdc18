/*
 * Requests that wait, and requests in steps. A waiting request is simply tried again, from its own
 * message, when something changed; so nothing about it can be forgotten. After a crash the kernel
 * delivers such a request once more: it is recognised by its bytes, and its progress counts.
 */
#include <string.h>
#include "fs.h"

static struct pending *pending_of(endpoint_t ep)
{
    return &state->pending[EP_SLOT(ep)];
}

static void set_waiting(struct pending *p, bool waiting)
{
    if (p->waiting == waiting)
        return;
    CHANGE(p->waiting) = waiting;
    CHANGE(state->waiting) = state->waiting + (waiting ? 1u : -1u);
}

void wait_arrived(const struct message *m)
{
    struct pending *p = pending_of(m->source);
    if (p->waiting || p->done) {
        set_waiting(p, false);
        if (memcmp(&p->request, m, sizeof *m) == 0)
            return; /* delivered again: it goes on where it was */
        CHANGE(p->done) = 0;
    }
    if (m->type == FS_WRITE)
        CHANGE(p->writes) = p->writes + 1;
}

uint32_t write_number(const struct message *m)
{
    return pending_of(m->source)->writes;
}

void progress_save(const struct message *m, uint64_t done)
{
    struct pending *p = pending_of(m->source);
    if (p->done == 0 && done)
        CHANGE(p->request) = *m;
    CHANGE(p->done) = done;
}

uint64_t progress(const struct message *m)
{
    return pending_of(m->source)->done;
}

int64_t wait_later(const struct message *m)
{
    struct pending *p = pending_of(m->source);
    CHANGE(p->request) = *m;
    set_waiting(p, true);
    return NO_REPLY;
}

/* Tries the request once more; as long as it has to wait it stays where it is. If nobody waits for the
 * answer, what was read is as good as not read. */
static void retry(struct pending *p)
{
    struct message m = p->request;
    endpoint_t source = m.source;
    uint32_t type = m.type;
    set_waiting(p, false);
    int64_t status = type == FS_READ ? do_read(&m) : do_write(&m);
    if (status != NO_REPLY && !service_reply(source, type, status, &m)) {
        if (fs.journaled)
            mfs_abort(&fs);
        region_abort();
        set_waiting(p, false);
    }
    commit();
}

void wait_retry(enum file_kind kind, uint32_t inode)
{
    if (!state->waiting)
        return;
    for (unsigned slot = 0; slot < NSLOTS; slot++) {
        struct pending *p = &state->pending[slot];
        if (!p->waiting)
            continue;
        struct fs_read *request = payload(&p->request); /* struct fs_write is the same */
        struct file *f = file_of(p->request.source, request->fd);
        if (!f || (f->kind == kind && (kind == FILE_TTY || f->inode == inode)))
            retry(p);
    }
}

/* Not in the region: after a crash every waiting request is delivered again anyway. */
static uint64_t pipes_changed;

void wake_later(uint32_t pipe)
{
    pipes_changed |= 1ull << pipe;
}

bool wait_unsettled(void)
{
    return pipes_changed && state->waiting;
}

void wait_settle(void)
{
    commit();
    for (uint32_t pipe = 0; pipes_changed; pipe = (pipe + 1) % NPIPES) {
        if (!(pipes_changed >> pipe & 1))
            continue;
        pipes_changed &= ~(1ull << pipe);
        wait_retry(FILE_PIPE, pipe);
    }
}

bool wait_keeps(endpoint_t ep)
{
    const struct pending *p = pending_of(ep);
    return p->waiting && p->request.source == ep;
}

bool wait_end(endpoint_t ep, int64_t status)
{
    struct pending *p = pending_of(ep);
    if (!p->waiting || p->request.source != ep)
        return false;
    struct message reply = {0};
    uint64_t done = p->done;
    set_waiting(p, false);
    CHANGE(p->done) = 0;
    service_reply(ep, p->request.type, done ? (int64_t)done : status, &reply);
    return true;
}
