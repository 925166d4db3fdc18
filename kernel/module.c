/*
 * Boot modules: the servers' ELF files inside the kernel image (modules.S). Pages that a server
 * cannot write are mapped where they lie; so a restart copies only its data. The files are our own
 * build's: a bad one is a panic.
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

static int64_t load_writable(struct process *p, const struct segment *s, const char *bytes)
{
    uint64_t size = (s->memsz + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
    int64_t status = vm_map(&p->space, s->vaddr, size, PROT_READ | PROT_WRITE, true);
    if (status == 0)
        status = vm_from_kernel(p, s->vaddr, bytes, s->filesz);
    return status;
}

static int64_t load_segment(struct process *p, const struct segment *s, const char *file)
{
    if (s->vaddr % PAGE_SIZE || s->offset % PAGE_SIZE)
        panic("a boot module is not page-aligned", s->vaddr);
    if (s->flags & 2)
        return load_writable(p, s, file + s->offset);
    uint64_t size = (s->memsz + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
    return vm_map_physical(&p->space, s->vaddr, (uint64_t)file + s->offset, size,
                           s->flags & 1 ? PROT_READ | PROT_EXEC : PROT_READ);
}

int64_t module_load(struct process *p, unsigned slot, uint64_t *pc, uint64_t *sp)
{
    const struct module *m = module_table;
    while (m->slot && m->slot != slot)
        m++;
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
    *pc = elf->entry;
    *sp = USER_STACK_TOP;
    return vm_map(&p->space, USER_STACK_TOP - USER_STACK_SIZE, USER_STACK_SIZE,
                  PROT_READ | PROT_WRITE, true);
}
