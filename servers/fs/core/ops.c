/*
 * Operations on names: create, mkdir, link, unlink, rmdir.
 *
 * Each is a transaction around a function `..._inside` that may return at any point: txn_end()
 * takes back what it had done.
 */
#include "servers/fs/core/core.h"

/* Walks to the place of a new name, which must not exist yet; *offset is where its entry goes. */
static int find_new(struct mfs *fs, uint32_t base, const char *path, struct place *place,
                    uint32_t *offset)
{
    uint32_t existing;
    int err = path_walk(fs, base, path, place);
    if (err < 0)
        return err;
    if (place->name.length == 0)
        return -EEXIST; /* the root */
    err = dir_find(fs, &place->dir, &place->name, &existing, offset);
    return err == 0 ? -EEXIST : err == -ENOENT ? 0 : err;
}

/* Walks to an existing name that is to go; loads what it leads to. */
static int find_old(struct mfs *fs, uint32_t base, const char *path, struct place *place,
                    uint32_t *offset, struct inode *ip)
{
    uint32_t number;
    int err = path_walk(fs, base, path, place);
    if (err < 0)
        return err;
    if (place->name.length == 0)
        return -EBUSY; /* the root */
    err = dir_find(fs, &place->dir, &place->name, &number, offset);
    return err < 0 ? err : inode_load(fs, number, ip);
}

static int create_inside(struct mfs *fs, uint32_t base, const char *path, uint16_t mode,
                         uint32_t device, uint32_t *number)
{
    struct place place;
    struct inode ip;
    uint32_t offset;
    int err = find_new(fs, base, path, &place, &offset);
    if (err < 0)
        return err;
    if (place.slash)
        return -EISDIR;
    err = inode_alloc(fs, mode, &ip);
    if (err < 0)
        return err;
    if (inode_is(&ip, MFS_IFCHR) || inode_is(&ip, MFS_IFBLK))
        ip.d.zone[0] = device;
    err = inode_store(fs, &ip);
    if (err == 0)
        err = dir_put(fs, &place.dir, offset, &place.name, ip.number);
    if (err == 0 && number)
        *number = ip.number;
    return err;
}

int mfs_create(struct mfs *fs, uint32_t base, const char *path, uint16_t mode, uint32_t device,
               uint32_t *number)
{
    uint16_t type = mode & MFS_IFMT;
    if (type != MFS_IFREG && type != MFS_IFCHR && type != MFS_IFBLK && type != MFS_IFIFO)
        return -EINVAL;
    int err = txn_begin(fs);
    return err < 0 ? err : txn_end(fs, create_inside(fs, base, path, mode, device, number));
}

static int mkdir_inside(struct mfs *fs, uint32_t base, const char *path, uint16_t mode)
{
    struct place place;
    struct inode ip;
    uint32_t offset;
    int err = find_new(fs, base, path, &place, &offset);
    if (err < 0)
        return err;
    if (place.dir.d.links >= MFS_LINKS_MAX)
        return -EMLINK;
    err = inode_alloc(fs, (uint16_t)(MFS_IFDIR | (mode & ~MFS_IFMT)), &ip);
    if (err < 0)
        return err;
    ip.d.links = 2; /* its name, and its own "." */
    err = dir_init(fs, &ip, place.dir.number);
    if (err < 0)
        return err;
    place.dir.d.links++; /* the new one's ".." */
    return dir_put(fs, &place.dir, offset, &place.name, ip.number);
}

int mfs_mkdir(struct mfs *fs, uint32_t base, const char *path, uint16_t mode)
{
    int err = txn_begin(fs);
    return err < 0 ? err : txn_end(fs, mkdir_inside(fs, base, path, mode));
}

static int rmdir_inside(struct mfs *fs, uint32_t base, const char *path)
{
    struct place place;
    struct inode ip;
    uint32_t offset;
    int err = find_old(fs, base, path, &place, &offset, &ip);
    if (err < 0)
        return err;
    if (!inode_is(&ip, MFS_IFDIR))
        return -ENOTDIR;
    if (name_is_dots(&place.name))
        return place.name.length == 1 ? -EINVAL : -ENOTEMPTY;
    err = dir_is_empty(fs, &ip);
    if (err < 0)
        return err;
    if (place.dir.d.links <= 2 || ip.d.links != 2)
        return corrupt(fs, "a directory has the wrong number of links");
    place.dir.d.links--;
    err = dir_remove(fs, &place.dir, offset);
    return err < 0 ? err : inode_unlink(fs, &ip, 2);
}

int mfs_rmdir(struct mfs *fs, uint32_t base, const char *path)
{
    int err = txn_begin(fs);
    return err < 0 ? err : txn_end(fs, rmdir_inside(fs, base, path));
}

static int unlink_inside(struct mfs *fs, uint32_t base, const char *path)
{
    struct place place;
    struct inode ip;
    uint32_t offset;
    int err = find_old(fs, base, path, &place, &offset, &ip);
    if (err < 0)
        return err == -EBUSY ? -EISDIR : err;
    if (inode_is(&ip, MFS_IFDIR))
        return -EISDIR;
    if (place.slash)
        return -ENOTDIR;
    err = dir_remove(fs, &place.dir, offset);
    return err < 0 ? err : inode_unlink(fs, &ip, 1);
}

int mfs_unlink(struct mfs *fs, uint32_t base, const char *path)
{
    int err = txn_begin(fs);
    return err < 0 ? err : txn_end(fs, unlink_inside(fs, base, path));
}

static int link_inside(struct mfs *fs, uint32_t base, const char *from, uint32_t to_base,
                       const char *to)
{
    struct place place;
    struct inode ip;
    uint32_t number, offset;
    int err = mfs_lookup(fs, base, from, &number);
    if (err == 0)
        err = inode_load(fs, number, &ip);
    if (err < 0)
        return err;
    if (inode_is(&ip, MFS_IFDIR))
        return -EPERM;
    if (ip.d.links >= MFS_LINKS_MAX)
        return -EMLINK;
    err = find_new(fs, to_base, to, &place, &offset);
    if (err < 0)
        return err;
    if (place.slash)
        return -ENOENT; /* it asks for a directory, and there is none */
    ip.d.links++;
    ip.d.ctime = fs->ops->now(fs->ctx);
    err = inode_store(fs, &ip);
    return err < 0 ? err : dir_put(fs, &place.dir, offset, &place.name, ip.number);
}

int mfs_link(struct mfs *fs, uint32_t base, const char *from, uint32_t to_base, const char *to)
{
    int err = txn_begin(fs);
    return err < 0 ? err : txn_end(fs, link_inside(fs, base, from, to_base, to));
}
