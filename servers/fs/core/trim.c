/*
 * Shortening a file: frees blocks from its end down.
 *
 * A file may have more blocks than one transaction can account for, so the walk stops when the
 * transaction is full and leaves a shorter file, whose indirect blocks no longer name what is gone.
 * An indirect block that goes as a whole is not rewritten first.
 */
#include "servers/fs/core/core.h"

/* Blocks that may be dirtied after the walk has found room: two of a bitmap, an indirect block on
 * each of three levels, the inode, and the last block of the file. */
#define STEP_BLOCKS 8

struct trim {
    struct mfs *fs;
    uint64_t from;    /* file blocks from here on go */
    uint64_t reached; /* they are gone from here on */
};

/* A row of adjacent zones among the entries of an indirect block. */
struct row {
    uint32_t start; /* index of its first entry */
    uint32_t count; /* 0: there is none */
    uint32_t zone;  /* the first one's */
};

/* The last row in entries [low, end) of the indirect block `block`, of at most `max` zones. */
static int last_row(struct mfs *fs, uint32_t block, uint32_t low, uint32_t end, uint32_t max,
                    struct row *row)
{
    const void *data;
    int err = cache_get(fs, block, 0, &data);
    if (err < 0)
        return err;
    const uint32_t *p = data;
    while (end > low && p[end - 1] == 0)
        end--;
    uint32_t start = end;
    while (start > low && end - start < max && p[start - 1] != 0 &&
           (start == end || p[start - 1] + 1 == p[start]))
        start--;
    *row = (struct row){start, end - start, start < end ? p[start] : 0};
    return 0;
}

/* Frees a zone row that begins at file block fb. Returns 1 if there is no room to. */
static int free_row(struct trim *t, uint32_t zone, uint32_t count, uint64_t fb)
{
    if (txn_space(t->fs) < STEP_BLOCKS)
        return 1;
    int err = zone_free(t->fs, zone, count);
    if (err == 0 && fb < t->reached)
        t->reached = fb;
    return err;
}

static int trim_tree(struct trim *t, uint32_t *zone, uint32_t height, uint64_t base);

/* Frees what entries [low, *end) of an indirect block lead to; *end moves down to what is left.
 * `height` counts the levels above the data, 1 for a block that names data zones. */
static int trim_entries(struct trim *t, uint32_t block, uint32_t height, uint64_t base,
                        uint32_t low, uint32_t *end)
{
    uint32_t shift = t->fs->pointer_shift * (height - 1);
    for (;;) {
        struct row row;
        int r = last_row(t->fs, block, low, *end, height == 1 ? UINT32_MAX : 1, &row);
        if (r < 0)
            return r;
        *end = row.start + row.count;
        if (row.count == 0)
            return 0;
        uint64_t fb = base + ((uint64_t)row.start << shift);
        if (height == 1) {
            r = free_row(t, row.zone, row.count, fb);
            row.zone = 0;
        } else {
            r = trim_tree(t, &row.zone, height - 1, fb);
        }
        if (r != 0 || row.zone != 0)
            return r;
        *end = row.start;
    }
}

/* Forgets entries from `end` on in an indirect block that stays. */
static int cut_entries(struct mfs *fs, uint32_t block, uint32_t end)
{
    void *data;
    int err = cache_modify(fs, block, &data);
    if (err == 0)
        memset((uint32_t *)data + end, 0, ((1u << fs->pointer_shift) - end) * sizeof(uint32_t));
    return err;
}

/* Trims the subtree under *zone, whose first file block is `base`; *zone becomes 0 when all of it
 * is gone. Returns 1 when the transaction is full. */
static int trim_tree(struct trim *t, uint32_t *zone, uint32_t height, uint64_t base)
{
    uint32_t entries = 1u << t->fs->pointer_shift;
    uint32_t shift = t->fs->pointer_shift * (height - 1);
    if (*zone == 0 || base + ((uint64_t)entries << shift) <= t->from)
        return 0;
    if (!zone_valid(t->fs, *zone, 1))
        return corrupt(t->fs, "a file has an indirect block outside the disk");
    uint32_t low = base >= t->from ? 0 : (uint32_t)((t->from - base) >> shift);
    uint32_t end = entries;
    uint64_t before = t->reached;
    int r = trim_entries(t, *zone, height, base, low, &end);
    if (r == 0 && base >= t->from) {
        r = free_row(t, *zone, 1, base);
        if (r == 0)
            *zone = 0;
        if (r <= 0)
            return r;
    }
    if (r < 0 || t->reached == before)
        return r;
    int err = cut_entries(t->fs, *zone, end);
    return err < 0 ? err : r;
}

int map_trim(struct mfs *fs, struct inode *ip, uint32_t from)
{
    struct trim t = {fs, from, UINT64_MAX};
    uint64_t base[4] = {0, MFS_DIRECT};
    base[2] = base[1] + (UINT64_C(1) << fs->pointer_shift);
    base[3] = base[2] + (UINT64_C(1) << (2 * fs->pointer_shift));
    int r = 0;
    for (uint32_t height = 3; height >= 1 && r == 0; height--)
        r = trim_tree(&t, &ip->d.zone[MFS_DIRECT + height - 1], height, base[height]);
    for (uint32_t i = MFS_DIRECT; i > from && r == 0; i--) {
        uint32_t *zone = &ip->d.zone[i - 1];
        if (*zone != 0)
            r = free_row(&t, *zone, 1, i - 1);
        if (r == 0)
            *zone = 0;
    }
    if (r == 1 && t.reached << fs->block_shift < ip->d.size)
        ip->d.size = (uint32_t)(t.reached << fs->block_shift);
    return r;
}
