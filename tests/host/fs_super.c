/* Mounting: what is accepted, and why the rest is refused. Making file systems. */
#include "fs_disk.h"
#include "fs_check.h"

static int teardown(void **unused)
{
    (void)unused;
    fs_free();
    return 0;
}

static bool mkfs_minix(const char *path, const char *options)
{
    char command[1024];
    snprintf(command, sizeof command,
             "PATH=$PATH:/usr/sbin:/sbin mkfs.minix -3 %s %s >/dev/null 2>&1", options, path);
    return system(command) == 0;
}

/* A disk that mkfs.minix made. */
static void foreign(size_t bytes, const char *options)
{
    const char *path = fs_temporary(".img");
    fs_blank(bytes);
    fs_save(path);
    assert_true(mkfs_minix(path, options));
    fs_load(path);
    unlink(path);
}

static void mounts_what_mkfs_minix_makes(void **unused)
{
    (void)unused;
    static const size_t sizes[] = {64 << 10, 1 << 20, 16 << 20, 100 << 20};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct mfs_statfs st;
        foreign(sizes[i], i == 1 ? "-i 100" : "");
        fs_mount(256, 1024);
        mfs_statfs(&disk.fs, &st);
        assert_int_equal(st.block_size, 1024);
        assert_int_equal(st.free_inodes, st.inodes - 1);
        assert_int_equal(st.free_blocks, st.blocks - 1);
        fs_mkdir("/d");
        uint32_t f = fs_file("/d/f");
        assert_int_equal(fs_write(f, 0, disk.bytes, 40000), 40000);
        assert_int_equal(mfs_unmount(&disk.fs), 0);
        fs_fsck();
        ASSERT_IMAGE_GOOD(disk.bytes);
    }
}

static void formats_all_block_sizes(void **unused)
{
    (void)unused;
    for (uint32_t block = 1024; block <= 4096; block *= 2) {
        for (size_t bytes = 128 << 10; bytes <= 64 << 20; bytes = bytes * 7 + 512) {
            fs_new(bytes, block, 0, 64);
            struct mfs_statfs st;
            mfs_statfs(&disk.fs, &st);
            assert_int_equal(st.free_inodes, st.inodes - 1);
            assert_int_equal(st.free_blocks, st.blocks - 1);
            assert_true(st.inodes >= bytes / 4096);
            ASSERT_IMAGE_GOOD(disk.bytes);
            if (block == 1024)
                fs_fsck();
        }
    }
}

static void formats_with_many_and_few_inodes(void **unused)
{
    (void)unused;
    static const uint32_t inodes[] = {1, 15, 16, 17, 8191, 8192, 20000};
    for (size_t i = 0; i < sizeof inodes / sizeof inodes[0]; i++) {
        struct mfs_statfs st;
        fs_new(4 << 20, 1024, inodes[i], 64);
        mfs_statfs(&disk.fs, &st);
        assert_in_range(st.inodes, inodes[i], inodes[i] + 15);
        fs_fsck();
    }
}

static const char *format_reason(size_t bytes, uint32_t block_size, uint32_t inodes)
{
    static uint64_t block[512];
    struct mfs_format how = {.block_size = block_size, .inodes = inodes};
    const char *reason = "";
    fs_blank(bytes);
    assert_int_equal(mfs_format(&disk_ops, NULL, &how, block, &reason), -EINVAL);
    return reason;
}

static void refuses_to_format(void **unused)
{
    (void)unused;
    assert_string_equal(format_reason(1 << 20, 512, 0),
                        "the block size must be 1024, 2048 or 4096");
    assert_string_equal(format_reason(1 << 20, 3000, 0),
                        "the block size must be 1024, 2048 or 4096");
    assert_string_equal(format_reason(4096, 1024, 0), "the disk is too small");
    assert_string_equal(format_reason(0, 1024, 0), "the disk is too small");
    assert_string_equal(format_reason(1 << 20, 1024, 16350), "the disk is too small");
    assert_string_equal(format_reason(1 << 20, 1024, UINT32_MAX),
                        "more inodes than the disk can hold");
    assert_string_equal(format_reason(128 << 20, 1024, 1 << 20),
                        "too many inodes: the data would begin past block 65535");
}

static void format_reports_a_bad_disk(void **unused)
{
    (void)unused;
    static uint64_t block[128];
    struct mfs_format how = {.block_size = 1024};
    for (long k = 0;; k++) {
        const char *reason = "";
        fs_blank(128 << 10);
        disk.fail_writes_after = k;
        int err = mfs_format(&disk_ops, NULL, &how, block, &reason);
        if (err == 0)
            break;
        assert_int_equal(err, -EIO);
        assert_string_equal(reason, "the disk cannot be written");
    }
}

