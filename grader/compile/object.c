/* The check of an object before the link: its header, its sections by name and kind, its symbols. */
#include "grader/compile/object.h"

#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifndef EM_RISCV
#define EM_RISCV 243
#endif
#ifndef SHT_RISCV_ATTRIBUTES
#define SHT_RISCV_ATTRIBUTES 0x70000003 /* RISC-V ELF psABI, "Attributes" */
#endif
#define PAGE 4096

struct object {
    const unsigned char *bytes;
    size_t size;
    Elf64_Ehdr header;
    const char *names; /* of sections */
    size_t names_size;
    uint64_t memory; /* of sections so far */
    char *why;
    size_t why_size;
};

static bool refuse(struct object *o, const char *what, const char *name)
{
    char shown[64];
    size_t n = 0;

    for (; *name && n < sizeof shown - 1; name++)
        shown[n++] = *name > ' ' && *name < 127 ? *name : '?';
    shown[n] = '\0';
    snprintf(o->why, o->why_size, "%s%s%s", what, n ? " " : "", shown);
    return false;
}

static bool inside(const struct object *o, uint64_t offset, uint64_t bytes)
{
    return offset <= o->size && bytes <= o->size - offset;
}

static bool read_section(const struct object *o, unsigned n, Elf64_Shdr *s)
{
    uint64_t at = o->header.e_shoff + (uint64_t)n * sizeof *s;
    if (at < o->header.e_shoff || !inside(o, at, sizeof *s))
        return false;
    memcpy(s, o->bytes + at, sizeof *s);
    return s->sh_type == SHT_NOBITS || inside(o, s->sh_offset, s->sh_size);
}

static bool read_header(struct object *o)
{
    Elf64_Shdr names;

    if (o->size < sizeof o->header || memcmp(o->bytes, ELFMAG, SELFMAG) != 0)
        return refuse(o, "the compiler's output is no object file", "");
    memcpy(&o->header, o->bytes, sizeof o->header);
    if (o->header.e_ident[EI_CLASS] != ELFCLASS64 || o->header.e_ident[EI_DATA] != ELFDATA2LSB ||
        o->header.e_type != ET_REL || o->header.e_machine != EM_RISCV || o->header.e_phnum != 0 ||
        o->header.e_shentsize != sizeof(Elf64_Shdr) || o->header.e_shnum == 0 ||
        !read_section(o, o->header.e_shstrndx, &names) || names.sh_type != SHT_STRTAB ||
        names.sh_size == 0 || o->bytes[names.sh_offset + names.sh_size - 1] != '\0')
        return refuse(o, "the compiler's output is no object file", "");
    o->names = (const char *)o->bytes + names.sh_offset;
    o->names_size = names.sh_size;
    return true;
}

/* ---- sections ------------------------------------------------------------------------------------------ */

/* `.text` itself, or `.text.` and more. */
static bool is_kind(const char *name, const char *kind)
{
    size_t n = strlen(kind);
    return strncmp(name, kind, n) == 0 && (name[n] == '\0' || name[n] == '.');
}

/* What the link scripts put at special places (kernel/kernel.ld, lib/user.ld). */
static bool is_special(const char *name)
{
    static const char *const special[] = {".text.boot", ".text.start"};
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (is_kind(name, special[i]))
            return true;
    return false;
}

