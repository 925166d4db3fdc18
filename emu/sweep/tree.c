/* Reads a MINIX file system with the file server's own core, on the host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/sweep/tree.h"
#include "servers/fs/core/mfs.h"

#define BUFFERS   256
#define DEPTH_MAX 32

struct reading {
    struct mfs fs;
    uint8_t *image;
    size_t bytes;
    void *arena;
    struct tree *tree;
    bool failed;
};

/* ---- the disk -------------------------------------------------------------------------------- */

static uint8_t *sectors_at(struct reading *r, uint64_t sector, uint32_t sectors)
{
    uint64_t at = sector * MFS_SECTOR, bytes = (uint64_t)sectors * MFS_SECTOR;
    return at <= r->bytes && bytes <= r->bytes - at ? r->image + at : NULL;
}

static int disk_read(void *ctx, uint64_t sector, uint32_t sectors, void *buf)
{
    const uint8_t *p = sectors_at(ctx, sector, sectors);
    if (!p)
        return -EIO;
    memcpy(buf, p, (size_t)sectors * MFS_SECTOR);
    return 0;
}

static int disk_write(void *ctx, uint64_t sector, uint32_t sectors, const void *buf)
{
    uint8_t *p = sectors_at(ctx, sector, sectors);
    if (!p)
        return -EIO;
    memcpy(p, buf, (size_t)sectors * MFS_SECTOR);
    return 0;
}

static int disk_flush(void *ctx)
{
    (void)ctx;
    return 0;
}

static uint64_t disk_sectors(void *ctx)
{
    return ((struct reading *)ctx)->bytes / MFS_SECTOR;
}

static uint32_t disk_now(void *ctx)
{
    (void)ctx;
    return 0;
}

/* ---- the tree -------------------------------------------------------------------------------- */

static uint64_t hash(uint64_t h, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * 1099511628211ull; /* FNV-1a */
    return h;
}

static uint64_t hash_contents(struct reading *r, const struct mfs_stat *st)
{
    static uint8_t piece[65536];
    uint64_t h = 14695981039346656037ull;
    for (uint64_t at = 0; at < st->size;) {
        int64_t n = mfs_read(&r->fs, st->inode, at, sizeof piece, mfs_to_memory, piece);
        if (n <= 0) {
            r->failed = true;
            break;
        }
        h = hash(h, piece, (size_t)n);
        at += (uint64_t)n;
    }
    return h;
}

static void add(struct reading *r, const char *path, const struct mfs_stat *st)
{
    struct tree *t = r->tree;
    struct tree_file *file = realloc(t->file, (t->files + 1) * sizeof *file);
    if (!file) {
        r->failed = true;
        return;
    }
    t->file = file;
    file += t->files++;
    *file = (struct tree_file){.path = strdup(path), .mode = st->mode, .links = st->links};
    uint16_t type = st->mode & MFS_IFMT;
    file->size = type == MFS_IFREG ? st->size : 0; /* a directory's depends on its history */
    file->contents = type == MFS_IFREG ? hash_contents(r, st) : st->device;
}

static void walk(struct reading *r, uint32_t inode, const char *path, unsigned depth)
{
    struct mfs_stat st;
    struct mfs_disk_entry e;
    uint32_t offset = 0;
    if (depth > DEPTH_MAX || mfs_stat(&r->fs, inode, &st) < 0) {
        r->failed = true;
        return;
    }
    add(r, path[0] ? path : "/", &st);
    if ((st.mode & MFS_IFMT) != MFS_IFDIR)
        return;
    while (!r->failed && mfs_readdir(&r->fs, inode, &offset, &e, 1) > 0) {
        char name[MFS_NAME_MAX + 1] = "", below[4096];
        memcpy(name, e.name, MFS_NAME_MAX);
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        snprintf(below, sizeof below, "%s/%s", path, name);
        walk(r, e.inode, below, depth + 1);
    }
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct tree_file *)a)->path, ((const struct tree_file *)b)->path);
}

bool tree_read(struct tree *t, const struct image *image)
{
    static const struct mfs_ops ops = {.read = disk_read,
                                       .write = disk_write,
                                       .flush = disk_flush,
                                       .sectors = disk_sectors,
                                       .now = disk_now};
    static struct reading r;
    size_t arena_bytes = MFS_ARENA_BYTES(BUFFERS, MFS_MAX_BLOCK);
    const char *reason;
    *t = (struct tree){0};
    r.image = image->bytes;
    r.bytes = image->size;
    r.tree = t;
    r.failed = false;
    r.arena = aligned_alloc(MFS_ARENA_ALIGN, arena_bytes);
    if (!r.arena)
        return false;
    bool mounted = mfs_mount(&r.fs, &ops, &r, r.arena, arena_bytes, false, &reason) == 0;
    if (mounted)
        walk(&r, MFS_ROOT, "", 0);
    free(r.arena);
    qsort(t->file, t->files, sizeof *t->file, by_path);
    return mounted && !r.failed;
}

void tree_free(struct tree *t)
{
    for (size_t i = 0; i < t->files; i++)
        free(t->file[i].path);
    free(t->file);
    *t = (struct tree){0};
}

bool tree_file_equal(const struct tree_file *a, const struct tree_file *b)
{
    return strcmp(a->path, b->path) == 0 && a->mode == b->mode && a->links == b->links &&
           a->size == b->size && a->contents == b->contents;
}

bool tree_equal(const struct tree *a, const struct tree *b)
{
    if (a->files != b->files)
        return false;
    for (size_t i = 0; i < a->files; i++)
        if (!tree_file_equal(&a->file[i], &b->file[i]))
            return false;
    return true;
}

const struct tree_file *tree_find(const struct tree *t, const char *path)
{
    const struct tree_file key = {.path = (char *)(uintptr_t)path};
    return t->files ? bsearch(&key, t->file, t->files, sizeof *t->file, by_path) : NULL;
}
