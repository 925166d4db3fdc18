/* What PM makes of executable files and of arguments, before a process is touched. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "suite.h"
#include <courier/syscall.h>
#include "servers/pm/arguments.h"
#include "servers/pm/elf.h"

/* ---- ELF ------------------------------------------------------------------------------------- */

/* Offsets in the file (System V ABI, chapter 4), for tests that damage one field. */
enum {
    E_CLASS = 4,
    E_TYPE = 16,
    E_MACHINE = 18,
    E_ENTRY = 24,
    E_PHOFF = 32,
    E_PHENTSIZE = 54,
    E_PHNUM = 56,
    PH = 64,
    P_TYPE = 0,
    P_FLAGS = 4,
    P_OFFSET = 8,
    P_VADDR = 16,
    P_FILESZ = 32,
    P_MEMSZ = 40,
    P_BYTES = 56
};
enum { X = 1, W = 2, R = 4 };

static uint8_t file[4096];

static void put(size_t at, size_t bytes, uint64_t value)
{
    memcpy(file + at, &value, bytes);
}

static void put_segment(unsigned n, uint32_t flags, uint64_t vaddr, uint64_t filesz, uint64_t memsz)
{
    size_t p = PH + n * P_BYTES;
    put(p + P_TYPE, 4, 1);
    put(p + P_FLAGS, 4, flags);
    put(p + P_OFFSET, 8, 0x1000 * (n + 1));
    put(p + P_VADDR, 8, vaddr);
    put(p + P_FILESZ, 8, filesz);
    put(p + P_MEMSZ, 8, memsz);
}

/* A good program: text, read-only data, data with bss. */
static int good_file(void **unused)
{
    (void)unused;
    memset(file, 0, sizeof file);
    memcpy(file,
           "\x7f"
           "ELF\x02\x01\x01",
           7);
    put(E_TYPE, 2, 2);
    put(E_MACHINE, 2, 243);
    put(20, 4, 1);
    put(E_ENTRY, 8, 0x40001000);
    put(E_PHOFF, 8, PH);
    put(E_PHENTSIZE, 2, P_BYTES);
    put(E_PHNUM, 2, 3);
    put_segment(0, R | X, 0x40001000, 0x1234, 0x1234);
    put_segment(1, R, 0x40003000, 0x10, 0x10);
    put_segment(2, R | W, 0x40004100, 0x80, 0x3000);
    return 0;
}

static int64_t parse(struct image *image)
{
    return elf_parse(file, sizeof file, image);
}

static void refused(void)
{
    struct image image;
    assert_int_equal(parse(&image), -ENOEXEC);
}

static void accepts_a_good_program(void **unused)
{
    (void)unused;
    struct image image;
    assert_int_equal(parse(&image), 0);
    assert_int_equal(image.entry, 0x40001000);
    assert_int_equal(image.count, 3);
    const struct segment *s = image.segments;
    assert_int_equal(s[0].start, 0x40001000);
    assert_int_equal(s[0].bytes, 0x2000);
    assert_int_equal(s[0].prot, PROT_READ | PROT_EXEC);
    assert_int_equal(s[1].prot, PROT_READ);
    assert_int_equal(s[2].start, 0x40004000);
    assert_int_equal(s[2].bytes, 0x4000);
    assert_int_equal(s[2].address, 0x40004100);
    assert_int_equal(s[2].offset, 0x3000);
    assert_int_equal(s[2].file_bytes, 0x80);
    assert_int_equal(s[2].prot, PROT_READ | PROT_WRITE);
    assert_int_equal(image.end, 0x40008000);
}

static void refuses_other_kinds_of_file(void **unused)
{
    static const struct {
        size_t at, bytes;
        uint64_t value;
    } damage[] = {
        {0, 1, 'E'},
        {E_CLASS, 1, 1},
        {5, 1, 2},
        {6, 1, 0},
        {E_TYPE, 2, 3},
        {E_MACHINE, 2, 62},
        {E_PHENTSIZE, 2, 32},
        {E_PHNUM, 2, 0},
        {E_PHNUM, 2, 0xffff},
        {E_PHOFF, 8, 1 << 20},
        {E_PHOFF, 8, -8ull},
        {20, 4, 0},
    };
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        good_file(unused);
        put(damage[i].at, damage[i].bytes, damage[i].value);
        refused();
    }
}

