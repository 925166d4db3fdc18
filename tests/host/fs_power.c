/*
 * Power failures: the disk takes so many writes and then none, at every number; sometimes half of the one in which it
 * fails. The next mount must find a sound file system, with everything that had been synced.
 */
#include "fs_disk.h"
#include "fs_check.h"

#define MIB     (1u << 20)
#define FILES   12
#define BUFFERS 64

/* A story with one sync a file: what is synced is never touched again. */
static struct {
    int synced; /* files whose sync has succeeded */
    unsigned writes;
} story;

static uint8_t byte_of(int file, uint32_t at)
{
    return (uint8_t)(file * 31 + at * 7 + at / 251);
}

static uint32_t size_of(int file)
{
    return 500u + (uint32_t)file * 2900u;
}

static const char *name_of(int file)
{
    static char name[16];
    snprintf(name, sizeof name, "d%d/f%d", file % 3, file);
    return name;
}

/* One file, and things that come and go around it. False: the power is off. */
static bool chapter(int file)
{
    static uint8_t data[64 << 10];
    char directory[8], passing[16];
    uint32_t inode;
    snprintf(directory, sizeof directory, "d%d", file % 3);
    snprintf(passing, sizeof passing, "d%d/x", file % 3);
    for (uint32_t i = 0; i < size_of(file); i++)
        data[i] = byte_of(file, i);
    int err = file < 3 ? mfs_mkdir(&disk.fs, MFS_ROOT, directory, 0755) : 0;
    fs_commit();
    if (err == 0)
        err = mfs_create(&disk.fs, MFS_ROOT, name_of(file), MFS_IFREG | 0644, 0, &inode);
    fs_commit();
    if (err < 0 || fs_write(inode, 0, data, size_of(file)) != size_of(file))
        return false;
    err = file >= 3 ? mfs_unlink(&disk.fs, MFS_ROOT, passing) : 0;
    fs_commit();
    if (err == 0 && mfs_reclaim(&disk.fs) < 0)
        return false;
    fs_commit();
    if (err == 0)
        err = mfs_create(&disk.fs, MFS_ROOT, passing, MFS_IFREG | 0644, 0, &inode);
    fs_commit();
    if (err < 0 || fs_write(inode, 0, data, 9000) != 9000 || mfs_sync(&disk.fs) < 0)
        return false;
    story.synced = file + 1;
    return true;
}

/* The story until its end, or until the disk has taken `writes` writes; -1: it takes them all. */
static void live(uint32_t block, uint32_t log_blocks, long writes, bool torn)
{
    story.synced = 0;
    fs_format_with_log(2 * MIB, block, 64, log_blocks);
    fs_mount(BUFFERS, block);
    unsigned before = disk.writes;
    disk.fail_writes_after = writes;
    disk.torn = torn;
    for (int file = 0; file < FILES && chapter(file); file++)
        ;
    story.writes = disk.writes - before;
    disk.fail_writes_after = -1;
    disk.torn = false;
    disk.touched = 0;
}

static void assert_file_whole(int file)
{
    static uint8_t data[64 << 10];
    uint32_t inode = fs_find(name_of(file));
    assert_int_equal(fs_stat(inode).size, size_of(file));
    assert_int_equal(fs_read(inode, 0, data, sizeof data), size_of(file));
    for (uint32_t i = 0; i < size_of(file); i++)
        assert_int_equal(data[i], byte_of(file, i));
}

/* The power comes back. */
static void assert_survived(uint32_t block)
{
    fs_mount(BUFFERS, block);
    ASSERT_IMAGE_GOOD(disk.bytes);
    for (int file = 0; file < story.synced; file++)
        assert_file_whole(file);
}

static void cut_everywhere(uint32_t block, bool torn)
{
    live(block, 256, -1, false);
    assert_int_equal(story.synced, FILES);
    long writes = story.writes;
    assert_true(writes > 100);
    for (long cut = 0; cut < writes; cut++) {
        live(block, 256, cut, torn);
        assert_true(story.synced < FILES);
        assert_survived(block);
        if (block == 1024 && cut % 16 == 0)
            fs_fsck();
    }
}

