/* Loading a kernel image. See loader.c. */
#ifndef EMU_BOARD_LOADER_H
#define EMU_BOARD_LOADER_H

#include "emu/board/bus.h"

struct image {
    uint8_t *bytes; /* the whole file; owned, freed by image_close */
    size_t size;
    uint64_t entry;      /* physical */
    uint64_t start, end; /* the memory it takes, physical */
    bool compressed;     /* contains 16-bit instructions, says its header */
};

/* Reads and checks an ELF file. False: one line in `why`, nothing to close. */
bool image_open(struct image *image, const char *path, char *why, size_t size);
void image_close(struct image *image);

/* Puts the segments into memory. False: one line in `why`. */
bool image_load(const struct image *image, struct bus *bus, char *why, size_t size);

#endif
