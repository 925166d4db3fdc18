/* Files: their bytes, and descriptors. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "test.h"

static char buffer[16384];

static int create(const char *name)
{
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);
    CHECK(fd >= 0);
    return fd;
}

static void put(int fd, const char *text)
{
    CHECK_EQUAL(write(fd, text, strlen(text)), strlen(text));
}

/* The whole file, from its beginning, is this text. */
static void check_content(int fd, const char *text)
{
    CHECK_EQUAL(lseek(fd, 0, SEEK_SET), 0);
    ssize_t n = read(fd, buffer, sizeof buffer - 1);
    CHECK(n >= 0);
    buffer[n] = '\0';
    CHECK(strcmp(buffer, text) == 0);
}

static void file_write_and_read(void)
{
    int fd = create("f");
    put(fd, "hello");
    put(fd, ", world");
    check_content(fd, "hello, world");
    CHECK_EQUAL(read(fd, buffer, 10), 0);
    CHECK_EQUAL(lseek(fd, 7, SEEK_SET), 7);
    put(fd, "WORLD");
    check_content(fd, "hello, WORLD");
    CHECK_EQUAL(close(fd), 0);
    fd = open("f", O_RDONLY);
    check_content(fd, "hello, WORLD");
}

static void file_open_modes(void)
{
    CHECK_FAILS(open("f", O_RDWR), ENOENT);
    put(create("f"), "text");
    CHECK_FAILS(open("f", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST);
    int r = open("f", O_RDONLY), w = open("f", O_WRONLY);
    CHECK_FAILS(write(r, "x", 1), EBADF);
    CHECK_FAILS(read(w, buffer, 1), EBADF);
    CHECK_FAILS(open("f", 3), EINVAL);
    CHECK_FAILS(open("f", O_RDONLY | 1 << 30), EINVAL);
    CHECK_FAILS(open(".", O_RDWR), EISDIR);
    CHECK_FAILS(open("f", O_RDONLY | O_DIRECTORY), ENOTDIR);
    int t = open("f", O_RDWR | O_TRUNC);
    check_content(t, "");
    int e = open("g", O_WRONLY | O_CREAT | O_EXCL, 0600);
    struct stat st;
    CHECK_EQUAL(fstat(e, &st), 0);
    CHECK_EQUAL(st.st_mode, S_IFREG | 0600);
}

static void file_append(void)
{
    put(create("f"), "one\n");
    int a = open("f", O_WRONLY | O_APPEND), b = open("f", O_RDWR | O_APPEND);
    put(a, "two\n");
    put(b, "three\n");
    CHECK_EQUAL(lseek(a, 0, SEEK_SET), 0);
    put(a, "four\n");
    check_content(b, "one\ntwo\nthree\nfour\n");
}

static void append_lines(void *letter)
{
    int fd = open("log", O_WRONLY | O_APPEND);
    char line[] = "?????????\n";
    memset(line, (int)(intptr_t)letter, 9);
    for (int i = 0; i < 50; i++)
        put(fd, line);
}

/* Lines that several processes append at the same time are all there, and whole. */
static void file_append_together(void)
{
    pid_t pids[4];
    int count[4] = {0};
    int fd = create("log");
    for (intptr_t i = 0; i < 4; i++)
        pids[i] = start(append_lines, (void *)('a' + i));
    for (int i = 0; i < 4; i++)
        check_ended_well(pids[i]);
    CHECK_EQUAL(lseek(fd, 0, SEEK_SET), 0);
    for (ssize_t n; (n = read(fd, buffer, 10)) > 0;) {
        CHECK_EQUAL(n, 10);
        CHECK(buffer[0] >= 'a' && buffer[0] < 'e' && buffer[9] == '\n');
        for (int i = 1; i < 9; i++)
            CHECK_EQUAL(buffer[i], buffer[0]);
        count[buffer[0] - 'a']++;
    }
    for (int i = 0; i < 4; i++)
        CHECK_EQUAL(count[i], 50);
}

static void file_seek(void)
{
    int fd = create("f");
    put(fd, "0123456789");
    CHECK_EQUAL(lseek(fd, -3, SEEK_END), 7);
    CHECK_EQUAL(lseek(fd, -2, SEEK_CUR), 5);
    CHECK_EQUAL(read(fd, buffer, 1), 1);
    CHECK_EQUAL(buffer[0], '5');
    CHECK_FAILS(lseek(fd, -1, SEEK_SET), EINVAL);
    CHECK_FAILS(lseek(fd, -11, SEEK_END), EINVAL);
    CHECK_FAILS(lseek(fd, INT64_MIN, SEEK_CUR), EINVAL);
    CHECK_FAILS(lseek(fd, INT64_MAX, SEEK_CUR), EINVAL);
    CHECK_FAILS(lseek(fd, 0, 3), EINVAL);
    CHECK_EQUAL(lseek(fd, 0, SEEK_CUR), 6); /* errors move nothing */
    CHECK_EQUAL(lseek(fd, 100, SEEK_SET), 100);
    CHECK_EQUAL(read(fd, buffer, 1), 0);
}

static void file_hole(void)
{
    struct stat st;
    struct statvfs before, after;
    CHECK_EQUAL(statvfs(".", &before), 0);
    int fd = create("f");
    put(fd, "begin");
    CHECK_EQUAL(lseek(fd, 3 << 20, SEEK_SET), 3 << 20);
    put(fd, "end");
    CHECK_EQUAL(fstat(fd, &st), 0);
    CHECK_EQUAL(st.st_size, (3 << 20) + 3);
    CHECK_EQUAL(statvfs(".", &after), 0);
    CHECK(before.f_bfree - after.f_bfree < 10); /* the hole takes no room */
    CHECK_EQUAL(lseek(fd, 1 << 20, SEEK_SET), 1 << 20);
    CHECK_EQUAL(read(fd, buffer, sizeof buffer), sizeof buffer);
    for (size_t i = 0; i < sizeof buffer; i++)
        CHECK_EQUAL(buffer[i], 0);
    CHECK_EQUAL(lseek(fd, 5, SEEK_SET), 5);
    put(fd, "!");
    CHECK_EQUAL(lseek(fd, 3 << 20, SEEK_SET), 3 << 20);
    CHECK_EQUAL(read(fd, buffer, 10), 3);
    CHECK(memcmp(buffer, "end", 3) == 0);
}

/* As far as the format goes: doubly and triply indirect blocks, and no further. */
static void file_too_far(void)
{
    int fd = create("f");
    for (off_t at = 1 << 16; at < 1l << 31; at *= 8) {
        CHECK_EQUAL(lseek(fd, at, SEEK_SET), at);
        CHECK_EQUAL(write(fd, &at, sizeof at), sizeof at);
    }
    for (off_t at = 1 << 16, back; at < 1l << 31; at *= 8) {
        CHECK_EQUAL(lseek(fd, at, SEEK_SET), at);
        CHECK_EQUAL(read(fd, &back, sizeof back), sizeof back);
        CHECK_EQUAL(back, at);
    }
    lseek(fd, 1l << 40, SEEK_SET);
    CHECK_FAILS(write(fd, "x", 1), EFBIG);
    CHECK_FAILS(ftruncate(fd, 1l << 40), EFBIG);
    CHECK(ftruncate(fd, -1) < 0);
}

/* The byte that belongs at an offset. */
static char pattern(off_t at)
{
    return (char)(at * 7 + (at >> 9));
}

static void file_big(void)
{
    int fd = create("f");
    const off_t size = 1536 << 10; /* into the doubly indirect blocks */
    for (off_t at = 0; at < size; at += (off_t)sizeof buffer) {
        for (size_t i = 0; i < sizeof buffer; i++)
            buffer[i] = pattern(at + (off_t)i);
        CHECK_EQUAL(write(fd, buffer, sizeof buffer), sizeof buffer);
    }
    CHECK_EQUAL(fsync(fd), 0);
    CHECK_EQUAL(lseek(fd, 0, SEEK_SET), 0);
    for (off_t at = 0; at < size; at += (off_t)sizeof buffer) {
        CHECK_EQUAL(read(fd, buffer, sizeof buffer), sizeof buffer);
        for (size_t i = 0; i < sizeof buffer; i++)
            CHECK(buffer[i] == pattern(at + (off_t)i));
    }
    CHECK_EQUAL(read(fd, buffer, 1), 0);
}

/* Random pieces at random places, compared with a copy in memory. */
static void file_random_access(void)
{
    enum { ROOM = 60000 };
    char *copy = sbrk(ROOM), piece[3000];
    uint64_t state = 11;
    size_t size = 0;
    int fd = create("f");
    for (int i = 0; i < 300; i++) {
        size_t at = next_random(&state) % (ROOM - sizeof piece);
        size_t n = next_random(&state) % sizeof piece;
        lseek(fd, (off_t)at, SEEK_SET);
        if (next_random(&state) % 2) {
            memset(copy + at, i, n);
            CHECK_EQUAL(write(fd, copy + at, n), n);
            if (n && at + n > size)
                size = at + n;
        } else {
            size_t there = at >= size ? 0 : size - at < n ? size - at : n;
            CHECK_EQUAL(read(fd, piece, n), there);
            CHECK(memcmp(piece, copy + at, there) == 0);
        }
    }
}

static void file_truncate(void)
{
    struct stat st;
    int fd = create("f");
    put(fd, "0123456789");
    CHECK_EQUAL(ftruncate(fd, 4), 0);
    check_content(fd, "0123");
    CHECK_EQUAL(ftruncate(fd, 8), 0); /* what comes back is zero, not what was there */
    CHECK_EQUAL(lseek(fd, 0, SEEK_SET), 0);
    CHECK_EQUAL(read(fd, buffer, 20), 8);
    CHECK(memcmp(buffer, "0123\0\0\0\0", 8) == 0);
    CHECK_EQUAL(truncate("f", 200000), 0);
    CHECK_EQUAL(fstat(fd, &st), 0);
    CHECK_EQUAL(st.st_size, 200000);
    CHECK_EQUAL(truncate("f", 0), 0);
    check_content(fd, "");
    CHECK_FAILS(truncate("nosuch", 0), ENOENT);
    CHECK_FAILS(truncate(".", 0), EISDIR);
    int r = open("f", O_RDONLY);
    CHECK_FAILS(ftruncate(r, 0), EINVAL);
    CHECK_FAILS(ftruncate(99, 0), EBADF);
}

/* ---- descriptors ---- */

static void file_bad_descriptors(void)
{
    static const int bad[] = {-1, 3, 31, 32, 1000, INT32_MIN, INT32_MAX};
    struct stat st;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_FAILS(read(bad[i], buffer, 1), EBADF);
        CHECK_FAILS(write(bad[i], buffer, 1), EBADF);
        CHECK_FAILS(lseek(bad[i], 0, SEEK_SET), EBADF);
        CHECK_FAILS(close(bad[i]), EBADF);
        CHECK_FAILS(dup(bad[i]), EBADF);
        CHECK_FAILS(dup2(bad[i], 5), EBADF);
        CHECK_FAILS(fstat(bad[i], &st), EBADF);
        CHECK_FAILS(fsync(bad[i]), EBADF);
        CHECK_FAILS(fcntl(bad[i], F_GETFL), EBADF);
    }
    CHECK_FAILS(dup2(0, -1), EBADF);
    CHECK_FAILS(dup2(0, 32), EBADF);
    CHECK_FAILS(dup2(0, INT32_MAX), EBADF);
}

