/*
 * Rename: one name appears and another goes, together or not at all.
 *
 * The two directories may be the same one, and the directory moved may lie beside either; since an
 * inode is changed as a copy, each step loads its inode anew and stores it before the next begins.
 */
#include "servers/fs/core/core.h"

static const struct name dotdot = {"..", 2};

/* One end of the rename. */
struct end {
    struct place place;
    uint32_t offset; /* of the entry, or where it goes */
    bool exists;
    struct inode ip; /* if it exists */
};

static int find_end(struct mfs *fs, uint32_t base, const char *path, struct end *end)
{
    uint32_t number;
    int err = path_walk(fs, base, path, &end->place);
    if (err < 0)
        return err;
    if (end->place.name.length == 0)
        return -EBUSY;
    if (name_is_dots(&end->place.name))
        return -EINVAL;
    err = dir_find(fs, &end->place.dir, &end->place.name, &number, &end->offset);
    end->exists = err == 0;
    if (err == -ENOENT)
        return 0;
    return err < 0 ? err : inode_load(fs, number, &end->ip);
}

/* EINVAL if directory `moved` is `dir` or above it. */
static int check_not_below(struct mfs *fs, uint32_t moved, const struct inode *dir)
{
    struct inode at = *dir;
    uint32_t offset;
    /* A sound tree is no deeper than it has inodes; a damaged one may be a circle. */
    for (uint32_t depth = 0; depth <= fs->state->inodes; depth++) {
        if (at.number == moved)
            return -EINVAL;
        if (at.number == MFS_ROOT)
            return 0;
        uint32_t parent;
        int err = dir_find(fs, &at, &dotdot, &parent, &offset);
        if (err == 0)
            err = inode_load_dir(fs, parent, &at);
        if (err < 0)
            return err == -ENOENT ? corrupt(fs, "a directory has no parent") : err;
    }
    return corrupt(fs, "a directory is its own ancestor");
}

/* Whether what is there may be replaced by what is moved. */
static int check_replace(struct mfs *fs, const struct end *from, const struct end *to)
{
    bool dir = inode_is(&from->ip, MFS_IFDIR);
    if (!dir && (from->place.slash || to->place.slash))
        return -ENOTDIR;
    if (!to->exists)
        return 0;
    if (!inode_is(&to->ip, MFS_IFDIR))
        return dir || to->place.slash ? -ENOTDIR : 0;
    if (!dir)
        return -EISDIR;
    int err = dir_is_empty(fs, &to->ip);
    if (err == 0 && to->ip.d.links != 2)
        err = corrupt(fs, "a directory has the wrong number of links");
    return err;
}

/* Adds `change` to a directory's link count. */
static int add_links(struct mfs *fs, uint32_t number, int change)
{
    struct inode dir;
    int err = inode_load_dir(fs, number, &dir);
    if (err < 0)
        return err;
    if (change > 0 && dir.d.links >= MFS_LINKS_MAX)
        return -EMLINK;
    if (change < 0 && dir.d.links <= 2)
        return corrupt(fs, "a directory has the wrong number of links");
    dir.d.links = (uint16_t)(dir.d.links + change);
    return inode_store(fs, &dir);
}

/* Gives the directory `number` a new parent. */
static int set_parent(struct mfs *fs, uint32_t number, uint32_t from, uint32_t to)
{
    struct inode dir;
    uint32_t old, offset;
    int err = inode_load_dir(fs, number, &dir);
    if (err == 0)
        err = dir_find(fs, &dir, &dotdot, &old, &offset);
    if (err < 0 || old != from)
        return corrupt(fs, "a directory has the wrong parent");
    err = dir_put(fs, &dir, offset, &dotdot, to);
    if (err == 0)
        err = add_links(fs, to, 1);
    return err == 0 ? add_links(fs, from, -1) : err;
}

/* Enters the moved inode under its new name, in place of what was there. */
static int enter(struct mfs *fs, const struct end *from, struct end *to)
{
    int err = dir_put(fs, &to->place.dir, to->offset, &to->place.name, from->ip.number);
    if (err < 0 || !to->exists)
        return err;
    bool dir = inode_is(&to->ip, MFS_IFDIR);
    if (dir)
        err = add_links(fs, to->place.dir.number, -1);
    return err < 0 ? err : inode_unlink(fs, &to->ip, dir ? 2 : 1);
}

static int leave(struct mfs *fs, const struct end *from)
{
    struct inode dir;
    int err = inode_load_dir(fs, from->place.dir.number, &dir);
    return err < 0 ? err : dir_remove(fs, &dir, from->offset);
}

static int rename_inside(struct mfs *fs, uint32_t base, const char *from_path, uint32_t to_base,
                         const char *to_path)
{
    struct end from, to;
    struct inode ip;
    int err = find_end(fs, base, from_path, &from);
    if (err == 0 && !from.exists)
        err = -ENOENT;
    if (err == 0)
        err = find_end(fs, to_base, to_path, &to);
    if (err < 0)
        return err;
    bool dir = inode_is(&from.ip, MFS_IFDIR);
    if (to.exists && to.ip.number == from.ip.number)
        return 0; /* POSIX: two names of one file, nothing to do */
    if (dir)
        err = check_not_below(fs, from.ip.number, &to.place.dir);
    if (err == 0)
        err = check_replace(fs, &from, &to);
    if (err == 0)
        err = enter(fs, &from, &to);
    if (err == 0)
        err = leave(fs, &from);
    if (err == 0 && dir && from.place.dir.number != to.place.dir.number)
        err = set_parent(fs, from.ip.number, from.place.dir.number, to.place.dir.number);
    if (err == 0)
        err = inode_load(fs, from.ip.number, &ip);
    if (err < 0)
        return err;
    ip.d.ctime = fs->ops->now(fs->ctx);
    return inode_store(fs, &ip);
}

int mfs_rename(struct mfs *fs, uint32_t base, const char *from, uint32_t to_base, const char *to)
{
    int err = txn_begin(fs);
    return err < 0 ? err : txn_end(fs, rename_inside(fs, base, from, to_base, to));
}
