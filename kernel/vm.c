/*
 * Address spaces: Sv39 page tables (RISC-V privileged specification, 4.4). The kernel is mapped
 * into each of them for the supervisor alone; a process has the gigabyte at USER_BASE, and no page
 * both writable and executable.
 *
 * Everything known about a page is in its entry. Two of the bits that the hardware leaves to
 * software: LAZY  (not valid) memory that was promised but never touched: zeroed, or, where the entry has an
 * address, a copy of the page there; COW   (valid, not writable) shared since a fork; a write makes it private
 */
#include "kernel.h"

#define PTE_V     (1ul << 0)
#define PTE_R     (1ul << 1)
#define PTE_W     (1ul << 2)
#define PTE_X     (1ul << 3)
#define PTE_U     (1ul << 4)
#define PTE_G     (1ul << 5)
#define PTE_A     (1ul << 6)
#define PTE_D     (1ul << 7)
#define PTE_COW   (1ul << 8)
#define PTE_LAZY  (1ul << 9)
#define PTE_FLAGS 0x3fful

#define ENTRIES          512
#define INDEX(va, level) ((va) >> (12 + 9 * (level)) & (ENTRIES - 1))
#define SATP_SV39        (8ul << 60)

#define REGION_TABLES (REGION_MAX / MEGAPAGE)
static struct region {
    uint64_t *table[REGION_TABLES];
    uint64_t bytes;
    struct space space; /* for the charge alone */
} regions[NSERVICES];

static uint64_t *kernel_root;

extern char kernel_start[], kernel_text_end[], kernel_rodata_end[], kernel_end[];

static uint64_t pte_make(const void *page, uint64_t flags)
{
    return (uint64_t)page >> 12 << 10 | flags;
}

static void *pte_page(uint64_t pte)
{
    return (void *)(pte >> 10 << 12);
}

static uint64_t pte_flags(unsigned prot)
{
    return PTE_U | (prot & PROT_READ ? PTE_R : 0) | (prot & PROT_WRITE ? PTE_R | PTE_W : 0) |
           (prot & PROT_EXEC ? PTE_X : 0);
}

static void flush_page(uint64_t va)
{
    __asm__ volatile("sfence.vma %0, zero" ::"r"(va) : "memory");
}

static void flush_space(unsigned asid)
{
    __asm__ volatile("sfence.vma zero, %0" ::"r"((uint64_t)asid) : "memory");
}

uint64_t vm_satp(const struct space *s, unsigned asid)
{
    return SATP_SV39 | (uint64_t)asid << 44 | (uint64_t)s->root >> 12;
}

/* ---- the kernel's map ------------------------------------------------------------------------ */

/* Before the page allocator runs, tables come from here. */
static uint64_t boot_tables[24][ENTRIES] __attribute__((aligned(4096)));
static unsigned boot_tables_used;

static uint64_t *boot_table(void)
{
    if (boot_tables_used == sizeof boot_tables / sizeof *boot_tables)
        panic("the kernel image is too large", (uint64_t)kernel_end);
    return boot_tables[boot_tables_used++];
}

static uint64_t *boot_next(uint64_t *table, uint64_t index)
{
    if (!(table[index] & PTE_V))
        table[index] = pte_make(boot_table(), PTE_V);
    return pte_page(table[index]);
}

/* Maps [start, end) to itself, in megapages where both ends allow, else in pages. */
static void map_kernel(uint64_t start, uint64_t end, uint64_t flags)
{
    flags |= PTE_V | PTE_G | PTE_A | PTE_D;
    while (start < end) {
        uint64_t *middle = boot_next(kernel_root, INDEX(start, 2));
        if (start % MEGAPAGE == 0 && end - start >= MEGAPAGE) {
            middle[INDEX(start, 1)] = pte_make((void *)start, flags);
            start += MEGAPAGE;
        } else {
            boot_next(middle, INDEX(start, 1))[INDEX(start, 0)] = pte_make((void *)start, flags);
            start += PAGE_SIZE;
        }
    }
}

void vm_init(uint64_t ram_end)
{
    kernel_root = boot_table();
    map_kernel(FINISHER_BASE, FINISHER_BASE + PAGE_SIZE, PTE_R | PTE_W);
    map_kernel(CLINT_BASE, CLINT_BASE + 0x10000, PTE_R | PTE_W);
    map_kernel(PLIC_BASE, PLIC_BASE + PLIC_SIZE, PTE_R | PTE_W);
    map_kernel(UART_BASE, UART_BASE + PAGE_SIZE, PTE_R | PTE_W);
    map_kernel((uint64_t)kernel_start, (uint64_t)kernel_text_end, PTE_R | PTE_X);
    map_kernel((uint64_t)kernel_text_end, (uint64_t)kernel_rodata_end, PTE_R);
    map_kernel((uint64_t)kernel_rodata_end, ram_end, PTE_R | PTE_W);
    __asm__ volatile(
        "sfence.vma\n csrw satp, %0\n sfence.vma" ::"r"(SATP_SV39 | (uint64_t)kernel_root >> 12)
        : "memory");
}