static void file_dup_shares_offset(void)
{
    int fd = create("f"), copy = dup(fd);
    put(fd, "one");
    put(copy, "two");
    check_content(fd, "onetwo");
    CHECK_EQUAL(lseek(fd, 3, SEEK_SET), 3);
    CHECK_EQUAL(read(copy, buffer, 1), 1);
    CHECK_EQUAL(buffer[0], 't');
    CHECK_EQUAL(close(fd), 0);
    CHECK_EQUAL(read(copy, buffer, 1), 1);
    CHECK_EQUAL(buffer[0], 'w');
}

static void file_dup2(void)
{
    int fd = create("f"), other = create("g");
    CHECK_EQUAL(dup2(fd, other), other);
    put(other, "text");
    check_content(fd, "text");
    CHECK_EQUAL(dup2(fd, fd), fd);
    CHECK_EQUAL(dup2(fd, 20), 20);
    CHECK_EQUAL(close(20), 0);
    CHECK_FAILS(close(20), EBADF);
    int g = open("g", O_RDONLY);
    check_content(g, "");
}

static void write_and_leave(void *fd)
{
    put((int)(intptr_t)fd, "child");
}

static void file_fork_shares_offset(void)
{
    int fd = create("f");
    put(fd, "parent ");
    check_ended_well(start(write_and_leave, (void *)(intptr_t)fd));
    put(fd, " parent");
    check_content(fd, "parent child parent");
}

