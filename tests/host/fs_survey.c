// The survey of a whole file system: it finds nothing in one that is in use, and each kind of disagreement in one that is not.
#include "fs_disk.h"

#define BLOCK 1024

static int teardown(void **state)
{
    (void)state;
    fs_free();
    return 0;
}

static void populate(void)
{
    static uint8_t data[300000];
    fs_new(1 << 20, BLOCK, 128, 256);
    fs_mkdir("/a");
    fs_mkdir("/a/b");
    for (int i = 0; i < 30; i++) {
        char path[20];
        snprintf(path, sizeof path, "/a/%d", i);
        assert_int_equal(fs_write(fs_file(path), 0, data, (size_t)i * 300), i * 300);
    }
    uint32_t big = fs_file("/big");
    assert_int_equal(fs_write(big, 0, data, sizeof data), sizeof data);
    assert_int_equal(fs_write(big, 100000000, "end", 3), 3);
    assert_int_equal(mfs_create(&disk.fs, MFS_ROOT, "/null", MFS_IFCHR | 0666, 0x103, NULL), 0);
    fs_commit();
    assert_int_equal(mfs_link(&disk.fs, MFS_ROOT, "/big", MFS_ROOT, "/a/b/big"), 0);
    fs_commit();
}

/* ---- what is in use -------------------------------------------------------------------------- */

static void in_use(void **state)
{
    (void)state;
    populate(); /* much of it is in the cache alone */
    assert_true(disk.fs.dirty > 0);
    assert_true(mfs_is_sound(&disk.fs));
    assert_int_equal(mfs_rename(&disk.fs, MFS_ROOT, "/a/b", MFS_ROOT, "/c"), 0);
    fs_commit();
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/a/7"), 0);
    fs_commit();
    assert_true(mfs_is_sound(&disk.fs));
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    fs_mount(64, BLOCK);
    assert_true(mfs_is_sound(&disk.fs));
}

/* A file without a name that is still open is no mistake. */
static void open_without_a_name(void **state)
{
    uint32_t inode;
    (void)state;
    populate();
    assert_int_equal(mfs_lookup(&disk.fs, MFS_ROOT, "/a/9", &inode), 0);
    assert_int_equal(mfs_open(&disk.fs, inode), 0);
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/a/9"), 0);
    fs_commit();
    assert_true(mfs_is_sound(&disk.fs));
    assert_int_equal(mfs_close(&disk.fs, inode), 0);
    fs_reclaim();
    assert_true(mfs_is_sound(&disk.fs));
}

/* ---- what is not as it should be ------------------------------------------------------------- */

static uint8_t *table(uint32_t block)
{
    const struct mfs_disk_super *sb = (const void *)(disk.bytes + MFS_SUPER_OFFSET);
    return disk.bytes + (size_t)(MFS_FIRST_BITMAP + (block > 0 ? sb->imap_blocks : 0) +
                                 (block > 1 ? sb->zmap_blocks : 0)) *
                            BLOCK;
}

static struct mfs_disk_inode *inode_at(uint32_t number)
{
    return (struct mfs_disk_inode *)table(2) + number - 1;
}

static struct mfs_disk_entry *entry_of(const char *name)
{
    for (size_t at = 0; at < disk.size; at += sizeof(struct mfs_disk_entry)) {
        struct mfs_disk_entry *e = (struct mfs_disk_entry *)(disk.bytes + at);
        if (e->inode && strncmp(e->name, name, MFS_NAME_MAX) == 0)
            return e;
    }
    fail_msg("no entry '%s'", name);
    return NULL;
}

static struct mfs_disk_inode *inode_of(const char *name)
{
    return inode_at(entry_of(name)->inode);
}

static void damage(unsigned kind)
{
    uint8_t *inodes = table(0), *zones = table(1);
    struct mfs_disk_inode *big = inode_of("big"), *small = inode_of("29"), *dir = inode_of("b");
    uint32_t *indirect = (uint32_t *)(disk.bytes + (size_t)big->zone[MFS_DIRECT] * BLOCK);
    switch (kind) {
    case 0:
        inodes[entry_of("29")->inode / 8] ^= (uint8_t)(1u << entry_of("29")->inode % 8);
        break;
    case 1: /* free, with a bit */
        inodes[120 / 8] ^= 1u << 120 % 8;
        break;
    case 2:
        zones[100 / 8] ^= 1u << 100 % 8;
        break;
    case 3:
        small->links++;
        break;
    case 4:
        entry_of("29")->inode = entry_of("28")->inode;
        break;
    case 5:
        entry_of("29")->name[0] = '\0';
        break;
    case 6:
        small->zone[0] = big->zone[0];
        break;
    case 7:
        small->zone[1] = 5;
        break;
    case 8:
        indirect[3] = 1 << 20;
        break;
    case 9:
        indirect[3] = indirect[4];
        break;
    case 10:
        small->mode = 0170000;
        break;
    case 11:
        dir->size += 3;
        break;
    case 12: /* ".." of another directory */
        ((struct mfs_disk_entry *)(disk.bytes + (size_t)dir->zone[0] * BLOCK))[1].inode = MFS_ROOT;
        break;
    case 13:
        ((struct mfs_disk_entry *)(disk.bytes + (size_t)dir->zone[0] * BLOCK))[0].name[0] = 'x';
        break;
    case 14: /* in the table, and free */
        inode_at(120)->mode = MFS_IFREG | 0644;
        break;
    }
}

static void damaged(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 15; kind++) {
        populate();
        assert_int_equal(mfs_unmount(&disk.fs), 0);
        damage(kind);
        fs_mount(64, BLOCK);
        if (mfs_is_sound(&disk.fs))
            fail_msg("damage %u is not found", kind);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(in_use, teardown),
        cmocka_unit_test_teardown(open_without_a_name, teardown),
        cmocka_unit_test_teardown(damaged, teardown),
    };
    return RUN_SUITE("fs_survey", tests);
}
