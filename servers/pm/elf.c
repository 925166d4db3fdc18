/*
 * ELF headers. Nothing in a file is believed: each number is compared with its bounds before it is
 * used, by subtraction, so that none of the tests can overflow.
 *
 * System V Application Binary Interface, edition 4.1, chapters 4 and 5 ("Object Files", "Program
 * Loading"), with the 64-bit types; RISC-V ELF psABI specification 1.0, 8.1.
 */
#include <stdbool.h>
#include <string.h>
#include <courier/errno.h>
#include <courier/syscall.h>
#include "elf.h"

struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
_Static_assert(sizeof(struct elf_header) == 64, "as in the file");

struct program_header {
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, filesz, memsz, align;
};
_Static_assert(sizeof(struct program_header) == 56, "as in the file");

#define ELFCLASS64  2
#define ELFDATA2LSB 1
#define EV_CURRENT  1
#define ET_EXEC     2
#define EM_RISCV    243
#define PT_LOAD     1
#define PT_DYNAMIC  2
#define PT_INTERP   3
#define PF_X        1
#define PF_W        2
#define PF_R        4

#define IMAGE_START (USER_BASE + PAGE_SIZE)

static bool header_ok(const struct elf_header *h, size_t bytes)
{
    static const uint8_t magic[] = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT};
    return memcmp(h->ident, magic, sizeof magic) == 0 && h->type == ET_EXEC &&
           h->machine == EM_RISCV && h->version == EV_CURRENT &&
           h->phentsize == sizeof(struct program_header) && h->phoff <= bytes &&
           h->phnum <= (bytes - h->phoff) / sizeof(struct program_header);
}

static unsigned protection(uint32_t flags)
{
    return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_READ | PROT_WRITE : 0) |
           (flags & PF_X ? PROT_EXEC : 0);
}

/* Adds a PT_LOAD segment that begins at or after image->end. */
static bool add_segment(struct image *image, const struct program_header *p)
{
    if (p->memsz == 0)
        return true;
    uint64_t start = p->vaddr & ~(PAGE_SIZE - 1);
    if (image->count == IMAGE_SEGMENTS || p->filesz > p->memsz || p->offset > INT64_MAX - p->filesz)
        return false;
    if (start < image->end || p->vaddr >= USER_HEAP_END || p->memsz > USER_HEAP_END - p->vaddr)
        return false;
    unsigned prot = protection(p->flags);
    if (prot == 0 || (prot & PROT_WRITE && prot & PROT_EXEC))
        return false;
    image->end = (p->vaddr + p->memsz + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
    image->segments[image->count++] = (struct segment){.start = start,
                                                       .bytes = image->end - start,
                                                       .prot = prot,
                                                       .address = p->vaddr,
                                                       .offset = p->offset,
                                                       .file_bytes = p->filesz};
    return true;
}

/* The entry point must lie in what can be executed. */
static bool entry_ok(const struct image *image)
{
    for (unsigned i = 0; i < image->count; i++) {
        const struct segment *s = &image->segments[i];
        if (s->prot & PROT_EXEC && image->entry >= s->address &&
            image->entry - s->address < s->file_bytes)
            return image->entry % 2 == 0;
    }
    return false;
}

int64_t elf_parse(const void *file, size_t bytes, struct image *image)
{
    struct elf_header h;
    if (bytes < sizeof h)
        return -ENOEXEC;
    memcpy(&h, file, sizeof h);
    if (!header_ok(&h, bytes))
        return -ENOEXEC;
    *image = (struct image){.entry = h.entry, .end = IMAGE_START};
    for (unsigned i = 0; i < h.phnum; i++) {
        struct program_header p;
        memcpy(&p, (const char *)file + h.phoff + i * sizeof p, sizeof p);
        if (p.type == PT_DYNAMIC || p.type == PT_INTERP ||
            (p.type == PT_LOAD && !add_segment(image, &p)))
            return -ENOEXEC;
    }
    return entry_ok(image) ? 0 : -ENOEXEC;
}
