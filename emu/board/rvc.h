/* Counting the instructions of a block that may contain 16-bit ones. See rvc.c. */
#ifndef EMU_BOARD_RVC_H
#define EMU_BOARD_RVC_H

#include "emu/board/hart.h"

struct rvc_cache *rvc_new(void);
void rvc_free(struct rvc_cache *cache);

/* Instructions in `size` bytes at pc, remembered by pc and size. */
uint32_t rvc_block(struct hart *hart, uint64_t pc, uint32_t size);

/* The same, not remembered. */
uint32_t rvc_count(const struct hart *hart, uint64_t pc, uint32_t size);

#endif
