/*
 * Paths: from a string to the directory that holds its last component.
 */
#include "servers/fs/core/core.h"

/* Takes the next component off the path, with the slashes that follow it. Returns where the rest
 * begins, or NULL: the component is too long. */
static const char *next_component(const char *path, struct name *name, bool *slash)
{
    size_t n = 0;
    while (path[n] != '\0' && path[n] != '/')
        n++;
    if (n > MFS_NAME_MAX)
        return NULL;
    name->length = (uint32_t)n;
    memcpy(name->text, path, n);
    memset(name->text + n, 0, MFS_NAME_MAX - n);
    path += n;
    *slash = *path == '/';
    while (*path == '/')
        path++;
    return path;
}

/* Finds a name in a directory that must still exist. */
static int look(struct mfs *fs, const struct inode *dir, const struct name *name, uint32_t *inode)
{
    uint32_t offset;
    if (dir->d.links == 0)
        return -ENOENT; /* removed, but somebody's current directory */
    if (name->length == 0 || (name->length == 1 && name->text[0] == '.')) {
        *inode = dir->number;
        return 0;
    }
    return dir_find(fs, dir, name, inode, &offset);
}

int path_walk(struct mfs *fs, uint32_t base, const char *path, struct place *place)
{
    if (*path == '\0')
        return -ENOENT;
    uint32_t number = *path == '/' ? MFS_ROOT : base;
    while (*path == '/')
        path++;
    for (;;) {
        int err = inode_load_dir(fs, number, &place->dir);
        if (err < 0)
            return err;
        if (place->dir.d.links == 0)
            return -ENOENT;
        path = next_component(path, &place->name, &place->slash);
        if (!path)
            return -ENAMETOOLONG;
        if (*path == '\0')
            return 0;
        err = look(fs, &place->dir, &place->name, &number);
        if (err < 0)
            return err;
    }
}

int mfs_lookup(struct mfs *fs, uint32_t base, const char *path, uint32_t *inode)
{
    struct place place;
    struct inode ip;
    int err = path_walk(fs, base, path, &place);
    if (err == 0)
        err = look(fs, &place.dir, &place.name, inode);
    if (err == 0 && place.slash)
        err = inode_load_dir(fs, *inode, &ip);
    return err;
}
