/*
 * Bytes: read and write of files, directories, sync. Data moves between the block cache and the
 * client's grant in one copy. A write too large for one transaction is done in steps, each
 * committed with the progress that it made: delivered again after a crash, it goes on where it was.
 */
#include <string.h>
#include "fs.h"

/* The client's side of a read or write. */
struct party {
    endpoint_t ep;
    uint32_t grant;
    uint64_t base; /* of this step within the grant */
};

static int to_client(void *arg, uint64_t at, void *data, uint32_t bytes)
{
    const struct party *p = arg;
    return (int)k_copy_to(p->ep, p->grant, p->base + at, data, bytes);
}

static int from_client(void *arg, uint64_t at, void *data, uint32_t bytes)
{
    const struct party *p = arg;
    return (int)k_copy_from(p->ep, p->grant, p->base + at, data, bytes);
}

/* ---- regular files --------------------------------------------------------------------------- */

static int64_t read_inode(const struct file *f, const struct message *m, uint64_t offset)
{
    const struct fs_read *request = payload((struct message *)m);
    struct party party = {.ep = m->source, .grant = request->grant};
    uint64_t done = 0;
    while (done < request->bytes) {
        party.base = done;
        int64_t n =
            mfs_read(&fs, f->inode, offset + done, request->bytes - done, to_client, &party);
        if (n < 0 && !done)
            return n;
        if (n <= 0)
            break;
        done += (uint64_t)n;
    }
    return (int64_t)done;
}

static int64_t read_next(struct file *f, const struct message *m)
{
    int64_t n = read_inode(f, m, f->offset);
    if (n > 0)
        CHANGE(f->offset) = f->offset + (uint64_t)n;
    return n;
}

static int64_t write_inode(struct file *f, const struct message *m)
{
    const struct fs_write *request = payload((struct message *)m);
    struct party party = {.ep = m->source, .grant = request->grant};
    uint64_t done = progress(m);
    int64_t status = 0;
    struct mfs_stat st;
    if (f->flags & O_APPEND && !done && mfs_stat(&fs, f->inode, &st) == 0)
        CHANGE(f->offset) = st.size;
    while (done < request->bytes) {
        party.base = done;
        status = mfs_write(&fs, f->inode, f->offset, request->bytes - done, from_client, &party);
        if (status <= 0)
            break;
        done += (uint64_t)status;
        CHANGE(f->offset) = f->offset + (uint64_t)status;
        if (done < request->bytes) {
            progress_save(m, done);
            commit();
        }
    }
    if (progress(m))
        progress_save(m, 0);
    return done ? (int64_t)done : status;
}

int64_t do_read(struct message *m)
{
    struct fs_read *request = payload(m);
    struct file *f = file_of(m->source, request->fd);
    if (!f || f->access == O_WRONLY)
        return -EBADF;
    if (request->bytes > INT32_MAX)
        return -EINVAL;
    if (request->bytes == 0)
        return 0;
    int64_t status = f->kind == FILE_INODE  ? read_next(f, m)
                     : f->kind == FILE_PIPE ? pipe_read(f, m)
                                            : device_read(f, m);
    return status == -EAGAIN && !(f->flags & O_NONBLOCK) ? wait_later(m) : status;
}

int64_t do_read_at(struct message *m)
{
    struct fs_read_at *request = payload(m); /* struct fs_read begins like it */
    struct file *f = file_of(m->source, request->fd);
    if (!f || f->access == O_WRONLY)
        return -EBADF;
    if (f->kind != FILE_INODE)
        return -ESPIPE;
    return request->bytes > INT32_MAX ? -EINVAL : read_inode(f, m, request->offset);
}

int64_t do_write(struct message *m)
{
    struct fs_write *request = payload(m);
    struct file *f = file_of(m->source, request->fd);
    if (!f || f->access == O_RDONLY)
        return -EBADF;
    if (request->bytes > INT32_MAX)
        return -EINVAL;
    if (request->bytes == 0)
        return 0;
    int64_t status = f->kind == FILE_INODE  ? write_inode(f, m)
                     : f->kind == FILE_PIPE ? pipe_write(f, m)
                                            : device_write(f, m);
    if (status != -EAGAIN)
        return status;
    if (!(f->flags & O_NONBLOCK))
        return wait_later(m);
    uint64_t done = progress(m);
    if (done)
        progress_save(m, 0);
    return done ? (int64_t)done : -EAGAIN;
}

/* Nobody else is served between the steps, so the inode, which has a name or a descriptor, needs no user more: one that was
 * committed with a step would be left if FS died before the last. */
int64_t truncate_inode(uint32_t inode, uint64_t length)
{
    int status;
    commit(); /* a step that fails takes back all that is not committed */
    while ((status = mfs_truncate(&fs, inode, length)) == 1)
        commit();
    return status;
}

int64_t do_ftruncate(struct message *m)
{
    struct fs_ftruncate *request = payload(m);
    struct file *f = file_of(m->source, request->fd);
    if (!f)
        return -EBADF;
    if (f->kind != FILE_INODE || f->access == O_RDONLY)
        return -EINVAL;
    return truncate_inode(f->inode, request->length);
}

/* ---- directories ----------------------------------------------------------------------------- */

_Static_assert(sizeof(struct fs_dirent) == sizeof(struct mfs_disk_entry),
               "FS_GETDENTS hands out the disk's entries");

int64_t do_getdents(struct message *m)
{
    struct fs_getdents *request = payload(m);
    struct file *f = file_of(m->source, request->fd);
    struct mfs_disk_entry *entries = (void *)buffer;
    if (!f)
        return -EBADF;
    if (f->kind != FILE_INODE)
        return -ENOTDIR;
    uint64_t room = request->bytes < sizeof buffer ? request->bytes : sizeof buffer;
    uint32_t offset = (uint32_t)f->offset;
    int n = mfs_readdir(&fs, f->inode, &offset, entries, (int)(room / sizeof *entries));
    if (n < 0)
        return n;
    if (n == 0 && room < sizeof *entries)
        return -EINVAL;
    int64_t bytes = n * (int64_t)sizeof *entries;
    int64_t status = k_copy_to(m->source, request->grant, 0, entries, (size_t)bytes);
    if (status < 0)
        return status;
    CHANGE(f->offset) = offset;
    return bytes;
}

/* ---- the disk as a whole --------------------------------------------------------------------- */

int64_t do_sync(struct message *m)
{
    (void)m;
    return state->mounted ? mfs_sync(&fs) : 0;
}

int64_t do_fsync(struct message *m)
{
    struct fs_fsync *request = payload(m);
    struct file *f = file_of(m->source, request->fd);
    if (!f)
        return -EBADF;
    return f->kind == FILE_INODE ? mfs_sync(&fs) : -EINVAL;
}

int64_t do_statfs(struct message *m)
{
    struct mfs_statfs st;
    if (!state->mounted)
        return -EIO;
    mfs_statfs(&fs, &st);
    struct fs_statfs_reply *reply = payload(m);
    *reply = (struct fs_statfs_reply){.blocks = st.blocks,
                                      .free_blocks = st.free_blocks,
                                      .block_bytes = st.block_size,
                                      .inodes = st.inodes,
                                      .free_inodes = st.free_inodes};
    return 0;
}
