/*
 * What is on a board's disk at one moment, in a file without a name: to be mounted, checked, and booted from. Blocks of
 * zeroes, of which most disks have many, are holes in it.
 */
#ifndef EMU_SWEEP_IMAGE_H
#define EMU_SWEEP_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "emu/board/board.h"

struct image {
    int fd;
    uint8_t *bytes; /* the file, mapped: what is written here is in the file */
    size_t size;
};
#define IMAGE_PATH 32

/* False: there is no disk, or no memory; `image` is empty. To be freed in any case. */
bool image_take(struct image *image, const struct board *board);
void image_free(struct image *image);

/* Its path, in this process and its children. */
void image_path(const struct image *image, char path[IMAGE_PATH]);

/* Does fsck.minix accept it without a word of complaint? */
bool image_fsck(const struct image *image);

/* A hash over all bytes of a board's disk: two disks with the same one are the same. */
uint64_t image_fingerprint(const struct board *board);

#endif
