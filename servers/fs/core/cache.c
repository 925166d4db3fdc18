/*
 * The block cache: a fixed array of buffers that never loses what the disk does not have.
 *
 * A buffer is EMPTY, CLEAN (the same as on the disk), DIRTY (newer, and committed), FRESH (changed
 * by the transaction in progress) or SHADOW (the committed version of a block that also has a FRESH
 * one, or that the transaction freed). Only EMPTY and CLEAN buffers are ever reused, so until the
 * commit every committed version is still there, and only `owner` words tell old from new: putting
 * those back undoes everything.
 *
 * Replacement is second chance (the clock), the approximation of least recently used that needs no
 * list: the hand hands out neighbours to blocks read or written in a row, which lets them share a
 * transfer. A block has to be used a second time to earn its second chance, so that reading a long
 * file does not drive out the directories and bitmaps.
 */
#include "servers/fs/core/core.h"

#define NIL                                                                                        \
    UINT32_MAX /* no buffer; as a link, 0: others are the buffer's index + 1, so that zeroed memory is an empty cache */

enum { USED_ONCE, USED_AGAIN, READ_AHEAD }; /* struct mfs_buffer.used */

static const char no_state[] = "a buffer has no known state";

static uint8_t *bytes_of(const struct mfs *fs, uint32_t i)
{
    return fs->data + ((size_t)i << fs->block_shift);
}

/* The handle is memory like any other: a bit that flips in the table of buffers must not show a block for another one. */
static uint8_t check_of(uint32_t block)
{
    block ^= block >> 16;
    return (uint8_t)(block ^ block >> 8);
}

static uint32_t find(const struct mfs *fs, uint32_t block)
{
    uint32_t link = fs->hash[block & (MFS_HASH - 1)];
    while (link && fs->buf[link - 1].block != block)
        link = fs->buf[link - 1].next;
    return link - 1;
}

static void hash_insert(struct mfs *fs, uint32_t i, uint32_t block)
{
    uint16_t *head = &fs->hash[block & (MFS_HASH - 1)];
    fs->buf[i].block = block;
    fs->check[i] = check_of(block);
    fs->buf[i].next = *head;
    *head = (uint16_t)(i + 1);
}

static void hash_remove(struct mfs *fs, uint32_t i)
{
    uint16_t *link = &fs->hash[fs->buf[i].block & (MFS_HASH - 1)];
    while (*link && *link != i + 1)
        link = &fs->buf[*link - 1].next;
    if (!*link)
        broken(fs, "a buffer is not in its chain");
    fs->check[i] ^= 0xff; /* nobody comes here any more */
    *link = fs->buf[i].next;
}

/* Few have one. */
uint32_t cache_next_owned(const struct mfs *fs, uint32_t i)
{
    const uint32_t *owner = fs->state->owner;
    for (; i % 16; i++)
        if (owner[i])
            return i;
    while (i < fs->state->buffers && is_zero_64(&owner[i]))
        i += 16;
    while (i < fs->state->buffers && !owner[i])
        i++;
    return i;
}

bool cache_take_over(struct mfs *fs)
{
    bool sound = true;
    fs->fresh = 0;
    fs->dirty = 0;
    for (uint32_t i = cache_next_owned(fs, 0); i < fs->state->buffers;
         i = cache_next_owned(fs, i + 1)) {
        uint32_t block = fs->state->owner[i];
        if (block < MFS_FIRST_BITMAP || block >= fs->state->zones || find(fs, block) != NIL)
            sound = false;
        fs->buf[i].state = BUF_DIRTY;
        hash_insert(fs, i, block);
        fs->dirty++;
    }
    return sound;
}

void cache_rebuild(struct mfs *fs)
{
    memset(fs->hash, 0, sizeof fs->hash);
    memset(fs->buf, 0, fs->state->buffers * sizeof fs->buf[0]); /* all BUF_EMPTY */
    cache_take_over(fs);
}

/* Empties buffer i, which must be EMPTY or CLEAN. */
static void evict(struct mfs *fs, uint32_t i)
{
    if (fs->buf[i].state == BUF_CLEAN)
        hash_remove(fs, i);
    else if (fs->buf[i].state != BUF_EMPTY)
        broken(fs, no_state);
    fs->buf[i].state = BUF_EMPTY;
    fs->buf[i].used = USED_ONCE;
}

/* Finds a buffer to reuse, empties it and returns its index, or NIL if none can be had. */
static uint32_t take(struct mfs *fs)
{
    for (uint32_t step = 0; step <= 2 * fs->state->buffers; step++) {
        uint32_t i = fs->hand;
        if (++fs->hand == fs->state->buffers)
            fs->hand = 0;
        struct mfs_buffer *b = &fs->buf[i];
        if (b->state > BUF_CLEAN)
            continue;
        if (b->used != USED_ONCE) {
            b->used = USED_ONCE;
            continue;
        }
        evict(fs, i);
        return i;
    }
    return NIL;
}

/* Empties buffers after i for the blocks after `block`, as far as both can be had; returns how many
 * buffers there are now from i on, at most `want`. */
static uint32_t take_more(struct mfs *fs, uint32_t i, uint32_t block, uint32_t want)
{
    uint32_t n = 1;
    while (n < want && i + n < fs->state->buffers) {
        const struct mfs_buffer *b = &fs->buf[i + n];
        if (b->state > BUF_CLEAN || b->used != USED_ONCE || find(fs, block + n) != NIL)
            break;
        evict(fs, i + n);
        n++;
    }
    if (fs->hand > i && fs->hand < i + n)
        fs->hand = i + n < fs->state->buffers ? i + n : 0;
    return n;
}

