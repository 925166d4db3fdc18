/*
 * The block cache and transactions: what reaches the disk and when, what a failure leaves behind;
 * and open inodes, which live in the same state.
 */
#include "fs_disk.h"
#include "fs_check.h"

#define MIB (1 << 20)

static uint8_t data[MIB], got[MIB];

static int setup(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 13 + i / 1024);
    fs_new(4 << 20, 1024, 0, 256);
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    fs_free();
    return 0;
}

static int create(const char *path)
{
    return mfs_create(&disk.fs, MFS_ROOT, path, MFS_IFREG | 0644, 0, NULL);
}

static int lookup(const char *path)
{
    uint32_t inode;
    return mfs_lookup(&disk.fs, MFS_ROOT, path, &inode);
}

static void contents_are(uint32_t inode, size_t bytes)
{
    assert_int_equal(fs_read(inode, 0, got, bytes), bytes);
    assert_memory_equal(got, data, bytes);
}

/* The disk as it is now, without what the cache holds, is good and mountable. */
static void disk_is_good(void)
{
    ASSERT_IMAGE_GOOD(disk.bytes);
}

/* ---- when the disk is written ---- */

static void nothing_is_written_inside_a_transaction(void **unused)
{
    (void)unused;
    unsigned before = disk.writes;
    assert_int_equal(create("/f"), 0);
    assert_int_equal(mfs_write(&disk.fs, fs_find("/f"), 0, 100000, mfs_from_memory, data), 100000);
    assert_int_equal(mfs_sync(&disk.fs), -EBUSY);
    assert_int_equal(disk.writes, before);
    fs_commit();
    assert_int_equal(mfs_sync(&disk.fs), 0);
    assert_true(disk.writes > before);
    assert_true(disk.flushes > 0);
    disk_is_good();
    before = disk.writes;
    assert_int_equal(mfs_sync(&disk.fs), 0);
    assert_int_equal(disk.writes, before); /* there is nothing left to write */
}

static void a_megabyte_takes_few_transfers(void **unused)
{
    (void)unused;
    fs_new(4 << 20, 1024, 0, 512);
    uint32_t f = fs_file("/f");
    disk.writes = disk.reads = 0;
    assert_int_equal(fs_write(f, 0, data, MIB), MIB);
    assert_int_equal(mfs_sync(&disk.fs), 0);
    assert_in_range(disk.writes, MIB / MFS_IO_MAX, 80);
    assert_true(disk.reads < 8);
    fs_mount(512, 1024);
    disk.reads = 0;
    contents_are(f, MIB);
    assert_in_range(disk.reads, MIB / MFS_IO_MAX, 30);
    fs_mount(512, 1024);
    disk.reads = 0;
    for (size_t at = 0; at < MIB; at += 1024) /* in small pieces, as programs do */
        assert_int_equal(fs_read(f, at, got + at, 1024), 1024);
    assert_memory_equal(got, data, MIB);
    assert_in_range(disk.reads, MIB / MFS_IO_MAX, 100);
}

static void what_is_cached_is_not_read_again(void **unused)
{
    (void)unused;
    uint32_t f = fs_file("/f");
    assert_int_equal(fs_write(f, 0, data, 50000), 50000);
    fs_mount(256, 1024);
    f = fs_file("/g");
    assert_int_equal(fs_write(f, 0, data, 50000), 50000);
    contents_are(f, 50000);
    disk.reads = 0;
    for (int i = 0; i < 10; i++)
        contents_are(f, 50000);
    assert_int_equal(disk.reads, 0);
}

/* Whenever the core writes of its own accord, it leaves the disk at one committed state. */
static void every_writeback_is_a_checkpoint(void **unused)
{
    (void)unused;
    fs_new(4 << 20, 1024, 0, 64);
    int checkpoints = 0;
    for (int i = 0; i < 300; i++) {
        char path[20];
        unsigned before = disk.writes;
        snprintf(path, sizeof path, "/%d", i % 40);
        if (lookup(path) == 0)
            assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, path), 0);
        else
            assert_int_equal(create(path), 0);
        if (disk.writes > before && disk.fs.orphans == (i >= 40 && i / 40 % 2)) {
            checkpoints++;
            disk_is_good();
        }
        fs_commit();
        if (lookup(path) == 0)
            assert_true(fs_write(fs_find(path), 0, data, (size_t)i * 50) >= 0);
        fs_reclaim();
    }
    assert_true(checkpoints > 5);
}

