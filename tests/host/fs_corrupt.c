/*
 * Damaged disks: each kind of nonsense gets EIO, and random damage never a crash, an endless loop
 * or a transfer outside the disk (the rig asserts that). Meant for sanitizers, and useful without.
 */
#include <unistd.h>
#include "fs_disk.h"

#define ROUNDS 3000

static uint64_t state;

static uint32_t any(uint32_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 20) % limit);
}

static int teardown(void **unused)
{
    (void)unused;
    fs_free();
    return 0;
}

/* ---- a populated disk ---- */

static uint8_t data[300000];

static void populate(uint32_t block_size)
{
    fs_new(1 << 20, block_size, 128, 64);
    fs_mkdir("/a");
    fs_mkdir("/a/b");
    fs_mkdir("/a/b/c");
    fs_mkdir("/empty");
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
    assert_int_equal(mfs_unmount(&disk.fs), 0);
}

static uint8_t *inode_at(uint32_t number)
{
    const struct mfs_disk_super *sb = (const void *)(disk.bytes + 1024);
    return disk.bytes + (size_t)(2 + sb->imap_blocks + sb->zmap_blocks) * sb->block_size +
           (number - 1) * 64;
}

static void set32(void *p, uint32_t value)
{
    memcpy(p, &value, 4);
}

static uint32_t get32(const void *p)
{
    uint32_t value;
    memcpy(&value, p, 4);
    return value;
}

/* The directory entry that has this name, found by brute force. */
static uint8_t *entry_of(const char *name)
{
    char key[60] = "";
    memcpy(key, name, strlen(name));
    for (size_t at = 0; at < disk.size; at += 64) {
        if (get32(disk.bytes + at) != 0 && memcmp(disk.bytes + at + 4, key, 60) == 0)
            return disk.bytes + at;
    }
    fail_msg("no entry '%s'", name);
    return NULL;
}

static int lookup_and_stat(const char *path)
{
    struct mfs_stat st;
    uint32_t inode;
    int err = mfs_lookup(&disk.fs, MFS_ROOT, path, &inode);
    return err < 0 ? err : mfs_stat(&disk.fs, inode, &st);
}

/* ---- one kind of damage at a time ---- */

static void bad_entries(void **unused)
{
    (void)unused;
    static const uint32_t numbers[] = {129, 1000, 0x7fffffff, 0xffffffff, 120 /* free */};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        populate(1024);
        set32(entry_of("null"), numbers[i]);
        fs_mount(64, 1024);
        assert_int_equal(lookup_and_stat("/null"), -EIO);
        assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/null"), -EIO);
        assert_int_equal(mfs_rename(&disk.fs, MFS_ROOT, "/null", MFS_ROOT, "/x"), -EIO);
        assert_int_equal(lookup_and_stat("/big"), 0);
    }
}

static void bad_inodes(void **unused)
{
    (void)unused;
    static const struct {
        size_t offset, bytes;
        uint32_t value;
    } damage[] = {
        {0, 2, 0},          /* no type */
        {0, 2, 0170777},    /* an unknown type */
        {2, 2, 0},          /* no links */
        {8, 4, 0x80000000}, /* a size beyond the limit */
    };
    for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
        populate(1024);
        memcpy(inode_at(get32(entry_of("29"))) + damage[i].offset, &damage[i].value,
               damage[i].bytes);
        fs_mount(64, 1024);
        assert_int_equal(lookup_and_stat("/a/29"), -EIO);
    }
}

static void bad_directories(void **unused)
{
    (void)unused;
    static const struct {
        size_t offset;
        uint32_t value;
    } damage[] = {
        {8, 65},          /* a size that is not a multiple of 64 */
        {8, 0x7fffffc0},  /* a size larger than the disk */
        {8, 2048},        /* a hole at the end */
        {24, 0},          /* a hole at the start */
        {24, 1},          /* a zone in the superblock */
        {24, 1024},       /* a zone behind the disk */
        {24, 0xffffffff}, /* the same */
    };
    for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
        populate(1024);
        uint32_t inode;
        set32(inode_at(get32(entry_of("b"))) + damage[i].offset, damage[i].value);
        fs_mount(64, 1024);
        assert_int_equal(mfs_lookup(&disk.fs, MFS_ROOT, "/a/b/none", &inode), -EIO);
        assert_int_equal(mfs_create(&disk.fs, MFS_ROOT, "/a/b/none", MFS_IFREG, 0, NULL), -EIO);
        assert_int_equal(mfs_rmdir(&disk.fs, MFS_ROOT, "/a/b"), i == 2 ? -ENOTEMPTY : -EIO);
    }
}

