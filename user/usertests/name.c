/* Names: directories, links, renaming, paths, nodes. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "test.h"

#define LONGEST "123456789-123456789-123456789-123456789-123456789-123456789-" /* 60 bytes */

static void make_file(const char *name, const char *text)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    CHECK(fd >= 0);
    CHECK_EQUAL(write(fd, text, strlen(text)), strlen(text));
    CHECK_EQUAL(close(fd), 0);
}

static void check_file(const char *name, const char *text)
{
    char buffer[100];
    int fd = open(name, O_RDONLY);
    CHECK(fd >= 0);
    ssize_t n = read(fd, buffer, sizeof buffer - 1);
    buffer[n > 0 ? n : 0] = '\0';
    CHECK(strcmp(buffer, text) == 0);
    close(fd);
}

static struct stat stat_of(const char *name)
{
    struct stat st;
    CHECK_EQUAL(stat(name, &st), 0);
    return st;
}

/* How many entries a directory has, . and .. not counted. */
static int count_entries(const char *name)
{
    int n = 0;
    DIR *dir = opendir(name);
    CHECK(dir);
    for (struct dirent *e; (e = readdir(dir));)
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(dir);
    return n;
}

static void name_mkdir_rmdir(void)
{
    CHECK_EQUAL(mkdir("d", 0750), 0);
    CHECK_EQUAL(stat_of("d").st_mode, S_IFDIR | 0750);
    CHECK_EQUAL(stat_of("d").st_nlink, 2);
    CHECK_EQUAL(mkdir("d/e", 0755), 0);
    CHECK_EQUAL(stat_of("d").st_nlink, 3);
    CHECK_EQUAL(stat_of("d/e/..").st_ino, stat_of("d").st_ino);
    CHECK_FAILS(mkdir("d", 0755), EEXIST);
    CHECK_FAILS(mkdir("/", 0755), EEXIST);
    CHECK_FAILS(mkdir("x/y", 0755), ENOENT);
    CHECK_FAILS(rmdir("d"), ENOTEMPTY);
    CHECK_FAILS(rmdir("nosuch"), ENOENT);
    CHECK(rmdir("d/.") < 0 && rmdir("d/..") < 0 && rmdir("/") < 0);
    CHECK_EQUAL(rmdir("d/e"), 0);
    CHECK_EQUAL(stat_of("d").st_nlink, 2);
    CHECK_EQUAL(rmdir("d"), 0);
    CHECK_FAILS(rmdir("d"), ENOENT);
    make_file("f", "");
    CHECK_FAILS(rmdir("f"), ENOTDIR);
    CHECK_FAILS(mkdir("f/d", 0755), ENOTDIR);
}

static void name_unlink(void)
{
    make_file("f", "x");
    CHECK_EQUAL(unlink("f"), 0);
    CHECK_FAILS(unlink("f"), ENOENT);
    CHECK_EQUAL(mkdir("d", 0755), 0);
    CHECK(unlink("d") < 0 && (errno == EISDIR || errno == EPERM));
    CHECK_FAILS(unlink(""), ENOENT);
    CHECK(unlink("/") < 0 && unlink(".") < 0 && unlink("..") < 0);
}

static void name_links(void)
{
    make_file("a", "text");
    CHECK_EQUAL(link("a", "b"), 0);
    CHECK_EQUAL(stat_of("a").st_ino, stat_of("b").st_ino);
    CHECK_EQUAL(stat_of("b").st_nlink, 2);
    CHECK_EQUAL(unlink("a"), 0);
    CHECK_EQUAL(stat_of("b").st_nlink, 1);
    check_file("b", "text");
    CHECK_FAILS(link("a", "c"), ENOENT);
    make_file("c", "");
    CHECK_FAILS(link("b", "c"), EEXIST);
    CHECK_FAILS(link("b", "x/y"), ENOENT);
    CHECK_EQUAL(mkdir("d", 0755), 0);
    CHECK_FAILS(link("d", "e"), EPERM);
    CHECK_EQUAL(link("b", "d/b"), 0);
    CHECK_EQUAL(stat_of("d/b").st_nlink, 2);
}

/* ---- rename ---- */

