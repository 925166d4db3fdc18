/*
 * A checker for MINIX v3 images that shares no code with the core: for block sizes, depths and link
 * counts that fsck.minix does not handle, and to find what fsck.minix does not look for.
 *
 * It reads the tree from the root and compares what it met with the bitmaps, the link counts and
 * the "." and ".." entries. Offsets are written out as numbers on purpose: layout.h may be wrong.
 */
#ifndef TESTS_HOST_FS_CHECK_H
#define TESTS_HOST_FS_CHECK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "suite.h"

struct checker {
    const uint8_t *disk;
    uint32_t block, inodes, imap, zmap, first, zones;
    uint16_t *names; /* met, by inode */
    uint8_t *owned;  /* zones met */
    const char *wrong;
    uint32_t where;
};

static uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t get32(const uint8_t *p)
{
    return get16(p) | (uint32_t)get16(p + 2) << 16;
}

static void complain(struct checker *c, const char *what, uint32_t where)
{
    if (!c->wrong) {
        c->wrong = what;
        c->where = where;
    }
}

static const uint8_t *inode_bytes(const struct checker *c, uint32_t n)
{
    return c->disk + (size_t)(2 + c->imap + c->zmap) * c->block + (size_t)(n - 1) * 64;
}

static bool bit_set(const struct checker *c, uint32_t map, uint32_t bit)
{
    return c->disk[(size_t)map * c->block + bit / 8] >> (bit % 8) & 1;
}

/* Notes a zone and all below it; calls leaf for each data block, in order of file blocks. */
static void check_zone(struct checker *c, uint32_t zone, int height, uint64_t span, uint64_t *fb,
                       void (*leaf)(struct checker *, uint32_t, uint64_t, void *), void *arg)
{
    if (zone == 0) {
        *fb += span;
        return;
    }
    if (zone < c->first || zone >= c->zones) {
        complain(c, "zone out of range", zone);
        return;
    }
    if (c->owned[zone]++)
        complain(c, "zone used twice", zone);
    if (height == 0) {
        if (leaf)
            leaf(c, zone, *fb, arg);
        ++*fb;
        return;
    }
    for (uint32_t i = 0; i < c->block / 4 && !c->wrong; i++)
        check_zone(c, get32(c->disk + (size_t)zone * c->block + i * 4), height - 1,
                   span / (c->block / 4), fb, leaf, arg);
}

static void check_zones(struct checker *c, const uint8_t *inode,
                        void (*leaf)(struct checker *, uint32_t, uint64_t, void *), void *arg)
{
    uint64_t fb = 0, p = c->block / 4;
    for (int i = 0; i < 7; i++)
        check_zone(c, get32(inode + 24 + i * 4), 0, 1, &fb, leaf, arg);
    check_zone(c, get32(inode + 24 + 28), 1, p, &fb, leaf, arg);
    check_zone(c, get32(inode + 24 + 32), 2, p * p, &fb, leaf, arg);
    check_zone(c, get32(inode + 24 + 36), 3, p * p * p, &fb, leaf, arg);
}

struct directory {
    uint32_t self, parent, size;
};

static void check_inode(struct checker *c, uint32_t n, uint32_t parent);

static void check_entries(struct checker *c, uint32_t zone, uint64_t fb, void *arg)
{
    const struct directory *d = arg;
    for (uint64_t in = 0; in < c->block && fb * c->block + in < d->size && !c->wrong; in += 64) {
        const uint8_t *e = c->disk + (size_t)zone * c->block + in;
        uint32_t n = get32(e);
        uint64_t at = fb * c->block + in;
        if (n > c->inodes)
            complain(c, "entry with a bad inode number", d->self);
        else if (at == 0 && (n != d->self || strcmp((const char *)e + 4, ".") != 0))
            complain(c, "bad '.'", d->self);
        else if (at == 64 && (n != d->parent || strcmp((const char *)e + 4, "..") != 0))
            complain(c, "bad '..'", d->self);
        else if (n != 0 && e[4] == 0)
            complain(c, "entry without a name", d->self);
        else if (n != 0 && at < 128)
            c->names[n]++;
        else if (n != 0)
            check_inode(c, n, d->self);
    }
}

static void check_inode(struct checker *c, uint32_t n, uint32_t parent)
{
    const uint8_t *inode = inode_bytes(c, n);
    uint16_t type = get16(inode) & 0170000;
    if (c->names[n]++ > 0 && type != 0040000)
        return; /* another name of a file already seen */
    if (!bit_set(c, 2, n))
        complain(c, "inode in use but free in the bitmap", n);
    if (type == 0100000) {
        check_zones(c, inode, NULL, NULL);
    } else if (type == 0040000) {
        struct directory d = {n, parent, get32(inode + 8)};
        if (d.size < 128 || d.size % 64)
            complain(c, "directory with a bad size", n);
        check_zones(c, inode, check_entries, &d);
    } else if (type != 0020000 && type != 0060000 && type != 0010000) {
        complain(c, "inode with a bad type", n);
    }
}

static void check_counts(struct checker *c)
{
    for (uint32_t n = 1; n <= c->inodes; n++) {
        const uint8_t *inode = inode_bytes(c, n);
        if (bit_set(c, 2, n) != (c->names[n] > 0))
            complain(c, "inode bitmap differs from use", n);
        if (c->names[n] && get16(inode + 2) != c->names[n])
            complain(c, "wrong link count", n);
        if (!c->names[n] && get16(inode) != 0)
            complain(c, "a free inode has a mode", n);
    }
    for (uint32_t z = c->first; z < c->zones; z++) {
        if (bit_set(c, 2 + c->imap, z - c->first + 1) != (c->owned[z] > 0))
            complain(c, "zone bitmap differs from use", z);
    }
}

/* Returns what is wrong with an image, or NULL; *where: which inode or zone. */
static inline const char *image_check(const uint8_t *image, uint32_t *where)
{
    const uint8_t *sb = image + 1024;
    struct checker c = {
        .disk = image,
        .block = get16(sb + 28),
        .inodes = get32(sb),
        .imap = get16(sb + 6),
        .zmap = get16(sb + 8),
        .first = get16(sb + 10),
        .zones = get32(sb + 20),
    };
    c.names = calloc(c.inodes + 1, sizeof *c.names);
    c.owned = calloc(c.zones, 1);
    assert_true(c.names && c.owned);
    check_inode(&c, 1, 1);
    if (c.names[1]-- > 0 && !c.wrong) /* the root has no name but its "." and ".." */
        check_counts(&c);
    free(c.names);
    free(c.owned);
    *where = c.where;
    return c.wrong;
}

#define ASSERT_IMAGE_GOOD(disk)                                                                    \
    do {                                                                                           \
        uint32_t where_;                                                                           \
        const char *wrong_ = image_check(disk, &where_);                                           \
        if (wrong_)                                                                                \
            fail_msg("%s (%u)", wrong_, where_);                                                   \
    } while (0)

#endif
