/*
 * Is the state that a dead incarnation left behind sound? What is checked is what could lead FS astray: every index in
 * range, every count as many as there are. The core checks its own part (mfs_attach). Bytes of files and pipes, and offsets, have
 * nothing to be compared with.
 */
#include "fs.h"

static uint16_t users[NFILES]; /* descriptors that lead to each open file, ... */
static unsigned descriptors;   /* ... and to all of them */

static bool client_is_sound(const struct client *c)
{
    if (c->cwd && !mfs_is_open(&fs, c->cwd))
        return false;
    for (unsigned fd = 0; fd < OPEN_MAX; fd++) {
        if (c->fd[fd] > NFILES)
            return false;
        if (c->fd[fd]) {
            users[c->fd[fd] - 1]++;
            descriptors++;
        }
    }
    return true;
}

static bool clients_are_sound(void)
{
    for (unsigned slot = 0; slot < NSLOTS; slot++) {
        const struct client *c = &state->clients[slot];
        if (c->owner && (EP_SLOT(c->owner) != slot || !client_is_sound(c)))
            return false;
    }
    return true;
}

static bool file_is_sound(const struct file *f)
{
    if (f->kind > FILE_ZERO || f->access > O_RDWR || f->flags & ~(uint32_t)(O_APPEND | O_NONBLOCK))
        return false;
    return f->kind == FILE_PIPE ? f->inode < NPIPES : mfs_is_open(&fs, f->inode);
}

/* The first entry from i on that is not free, or NFILES. Most are, and then kind, access, users and flags are zero: one word. */
static unsigned next_file(unsigned i)
{
    typedef uint64_t __attribute__((may_alias)) word;
    _Static_assert(sizeof(struct file) == 3 * sizeof(word), "the first word of three");
    for (; i < NFILES; i++) {
        const word *w = (const word *)&state->files[i];
        if (i % 8 == 0 && !(w[0] | w[3] | w[6] | w[9] | w[12] | w[15] | w[18] | w[21]))
            i += 7;
        else if (w[0])
            break;
    }
    return i;
}

static bool files_are_sound(uint16_t ends[NPIPES][2])
{
    unsigned found = 0;
    for (unsigned i = next_file(0); i < NFILES; i = next_file(i + 1)) {
        const struct file *f = &state->files[i];
        if (f->kind == FILE_FREE || f->users == 0 || f->users != users[i] || !file_is_sound(f))
            return false;
        if (f->kind == FILE_PIPE)
            ends[f->inode][f->access != O_RDONLY]++;
        found += f->users;
    }
    return found == descriptors;
}

static bool pipes_are_sound(uint16_t ends[NPIPES][2])
{
    for (unsigned i = 0; i < NPIPES; i++) {
        const struct pipe *p = &state->pipes[i];
        if (p->readers != ends[i][0] || p->writers != ends[i][1] || p->head >= PIPE_BUF ||
            p->length > PIPE_BUF)
            return false;
    }
    return true;
}

static bool requests_are_sound(void)
{
    uint32_t waiting = 0;
    for (unsigned slot = 0; slot < NSLOTS; slot++) {
        const struct pending *p = &state->pending[slot];
        uint8_t waits = *(const volatile uint8_t *)&p->waiting;
        if (!(waits | p->done))
            continue;
        if (waits > 1 || EP_SLOT(p->request.source) != slot)
            return false;
        waiting += waits;
    }
    return waiting == state->waiting;
}

bool state_is_sound(void)
{
    uint16_t ends[NPIPES][2] = {0}; /* of each pipe, that are open */
    return state->mounted == 1 && clients_are_sound() && files_are_sound(ends) &&
           pipes_are_sound(ends) && requests_are_sound();
}