/* A directory that is its own grandparent: no walk up or down goes on for ever. */
static void a_circle_of_directories(void **unused)
{
    (void)unused;
    populate(1024);
    uint32_t a = get32(entry_of("a")), c = get32(entry_of("c"));
    uint32_t b = get32(entry_of("b"));
    uint8_t *dotdot = disk.bytes + (size_t)get32(inode_at(a) + 24) * 1024 + 64;
    assert_string_equal((char *)dotdot + 4, "..");
    set32(dotdot, c);
    fs_mount(64, 1024);
    assert_int_equal(mfs_rename(&disk.fs, MFS_ROOT, "/empty", b, "c/x"), -EIO);
    assert_int_equal(mfs_rename(&disk.fs, MFS_ROOT, "/a/b", c, "x"), -EINVAL);
    assert_int_equal(mfs_rename(&disk.fs, MFS_ROOT, "/a", MFS_ROOT, "/empty/a"), -EIO);
}

static int drop(void *arg, uint64_t at, void *bytes, uint32_t n)
{
    (void)at;
    *(uint64_t *)arg += *(volatile uint8_t *)bytes + ((volatile uint8_t *)bytes)[n - 1];
    return 0;
}

static void bad_maps(void **unused)
{
    (void)unused;
    uint64_t sum = 0;
    static const uint32_t zones[] = {1, 5, 1024, 0x40000000, 0xffffffff};
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        for (uint32_t slot = 0; slot < 10; slot++) {
            populate(1024);
            uint32_t big = get32(entry_of("big"));
            set32(inode_at(big) + 24 + slot * 4, zones[i]);
            fs_mount(64, 1024);
            assert_int_equal(mfs_read(&disk.fs, big, 0, 100000003, drop, &sum), -EIO);
        }
    }
}

/* An indirect block that is its own child, and one that many files share. */
static void indirect_blocks_in_knots(void **unused)
{
    (void)unused;
    populate(1024);
    uint32_t big = get32(entry_of("big"));
    uint32_t indirect = get32(inode_at(big) + 24 + 28);
    for (uint32_t i = 0; i < 256; i++)
        set32(disk.bytes + (size_t)indirect * 1024 + i * 4, indirect);
    set32(inode_at(big) + 24 + 32, indirect);
    set32(inode_at(big) + 24 + 36, indirect);
    fs_mount(64, 1024);
    static uint8_t got[300000];
    assert_int_equal(fs_read(big, 0, got, sizeof got), sizeof got);
    assert_int_equal(mfs_truncate(&disk.fs, big, 0), -EIO); /* freed twice */
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/big"), 0);
    fs_commit();
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/a/b/big"), 0);
    fs_reclaim();
}

static void wrong_link_counts(void **unused)
{
    (void)unused;
    populate(1024);
    uint16_t links = 7;
    memcpy(inode_at(get32(entry_of("empty"))) + 2, &links, 2);
    links = 1;
    memcpy(inode_at(get32(entry_of("big"))) + 2, &links, 2); /* it has two names */
    memcpy(inode_at(get32(entry_of("b"))) + 2, &links, 2);
    fs_mount(64, 1024);
    assert_int_equal(mfs_rmdir(&disk.fs, MFS_ROOT, "/empty"), -EIO);
    assert_int_equal(mfs_rmdir(&disk.fs, MFS_ROOT, "/a/b/c"), -EIO);
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/big"), 0);
    fs_reclaim();
    assert_int_equal(lookup_and_stat("/a/b/big"), -EIO);
}

static void a_symbolic_link(void **unused)
{
    (void)unused;
    populate(1024);
    uint16_t mode = MFS_IFLNK | 0777;
    memcpy(inode_at(get32(entry_of("empty"))), &mode, 2);
    fs_mount(64, 1024);
    uint32_t inode;
    assert_int_equal(lookup_and_stat("/empty"), 0);
    assert_int_equal(mfs_lookup(&disk.fs, MFS_ROOT, "/empty/x", &inode), -ELOOP);
    assert_int_equal(mfs_lookup(&disk.fs, MFS_ROOT, "/empty/", &inode), -ELOOP);
    assert_int_equal(fs_read(fs_find("/empty"), 0, data, 10), -EINVAL);
}

/* ---- any damage ---- */

/* The metadata is worth more attention than the contents of files. */
static void flip_bits(void)
{
    const struct mfs_disk_super *sb = (const void *)(disk.bytes + 1024);
    size_t table = (size_t)(inode_at(1) - disk.bytes);
    size_t first = (size_t)sb->first_zone * sb->block_size;
    size_t starts[] = {1024, 2 * (size_t)sb->block_size, table, table, first, first};
    size_t ends[] = {1056, table, first, table + 45 * 64, disk.size, first + 60000};
    uint32_t flips = 1 + any(any(4) ? 4 : 200);
    for (uint32_t i = 0; i < flips; i++) {
        uint32_t where = any(60) == 0 ? 0 : 1 + any(5);
        size_t at = starts[where] + any((uint32_t)(ends[where] - starts[where]));
        if (any(3))
            disk.bytes[at] ^= (uint8_t)(1u << any(8));
        else
            disk.bytes[at] = any(2) ? 0 : 0xff;
    }
}