static void file_lowest_descriptor(void)
{
    CHECK_EQUAL(open("/", O_RDONLY), 3);
    CHECK_EQUAL(open("/", O_RDONLY), 4);
    CHECK_EQUAL(open("/", O_RDONLY), 5);
    CHECK_EQUAL(close(4), 0);
    CHECK_EQUAL(dup(3), 4);
    int n = 6;
    while (open("/", O_RDONLY) == n)
        n++;
    CHECK_EQUAL(n, OPEN_MAX);
    CHECK_EQUAL(errno, EMFILE);
    CHECK_FAILS(dup(3), EMFILE);
    int fd[2];
    CHECK_FAILS(pipe(fd), EMFILE);
    CHECK_EQUAL(close(17), 0);
    CHECK_FAILS(pipe(fd), EMFILE); /* one is not enough, and stays free */
    CHECK_EQUAL(open("/", O_RDONLY), 17);
}

static void file_flags(void)
{
    int fd = create("f");
    CHECK_EQUAL(fcntl(fd, F_GETFD), 0);
    CHECK(fcntl(fd, F_SETFD, FD_CLOEXEC) >= 0);
    CHECK_EQUAL(fcntl(fd, F_GETFD), FD_CLOEXEC);
    CHECK_EQUAL(fcntl(dup(fd), F_GETFD), 0);
    CHECK(fcntl(fd, F_SETFL, O_APPEND) >= 0);
    CHECK_EQUAL(fcntl(fd, F_GETFL) & O_APPEND, O_APPEND);
    put(fd, "one");
    lseek(fd, 0, SEEK_SET);
    put(fd, "two");
    check_content(fd, "onetwo");
}

