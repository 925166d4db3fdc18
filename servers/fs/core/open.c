/*
 * Open inodes and orphans.
 *
 * A file may lose its last name while it is open; it lives on until its last user closes it. The
 * table of open inodes counts users; an entry with no user is an orphan, an inode whose space
 * mfs_reclaim() gives back in bounded steps. Both are state, so a restarted server neither forgets
 * an open file nor leaks a deleted one.
 */
#include "servers/fs/core/core.h"

#define OPEN_COUNT_MAX 65536 /* more than any caller has descriptors */

static struct mfs_open_inode *slot_of(const struct mfs *fs, uint32_t number)
{
    for (uint32_t i = 0; i < fs->open_high; i++) {
        if (fs->state->open[i].inode == number)
            return &fs->state->open[i];
    }
    return NULL;
}

void open_rebuild(struct mfs *fs)
{
    fs->open_high = 0;
    fs->orphans = 0;
    for (uint32_t i = 0; i < MFS_MAX_OPEN; i++) {
        if (i % 8 == 0 && is_zero_64(&fs->state->open[i]))
            i += 7;
        if (fs->state->open[i].inode == 0)
            continue;
        fs->open_high = i + 1;
        if (fs->state->open[i].count == 0)
            fs->orphans++;
    }
}

bool open_has(const struct mfs *fs, uint32_t number)
{
    return slot_of(fs, number) != NULL;
}

bool mfs_is_open(const struct mfs *fs, uint32_t number)
{
    const struct mfs_open_inode *slot = number ? slot_of(fs, number) : NULL;
    return slot && slot->count > 0;
}

bool open_is_sound(const struct mfs *fs)
{
    for (uint32_t i = 0; i < fs->open_high; i++) {
        const struct mfs_open_inode *slot = &fs->state->open[i];
        if (slot->inode > fs->state->inodes || slot->count > OPEN_COUNT_MAX ||
            (slot->inode && slot_of(fs, slot->inode) != slot))
            return false;
    }
    return true;
}

static struct mfs_open_inode *slot_add(struct mfs *fs, uint32_t number)
{
    struct mfs_open_inode *slot = slot_of(fs, 0);
    if (!slot) {
        if (fs->open_high == MFS_MAX_OPEN)
            return NULL;
        slot = &fs->state->open[fs->open_high++];
    }
    state_set(fs, &slot->inode, number);
    return slot;
}

static void slot_drop(struct mfs *fs, struct mfs_open_inode *slot)
{
    state_set(fs, &slot->inode, 0);
    while (fs->open_high > 0 && fs->state->open[fs->open_high - 1].inode == 0)
        fs->open_high--;
}

int open_orphan(struct mfs *fs, uint32_t number)
{
    if (open_has(fs, number))
        return 0;
    if (!slot_add(fs, number))
        return -ENFILE;
    fs->orphans++;
    return 0;
}

void open_forget(struct mfs *fs, uint32_t number)
{
    struct mfs_open_inode *slot = slot_of(fs, number);
    if (slot)
        slot->inode = 0;
}

static int open_inside(struct mfs *fs, uint32_t number)
{
    struct inode ip;
    int err = inode_load(fs, number, &ip);
    if (err < 0)
        return err;
    struct mfs_open_inode *slot = slot_of(fs, number);
    if (slot && slot->count == 0)
        return -ENOENT; /* an orphan cannot be opened again */
    if (!slot)
        slot = slot_add(fs, number);
    if (!slot)
        return -ENFILE;
    state_set(fs, &slot->count, slot->count + 1);
    return 0;
}

int mfs_open(struct mfs *fs, uint32_t number)
{
    return txn_end(fs, txn_space(fs) > 0 ? open_inside(fs, number) : -ENOMEM);
}

static int close_inside(struct mfs *fs, uint32_t number)
{
    struct inode ip;
    struct mfs_open_inode *slot = slot_of(fs, number);
    if (number == 0 || !slot || slot->count == 0)
        return -EBADF;
    bool named = inode_load(fs, number, &ip) < 0 || ip.d.links > 0;
    state_set(fs, &slot->count, slot->count - 1);
    if (slot->count > 0)
        return 0;
    if (named)
        slot_drop(fs, slot);
    else
        fs->orphans++;
    return 0;
}

int mfs_close(struct mfs *fs, uint32_t number)
{
    return txn_end(fs, txn_space(fs) > 0 ? close_inside(fs, number) : -ENOMEM);
}

/* Frees (a step of) an orphan. Returns 1 while there is more of it. */
static int reclaim_step(struct mfs *fs, struct mfs_open_inode *slot)
{
    struct inode ip;
    int err = inode_load(fs, slot->inode, &ip);
    if (err < 0)
        return err;
    if (inode_is(&ip, MFS_IFREG) || inode_is(&ip, MFS_IFDIR) || inode_is(&ip, MFS_IFLNK)) {
        int more = map_trim(fs, &ip, 0);
        if (more < 0)
            return more;
        if (more > 0) {
            err = inode_store(fs, &ip);
            return err < 0 ? err : 1;
        }
    }
    err = inode_free(fs, &ip);
    if (err == 0) {
        slot_drop(fs, slot);
        fs->orphans--;
    }
    return err;
}

int mfs_reclaim(struct mfs *fs)
{
    if (fs->orphans == 0 || fs->state->read_only)
        return 0;
    int err = txn_begin(fs);
    if (err < 0)
        return err;
    for (uint32_t i = 0; i < fs->open_high; i++) {
        struct mfs_open_inode *slot = &fs->state->open[i];
        if (slot->inode == 0 || slot->count > 0)
            continue;
        err = txn_end(fs, reclaim_step(fs, slot));
        if (err < 0) {
            /* A damaged file: its space is lost, but it must not stop everything else. */
            corrupt(fs, "a deleted file could not be freed");
            slot_drop(fs, slot);
            fs->orphans--;
        }
        return fs->orphans > 0;
    }
    return 0;
}
