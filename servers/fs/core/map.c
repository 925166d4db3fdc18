/*
 * Where a file's blocks are: the tree of zone numbers under an inode.
 *
 *      zone[0..6]   the first seven blocks themselves
 *      zone[7]      an indirect block: P zone numbers of blocks (P: block size / 4)
 *      zone[8]      a double indirect block: P numbers of indirect blocks
 *      zone[9]      a triple indirect block: P numbers of double indirect blocks
 *
 * A zone number 0 is a hole, at any level: all the blocks below it read as zeros.
 */
#include "servers/fs/core/core.h"

#define MAX_DEPTH 3

/* The way from the inode to a file block. */
struct route {
    uint32_t depth;            /* indirect blocks on the way */
    uint32_t slot;             /* in the inode */
    uint32_t index[MAX_DEPTH]; /* in each indirect block, top first */
};

/* File blocks under one entry at `height` levels of indirection above the data, as a shift. */
static uint32_t span_shift(const struct mfs *fs, uint32_t height)
{
    return fs->pointer_shift * height;
}

/* The limit on file sizes is 32 bits, so a file block is always within reach of zone[9]. */
static void find_route(const struct mfs *fs, uint32_t fb, struct route *r)
{
    r->depth = 0;
    r->slot = fb;
    if (fb < MFS_DIRECT)
        return;
    uint64_t rest = fb - MFS_DIRECT;
    for (r->depth = 1; rest >> span_shift(fs, r->depth); r->depth++)
        rest -= UINT64_C(1) << span_shift(fs, r->depth);
    r->slot = MFS_DIRECT + r->depth - 1;
    for (uint32_t level = 0; level < r->depth; level++) {
        uint32_t shift = span_shift(fs, r->depth - 1 - level);
        r->index[level] = (uint32_t)(rest >> shift) & ((1u << fs->pointer_shift) - 1);
    }
}

/* How many of the `limit` zone numbers at p continue what the first one begins. */
static uint32_t alike(const uint32_t *p, uint32_t limit)
{
    uint32_t n = 1;
    if (p[0] == 0) {
        while (n < limit && p[n] == 0)
            n++;
    } else {
        while (n < limit && p[n] == p[0] + n)
            n++;
    }
    return n;
}

static uint32_t smaller(uint64_t a, uint32_t b)
{
    return a < b ? (uint32_t)a : b;
}

/* File blocks from index[] on to the end of the subtree that is missing at `level`. */
static uint64_t missing_span(const struct mfs *fs, const struct route *r, uint32_t level)
{
    uint64_t at = 0;
    for (uint32_t l = level; l < r->depth; l++)
        at += (uint64_t)r->index[l] << span_shift(fs, r->depth - 1 - l);
    return (UINT64_C(1) << span_shift(fs, r->depth - level)) - at;
}

int map_run(struct mfs *fs, const struct inode *ip, uint32_t fb, uint32_t max, uint32_t *zone,
            uint32_t *count)
{
    struct route r;
    find_route(fs, fb, &r);
    const uint32_t *p = &ip->d.zone[r.slot];
    uint32_t limit = r.depth == 0 ? MFS_DIRECT - r.slot : 1;
    for (uint32_t level = 0; level < r.depth; level++) {
        const void *data;
        if (*p == 0) {
            *zone = 0;
            *count = smaller(missing_span(fs, &r, level), max);
            return 0;
        }
        if (!zone_valid(fs, *p, 1))
            return corrupt(fs, "a file has an indirect block outside the disk");
        int err = cache_get(fs, *p, 0, &data);
        if (err < 0)
            return err;
        p = (const uint32_t *)data + r.index[level];
        limit = (1u << fs->pointer_shift) - r.index[level];
    }
    *zone = *p;
    *count = alike(p, smaller(limit, max));
    if (*zone && !zone_valid(fs, *zone, *count))
        return corrupt(fs, "a file has a zone outside the disk");
    return 0;
}

/* Enters `zone` in the inode (parent 0) or in the indirect block `parent`. */
static int set_pointer(struct mfs *fs, struct inode *ip, const struct route *r, uint32_t level,
                       uint32_t parent, uint32_t zone)
{
    if (level == 0) {
        ip->d.zone[r->slot] = zone;
        return 0;
    }
    void *data;
    int err = cache_modify(fs, parent, &data);
    if (err < 0)
        return err;
    ((uint32_t *)data)[r->index[level - 1]] = zone;
    return 0;
}

/* Allocates what is missing from `level` down: indirect blocks, and the data block at the end. */
static int extend(struct mfs *fs, struct inode *ip, const struct route *r, uint32_t level,
                  uint32_t parent, uint32_t *zone)
{
    if (fs->free_zones < r->depth - level + 1)
        return -ENOSPC;
    for (;; level++) {
        int err = zone_alloc(fs, zone);
        if (err == 0)
            err = set_pointer(fs, ip, r, level, parent, *zone);
        if (err < 0 || level == r->depth)
            return err;
        void *data;
        err = cache_new(fs, *zone, &data);
        if (err < 0)
            return err;
        memset(data, 0, (size_t)1 << fs->block_shift);
        parent = *zone;
    }
}

int map_alloc(struct mfs *fs, struct inode *ip, uint32_t fb, uint32_t *zone, bool *made)
{
    struct route r;
    find_route(fs, fb, &r);
    uint32_t at = ip->d.zone[r.slot];
    uint32_t parent = 0;
    uint32_t level = 0;
    *made = false;
    for (; at != 0; level++) {
        if (!zone_valid(fs, at, 1))
            return corrupt(fs, "a file has a zone outside the disk");
        if (level == r.depth) {
            *zone = at;
            return 0;
        }
        const void *data;
        int err = cache_get(fs, at, 0, &data);
        if (err < 0)
            return err;
        parent = at;
        at = ((const uint32_t *)data)[r.index[level]];
    }
    *made = true;
    return extend(fs, ip, &r, level, parent, zone);
}
