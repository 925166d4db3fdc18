/*
 * The loader: an ELF executable for RV64, each PT_LOAD segment to its physical address. A
 * position-independent one, which relocates itself, goes to the start of RAM.
 *
 * Nothing in the file is believed: every offset and size is checked against the length of the
 * file, and every address against the memory.
 */
#include "emu/board/loader.h"
#include "emu/board/map.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER_ROOM 0x10000u /* bytes below RAM that may belong to the ELF header's page */

#define IMAGE_MAX ((off_t)1 << 30)

#ifndef EF_RISCV_RVC
#define EF_RISCV_RVC 1
#endif

struct reason {
    const char *path;
    char *text;
    size_t size;
};

static bool refuse(const struct reason *why, const char *format, ...)
{
    va_list args;
    int n = snprintf(why->text, why->size, "%s: ", why->path);

    va_start(args, format);
    if (n >= 0 && (size_t)n < why->size)
        vsnprintf(why->text + n, why->size - (size_t)n, format, args);
    va_end(args);
    return false;
}

static bool read_all(int fd, uint8_t *bytes, size_t size)
{
    for (size_t got = 0; got < size;) {
        ssize_t n = read(fd, bytes + got, size - got);
        if (n <= 0)
            return false;
        got += (size_t)n;
    }
    return true;
}

static bool read_file(struct image *image, const struct reason *why)
{
    struct stat st;
    int fd = open(why->path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return refuse(why, "%s", strerror(errno));
    bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (!ok)
        refuse(why, "not a regular file");
    else if (!(ok = st.st_size <= IMAGE_MAX))
        refuse(why, "too large for a kernel");
    if (ok) {
        image->size = (size_t)st.st_size;
        image->bytes = malloc(image->size + 1);
        ok = image->bytes != NULL && read_all(fd, image->bytes, image->size);
        if (!ok)
            refuse(why, "cannot be read");
    }
    close(fd);
    return ok;
}

static bool check_header(const struct image *image, const struct reason *why)
{
    Elf64_Ehdr eh;

    if (image->size < sizeof eh || memcmp(image->bytes, ELFMAG, SELFMAG) != 0)
        return refuse(why, "not an ELF file (raw images are not supported)");
    memcpy(&eh, image->bytes, sizeof eh);
    if (eh.e_ident[EI_CLASS] != ELFCLASS64 || eh.e_ident[EI_DATA] != ELFDATA2LSB ||
        eh.e_machine != EM_RISCV)
        return refuse(why, "not for 64-bit RISC-V");
    if (eh.e_type != ET_EXEC && eh.e_type != ET_DYN)
        return refuse(why, "not an executable");
    if (eh.e_phentsize != sizeof(Elf64_Phdr) || eh.e_phoff > image->size ||
        eh.e_phnum > (image->size - eh.e_phoff) / sizeof(Elf64_Phdr))
        return refuse(why, "truncated: no program headers");
    return true;
}

/* The file's header and its segments, with the addresses at which they are in this memory. */
static Elf64_Ehdr file_header(const struct image *image)
{
    Elf64_Ehdr eh;

    memcpy(&eh, image->bytes, sizeof eh);
    if (eh.e_type == ET_DYN)
        eh.e_entry += RAM_BASE;
    return eh;
}

static Elf64_Phdr program_header(const struct image *image, unsigned i)
{
    Elf64_Ehdr eh = file_header(image);
    Elf64_Phdr ph;

    memcpy(&ph, image->bytes + eh.e_phoff + i * sizeof ph, sizeof ph);
    if (eh.e_type == ET_DYN) {
        ph.p_vaddr += RAM_BASE;
        ph.p_paddr += RAM_BASE;
    }
    return ph;
}

/* The entry point is a virtual address; the hart starts at the physical one. */
static bool check_segments(struct image *image, const struct reason *why)
{
    Elf64_Ehdr eh = file_header(image);
    bool found = false;

    image->start = UINT64_MAX;
    for (unsigned i = 0; i < eh.e_phnum; i++) {
        Elf64_Phdr ph = program_header(image, i);
        if (ph.p_type != PT_LOAD || ph.p_memsz == 0)
            continue;
        if (ph.p_filesz > ph.p_memsz || ph.p_offset > image->size ||
            ph.p_filesz > image->size - ph.p_offset)
            return refuse(why, "truncated: a segment lies beyond the end of the file");
        if (ph.p_paddr + ph.p_memsz < ph.p_paddr)
            return refuse(why, "a segment wraps around the address space");
        if (ph.p_paddr < image->start)
            image->start = ph.p_paddr;
        if (ph.p_paddr + ph.p_memsz > image->end)
            image->end = ph.p_paddr + ph.p_memsz;
        if (eh.e_entry - ph.p_vaddr < ph.p_memsz) {
            image->entry = ph.p_paddr + (eh.e_entry - ph.p_vaddr);
            found = true;
        }
    }
    if (!found)
        return refuse(why, "no segment contains the entry point");
    if (image->entry & 1)
        return refuse(why, "odd entry point");
    image->compressed = eh.e_flags & EF_RISCV_RVC;
    return true;
}

bool image_open(struct image *image, const char *path, char *text, size_t size)
{
    struct reason why = {path, text, size};

    *image = (struct image){0};
    if (read_file(image, &why) && check_header(image, &why) && check_segments(image, &why))
        return true;
    image_close(image);
    return false;
}

void image_close(struct image *image)
{
    free(image->bytes);
    image->bytes = NULL;
}

/*
 * The part of a segment that is to be in RAM. A linker that is not told otherwise puts the ELF header into the page before
 * the first section; what so lies just below RAM is left out, as QEMU does.
 */
static Elf64_Phdr loadable(Elf64_Phdr ph)
{
    uint64_t below = ph.p_paddr < RAM_BASE ? RAM_BASE - ph.p_paddr : 0;

    if (below == 0 || below > HEADER_ROOM || below >= ph.p_memsz)
        return ph;
    uint64_t skipped = below < ph.p_filesz ? below : ph.p_filesz;
    ph.p_paddr += below;
    ph.p_memsz -= below;
    ph.p_offset += skipped;
    ph.p_filesz -= skipped;
    return ph;
}

bool image_load(const struct image *image, struct bus *bus, char *text, size_t size)
{
    Elf64_Ehdr eh = file_header(image);

    for (unsigned i = 0; i < eh.e_phnum; i++) {
        Elf64_Phdr ph = loadable(program_header(image, i));
        if (ph.p_type != PT_LOAD || ph.p_memsz == 0)
            continue;
        uint8_t *to = bus_ram(bus, ph.p_paddr, ph.p_memsz);
        if (to == NULL) {
            snprintf(text, size,
                     "the kernel needs memory at %#llx to %#llx; the board has %#llx to %#llx",
                     (unsigned long long)ph.p_paddr, (unsigned long long)(ph.p_paddr + ph.p_memsz),
                     (unsigned long long)RAM_BASE, (unsigned long long)(RAM_BASE + bus->ram_size));
            return false;
        }
        memcpy(to, image->bytes + ph.p_offset, ph.p_filesz);
        memset(to + ph.p_filesz, 0, ph.p_memsz - ph.p_filesz);
    }
    return true;
}
