/*
 * Physical pages: a stack of free ones, a frontier above which none was ever used, and a count of
 * users for each.
 *
 * No overcommitment: whoever maps memory is charged for it first (page_charge), so page_alloc()
 * cannot fail, and no process dies because another was greedy. A reserve is kept for the services.
 */
#include "kernel.h"

#define RESERVE   512 /* pages that ordinary processes cannot have */
#define DMA_PAGES 128 /* contiguous memory for drivers */

static char *base, *end, *frontier; /* pages from base to end; [frontier, end) never used */
static uint16_t *users;             /* of page (p - base) / PAGE_SIZE */
static struct free_page {
    struct free_page *next;
} * free_pages;
static uint64_t committed, used, limit; /* pages */

static char *dma_base;
static uint8_t dma_owner[DMA_PAGES]; /* slot, 0: free */
static unsigned dma_high;            /* pages from here on never had an owner */
#define DMA_ORPHAN                                                                                 \
    0x80 /* of a dead driver: only its next incarnation gets the pages, for the device may still   \
            write */

void page_init(uint64_t start, uint64_t ram_end)
{
    uint64_t pages = (ram_end - start) / PAGE_SIZE;
    users = (uint16_t *)start;
    memset(users, 0, pages * sizeof *users);
    start += (pages * sizeof *users + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
    dma_base = (char *)start;
    base = frontier = dma_base + DMA_PAGES * PAGE_SIZE;
    end = (char *)ram_end;
    limit = (uint64_t)(end - base) / PAGE_SIZE;
}

static uint16_t *users_of(void *page)
{
    return &users[((char *)page - base) / (ptrdiff_t)PAGE_SIZE];
}

/* Pages of boot modules, DMA memory and devices are mapped too, but not ours to count. */
static bool ours(void *page)
{
    return (char *)page >= base && (char *)page < end;
}

void *page_alloc_dirty(void)
{
    void *page = free_pages;
    if (page) {
        free_pages = free_pages->next;
    } else {
        if (frontier == end)
            panic("out of pages that were charged", committed);
        page = frontier;
        frontier += PAGE_SIZE;
    }
    *users_of(page) = 1;
    used++;
    return page;
}

void *page_alloc(void)
{
    return memset(page_alloc_dirty(), 0, PAGE_SIZE);
}

void page_share(void *page)
{
    if (ours(page))
        ++*users_of(page);
}

bool page_shared(void *page)
{
    return !ours(page) || *users_of(page) > 1;
}

void page_free(void *page)
{
    if (!ours(page) || --*users_of(page))
        return;
    struct free_page *f = page;
    f->next = free_pages;
    free_pages = f;
    used--;
}

void page_totals(struct sysinfo *info)
{
    info->pages = (uint32_t)limit;
    info->committed = (uint32_t)committed;
    info->used = (uint32_t)used;
}

bool page_charge(struct space *s, uint64_t n, bool urgent)
{
    uint64_t most = urgent ? limit : limit - RESERVE;
    if (n > most || committed > most - n)
        return false;
    committed += n;
    s->pages += (uint32_t)n;
    return true;
}

void page_uncharge(struct space *s, uint64_t n)
{
    committed -= n;
    s->pages -= (uint32_t)n;
}

/* A run of n pages whose owner is `owner`, or NULL. */
static char *dma_run(uint8_t owner, uint64_t n)
{
    for (uint64_t first = 0, run = 0; first + run < DMA_PAGES;) {
        if (dma_owner[first + run] != owner) {
            first += run + 1;
            run = 0;
        } else if (++run == n) {
            return dma_base + first * PAGE_SIZE;
        }
    }
    return NULL;
}

void *page_dma(unsigned slot, uint64_t n)
{
    char *run = dma_run((uint8_t)(slot | DMA_ORPHAN), n);
    if (!run && !(run = dma_run(0, n)))
        return NULL;
    unsigned first = (unsigned)((uint64_t)(run - dma_base) / PAGE_SIZE);
    memset(&dma_owner[first], (int)slot, n);
    if (dma_high < first + n)
        dma_high = first + (unsigned)n;
    return memset(run, 0, n * PAGE_SIZE);
}

void page_dma_release(unsigned slot)
{
    for (unsigned i = 0; i < dma_high; i++)
        if (dma_owner[i] == slot)
            dma_owner[i] |= DMA_ORPHAN;
}
