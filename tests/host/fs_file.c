/* File contents: holes, every level of indirection, the limits of size and space, truncation. */
#include "fs_disk.h"
#include "fs_check.h"

static int teardown(void **unused)
{
    (void)unused;
    fs_free();
    return 0;
}

static uint8_t pattern[300000];

static void fill_pattern(uint8_t salt)
{
    for (size_t i = 0; i < sizeof pattern; i++)
        pattern[i] = (uint8_t)(i * 7 + (i >> 8) + salt);
}

/* The file has exactly these bytes at `offset`. */
static void holds(uint32_t inode, uint64_t offset, const void *bytes, size_t n)
{
    uint8_t *got = malloc(n + 1);
    assert_int_equal(fs_read(inode, offset, got, n), n);
    assert_memory_equal(got, bytes, n);
    free(got);
}

static void is_zero(uint32_t inode, uint64_t offset, size_t n)
{
    void *zero = calloc(1, n);
    holds(inode, offset, zero, n);
    free(zero);
}

/* Unmounts, has the disk checked, mounts again. */
static void check_disk(void)
{
    uint32_t block = disk.fs.state->block_size;
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    ASSERT_IMAGE_GOOD(disk.bytes);
    if (block == 1024)
        fs_fsck();
    fs_mount(128, block);
}

static void writes_and_reads_at_all_alignments(void **unused)
{
    (void)unused;
    static const uint64_t offsets[] = {0, 1, 1023, 1024, 1025, 4095, 4096, 7000, 7168, 70000};
    static const size_t lengths[] = {1, 2, 1023, 1024, 1025, 5000, 100000};
    for (uint32_t block = 1024; block <= 4096; block *= 2) {
        fs_new(4 << 20, block, 0, 128);
        for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
            for (size_t j = 0; j < sizeof lengths / sizeof lengths[0]; j++) {
                uint32_t f = fs_file("/f");
                fill_pattern((uint8_t)(i + j));
                assert_int_equal(fs_write(f, offsets[i], pattern, lengths[j]), lengths[j]);
                assert_int_equal(fs_stat(f).size, offsets[i] + lengths[j]);
                holds(f, offsets[i], pattern, lengths[j]);
                is_zero(f, 0, offsets[i]);
                assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/f"), 0);
                fs_reclaim();
            }
        }
        check_disk();
    }
}

static void reads_stop_at_the_end(void **unused)
{
    (void)unused;
    uint8_t got[100];
    fs_new(1 << 20, 1024, 0, 64);
    uint32_t f = fs_file("/f");
    assert_int_equal(fs_read(f, 0, got, 10), 0);
    assert_int_equal(fs_write(f, 0, "hello", 5), 5);
    assert_int_equal(fs_read(f, 0, got, 100), 5);
    assert_int_equal(fs_read(f, 3, got, 100), 2);
    assert_int_equal(fs_read(f, 5, got, 100), 0);
    assert_int_equal(fs_read(f, UINT64_MAX, got, 100), 0);
    assert_int_equal(fs_read(f, 2, got, UINT64_MAX), 3);
    assert_int_equal(fs_write(f, 0, "", 0), 0);
}

/* One byte at the first block of each level of the map, and at the last byte that a file can have;
 * all else is holes. */
static void sparse_to_the_limit(void **unused)
{
    (void)unused;
    for (uint32_t block = 1024; block <= 4096; block *= 2) {
        uint64_t p = block / 4;
        const uint64_t offsets[] = {0, 7 * (uint64_t)block, (7 + p) * block,
                                    (7 + p + p * p) * block, MFS_SIZE_MAX - 1};
        fs_new(1 << 20, block, 0, 64);
        uint32_t before = fs_free_blocks();
        uint32_t f = fs_file("/f");
        for (int i = 0; i < 5; i++) {
            if (offsets[i] < MFS_SIZE_MAX)
                assert_int_equal(fs_write(f, offsets[i], "x", 1), 1);
        }
        assert_int_equal(fs_stat(f).size, MFS_SIZE_MAX);
        for (int i = 0; i < 5; i++) {
            if (offsets[i] < MFS_SIZE_MAX)
                holds(f, offsets[i], "x", 1);
        }
        is_zero(f, 1, 5000);
        is_zero(f, MFS_SIZE_MAX - 5001, 5000);
        check_disk();
        f = fs_find("/f");
        holds(f, MFS_SIZE_MAX - 1, "x", 1);
        assert_int_equal(fs_truncate(f, 0), 0);
        assert_int_equal(fs_free_blocks(), before);
        check_disk();
    }
}

