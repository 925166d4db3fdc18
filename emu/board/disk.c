/*
 * A disk image is a plain file of whole sectors, written through. A lock on it (flock) keeps two
 * boards from writing to it at once; several may read one that cannot be written. A private disk is a mapping of
 * the file, copied page by page as it changes.
 */
#include "emu/board/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
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

static const char *take(struct disk *disk, const struct stat *st, bool private_copy)
{
    disk->sectors = (uint64_t)st->st_size / SECTOR_SIZE;
    if (private_copy) {
        void *copy =
            mmap(NULL, (size_t)st->st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, disk->fd, 0);
        if (copy == MAP_FAILED)
            return strerror(errno);
        disk->copy = copy;
    } else if (flock(disk->fd, (disk->read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
        return "in use by another board (give this one a copy: --disk COPY)";
    }
    return NULL;
}

bool disk_open(struct disk *disk, const char *path, bool private_copy, char *why, size_t size)
{
    struct stat st;
    const char *reason = NULL;

    disk->copy = NULL;
    if (!open_file(disk, path) || fstat(disk->fd, &st) != 0)
        reason = strerror(errno);
    else
        reason = unfit(&st);
    if (reason == NULL) {
        respect_mode(disk, &st);
        reason = take(disk, &st, private_copy);
    }
    if (reason != NULL) {
        snprintf(why, size, "%s: %s", path, reason);
        disk_close(disk);
        return false;
    }
    return true;
}

void disk_close(struct disk *disk)
{
    if (disk->copy != NULL)
        munmap(disk->copy, disk->sectors * SECTOR_SIZE);
    if (disk->fd >= 0)
        close(disk->fd);
    disk->copy = NULL;
    disk->fd = -1;
}

/* ---- bytes ---------------------------------------------------------------------------------- */

bool disk_read(const struct disk *disk, void *to, size_t size, uint64_t offset)
{
    uint8_t *p = to;

    if (disk->copy != NULL) {
        memcpy(to, disk->copy + offset, size);
        return true;
    }
    while (size > 0) {
        ssize_t n = pread(disk->fd, p, size, (off_t)offset);
        if (n <= 0)
            return false;
        p += n;
        size -= (size_t)n;
        offset += (uint64_t)n;
    }
    return true;
}

bool disk_write(struct disk *disk, const void *from, size_t size, uint64_t offset)
{
    const uint8_t *p = from;

    if (disk->copy != NULL) {
        memcpy(disk->copy + offset, from, size);
        return true;
    }
    while (size > 0) {
        ssize_t n = pwrite(disk->fd, p, size, (off_t)offset);
        if (n <= 0)
            return false;
        p += n;
        size -= (size_t)n;
        offset += (uint64_t)n;
    }
    return true;
}

bool disk_flush(struct disk *disk)
{
    return disk->copy != NULL || fdatasync(disk->fd) == 0;
}
