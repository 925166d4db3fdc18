/*
 * Inodes: read from the table with suspicion, changed as a copy, written back whole.
 */
#include "servers/fs/core/core.h"

#define READ_AHEAD                                                                                 \
    7 /* blocks: inodes in use lie close together, and a transfer costs more than a block */

/* The block of the inode table that holds inode `number`, and the byte offset in it. */
static uint32_t table_block(const struct mfs *fs, uint32_t number, uint32_t *offset)
{
    uint32_t index = number - 1;
    uint32_t per_block_shift = fs->block_shift - 6; /* 64-byte inodes */
    *offset = (index & ((1u << per_block_shift) - 1)) * (uint32_t)sizeof(struct mfs_disk_inode);
    return MFS_FIRST_BITMAP + fs->state->imap_blocks + fs->state->zmap_blocks +
           (index >> per_block_shift);
}

/* Zone numbers are checked where they are used. */
const char *inode_wrong(const struct mfs *fs, const struct inode *ip)
{
    switch (ip->d.mode & MFS_IFMT) {
    case MFS_IFREG:
        if (ip->d.size > fs->state->max_size)
            return "a file is larger than the limit";
        break;
    case MFS_IFDIR:
        if (ip->d.size % sizeof(struct mfs_disk_entry) != 0 ||
            ip->d.size >> fs->block_shift > fs->state->zones)
            return "a directory has an impossible size";
        break;
    case MFS_IFLNK:
    case MFS_IFCHR:
    case MFS_IFBLK:
    case MFS_IFIFO:
    case MFS_IFSOCK:
        break;
    default:
        return "an inode in use has no known type";
    }
    if (ip->d.links == 0 && !open_has(fs, ip->number))
        return "a name leads to a free inode";
    return NULL;
}

int inode_fetch(struct mfs *fs, uint32_t number, struct inode *ip)
{
    const void *data;
    uint32_t offset;
    int err = cache_get(fs, table_block(fs, number, &offset), READ_AHEAD, &data);
    if (err < 0)
        return err;
    ip->number = number;
    memcpy(&ip->d, (const uint8_t *)data + offset, sizeof ip->d);
    return 0;
}

int inode_load(struct mfs *fs, uint32_t number, struct inode *ip)
{
    if (number == 0 || number > fs->state->inodes)
        return corrupt(fs, "inode number out of range");
    int err = inode_fetch(fs, number, ip);
    if (err < 0)
        return err;
    const char *wrong = inode_wrong(fs, ip);
    return wrong ? corrupt(fs, wrong) : 0;
}

int inode_load_dir(struct mfs *fs, uint32_t number, struct inode *ip)
{
    int err = inode_load(fs, number, ip);
    if (err < 0)
        return err;
    if (inode_is(ip, MFS_IFLNK))
        return -ELOOP;
    return inode_is(ip, MFS_IFDIR) ? 0 : -ENOTDIR;
}

int inode_store(struct mfs *fs, const struct inode *ip)
{
    void *data;
    uint32_t offset;
    int err = cache_modify(fs, table_block(fs, ip->number, &offset), &data);
    if (err < 0)
        return err;
    memcpy((uint8_t *)data + offset, &ip->d, sizeof ip->d);
    return 0;
}

int inode_alloc(struct mfs *fs, uint16_t mode, struct inode *ip)
{
    int err = inode_bit_alloc(fs, &ip->number);
    if (err < 0)
        return err;
    uint32_t now = fs->ops->now(fs->ctx);
    ip->d =
        (struct mfs_disk_inode){.mode = mode, .links = 1, .atime = now, .mtime = now, .ctime = now};
    return 0;
}

int inode_free(struct mfs *fs, struct inode *ip)
{
    memset(&ip->d, 0, sizeof ip->d);
    int err = inode_store(fs, ip);
    return err < 0 ? err : inode_bit_free(fs, ip->number);
}

int inode_unlink(struct mfs *fs, struct inode *ip, uint16_t links)
{
    if (ip->d.links < links)
        return corrupt(fs, "an inode has more names than links");
    ip->d.links -= links;
    ip->d.ctime = fs->ops->now(fs->ctx);
    int err = inode_store(fs, ip);
    if (err < 0 || ip->d.links > 0)
        return err;
    return open_orphan(fs, ip->number);
}

void inode_modified(struct mfs *fs, struct inode *ip)
{
    ip->d.mtime = ip->d.ctime = fs->ops->now(fs->ctx);
}

int mfs_stat(struct mfs *fs, uint32_t number, struct mfs_stat *st)
{
    struct inode ip;
    int err = inode_load(fs, number, &ip);
    if (err < 0)
        return err;
    bool device = inode_is(&ip, MFS_IFCHR) || inode_is(&ip, MFS_IFBLK);
    uint64_t whole = (1u << fs->block_shift) - 1;
    *st = (struct mfs_stat){
        .inode = number,
        .size = device ? 0 : ip.d.size,
        .device = device ? ip.d.zone[0] : 0,
        .blocks = device ? 0 : (uint32_t)(((ip.d.size + whole) & ~whole) / 512),
        .mode = ip.d.mode,
        .links = ip.d.links,
        .uid = ip.d.uid,
        .gid = ip.d.gid,
        .atime = ip.d.atime,
        .mtime = ip.d.mtime,
        .ctime = ip.d.ctime,
    };
    return 0;
}

static int chmod_inside(struct mfs *fs, uint32_t number, uint16_t mode)
{
    struct inode ip;
    int err = inode_load(fs, number, &ip);
    if (err < 0)
        return err;
    ip.d.mode = (uint16_t)((ip.d.mode & MFS_IFMT) | (mode & ~MFS_IFMT));
    ip.d.ctime = fs->ops->now(fs->ctx);
    return inode_store(fs, &ip);
}

int mfs_chmod(struct mfs *fs, uint32_t number, uint16_t mode)
{
    int err = txn_begin(fs);
    return err < 0 ? err : txn_end(fs, chmod_inside(fs, number, mode));
}