/* Writes that cross from one indirect block to the next, where nothing was before. */
static void writes_across_levels_of_the_map(void **unused)
{
    (void)unused;
    for (uint32_t block = 1024; block <= 4096; block *= 2) {
        uint64_t p = block / 4;
        const uint64_t edges[] = {
            7, 7 + p, 7 + 2 * p, 7 + p + p * p, 7 + 2 * p + p * p, 7 + p + 2 * p * p};
        fs_new(4 << 20, block, 0, 128);
        for (int i = 0; i < 6; i++) {
            uint32_t f = fs_file("/f");
            uint64_t at = (edges[i] - 3) * block + 5;
            if (at + 100000 > MFS_SIZE_MAX)
                break;
            fill_pattern((uint8_t)i);
            assert_int_equal(fs_write(f, at, pattern, 100000), 100000);
            holds(f, at, pattern, 100000);
            is_zero(f, at < 50000 ? 0 : at - 50000, at < 50000 ? at : 50000);
            assert_int_equal(mfs_sync(&disk.fs), 0);
            ASSERT_IMAGE_GOOD(disk.bytes);
            assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/f"), 0);
            fs_reclaim();
        }
        check_disk();
    }
}

/* Zones are allocated in rows; a row ends where its block of the bitmap does. */
static void writes_across_blocks_of_the_bitmap(void **unused)
{
    (void)unused;
    fs_new(24 << 20, 1024, 0, 128);
    uint32_t f = fs_file("/f");
    fill_pattern(9);
    for (uint32_t i = 0; i < 2; i++) {
        disk.fs.zone_cursor = (i + 1) * 8192 - 5;
        assert_int_equal(fs_write(f, i * 40000, pattern + i * 40000, 40000), 40000);
    }
    holds(f, 0, pattern, 80000);
    uint32_t free = fs_free_blocks();
    check_disk();
    assert_int_equal(fs_free_blocks(), free);
    assert_int_equal(fs_truncate(fs_find("/f"), 3), 0);
    check_disk();
}

static void refuses_to_pass_the_size_limit(void **unused)
{
    (void)unused;
    fs_new(1 << 20, 1024, 0, 64);
    uint32_t f = fs_file("/f");
    assert_int_equal(fs_write(f, MFS_SIZE_MAX, "x", 1), -EFBIG);
    assert_int_equal(fs_write(f, UINT64_MAX, "x", 1), -EFBIG);
    assert_int_equal(fs_write(f, MFS_SIZE_MAX - 3, "abcdef", 6), 3);
    holds(f, MFS_SIZE_MAX - 3, "abc", 3);
    assert_int_equal(fs_truncate(f, MFS_SIZE_MAX + 1ull), -EFBIG);
    assert_int_equal(fs_truncate(f, UINT64_MAX), -EFBIG);
    assert_int_equal(fs_truncate(f, MFS_SIZE_MAX), 0);
    assert_int_equal(fs_stat(f).size, MFS_SIZE_MAX);
}

/* A read of a whole hole of two gigabytes takes its pieces from one block of zeros. */
static int count_bytes(void *arg, uint64_t at, void *data, uint32_t bytes)
{
    assert_int_equal(at, *(uint64_t *)arg);
    assert_int_equal(*(uint8_t *)data, 0);
    *(uint64_t *)arg += bytes;
    return 0;
}

static void reads_a_huge_hole(void **unused)
{
    (void)unused;
    uint64_t seen = 0;
    fs_new(1 << 20, 4096, 0, 64);
    uint32_t f = fs_file("/f");
    assert_int_equal(fs_truncate(f, MFS_SIZE_MAX), 0);
    assert_int_equal(mfs_read(&disk.fs, f, 0, MFS_SIZE_MAX, count_bytes, &seen), MFS_SIZE_MAX);
    assert_int_equal(seen, MFS_SIZE_MAX);
}

static void fills_the_disk(void **unused)
{
    (void)unused;
    for (uint32_t block = 1024; block <= 4096; block *= 2) {
        fs_new(2 << 20, block, 0, 64);
        uint32_t before = fs_free_blocks();
        uint32_t f = fs_file("/f");
        uint64_t size = 0;
        int64_t n;
        fill_pattern(1);
        while ((n = fs_write(f, size, pattern, 10000)) > 0)
            size += (uint64_t)n;
        assert_int_equal(n, -ENOSPC);
        assert_true(fs_free_blocks() < 2);
        assert_int_equal(fs_stat(f).size, size);
        holds(f, size / 10000 * 10000 - 100, pattern + 9900, 100);
        /* what the file has blocks for can still be written */
        assert_int_equal(fs_write(f, 5, "again", 5), 5);
        uint32_t left = fs_free_blocks();
        assert_int_equal(mfs_mkdir(&disk.fs, MFS_ROOT, "/d", 0755), left ? 0 : -ENOSPC);
        fs_commit();
        check_disk();
        assert_int_equal(fs_truncate(fs_find("/f"), 0), 0);
        assert_int_equal(fs_free_blocks(), left ? before - 1 : before);
    }
}

