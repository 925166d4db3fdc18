/*
 * The write-ahead log: a write-back happens whole or not at all, even if the power fails in its middle.
 *
 * It lies on the disk behind the file system's last block, where the format knows nothing of it; a disk
 * without room there goes without. A write-back has four steps, with a flush after each:
 *
 *   1  the new blocks, into the log
 *   2  the header, with their numbers and a checksum: from here on the write-back has happened
 *   3  the blocks, to where they belong
 *   4  an empty header
 *
 * A mount that finds a whole header does steps 3 and 4. So does the next write-back of a server whose
 * predecessor died in step 3 or 4.
 */
#include "servers/fs/core/core.h"

#define LOG_MAGIC 0x4c4f4733u /* "LOG3" */

static uint32_t sectors_of(const struct mfs *fs, uint32_t blocks)
{
    return blocks << (fs->block_shift - 9);
}

/* Where the log begins, and where its block i lies. */
static uint64_t header_sector(const struct mfs *fs)
{
    return (uint64_t)fs->state->zones << (fs->block_shift - 9);
}

static uint64_t log_sector(const struct mfs *fs, uint32_t i)
{
    return header_sector(fs) + MFS_LOG_HEADER_SECTORS + sectors_of(fs, i);
}

uint32_t log_room(const struct mfs_disk_super *sb, uint64_t sectors)
{
    uint64_t per_block = sb->block_size / MFS_SECTOR;
    uint64_t used = sb->zones * per_block + MFS_LOG_HEADER_SECTORS;
    uint64_t room = sectors > used ? (sectors - used) / per_block : 0;
    return room < MFS_MAX_BUFFERS ? (uint32_t)room : MFS_MAX_BUFFERS;
}

/* Of the header's words after the checksum, which are in use. */
static uint32_t checksum(const struct mfs_log_header *h)
{
    uint32_t sum = 2166136261u ^ h->count;
    for (uint32_t i = 0; i < h->count; i++)
        sum = (sum ^ h->block[i]) * 16777619u;
    return sum;
}

static int write_header(struct mfs *fs, uint32_t count)
{
    struct mfs_log_header *h = &fs->log;
    h->magic = LOG_MAGIC;
    h->count = count;
    h->checksum = checksum(h);
    size_t bytes = offsetof(struct mfs_log_header, block) + count * sizeof h->block[0];
    uint32_t sectors = (uint32_t)((bytes + MFS_SECTOR - 1) / MFS_SECTOR);
    int err = fs->ops->write(fs->ctx, header_sector(fs), sectors, h);
    return err < 0 ? err : fs->ops->flush(fs->ctx);
}

/* Lists the dirty buffers where their blocks' numbers will stand. In their order more of them share a transfer than
 * in the blocks'. */
static uint32_t list_buffers(struct mfs *fs)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < fs->state->buffers; i++)
        if (fs->buf[i].state == BUF_DIRTY)
            fs->log.block[n++] = i;
    return n;
}

/* How many of the listed buffers, from the k-th on, lie one after the other in memory. */
static uint32_t neighbours(const struct mfs *fs, uint32_t k, uint32_t n)
{
    const uint32_t *buffer = fs->log.block;
    uint32_t max = MFS_IO_MAX >> fs->block_shift, run = 1;
    while (k + run < n && run < max && buffer[k + run] == buffer[k] + run)
        run++;
    return run;
}

int log_write(struct mfs *fs)
{
    uint32_t n = list_buffers(fs);
    for (uint32_t k = 0, run; k < n; k += run) {
        run = neighbours(fs, k, n);
        int err = fs->ops->write(fs->ctx, log_sector(fs, k), sectors_of(fs, run),
                                 fs->data + ((size_t)fs->log.block[k] << fs->block_shift));
        if (err < 0)
            return err;
    }
    int err = fs->ops->flush(fs->ctx);
    if (err < 0)
        return err;
    for (uint32_t k = 0; k < n; k++)
        fs->log.block[k] = fs->buf[fs->log.block[k]].block;
    fs->state->log_full = 1; /* not undone by a roll-back: it is true on the disk */
    return write_header(fs, n);
}

int log_clear(struct mfs *fs)
{
    int err = fs->ops->flush(fs->ctx);
    if (err == 0)
        err = write_header(fs, 0);
    if (err == 0)
        fs->state->log_full = 0;
    return err;
}

static bool is_whole(const struct mfs *fs)
{
    const struct mfs_log_header *h = &fs->log;
    if (h->magic != LOG_MAGIC || h->count == 0 || h->count > fs->state->log_blocks ||
        h->checksum != checksum(h))
        return false;
    for (uint32_t i = 0; i < h->count; i++)
        if (h->block[i] < MFS_FIRST_BITMAP || h->block[i] >= fs->state->zones)
            return false;
    return true;
}

int log_recover(struct mfs *fs)
{
    uint32_t sectors = sectors_of(fs, 1);
    if (fs->state->log_blocks == 0)
        return 0;
    int err = fs->ops->read(fs->ctx, header_sector(fs), MFS_LOG_HEADER_SECTORS, &fs->log);
    if (err < 0)
        return err;
    if (!is_whole(fs)) {
        fs->state->log_full = 0;
        return 0;
    }
    uint32_t count = fs->log.count;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t home = (uint64_t)fs->log.block[i] << (fs->block_shift - 9);
        err = fs->ops->read(fs->ctx, log_sector(fs, i), sectors, fs->scratch);
        if (err == 0)
            err = fs->ops->write(fs->ctx, home, sectors, fs->scratch);
        if (err < 0)
            return err;
    }
    return log_clear(fs);
}