static void a_cut_at_any_write(void **unused)
{
    (void)unused;
    cut_everywhere(1024, false);
    cut_everywhere(4096, false);
}

static void a_cut_in_the_middle_of_any_write(void **unused)
{
    (void)unused;
    cut_everywhere(1024, true);
}

/* The mount that repairs is cut off, too, at each of its own writes. */
static void a_cut_during_the_repair(void **unused)
{
    (void)unused;
    live(1024, 256, -1, false);
    long writes = story.writes;
    for (long cut = 0; cut < writes; cut += 5)
        for (long again = 0; again < 40; again += 3) {
            const char *reason;
            live(1024, 256, cut, false);
            disk.fail_writes_after = again;
            fs_try_mount(BUFFERS, 1024, &reason);
            disk.fail_writes_after = -1;
            assert_survived(1024);
        }
}

/* A server dies in the middle of a write-back, the next one goes on, and then the power fails. */
static void a_death_and_then_a_cut(void **unused)
{
    (void)unused;
    for (volatile long death = 0; death < 60; death += 3)
        for (volatile long cut = 0; cut < 40; cut += 3) {
            live(1024, 256, -1, false);
            assert_true(fs_write(fs_file("last"), 0, disk.bytes, 20000) == 20000);
            disk.kill_at = death;
            if (setjmp(disk.grave) == 0)
                mfs_sync(&disk.fs);
            fs_rollback();
            disk.fail_writes_after = cut;
            mfs_sync(&disk.fs);
            disk.fail_writes_after = -1;
            assert_survived(1024);
        }
}

/* ---- removed while in use ---- */

/* On the disk: a large file and a directory, synced, removed while both are open, and synced again. */
static void leave_orphans(long writes)
{
    static uint8_t data[600 << 10];
    fs_format_with_log(2 * MIB, 1024, 64, 256);
    fs_mount(BUFFERS, 1024);
    fs_mkdir("gone");
    fs_mkdir("stays");
    uint32_t file = fs_file("stays/gone"), directory = fs_find("gone");
    assert_int_equal(fs_write(file, 0, data, sizeof data), sizeof data);
    assert_int_equal(mfs_open(&disk.fs, file), 0);
    assert_int_equal(mfs_open(&disk.fs, directory), 0);
    fs_commit();
    assert_int_equal(mfs_sync(&disk.fs), 0);
    assert_int_equal(mfs_unlink(&disk.fs, MFS_ROOT, "stays/gone"), 0);
    fs_commit();
    assert_int_equal(mfs_rmdir(&disk.fs, MFS_ROOT, "gone"), 0);
    fs_commit();
    disk.fail_writes_after = writes;
    mfs_sync(&disk.fs);
    disk.fail_writes_after = -1;
}

/* A boot as FS makes it: what is in nobody's use is freed, and then all is written. */
static int boot(void)
{
    int more;
    fs_mount(BUFFERS, 1024);
    fs_commit();
    while ((more = mfs_reclaim(&disk.fs)) > 0)
        fs_commit();
    fs_commit();
    return more < 0 ? more : mfs_sync(&disk.fs);
}

static void assert_nothing_left(void)
{
    struct mfs_statfs st;
    mfs_statfs(&disk.fs, &st);
    ASSERT_IMAGE_GOOD(disk.bytes);
    assert_true(mfs_is_sound(&disk.fs));
    assert_int_equal(st.free_inodes, st.inodes - 2); /* the root and stays */
    assert_int_equal(st.free_blocks, st.blocks - 2);
}