/* Nor may it hide one that the disk does not have. */
static void check_absent(const struct mfs *fs, uint32_t block, uint32_t n)
{
    if (fs->dirty + fs->fresh == 0)
        return;
    for (uint32_t i = cache_next_owned(fs, 0); i < fs->state->buffers;
         i = cache_next_owned(fs, i + 1))
        if (fs->state->owner[i] - block < n)
            broken(fs, "a dirty block is not found any more");
}

static int transfer_in(struct mfs *fs, uint32_t i, uint32_t block, uint32_t n)
{
    check_absent(fs, block, n);
    uint32_t shift = fs->block_shift - 9;
    return fs->ops->read(fs->ctx, (uint64_t)block << shift, n << shift, bytes_of(fs, i));
}

static int fill(struct mfs *fs, uint32_t block, uint32_t ahead, uint32_t *index)
{
    uint32_t i = take(fs);
    if (i == NIL)
        return -ENOMEM;
    uint32_t want = 1 + ahead;
    if (want > MFS_IO_MAX >> fs->block_shift)
        want = MFS_IO_MAX >> fs->block_shift;
    if (want > fs->state->buffers / 8)
        want = fs->state->buffers / 8;
    if (want > fs->state->zones - block)
        want = fs->state->zones - block;
    uint32_t n = take_more(fs, i, block, want);
    int err = transfer_in(fs, i, block, n);
    if (err < 0 && n > 1) { /* a bad neighbour is no reason to fail */
        n = 1;
        err = transfer_in(fs, i, block, n);
    }
    if (err < 0)
        return -EIO;
    for (uint32_t k = 0; k < n; k++) {
        fs->buf[i + k].state = BUF_CLEAN;
        fs->buf[i + k].used = k == 0 ? USED_ONCE : READ_AHEAD;
        hash_insert(fs, i + k, block + k);
    }
    *index = i;
    return 0;
}

int cache_get(struct mfs *fs, uint32_t block, uint32_t ahead, const void **data)
{
    uint32_t i = find(fs, block);
    if (i == NIL) {
        if (block == 0 || block >= fs->state->zones)
            return corrupt(fs, "block number out of range");
        int err = fill(fs, block, ahead, &i);
        if (err < 0)
            return err;
    } else {
        fs->buf[i].used = fs->buf[i].used == READ_AHEAD ? USED_ONCE : USED_AGAIN;
    }
    if (fs->check[i] != check_of(block))
        broken(fs, "a buffer is not what its number says");
    *data = bytes_of(fs, i);
    return 0;
}

const void *cache_peek(struct mfs *fs, uint32_t block)
{
    uint32_t i = find(fs, block);
    return i == NIL ? NULL : bytes_of(fs, i);
}

/* Makes the empty or clean buffer i the fresh copy of `block`. */
static void own(struct mfs *fs, uint32_t i, uint32_t block)
{
    state_set(fs, &fs->state->owner[i], block);
    fs->buf[i].state = BUF_FRESH;
    fs->fresh++;
}

/* Buffer i is the committed version: out of sight, but untouched until the commit. */
static void retire(struct mfs *fs, uint32_t i)
{
    hash_remove(fs, i);
    state_set(fs, &fs->state->owner[i], 0);
    fs->buf[i].state = BUF_SHADOW;
    fs->dirty--;
}

/* A new version of `block`, which has the committed version in buffer `old` (or none: NIL). */
static int new_version(struct mfs *fs, uint32_t block, uint32_t old, uint32_t *index)
{
    if (txn_space(fs) < 1)
        return -ENOMEM;
    uint32_t i = take(fs);
    if (i == NIL)
        return -ENOMEM;
    if (old != NIL)
        retire(fs, old);
    hash_insert(fs, i, block);
    own(fs, i, block);
    *index = i;
    return 0;
}

int cache_modify(struct mfs *fs, uint32_t block, void **data)
{
    const void *old_bytes;
    int err = cache_get(fs, block, 0, &old_bytes);
    if (err < 0)
        return err;
    uint32_t i = find(fs, block);
    if (fs->buf[i].state == BUF_CLEAN) {
        if (txn_space(fs) < 1)
            return -ENOMEM;
        own(fs, i, block);
    } else if (fs->buf[i].state == BUF_DIRTY) {
        err = new_version(fs, block, i, &i);
        if (err < 0)
            return err;
        memcpy(bytes_of(fs, i), old_bytes, (size_t)1 << fs->block_shift);
    } else if (fs->buf[i].state != BUF_FRESH) {
        broken(fs, no_state);
    }
    *data = bytes_of(fs, i);
    return 0;
}

int cache_new(struct mfs *fs, uint32_t block, void **data)
{
    uint32_t i = find(fs, block);
    if (i != NIL && fs->buf[i].state == BUF_CLEAN) {
        if (txn_space(fs) < 1)
            return -ENOMEM;
        own(fs, i, block);
    } else if (i == NIL || fs->buf[i].state == BUF_DIRTY) {
        int err = new_version(fs, block, i, &i);
        if (err < 0)
            return err;
    } else if (fs->buf[i].state != BUF_FRESH) {
        broken(fs, no_state);
    }
    *data = bytes_of(fs, i);
    return 0;
}

void cache_forget(struct mfs *fs, uint32_t block)
{
    uint32_t i = find(fs, block);
    if (i == NIL || fs->journaled > MFS_JOURNAL / 4 * 3)
        return; /* if it is written all the same, no harm is done */
    if (fs->buf[i].state == BUF_FRESH) {
        hash_remove(fs, i);
        state_set(fs, &fs->state->owner[i], 0);
        fs->buf[i].state = BUF_EMPTY;
        fs->fresh--;
    } else if (fs->buf[i].state == BUF_DIRTY) {
        retire(fs, i);
    }
}