static void name_rename_files(void)
{
    make_file("a", "A");
    CHECK_EQUAL(rename("a", "b"), 0);
    CHECK_FAILS(open("a", O_RDONLY), ENOENT);
    check_file("b", "A");
    make_file("c", "C");
    CHECK_EQUAL(rename("b", "c"), 0); /* in the place of another */
    check_file("c", "A");
    CHECK_EQUAL(count_entries("."), 1);
    CHECK_EQUAL(rename("c", "c"), 0);
    check_file("c", "A");
    CHECK_EQUAL(link("c", "d"), 0);
    CHECK_EQUAL(rename("c", "d"), 0); /* two names of one file: nothing happens */
    CHECK_EQUAL(count_entries("."), 2);
    CHECK_EQUAL(mkdir("e", 0755), 0);
    CHECK_EQUAL(rename("d", "e/f"), 0);
    check_file("e/f", "A");
    CHECK_FAILS(rename("nosuch", "x"), ENOENT);
    CHECK_FAILS(rename("c", "no/such"), ENOENT);
    CHECK_FAILS(rename("c", "e"), EISDIR);
    CHECK_FAILS(rename("e", "c"), ENOTDIR);
    check_file("c", "A");
}

static void name_rename_directories(void)
{
    CHECK_EQUAL(mkdir("a", 0755), 0);
    CHECK_EQUAL(mkdir("a/b", 0755), 0);
    make_file("a/b/f", "F");
    CHECK_EQUAL(mkdir("c", 0755), 0);
    CHECK_EQUAL(rename("a/b", "c/d"), 0);
    check_file("c/d/f", "F");
    check_file("c/d/../d/f", "F");
    CHECK_EQUAL(stat_of("c/d/..").st_ino, stat_of("c").st_ino); /* the new parent */
    CHECK_EQUAL(stat_of("a").st_nlink, 2);
    CHECK_EQUAL(stat_of("c").st_nlink, 3);
    CHECK_EQUAL(rename("c/d", "a"), 0); /* over an empty directory */
    check_file("a/f", "F");
    CHECK_EQUAL(stat_of("c").st_nlink, 2);
    CHECK_FAILS(rename("c", "a"), ENOTEMPTY);
    CHECK_FAILS(rename("a", "a/x"), EINVAL); /* into itself */
    CHECK_EQUAL(mkdir("a/g", 0755), 0);
    CHECK_FAILS(rename("a", "a/g/h"), EINVAL);
    CHECK(rename(".", "x") < 0);
    CHECK(rename("a", ".") < 0);
    CHECK(rename("..", "x") < 0);
    CHECK(rename("/", "x") < 0);
    check_file("a/f", "F");
}

/* ---- lengths and numbers ---- */

static void name_lengths(void)
{
    char long_name[70] = LONGEST, name[80];
    make_file(LONGEST, "60");
    check_file(LONGEST, "60");
    long_name[59] = '\0';
    make_file(long_name, "59");
    check_file(LONGEST, "60"); /* they differ in their last byte only */
    check_file(long_name, "59");
    CHECK_EQUAL(count_entries("."), 2);
    CHECK_FAILS(open(LONGEST "x", O_RDWR | O_CREAT, 0644), ENAMETOOLONG);
    CHECK_FAILS(open(LONGEST "x", O_RDONLY), ENAMETOOLONG);
    CHECK_FAILS(mkdir(LONGEST "x", 0755), ENAMETOOLONG);
    snprintf(name, sizeof name, "./%s", LONGEST);
    CHECK_EQUAL(unlink(name), 0);
    CHECK_EQUAL(unlink(long_name), 0);
    CHECK_EQUAL(count_entries("."), 0);
}

static void name_long_paths(void)
{
    static char path[PATH_MAX + 10];
    memset(path, '/', sizeof path);
    strcpy(path + PATH_MAX - 5, "tmp");
    CHECK_EQUAL(stat_of(path).st_ino, stat_of("/tmp").st_ino);
    path[0] = '/';
    for (size_t i = 1; i < PATH_MAX + 5; i++)
        path[i] = i % 2 ? '.' : '/';
    path[PATH_MAX - 2] = '\0';
    CHECK_EQUAL(stat_of(path).st_ino, stat_of("/").st_ino);
    path[PATH_MAX - 2] = '/';
    path[PATH_MAX + 5] = '\0';
    struct stat st;
    CHECK_FAILS(stat(path, &st), ENAMETOOLONG);
    CHECK_FAILS(open(path, O_RDONLY), ENAMETOOLONG);
}

