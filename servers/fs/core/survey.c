/*
 * A survey of the whole file system, as it is with the blocks that the disk does not have yet: what fsck would find, before
 * it gets there. It is made when there is a doubt (a server that ran a damaged program), and costs as much as reading
 * all metadata.
 *
 * Each inode in use is looked at in the order of the table: it has a bit, its zones are nobody else's, and each
 * name in a directory counts as a link of what it leads to. At the end the counts must agree with the inodes, and the zones with
 * their bitmap.
 */
#include "servers/fs/core/core.h"

struct survey {
    struct mfs *fs;
    uint8_t *links; /* met, by inode */
    uint8_t *owned; /* a bit for each zone: it belongs to an inode */
};

static bool is_owned(const struct survey *s, uint32_t zone)
{
    return s->owned[zone / 8] >> zone % 8 & 1;
}

/* `zone` and all below it; `height`: levels of zone numbers above the data. */
static bool own(struct survey *s, uint32_t zone, uint32_t height)
{
    if (zone == 0)
        return true;
    if (!zone_valid(s->fs, zone, 1) || is_owned(s, zone))
        return false;
    s->owned[zone / 8] |= (uint8_t)(1u << zone % 8);
    for (uint32_t i = 0; height > 0 && i < 1u << s->fs->pointer_shift; i++) {
        const void *data;
        if (cache_get(s->fs, zone, 0, &data) < 0 ||
            !own(s, ((const uint32_t *)data)[i], height - 1))
            return false;
    }
    return true;
}

static bool own_all(struct survey *s, const struct inode *ip)
{
    if (inode_is(ip, MFS_IFCHR) || inode_is(ip, MFS_IFBLK))
        return true; /* zone[0] is its number */
    for (uint32_t i = 0; i < MFS_ZONES; i++)
        if (!own(s, ip->d.zone[i], i < MFS_DIRECT ? 0 : i - MFS_DIRECT + 1))
            return false;
    return true;
}

/* An entry at byte `at` of a directory: "." and ".." come first, and nobody is linked to more often than can be counted. */
static bool count_entry(struct survey *s, const struct inode *dir, uint32_t at,
                        const struct mfs_disk_entry *e)
{
    bool dots = at < 2 * sizeof *e;
    if (e->inode == 0)
        return !dots;
    if (e->inode > s->fs->state->inodes || e->name[0] == '\0' ||
        (dots && strncmp(e->name, at == 0 ? "." : "..", MFS_NAME_MAX) != 0) ||
        (at == 0 && e->inode != dir->number) || s->links[e->inode] == UINT8_MAX)
        return false;
    s->links[e->inode]++;
    return true;
}

static bool count_entries(struct survey *s, const struct inode *dir)
{
    uint32_t used;
    for (uint32_t at = 0; at < dir->d.size; at += used) {
        const void *data;
        if (dir_block(s->fs, dir, at >> s->fs->block_shift, &data, &used) < 0)
            return false;
        const struct mfs_disk_entry *e = data;
        for (uint32_t in = 0; in < used; in += (uint32_t)sizeof *e, e++)
            if (!count_entry(s, dir, at + in, e))
                return false;
    }
    return true;
}

static bool visit(struct survey *s, uint32_t number)
{
    struct inode ip;
    bool used;
    if (inode_fetch(s->fs, number, &ip) < 0 || inode_bit_get(s->fs, number, &used) < 0 ||
        used != (ip.d.mode != 0))
        return false;
    if (!used)
        return true;
    return !inode_wrong(s->fs, &ip) && own_all(s, &ip) &&
           (!inode_is(&ip, MFS_IFDIR) || ip.d.links == 0 || count_entries(s, &ip));
}

static bool links_agree(const struct survey *s, uint32_t number)
{
    struct inode ip;
    return inode_fetch(s->fs, number, &ip) == 0 && s->links[number] == (ip.d.mode ? ip.d.links : 0);
}

static bool zone_agrees(const struct survey *s, uint32_t zone)
{
    bool used;
    return zone_bit_get(s->fs, zone, &used) == 0 && used == is_owned(s, zone);
}

bool mfs_is_sound(struct mfs *fs)
{
    const struct mfs_state *st = fs->state;
    struct survey s = {fs, (uint8_t *)fs->order, (uint8_t *)fs->order + st->inodes + 1};
    if (st->inodes + 1 + (uint64_t)st->zones / 8 + 1 > sizeof fs->order)
        return false; /* too large to be known */
    memset(fs->order, 0, sizeof fs->order);
    if (bitmap_count_free(fs) < 0 || fs->free_inodes != st->free_inodes ||
        fs->free_zones != st->free_zones)
        return false;
    for (uint32_t n = 1; n <= st->inodes; n++)
        if (!visit(&s, n))
            return false;
    for (uint32_t n = 1; n <= st->inodes; n++)
        if (!links_agree(&s, n))
            return false;
    for (uint32_t zone = st->first_zone; zone < st->zones; zone++)
        if (!zone_agrees(&s, zone))
            return false;
    return true;
}
