/*
 * The table of probes: rows as the kernel writes them, files without, and files that are damaged.
 * Damage ends in one line of error or in fewer probes, never in a crash; the sanitizers look on.
 */
#include <elf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "tests/host/suite.h"
#include "emu/trace/probes.h"

/* An ELF file in the making: header, the section's bytes, section names, three section headers. */
struct file {
    uint8_t bytes[8192];
    size_t size;
};

static const char names[] = "\0.shstrtab\0.courier.probes";

static void build(struct file *f, const void *section, size_t size)
{
    Elf64_Ehdr header = {.e_type = ET_EXEC, .e_machine = EM_RISCV, .e_shnum = 3, .e_shstrndx = 1};
    Elf64_Shdr table[3] = {{0}};
    size_t at = sizeof header;
    memset(f, 0, sizeof *f);
    memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_shentsize = sizeof(Elf64_Shdr);
    memcpy(f->bytes + at, section, size);
    table[2] =
        (Elf64_Shdr){.sh_name = 11, .sh_type = SHT_PROGBITS, .sh_offset = at, .sh_size = size};
    at += size;
    memcpy(f->bytes + at, names, sizeof names);
    table[1] =
        (Elf64_Shdr){.sh_name = 1, .sh_type = SHT_STRTAB, .sh_offset = at, .sh_size = sizeof names};
    at += sizeof names;
    header.e_shoff = at;
    memcpy(f->bytes + at, table, sizeof table);
    memcpy(f->bytes, &header, sizeof header);
    f->size = at + sizeof table;
}

/* Appends a row as the macro PROBE does; returns the section's size. */
static size_t row(uint8_t *section, size_t size, uint64_t address, const char *text)
{
    memcpy(section + size, &address, 8);
    strcpy((char *)section + size + 8, text);
    return size + (8 + strlen(text) + 1 + 7) / 8 * 8;
}

static bool parse_as(const struct file *f, bool lenient, struct probes *out, char *error)
{
    /* A copy of exactly this size, so that the sanitizer sees a read beyond it. */
    uint8_t *exact = malloc(f->size + 1);
    memcpy(exact, f->bytes, f->size);
    bool good = probes_parse(exact, f->size, lenient, out, error, 160);
    free(exact);
    return good;
}

static bool parse(const struct file *f, struct probes *out, char *error)
{
    return parse_as(f, false, out, error);
}

static void rows_are_read(void **state)
{
    uint8_t section[256] = {0};
    struct file f;
    struct probes p;
    char error[160];
    (void)state;
    size_t size = row(section, 0, 0x80001000, "deliver src=a0 dst=s1 frame=a5");
    size = row(section, size, 0x80003000, "exit who=t6");
    build(&f, section, size);
    assert_true(parse(&f, &p, error));
    assert_int_equal(p.count, 2);
    assert_int_equal(p.row[0].address, 0x80001000);
    assert_int_equal(p.row[0].kind, EVENT_DELIVER);
    assert_int_equal(p.row[0].operands, 3);
    assert_int_equal(p.row[0].operand[0].role, ROLE_PEER);
    assert_int_equal(p.row[0].operand[0].reg, 10);
    assert_int_equal(p.row[0].operand[1].role, ROLE_WHO);
    assert_int_equal(p.row[0].operand[1].reg, 9);
    assert_int_equal(p.row[0].operand[2].role, ROLE_FRAME);
    assert_int_equal(p.row[1].kind, EVENT_EXIT);
    assert_int_equal(p.row[1].operand[0].reg, 31);
    assert_string_equal(probes_kind_name(EVENT_DELIVER), "deliver");
    probes_free(&p);
}

static void operands_come_in_any_order_and_more_may_come(void **state)
{
    uint8_t section[256] = {0};
    struct file f;
    struct probes p;
    char error[160];
    (void)state;
    size_t size = row(section, 0, 0x80001000, "switch  to=s0 since=a7  from=fp");
    build(&f, section, size);
    assert_true(parse(&f, &p, error));
    assert_int_equal(p.row[0].operand[0].role, ROLE_PEER);
    assert_int_equal(p.row[0].operand[0].reg, 8);
    assert_int_equal(p.row[0].operand[1].reg, 8);
    probes_free(&p);
}

static void unknown_and_dropped_probes_are_left_out(void **state)
{
    uint8_t section[256] = {0};
    struct file f;
    struct probes p;
    char error[160];
    (void)state;
    size_t size = row(section, 0, 0x80001000, "teleport who=a0");
    size = row(section, size, 0, "exit who=a0"); /* its function was dropped by the linker */
    build(&f, section, size);
    assert_true(parse(&f, &p, error));
    assert_int_equal(p.count, 0);
    probes_free(&p);
}