static bool allowed_name(const char *name)
{
    static const char *const kinds[] = {".text",  ".rodata", ".srodata", ".data",
                                        ".sdata", ".bss",    ".sbss",    ".courier.probes"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (is_kind(name, kinds[i]))
            return !is_special(name);
    return false;
}

/* What takes no memory: for debuggers and linkers. */
static bool allowed_note(const char *name)
{
    return strncmp(name, ".debug_", 7) == 0 || strcmp(name, ".comment") == 0 ||
           strcmp(name, ".note.GNU-stack") == 0 || strcmp(name, ".riscv.attributes") == 0;
}

static bool check_type(struct object *o, const Elf64_Shdr *s, const char *name)
{
    switch (s->sh_type) {
    case SHT_NULL:
    case SHT_SYMTAB:
    case SHT_STRTAB:
        return !(s->sh_flags & SHF_ALLOC) || refuse(o, "a table in memory:", name);
    case SHT_RELA:
        return !strncmp(name, ".rela.", 6) || refuse(o, "relocations with a strange name:", name);
    case SHT_PROGBITS:
    case SHT_NOBITS:
        break;
    case SHT_RISCV_ATTRIBUTES:
        return true;
    default:
        return refuse(o, "a section that no C makes:", name);
    }
    if (allowed_name(name) || (allowed_note(name) && !(s->sh_flags & SHF_ALLOC)))
        return true;
    return refuse(o, "a section that is not allowed:", name);
}

static bool check_section(struct object *o, unsigned n)
{
    const uint64_t flags =
        SHF_WRITE | SHF_ALLOC | SHF_EXECINSTR | SHF_MERGE | SHF_STRINGS | SHF_INFO_LINK;
    Elf64_Shdr s;

    if (!read_section(o, n, &s) || s.sh_name >= o->names_size)
        return refuse(o, "the compiler's output is damaged", "");
    const char *name = o->names + s.sh_name;
    if (!check_type(o, &s, name))
        return false;
    if (s.sh_flags & ~flags)
        return refuse(o, "a section with strange properties:", name);
    if (s.sh_flags & SHF_WRITE && s.sh_flags & SHF_EXECINSTR)
        return refuse(o, "a section that can be written and executed:", name);
    if (s.sh_addralign > PAGE)
        return refuse(o, "a section aligned to more than a page:", name);
    if (s.sh_flags & SHF_ALLOC) {
        if (s.sh_size > OBJECT_MEMORY || (o->memory += s.sh_size) > OBJECT_MEMORY)
            return refuse(o, "more than 4 MiB of code and data, with", name);
    }
    return true;
}

/* ---- symbols ------------------------------------------------------------------------------------------- */

static bool check_symbol(struct object *o, const Elf64_Sym *s, const char *name)
{
    unsigned bind = ELF64_ST_BIND(s->st_info), type = ELF64_ST_TYPE(s->st_info);

    if (type == STT_GNU_IFUNC || type == STT_TLS)
        return refuse(o, "a symbol of a kind that a kernel has not:", name);
    if (bind == STB_LOCAL || s->st_shndx == SHN_UNDEF)
        return true;
    if (s->st_shndx == SHN_ABS)
        return refuse(o, "a symbol with an absolute address:", name);
    if (s->st_shndx == SHN_COMMON)
        return refuse(o, "a common symbol (initialise it, or make it static):", name);
    if (bind != STB_GLOBAL)
        return refuse(o, "a weak symbol:", name);
    return true;
}

static bool check_symbols(struct object *o, const Elf64_Shdr *table)
{
    Elf64_Shdr strings;

    if (table->sh_entsize != sizeof(Elf64_Sym) || !read_section(o, table->sh_link, &strings) ||
        strings.sh_type != SHT_STRTAB || strings.sh_size == 0 ||
        o->bytes[strings.sh_offset + strings.sh_size - 1] != '\0')
        return refuse(o, "the compiler's output is damaged", "");
    for (uint64_t i = 0; i < table->sh_size / sizeof(Elf64_Sym); i++) {
        Elf64_Sym s;
        memcpy(&s, o->bytes + table->sh_offset + i * sizeof s, sizeof s);
        if (s.st_name >= strings.sh_size)
            return refuse(o, "the compiler's output is damaged", "");
        if (!check_symbol(o, &s, (const char *)o->bytes + strings.sh_offset + s.st_name))
            return false;
    }
    return true;
}

bool object_check(const void *bytes, size_t size, char *why, size_t why_size)
{
    struct object o = {.bytes = bytes, .size = size, .why = why, .why_size = why_size};

    if (!read_header(&o))
        return false;
    for (unsigned n = 0; n < o.header.e_shnum; n++) {
        Elf64_Shdr s;
        if (!check_section(&o, n) || !read_section(&o, n, &s))
            return false;
        if (s.sh_type == SHT_SYMTAB && !check_symbols(&o, &s))
            return false;
    }
    return true;
}