/* The power fails after the sync, and then at each write of the boot that frees them. */
static void orphans_are_freed_whatever_is_cut(void **unused)
{
    (void)unused;
    unsigned complaints = disk.complaints;
    leave_orphans(-1);
    unsigned before = disk.writes;
    assert_int_equal(boot(), 0);
    assert_nothing_left();
    fs_fsck();
    long writes = disk.writes - before;
    assert_true(writes > 4);
    for (volatile long cut = 0; cut < writes; cut++) {
        leave_orphans(-1);
        disk.fail_writes_after = cut;
        assert_int_equal(boot(), -EIO);
        disk.fail_writes_after = -1;
        assert_int_equal(boot(), 0);
        assert_nothing_left();
        fs_fsck();
    }
    assert_int_equal(disk.complaints, complaints);
}

/* Cut in the sync that makes them orphans: they are there with their names, or they are gone. */
static void the_removal_is_cut(void **unused)
{
    (void)unused;
    for (long cut = 0; cut < 8; cut++) {
        leave_orphans(cut);
        assert_int_equal(boot(), 0);
        ASSERT_IMAGE_GOOD(disk.bytes);
        fs_fsck();
    }
}

/* A restart is not a boot: who has them open still does. */
static void a_restart_leaves_them_to_their_users(void **unused)
{
    (void)unused;
    leave_orphans(-1);
    fs_rollback();
    assert_int_equal(mfs_reclaim(&disk.fs), 0);
    assert_true(mfs_is_sound(&disk.fs));
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    ASSERT_IMAGE_GOOD(disk.bytes);
}

/* No links, but a name: the disk is damaged, and the file is not to be lost for that. */
static void a_file_with_a_name_is_no_orphan(void **unused)
{
    (void)unused;
    fs_format_with_log(2 * MIB, 1024, 64, 256);
    fs_mount(BUFFERS, 1024);
    uint32_t number = fs_file("named");
    assert_int_equal(mfs_sync(&disk.fs), 0);
    struct mfs_state *st = disk.fs.state;
    struct mfs_disk_inode *table =
        (void *)(disk.bytes +
                 (size_t)(MFS_FIRST_BITMAP + st->imap_blocks + st->zmap_blocks) * 1024);
    assert_int_equal(table[number - 1].links, 1);
    table[number - 1].links = 0;
    assert_int_equal(boot(), 0);
    assert_int_equal(table[number - 1].mode, MFS_IFREG | 0644);
}

/* Without room for a log the disk is used all the same. */
static void a_disk_without_a_log(void **unused)
{
    (void)unused;
    live(1024, 0, -1, false);
    assert_int_equal(story.synced, FILES);
    assert_survived(1024);
}

/* What is in the log's place may be anything. */
static void rubbish_in_the_logs_place(void **unused)
{
    (void)unused;
    for (unsigned seed = 1; seed < 200; seed++) {
        live(1024, 256, -1, false);
        uint8_t *header = disk.bytes + disk.size - 256 * 1024 - MFS_LOG_HEADER_SECTORS * 512;
        for (unsigned i = seed % 2 ? 4 : 0; i < 64; i++)
            header[i] = (uint8_t)(rand() >> 4);
        assert_survived(1024);
    }
}

static int teardown(void **unused)
{
    (void)unused;
    fs_free();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_cut_at_any_write, teardown),
        cmocka_unit_test_teardown(a_cut_in_the_middle_of_any_write, teardown),
        cmocka_unit_test_teardown(a_cut_during_the_repair, teardown),
        cmocka_unit_test_teardown(a_death_and_then_a_cut, teardown),
        cmocka_unit_test_teardown(orphans_are_freed_whatever_is_cut, teardown),
        cmocka_unit_test_teardown(the_removal_is_cut, teardown),
        cmocka_unit_test_teardown(a_restart_leaves_them_to_their_users, teardown),
        cmocka_unit_test_teardown(a_file_with_a_name_is_no_orphan, teardown),
        cmocka_unit_test_teardown(a_disk_without_a_log, teardown),
        cmocka_unit_test_teardown(rubbish_in_the_logs_place, teardown),
    };
    return RUN_SUITE("fs_power", tests);
}
