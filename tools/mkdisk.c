/*
 * mkdisk: makes build/disk.img, a MINIX v3 file system, with the code that the FS server runs; and
 * looks into such images, for tests and for the curious.
 *
 *      mkdisk -o DISK [--size MiB] [--block BYTES] [--root DIR] [PROGRAM...]
 *      mkdisk --ls DISK [PATH]
 *      mkdisk --cat DISK PATH
 *
 * The same input gives the same image, byte for byte: directories are filled in order of name, and
 * every time stamp is SOURCE_DATE_EPOCH, or the start of 2024.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "servers/fs/core/mfs.h"

#define DEFAULT_MIB   16
#define DEFAULT_EPOCH 1704067200u /* 2024-01-01 */
#define BUFFERS       1024
#define COPY_BYTES    65536
#define LOG_BYTES     (2u << 20) /* of the write-ahead log: what FS's cache can hold */
#define LOG_FROM_MIB  8          /* smaller disks go without */

static const char usage_text[] =
    "usage: mkdisk -o DISK [--size MiB] [--block BYTES] [--root DIR] [PROGRAM...]\n"
    "       mkdisk --ls DISK [PATH]\n"
    "       mkdisk --cat DISK PATH\n";

struct options {
    const char *output;
    const char *root;
    const char *list;
    const char *cat;
    uint64_t mib;
    uint32_t block;
};

/* The image file, and the file system in it. */
static struct {
    int fd;
    uint64_t sectors;
    uint32_t now;
    char *temporary; /* removed at exit unless the image was finished */
    struct mfs fs;
    void *arena;
} disk = {.fd = -1};

static void cleanup(void)
{
    if (disk.temporary)
        unlink(disk.temporary);
    free(disk.temporary);
    free(disk.arena);
    if (disk.fd >= 0)
        close(disk.fd);
}

