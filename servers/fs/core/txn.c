/*
 * Transactions: all or nothing, and never half on the disk.
 *
 * The state is an array of words, and state_set() is the one way to change it. Each change goes to
 * the caller's undo log (ops->touch), which serves the next incarnation, and to the journal in the
 * handle, which serves an operation that fails in the middle: so operations are written straight
 * through, without code to undo their first half.
 */
#include "servers/fs/core/core.h"

/* Words that an operation changes besides two for each block: the free counts, open inodes. */
#define SPARE_WORDS 16

void state_set(struct mfs *fs, uint32_t *word, uint32_t value)
{
    if (*word == value)
        return;
    if (fs->ops->touch)
        fs->ops->touch(fs->ctx, word, sizeof *word);
    fs->journal[fs->journaled].word = (uint32_t)(word - (uint32_t *)fs->state);
    fs->journal[fs->journaled].old = *word;
    fs->journaled++;
    if (word >= fs->state->owner)
        fs->owners_touched = true;
    *word = value;
}

uint32_t txn_space(const struct mfs *fs)
{
    uint32_t blocks = fs->budget - fs->fresh;
    uint32_t words = MFS_JOURNAL - fs->journaled;
    if (words < SPARE_WORDS)
        return 0;
    return blocks < (words - SPARE_WORDS) / 2 ? blocks : (words - SPARE_WORDS) / 2;
}

int txn_begin(struct mfs *fs)
{
    if (fs->state->read_only)
        return -EROFS;
    /* Make room now or never: once the caller's log holds the owner of a buffer, which buffers are
     * dirty must not change by anything but a transaction. */
    if (!fs->owners_touched && fs->dirty > fs->state->buffers / 4) {
        int err = writeback(fs);
        if (err < 0)
            return err;
    }
    return txn_space(fs) >= OP_BLOCKS ? 0 : txn_end(fs, -ENOMEM);
}

int txn_end(struct mfs *fs, int result)
{
    if (result < 0) {
        if (fs->journaled > 0)
            mfs_abort(fs);
        return result;
    }
    state_set(fs, &fs->state->free_inodes, fs->free_inodes);
    state_set(fs, &fs->state->free_zones, fs->free_zones);
    return result;
}

void mfs_commit(struct mfs *fs)
{
    /* The buffers that this transaction concerned are those whose owner word it changed. */
    uint32_t first = offsetof(struct mfs_state, owner) / sizeof(uint32_t);
    for (uint32_t j = 0; j < fs->journaled; j++) {
        uint32_t word = fs->journal[j].word;
        if (word < first)
            continue;
        struct mfs_buffer *b = &fs->buf[word - first];
        if (b->state == BUF_FRESH) {
            b->state = BUF_DIRTY;
            fs->dirty++;
        } else if (b->state == BUF_SHADOW) {
            b->state = BUF_EMPTY;
        }
    }
    fs->journaled = 0;
    fs->fresh = 0;
    fs->owners_touched = false;
}

void mfs_abort(struct mfs *fs)
{
    /* These words are in the caller's log with values at least as old: no need to touch again. For
     * the same reason `owners_touched` stays true until mfs_commit(). */
    uint32_t *words = (uint32_t *)fs->state;
    while (fs->journaled > 0) {
        const struct mfs_undo *undo = &fs->journal[--fs->journaled];
        words[undo->word] = undo->old;
    }
    fs->free_inodes = fs->state->free_inodes;
    fs->free_zones = fs->state->free_zones;
    cache_rebuild(fs);
    open_rebuild(fs);
}

void broken(const struct mfs *fs, const char *what)
{
    if (fs->ops->broken)
        fs->ops->broken(fs->ctx, what);
}

int corrupt(struct mfs *fs, const char *what)
{
    if (fs->ops->log)
        fs->ops->log(fs->ctx, what);
    return -EIO;
}
