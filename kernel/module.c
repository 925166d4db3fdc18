/*
 * Boot modules: the servers' ELF files inside the kernel image (modules.S). Each incarnation gets its own copies of
 * the pages, code too, so that none inherits what damaged the one before. The copies for the next incarnation are made while
 * nobody runs; a page for which there was no time is copied when it is first touched. The files are our own build's: a bad one
 * is a panic.
 */
#include "kernel.h"

struct elf_header { /* ELF-64, System V ABI, "ELF Header" */
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum;
};

struct segment { /* "Program Header" */
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

struct module {
    uint64_t slot;
    const char *start, *end;
};
extern const struct module module_table[];

/* Its last row stands for those that are not there. */
static const struct module *find(unsigned slot)
{
    const struct module *m = module_table;
    while (m->slot && m->slot != slot)
        m++;
    return m;
}

/* ---- copies made ahead ----------------------------------------------------------------------- */

#define SPARES 64 /* pages of all modules; of those behind, no copies are made ahead */

static struct {
    const char *source; /* NULL: not asked for yet */
    void *copy;         /* or NULL */
    uint64_t sum;       /* of the source, 0: not known yet */
} spares[SPARES];
static struct space spares_space; /* for the charge alone */

void *module_spare(const char *source)
{
    uint64_t i = (uint64_t)(source - module_table[0].start) / PAGE_SIZE;
    if (i >= SPARES)
        return NULL;
    void *copy = spares[i].copy;
    if (copy)
        page_uncharge(&spares_space, 1);
    spares[i].source = source;
    spares[i].copy = NULL;
    return copy;
}

/* All words of a page, xored: whichever bit flips shows. */
static uint64_t sum(const uint64_t *p)
{
    uint64_t s = ~0ul;
    for (const uint64_t *end = p + PAGE_SIZE / 8; p < end; p += 8)
        s ^= p[0] ^ p[1] ^ p[2] ^ p[3] ^ p[4] ^ p[5] ^ p[6] ^ p[7];
    return s;
}

bool module_prepare(void)
{
    for (unsigned i = 0; i < SPARES; i++)
        if (spares[i].source && !spares[i].copy && page_charge(&spares_space, 1, false)) {
            spares[i].copy = memcpy(page_alloc_dirty(), spares[i].source, PAGE_SIZE);
            spares[i].sum = sum(spares[i].copy);
            return true;
        }
    return false;
}

bool module_is_sound(struct process *p)
{
    const struct module *m = find(slot_of(p));
    for (uint64_t offset = PAGE_SIZE; m->start + offset < m->end; offset += PAGE_SIZE) {
        uint64_t i = (uint64_t)(m->start + offset - module_table[0].start) / PAGE_SIZE;
        const void *page = vm_constant(&p->space, USER_BASE + offset);
        bool known = i < SPARES && spares[i].sum;
        if (page && sum(page) != (known ? spares[i].sum : sum((const void *)(m->start + offset))))
            return false;
    }
    return true;
}

/* ---- loading --------------------------------------------------------------------------------- */

static unsigned prot_of(const struct segment *s)
{
    return PROT_READ | (s->flags & 2 ? PROT_WRITE : 0) | (s->flags & 1 ? PROT_EXEC : 0);
}

/* Whole pages of the file as lazy copies; then, where a page of data ends in zeroed memory, that one at once. */
static int64_t load_segment(struct process *p, const struct segment *s, const char *file)
{
    if (s->vaddr % PAGE_SIZE || (s->filesz && s->offset != s->vaddr - USER_BASE))
        panic("a boot module's pages are not in the order of memory", s->vaddr);
    uint64_t size = (s->memsz + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
    uint64_t whole = s->flags & 2 ? s->filesz & ~(PAGE_SIZE - 1) : size;
    file += s->offset;
    int64_t status = 0;
    if (whole)
        status = vm_map_copy(&p->space, s->vaddr, file, whole, prot_of(s), true);
    if (status == 0 && whole < size)
        status = vm_map(&p->space, s->vaddr + whole, size - whole, prot_of(s), true);
    if (status == 0 && whole < size)
        status = vm_from_kernel(p, s->vaddr + whole, file + whole, s->filesz - whole);
    return status;
}

int64_t module_load(struct process *p, unsigned slot, uint64_t *pc, uint64_t *sp)
{
    const struct module *m = find(slot);
    if (!m->slot)
        return -ENOENT;
    const struct elf_header *elf = (const void *)m->start;
    const struct segment *segment = (const void *)(m->start + elf->phoff);
    for (unsigned i = 0; i < elf->phnum; i++) {
        if (segment[i].type != 1 || !segment[i].memsz) /* PT_LOAD */
            continue;
        int64_t status = load_segment(p, &segment[i], m->start);
        if (status < 0)
            return status;
    }
    __asm__ volatile("fence.i" ::: "memory");
    *pc = elf->entry;
    *sp = USER_STACK_TOP;
    return vm_map(&p->space, USER_STACK_TOP - USER_STACK_SIZE, USER_STACK_SIZE,
                  PROT_READ | PROT_WRITE, true);
}
