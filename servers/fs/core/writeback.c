/*
 * Write-back: bring the disk to the last commit.
 *
 * It always writes every committed block, so that between two write-backs the disk holds one
 * committed state, whole. The blocks go in ascending order: bitmaps before inodes before data, and
 * neighbours on the disk that are neighbours in memory in one transfer.
 */
#include "servers/fs/core/core.h"

/* An entry of the order: the block, and below it the buffer's index, so that one comparison and one
 * move do for both. */
#define INDEX_BITS 16

static uint32_t block_at(const struct mfs *fs, uint32_t k)
{
    return (uint32_t)(fs->order[k] >> INDEX_BITS);
}

static uint32_t index_at(const struct mfs *fs, uint32_t k)
{
    return fs->order[k] & ((1u << INDEX_BITS) - 1);
}

/* Shell sort: in place, no recursion, and next to nothing to do on a sequence nearly in order. */
static void sort(uint64_t *order, uint32_t n)
{
    static const uint16_t gaps[] = {701, 301, 132, 57, 23, 10, 4, 1};
    for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
        uint32_t gap = gaps[g];
        for (uint32_t k = gap; k < n; k++) {
            uint64_t moving = order[k];
            uint32_t hole = k;
            for (; hole >= gap && order[hole - gap] > moving; hole -= gap)
                order[hole] = order[hole - gap];
            order[hole] = moving;
        }
    }
}

/* How many entries of the order from k on can share a transfer. */
static uint32_t run_length(const struct mfs *fs, uint32_t k, uint32_t n)
{
    uint32_t max = MFS_IO_MAX >> fs->block_shift;
    uint64_t step = (UINT64_C(1) << INDEX_BITS) + 1; /* the next block in the next buffer */
    uint32_t run = 1;
    while (k + run < n && run < max && fs->order[k + run] == fs->order[k] + run * step)
        run++;
    return run;
}

static int write_run(struct mfs *fs, uint32_t k, uint32_t run)
{
    uint32_t first = index_at(fs, k);
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

static int write_home(struct mfs *fs, uint32_t n)
{
    for (uint32_t k = 0; k < n;) {
        uint32_t run = run_length(fs, k, n);
        int err = write_run(fs, k, run);
        if (err < 0)
            return err;
        k += run;
    }
    return 0;
}

int writeback(struct mfs *fs)
{
    uint32_t n = 0;
    int err = fs->state->log_full ? log_recover(fs) : 0;
    for (uint32_t i = cache_next_owned(fs, 0); i < fs->state->buffers;
         i = cache_next_owned(fs, i + 1)) {
        if (fs->buf[i].state != BUF_DIRTY || fs->buf[i].block != fs->state->owner[i])
            broken(fs, "the table of dirty blocks is broken");
        fs->order[n++] = (uint64_t)fs->state->owner[i] << INDEX_BITS | i;
    }
    if (err < 0 || n == 0)
        return err;
    if (fs->ops->verify)
        fs->ops->verify(fs->ctx);
    sort(fs->order, n);
    for (uint32_t k = 1; k < n; k++)
        if (block_at(fs, k) == block_at(fs, k - 1))
            broken(fs, "a block is dirty twice");
    bool logged = n <= fs->state->log_blocks;
    if (logged)
        err = log_write(fs);
    if (err == 0)
        err = write_home(fs, n);
    return err < 0 || !logged ? err : log_clear(fs);
}

int mfs_sync(struct mfs *fs)
{
    if (fs->owners_touched)
        return -EBUSY;
    int err = writeback(fs);
    return err < 0 ? err : fs->ops->flush(fs->ctx);
}
