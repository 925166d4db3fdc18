/* Directories: reading their entries. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "request.h"

struct dir {
    int fd;
    int next, count; /* of `entries` */
    struct fs_dirent entries[64];
    struct dirent current;
};

DIR *opendir(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : malloc(sizeof *dir);
    if (!dir) {
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    dir->fd = fd;
    dir->next = dir->count = 0;
    return dir;
}

/* Reads the next entries; how many, 0 at the end or on an error. */
static int refill(DIR *dir)
{
    struct message m = {0};
    struct fs_getdents *p = payload(&m);
    int64_t grant = lend(EP_FS, dir->entries, sizeof dir->entries, GRANT_WRITE);
    if (grant < 0)
        return 0;
    p->fd = dir->fd;
    p->grant = (uint32_t)grant;
    p->bytes = sizeof dir->entries;
    int64_t bytes = request(EP_FS, FS_GETDENTS, &m);
    give_back(grant);
    dir->next = 0;
    dir->count = bytes > 0 ? (int)((size_t)bytes / sizeof dir->entries[0]) : 0;
    return dir->count;
}

struct dirent *readdir(DIR *dir)
{
    if (dir->next == dir->count && refill(dir) == 0)
        return NULL;
    const struct fs_dirent *e = &dir->entries[dir->next++];
    dir->current.d_ino = e->inode;
    memcpy(dir->current.d_name, e->name, NAME_MAX);
    dir->current.d_name[NAME_MAX] = '\0';
    return &dir->current;
}

void rewinddir(DIR *dir)
{
    lseek(dir->fd, 0, SEEK_SET);
    dir->next = dir->count = 0;
}

int closedir(DIR *dir)
{
    int result = close(dir->fd);
    free(dir);
    return result;
}

static void free_list(struct dirent **list, int count)
{
    while (count > 0)
        free(list[--count]);
    free(list);
}

/* A copy of *e at the end of the list; false: no memory. */
static bool append(struct dirent ***list, int count, const struct dirent *e)
{
    if ((count & (count - 1)) == 0) { /* full: its room is a power of two */
        struct dirent **larger = realloc(*list, (count ? 2 * (size_t)count : 1) * sizeof **list);
        if (!larger)
            return false;
        *list = larger;
    }
    (*list)[count] = malloc(sizeof *e);
    if (!(*list)[count])
        return false;
    *(*list)[count] = *e;
    return true;
}

int alphasort(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

int scandir(const char *path, struct dirent ***list, int (*wanted)(const struct dirent *),
            int (*compare)(const struct dirent **, const struct dirent **))
{
    int count = 0;
    DIR *dir = opendir(path);
    if (!dir)
        return -1;
    *list = NULL;
    for (struct dirent *e; (e = readdir(dir));) {
        if (wanted && !wanted(e))
            continue;
        if (!append(list, count, e)) {
            free_list(*list, count);
            closedir(dir);
            return -1;
        }
        count++;
    }
    closedir(dir);
    if (compare)
        qsort(*list, (size_t)count, sizeof **list,
              (int (*)(const void *, const void *))(void (*)(void))compare);
    return count;
}