/* A file that comes and goes between two write-backs costs no transfer of its contents. */
static void short_lived_files_stay_in_memory(void **unused)
{
    (void)unused;
    fs_new(4 << 20, 1024, 0, 512);
    disk.blocks_written = 0;
    assert_int_equal(fs_write(fs_file("/f"), 0, data, 60000), 60000);
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/f"), 0);
    fs_reclaim();
    assert_int_equal(mfs_sync(&disk.fs), 0);
    assert_true(disk.blocks_written < 8);
}

/* ---- all or nothing ---- */

static void abort_takes_everything_back(void **unused)
{
    (void)unused;
    struct mfs_statfs before, after;
    uint32_t f = fs_file("/f");
    assert_int_equal(fs_write(f, 0, data, 5000), 5000);
    mfs_statfs(&disk.fs, &before);
    assert_int_equal(create("/g"), 0);
    assert_int_equal(mfs_open(&disk.fs, fs_find("/g")), 0);
    assert_int_equal(mfs_write(&disk.fs, f, 1, 5000, mfs_from_memory, data), 5000);
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/f"), 0);
    mfs_abort(&disk.fs);
    fs_commit();
    mfs_statfs(&disk.fs, &after);
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(lookup("/g"), -ENOENT);
    assert_int_equal(fs_find("/f"), f);
    contents_are(f, 5000);
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    fs_fsck();
}

/* An operation that fails after it has changed something takes the whole transaction back; one that
 * finds at once that it cannot be done does not. */
static void a_failure_takes_the_transaction_back(void **unused)
{
    (void)unused;
    fs_new(4 << 20, 1024, 16, 64);
    for (int i = 0; i < 14; i++) {
        char path[20];
        snprintf(path, sizeof path, "/%d", i);
        fs_file(path);
    }
    assert_int_equal(create("/last"), 0);
    assert_int_equal(create("/one-more"), -ENOSPC);
    assert_int_equal(lookup("/last"), -ENOENT);
    fs_commit();
    assert_int_equal(create("/last"), 0);
    assert_int_equal(lookup("/nothing"), -ENOENT);
    assert_int_equal(lookup("/last"), 0);
    fs_commit();
}

static void a_transaction_has_a_limit(void **unused)
{
    (void)unused;
    fs_new(4 << 20, 1024, 0, 64);
    uint32_t f = fs_file("/f");
    uint64_t at = 0;
    int64_t n;
    while ((n = mfs_write(&disk.fs, f, at, 100000, mfs_from_memory, data)) > 0)
        at += (uint64_t)n;
    assert_int_equal(n, -ENOMEM);
    assert_true(at >= 10000);
    fs_commit();
    assert_int_equal(fs_stat(f).size, 0);
    assert_int_equal(fs_write(f, 0, data, 100000), 100000); /* with commits it goes */
}

/* Blocks that are taken, freed and taken again before anything is committed. */
static void one_transaction_may_change_its_mind(void **unused)
{
    (void)unused;
    for (int die = 0; die < 2; die++) {
        fs_new(4 << 20, 1024, 0, 64);
        uint32_t f = fs_file("/f"), before = fs_free_blocks();
        assert_int_equal(fs_write(f, 0, data + 7, 9000), 9000);
        for (int i = 0; i < 400; i++) {
            assert_int_equal(mfs_write(&disk.fs, f, 0, 9000, mfs_from_memory, data), 9000);
            if (mfs_truncate(&disk.fs, f, 100) < 0)
                fail_msg("no room in round %d", i);
            if (disk.fs.journaled > MFS_JOURNAL * 2 / 3)
                break;
        }
        assert_int_equal(mfs_write(&disk.fs, f, 0, 5000, mfs_from_memory, data), 5000);
        if (die) {
            fs_rollback();
            assert_int_equal(fs_read(f, 0, got, MIB), 9000);
            assert_memory_equal(got, data + 7, 9000);
            assert_int_equal(fs_free_blocks(), before - 10);
        } else {
            fs_commit();
            contents_are(f, 5000);
            assert_int_equal(fs_free_blocks(), before - 5);
        }
        assert_int_equal(mfs_unmount(&disk.fs), 0);
        fs_fsck();
    }
}