/* ENOSPC on the way down the map leaves no indirect block behind. */
static void no_space_leaves_no_garbage(void **unused)
{
    (void)unused;
    for (uint32_t left = 0; left < 6; left++) {
        fs_new(256 << 10, 1024, 0, 64);
        uint32_t f = fs_file("/f"), g = fs_file("/g");
        while (fs_free_blocks() > left)
            assert_int_equal(fs_write(g, fs_stat(g).size, pattern, 1024), 1024);
        uint32_t free = fs_free_blocks();
        /* triple indirect: four blocks */
        int64_t n = fs_write(f, (uint64_t)(7 + 256 + 65536) * 1024, "x", 1);
        assert_int_equal(n, free >= 4 ? 1 : -ENOSPC);
        assert_int_equal(fs_free_blocks(), free >= 4 ? free - 4 : free);
        assert_int_equal(fs_stat(f).size, free >= 4 ? (7 + 256 + 65536) * 1024 + 1 : 0);
        check_disk();
    }
}

/* A partial write ends exactly where the space does. */
static void a_short_write_leaves_no_garbage(void **unused)
{
    (void)unused;
    fs_new(256 << 10, 1024, 0, 64);
    uint32_t f = fs_file("/f"), g = fs_file("/g");
    while (fs_free_blocks() > 8)
        assert_int_equal(fs_write(g, fs_stat(g).size, pattern, 1024), 1024);
    /* seven direct blocks; the eighth would need an indirect block besides itself */
    assert_int_equal(fs_write(f, 0, pattern, 20000), 7 * 1024);
    assert_int_equal(fs_free_blocks(), 1);
    check_disk();
}

static void truncates_everywhere(void **unused)
{
    (void)unused;
    static const uint64_t sizes[] = {0,    1,     1023,  1024,   1025,   7168,   7169,  8192,
                                     9000, 51200, 99999, 269312, 269313, 270336, 290000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++) {
            fs_new(1 << 20, 1024, 0, 64);
            uint32_t f = fs_file("/f");
            fill_pattern(0x55);
            if (sizes[i])
                assert_int_equal(fs_write(f, 0, pattern, sizes[i]), sizes[i]);
            assert_int_equal(fs_truncate(f, sizes[j]), 0);
            assert_int_equal(fs_stat(f).size, sizes[j]);
            assert_int_equal(fs_truncate(f, 300000), 0);
            uint64_t kept = sizes[i] < sizes[j] ? sizes[i] : sizes[j];
            holds(f, 0, pattern, kept);
            is_zero(f, kept, 300000 - kept);
            assert_int_equal(mfs_unmount(&disk.fs), 0);
            ASSERT_IMAGE_GOOD(disk.bytes);
        }
    }
}

/* A file with blocks under many bitmap blocks is cut in several steps; each leaves a good disk. */
static void truncates_in_steps(void **unused)
{
    (void)unused;
    fs_new(128 << 20, 1024, 64, 64);
    uint32_t f = fs_file("/f");
    uint32_t free = fs_free_blocks();
    /* Blocks from each of 15 stretches of the disk in turn: nearly each free dirties another block
     * of the zone bitmap. */
    for (uint32_t i = 0; i < 3000; i++) {
        disk.fs.zone_cursor = 1 + i % 15 * 8192 + i / 15;
        assert_int_equal(fs_write(f, (uint64_t)i * 1024 * 256, "x", 1), 1);
    }
    disk.fs.budget = 17; /* the least with which an operation begins */
    int steps = 0, more;
    uint32_t size = fs_stat(f).size;
    while ((more = mfs_truncate(&disk.fs, f, 1000)) > 0) {
        fs_commit();
        assert_true(fs_stat(f).size < size);
        size = fs_stat(f).size;
        steps++;
    }
    assert_int_equal(more, 0);
    fs_commit();
    assert_true(steps > 0);
    assert_int_equal(fs_stat(f).size, 1000);
    assert_int_equal(fs_free_blocks(), free - 1);
    check_disk();
}

static void stale_bytes_behind_the_end_do_not_come_back(void **unused)
{
    (void)unused;
    for (int how = 0; how < 2; how++) {
        fs_new(1 << 20, 1024, 0, 64);
        uint32_t f = fs_file("/f");
        assert_int_equal(fs_write(f, 0, "abc", 3), 3);
        assert_int_equal(mfs_sync(&disk.fs), 0);
        uint8_t *block = memmem(disk.bytes, disk.size, "abc\0\0", 5);
        memset(block + 3, 0xee, 1021); /* as another system may leave it */
        fs_mount(64, 1024);
        if (how == 0)
            assert_int_equal(fs_truncate(f, 2000), 0);
        else
            assert_int_equal(fs_write(f, 1999, "x", 1), 1);
        holds(f, 0, "abc", 3);
        is_zero(f, 3, 1996);
    }
}

