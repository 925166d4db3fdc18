/*
 * What is on a disk: every name with type, mode, size and contents. Where blocks lie, inode numbers and times are left
 * out: two disks are equal when no program could tell them apart but by the clock.
 */
#ifndef EMU_SWEEP_TREE_H
#define EMU_SWEEP_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "emu/sweep/image.h"

struct tree_file {
    char *path;
    uint16_t mode;
    uint16_t links;
    uint32_t size;
    uint64_t contents; /* a hash; of a device node its number */
};

struct tree {
    struct tree_file *file; /* sorted by path */
    size_t files;
};

/* Reads a disk, which is written to: a mount finishes what the write-ahead log holds. False: it is no sound file
 * system. Free with tree_free() in any case. */
bool tree_read(struct tree *t, const struct image *image);
void tree_free(struct tree *t);

bool tree_equal(const struct tree *a, const struct tree *b);

/* The file with this path, or NULL. */
const struct tree_file *tree_find(const struct tree *t, const char *path);
bool tree_file_equal(const struct tree_file *a, const struct tree_file *b);

#endif