/* Opening a file does not keep the operation after it from making room. */
static void room_is_made_after_an_open(void **unused)
{
    (void)unused;
    fs_new(4 << 20, 1024, 0, 64);
    uint32_t f = fs_file("/f");
    for (uint64_t at = 0; at < 500000;) {
        assert_int_equal(mfs_open(&disk.fs, f), 0);
        int64_t n = mfs_write(&disk.fs, f, at, 100000, mfs_from_memory, data);
        assert_true(n >= 16 * 1024);
        at += (uint64_t)n;
        fs_commit();
    }
}

/* Reads, and the room for them, are there however large the transaction is. */
static void reading_works_in_a_full_transaction(void **unused)
{
    (void)unused;
    fs_new(4 << 20, 1024, 0, 64);
    uint32_t f = fs_file("/f"), g = fs_file("/g");
    assert_int_equal(fs_write(f, 0, data, 300000), 300000);
    while (mfs_write(&disk.fs, g, fs_stat(g).size, 2000, mfs_from_memory, data) > 0 &&
           disk.fs.fresh + 17 < disk.fs.budget)
        ;
    contents_are(f, 300000);
    assert_true(disk.fs.fresh > 10);
}

/* ---- bad disks ---- */

static void failed_writes_lose_nothing(void **unused)
{
    (void)unused;
    fs_new(4 << 20, 1024, 0, 64);
    uint32_t f = fs_file("/f");
    size_t size = 0;
    disk.fail_writes_after = 3;
    int64_t n = 1;
    for (; n > 0; size += n > 0 ? (size_t)n : 0)
        n = fs_write(f, size, data + size, 5000);
    assert_int_equal(n, -EIO);
    assert_true(size > 10000);
    assert_int_equal(create("/g"), -EIO);
    contents_are(f, size);
    assert_int_equal(mfs_sync(&disk.fs), -EIO);
    disk.fail_writes_after = -1;
    assert_int_equal(mfs_sync(&disk.fs), 0);
    assert_int_equal(fs_write(f, size, data + size, 5000), 5000);
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    fs_fsck();
    fs_mount(64, 1024);
    contents_are(f, size + 5000);
}

/* Whichever read of an operation fails, the operation fails as a whole. */
static void failed_reads_change_nothing(void **unused)
{
    (void)unused;
    for (long k = 0; k < 12; k++) {
        fs_new(4 << 20, 1024, 0, 64);
        fs_mkdir("/a");
        fs_mkdir("/a/b");
        fs_mkdir("/c");
        fs_file("/c/d");
        for (int i = 0; i < 100; i++) {
            char path[20];
            snprintf(path, sizeof path, "/c/%d", i);
            fs_file(path);
        }
        assert_int_equal(mfs_sync(&disk.fs), 0);
        fs_mount(64, 1024);
        disk.fail_reads_after = k;
        int err = mfs_rename(&disk.fs, MFS_ROOT, "/a/b", MFS_ROOT, "/c/e");
        disk.fail_reads_after = -1;
        assert_true(err == 0 || err == -EIO);
        assert_int_equal(lookup("/a/b"), err == 0 ? -ENOENT : 0);
        assert_int_equal(lookup("/c/e"), err == 0 ? 0 : -ENOENT);
        fs_commit();
        assert_int_equal(mfs_unmount(&disk.fs), 0);
        fs_fsck();
        if (k > 10)
            assert_int_equal(err, 0);
    }
}