/* The reason why a good disk is refused once `bytes` bytes at `offset` of its superblock are set.
 */
static const char *reason_with(size_t offset, size_t bytes, uint32_t value)
{
    const char *reason = "accepted";
    fs_format(1 << 20, 1024, 0);
    memcpy(disk.bytes + 1024 + offset, &value, bytes);
    int err = fs_try_mount(64, 1024, &reason);
    assert_true(err == -EINVAL || err == 0);
    return reason;
}

static void refuses_a_bad_superblock(void **unused)
{
    (void)unused;
    static const struct {
        size_t offset, bytes;
        uint32_t value;
        const char *reason;
    } cases[] = {
        {24, 2, 0x4d5b, "no MINIX file system (bad magic number)"},
        {28, 2, 512, "the block size is not 1024, 2048 or 4096"},
        {28, 2, 0, "the block size is not 1024, 2048 or 4096"},
        {28, 2, 1025, "the block size is not 1024, 2048 or 4096"},
        {28, 2, 8192, "the block size is not 1024, 2048 or 4096"},
        {12, 2, 1, "zones larger than a block are not supported"},
        {0, 4, 0, "bad number of inodes"},
        {0, 4, 0xffffffff, "bad number of inodes"},
        {0, 4, 0x7fffffff, "bad number of inodes"},
        {0, 4, 8192, "the inode bitmap is too small"},
        {0, 4, 8191, "the data begins inside the inode table"},
        {6, 2, 0, "the inode bitmap is too small"},
        {6, 2, 0xffff, "the data begins inside the inode table"},
        {8, 2, 0, "the zone bitmap is too small"},
        {8, 2, 2, "the data begins inside the inode table"},
        {10, 2, 1, "the data begins inside the inode table"},
        {10, 2, 1024, "bad number of zones"},
        {10, 2, 0xffff, "bad number of zones"},
        {16, 4, 0, "bad maximum file size"},
        {20, 4, 0, "bad number of zones"},
        {20, 4, 1025, "the file system is larger than the disk"},
        {20, 4, 8300, "the zone bitmap is too small"},
        {20, 4, 0xffffffff, "bad number of zones"},
        {10, 2, 0, "accepted"}, /* 0: directly after the inode table */
        {20, 4, 1000, "accepted"},
        {16, 4, 0xffffffff, "accepted"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(reason_with(cases[i].offset, cases[i].bytes, cases[i].value),
                            cases[i].reason);
}

static void names_the_older_versions(void **unused)
{
    (void)unused;
    static const char *const options[] = {"-1", "-1 -n 30", "-2", "-2 -n 30"};
    for (size_t i = 0; i < 4; i++) {
        const char *path = fs_temporary(".img"), *reason = "";
        char command[1024];
        fs_blank(1 << 20);
        fs_save(path);
        snprintf(command, sizeof command,
                 "PATH=$PATH:/usr/sbin:/sbin mkfs.minix %s %s >/dev/null 2>&1", options[i], path);
        assert_int_equal(system(command), 0);
        fs_load(path);
        unlink(path);
        assert_int_equal(fs_try_mount(64, 1024, &reason), -EINVAL);
        assert_non_null(strstr(reason, i < 2 ? "version 1" : "version 2"));
    }
}

static void refuses_a_bad_root(void **unused)
{
    (void)unused;
    const char *reason = "";
    fs_format(1 << 20, 1024, 0);
    size_t table = (size_t)(2 + 1 + 1) * 1024;
    disk.bytes[table + 1] = 0x81; /* a regular file */
    assert_int_equal(fs_try_mount(64, 1024, &reason), -EINVAL);
    assert_string_equal(reason, "the root inode is not a sound directory");
    fs_format(1 << 20, 1024, 0);
    disk.bytes[2048] &= (uint8_t)~2; /* free in the bitmap */
    assert_int_equal(fs_try_mount(64, 1024, &reason), -EINVAL);
    fs_format(1 << 20, 1024, 0);
    disk.bytes[table + 8]++; /* a size that is no multiple of an entry's */
    assert_int_equal(fs_try_mount(64, 1024, &reason), -EINVAL);
    fs_format(1 << 20, 1024, 0);
    memset(disk.bytes + table + 2, 0, 2); /* no links */
    assert_int_equal(fs_try_mount(64, 1024, &reason), -EINVAL);
}

static void refuses_truncated_and_unreadable_disks(void **unused)
{
    (void)unused;
    const char *reason = "";
    for (size_t bytes = 0; bytes < 1 << 20; bytes = bytes * 3 + 512) {
        fs_format(1 << 20, 1024, 0);
        disk.size = bytes;
        assert_int_equal(fs_try_mount(64, 1024, &reason), -EINVAL);
    }
    for (long k = 0; k < 3; k++) {
        fs_format(1 << 20, 1024, 0);
        disk.fail_reads_after = k;
        assert_true(fs_try_mount(64, 1024, &reason) < 0);
        if (k < 2)
            assert_string_equal(reason, k == 0 ? "the superblock cannot be read"
                                               : "the bitmaps cannot be read");
    }
}

static void needs_enough_memory(void **unused)
{
    (void)unused;
    const char *reason = "";
    fs_format(1 << 20, 4096, 0);
    assert_int_equal(fs_try_mount(10, 1024, &reason), -ENOMEM);
    assert_int_equal(fs_try_mount(MFS_MIN_BUFFERS, 1024, &reason), -ENOMEM);
    assert_int_equal(fs_try_mount(MFS_MIN_BUFFERS, 4096, &reason), 0);
    assert_int_equal(fs_try_mount(MFS_MAX_BUFFERS + 100, 4096, &reason), 0);
    assert_int_equal(disk.fs.state->buffers, MFS_MAX_BUFFERS);
}

static void a_mount_writes_nothing(void **unused)
{
    (void)unused;
    fs_format(1 << 20, 1024, 0);
    unsigned before = disk.writes;
    fs_mount(64, 1024);
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    assert_int_equal(disk.writes, before);
}

static void read_only_stays_unwritten(void **unused)
{
    (void)unused;
    uint32_t inode;
    fs_new(1 << 20, 1024, 0, 64);
    uint32_t f = fs_file("/f");
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    assert_int_equal(mfs_mount(&disk.fs, &disk_ops, NULL, disk.arena, disk.arena_bytes, true, NULL),
                     0);
    unsigned before = disk.writes;
    assert_int_equal(mfs_lookup(&disk.fs, MFS_ROOT, "/f", &inode), 0);
    assert_int_equal(mfs_open(&disk.fs, f), 0);
    assert_int_equal(mfs_create(&disk.fs, MFS_ROOT, "/g", MFS_IFREG, 0, NULL), -EROFS);
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/f"), -EROFS);
    assert_int_equal(mfs_truncate(&disk.fs, f, 5), -EROFS);
    assert_int_equal(mfs_write(&disk.fs, f, 0, 1, mfs_from_memory, "x"), -EROFS);
    assert_int_equal(mfs_close(&disk.fs, f), 0);
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    assert_int_equal(disk.writes, before);
}

/* As a new process would. */
static int attach(size_t bytes)
{
    memset(&disk.fs, 0, sizeof disk.fs);
    return mfs_attach(&disk.fs, &disk_ops, NULL, disk.arena, bytes);
}

static void attaches_only_to_a_mounted_arena(void **unused)
{
    (void)unused;
    fs_new(1 << 20, 1024, 0, 64);
    struct mfs_state *st = disk.fs.state;
    assert_int_equal(attach(disk.arena_bytes), 0);
    assert_int_equal(attach(100), -EINVAL);
    assert_int_equal(attach(disk.arena_bytes - 1024), -EINVAL);
    st->owner[5] = st->zones; /* out of range */
    assert_int_equal(attach(disk.arena_bytes), -EINVAL);
    st->owner[5] = st->owner[63] = MFS_FIRST_BITMAP + 1; /* twice */
    assert_int_equal(attach(disk.arena_bytes), -EINVAL);
    st->owner[5] = st->owner[63] = 0;
    st->buffers = UINT32_MAX;
    assert_int_equal(attach(disk.arena_bytes), -EINVAL);
    st->buffers = 64;
    assert_int_equal(attach(disk.arena_bytes), 0);
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    assert_int_equal(attach(disk.arena_bytes), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(mounts_what_mkfs_minix_makes, teardown),
        cmocka_unit_test_teardown(formats_all_block_sizes, teardown),
        cmocka_unit_test_teardown(formats_with_many_and_few_inodes, teardown),
        cmocka_unit_test_teardown(refuses_to_format, teardown),
        cmocka_unit_test_teardown(format_reports_a_bad_disk, teardown),
        cmocka_unit_test_teardown(refuses_a_bad_superblock, teardown),
        cmocka_unit_test_teardown(names_the_older_versions, teardown),
        cmocka_unit_test_teardown(refuses_a_bad_root, teardown),
        cmocka_unit_test_teardown(refuses_truncated_and_unreadable_disks, teardown),
        cmocka_unit_test_teardown(needs_enough_memory, teardown),
        cmocka_unit_test_teardown(a_mount_writes_nothing, teardown),
        cmocka_unit_test_teardown(read_only_stays_unwritten, teardown),
        cmocka_unit_test_teardown(attaches_only_to_a_mounted_arena, teardown),
    };
    return RUN_SUITE("fs_super", tests);
}
