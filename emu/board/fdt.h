/* The device tree that the kernel finds in a1. See fdt.c. */
#ifndef EMU_BOARD_FDT_H
#define EMU_BOARD_FDT_H

#include <stddef.h>
#include <stdint.h>

/* Writes the tree to `to`; returns its size in bytes, or 0 if `room` is too small. */
size_t fdt_build(void *to, size_t room, uint64_t memory, uint64_t seed);

#endif