static void a_bad_neighbour_does_no_harm(void **unused)
{
    (void)unused;
    uint32_t f = fs_file("/f");
    assert_int_equal(fs_write(f, 0, data, 7 * 1024), 7 * 1024);
    assert_int_equal(mfs_sync(&disk.fs), 0);
    uint8_t *third = memmem(disk.bytes, disk.size, data + 3 * 1024, 1024);
    assert_non_null(third);
    disk.bad_sector = (uint64_t)(third - disk.bytes) / 512 + 1;
    fs_mount(256, 1024);
    assert_int_equal(fs_read(f, 0, got, 3 * 1024), 3 * 1024);
    assert_memory_equal(got, data, 3 * 1024);
    assert_int_equal(fs_read(f, 3 * 1024, got, 1), -EIO);
    assert_int_equal(fs_read(f, 0, got, 7 * 1024), -EIO);
    assert_int_equal(fs_read(f, 4 * 1024, got, 3 * 1024), 3 * 1024);
    assert_int_equal(fs_write(f, 3 * 1024, data, 1024), 1024); /* a whole block needs no read */
    assert_int_equal(fs_write(f, 2 * 1024, data, 10), 10);
}

/* ---- open inodes ---- */

static void an_open_file_outlives_its_name(void **unused)
{
    (void)unused;
    uint32_t before = fs_free_blocks(), f = fs_file("/f");
    assert_int_equal(fs_write(f, 0, data, 100000), 100000);
    assert_int_equal(mfs_open(&disk.fs, f), 0);
    assert_int_equal(mfs_open(&disk.fs, f), 0);
    fs_commit();
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/f"), 0);
    fs_reclaim();
    assert_int_equal(lookup("/f"), -ENOENT);
    assert_int_equal(fs_stat(f).links, 0);
    contents_are(f, 100000);
    assert_int_equal(mfs_sync(&disk.fs), 0);
    fs_rollback(); /* the next incarnation knows it too */
    assert_int_equal(fs_write(f, 100000, data + 100000, 5000), 5000);
    contents_are(f, 105000);
    assert_int_equal(mfs_close(&disk.fs, f), 0);
    fs_reclaim();
    contents_are(f, 105000);
    assert_int_equal(mfs_close(&disk.fs, f), 0);
    fs_commit();
    assert_int_equal(mfs_open(&disk.fs, f), -ENOENT);
    fs_reclaim();
    assert_int_equal(fs_free_blocks(), before);
    assert_int_equal(mfs_close(&disk.fs, f), -EBADF);
    assert_int_equal(mfs_open(&disk.fs, f), -EIO);
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    fs_fsck();
}

/* A directory that was removed while somebody is in it: nothing is found, nothing can be made. */
static void a_removed_directory_is_empty(void **unused)
{
    (void)unused;
    struct mfs_disk_entry e;
    uint32_t offset = 0, inode;
    fs_mkdir("/d");
    fs_file("/f");
    uint32_t d = fs_find("/d");
    assert_int_equal(mfs_open(&disk.fs, d), 0);
    assert_int_equal(mfs_rmdir(&disk.fs, MFS_ROOT, "/d"), 0);
    fs_reclaim();
    assert_int_equal(mfs_lookup(&disk.fs, d, "..", &inode), -ENOENT);
    assert_int_equal(mfs_lookup(&disk.fs, d, "../f", &inode), -ENOENT);
    assert_int_equal(mfs_create(&disk.fs, d, "x", MFS_IFREG, 0, NULL), -ENOENT);
    assert_int_equal(mfs_mkdir(&disk.fs, d, "x", 0755), -ENOENT);
    assert_int_equal(mfs_link(&disk.fs, MFS_ROOT, "/f", d, "x"), -ENOENT);
    assert_int_equal(mfs_rename(&disk.fs, MFS_ROOT, "/f", d, "x"), -ENOENT);
    assert_int_equal(mfs_readdir(&disk.fs, d, &offset, &e, 1), 0);
    assert_int_equal(mfs_lookup(&disk.fs, d, "/f", &inode), 0);
    assert_int_equal(mfs_close(&disk.fs, d), 0);
    fs_reclaim();
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    fs_fsck();
}

