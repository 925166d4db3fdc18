/* A disk image: opening, checking, locking, bytes. See disk.c. */
#ifndef EMU_BOARD_DISK_H
#define EMU_BOARD_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECTOR_SIZE 512u

struct disk {
    int fd; /* -1: none */
    uint64_t sectors;
    bool read_only; /* the file may not be written */
    uint8_t *copy;  /* a private disk's bytes; NULL: the file is written through */
};

/*
 * False: one line in `why`. While it is open, the image is locked against a second board. With `private_copy` the file
 * is not written and not locked: changes stay in memory, and a fork of this process has its own from there on.
 */
bool disk_open(struct disk *disk, const char *path, bool private_copy, char *why, size_t size);
void disk_close(struct disk *disk);

/* `size` bytes at `offset`, all of it inside the disk. False: the host could not do it. */
bool disk_read(const struct disk *disk, void *to, size_t size, uint64_t offset);
bool disk_write(struct disk *disk, const void *from, size_t size, uint64_t offset);
/* What has been written is safe. */
bool disk_flush(struct disk *disk);

#endif
