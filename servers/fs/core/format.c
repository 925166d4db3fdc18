/*
 * Making a file system: an empty one, with nothing but a root directory.
 */
#include "servers/fs/core/core.h"

/* Where things go. */
struct plan {
    const struct mfs_ops *ops;
    void *ctx;
    uint8_t *block;
    uint32_t block_size;
    struct mfs_disk_super sb;
};

static uint32_t blocks_for(uint64_t n, uint64_t per_block)
{
    return (uint32_t)((n + per_block - 1) / per_block);
}

static const char *make_plan(struct plan *p, const struct mfs_format *how)
{
    if (how->block_size != 1024 && how->block_size != 2048 && how->block_size != 4096)
        return "the block size must be 1024, 2048 or 4096";
    uint32_t bs = p->block_size = how->block_size;
    uint64_t sectors = p->ops->sectors(p->ctx);
    uint64_t log = how->log_blocks
                       ? (uint64_t)how->log_blocks * (bs / MFS_SECTOR) + MFS_LOG_HEADER_SECTORS
                       : 0;
    if (log > sectors)
        return "the disk is too small for the log";
    uint64_t zones = (sectors - log) / (bs / MFS_SECTOR);
    if (zones >= INT32_MAX)
        return "the disk is too large";
    uint32_t per_block = bs / (uint32_t)sizeof(struct mfs_disk_inode);
    uint64_t inodes = how->inodes ? how->inodes : zones * bs / 4096;
    if (inodes / per_block > zones)
        return "more inodes than the disk can hold";
    uint32_t table = blocks_for(inodes, per_block);
    uint32_t imap = blocks_for((uint64_t)table * per_block + 1, bs * 8);
    /* One block of zone bitmap serves itself, which needs no bit, and 8 * bs zones. */
    uint32_t zmap = blocks_for(zones, (uint64_t)bs * 8 + 1);
    uint64_t first = (uint64_t)MFS_FIRST_BITMAP + imap + zmap + table;
    if (first > UINT16_MAX)
        return "too many inodes: the data would begin past block 65535";
    if (table == 0 || first >= zones)
        return "the disk is too small";
    p->sb = (struct mfs_disk_super){
        .inodes = table * per_block,
        .imap_blocks = (uint16_t)imap,
        .zmap_blocks = (uint16_t)zmap,
        .first_zone = (uint16_t)first,
        .max_size = MFS_SIZE_MAX,
        .zones = (uint32_t)zones,
        .magic = MFS_MAGIC,
        .block_size = (uint16_t)bs,
    };
    return NULL;
}

static int put(const struct plan *p, uint32_t block)
{
    uint32_t sectors = p->block_size / MFS_SECTOR;
    return p->ops->write(p->ctx, (uint64_t)block * sectors, sectors, p->block);
}

/* Writes a bitmap of `blocks` blocks for `bits` bits, of which the first two are in use: bit 0,
 * which means nothing, and the root's. Bits past the end count as used. */
static int put_bitmap(const struct plan *p, uint32_t block, uint32_t blocks, uint64_t bits)
{
    uint64_t per_block = (uint64_t)p->block_size * 8;
    for (uint32_t b = 0; b < blocks; b++) {
        uint64_t left = bits > b * per_block ? bits - b * per_block : 0;
        memset(p->block, 0, p->block_size);
        for (uint64_t bit = left; bit < per_block; bit++)
            p->block[bit / 8] |= (uint8_t)(1u << (bit & 7));
        if (b == 0)
            p->block[0] |= 3;
        int err = put(p, block + b);
        if (err < 0)
            return err;
    }
    return 0;
}

static int put_inodes(const struct plan *p, uint32_t block)
{
    uint32_t now = p->ops->now(p->ctx);
    const struct mfs_disk_inode root = {
        .mode = MFS_IFDIR | 0755,
        .links = 2,
        .size = 2 * sizeof(struct mfs_disk_entry),
        .atime = now,
        .mtime = now,
        .ctime = now,
        .zone = {p->sb.first_zone},
    };
    memset(p->block, 0, p->block_size);
    memcpy(p->block, &root, sizeof root);
    for (; block < p->sb.first_zone; block++) {
        int err = put(p, block);
        if (err < 0)
            return err;
        memset(p->block, 0, sizeof root);
    }
    return 0;
}

static int put_root(const struct plan *p)
{
    static const struct mfs_disk_entry entries[2] = {{MFS_ROOT, "."}, {MFS_ROOT, ".."}};
    memset(p->block, 0, p->block_size);
    memcpy(p->block, entries, sizeof entries);
    return put(p, p->sb.first_zone);
}

/* Last, so that a disk is not taken for a file system before it is one. */
static int put_super(const struct plan *p)
{
    uint32_t at = MFS_SUPER_OFFSET & (p->block_size - 1);
    memset(p->block, 0, p->block_size);
    if (p->block_size == MFS_SUPER_OFFSET) { /* the boot block is apart */
        int err = put(p, 0);
        if (err < 0)
            return err;
    }
    memcpy(p->block + at, &p->sb, sizeof p->sb);
    int err = put(p, MFS_SUPER_OFFSET / p->block_size);
    return err < 0 ? err : p->ops->flush(p->ctx);
}

int mfs_format(const struct mfs_ops *ops, void *ctx, const struct mfs_format *how, void *block,
               const char **reason)
{
    struct plan p = {.ops = ops, .ctx = ctx, .block = block};
    *reason = make_plan(&p, how);
    if (*reason)
        return -EINVAL;
    uint32_t imap = MFS_FIRST_BITMAP;
    uint32_t zmap = imap + p.sb.imap_blocks;
    int err = put_bitmap(&p, imap, p.sb.imap_blocks, (uint64_t)p.sb.inodes + 1);
    if (err == 0)
        err = put_bitmap(&p, zmap, p.sb.zmap_blocks, p.sb.zones - p.sb.first_zone + 1u);
    if (err == 0)
        err = put_inodes(&p, zmap + p.sb.zmap_blocks);
    if (err == 0)
        err = put_root(&p);
    if (err == 0)
        err = put_super(&p);
    if (err < 0)
        *reason = "the disk cannot be written";
    return err;
}
