/*
 * A disk image is a plain file of whole sectors, written through. A lock on it (flock) keeps two
 * boards from writing to it at once; several may read one that cannot be written.
 */
#include "emu/board/disk.h"
#include "emu/board/virtio_blk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool open_file(struct disk *disk, const char *path)
{
    disk->read_only = false;
    disk->fd = open(path, O_RDWR | O_CLOEXEC);
    if (disk->fd < 0 && (errno == EACCES || errno == EROFS || errno == EPERM)) {
        disk->read_only = true;
        disk->fd = open(path, O_RDONLY | O_CLOEXEC);
    }
    return disk->fd >= 0;
}

/* The superuser may open any file for writing; one without any write permission is meant as such.
 */
static void respect_mode(struct disk *disk, const struct stat *st)
{
    if ((st->st_mode & 0222) == 0)
        disk->read_only = true;
}

static const char *unfit(const struct stat *st)
{
    if (!S_ISREG(st->st_mode))
        return "not a regular file";
    if (st->st_size == 0)
        return "empty: not a disk image";
    if (st->st_size % SECTOR_SIZE != 0)
        return "truncated: its size is not a multiple of 512 bytes";
    return NULL;
}

bool disk_open(struct disk *disk, const char *path, char *why, size_t size)
{
    struct stat st;
    const char *reason = NULL;

    if (!open_file(disk, path) || fstat(disk->fd, &st) != 0)
        reason = strerror(errno);
    else
        reason = unfit(&st);
    if (reason == NULL) {
        respect_mode(disk, &st);
        if (flock(disk->fd, (disk->read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0)
            reason = "in use by another board (give this one a copy: --disk COPY)";
    }
    if (reason != NULL) {
        snprintf(why, size, "%s: %s", path, reason);
        disk_close(disk);
        return false;
    }
    disk->sectors = (uint64_t)st.st_size / SECTOR_SIZE;
    return true;
}

void disk_close(struct disk *disk)
{
    if (disk->fd >= 0)
        close(disk->fd);
    disk->fd = -1;
}