static void no_section_is_no_error(void **state)
{
    uint8_t section[64] = {0};
    struct file f;
    struct probes p;
    char error[160];
    (void)state;
    build(&f, section, 0);
    assert_true(parse(&f, &p, error));
    assert_int_equal(p.count, 0);
    probes_free(&p);
    ((Elf64_Ehdr *)f.bytes)->e_shnum = 0; /* stripped of all sections */
    assert_true(parse(&f, &p, error));
    assert_int_equal(p.count, 0);
    probes_free(&p);
}

/* Each way to be wrong has its line. */
static void damage_is_named(void **state)
{
    uint8_t section[256] = {0};
    struct file f;
    struct probes p;
    char error[160];
    (void)state;
    size_t size = row(section, 0, 0x80001000, "deliver src=a0 dst=s1");
    build(&f, section, size);
    assert_false(parse(&f, &p, error));
    assert_string_equal(
        error, ".courier.probes: probe \"deliver\" at 0x80001000: no register for \"frame\"");

    size = row(section, 0, 0x80001000, "exit who=q7");
    build(&f, section, size);
    assert_false(parse(&f, &p, error));

    size = row(section, 0, 0x80001000, "");
    build(&f, section, size);
    assert_false(parse(&f, &p, error));
    assert_non_null(strstr(error, "no name"));

    memset(section, 'x', sizeof section);
    build(&f, section, sizeof section);
    assert_false(parse(&f, &p, error));
    assert_string_equal(error, ".courier.probes: a row is cut off");
    build(&f, section, 7);
    assert_false(parse(&f, &p, error));

    row(section, 0, 0x80001000, "exit who=a0");
    build(&f, section, 20);
    assert_false(parse(&f, &p, error));
    assert_string_equal(error, ".courier.probes: the last row is not padded to 8 bytes");

    f.size = 20;
    assert_false(parse(&f, &p, error));
    assert_string_equal(error, "not an ELF file");
    memset(&f, 'x', sizeof f);
    f.size = 1000;
    assert_false(parse(&f, &p, error));
}

/* Whoever is being graded cannot keep others from looking. */
static void damaged_rows_can_be_left_out(void **state)
{
    uint8_t section[256] = {0};
    struct file f;
    struct probes p;
    char error[160];
    (void)state;
    size_t size = row(section, 0, 0x80001000, "wake who=a99 status=x77");
    size = row(section, size, 0x80002000, "");
    size = row(section, size, 0x80003000, "exit who=t6");
    size = row(section, size, 0x80004000, "exit who=t6") - 8;
    build(&f, section, size);
    assert_false(parse(&f, &p, error));
    assert_true(parse_as(&f, true, &p, error));
    assert_int_equal(p.count, 1);
    assert_int_equal(p.row[0].address, 0x80003000);
    probes_free(&p);
}

/* Seeded: bytes of headers and section changed at random, files cut off anywhere. */
static void damaged_files_do_no_harm(void **state)
{
    uint8_t section[256] = {0};
    struct probes p;
    char error[160];
    (void)state;
    srand(7);
    for (int i = 0; i < 60000; i++) {
        struct file f;
        size_t size = row(section, 0, 0x80001000, "deliver src=a0 dst=s1 frame=a5");
        size = row(section, size, 0x80003000, "fail caller=a1 call=s2 peer=s3 status=t1");
        build(&f, section, size);
        for (int n = rand() % 6; n >= 0; n--)
            f.bytes[(size_t)rand() % f.size] = rand() % 3 ? (uint8_t)rand() : 0xff;
        if (rand() % 4 == 0)
            f.size = (size_t)rand() % (f.size + 1);
        error[0] = '\0';
        if (parse(&f, &p, error)) {
            assert_true(p.count <= size / 16);
            probes_free(&p);
        } else {
            assert_true(error[0] != '\0');
            assert_null(strchr(error, '\n'));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_read),
        cmocka_unit_test(operands_come_in_any_order_and_more_may_come),
        cmocka_unit_test(unknown_and_dropped_probes_are_left_out),
        cmocka_unit_test(no_section_is_no_error),
        cmocka_unit_test(damage_is_named),
        cmocka_unit_test(damaged_rows_can_be_left_out),
        cmocka_unit_test(damaged_files_do_no_harm),
    };
    return RUN_SUITE("trace_probes", tests);
}
