/* A page-table walk in software: what the host needs to look at guest memory. See mmu.c. */
#ifndef EMU_BOARD_MMU_H
#define EMU_BOARD_MMU_H

#include "emu/board/bus.h"

/*
 * The physical address behind a virtual one under `satp`, for looking only: permissions are not
 * checked and no bit is set. False if there is no valid leaf. Modes: bare and Sv39.
 */
bool mmu_walk(const struct bus *bus, uint64_t satp, uint64_t va, uint64_t *pa);

/* Reads guest memory at a virtual address; false if any of it is not RAM. */
bool mmu_read(const struct bus *bus, uint64_t satp, uint64_t va, void *to, size_t size);

#endif
