/*
 * Sv39 translation (privileged specification, section 4.4) for observers: the hart's own accesses
 * are translated by the CPU engine. It differs from the hart's walk in that it only looks: neither
 * permissions nor the accessed and dirty bits matter.
 */
#include "emu/board/mmu.h"

#define PAGE_SHIFT 12
#define LEVELS     3
#define VPN_BITS   9
#define PTE_V      1u
#define PTE_RWX    0xeu
#define PPN_MASK   ((UINT64_C(1) << 44) - 1)
#define SATP_MODE  60
#define MODE_BARE  0u
#define MODE_SV39  8u

bool mmu_walk(const struct bus *bus, uint64_t satp, uint64_t va, uint64_t *pa)
{
    uint64_t table = (satp & PPN_MASK) << PAGE_SHIFT, pte;

    if (satp >> SATP_MODE == MODE_BARE) {
        *pa = va;
        return true;
    }
    if (satp >> SATP_MODE != MODE_SV39 || (uint64_t)((int64_t)(va << 25) >> 25) != va)
        return false;
    for (int level = LEVELS - 1; level >= 0; level--) {
        unsigned shift = PAGE_SHIFT + VPN_BITS * (unsigned)level;
        uint64_t index = va >> shift & ((1u << VPN_BITS) - 1);
        if (!bus_read(bus, table + index * sizeof pte, &pte, sizeof pte) || !(pte & PTE_V))
            return false;
        uint64_t target = (pte >> 10 & PPN_MASK) << PAGE_SHIFT;
        if (pte & PTE_RWX) {
            uint64_t within = (UINT64_C(1) << shift) - 1;
            *pa = (target & ~within) | (va & within);
            return true;
        }
        table = target;
    }
    return false;
}

bool mmu_read(const struct bus *bus, uint64_t satp, uint64_t va, void *to, size_t size)
{
    uint8_t *p = to;

    while (size > 0) {
        size_t room = 4096 - (size_t)(va & 4095), n = size < room ? size : room;
        uint64_t pa;
        if (!mmu_walk(bus, satp, va, &pa) || !bus_read(bus, pa, p, n))
            return false;
        p += n;
        va += n;
        size -= n;
    }
    return true;
}