/* ---- a process's map ------------------------------------------------------------------------- */

/* The entry of the page at va; NULL where there is no table, unless `urgent` >= 0 asks for one,
 * charged like that. */
static uint64_t *entry(struct space *s, uint64_t va, int urgent)
{
    uint64_t *middle = pte_page(s->root[INDEX(va, 2)]);
    uint64_t *up = &middle[INDEX(va, 1)];
    if (!(*up & PTE_V)) {
        if (urgent < 0 || !page_charge(s, 1, urgent))
            return NULL;
        *up = pte_make(page_alloc(), PTE_V);
    }
    return (uint64_t *)pte_page(*up) + INDEX(va, 0);
}

/* The same, the entry before it being at `last` (NULL: unknown). */
static uint64_t *next_entry(struct space *s, uint64_t *last, uint64_t va, int urgent)
{
    return last && va % MEGAPAGE ? last + 1 : entry(s, va, urgent);
}

static uint64_t *lookup(struct space *s, uint64_t va)
{
    if (!s->root || va < USER_BASE || va >= USER_END)
        return NULL;
    return entry(s, va, -1);
}

const void *vm_constant(struct space *s, uint64_t va)
{
    uint64_t *pte = lookup(s, va);
    return pte && (*pte & (PTE_V | PTE_W)) == PTE_V ? pte_page(*pte) : NULL;
}

bool vm_create(struct space *s, bool urgent)
{
    s->pages = 0;
    if (!page_charge(s, 2, urgent))
        return false;
    s->root = page_alloc();
    s->root[INDEX(0ul, 2)] = kernel_root[INDEX(0ul, 2)];
    for (uint64_t i = INDEX(RAM_BASE, 2); kernel_root[i]; i++)
        s->root[i] = kernel_root[i];
    s->root[INDEX(USER_BASE, 2)] = pte_make(page_alloc(), PTE_V);
    return true;
}

static bool is_region(uint64_t middle_index)
{
    return middle_index >= INDEX(REGION_BASE, 1) &&
           middle_index < INDEX(REGION_BASE, 1) + REGION_TABLES;
}

static bool is_empty_16(const uint64_t *t)
{
    return !(t[0] | t[1] | t[2] | t[3] | t[4] | t[5] | t[6] | t[7] | t[8] | t[9] | t[10] | t[11] |
             t[12] | t[13] | t[14] | t[15]);
}

/* The first entry from i on that is not empty, or ENTRIES. Most entries of most tables are: they are passed 16 at a time. */
static uint64_t next_used(const uint64_t *table, uint64_t i)
{
    for (; i % 16; i++)
        if (table[i])
            return i;
    while (i < ENTRIES && is_empty_16(&table[i]))
        i += 16;
    while (i < ENTRIES && !table[i])
        i++;
    return i;
}

static void free_pages_of(const uint64_t *table)
{
    for (uint64_t i = next_used(table, 0); i < ENTRIES; i = next_used(table, i + 1))
        if (table[i] & PTE_V)
            page_free(pte_page(table[i]));
}

void vm_destroy(struct space *s, unsigned asid)
{
    uint64_t satp;
    __asm__("csrr %0, satp" : "=r"(satp));
    if (satp << 20 >> 20 == (uint64_t)s->root >> 12)
        __asm__ volatile("csrw satp, %0" ::"r"(SATP_SV39 | (uint64_t)kernel_root >> 12) : "memory");
    uint64_t *middle = pte_page(s->root[INDEX(USER_BASE, 2)]);
    for (uint64_t i = next_used(middle, 0); i < ENTRIES; i = next_used(middle, i + 1)) {
        if (is_region(i))
            continue;
        uint64_t *table = pte_page(middle[i]);
        free_pages_of(table);
        page_free(table);
    }
    page_free(middle);
    page_free(s->root);
    page_uncharge(s, s->pages);
    s->root = NULL;
    flush_space(asid);
}

bool vm_fork(struct space *to, struct space *from, unsigned from_asid)
{
    if (!vm_create(to, false))
        return false;
    if (!page_charge(to, from->pages - to->pages, false)) {
        vm_destroy(to, from_asid);
        return false;
    }
    uint64_t *middle = pte_page(from->root[INDEX(USER_BASE, 2)]);
    uint64_t *to_middle = pte_page(to->root[INDEX(USER_BASE, 2)]);
    for (uint64_t i = next_used(middle, 0); i < ENTRIES; i = next_used(middle, i + 1)) {
        uint64_t *table = pte_page(middle[i]), *to_table = page_alloc();
        to_middle[i] = pte_make(to_table, PTE_V);
        for (uint64_t j = next_used(table, 0); j < ENTRIES; j = next_used(table, j + 1)) {
            if (table[j] & PTE_V) {
                if (table[j] & PTE_W)
                    table[j] = (table[j] & ~PTE_W) | PTE_COW;
                page_share(pte_page(table[j]));
            }
            to_table[j] = table[j];
        }
    }
    flush_space(from_asid);
    return true;
}