__attribute__((format(printf, 1, 2))) static _Noreturn void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("mkdisk: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

static _Noreturn void usage(void)
{
    fputs(usage_text, stderr);
    exit(2);
}

/* ---- the disk behind the file system ---- */

static int disk_read(void *ctx, uint64_t sector, uint32_t sectors, void *buf)
{
    (void)ctx;
    ssize_t bytes = (ssize_t)sectors * MFS_SECTOR;
    return pread(disk.fd, buf, (size_t)bytes, (off_t)(sector * MFS_SECTOR)) == bytes ? 0 : -EIO;
}

static int disk_write(void *ctx, uint64_t sector, uint32_t sectors, const void *buf)
{
    (void)ctx;
    ssize_t bytes = (ssize_t)sectors * MFS_SECTOR;
    return pwrite(disk.fd, buf, (size_t)bytes, (off_t)(sector * MFS_SECTOR)) == bytes ? 0 : -EIO;
}

static int disk_flush(void *ctx)
{
    (void)ctx;
    return 0;
}

static uint64_t disk_sectors(void *ctx)
{
    (void)ctx;
    return disk.sectors;
}

static uint32_t disk_now(void *ctx)
{
    (void)ctx;
    return disk.now;
}

static const struct mfs_ops disk_ops = {
    .read = disk_read,
    .write = disk_write,
    .flush = disk_flush,
    .sectors = disk_sectors,
    .now = disk_now,
};

static void mount(const char *name, bool read_only)
{
    const char *reason = NULL;
    size_t bytes = MFS_ARENA_BYTES(BUFFERS, MFS_MAX_BLOCK);
    disk.arena = aligned_alloc(MFS_ARENA_ALIGN, bytes);
    if (!disk.arena)
        die("out of memory");
    if (mfs_mount(&disk.fs, &disk_ops, NULL, disk.arena, bytes, read_only, &reason) < 0)
        die("%s: %s", name, reason);
}

/* ---- filling it ---- */

/* Ends a step that must succeed: commits it, or says what went wrong with `path`. */
static void must(int result, const char *path)
{
    if (result < 0)
        die("%s: %s", path, strerror(-result));
    mfs_commit(&disk.fs);
}

static void make_directory(const char *path, uint16_t mode)
{
    uint32_t inode;
    struct mfs_stat st;
    if (mfs_lookup(&disk.fs, MFS_ROOT, path, &inode) == 0 && mfs_stat(&disk.fs, inode, &st) == 0 &&
        (st.mode & MFS_IFMT) == MFS_IFDIR)
        return;
    must(mfs_mkdir(&disk.fs, MFS_ROOT, path, mode), path);
}

static void copy_contents(FILE *from, const char *from_name, uint32_t inode, const char *path)
{
    static char buffer[COPY_BYTES];
    uint64_t offset = 0;
    size_t got;
    while ((got = fread(buffer, 1, sizeof buffer, from)) > 0) {
        for (size_t done = 0; done < got;) {
            int64_t n =
                mfs_write(&disk.fs, inode, offset, got - done, mfs_from_memory, buffer + done);
            must(n < 0 ? (int)n : 0, path);
            done += (size_t)n;
            offset += (uint64_t)n;
        }
    }
    if (ferror(from))
        die("%s: %s", from_name, strerror(errno));
}

static void copy_file(const char *from_name, const char *path, uint16_t mode)
{
    struct stat st;
    uint32_t inode = 0;
    FILE *from = fopen(from_name, "rb");
    if (!from || fstat(fileno(from), &st) < 0)
        die("%s: %s", from_name, strerror(errno));
    if (!S_ISREG(st.st_mode))
        die("%s: not a regular file", from_name);
    if (mode == 0)
        mode = st.st_mode & 0111 ? 0755 : 0644;
    must(mfs_create(&disk.fs, MFS_ROOT, path, MFS_IFREG | mode, 0, &inode), path);
    copy_contents(from, from_name, inode, path);
    fclose(from);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_dots(const struct dirent *e)
{
    return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static char *join(const char *directory, const char *name)
{
    char *path;
    if (asprintf(&path, "%s/%s", directory, name) < 0)
        die("out of memory");
    return path;
}

static void copy_tree(const char *from, const char *to)
{
    struct dirent **list;
    int n = scandir(from, &list, not_dots, by_name);
    if (n < 0)
        die("%s: %s", from, strerror(errno));
    for (int i = 0; i < n; i++) {
        struct stat st;
        char *source = join(from, list[i]->d_name);
        char *target = join(to, list[i]->d_name);
        if (lstat(source, &st) < 0)
            die("%s: %s", source, strerror(errno));
        if (S_ISDIR(st.st_mode)) {
            make_directory(target, 0755);
            copy_tree(source, target);
        } else {
            copy_file(source, target, 0);
        }
        free(source);
        free(target);
        free(list[i]);
    }
    free(list);
}

static void fill(const struct options *o, char **programs)
{
    static const char *const directories[] = {"/bin", "/dev", "/etc", "/home", "/tmp"};
    static const struct {
        const char *path;
        uint16_t major, minor;
    } devices[] = {
        {"/dev/console", 4, 0},
        {"/dev/null", 1, 3},
        {"/dev/tty", 5, 0},
        {"/dev/zero", 1, 5},
    };
    for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++)
        make_directory(directories[i], 0755);
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++) {
        uint32_t device = (uint32_t)devices[i].major << 8 | devices[i].minor;
        must(mfs_create(&disk.fs, MFS_ROOT, devices[i].path, MFS_IFCHR | 0666, device, NULL),
             devices[i].path);
    }
    for (; *programs; programs++) {
        const char *slash = strrchr(*programs, '/');
        char *target = join("/bin", slash ? slash + 1 : *programs);
        copy_file(*programs, target, 0755);
        free(target);
    }
    if (o->root)
        copy_tree(o->root, "");
}

/* ---- the three things it does ---- */

static void make_image(const struct options *o, char **programs)
{
    const struct mfs_format how = {.block_size = o->block,
                                   .log_blocks = o->mib >= LOG_FROM_MIB ? LOG_BYTES / o->block : 0};
    const char *reason;
    static uint64_t block[MFS_MAX_BLOCK / sizeof(uint64_t)];
    if (asprintf(&disk.temporary, "%s.XXXXXX", o->output) < 0)
        die("out of memory");
    disk.fd = mkstemp(disk.temporary);
    if (disk.fd < 0) {
        free(disk.temporary);
        disk.temporary = NULL;
        die("%s: %s", o->output, strerror(errno));
    }
    disk.sectors = o->mib * (1024 * 1024 / MFS_SECTOR);
    if (ftruncate(disk.fd, (off_t)(disk.sectors * MFS_SECTOR)) < 0 || fchmod(disk.fd, 0644) < 0)
        die("%s: %s", o->output, strerror(errno));
    if (mfs_format(&disk_ops, NULL, &how, block, &reason) < 0)
        die("%s: %s", o->output, reason);
    mount(o->output, false);
    fill(o, programs);
    must(mfs_unmount(&disk.fs), o->output);
    if (rename(disk.temporary, o->output) < 0)
        die("%s: %s", o->output, strerror(errno));
    free(disk.temporary);
    disk.temporary = NULL;
}

static uint32_t open_image(const char *image, const char *path, struct mfs_stat *st)
{
    uint32_t inode;
    struct stat host;
    disk.fd = open(image, O_RDONLY);
    if (disk.fd < 0 || fstat(disk.fd, &host) < 0)
        die("%s: %s", image, strerror(errno));
    disk.sectors = (uint64_t)host.st_size / MFS_SECTOR;
    mount(image, true);
    int err = mfs_lookup(&disk.fs, MFS_ROOT, path, &inode);
    if (err == 0)
        err = mfs_stat(&disk.fs, inode, st);
    if (err < 0)
        die("%s: %s", path, strerror(-err));
    return inode;
}

static void print_entry(const struct mfs_stat *st, const char *name)
{
    uint16_t type = st->mode & MFS_IFMT;
    printf("%06o %3u ", st->mode, st->links);
    if (type == MFS_IFCHR || type == MFS_IFBLK)
        printf("%6" PRIu32 ",%3" PRIu32, st->device >> 8, st->device & 0xff);
    else
        printf("%10" PRIu32, st->size);
    printf(" %s\n", name);
}

/* One line an entry: mode in octal, links, size or major,minor, name. */
static void list_image(const char *image, const char *path)
{
    struct mfs_stat st;
    struct mfs_disk_entry e;
    uint32_t offset = 0;
    uint32_t inode = open_image(image, path, &st);
    if ((st.mode & MFS_IFMT) != MFS_IFDIR) {
        print_entry(&st, path);
        return;
    }
    int n;
    while ((n = mfs_readdir(&disk.fs, inode, &offset, &e, 1)) > 0) {
        char name[MFS_NAME_MAX + 1] = "";
        memcpy(name, e.name, MFS_NAME_MAX);
        int err = mfs_stat(&disk.fs, e.inode, &st);
        if (err < 0)
            die("%s: %s", name, strerror(-err));
        print_entry(&st, name);
    }
    if (n < 0)
        die("%s: %s", path, strerror(-n));
}

static void cat_image(const char *image, const char *path)
{
    static char buffer[COPY_BYTES];
    struct mfs_stat st;
    uint32_t inode = open_image(image, path, &st);
    int64_t n;
    for (uint64_t offset = 0;; offset += (uint64_t)n) {
        n = mfs_read(&disk.fs, inode, offset, sizeof buffer, mfs_to_memory, buffer);
        if (n <= 0)
            break;
        if (fwrite(buffer, 1, (size_t)n, stdout) != (size_t)n)
            die("standard output: %s", strerror(errno));
    }
    if (n < 0)
        die("%s: %s", path, strerror((int)-n));
}

/* ---- the command line ---- */

static uint64_t number(const char *text, uint64_t max)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-' || value == 0 || value > max) {
        fprintf(stderr, "mkdisk: bad number '%s'\n", text);
        exit(2);
    }
    return value;
}

