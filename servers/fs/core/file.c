/*
 * File contents: read, write, truncate.
 *
 * Data moves between the cache and the caller through a callback, so that a server copies straight
 * to its client; pieces that lie one after the other in the cache go in one call. What a file does
 * not have a block for reads as zeros.
 */
#include "servers/fs/core/core.h"

#define READ_AHEAD 16 /* blocks, at least, that a miss reads if they are neighbours */

/* Blocks besides its own data that a step of a write may dirty: three indirect blocks, their bitmap
 * blocks, the old last block and the inode. */
#define WRITE_EXTRA 10

static const uint64_t zeros[MFS_MAX_BLOCK / sizeof(uint64_t)];

int mfs_to_memory(void *arg, uint64_t at, void *data, uint32_t bytes)
{
    memcpy((uint8_t *)arg + at, data, bytes);
    return 0;
}

int mfs_from_memory(void *arg, uint64_t at, void *data, uint32_t bytes)
{
    memcpy(data, (uint8_t *)arg + at, bytes);
    return 0;
}

/* A transfer in progress, and the piece of cache memory that waits to be moved. */
struct transfer {
    mfs_copy *copy;
    void *arg;
    uint64_t done; /* bytes, with those waiting */
    uint8_t *data;
    uint32_t bytes;
};

static int transfer_flush(struct transfer *t)
{
    uint32_t bytes = t->bytes;
    t->bytes = 0;
    return bytes ? t->copy(t->arg, t->done - bytes, t->data, bytes) : 0;
}

static int transfer_add(struct transfer *t, const void *data, uint32_t bytes)
{
    int err = 0;
    if (t->bytes == 0 || t->data + t->bytes != data) {
        err = transfer_flush(t);
        t->data = (uint8_t *)(uintptr_t)data;
    }
    t->bytes += bytes;
    t->done += bytes;
    return err;
}

static uint32_t block_bytes(const struct mfs *fs)
{
    return 1u << fs->block_shift;
}

/* A block of the file at `in`, up to its end or `left` bytes. */
static uint32_t piece_bytes(const struct mfs *fs, uint32_t in, uint64_t left)
{
    uint32_t rest = block_bytes(fs) - in;
    return left < rest ? (uint32_t)left : rest;
}

/* Reads a run of zones (or of nothing), beginning `in` bytes into the first, at most `left`. */
static int read_run(struct mfs *fs, struct transfer *t, uint32_t zone, uint32_t run, uint32_t in,
                    uint64_t left)
{
    for (uint32_t k = 0; k < run && left > 0; k++) {
        uint32_t bytes = piece_bytes(fs, in, left);
        const void *data = zeros;
        int err = 0;
        if (zone) {
            /* Reading a block in may evict the one whose piece is waiting. */
            if (!cache_peek(fs, zone + k))
                err = transfer_flush(t);
            if (err == 0)
                err = cache_get(fs, zone + k, run - k - 1, &data);
        }
        if (err == 0)
            err = transfer_add(t, (const uint8_t *)data + in, bytes);
        if (err < 0)
            return err;
        left -= bytes;
        in = 0;
    }
    return 0;
}

/* Adjacent zones are mapped a run at a time. The waiting piece is moved before the map looks at
 * indirect blocks, since that may evict it. */
static int read_range(struct mfs *fs, const struct inode *ip, struct transfer *t, uint64_t offset,
                      uint64_t bytes)
{
    while (t->done < bytes) {
        uint64_t at = offset + t->done;
        uint32_t fb = (uint32_t)(at >> fs->block_shift);
        uint32_t in = (uint32_t)at & (block_bytes(fs) - 1);
        uint64_t blocks = (in + bytes - t->done + block_bytes(fs) - 1) >> fs->block_shift;
        uint64_t end = ((uint64_t)ip->d.size + block_bytes(fs) - 1) >> fs->block_shift;
        if (blocks < READ_AHEAD)
            blocks = READ_AHEAD < end - fb ? READ_AHEAD : end - fb;
        uint32_t zone, run;
        int err = transfer_flush(t);
        if (err == 0)
            err = map_run(fs, ip, fb, (uint32_t)blocks, &zone, &run);
        if (err == 0)
            err = read_run(fs, t, zone, run, in, bytes - t->done);
        if (err < 0)
            return err;
    }
    return transfer_flush(t);
}

static int load_regular(struct mfs *fs, uint32_t number, struct inode *ip)
{
    int err = inode_load(fs, number, ip);
    if (err < 0)
        return err;
    if (inode_is(ip, MFS_IFDIR))
        return -EISDIR;
    return inode_is(ip, MFS_IFREG) ? 0 : -EINVAL;
}

int64_t mfs_read(struct mfs *fs, uint32_t number, uint64_t offset, uint64_t bytes, mfs_copy *copy,
                 void *arg)
{
    struct inode ip;
    struct transfer t = {.copy = copy, .arg = arg};
    int err = load_regular(fs, number, &ip);
    if (err < 0)
        return err;
    if (offset >= ip.d.size)
        return 0;
    if (bytes > ip.d.size - offset)
        bytes = ip.d.size - offset;
    err = read_range(fs, &ip, &t, offset, bytes);
    return err < 0 ? err : (int64_t)t.done;
}

