/*
 * Reads the table of probes: ELF section headers first, then rows of an address and a line of text
 * such as "deliver src=a0 dst=s1 frame=a5", which names the registers that hold the operands.
 *
 * Nothing in the file is believed: each offset, size and string is checked against what it lies in.
 */
#include <elf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/trace/probes.h"

#define SECTION ".courier.probes"

struct operand_name {
    const char *key;
    enum probe_role role;
};

/* The probes that we know, with the operands that each must have. courier/probe.h is the contract.
 */
static const struct kind {
    const char *name;
    struct operand_name operand[PROBE_OPERANDS];
} kinds[EVENT_PROBES] = {
    [EVENT_CALL] =
        {"call",
         {{"caller", ROLE_WHO}, {"call", ROLE_CALL}, {"peer", ROLE_PEER}, {"frame", ROLE_FRAME}}},
    [EVENT_BLOCK] = {"block", {{"caller", ROLE_WHO}, {"state", ROLE_STATE}, {"peer", ROLE_PEER}}},
    [EVENT_DELIVER] = {"deliver", {{"src", ROLE_PEER}, {"dst", ROLE_WHO}, {"frame", ROLE_FRAME}}},
    [EVENT_WAKE] = {"wake", {{"who", ROLE_WHO}, {"status", ROLE_STATUS}}},
    [EVENT_FAIL] =
        {"fail",
         {{"caller", ROLE_WHO}, {"call", ROLE_CALL}, {"peer", ROLE_PEER}, {"status", ROLE_STATUS}}},
    [EVENT_NOTIFY] = {"notify", {{"src", ROLE_PEER}, {"dst", ROLE_WHO}, {"events", ROLE_EVENTS}}},
    [EVENT_IRQ] = {"irq", {{"irq", ROLE_IRQ}, {"dst", ROLE_WHO}}},
    [EVENT_SWITCH] = {"switch", {{"from", ROLE_PEER}, {"to", ROLE_WHO}}},
    [EVENT_COPY] = {"copy",
                    {{"caller", ROLE_WHO},
                     {"granter", ROLE_PEER},
                     {"bytes", ROLE_BYTES},
                     {"access", ROLE_ACCESS}}},
    [EVENT_SPAWN] = {"spawn", {{"who", ROLE_WHO}, {"parent", ROLE_PEER}, {"name", ROLE_NAME}}},
    [EVENT_EXEC] = {"exec", {{"who", ROLE_WHO}, {"name", ROLE_NAME}}},
    [EVENT_EXIT] = {"exit", {{"who", ROLE_WHO}}},
    [EVENT_CRASH] =
        {"crash",
         {{"who", ROLE_WHO}, {"cause", ROLE_CAUSE}, {"pc", ROLE_PC}, {"addr", ROLE_ADDRESS}}},
    [EVENT_RESTART] = {"restart", {{"who", ROLE_WHO}, {"incarnation", ROLE_INCARNATION}}},
};

/* Where parsing stands, for messages. */
struct parser {
    const uint8_t *elf;
    size_t size;
    bool lenient;
    char *error;
    size_t error_size;
};

__attribute__((format(printf, 2, 3))) static bool fail(struct parser *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(p->error, p->error_size, format, args);
    va_end(args);
    return false;
}

const char *probes_kind_name(enum event_kind kind)
{
    static const char *const others[] = {"trap", "return", "console", "operator"};
    return kind < EVENT_PROBES ? kinds[kind].name : others[kind - EVENT_PROBES];
}

/* ---- registers and rows ---------------------------------------------------------------------- */