static void refuses_short_files(void **unused)
{
    (void)unused;
    struct image image;
    for (size_t n = 0; n < PH + 3 * P_BYTES; n++)
        assert_int_equal(elf_parse(file, n, &image), -ENOEXEC);
    assert_int_equal(elf_parse(file, PH + 3 * P_BYTES, &image), 0);
}

static void refuses_segments_out_of_bounds(void **unused)
{
    static const uint64_t ranges[][2] = {
        /* vaddr, memsz of the last segment */
        {0, 0x1000},           {0x40000000, 0x1000},  {0x40003000, 0x1000}, {0x80000000, 0x1000},
        {0x5ffff000, 0x1001},  {0x60000000, 1},       {-0x1000ull, 0x2000}, {0x40004000, -1ull},
        {0x40004000, 1 << 30}, {0x7fff0000, 0x10000},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        good_file(unused);
        put_segment(2, R | W, ranges[i][0], 0, ranges[i][1]);
        refused();
    }
    good_file(unused);
    put_segment(2, R | W, 0x5ffff000, 0, 0x1000);
    struct image image;
    assert_int_equal(parse(&image), 0);
    assert_int_equal(image.end, USER_HEAP_END);
}

static void refuses_pages_both_writable_and_executable(void **unused)
{
    (void)unused;
    put_segment(0, R | W | X, 0x40001000, 0x1234, 0x1234);
    refused();
}

static void refuses_more_file_than_memory(void **unused)
{
    (void)unused;
    put_segment(2, R | W, 0x40004100, 0x3001, 0x3000);
    refused();
}

static void refuses_an_offset_that_overflows(void **unused)
{
    (void)unused;
    put(PH + P_OFFSET, 8, INT64_MAX);
    refused();
}

static void refuses_an_entry_outside_the_text(void **unused)
{
    static const uint64_t entries[] = {0, 0x40001001, 0x40000ffe, 0x40002234, 0x40003000, -2ull};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        good_file(unused);
        put(E_ENTRY, 8, entries[i]);
        refused();
    }
}

static void refuses_programs_that_need_a_linker(void **unused)
{
    for (uint32_t type = 2; type <= 3; type++) {
        good_file(unused);
        put(PH + P_BYTES + P_TYPE, 4, type);
        refused();
    }
}

static void refuses_too_many_segments(void **unused)
{
    (void)unused;
    for (unsigned n = 3; n <= IMAGE_SEGMENTS; n++)
        put_segment(n, R, 0x41000000 + 0x1000 * n, 1, 1);
    put(E_PHNUM, 2, IMAGE_SEGMENTS);
    struct image image;
    assert_int_equal(parse(&image), 0);
    put(E_PHNUM, 2, IMAGE_SEGMENTS + 1);
    refused();
}

/* Whatever the bytes: refused, or an image that keeps all promises. */
static void random_damage_never_passes(void **unused)
{
    uint32_t seed = 7;
    for (int i = 0; i < 200000; i++) {
        good_file(unused);
        for (int j = 0; j < 3; j++) {
            seed = seed * 1664525 + 1013904223;
            file[seed >> 8 & 0xff] = (uint8_t)(seed >> 20);
        }
        struct image image;
        if (parse(&image) < 0)
            continue;
        uint64_t end = USER_BASE + PAGE_SIZE;
        for (unsigned n = 0; n < image.count; n++) {
            const struct segment *s = &image.segments[n];
            assert_true(s->start >= end && s->start % PAGE_SIZE == 0 && s->bytes % PAGE_SIZE == 0);
            end = s->start + s->bytes;
            assert_true(end > s->start && end <= USER_HEAP_END);
            assert_true(s->address >= s->start && s->file_bytes <= end - s->address);
            assert_int_not_equal(s->prot & (PROT_WRITE | PROT_EXEC), PROT_WRITE | PROT_EXEC);
        }
        assert_int_equal(image.end, end);
    }
}