static void name_many(void)
{
    enum { MANY = 300 };
    char name[24];
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "name-%d", i);
        make_file(name, "");
    }
    CHECK_EQUAL(count_entries("."), MANY);
    for (int i = 0; i < MANY; i += 2) {
        snprintf(name, sizeof name, "name-%d", i);
        CHECK_EQUAL(unlink(name), 0);
    }
    CHECK_EQUAL(count_entries("."), MANY / 2);
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "name-%d", i);
        CHECK_EQUAL(access(name, F_OK), i % 2 ? 0 : -1);
    }
    off_t size = stat_of(".").st_size;
    for (int i = 0; i < MANY / 2; i++) { /* the freed places are used again */
        snprintf(name, sizeof name, "new-%d", i);
        make_file(name, "");
    }
    CHECK_EQUAL(count_entries("."), MANY);
    CHECK_EQUAL(stat_of(".").st_size, size);
}

/* ---- paths and the working directory ---- */

static void name_paths(void)
{
    CHECK_EQUAL(mkdir("d", 0755), 0);
    make_file("d/f", "F");
    check_file("d/./f", "F");
    check_file("d/../d//f", "F");
    check_file("./d/f", "F");
    check_file("/tmp/usertests/d/f", "F");
    check_file("/../../tmp/usertests/d/f", "F");
    CHECK_EQUAL(stat_of("d/").st_ino, stat_of("d").st_ino);
    CHECK_FAILS(open("d/f/g", O_RDONLY), ENOTDIR);
    CHECK_FAILS(open("d/f/..", O_RDONLY), ENOTDIR);
    CHECK_FAILS(open("d/f/", O_RDONLY), ENOTDIR);
    CHECK_FAILS(open("d/nosuch/../f", O_RDONLY), ENOENT);
    CHECK_FAILS(open("", O_RDONLY), ENOENT);
}

static void name_working_directory(void)
{
    char path[100];
    CHECK(getcwd(path, sizeof path) && strcmp(path, "/tmp/usertests") == 0);
    CHECK_EQUAL(mkdir("d", 0755), 0);
    CHECK_EQUAL(mkdir("d/e", 0755), 0);
    CHECK_EQUAL(chdir("d/e"), 0);
    CHECK(getcwd(path, sizeof path) && strcmp(path, "/tmp/usertests/d/e") == 0);
    CHECK(!getcwd(path, 10) && errno == ERANGE);
    make_file("f", "F");
    CHECK_EQUAL(chdir("../.."), 0);
    check_file("d/e/f", "F");
    CHECK_FAILS(chdir("nosuch"), ENOENT);
    CHECK_FAILS(chdir("d/e/f"), ENOTDIR);
    CHECK_EQUAL(chdir("/"), 0);
    CHECK(getcwd(path, sizeof path) && strcmp(path, "/") == 0);
}

/* To stand in a directory that is removed is allowed, and leads nowhere. */
static void name_removed_working_directory(void)
{
    char path[100];
    CHECK_EQUAL(mkdir("d", 0755), 0);
    CHECK_EQUAL(chdir("d"), 0);
    CHECK_EQUAL(rmdir("../d"), 0);
    CHECK(open("f", O_RDWR | O_CREAT, 0644) < 0);
    CHECK(mkdir("e", 0755) < 0);
    getcwd(path, sizeof path); /* whatever it says, it returns */
    CHECK_EQUAL(chdir("/tmp/usertests"), 0);
    CHECK_EQUAL(count_entries("."), 0);
}

static void name_deep(void)
{
    char path[10] = "d";
    for (int i = 0; i < 40; i++) {
        CHECK_EQUAL(mkdir(path, 0755), 0);
        CHECK_EQUAL(chdir(path), 0);
    }
    make_file("f", "deep");
    check_file("f", "deep");
    for (int i = 0; i < 40; i++)
        CHECK_EQUAL(chdir(".."), 0);
    CHECK_EQUAL(stat_of(".").st_ino, stat_of("/tmp/usertests").st_ino);
}

/* ---- attributes, nodes ---- */

