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

/* The pointers in the inode (parent 0) or in the indirect block `parent` that lead on at `level`,
 * to be changed. */
static int pointers(struct mfs *fs, struct inode *ip, const struct route *r, uint32_t level,
                    uint32_t parent, uint32_t **p)
{
    void *data;
    if (level == 0) {
        *p = &ip->d.zone[r->slot];
        return 0;
    }
    int err = cache_modify(fs, parent, &data);
    if (err == 0)
        *p = (uint32_t *)data + r->index[level - 1];
    return err;
}

/* Makes an empty indirect block and enters it at `level` under `parent`. */
static int add_indirect(struct mfs *fs, struct inode *ip, const struct route *r, uint32_t level,
                        uint32_t parent, uint32_t *zone)
{
    uint32_t one, *p;
    void *data;
    int err = zone_alloc(fs, 1, zone, &one);
    if (err == 0)
        err = cache_new(fs, *zone, &data);
    if (err < 0)
        return err;
    memset(data, 0, (size_t)1 << fs->block_shift);
    err = pointers(fs, ip, r, level, parent, &p);
    if (err == 0)
        *p = *zone;
    return err;
}

/* Allocates the data blocks of a hole, up to `max`, below the last level of indirection. */
static int add_data(struct mfs *fs, struct inode *ip, const struct route *r, uint32_t parent,
                    uint32_t max, uint32_t *zone, uint32_t *count)
{
    uint32_t *p;
    int err = zone_alloc(fs, max, zone, count);
    if (err == 0)
        err = pointers(fs, ip, r, r->depth, parent, &p);
    if (err != 0)
        return err;
    for (uint32_t k = 0; k < *count; k++)
        p[k] = *zone + k;
    return 0;
}

int map_alloc(struct mfs *fs, struct inode *ip, uint32_t fb, uint32_t max, uint32_t *zone,
              uint32_t *count, bool *made)
{
    struct route r;
    find_route(fs, fb, &r);
    int err = map_run(fs, ip, fb, max, zone, count);
    *made = err == 0 && *zone == 0;
    if (!*made)
        return err;
    /* A hole: walk down to where it begins, and build from there. */
    uint32_t parent = 0, level = 0, at = ip->d.zone[r.slot];
    while (level < r.depth && at != 0) {
        const void *data;
        err = cache_get(fs, at, 0, &data);
        if (err < 0)
            return err;
        parent = at;
        at = ((const uint32_t *)data)[r.index[level++]];
    }
    uint32_t missing = r.depth - level;
    if (fs->free_zones < missing + 1)
        return -ENOSPC;
    uint32_t room =
        r.depth == 0 ? MFS_DIRECT - r.slot : (1u << fs->pointer_shift) - r.index[r.depth - 1];
    for (; level < r.depth; level++) {
        err = add_indirect(fs, ip, &r, level, parent, &parent);
        if (err < 0)
            return err;
    }
    return add_data(fs, ip, &r, parent, smaller(*count, room), zone, count);
}