static void the_open_table_has_a_limit(void **unused)
{
    (void)unused;
    fs_new(4 << 20, 1024, 0, 256);
    uint32_t first = 0;
    for (int i = 0; i < MFS_MAX_OPEN + 2; i++) {
        char path[20];
        snprintf(path, sizeof path, "/%d", i);
        uint32_t f = fs_file(path);
        first = first ? first : f;
        assert_int_equal(mfs_open(&disk.fs, f), i < MFS_MAX_OPEN ? 0 : -ENFILE);
        fs_commit();
    }
    assert_int_equal(mfs_open(&disk.fs, first), 0); /* a second time needs no place */
    fs_commit();
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/512"), -ENFILE);
    fs_commit();
    assert_int_equal(lookup("/512"), 0);
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/0"), 0); /* has its place already */
    fs_commit();
    fs_rollback();
    assert_int_equal(mfs_close(&disk.fs, fs_find("/7")), 0);
    fs_commit();
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/512"), 0);
    fs_reclaim();
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    fs_fsck();
}

/* A large file goes in steps, each of which is a transaction that may be the last one before a
 * death. */
static void orphans_go_in_steps(void **unused)
{
    (void)unused;
    fs_new(128 << 20, 1024, 64, 64);
    uint32_t before = fs_free_blocks(), f = fs_file("/f");
    for (uint32_t i = 0; i < 1500; i++) { /* all over the disk, and so over its bitmap */
        disk.fs.zone_cursor = 1 + i % 15 * 8192 + i / 15;
        assert_int_equal(fs_write(f, (uint64_t)i * 1024 * 256, "x", 1), 1);
    }
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/f"), 0);
    fs_commit();
    int steps = 0, more;
    do {
        disk.fs.budget = 17;
        more = mfs_reclaim(&disk.fs);
        assert_true(more >= 0);
        if (++steps % 2) {
            fs_rollback();
            more = 1;
        }
        fs_commit();
    } while (more);
    assert_true(steps > 4);
    assert_int_equal(fs_free_blocks(), before);
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    disk_is_good();
}

static void unmount_frees_what_was_open(void **unused)
{
    (void)unused;
    for (int i = 0; i < 20; i++) {
        uint32_t f = fs_file("/f");
        assert_int_equal(fs_write(f, 0, data, 10000), 10000);
        assert_int_equal(mfs_open(&disk.fs, f), 0);
        assert_int_equal(mfs_open(&disk.fs, f), 0);
        assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/f"), 0);
        fs_commit();
    }
    assert_int_equal(mfs_open(&disk.fs, MFS_ROOT), 0);
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    fs_fsck();
}

/* A deleted file whose blocks make no sense: its space is lost, but the rest goes on. */
static void a_damaged_orphan_is_given_up(void **unused)
{
    (void)unused;
    uint32_t f = fs_file("/f");
    assert_int_equal(fs_write(f, 0, data, 20000), 20000);
    fs_file("/g");
    assert_int_equal(mfs_sync(&disk.fs), 0);
    uint8_t *zone8 = disk.bytes + 4096 + (f - 1) * 64 + 24 + 7 * 4;
    memset(zone8, 0xff, 4);
    fs_mount(64, 1024);
    unsigned before = disk.complaints;
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/f"), 0);
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "/g"), 0);
    fs_reclaim();
    assert_true(disk.complaints > before);
    assert_int_equal(disk.fs.orphans, 0);
    assert_int_equal(create("/h"), 0);
    fs_commit();
    assert_int_equal(mfs_unmount(&disk.fs), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_written_inside_a_transaction),
        TEST(a_megabyte_takes_few_transfers),
        TEST(what_is_cached_is_not_read_again),
        TEST(every_writeback_is_a_checkpoint),
        TEST(short_lived_files_stay_in_memory),
        TEST(abort_takes_everything_back),
        TEST(a_failure_takes_the_transaction_back),
        TEST(a_transaction_has_a_limit),
        TEST(one_transaction_may_change_its_mind),
        TEST(room_is_made_after_an_open),
        TEST(reading_works_in_a_full_transaction),
        TEST(failed_writes_lose_nothing),
        TEST(failed_reads_change_nothing),
        TEST(a_bad_neighbour_does_no_harm),
        TEST(an_open_file_outlives_its_name),
        TEST(a_removed_directory_is_empty),
        TEST(the_open_table_has_a_limit),
        TEST(orphans_go_in_steps),
        TEST(unmount_frees_what_was_open),
        TEST(a_damaged_orphan_is_given_up),
    };
    return RUN_SUITE("fs_cache", tests);
}
