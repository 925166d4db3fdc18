/* A disk image: opening, checking, locking. See disk.c. */
#ifndef EMU_BOARD_DISK_H
#define EMU_BOARD_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct disk {
    int fd; /* -1: none */
    uint64_t sectors;
    bool read_only; /* the file may not be written */
};

/* False: one line in `why`. While it is open, the image is locked against a second board. */
bool disk_open(struct disk *disk, const char *path, char *why, size_t size);
void disk_close(struct disk *disk);

#endif