/* Zeros the rest of the block that holds byte `from`, if the file has that block: what lies behind
 * the end of the file must not come back when it grows. */
static int zero_tail(struct mfs *fs, struct inode *ip, uint32_t from)
{
    uint32_t in = from & (block_bytes(fs) - 1);
    uint32_t zone, run;
    void *data;
    if (in == 0)
        return 0;
    int err = map_run(fs, ip, from >> fs->block_shift, 1, &zone, &run);
    if (err < 0 || zone == 0)
        return err;
    err = cache_modify(fs, zone, &data);
    if (err == 0)
        memset((uint8_t *)data + in, 0, block_bytes(fs) - in);
    return err;
}

/* The buffer for a piece of a write: `bytes` from offset `in` on in a zone, whose contents are
 * undefined if it was `made` just now. */
static int write_piece(struct mfs *fs, struct transfer *t, uint32_t zone, bool made, uint32_t in,
                       uint32_t bytes)
{
    void *data;
    int err = made || bytes == block_bytes(fs) ? cache_new(fs, zone, &data)
                                               : cache_modify(fs, zone, &data);
    if (err < 0)
        return err;
    uint8_t *piece = (uint8_t *)data + in;
    if (made && bytes < block_bytes(fs)) {
        memset(data, 0, in);
        memset(piece + bytes, 0, block_bytes(fs) - in - bytes);
    }
    return transfer_add(t, piece, bytes);
}

/* Writes as far as zones follow each other, at most `blocks` of them and to `bytes` in all. */
static int write_run(struct mfs *fs, struct inode *ip, struct transfer *t, uint64_t offset,
                     uint64_t bytes, uint32_t blocks)
{
    uint64_t at = offset + t->done;
    uint32_t in = (uint32_t)at & (block_bytes(fs) - 1);
    uint64_t want = (in + bytes - t->done + block_bytes(fs) - 1) >> fs->block_shift;
    uint32_t zone, run = 0;
    bool made;
    if (want < blocks)
        blocks = (uint32_t)want;
    int err = map_alloc(fs, ip, (uint32_t)(at >> fs->block_shift), blocks, &zone, &run, &made);
    for (uint32_t k = 0; k < run && err == 0; k++) {
        err = write_piece(fs, t, zone + k, made, in, piece_bytes(fs, in, bytes - t->done));
        in = 0;
    }
    return err;
}

/* As much as fits the transaction and the disk. */
static int write_range(struct mfs *fs, struct inode *ip, struct transfer *t, uint64_t offset,
                       uint64_t bytes)
{
    while (t->done < bytes && txn_space(fs) > WRITE_EXTRA) {
        uint32_t blocks = txn_space(fs) - WRITE_EXTRA;
        int err = write_run(fs, ip, t, offset, bytes, blocks);
        if (err == -ENOSPC && t->done > 0)
            break;
        if (err < 0)
            return err;
    }
    return transfer_flush(t);
}

static int64_t write_inside(struct mfs *fs, uint32_t number, uint64_t offset, uint64_t bytes,
                            struct transfer *t)
{
    struct inode ip;
    int err = load_regular(fs, number, &ip);
    if (err < 0 || bytes == 0)
        return err;
    if (offset >= fs->state->max_size)
        return -EFBIG;
    if (bytes > fs->state->max_size - offset)
        bytes = fs->state->max_size - offset;
    if (offset > ip.d.size)
        err = zero_tail(fs, &ip, ip.d.size);
    if (err == 0)
        err = write_range(fs, &ip, t, offset, bytes);
    if (err < 0)
        return err;
    if (offset + t->done > ip.d.size)
        ip.d.size = (uint32_t)(offset + t->done);
    inode_modified(fs, &ip);
    err = inode_store(fs, &ip);
    return err < 0 ? err : (int64_t)t->done;
}

int64_t mfs_write(struct mfs *fs, uint32_t number, uint64_t offset, uint64_t bytes, mfs_copy *copy,
                  void *arg)
{
    struct transfer t = {.copy = copy, .arg = arg};
    int err = txn_begin(fs);
    if (err < 0)
        return err;
    int64_t n = write_inside(fs, number, offset, bytes, &t);
    err = txn_end(fs, n < 0 ? (int)n : 0);
    return err < 0 ? err : n;
}

static int truncate_inside(struct mfs *fs, uint32_t number, uint64_t size)
{
    struct inode ip;
    int err = load_regular(fs, number, &ip);
    if (err < 0)
        return err;
    if (size > fs->state->max_size)
        return -EFBIG;
    uint32_t old = ip.d.size;
    int more = 0;
    if (size < old)
        more = map_trim(fs, &ip, (uint32_t)((size + block_bytes(fs) - 1) >> fs->block_shift));
    if (more < 0)
        return more;
    if (more == 0) {
        err = zero_tail(fs, &ip, size < old ? (uint32_t)size : old);
        ip.d.size = (uint32_t)size;
    }
    inode_modified(fs, &ip);
    if (err == 0)
        err = inode_store(fs, &ip);
    return err < 0 ? err : more;
}

int mfs_truncate(struct mfs *fs, uint32_t number, uint64_t size)
{
    int err = txn_begin(fs);
    return err < 0 ? err : txn_end(fs, truncate_inside(fs, number, size));
}