/* ---- arguments ------------------------------------------------------------------------------- */

#define TOP 0x7ffff000ul
static _Alignas(16) uint8_t stack[4096];

static void packs_an_argv(void **unused)
{
    (void)unused;
    static const char strings[] = "ls\0-l\0";
    int64_t used = arguments_pack(strings, sizeof strings - 1, 2, TOP, stack, sizeof stack);
    assert_true(used > 0 && used % 16 == 0);
    const uint64_t *argv = (const uint64_t *)stack;
    assert_string_equal((char *)stack + (argv[0] - (TOP - (uint64_t)used)), "ls");
    assert_string_equal((char *)stack + (argv[1] - (TOP - (uint64_t)used)), "-l");
    assert_int_equal(argv[2], 0);
    assert_true(argv[1] + 3 <= TOP);
}

static void packs_no_arguments_and_empty_ones(void **unused)
{
    (void)unused;
    assert_int_equal(arguments_pack("", 0, 0, TOP, stack, sizeof stack), 16);
    assert_int_equal(((uint64_t *)stack)[0], 0);
    assert_int_equal(arguments_pack("\0\0\0", 3, 3, TOP, stack, sizeof stack), 48);
    const uint64_t *argv = (const uint64_t *)stack;
    assert_int_equal(argv[1], argv[0] + 1);
    assert_int_equal(argv[3], 0);
}

static void refuses_strings_that_do_not_add_up(void **unused)
{
    (void)unused;
    assert_int_equal(arguments_pack("ls\0-l", 5, 2, TOP, stack, sizeof stack), -EINVAL);
    assert_int_equal(arguments_pack("ls\0-l", 6, 3, TOP, stack, sizeof stack), -EINVAL);
    assert_int_equal(arguments_pack("ls\0-l", 6, 1, TOP, stack, sizeof stack), -EINVAL);
    assert_int_equal(arguments_pack("", 0, 1, TOP, stack, sizeof stack), -EINVAL);
    assert_int_equal(arguments_pack("a", 1, 0, TOP, stack, sizeof stack), -EINVAL);
}

static void refuses_what_does_not_fit(void **unused)
{
    (void)unused;
    static char zeros[2048];
    uint32_t most = (sizeof stack - 8) / 9;
    assert_true(arguments_pack(zeros, most, most, TOP, stack, sizeof stack) > 0);
    assert_int_equal(arguments_pack(zeros, most + 3, most + 3, TOP, stack, sizeof stack), -E2BIG);
    assert_int_equal(arguments_pack(zeros, 2048, 2048, TOP, stack, sizeof stack), -E2BIG);
}

#define ELF_TEST(f) cmocka_unit_test_setup(f, good_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ELF_TEST(accepts_a_good_program),
        ELF_TEST(refuses_other_kinds_of_file),
        ELF_TEST(refuses_short_files),
        ELF_TEST(refuses_segments_out_of_bounds),
        ELF_TEST(refuses_pages_both_writable_and_executable),
        ELF_TEST(refuses_more_file_than_memory),
        ELF_TEST(refuses_an_offset_that_overflows),
        ELF_TEST(refuses_an_entry_outside_the_text),
        ELF_TEST(refuses_programs_that_need_a_linker),
        ELF_TEST(refuses_too_many_segments),
        ELF_TEST(random_damage_never_passes),
        cmocka_unit_test(packs_an_argv),
        cmocka_unit_test(packs_no_arguments_and_empty_ones),
        cmocka_unit_test(refuses_strings_that_do_not_add_up),
        cmocka_unit_test(refuses_what_does_not_fit),
    };
    return RUN_SUITE("pm_exec", tests);
}