/* ---- a file that is gone, a disk that is full ---- */

static void file_unlinked_while_open(void)
{
    struct statvfs before, during, after;
    CHECK_EQUAL(statvfs(".", &before), 0);
    int fd = create("f");
    memset(buffer, 'x', sizeof buffer);
    for (int i = 0; i < 8; i++)
        CHECK_EQUAL(write(fd, buffer, sizeof buffer), sizeof buffer);
    CHECK_EQUAL(unlink("f"), 0);
    CHECK_FAILS(open("f", O_RDONLY), ENOENT);
    CHECK_EQUAL(statvfs(".", &during), 0);
    CHECK(during.f_bfree < before.f_bfree);
    int other = create("f"); /* another file of that name */
    put(other, "other");
    CHECK_EQUAL(lseek(fd, 0, SEEK_SET), 0);
    CHECK_EQUAL(read(fd, buffer, 4), 4);
    CHECK(memcmp(buffer, "xxxx", 4) == 0);
    close(fd);
    close(other);
    CHECK_EQUAL(unlink("f"), 0);
    CHECK_EQUAL(statvfs(".", &after), 0);
    CHECK_EQUAL(after.f_bfree, before.f_bfree);
    CHECK_EQUAL(after.f_ffree, before.f_ffree);
}

static void file_disk_full(void)
{
    struct statvfs before, full, after;
    CHECK_EQUAL(statvfs(".", &before), 0);
    int fd = create("f");
    ssize_t n;
    memset(buffer, 'x', sizeof buffer);
    while ((n = write(fd, buffer, sizeof buffer)) == (ssize_t)sizeof buffer)
        ;
    if (n >= 0) /* the last write found room for a part */
        n = write(fd, buffer, sizeof buffer);
    CHECK_EQUAL(n, -1);
    CHECK_EQUAL(errno, ENOSPC);
    CHECK_EQUAL(statvfs(".", &full), 0);
    CHECK_EQUAL(full.f_bfree, 0);
    CHECK_FAILS(mkdir("d", 0755), ENOSPC);
    CHECK_EQUAL(lseek(fd, 0, SEEK_SET), 0); /* what is there can be read, and written over */
    CHECK_EQUAL(read(fd, buffer, 100), 100);
    put(fd, "y");
    close(fd);
    CHECK_EQUAL(unlink("f"), 0);
    CHECK_EQUAL(statvfs(".", &after), 0);
    CHECK_EQUAL(after.f_bfree, before.f_bfree);
    put(create("g"), "room again");
}

const struct test file_tests[] = {
    T(file_write_and_read),
    T(file_open_modes),
    T(file_append),
    T(file_append_together),
    T(file_seek),
    T(file_hole),
    T(file_too_far),
    T(file_big),
    T(file_random_access),
    T(file_truncate),
    T(file_bad_descriptors),
    T(file_dup_shares_offset),
    T(file_dup2),
    T(file_fork_shares_offset),
    T(file_lowest_descriptor),
    T(file_flags),
    T(file_unlinked_while_open),
    T(file_disk_full),
    {0},
};