static void parse(int argc, char **argv, struct options *o)
{
    enum { SIZE = 256, ROOT, LS, CAT, BLOCK };
    static const struct option table[] = {
        {"size", required_argument, NULL, SIZE},   {"root", required_argument, NULL, ROOT},
        {"ls", required_argument, NULL, LS},       {"cat", required_argument, NULL, CAT},
        {"block", required_argument, NULL, BLOCK}, {0},
    };
    int c;
    while ((c = getopt_long(argc, argv, "o:", table, NULL)) != -1) {
        switch (c) {
        case 'o':
            o->output = optarg;
            break;
        case SIZE:
            o->mib = number(optarg, 1024 * 1024);
            break;
        case BLOCK:
            o->block = (uint32_t)number(optarg, MFS_MAX_BLOCK);
            break;
        case ROOT:
            o->root = optarg;
            break;
        case LS:
            o->list = optarg;
            break;
        case CAT:
            o->cat = optarg;
            break;
        default:
            usage();
        }
    }
}

int main(int argc, char **argv)
{
    struct options o = {.mib = DEFAULT_MIB, .block = MFS_MIN_BLOCK};
    parse(argc, argv, &o);
    char **rest = argv + optind;
    int count = argc - optind;
    if (!!o.output + !!o.list + !!o.cat != 1 || (o.list && count > 1) || (o.cat && count != 1))
        usage();
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    disk.now = epoch && *epoch ? (uint32_t)number(epoch, UINT32_MAX) : DEFAULT_EPOCH;
    atexit(cleanup);
    if (o.output)
        make_image(&o, rest);
    else if (o.list)
        list_image(o.list, count ? rest[0] : "/");
    else
        cat_image(o.cat, rest[0]);
    return fflush(stdout) == 0 ? 0 : 1;
}
