/*
 * A file system core on a disk in memory: what every fs_*.c test stands on.
 *
 * The rig counts transfers, can make them fail, and keeps the undo log that a server would keep:
 * the old value of every word that the core announces. fs_rollback() plays a death: it puts those
 * words back, forgets the handle, and attaches a new one.
 */
#ifndef TESTS_HOST_FS_DISK_H
#define TESTS_HOST_FS_DISK_H

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "suite.h"
#include "servers/fs/core/mfs.h"

#define LOG_MAX 65536

static struct {
    uint8_t *bytes; /* the disk */
    size_t size;
    struct mfs fs;
    uint8_t *arena;
    size_t arena_bytes;
    uint32_t clock;
    unsigned reads, writes, flushes, blocks_written, complaints;
    long fail_reads_after, fail_writes_after; /* so many more succeed; -1: all do */
    bool torn;           /* half of the first write that fails reaches the disk */
    uint64_t bad_sector; /* transfers that touch it fail; 0: none */
    size_t touched;
    struct {
        uint32_t *word;
        uint32_t old;
    } log[LOG_MAX];
    long kill_at; /* the announcement or transfer at which the server dies; -1: it lives */
    jmp_buf grave;
} disk = {.fail_reads_after = -1, .fail_writes_after = -1, .kill_at = -1};

/* ---- the functions behind the file system ---- */

static void perhaps_die(void)
{
    if (disk.kill_at >= 0 && disk.kill_at-- == 0)
        longjmp(disk.grave, 1);
}

static bool fails(long *after, uint64_t sector, uint32_t sectors)
{
    if (disk.bad_sector && disk.bad_sector >= sector && disk.bad_sector - sector < sectors)
        return true;
    return *after == 0 || (*after > 0 && (*after)-- == 0);
}

static int disk_read(void *ctx, uint64_t sector, uint32_t sectors, void *buf)
{
    (void)ctx;
    perhaps_die();
    disk.reads++;
    assert_true((sector + sectors) * 512 <= disk.size && sectors * 512 <= MFS_IO_MAX);
    if (fails(&disk.fail_reads_after, sector, sectors))
        return -EIO;
    memcpy(buf, disk.bytes + sector * 512, (size_t)sectors * 512);
    return 0;
}

static int disk_write(void *ctx, uint64_t sector, uint32_t sectors, const void *buf)
{
    (void)ctx;
    perhaps_die();
    disk.writes++;
    assert_true((sector + sectors) * 512 <= disk.size && sectors * 512 <= MFS_IO_MAX);
    if (fails(&disk.fail_writes_after, sector, sectors)) {
        if (disk.torn)
            memcpy(disk.bytes + sector * 512, buf, (size_t)sectors * 512 / 2);
        disk.torn = false;
        return -EIO;
    }
    if (disk.fs.state)
        disk.blocks_written += sectors * 512 >> disk.fs.block_shift;
    memcpy(disk.bytes + sector * 512, buf, (size_t)sectors * 512);
    return 0;
}

static int disk_flush(void *ctx)
{
    (void)ctx;
    disk.flushes++;
    return 0;
}

static uint64_t disk_sectors(void *ctx)
{
    (void)ctx;
    return disk.size / 512;
}

static uint32_t disk_now(void *ctx)
{
    (void)ctx;
    return disk.clock;
}

static void disk_touch(void *ctx, void *p, size_t bytes)
{
    (void)ctx;
    assert_int_equal(bytes, 4);
    assert_true((uint8_t *)p >= disk.arena && (uint8_t *)p < disk.arena + sizeof(struct mfs_state));
    assert_true(disk.touched < LOG_MAX);
    perhaps_die();
    disk.log[disk.touched].word = p;
    memcpy(&disk.log[disk.touched++].old, p, 4);
    perhaps_die();
}

static void disk_log(void *ctx, const char *text)
{
    (void)ctx;
    (void)text;
    disk.complaints++;
}

/* The core found its handle damaged. */
static void disk_broken(void *ctx, const char *what)
{
    (void)ctx;
    (void)what;
    longjmp(disk.grave, 1);
}

static const struct mfs_ops disk_ops = {
    .broken = disk_broken,
    .read = disk_read,
    .write = disk_write,
    .flush = disk_flush,
    .sectors = disk_sectors,
    .now = disk_now,
    .touch = disk_touch,
    .log = disk_log,
};

/* ---- a disk's life ---- */

static inline void fs_free(void)
{
    free(disk.bytes);
    free(disk.arena);
    disk.bytes = disk.arena = NULL;
    disk.fs.state = NULL;
}

/* A new disk of `bytes` zero bytes. */
static inline void fs_blank(size_t bytes)
{
    fs_free();
    disk.bytes = calloc(1, bytes);
    disk.size = bytes;
    disk.clock = 1000000000;
    disk.fail_reads_after = disk.fail_writes_after = disk.kill_at = -1;
    disk.bad_sector = 0;
    disk.torn = false;
    disk.touched = 0;
    assert_non_null(disk.bytes);
}

/* Mounts with a cache of `buffers` blocks of `block_size` bytes; the core's result. */
static inline int fs_try_mount(uint32_t buffers, uint32_t block_size, const char **reason)
{
    free(disk.arena);
    disk.arena_bytes = MFS_ARENA_BYTES(buffers, block_size);
    void *arena = NULL;
    assert_int_equal(posix_memalign(&arena, MFS_ARENA_ALIGN, disk.arena_bytes), 0);
    disk.arena = arena;
    memset(disk.arena, 0xa5, disk.arena_bytes); /* memory is not zero because one likes it so */
    memset(&disk.fs, 0, sizeof disk.fs);
    disk.fs.state = NULL;
    return mfs_mount(&disk.fs, &disk_ops, NULL, disk.arena, disk.arena_bytes, false, reason);
}

