/*
 * What a file system means, without a disk: a tree of names and contents in the host's memory, with
 * the errors that POSIX asks for. fs_random.c does everything twice, here and in the core.
 */
#ifndef TESTS_HOST_FS_MODEL_H
#define TESTS_HOST_FS_MODEL_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "servers/fs/core/layout.h"

#define NODES   1024
#define ENTRIES 128 /* of a directory */

struct node {
    bool used;
    uint16_t mode;
    int links, opens;
    uint32_t inode; /* its number in the core */
    uint32_t mtime, size, room;
    uint8_t *data;
    int parent; /* of a directory */
    int count;
    struct {
        char name[MFS_NAME_MAX + 1];
        int node;
    } entry[ENTRIES];
};

static struct node nodes[NODES]; /* 0 is the root */

static bool is_dir(int n)
{
    return (nodes[n].mode & MFS_IFMT) == MFS_IFDIR;
}

static int node_new(uint16_t mode, uint32_t now)
{
    int n = 0;
    while (nodes[n].used)
        n++;
    free(nodes[n].data);
    memset(&nodes[n], 0, sizeof nodes[n]);
    nodes[n].used = true;
    nodes[n].mode = mode;
    nodes[n].links = (mode & MFS_IFMT) == MFS_IFDIR ? 2 : 1;
    nodes[n].mtime = now;
    return n;
}

static void model_reset(uint32_t now)
{
    for (int n = 0; n < NODES; n++) {
        nodes[n].used = false;
        free(nodes[n].data);
        nodes[n].data = NULL;
    }
    node_new(MFS_IFDIR | 0755, now);
    nodes[0].inode = MFS_ROOT;
}

static void node_release(int n)
{
    if (nodes[n].links == 0 && nodes[n].opens == 0)
        nodes[n].used = false;
}

static int entry_find(int dir, const char *name)
{
    for (int i = 0; i < nodes[dir].count; i++) {
        if (strcmp(nodes[dir].entry[i].name, name) == 0)
            return i;
    }
    return -1;
}

static void entry_add(int dir, const char *name, int n, uint32_t now)
{
    int i = nodes[dir].count++;
    strcpy(nodes[dir].entry[i].name, name);
    nodes[dir].entry[i].node = n;
    nodes[dir].mtime = now;
    if (is_dir(n)) {
        nodes[n].parent = dir;
        nodes[dir].links++;
    }
}

static void entry_remove(int dir, int i, uint32_t now)
{
    if (is_dir(nodes[dir].entry[i].node))
        nodes[dir].links--;
    nodes[dir].entry[i] = nodes[dir].entry[--nodes[dir].count];
    nodes[dir].mtime = now;
}

/* ---- paths ---- */

struct spot {
    int dir;
    char name[MFS_NAME_MAX + 1]; /* "" is the root */
    bool slash;
    int node; /* -1: there is none */
};

static int step(int dir, const char *name)
{
    if (name[0] == '\0' || strcmp(name, ".") == 0)
        return dir;
    if (strcmp(name, "..") == 0)
        return nodes[dir].parent;
    int i = entry_find(dir, name);
    return i < 0 ? -1 : nodes[dir].entry[i].node;
}

static int walk(const char *path, struct spot *s)
{
    if (!*path)
        return -ENOENT;
    path += strspn(path, "/");
    s->node = 0;
    for (;;) {
        size_t n = strcspn(path, "/");
        if (s->node < 0)
            return -ENOENT;
        if (!is_dir(s->node))
            return -ENOTDIR;
        if (n > MFS_NAME_MAX)
            return -ENAMETOOLONG;
        s->dir = s->node;
        memcpy(s->name, path, n);
        s->name[n] = '\0';
        s->slash = path[n] == '/';
        path += n + strspn(path + n, "/");
        s->node = step(s->dir, s->name);
        if (!*path)
            return 0;
    }
}

/* ---- operations: 0 or a negative error number; nothing is changed on an error ---- */

static int model_lookup(const char *path, int *n)
{
    struct spot s;
    int err = walk(path, &s);
    if (err < 0 || s.node < 0)
        return err < 0 ? err : -ENOENT;
    *n = s.node;
    return s.slash && !is_dir(s.node) ? -ENOTDIR : 0;
}

