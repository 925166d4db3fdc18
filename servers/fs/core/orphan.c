/*
 * Orphans that a power cut has left: inodes in use without a name.
 *
 * A file or directory that is removed while somebody has it open lives on without a name (open.c), and a sync takes
 * it to the disk as it is: in use, with no links. If the power fails then, nobody is left who would close it. So a
 * mount that finds such inodes enters them in the table of open inodes as what they are now, without a
 * user, and mfs_reclaim() frees them like any other orphan: in transactions, through the write-ahead log. If
 * the power fails again before that is on the disk, the next mount finds them again.
 *
 * A count of links may also be 0 because the disk is damaged. An inode that does have a name is left
 * alone: freed, it would soon be somebody else's file, under the old name as well.
 */
#include "servers/fs/core/core.h"

/* Enters all inodes in use that have no links, as many as the table holds: the next mount takes the rest. */
static int enter_all(struct mfs *fs)
{
    uint32_t entered = 0, number = 0;
    int err = 0;
    while ((err = inode_bit_next(fs, number + 1, &number)) == 0 && number <= fs->state->inodes &&
           entered < MFS_MAX_OPEN) {
        struct inode ip;
        if ((err = inode_fetch(fs, number, &ip)) < 0)
            break;
        if (ip.d.links == 0 && ip.d.mode != 0)
            fs->state->open[entered++].inode = number;
    }
    open_rebuild(fs);
    return err;
}

/* Takes those out of the table that this directory has a name for. */
static int drop_named_in(struct mfs *fs, const struct inode *dir)
{
    uint32_t used;
    for (uint32_t at = 0; at < dir->d.size; at += used) {
        const void *data;
        int err = dir_block(fs, dir, at >> fs->block_shift, &data, &used);
        if (err < 0)
            return err;
        const struct mfs_disk_entry *e = data;
        for (uint32_t in = 0; in < used; in += (uint32_t)sizeof *e, e++)
            if (e->inode != 0)
                open_forget(fs, e->inode);
    }
    return 0;
}

/* The same, of all directories. What is in one without a name are only "." and "..". */
static int drop_named(struct mfs *fs)
{
    uint32_t number = 0;
    int err;
    while ((err = inode_bit_next(fs, number + 1, &number)) == 0 && number <= fs->state->inodes) {
        struct inode ip;
        err = inode_fetch(fs, number, &ip);
        if (err == 0 && inode_is(&ip, MFS_IFDIR) && ip.d.links > 0)
            err = inode_wrong(fs, &ip) ? -EIO : drop_named_in(fs, &ip);
        if (err < 0)
            return err;
    }
    return err;
}

void orphans_find(struct mfs *fs)
{
    if (enter_all(fs) == 0 && (fs->orphans == 0 || drop_named(fs) == 0)) {
        open_rebuild(fs);
        return;
    }
    /* Not all could be read: it cannot be told what has no name. Their space stays lost. */
    memset(fs->state->open, 0, sizeof fs->state->open);
    open_rebuild(fs);
}
