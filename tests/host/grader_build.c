/* Between the compiler and the report: objects that are no plain C, and words that are not fit to be shown. */
#include "suite.h"
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include "grader/compile/diagnostic.h"
#include "grader/base/file.h"
#include "grader/compile/object.h"

/* ---- objects ---------------------------------------------------------------------------------------- */

static char why[200];

static void expect_object(const void *bytes, size_t size, const char *words)
{
    bool good = object_check(bytes, size, why, sizeof why);
    if (good != (words == NULL))
        fail_msg("%s", good ? "taken" : why);
    if (words && !strstr(why, words))
        fail_msg("'%s', not '%s'", why, words);
}

/* One of the kernel's own, as the compiler made it. */
static char *an_object(size_t *size)
{
    char *bytes = file_read("build/guest/kernel/ipc.o", 1 << 22, size);
    assert_non_null(bytes);
    return bytes;
}

static void takes_what_a_compiler_makes(void **state)
{
    static const char *const names[] = {"ipc", "sched", "vm", "grant"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[100];
        size_t size;
        snprintf(path, sizeof path, "build/guest/kernel/%s.o", names[i]);
        char *bytes = file_read(path, 1 << 22, &size);
        assert_non_null(bytes);
        expect_object(bytes, size, NULL);
        free(bytes);
    }
}

static void refuses_what_is_no_object(void **state)
{
    (void)state;
    size_t size;
    char *bytes = an_object(&size);
    Elf64_Ehdr *header = (Elf64_Ehdr *)(void *)bytes;
    static const char script[] =
        "INPUT(/etc/passwd)\nOUTPUT(/tmp/x)\n/* long enough to be a header of an object */";

    expect_object("", 0, "no object file");
    expect_object(script, sizeof script, "no object file");
    expect_object(bytes, size / 2, "");
    header->e_type = ET_EXEC;
    expect_object(bytes, size, "no object file");
    header->e_type = ET_REL;
    header->e_machine = EM_X86_64;
    expect_object(bytes, size, "no object file");
    free(bytes);
    size_t module;
    bytes = file_read("build/servers/pm.mod", 1 << 22, &module);
    assert_non_null(bytes);
    expect_object(bytes, module, "no object file");
    free(bytes);
}

/* The first section with this name; its header, to be changed. */
static Elf64_Shdr *section(char *bytes, const char *name)
{
    Elf64_Ehdr *header = (Elf64_Ehdr *)(void *)bytes;
    Elf64_Shdr *table = (Elf64_Shdr *)(void *)(bytes + header->e_shoff);
    const char *names = bytes + table[header->e_shstrndx].sh_offset;
    for (unsigned i = 0; i < header->e_shnum; i++)
        if (strcmp(names + table[i].sh_name, name) == 0)
            return &table[i];
    fail_msg("no section %s", name);
    return NULL;
}

static void refuses_sections_by_kind(void **state)
{
    (void)state;
    size_t size;
    char *bytes = an_object(&size);
    Elf64_Shdr *text = section(bytes, ".text");
    const Elf64_Shdr good = *text;

    text->sh_type = SHT_INIT_ARRAY;
    expect_object(bytes, size, "a section that no C makes: .text");
    *text = good;
    text->sh_type = SHT_GROUP;
    expect_object(bytes, size, "a section that no C makes");
    *text = good;
    text->sh_flags |= SHF_WRITE;
    expect_object(bytes, size, "written and executed: .text");
    *text = good;
    text->sh_flags |= SHF_TLS;
    expect_object(bytes, size, "strange properties: .text");
    *text = good;
    text->sh_addralign = 1 << 20;
    expect_object(bytes, size, "aligned to more than a page: .text");
    *text = good;
    text->sh_type = SHT_NOBITS;
    text->sh_size = 1ull << 40;
    expect_object(bytes, size, "more than 4 MiB");
    *text = good;
    text->sh_offset = ~0ull - 10;
    text->sh_size = 100;
    expect_object(bytes, size, "damaged");
    *text = good;
    section(bytes, ".comment")->sh_flags |= SHF_ALLOC;
    expect_object(bytes, size, "not allowed: .comment");
    free(bytes);
}

/* Whatever the bytes are: an answer, and no crash. */
static void survives_damage(void **state)
{
    (void)state;
    size_t size;
    char *bytes = an_object(&size), *copy = malloc(size);
    unsigned seed = 1;
    for (int round = 0; round < 3000; round++) {
        size_t cut = round % 3 ? size : (seed >> 3) % size;
        memcpy(copy, bytes, size);
        for (int n = 0; n < 8; n++) {
            seed = seed * 1103515245 + 12345;
            /* Headers are where it matters. */
            size_t at = (seed >> 8) % (n % 2 ? size : sizeof(Elf64_Ehdr));
            copy[n % 4 == 3 ? size - 1 - at % 4096 : at] ^= (char)(1 << (seed >> 4) % 8);
        }
        object_check(copy, cut, why, sizeof why);
    }
    free(copy);
    free(bytes);
}

/* ---- words ------------------------------------------------------------------------------------------------- */

static void expect_words(const char *text, const char *note, const char *wanted)
{
    char *got = diagnostic_trim(text, note);
    assert_string_equal(got, wanted);
    free(got);
}

static void hides_paths(void **state)
{
    (void)state;
    expect_words("kernel/ipc.c:3:5: error: x\n", NULL, "kernel/ipc.c:3:5: error: x\n");
    expect_words("In file included from /usr/lib/gcc/riscv64/12.2.0/include/stdint.h:9,\n", NULL,
                 "In file included from stdint.h:9,\n");
    expect_words("/usr/bin/ld: '/tmp/grade-Ab12/out/x.o': bad\n", NULL, "ld: 'x.o': bad\n");
    expect_words("   7 | a / b; // c\n   8 | x = y /z/ 2; a/b/c\n", NULL,
                 "   7 | a / b; // c\n   8 | x = y  2; a/b/c\n");
    expect_words("/home/jane", NULL, "jane");
    expect_words("", NULL, "");
}

static void says_the_beginning(void **state)
{
    (void)state;
    char text[20000] = "", *got;
    for (int i = 0; i < 100; i++)
        strcat(text, "a line\n");
    got = diagnostic_trim(text, "stopped");
    assert_memory_equal(got, "stopped\na line\n", 15);
    assert_string_equal(got + strlen(got) - 23, "a line\n(there is more)\n");
    assert_int_equal(strlen(got), 8 + 7 * DIAGNOSTIC_LINES + 16);
    free(got);
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    got = diagnostic_trim(text, NULL);
    assert_true(strlen(got) <= DIAGNOSTIC_BYTES + 20);
    assert_string_equal(got + strlen(got) - 17, "\n(there is more)\n");
    free(got);
}

static void neutralises(void **state)
{
    (void)state;
    expect_words("\x1b]0;t\x07 \xe2\x80\xae \xff\n", NULL, "\\x1b]0;t\\x07 \\u{202e} \\xff\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_a_compiler_makes),
        cmocka_unit_test(refuses_what_is_no_object),
        cmocka_unit_test(refuses_sections_by_kind),
        cmocka_unit_test(survives_damage),
        cmocka_unit_test(hides_paths),
        cmocka_unit_test(says_the_beginning),
        cmocka_unit_test(neutralises),
    };
    return RUN_SUITE("grader_build", tests);
}
