/*
 * Write-back: bring the disk to the last commit.
 *
 * It always writes every committed block, so that between two write-backs the disk holds one
 * committed state, whole. The blocks go in ascending order: bitmaps before inodes before data, and
 * neighbours on the disk that are neighbours in memory in one transfer.
 */
#include "servers/fs/core/core.h"

static uint32_t block_at(const struct mfs *fs, uint32_t k)
{
    return fs->buf[fs->order[k]].block;
}

/* Shell sort: in place, no recursion, and next to nothing to do on a sequence nearly in order. */
static void sort_by_block(struct mfs *fs, uint32_t n)
{
    static const uint16_t gaps[] = {701, 301, 132, 57, 23, 10, 4, 1};
    for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
        uint32_t gap = gaps[g];
        for (uint32_t k = gap; k < n; k++) {
            uint16_t moving = fs->order[k];
            uint32_t block = fs->buf[moving].block;
            uint32_t hole = k;
            for (; hole >= gap && block_at(fs, hole - gap) > block; hole -= gap)
                fs->order[hole] = fs->order[hole - gap];
            fs->order[hole] = moving;
        }
    }
}

/* How many entries of the order from k on can share a transfer. */
static uint32_t run_length(const struct mfs *fs, uint32_t k, uint32_t n)
{
    uint32_t max = MFS_IO_MAX >> fs->block_shift;
    uint32_t run = 1;
    while (k + run < n && run < max && block_at(fs, k + run) == block_at(fs, k) + run &&
           fs->order[k + run] == fs->order[k] + run)
        run++;
    return run;
}

static int write_run(struct mfs *fs, uint32_t k, uint32_t run)
{
    uint32_t first = fs->order[k];
    uint32_t shift = fs->block_shift - 9;
    int err = fs->ops->write(fs->ctx, (uint64_t)block_at(fs, k) << shift, run << shift,
                             fs->data + ((size_t)first << fs->block_shift));
    if (err < 0)
        return err;
    /* Not logged, and rightly so: that the disk has these blocks now is true whatever becomes of
     * the request in progress. */
    for (uint32_t i = first; i < first + run; i++) {
        fs->state->owner[i] = 0;
        fs->buf[i].state = BUF_CLEAN;
        fs->dirty--;
    }
    return 0;
}

int writeback(struct mfs *fs)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < fs->state->buffers; i++) {
        if (fs->buf[i].state == BUF_DIRTY)
            fs->order[n++] = (uint16_t)i;
    }
    sort_by_block(fs, n);
    for (uint32_t k = 0; k < n;) {
        uint32_t run = run_length(fs, k, n);
        int err = write_run(fs, k, run);
        if (err < 0)
            return err;
        k += run;
    }
    return 0;
}

int mfs_sync(struct mfs *fs)
{
    if (fs->owners_touched)
        return -EBUSY;
    int err = writeback(fs);
    return err < 0 ? err : fs->ops->flush(fs->ctx);
}
