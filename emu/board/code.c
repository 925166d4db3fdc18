/*
 * What the engine has translated.
 *
 * Each new block is looked at once, when it is translated, for two things.
 *
 * Its last instruction may be one that the board must see: an access to a CSR of csr.c, a fence, or, while somebody watches
 * crossings, a return or what drops address translations. Such instructions always end a block. The engine reports new blocks,
 * except the first after its buffer was emptied (`fresh`).
 *
 * Its page is remembered, with what it contains, for the engine does not notice every store to
 * code: it overlooks those through another mapping of the page that is not executable itself, as
 * when a kernel loads a program. So the pages are compared at each fence.i, where a program must
 * tell the hart about such stores anyway. A guest that never executes fence.i gets the same at each
 * sfence.vma and each write to satp.
 */
#include "emu/board/hart.h"
#include "emu/board/map.h"
#include "emu/board/mmu.h"

#include <stdlib.h>
#include <string.h>

#define PAGE      4096u
#define PAGE_MASK UINT64_C(4095)
#define CSR_SATP  0x180u

struct page {
    uint64_t address; /* physical */
    uint8_t bytes[PAGE];
};

struct code {
    struct page **pages; /* sorted by nothing: found through `index` */
    unsigned count, capacity;
    uint32_t *index; /* for each page of RAM its place in `pages` + 1, or 0 */
};

bool code_install(struct hart *hart)
{
    hart->code = calloc(1, sizeof *hart->code);
    if (hart->code == NULL)
        return false;
    hart->code->index = calloc(hart->bus->ram_size / PAGE, sizeof *hart->code->index);
    return hart->code->index != NULL;
}

static void drop_page(struct hart *hart, unsigned i)
{
    struct code *code = hart->code;
    struct page *last = code->pages[--code->count];

    code->index[(code->pages[i]->address - RAM_BASE) / PAGE] = 0;
    free(code->pages[i]);
    code->pages[i] = last;
    if (i < code->count)
        code->index[(last->address - RAM_BASE) / PAGE] = i + 1;
}

void code_free(struct hart *hart)
{
    if (hart->code == NULL)
        return;
    while (hart->code->count > 0)
        drop_page(hart, hart->code->count - 1);
    free(hart->code->pages);
    free(hart->code->index);
    free(hart->code);
    hart->code = NULL;
}

static bool make_room(struct code *code)
{
    if (code->count < code->capacity)
        return true;
    unsigned capacity = code->capacity == 0 ? 64 : 2 * code->capacity;
    struct page **pages = realloc(code->pages, capacity * sizeof *pages);
    if (pages == NULL)
        return false;
    code->pages = pages;
    code->capacity = capacity;
    return true;
}

/* Without memory for a copy the page is not watched: all code is dropped at the next fence. */
static void remember_page(struct hart *hart, uint64_t va)
{
    struct code *code = hart->code;
    uint64_t pa;

    if (!mmu_walk(hart->bus, hart_satp(hart), va, &pa))
        return;
    const void *bytes = bus_ram(hart->bus, pa & ~PAGE_MASK, PAGE);
    if (bytes == NULL || code->index[(pa - RAM_BASE) / PAGE] != 0)
        return;
    struct page *page = make_room(code) ? malloc(sizeof *page) : NULL;
    if (page == NULL) {
        hart->unwatched_code = true;
        return;
    }
    page->address = pa & ~PAGE_MASK;
    memcpy(page->bytes, bytes, PAGE);
    code->pages[code->count++] = page;
    code->index[(pa - RAM_BASE) / PAGE] = code->count;
}

void code_check(struct hart *hart)
{
    struct code *code = hart->code;

    hart->effort += code->count * EFFORT_COMPARE;
    for (unsigned i = code->count; i-- > 0;) {
        struct page *page = code->pages[i];
        if (memcmp(bus_ram(hart->bus, page->address, PAGE), page->bytes, PAGE) != 0) {
            hart_forget_code(hart, page->address, PAGE);
            drop_page(hart, i);
        }
    }
    if (hart->unwatched_code)
        hart->stale_code = true;
}

static bool is_fence_i(uint32_t insn)
{
    return (insn & 0x707f) == 0x100f;
}

static bool is_sfence_or_satp(uint32_t insn)
{
    bool csr = (insn & 0x7f) == 0x73 && (insn >> 12 & 3) != 0;

    return (insn & 0xfe007fff) == 0x12000073 || (csr && insn >> 20 == CSR_SATP);
}

enum code_kind code_classify(const struct hart *hart, uint32_t insn)
{
    if (csr_is_ours(insn))
        return CODE_CSR;
    if (is_fence_i(insn) || (!hart->fences && is_sfence_or_satp(insn)))
        return CODE_FENCE;
    if (hart->crossing != NULL && crossing_is_return(insn))
        return CODE_RETURN;
    if (hart->crossing != NULL && is_sfence_or_satp(insn))
        return CODE_FLUSH;
    return CODE_PLAIN;
}

void code_inspect(struct hart *hart, uint64_t pc, uint32_t size)
{
    uint64_t last = pc + size - 4;
    uint32_t insn;

    hart_load(hart);
    remember_page(hart, pc);
    if (size > 0)
        remember_page(hart, pc + size - 1);
    if (size >= 4 && hart_fetch(hart, last, &insn) && code_classify(hart, insn) != CODE_PLAIN)
        watch_add_special(hart, last);
    watch_inspect(hart, pc, size);
}

void code_at_special(struct hart *hart, uint64_t pc)
{
    uint32_t insn;

    hart_load(hart);
    if (!hart_fetch(hart, pc, &insn))
        return;
    switch (code_classify(hart, insn)) {
    case CODE_CSR:
        hart->at_csr = true;
        run_stop_at(hart, pc);
        break;
    case CODE_FENCE:
        hart->fences = hart->fences || is_fence_i(insn);
        hart->stale_pages = true;
        hart_kick(hart);
        break;
    case CODE_RETURN:
        crossing_return(hart, pc, insn);
        break;
    case CODE_FLUSH:
        hart->effort += EFFORT_FLUSH;
        break;
    case CODE_PLAIN:
        break;
    }
}