static void some_path(char *path)
{
    static const char *const parts[] = {"a",    "b", "c",  "big", "empty",
                                        "null", "1", "29", "..",  "x"};
    int depth = 1 + (int)any(4);
    *path = '\0';
    for (int i = 0; i < depth; i++) {
        strcat(path, "/");
        strcat(path, parts[any(10)]);
    }
}

static void list(uint32_t inode)
{
    struct mfs_disk_entry e[8];
    struct mfs_stat st;
    uint32_t offset = 0;
    int n, total = 0;
    while ((n = mfs_readdir(&disk.fs, inode, &offset, e, 8)) > 0 && total < 20000) {
        for (int i = 0; i < n; i++)
            (void)mfs_stat(&disk.fs, e[i].inode, &st);
        total += n;
    }
}

static void some_operation(void)
{
    struct mfs *fs = &disk.fs;
    char path[100], to[100];
    uint32_t inode = 1 + any(128);
    uint64_t sum = 0, offset = any(2) ? any(20000) : any(110000000);
    some_path(path);
    some_path(to);
    (void)mfs_lookup(fs, MFS_ROOT, path, &inode);
    switch (any(12)) {
    case 0:
        (void)mfs_create(fs, MFS_ROOT, path, MFS_IFREG | 0644, 0, NULL);
        break;
    case 1:
        (void)mfs_mkdir(fs, MFS_ROOT, path, 0755);
        break;
    case 2:
        (void)mfs_rmdir(fs, MFS_ROOT, path);
        break;
    case 3:
        (void)mfs_unlink(fs, MFS_ROOT, path);
        break;
    case 4:
        (void)mfs_link(fs, MFS_ROOT, path, MFS_ROOT, to);
        break;
    case 5:
        (void)mfs_rename(fs, MFS_ROOT, path, MFS_ROOT, to);
        break;
    case 6:
        (void)mfs_write(fs, inode, offset, any(20000), mfs_from_memory, data);
        break;
    case 7:
        (void)mfs_truncate(fs, inode, offset);
        break;
    case 8:
        (void)mfs_read(fs, inode, any(2) ? 0 : offset, any(400000), drop, &sum);
        break;
    case 9:
        if (mfs_open(fs, inode) == 0 && any(2))
            (void)mfs_close(fs, inode);
        break;
    default:
        list(inode);
    }
    mfs_commit(fs);
    for (int i = 0; i < 100 && mfs_reclaim(fs) > 0; i++)
        mfs_commit(fs);
    mfs_commit(fs);
}

static void random_damage(void **unused)
{
    (void)unused;
    static uint8_t *good[3];
    size_t size = 1 << 20;
    int mounted = 0;
    for (uint32_t i = 0; i < 3; i++) {
        populate(1024u << i);
        good[i] = malloc(size);
        memcpy(good[i], disk.bytes, size);
    }
    alarm(getenv("SAN") ? 400 : 100); /* an endless loop ends here */
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const char *reason = "";
        uint32_t which = round % 4 % 3;
        state = 0x2545f4914f6cdd1du * (round + 1);
        fs_blank(size);
        memcpy(disk.bytes, good[which], size);
        flip_bits();
        if (fs_try_mount(64, 4096, &reason) < 0) {
            assert_true(strlen(reason) > 5);
            continue;
        }
        mounted++;
        for (int i = 0; i < 60; i++) {
            disk.touched = 0;
            some_operation();
        }
        disk.touched = 0;
        (void)mfs_unmount(&disk.fs);
    }
    alarm(0);
    assert_true(mounted > ROUNDS / 2);
    for (uint32_t i = 0; i < 3; i++)
        free(good[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(bad_entries, teardown),
        cmocka_unit_test_teardown(bad_inodes, teardown),
        cmocka_unit_test_teardown(bad_directories, teardown),
        cmocka_unit_test_teardown(a_circle_of_directories, teardown),
        cmocka_unit_test_teardown(bad_maps, teardown),
        cmocka_unit_test_teardown(indirect_blocks_in_knots, teardown),
        cmocka_unit_test_teardown(wrong_link_counts, teardown),
        cmocka_unit_test_teardown(a_symbolic_link, teardown),
        cmocka_unit_test_teardown(random_damage, teardown),
    };
    return RUN_SUITE("fs_corrupt", tests);
}