static int model_create(const char *path, uint16_t mode, uint32_t now, int *n)
{
    struct spot s;
    int err = walk(path, &s);
    if (err < 0)
        return err;
    if (s.node >= 0)
        return -EEXIST;
    bool dir = (mode & MFS_IFMT) == MFS_IFDIR;
    if (s.slash && !dir)
        return -EISDIR;
    *n = node_new(mode, now);
    entry_add(s.dir, s.name, *n, now);
    return 0;
}

static int model_unlink(const char *path, uint32_t now)
{
    struct spot s;
    int err = walk(path, &s);
    if (err < 0 || s.node < 0)
        return err < 0 ? err : -ENOENT;
    if (is_dir(s.node))
        return -EISDIR;
    if (s.slash)
        return -ENOTDIR;
    entry_remove(s.dir, entry_find(s.dir, s.name), now);
    nodes[s.node].links--;
    node_release(s.node);
    return 0;
}

static int model_rmdir(const char *path, uint32_t now)
{
    struct spot s;
    int err = walk(path, &s);
    if (err < 0 || s.node < 0)
        return err < 0 ? err : -ENOENT;
    if (s.name[0] == '\0')
        return -EBUSY;
    if (!is_dir(s.node))
        return -ENOTDIR;
    if (strcmp(s.name, ".") == 0)
        return -EINVAL;
    if (strcmp(s.name, "..") == 0 || nodes[s.node].count > 0)
        return -ENOTEMPTY;
    entry_remove(s.dir, entry_find(s.dir, s.name), now);
    nodes[s.node].links = 0;
    node_release(s.node);
    return 0;
}

static int model_link(const char *from, const char *to, uint32_t now)
{
    struct spot s;
    int n;
    int err = model_lookup(from, &n);
    if (err < 0)
        return err;
    if (is_dir(n))
        return -EPERM;
    err = walk(to, &s);
    if (err < 0)
        return err;
    if (s.node >= 0)
        return -EEXIST;
    if (s.slash)
        return -ENOENT;
    nodes[n].links++;
    entry_add(s.dir, s.name, n, now);
    return 0;
}

static int rename_end(const char *path, struct spot *s)
{
    int err = walk(path, s);
    if (err < 0)
        return err;
    if (s->name[0] == '\0')
        return -EBUSY;
    return strcmp(s->name, ".") == 0 || strcmp(s->name, "..") == 0 ? -EINVAL : 0;
}

static bool is_below(int n, int top)
{
    for (; n != top; n = nodes[n].parent) {
        if (n == 0)
            return false;
    }
    return true;
}

static int rename_check(const struct spot *from, const struct spot *to)
{
    bool dir = is_dir(from->node);
    if (dir && is_below(to->dir, from->node))
        return -EINVAL;
    if (!dir && (from->slash || to->slash))
        return -ENOTDIR;
    if (to->node < 0)
        return 0;
    if (!is_dir(to->node))
        return dir ? -ENOTDIR : 0;
    if (!dir)
        return -EISDIR;
    return nodes[to->node].count > 0 ? -ENOTEMPTY : 0;
}

static int model_rename(const char *from_path, const char *to_path, uint32_t now)
{
    struct spot from, to;
    int err = rename_end(from_path, &from);
    if (err == 0 && from.node < 0)
        err = -ENOENT;
    if (err == 0)
        err = rename_end(to_path, &to);
    if (err < 0 || from.node == to.node)
        return err;
    err = rename_check(&from, &to);
    if (err < 0)
        return err;
    if (to.node >= 0) {
        entry_remove(to.dir, entry_find(to.dir, to.name), now);
        nodes[to.node].links = is_dir(to.node) ? 0 : nodes[to.node].links - 1;
        node_release(to.node);
    }
    entry_remove(from.dir, entry_find(from.dir, from.name), now);
    entry_add(to.dir, to.name, from.node, now);
    if (is_dir(from.node) && from.dir != to.dir)
        nodes[from.node].mtime = now; /* its ".." changed */
    return 0;
}

/* Grows or shrinks; what is new is zero. */
static void model_resize(int n, uint32_t size, uint32_t now)
{
    struct node *f = &nodes[n];
    if (size > f->room) {
        f->data = realloc(f->data, size);
        f->room = size;
    }
    if (size > f->size)
        memset(f->data + f->size, 0, size - f->size);
    f->size = size;
    f->mtime = now;
}

static void model_write(int n, uint32_t offset, const void *data, uint32_t bytes, uint32_t now)
{
    model_resize(n, offset + bytes > nodes[n].size ? offset + bytes : nodes[n].size, now);
    memcpy(nodes[n].data + offset, data, bytes);
}

#endif