static void name_modes_and_times(void)
{
    make_file("f", "1");
    CHECK_EQUAL(stat_of("f").st_mode, S_IFREG | 0644);
    CHECK_EQUAL(chmod("f", 0750), 0);
    CHECK_EQUAL(stat_of("f").st_mode, S_IFREG | 0750);
    CHECK_EQUAL(access("f", X_OK), 0);
    CHECK_FAILS(chmod("nosuch", 0), ENOENT);
    time_t then = stat_of("f").st_mtime;
    CHECK(then > 1700000000);
    usleep(1500000);
    make_file("f", "2");
    CHECK(stat_of("f").st_mtime > then && stat_of("f").st_mtime < then + 30);
    struct stat st = stat_of("f");
    CHECK(st.st_size == 1 && st.st_nlink == 1 && st.st_blocks >= 1 && st.st_ino > 1);
}

static void name_devices(void)
{
    char bytes[100] = "x";
    CHECK_EQUAL(stat_of("/dev/null").st_mode & S_IFMT, S_IFCHR);
    int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR);
    CHECK(null >= 0 && zero >= 0);
    CHECK_EQUAL(write(null, bytes, 100), 100);
    CHECK_EQUAL(read(null, bytes, 100), 0);
    CHECK_EQUAL(bytes[0], 'x');
    CHECK_EQUAL(read(zero, bytes, 100), 100);
    for (int i = 0; i < 100; i++)
        CHECK_EQUAL(bytes[i], 0);
    CHECK(!isatty(null));
    struct stat st = stat_of("/dev/null");
    CHECK_EQUAL(mknod("n", S_IFCHR | 0666, st.st_rdev), 0);
    CHECK_EQUAL(stat_of("n").st_rdev, st.st_rdev);
    int n = open("n", O_RDWR);
    CHECK_EQUAL(read(n, bytes, 1), 0);
    CHECK_EQUAL(mknod("x", S_IFCHR | 0666, 77 << 8 | 7), 0);
    CHECK_FAILS(open("x", O_RDWR), ENXIO);
    CHECK_FAILS(mknod("y", 0666, 0), EINVAL);
    CHECK_FAILS(mknod("n", S_IFCHR | 0666, 0), EEXIST);
}

static void name_readdir(void)
{
    char path[] = "a";
    int found = 0;
    for (char c = 'a'; c <= 'j'; c++) {
        path[0] = c;
        make_file(path, "");
    }
    DIR *dir = opendir(".");
    for (struct dirent *e; (e = readdir(dir));)
        if (e->d_name[0] != '.') {
            found |= 1 << (e->d_name[0] - 'a');
            CHECK_EQUAL(e->d_ino, stat_of(e->d_name).st_ino);
        }
    CHECK_EQUAL(found, 0x3ff);
    rewinddir(dir);
    CHECK(readdir(dir));
    CHECK_EQUAL(closedir(dir), 0);
    CHECK(!opendir("nosuch") && errno == ENOENT);
    CHECK(!opendir("a") && errno == ENOTDIR);
    char bytes[64];
    int fd = open(".", O_RDONLY);
    CHECK(write(fd, bytes, 1) < 0);
}

/* ---- several processes in one directory ---- */

static void make_and_remove(void *number)
{
    char name[20], other[20];
    snprintf(name, sizeof name, "mine-%d", (int)(intptr_t)number);
    snprintf(other, sizeof other, "moved-%d", (int)(intptr_t)number);
    for (int i = 0; i < 20; i++) {
        make_file(name, name);
        make_file("shared", name);
        CHECK_EQUAL(rename(name, other), 0);
        check_file(other, name);
        CHECK_EQUAL(unlink(other), 0);
    }
}

static void name_together(void)
{
    pid_t pids[4];
    for (intptr_t i = 0; i < 4; i++)
        pids[i] = start(make_and_remove, (void *)i);
    for (int i = 0; i < 4; i++)
        check_ended_well(pids[i]);
    CHECK_EQUAL(count_entries("."), 1);
}

const struct test name_tests[] = {
    T(name_mkdir_rmdir),
    T(name_unlink),
    T(name_links),
    T(name_rename_files),
    T(name_rename_directories),
    T(name_lengths),
    T(name_long_paths),
    T(name_many),
    T(name_paths),
    T(name_working_directory),
    T(name_removed_working_directory),
    T(name_deep),
    T(name_modes_and_times),
    T(name_devices),
    T(name_readdir),
    T(name_together),
    {0},
};