/* The other party's error ends the operation and nothing is changed. */
static int copy_fails_at;

static int failing_copy(void *arg, uint64_t at, void *data, uint32_t bytes)
{
    (void)arg;
    (void)data;
    return at + bytes > (uint64_t)copy_fails_at ? -EFAULT : 0;
}

static void a_fault_of_the_client_changes_nothing(void **unused)
{
    (void)unused;
    fs_new(1 << 20, 1024, 0, 64);
    uint32_t f = fs_file("/f");
    fill_pattern(3);
    assert_int_equal(fs_write(f, 0, pattern, 5000), 5000);
    uint32_t free = fs_free_blocks();
    for (copy_fails_at = 0; copy_fails_at < 9000; copy_fails_at += 1000) {
        assert_int_equal(mfs_write(&disk.fs, f, 100, 10000, failing_copy, NULL), -EFAULT);
        fs_commit();
        if (copy_fails_at < 5000)
            assert_int_equal(mfs_read(&disk.fs, f, 0, 10000, failing_copy, NULL), -EFAULT);
        assert_int_equal(fs_stat(f).size, 5000);
        assert_int_equal(fs_free_blocks(), free);
        holds(f, 0, pattern, 5000);
    }
    check_disk();
}

static void only_regular_files_have_contents(void **unused)
{
    (void)unused;
    uint32_t node;
    fs_new(1 << 20, 1024, 0, 64);
    assert_int_equal(mfs_create(&disk.fs, MFS_ROOT, "/n", MFS_IFCHR | 0600, 0x0501, &node), 0);
    fs_commit();
    assert_int_equal(fs_read(MFS_ROOT, 0, pattern, 10), -EISDIR);
    assert_int_equal(fs_write(MFS_ROOT, 0, pattern, 10), -EISDIR);
    assert_int_equal(fs_truncate(MFS_ROOT, 0), -EISDIR);
    assert_int_equal(fs_read(node, 0, pattern, 10), -EINVAL);
    assert_int_equal(fs_write(node, 0, pattern, 10), -EINVAL);
    assert_int_equal(fs_truncate(node, 0), -EINVAL);
    assert_int_equal(fs_stat(node).device, 0x0501);
    assert_int_equal(fs_stat(node).size, 0);
}

static void keeps_time(void **unused)
{
    (void)unused;
    fs_new(1 << 20, 1024, 0, 64);
    disk.clock = 100;
    uint32_t f = fs_file("/f");
    struct mfs_stat st = fs_stat(f);
    assert_true(st.atime == 100 && st.mtime == 100 && st.ctime == 100);
    disk.clock = 200;
    fs_write(f, 0, "x", 1);
    st = fs_stat(f);
    assert_true(st.atime == 100 && st.mtime == 200 && st.ctime == 200);
    disk.clock = 300;
    fs_read(f, 0, pattern, 1);
    assert_int_equal(mfs_chmod(&disk.fs, f, 0600), 0);
    fs_commit();
    st = fs_stat(f);
    assert_true(st.mode == (MFS_IFREG | 0600));
    assert_true(st.atime == 100 && st.mtime == 200 && st.ctime == 300);
    disk.clock = 400;
    assert_int_equal(mfs_link(&disk.fs, MFS_ROOT, "/f", MFS_ROOT, "/g"), 0);
    fs_commit();
    st = fs_stat(f);
    assert_true(st.mtime == 200 && st.ctime == 400 && fs_stat(MFS_ROOT).mtime == 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(writes_and_reads_at_all_alignments, teardown),
        cmocka_unit_test_teardown(reads_stop_at_the_end, teardown),
        cmocka_unit_test_teardown(sparse_to_the_limit, teardown),
        cmocka_unit_test_teardown(writes_across_levels_of_the_map, teardown),
        cmocka_unit_test_teardown(writes_across_blocks_of_the_bitmap, teardown),
        cmocka_unit_test_teardown(refuses_to_pass_the_size_limit, teardown),
        cmocka_unit_test_teardown(reads_a_huge_hole, teardown),
        cmocka_unit_test_teardown(fills_the_disk, teardown),
        cmocka_unit_test_teardown(no_space_leaves_no_garbage, teardown),
        cmocka_unit_test_teardown(a_short_write_leaves_no_garbage, teardown),
        cmocka_unit_test_teardown(truncates_everywhere, teardown),
        cmocka_unit_test_teardown(truncates_in_steps, teardown),
        cmocka_unit_test_teardown(stale_bytes_behind_the_end_do_not_come_back, teardown),
        cmocka_unit_test_teardown(a_fault_of_the_client_changes_nothing, teardown),
        cmocka_unit_test_teardown(only_regular_files_have_contents, teardown),
        cmocka_unit_test_teardown(keeps_time, teardown),
    };
    return RUN_SUITE("fs_file", tests);
}