static bool range_ok(uint64_t va, uint64_t bytes)
{
    return va % PAGE_SIZE == 0 && bytes % PAGE_SIZE == 0 && bytes && va > USER_BASE &&
           va < USER_END && bytes < USER_END - va;
}

int64_t vm_map(struct space *s, uint64_t va, uint64_t bytes, unsigned prot, bool urgent)
{
    return vm_map_copy(s, va, NULL, bytes, prot, urgent);
}

int64_t vm_map_copy(struct space *s, uint64_t va, const char *from, uint64_t bytes, unsigned prot,
                    bool urgent)
{
    if (!range_ok(va, bytes) || !prot || prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC) ||
        (prot & PROT_WRITE && prot & PROT_EXEC))
        return -EINVAL;
    uint64_t pages = bytes / PAGE_SIZE;
    int64_t status = page_charge(s, pages, urgent) ? 0 : -ENOMEM;
    if (status < 0)
        return status;
    uint64_t *pte = NULL;
    for (uint64_t at = va; at < va + bytes && status == 0; at += PAGE_SIZE) {
        pte = next_entry(s, pte, at, urgent);
        status = !pte ? -ENOMEM : *pte ? -EEXIST : 0;
    }
    if (status < 0) {
        page_uncharge(s, pages);
        return status;
    }
    pte = NULL;
    for (uint64_t at = va; at < va + bytes; at += PAGE_SIZE) {
        pte = next_entry(s, pte, at, -1);
        void *copy = from ? module_spare(from + (at - va)) : NULL;
        *pte = copy ? pte_make(copy, pte_flags(prot) | PTE_V | PTE_A | PTE_D)
                    : pte_make(from ? from + (at - va) : NULL, pte_flags(prot) | PTE_LAZY);
    }
    return 0;
}

int64_t vm_unmap(struct space *s, uint64_t va, uint64_t bytes, unsigned asid)
{
    if (!range_ok(va, bytes))
        return -EINVAL;
    for (uint64_t at = va; at < va + bytes; at += PAGE_SIZE) {
        uint64_t *pte = lookup(s, at);
        if (!pte || !*pte)
            continue;
        if (*pte & PTE_V)
            page_free(pte_page(*pte));
        *pte = 0;
        page_uncharge(s, 1);
    }
    flush_space(asid);
    return 0;
}

int64_t vm_map_physical(struct space *s, uint64_t va, uint64_t pa, uint64_t bytes, unsigned prot)
{
    for (uint64_t at = 0; at < bytes; at += PAGE_SIZE) {
        uint64_t *pte = entry(s, va + at, true);
        if (!pte)
            return -ENOMEM;
        *pte = pte_make((void *)(pa + at), pte_flags(prot) | PTE_V | PTE_A | PTE_D);
    }
    return 0;
}

uint64_t vm_find_free(struct space *s, uint64_t bytes)
{
    uint64_t start = DEVICE_BASE, limit = USER_STACK_TOP - USER_STACK_SIZE - PAGE_SIZE;
    for (uint64_t at = start; at < limit && at - start < bytes; at += PAGE_SIZE) {
        uint64_t *pte = lookup(s, at);
        if (pte && *pte)
            start = at + PAGE_SIZE;
    }
    return bytes <= limit - start ? start : 0;
}

/* ---- lazy pages, copy on write, copies between processes ------------------------------------- */

/* The page that a lazy entry promised. */
static void *lazy_page(uint64_t pte)
{
    const void *source = pte_page(pte);
    if (!source)
        return page_alloc();
    void *page = memcpy(page_alloc_dirty(), source, PAGE_SIZE);
    if (pte & PTE_X)
        __asm__ volatile("fence.i" ::: "memory");
    return page;
}

/* The page behind an entry, made present and private as far as `access` needs; NULL: not allowed.
 */