/* The number of the register with this ABI name, or -1. */
static int register_number(const char *name, size_t length)
{
    static const char *const abi[32] = {"zero", "ra", "sp",  "gp",  "tp", "t0", "t1", "t2",
                                        "s0",   "s1", "a0",  "a1",  "a2", "a3", "a4", "a5",
                                        "a6",   "a7", "s2",  "s3",  "s4", "s5", "s6", "s7",
                                        "s8",   "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
    for (int i = 0; i < 32; i++)
        if (strlen(abi[i]) == length && memcmp(abi[i], name, length) == 0)
            return i;
    return length == 2 && memcmp(name, "fp", 2) == 0 ? 8 : -1;
}

/* Finds "key=REG" in the text after the probe's name; the register's number, or -1. */
static int operand_register(const char *text, const char *key)
{
    size_t length = strlen(key);
    while ((text = strchr(text, ' ')) != NULL) {
        text += strspn(text, " ");
        if (strncmp(text, key, length) == 0 && text[length] == '=') {
            text += length + 1;
            return register_number(text, strcspn(text, " "));
        }
    }
    return -1;
}

/* Fills `probe` from a row's text. *known: is it a probe that we know? */
static bool parse_text(struct parser *p, const char *text, struct probe *probe, bool *known)
{
    size_t length = strcspn(text, " ");
    *known = false;
    if (length == 0)
        return fail(p, SECTION ": the probe at %#llx has no name",
                    (unsigned long long)probe->address);
    for (int kind = 0; kind < EVENT_PROBES; kind++) {
        const struct kind *k = &kinds[kind];
        if (strlen(k->name) != length || memcmp(k->name, text, length) != 0)
            continue;
        *known = true;
        probe->kind = (enum event_kind)kind;
        for (int i = 0; i < PROBE_OPERANDS && k->operand[i].key; i++) {
            int reg = operand_register(text, k->operand[i].key);
            if (reg < 0)
                return fail(p, SECTION ": probe \"%s\" at %#llx: no register for \"%s\"", k->name,
                            (unsigned long long)probe->address, k->operand[i].key);
            probe->operand[probe->operands].role = k->operand[i].role;
            probe->operand[probe->operands++].reg = (uint8_t)reg;
        }
    }
    return true;
}

/* Reads a row, and sets `at` behind it. */
static bool parse_row(struct parser *p, const uint8_t **at, size_t left, struct probes *out)
{
    struct probe probe = {0};
    bool known;
    const uint8_t *end = left > 8 ? memchr(*at + 8, '\0', left - 8) : NULL;
    if (!end)
        return fail(p, SECTION ": a row is cut off");
    memcpy(&probe.address, *at, 8);
    if (!parse_text(p, (const char *)*at + 8, &probe, &known)) {
        if (!p->lenient)
            return false;
        known = false;
    }
    known = known && probe.address != 0; /* else the linker has dropped the code */
    if (known && out->count == PROBES_MAX)
        return fail(p, SECTION ": more than %d probes", PROBES_MAX);
    if (known)
        out->row[out->count++] = probe;
    size_t row = ((size_t)(end + 1 - *at) + 7) / 8 * 8;
    *at += row;
    return row <= left || fail(p, SECTION ": the last row is not padded to 8 bytes");
}

/* Where rows are to be left out, nothing behind a damaged end is read. */
static bool parse_rows(struct parser *p, const uint8_t *at, size_t size, struct probes *out)
{
    for (const uint8_t *end = at + size; at < end;)
        if (!parse_row(p, &at, (size_t)(end - at), out))
            return p->lenient;
    return true;
}

/* ---- ELF ------------------------------------------------------------------------------------- */

static bool inside(const struct parser *p, uint64_t offset, uint64_t bytes)
{
    return offset <= p->size && bytes <= p->size - offset;
}

static Elf64_Shdr section_header(const struct parser *p, const Elf64_Ehdr *header, size_t index)
{
    Elf64_Shdr section;
    memcpy(&section, p->elf + header->e_shoff + index * sizeof section, sizeof section);
    return section;
}

static bool is_probes(const struct parser *p, const Elf64_Shdr *names, const Elf64_Shdr *section)
{
    return section->sh_name < names->sh_size &&
           names->sh_size - section->sh_name >= sizeof SECTION &&
           memcmp(p->elf + names->sh_offset + section->sh_name, SECTION, sizeof SECTION) == 0;
}

/* Finds the section. *found->sh_size is 0 where there is none. */
static bool find_section(struct parser *p, Elf64_Shdr *found)
{
    Elf64_Ehdr header;
    memset(found, 0, sizeof *found);
    if (p->size < sizeof header)
        return fail(p, "not an ELF file");
    memcpy(&header, p->elf, sizeof header);
    if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
        header.e_ident[EI_DATA] != ELFDATA2LSB)
        return fail(p, "not a 64-bit little-endian ELF file");
    if (header.e_shoff == 0 || header.e_shnum == 0)
        return true; /* stripped of its sections */
    if (header.e_shentsize != sizeof(Elf64_Shdr) || header.e_shstrndx >= header.e_shnum ||
        !inside(p, header.e_shoff, (uint64_t)header.e_shnum * sizeof(Elf64_Shdr)))
        return fail(p, "the ELF section headers lie outside the file");
    Elf64_Shdr names = section_header(p, &header, header.e_shstrndx);
    if (!inside(p, names.sh_offset, names.sh_size))
        return fail(p, "the ELF section names lie outside the file");
    for (size_t i = 0; i < header.e_shnum; i++) {
        Elf64_Shdr section = section_header(p, &header, i);
        if (!is_probes(p, &names, &section))
            continue;
        if (section.sh_type == SHT_NOBITS || !inside(p, section.sh_offset, section.sh_size))
            return fail(p, SECTION ": lies outside the file");
        *found = section;
        return true;
    }
    return true;
}

bool probes_parse(const void *elf, size_t size, bool lenient, struct probes *out, char *error,
                  size_t error_size)
{
    struct parser p = {elf, size, lenient, error, error_size};
    Elf64_Shdr section;
    *out = (struct probes){0};
    if (!find_section(&p, &section))
        return false;
    if (section.sh_size == 0)
        return true;
    /* The shortest row is 16 bytes: address, text, padding. */
    size_t rows = section.sh_size / 16 < PROBES_MAX ? section.sh_size / 16 : PROBES_MAX;
    out->row = calloc(rows + 1, sizeof *out->row);
    if (!out->row)
        return fail(&p, "out of memory");
    if (parse_rows(&p, p.elf + section.sh_offset, section.sh_size, out))
        return true;
    probes_free(out);
    return false;
}

void probes_free(struct probes *probes)
{
    free(probes->row);
    *probes = (struct probes){0};
}
