/*
 * Kernels that others wrote for this board may use the compressed extension. A block's size in
 * bytes then does not tell the number of its instructions, so the bytes are looked at: the two
 * lowest bits of an instruction are 11 if it has 32 bits (unprivileged specification, 1.5).
 *
 * The count is remembered by address and size. Where two address spaces have different code of the
 * same size at the same address, one may be counted as the other: the count may be off by a few,
 * though always by the same few, since the memory behaves the same in every run.
 */
#include "emu/board/rvc.h"
#include "emu/board/mmu.h"

#include <stdlib.h>

#define ENTRIES 8192u /* a power of two */

struct entry {
    uint64_t pc;
    uint32_t size, insns;
};

struct rvc_cache {
    struct entry entry[ENTRIES];
};

struct rvc_cache *rvc_new(void)
{
    return calloc(1, sizeof(struct rvc_cache));
}

void rvc_free(struct rvc_cache *cache)
{
    free(cache);
}

uint32_t rvc_count(const struct hart *hart, uint64_t pc, uint32_t size)
{
    uint64_t satp = hart_satp(hart);
    uint32_t insns = 0;

    for (uint32_t at = 0; at < size; insns++) {
        uint16_t half = 0;
        mmu_read(hart->bus, satp, pc + at, &half, sizeof half);
        at += (half & 3) == 3 ? 4 : 2;
    }
    return insns;
}

uint32_t rvc_block(struct hart *hart, uint64_t pc, uint32_t size)
{
    struct entry *e = &hart->rvc->entry[pc >> 1 & (ENTRIES - 1)];

    if (e->pc != pc || e->size != size) {
        hart_load(hart);
        *e = (struct entry){.pc = pc, .size = size, .insns = rvc_count(hart, pc, size)};
    }
    return e->insns;
}