static char *resolve(uint64_t *pte, uint64_t va, enum vm_access access)
{
    bool write = access == VM_WRITE || access == VM_FORCE_WRITE;
    uint64_t need = access == VM_READ ? PTE_R : access == VM_WRITE ? PTE_W | PTE_COW : PTE_FLAGS;
    if (!(*pte & (PTE_V | PTE_LAZY)) || !(*pte & PTE_U) || !(*pte & need))
        return NULL;
    if (*pte & PTE_LAZY) {
        *pte = pte_make(lazy_page(*pte), (*pte & PTE_FLAGS & ~PTE_LAZY) | PTE_V | PTE_A | PTE_D);
        flush_page(va);
    }
    char *page = pte_page(*pte);
    if (!write || *pte & PTE_W)
        return page;
    uint64_t flags = *pte & PTE_FLAGS;
    if (page_shared(page)) {
        char *copy = memcpy(page_alloc_dirty(), page, PAGE_SIZE);
        page_free(page);
        page = copy;
    }
    if (flags & PTE_COW)
        flags = (flags & ~PTE_COW) | PTE_W;
    *pte = pte_make(page, flags);
    flush_page(va);
    return page;
}

bool vm_fault(struct process *p, uint64_t va, uint64_t cause)
{
    static const uint64_t need[] = {[12] = PTE_X, [13] = PTE_R, [15] = PTE_W | PTE_COW};
    uint64_t *pte = lookup(&p->space, va);
    if (!pte || !(*pte & need[cause]) || !(*pte & (PTE_LAZY | PTE_COW)))
        return false;
    if (cause != 15 && *pte & PTE_V)
        return false;
    return resolve(pte, va, cause == 15 ? VM_WRITE : VM_FORCE_READ);
}

static char *page_for(struct process *p, uint64_t va, enum vm_access access)
{
    uint64_t *pte = lookup(&p->space, va);
    char *page = pte ? resolve(pte, va, access) : NULL;
    return page && (uint64_t)page >= RAM_BASE ? page + va % PAGE_SIZE : NULL;
}

int64_t vm_copy(struct process *to, uint64_t to_va, enum vm_access to_access, struct process *from,
                uint64_t from_va, enum vm_access from_access, uint64_t bytes)
{
    while (bytes) {
        uint64_t n = PAGE_SIZE - to_va % PAGE_SIZE, m = PAGE_SIZE - from_va % PAGE_SIZE;
        n = n < m ? n : m;
        n = n < bytes ? n : bytes;
        char *source = page_for(from, from_va, from_access);
        char *target = page_for(to, to_va, to_access);
        if (!source || !target)
            return -EFAULT;
        memcpy(target, source, n);
        to_va += n;
        from_va += n;
        bytes -= n;
    }
    return 0;
}

/* Between a process and the kernel's own memory. */
int64_t vm_from_kernel(struct process *to, uint64_t va, const void *from, uint64_t bytes)
{
    for (uint64_t n; bytes; va += n, from = (const char *)from + n, bytes -= n) {
        n = PAGE_SIZE - va % PAGE_SIZE;
        n = n < bytes ? n : bytes;
        char *target = page_for(to, va, VM_WRITE);
        if (!target)
            return -EFAULT;
        memcpy(target, from, n);
    }
    return 0;
}

int64_t vm_to_kernel(void *to, struct process *from, uint64_t va, uint64_t bytes)
{
    for (uint64_t n; bytes; va += n, to = (char *)to + n, bytes -= n) {
        n = PAGE_SIZE - va % PAGE_SIZE;
        n = n < bytes ? n : bytes;
        char *source = page_for(from, va, VM_READ);
        if (!source)
            return -EFAULT;
        memcpy(to, source, n);
    }
    return 0;
}

/* ---- state regions --------------------------------------------------------------------------- */

/* All of a region is there from the start: a service never dies for want of its state. */
static bool region_create(struct region *r, uint64_t bytes)
{
    uint64_t pages = (bytes + PAGE_SIZE - 1) / PAGE_SIZE;
    if (!page_charge(&r->space, pages + REGION_TABLES, true))
        return false;
    r->bytes = bytes;
    for (uint64_t i = 0; i < pages; i++) {
        if (i % ENTRIES == 0)
            r->table[i / ENTRIES] = page_alloc();
        r->table[i / ENTRIES][i % ENTRIES] =
            pte_make(page_alloc(), pte_flags(PROT_WRITE) | PTE_V | PTE_A | PTE_D);
    }
    return true;
}

int64_t vm_region(struct process *p, uint64_t bytes)
{
    struct region *r = &regions[slot_of(p)];
    if (bytes == 0 || bytes > REGION_MAX || (r->bytes && r->bytes != bytes))
        return -EINVAL;
    if (!r->bytes && !region_create(r, bytes))
        return -ENOMEM;
    uint64_t *middle = pte_page(p->space.root[INDEX(USER_BASE, 2)]);
    for (uint64_t i = 0; i < REGION_TABLES && r->table[i]; i++)
        middle[INDEX(REGION_BASE, 1) + i] = pte_make(r->table[i], PTE_V);
    p->commit = pte_page(r->table[0][0]);
    return 0;
}
