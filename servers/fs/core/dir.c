/*
 * Directories: tables of 64-byte entries, "." first and ".." second, in no other order.
 *
 * A removed name leaves a free slot for the next new one; directories do not shrink.
 */
#include "servers/fs/core/core.h"

#define ENTRY      ((uint32_t)sizeof(struct mfs_disk_entry))
#define READ_AHEAD 16 /* blocks */

static const struct name dot = {".", 1}, dotdot = {"..", 2};

bool name_is_dots(const struct name *name)
{
    return name->text[0] == '.' &&
           (name->length == 1 || (name->length == 2 && name->text[1] == '.'));
}

/* Names are compared by words: both are aligned, and a call of memcmp for each entry costs more. */
static bool same_name(const struct mfs_disk_entry *e, const struct name *name)
{
    typedef uint32_t __attribute__((may_alias)) word;
    const word *a = (const word *)e->name, *b = (const word *)name->text;
    for (uint32_t i = 0; i < MFS_NAME_MAX / sizeof *a; i++) {
        if (a[i] != b[i])
            return false;
    }
    return true;
}

int dir_block(struct mfs *fs, const struct inode *dir, uint32_t fb, const void **data,
              uint32_t *used)
{
    uint32_t zone, run;
    int err = map_run(fs, dir, fb, READ_AHEAD, &zone, &run);
    if (err < 0)
        return err;
    if (zone == 0)
        return corrupt(fs, "a directory has a hole");
    uint32_t left = dir->d.size - (fb << fs->block_shift);
    *used = left < 1u << fs->block_shift ? left : 1u << fs->block_shift;
    return cache_get(fs, zone, run - 1, data);
}

int dir_find(struct mfs *fs, const struct inode *dir, const struct name *name, uint32_t *inode,
             uint32_t *offset)
{
    uint32_t free_slot = UINT32_MAX;
    uint32_t used;
    for (uint32_t at = 0; at < dir->d.size; at += used) {
        const void *data;
        int err = dir_block(fs, dir, at >> fs->block_shift, &data, &used);
        if (err < 0)
            return err;
        const struct mfs_disk_entry *e = data;
        for (uint32_t in = 0; in < used; in += ENTRY, e++) {
            if (e->inode == 0) {
                if (free_slot == UINT32_MAX)
                    free_slot = at + in;
            } else if (same_name(e, name)) {
                *inode = e->inode;
                *offset = at + in;
                return 0;
            }
        }
    }
    *offset = free_slot != UINT32_MAX ? free_slot : dir->d.size;
    return -ENOENT;
}

/* Grows the directory by one entry, which is to be written at *entry. */
static int grow(struct mfs *fs, struct inode *dir, struct mfs_disk_entry **entry)
{
    uint32_t in = dir->d.size & ((1u << fs->block_shift) - 1);
    uint32_t zone, one;
    bool made;
    void *data;
    if (dir->d.size > fs->state->max_size - ENTRY)
        return -EFBIG;
    int err = map_alloc(fs, dir, dir->d.size >> fs->block_shift, 1, &zone, &one, &made);
    if (err == 0)
        err = made ? cache_new(fs, zone, &data) : cache_modify(fs, zone, &data);
    if (err < 0)
        return err;
    if (in == 0)
        memset(data, 0, (size_t)1 << fs->block_shift);
    *entry = (struct mfs_disk_entry *)((uint8_t *)data + in);
    dir->d.size += ENTRY;
    return 0;
}

/* The entry at an offset inside the directory, to be changed. */
static int entry_at(struct mfs *fs, const struct inode *dir, uint32_t offset,
                    struct mfs_disk_entry **entry)
{
    uint32_t zone, run;
    void *data;
    int err = map_run(fs, dir, offset >> fs->block_shift, 1, &zone, &run);
    if (err < 0)
        return err;
    if (zone == 0)
        return corrupt(fs, "a directory has a hole");
    err = cache_modify(fs, zone, &data);
    if (err == 0)
        *entry =
            (struct mfs_disk_entry *)((uint8_t *)data + (offset & ((1u << fs->block_shift) - 1)));
    return err;
}

int dir_put(struct mfs *fs, struct inode *dir, uint32_t offset, const struct name *name,
            uint32_t inode)
{
    struct mfs_disk_entry *entry;
    int err = offset == dir->d.size ? grow(fs, dir, &entry) : entry_at(fs, dir, offset, &entry);
    if (err < 0)
        return err;
    entry->inode = inode;
    memcpy(entry->name, name->text, MFS_NAME_MAX);
    inode_modified(fs, dir);
    return inode_store(fs, dir);
}

int dir_remove(struct mfs *fs, struct inode *dir, uint32_t offset)
{
    struct mfs_disk_entry *entry;
    int err = entry_at(fs, dir, offset, &entry);
    if (err < 0)
        return err;
    memset(entry, 0, sizeof *entry);
    inode_modified(fs, dir);
    return inode_store(fs, dir);
}

int dir_init(struct mfs *fs, struct inode *dir, uint32_t parent)
{
    int err = dir_put(fs, dir, 0, &dot, dir->number);
    return err < 0 ? err : dir_put(fs, dir, ENTRY, &dotdot, parent);
}

int dir_is_empty(struct mfs *fs, const struct inode *dir)
{
    uint32_t used;
    for (uint32_t at = 0; at < dir->d.size; at += used) {
        const void *data;
        int err = dir_block(fs, dir, at >> fs->block_shift, &data, &used);
        if (err < 0)
            return err;
        const struct mfs_disk_entry *e = data;
        for (uint32_t in = 0; in < used; in += ENTRY, e++) {
            if (e->inode != 0 && !same_name(e, &dot) && !same_name(e, &dotdot))
                return -ENOTEMPTY;
        }
    }
    return 0;
}

int mfs_readdir(struct mfs *fs, uint32_t number, uint32_t *offset, struct mfs_disk_entry *entries,
                int max)
{
    struct inode dir;
    int err = inode_load_dir(fs, number, &dir);
    if (err < 0)
        return err;
    if (dir.d.links == 0 || *offset % ENTRY != 0)
        return dir.d.links == 0 ? 0 : -EINVAL;
    int n = 0;
    while (n < max && *offset < dir.d.size) {
        const void *data;
        uint32_t used;
        err = dir_block(fs, &dir, *offset >> fs->block_shift, &data, &used);
        if (err < 0)
            return n > 0 ? n : err;
        uint32_t in = *offset & ((1u << fs->block_shift) - 1);
        for (; n < max && in < used; in += ENTRY, *offset += ENTRY) {
            const struct mfs_disk_entry *e = (const void *)((const uint8_t *)data + in);
            if (e->inode != 0)
                entries[n++] = *e;
        }
    }
    return n;
}
