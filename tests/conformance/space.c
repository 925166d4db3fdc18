/*
 * Page tables for the cases: an Sv39 space, made anew by each case that wants one.
 * Privileged specification, 4.4 ("Sv39").
 */
#include "tests/conformance/guest.h"

#define TABLES    12
#define SATP_SV39 (UINT64_C(8) << 60)

extern const char snippets_end[];

static uint64_t tables[TABLES][512] __attribute__((aligned(4096)));
static unsigned used;

static uint64_t *new_table(void)
{
    uint64_t *table = tables[used++];

    for (unsigned i = 0; i < 512; i++)
        ((volatile uint64_t *)table)[i] = 0;
    return table;
}

uint64_t *space_pte(uint64_t va, unsigned level)
{
    uint64_t *table = tables[0];

    for (unsigned at = 2; at > level; at--) {
        uint64_t *entry = &table[va >> (12 + 9 * at) & 511];
        if (!(*entry & PTE_V))
            *entry = PTE_PPN(new_table()) | PTE_V;
        table = (uint64_t *)(*entry >> 10 << 12);
    }
    return &table[va >> (12 + 9 * level) & 511];
}

void space_map(uint64_t va, unsigned level, uint64_t pa, uint64_t flags)
{
    *space_pte(va, level) = PTE_PPN(pa) | flags;
}

void space_new(void)
{
    used = 0;
    new_table();
    space_map(0, 2, 0, PTE_RW | PTE_G);
    space_map(0x80000000, 2, 0x80000000, PTE_RW | PTE_X | PTE_G);
    for (uint64_t pa = SNIPPETS_AT; pa < address(snippets_end); pa += PAGE)
        space_map(SNIPPETS + pa - SNIPPETS_AT, 0, pa, PTE_RX | PTE_U);
}

void space_on(void)
{
    csr_write(satp, SATP_SV39 | address(tables) >> 12);
    sfence_vma();
}

void sfence_vma(void)
{
    __asm__ volatile("sfence.vma" ::: "memory");
}

const void *user(const void *snippet)
{
    return (const void *)(address(snippet) + SNIPPETS - SNIPPETS_AT);
}