static inline void fs_mount(uint32_t buffers, uint32_t block_size)
{
    const char *reason = "";
    if (fs_try_mount(buffers, block_size, &reason) < 0)
        fail_msg("mount: %s", reason);
}

static inline void fs_format_with_log(size_t bytes, uint32_t block_size, uint32_t inodes,
                                      uint32_t log_blocks)
{
    struct mfs_format how = {.block_size = block_size, .inodes = inodes, .log_blocks = log_blocks};
    const char *reason = "";
    void *block = malloc(block_size);
    fs_blank(bytes);
    if (mfs_format(&disk_ops, NULL, &how, block, &reason) < 0)
        fail_msg("format: %s", reason);
    free(block);
}

static inline void fs_format(size_t bytes, uint32_t block_size, uint32_t inodes)
{
    fs_format_with_log(bytes, block_size, inodes, 0);
}

/* A fresh file system, mounted. */
static inline void fs_new(size_t bytes, uint32_t block_size, uint32_t inodes, uint32_t buffers)
{
    fs_format(bytes, block_size, inodes);
    fs_mount(buffers, block_size);
}

static inline void fs_commit(void)
{
    disk.touched = 0;
    mfs_commit(&disk.fs);
}

/* The server dies and its next incarnation goes on from the last commit. */
static inline void fs_rollback(void)
{
    disk.kill_at = -1;
    while (disk.touched > 0) {
        disk.touched--;
        *disk.log[disk.touched].word = disk.log[disk.touched].old;
    }
    memset(&disk.fs, 0, sizeof disk.fs);
    assert_int_equal(mfs_attach(&disk.fs, &disk_ops, NULL, disk.arena, disk.arena_bytes), 0);
}

/* ---- whole files, with the commits that a server makes ---- */

static inline void fs_reclaim(void)
{
    int more;
    fs_commit();
    while ((more = mfs_reclaim(&disk.fs)) > 0)
        fs_commit();
    assert_int_equal(more, 0);
    fs_commit();
}

/* Writes all of it, in as many steps as it takes; returns how much went, or the error of a first
 * step that failed. */
static inline int64_t fs_write(uint32_t inode, uint64_t offset, const void *data, uint64_t bytes)
{
    uint64_t done = 0;
    while (done < bytes) {
        int64_t n = mfs_write(&disk.fs, inode, offset + done, bytes - done, mfs_from_memory,
                              (uint8_t *)(uintptr_t)data + done);
        fs_commit();
        if (n <= 0)
            return done > 0 ? (int64_t)done : n;
        done += (uint64_t)n;
    }
    return (int64_t)done;
}

static inline int64_t fs_read(uint32_t inode, uint64_t offset, void *data, uint64_t bytes)
{
    return mfs_read(&disk.fs, inode, offset, bytes, mfs_to_memory, data);
}

static inline int fs_truncate(uint32_t inode, uint64_t size)
{
    int more;
    while ((more = mfs_truncate(&disk.fs, inode, size)) > 0)
        fs_commit();
    fs_commit();
    return more;
}

/* A new regular file. */
static inline uint32_t fs_file(const char *path)
{
    uint32_t inode = 0;
    assert_int_equal(mfs_create(&disk.fs, MFS_ROOT, path, MFS_IFREG | 0644, 0, &inode), 0);
    fs_commit();
    return inode;
}

static inline void fs_mkdir(const char *path)
{
    assert_int_equal(mfs_mkdir(&disk.fs, MFS_ROOT, path, 0755), 0);
    fs_commit();
}

static inline uint32_t fs_find(const char *path)
{
    uint32_t inode = 0;
    assert_int_equal(mfs_lookup(&disk.fs, MFS_ROOT, path, &inode), 0);
    return inode;
}

static inline struct mfs_stat fs_stat(uint32_t inode)
{
    struct mfs_stat st;
    assert_int_equal(mfs_stat(&disk.fs, inode, &st), 0);
    return st;
}

static inline uint32_t fs_free_blocks(void)
{
    struct mfs_statfs st;
    mfs_statfs(&disk.fs, &st);
    return st.free_blocks;
}

/* ---- util-linux's opinion ---- */

static inline void fs_save(const char *path)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(disk.bytes, 1, disk.size, f), disk.size);
    fclose(f);
}

static inline void fs_load(const char *path)
{
    struct stat st;
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fstat(fileno(f), &st), 0);
    fs_blank((size_t)st.st_size);
    assert_int_equal(fread(disk.bytes, 1, disk.size, f), disk.size);
    fclose(f);
}

/* A name for a file of this process's own. */
static inline const char *fs_temporary(const char *suffix)
{
    static char path[256];
    const char *directory = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/courier-fs-%ld%s", directory ? directory : "/tmp",
             (long)getpid(), suffix);
    return path;
}

/* fsck.minix accepts the disk (of 1 KiB blocks, it knows no others) without a word. */
static inline void fs_fsck(void)
{
    const char *path = fs_temporary(".img");
    char command[1024], output[4096] = "";
    fs_save(path);
    snprintf(command, sizeof command, "PATH=$PATH:/usr/sbin:/sbin fsck.minix -fm %s 2>&1", path);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    size_t n = fread(output, 1, sizeof output - 1, f);
    int status = pclose(f);
    unlink(path);
    const char *end = memchr(output, '\n', n);
    if (status != 0 || !end || end[1] != '\0')
        fail_msg("fsck.minix: status %d: %s", status, output);
}

#endif
