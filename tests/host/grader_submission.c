/* What is taken from a submission, and what is refused, by name and reason: archives made here, most of them hostile. */
#include "suite.h"
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "grader/base/file.h"
#include "grader/take/submission.h"

static const struct lab_file one_file[] = {{"kernel/ipc.c", LAB_KERNEL}};
static const struct lab one = {.name = "one", .files = one_file, .nfiles = 1};
static const struct lab_file kv_files[] = {{"servers/kv/main.c", LAB_SERVER},
                                           {"servers/kv/table.c", LAB_SERVER},
                                           {"kernel/main.c", LAB_KERNEL}};
static const struct lab several = {.name = "several", .files = kv_files, .nfiles = 3};

static char top[] = "/tmp/courier-submission.XXXXXX", why[400];
static char path[200];

static const char *at(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", top, name);
    return path;
}

static int set_up(void **state)
{
    (void)state;
    strcpy(top, "/tmp/courier-submission.XXXXXX");
    return mkdtemp(top) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return file_remove_tree(top) ? 0 : -1;
}

/* ---- making archives --------------------------------------------------------------------------------- */

static struct archive *begin(const char *name)
{
    struct archive *a = archive_write_new();
    if (strstr(name, ".zip")) {
        archive_write_set_format_zip(a);
    } else {
        archive_write_set_format_pax_restricted(a);
        if (strstr(name, ".gz"))
            archive_write_add_filter_gzip(a);
    }
    assert_int_equal(archive_write_open_filename(a, at(name)), ARCHIVE_OK);
    return a;
}

static void finish(struct archive *a)
{
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    archive_write_free(a);
}

static struct archive_entry *entry(const char *name, unsigned kind, size_t size)
{
    struct archive_entry *e = archive_entry_new();
    archive_entry_set_pathname(e, name);
    archive_entry_set_filetype(e, kind);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_size(e, (la_int64_t)size);
    return e;
}

static void put(struct archive *a, struct archive_entry *e, const char *text)
{
    assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
    if (text)
        archive_write_data(a, text, strlen(text));
    archive_entry_free(e);
}

static void put_file(struct archive *a, const char *name, const char *text)
{
    put(a, entry(name, AE_IFREG, strlen(text)), text);
}

/* ---- reading them --------------------------------------------------------------------------------------- */

static void expect_taken(const char *name, const struct lab *lab, size_t which, const char *text)
{
    struct submission s;
    if (submission_read(at(name), lab, &s, why, sizeof why) != SUBMISSION_TAKEN)
        fail_msg("%s: %s", name, why);
    assert_string_equal(s.files[which].bytes, text);
    assert_int_equal(s.files[which].size, strlen(text));
    assert_int_equal(strlen(s.digest), 64);
    submission_free(&s);
}

static void expect_refused(const char *name, const struct lab *lab, const char *words)
{
    struct submission s;
    enum submission_status status = submission_read(at(name), lab, &s, why, sizeof why);
    if (status != SUBMISSION_REFUSED)
        fail_msg("%s: not refused (%d)", name, (int)status);
    if (!strstr(why, words))
        fail_msg("%s: refused for '%s', not for '%s'", name, why, words);
    assert_null(strpbrk(why, "\n\x1b"));
}

/* An archive of one hostile entry behind a good one, in both formats if zip can hold it. */
static void expect_bad_entry(struct archive_entry *e, bool in_zip, const char *words)
{
    static const char *const names[] = {"a.tar.gz", "a.tar", "a.zip"};
    for (int i = 0; i < (in_zip ? 3 : 2); i++) {
        struct archive *a = begin(names[i]);
        put_file(a, "kernel/ipc.c", "good\n");
        put(a, archive_entry_clone(e), NULL);
        finish(a);
        expect_refused(names[i], &one, words);
    }
    archive_entry_free(e);
}

static void takes_what_is_right(void **state)
{
    static const char *const formats[] = {"a.tar.gz", "a.tar", "a.zip"};
    static const char *const names[] = {"kernel/ipc.c", "./kernel/ipc.c", "jane/work/kernel/ipc.c",
                                        "ipc.c",        "work/ipc.c",     "jane\\kernel\\ipc.c"};
    (void)state;
    for (size_t f = 0; f < 3; f++)
        for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
            struct archive *a = begin(formats[f]);
            put(a, entry("jane", AE_IFDIR, 0), NULL);
            put_file(a, "README.md", "ignored");
            put_file(a, names[n], "int x;\n");
            put_file(a, "Makefile", "all: ; rm -rf /\n");
            finish(a);
            expect_taken(formats[f], &one, 0, "int x;\n");
        }
}

/* The tree holds lib/ipc.c, too. */
static void prefers_the_path_of_the_tree(void **state)
{
    (void)state;
    struct archive *a = begin("a.tar.gz");
    put_file(a, "tree/lib/ipc.c", "another\n");
    put_file(a, "tree/kernel/ipc.c", "right\n");
    put_file(a, "ipc.c", "third\n");
    finish(a);
    expect_taken("a.tar.gz", &one, 0, "right\n");
    a = begin("b.zip");
    put_file(a, "x/kernel/ipc.c", "below\n");
    put_file(a, "kernel/ipc.c", "exact\n");
    finish(a);
    expect_taken("b.zip", &one, 0, "exact\n");
}

static void refuses_what_could_be_two(void **state)
{
    (void)state;
    struct archive *a = begin("a.tar.gz");
    put_file(a, "old/ipc.c", "1\n");
    put_file(a, "new/ipc.c", "2\n");
    finish(a);
    expect_refused("a.tar.gz", &one, "kernel/ipc.c: more than one file could be it");
    a = begin("b.tar.gz");
    put_file(a, "kernel/ipc.c", "1\n");
    put_file(a, "./kernel/ipc.c", "2\n");
    finish(a);
    expect_refused("b.tar.gz", &one, "more than one file");
    /* A last name that two of the lab's files have stands for neither. */
    a = begin("c.zip");
    put_file(a, "main.c", "1\n");
    put_file(a, "table.c", "2\n");
    put_file(a, "kernel/main.c", "3\n");
    finish(a);
    expect_refused("c.zip", &several, "servers/kv/main.c: not in the submission");
    a = begin("d.zip");
    put_file(a, "x/kv/main.c", "0\n");
    put_file(a, "x/servers/kv/main.c", "1\n");
    put_file(a, "table.c", "2\n");
    put_file(a, "x/kernel/main.c", "3\n");
    finish(a);
    expect_taken("d.zip", &several, 0, "1\n");
    expect_taken("d.zip", &several, 1, "2\n");
    expect_taken("d.zip", &several, 2, "3\n");
}

static void says_which_names_are_expected(void **state)
{
    (void)state;
    struct archive *a = begin("a.zip");
    put_file(a, "kernel/ipc.cpp", "x\n");
    put_file(a, "__MACOSX/kernel/._ipc.c", "x\n");
    put_file(a, "kernel/IPC.C", "x\n");
    finish(a);
    expect_refused("a.zip", &one, "kernel/ipc.c: not in the submission, which has kernel/IPC.C");
    a = begin("c.zip");
    put_file(a, "Kernel\x1b/IPC.C", "x\n");
    put_file(a, "ipc.C", "x\n");
    finish(a);
    expect_refused("c.zip", &one,
                   "not in the submission, which has Kernel\\x1b/IPC.C (capitals matter)");
    a = begin("b.tar.gz");
    put_file(a, "servers/kv/main.c", "x\n");
    put_file(a, "kernel/main.c", "x\n");
    finish(a);
    expect_refused("b.tar.gz", &several,
                   "servers/kv/table.c: not in the submission; expected: servers/kv/main.c, "
                   "servers/kv/table.c, kernel/main.c");
}

/* ---- what could do harm ------------------------------------------------------------------------------------ */

static void refuses_links(void **state)
{
    (void)state;
    struct archive_entry *e = entry("kernel/extra.c", AE_IFLNK, 0);
    archive_entry_set_symlink(e, "/etc/passwd");
    expect_bad_entry(e, true, "kernel/extra.c: a link");
    e = entry("kernel/extra.c", AE_IFREG, 0);
    archive_entry_set_hardlink(e, "kernel/ipc.c");
    expect_bad_entry(e, false, "kernel/extra.c: a link");
    /* The file itself, and a folder that it would be written through. */
    struct archive *a = begin("b.tar.gz");
    e = entry("kernel", AE_IFLNK, 0);
    archive_entry_set_symlink(e, "/tmp");
    put(a, e, NULL);
    put_file(a, "kernel/ipc.c", "x\n");
    finish(a);
    expect_refused("b.tar.gz", &one, "kernel: a link");
}

static void refuses_paths_that_lead_out(void **state)
{
    (void)state;
    expect_bad_entry(entry("../../etc/cron.d/x", AE_IFREG, 0), true,
                     "../../etc/cron.d/x: a path that leaves its folder");
    expect_bad_entry(entry("kernel/../../ipc.c", AE_IFREG, 0), true, "leaves its folder");
    expect_bad_entry(entry("..", AE_IFDIR, 0), false, "leaves its folder");
    expect_bad_entry(entry("x\\..\\..\\ipc.c", AE_IFREG, 0), true, "leaves its folder");
    expect_bad_entry(entry("/etc/passwd", AE_IFREG, 0), true, "/etc/passwd: an absolute path");
    expect_bad_entry(entry("C:\\ipc.c", AE_IFREG, 0), true, "an absolute path");
    expect_bad_entry(entry("\\ipc.c", AE_IFREG, 0), true, "an absolute path");
}

static void refuses_devices(void **state)
{
    static const unsigned kinds[] = {AE_IFCHR, AE_IFBLK, AE_IFIFO};
    (void)state;
    for (int i = 0; i < 3; i++)
        expect_bad_entry(entry("kernel/zero", kinds[i], 0), false,
                         "kernel/zero: a device or another special file");
}

static void neutralises_names(void **state)
{
    (void)state;
    expect_bad_entry(entry("/\x1b[31mred\n\"=cmd()", AE_IFREG, 0), false, "an absolute path");
    assert_non_null(strstr(why, "\\x1b[31mred"));
    char name[900];
    memset(name, 'x', sizeof name);
    memcpy(name, "../", 3);
    name[sizeof name - 1] = '\0';
    expect_bad_entry(entry(name, AE_IFREG, 0), false, "...: a path that leaves its folder");
    assert_true(strlen(why) < 200);
}

/* A gigabyte of zeros is a megabyte of gzip. */
static void put_zeros(struct archive *a, const char *name, size_t megabytes)
{
    static char zeros[1 << 20];
    struct archive_entry *e = entry(name, AE_IFREG, megabytes << 20);
    assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
    archive_entry_free(e);
    for (size_t i = 0; i < megabytes; i++)
        archive_write_data(a, zeros, sizeof zeros);
}

static void refuses_bombs(void **state)
{
    static const char *const names[] = {"a.tar.gz", "a.zip"};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct archive *a = begin(names[i]);
        put_zeros(a, "notes.txt", 300);
        put_file(a, "kernel/ipc.c", "good\n");
        finish(a);
        expect_refused(names[i], &one, "notes.txt: the archive unpacks to more than 64 MiB");
        a = begin(names[i]);
        put_zeros(a, "kernel/ipc.c", 2);
        finish(a);
        expect_refused(names[i], &one, "kernel/ipc.c: larger than 1 MiB");
        a = begin(names[i]);
        for (int n = 0; n <= 4000; n++) {
            char name[32];
            snprintf(name, sizeof name, "f%d", n);
            put_file(a, name, "");
        }
        finish(a);
        expect_refused(names[i], &one, "more than 4000 entries");
        a = begin(names[i]);
        put_file(a, "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/ipc.c", "x\n");
        finish(a);
        expect_refused(names[i], &one, "too deep in folders");
    }
    /* A sparse file claims to be what it is not. */
    struct archive *a = begin("b.tar.gz");
    struct archive_entry *e = entry("kernel/ipc.c", AE_IFREG, 1ull << 40);
    archive_entry_sparse_add_entry(e, (1ll << 40) - 4, 4);
    put(a, e, "abcd");
    archive_write_free(a);
    expect_refused("b.tar.gz", &one, "larger than 1 MiB");
}

static void write_file(const char *name, const char *bytes, size_t size)
{
    FILE *out = fopen(at(name), "w");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, size, out), size);
    fclose(out);
}

static void refuses_what_is_no_archive(void **state)
{
    (void)state;
    write_file("a.tar.gz", "", 0);
    expect_refused("a.tar.gz", &one, "an empty file");
    write_file("a.tar.gz", "int main(void) { return 0; }\n", 29);
    expect_refused("a.tar.gz", &one, "no whole .tar.gz or .zip archive");
    write_file("a.zip", "PK\3\4garbage and more of it, but no archive", 40);
    expect_refused("a.zip", &one, "archive");
    struct archive *a = begin("b.tar.gz");
    finish(a);
    expect_refused("b.tar.gz", &one, "the submission is empty");
    /* Other archives, by name. */
    static const char *const other[][2] = {{"\xfd\x37zXZ", "an xz archive"},
                                           {"BZh91AY&SY", "a bzip2 archive"},
                                           {"\x28\xb5\x2f\xfd", "a zstd archive"},
                                           {"7z\xbc\xaf\x27\x1c", "a 7z archive"},
                                           {"Rar!\x1a\x07", "a RAR archive"}};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        char bytes[100] = "";
        strcpy(bytes, other[i][0]);
        write_file("d.tar.gz", bytes, sizeof bytes);
        expect_refused("d.tar.gz", &one, other[i][1]);
        assert_non_null(strstr(why, "expected: .tar.gz or .zip"));
    }
    /* Cut off in the middle. */
    a = begin("c.tar.gz");
    char noise[20001];
    for (unsigned i = 0, x = 1; i < sizeof noise - 1; i++)
        noise[i] = (char)('!' + (x = x * 1103515245 + 12345) / 65536 % 90);
    noise[sizeof noise - 1] = '\0';
    put_file(a, "kernel/ipc.c", noise);
    finish(a);
    struct stat st;
    assert_int_equal(stat(at("c.tar.gz"), &st), 0);
    assert_int_equal(truncate(at("c.tar.gz"), st.st_size / 2), 0);
    expect_refused("c.tar.gz", &one, "no whole .tar.gz or .zip archive");
    /* Huge before it is even opened. */
    write_file("d.zip", "PK", 2);
    assert_int_equal(truncate(at("d.zip"), 9 << 20), 0);
    expect_refused("d.zip", &one, "larger than 8 MiB");
    a = begin("e.zip");
    put_file(a, "kernel/ipc.c", "");
    finish(a);
    expect_refused("e.zip", &one, "kernel/ipc.c: an empty file");
}

/* Bytes turned at random: whatever comes, it is an answer. */
static void survives_damage(void **state)
{
    static const char *const names[] = {"a.tar.gz", "a.tar", "a.zip"};
    (void)state;
    unsigned seed = 1;
    for (int f = 0; f < 3; f++) {
        struct archive *a = begin(names[f]);
        for (int i = 0; i < 5; i++)
            put_file(a, i == 3 ? "kernel/ipc.c" : "other", "int x = 1; int y = 2;\n");
        finish(a);
        size_t size;
        char *bytes = file_read(at(names[f]), 1 << 20, &size);
        for (int round = 0; round < 300; round++) {
            char *copy = malloc(size);
            memcpy(copy, bytes, size);
            for (int n = 0; n < 3; n++) {
                seed = seed * 1103515245 + 12345;
                copy[(seed >> 8) % size] ^= (char)(1 << (seed >> 4) % 8);
            }
            write_file("damaged", copy, size);
            free(copy);
            struct submission s;
            if (submission_read(at("damaged"), &one, &s, why, sizeof why) == SUBMISSION_TAKEN)
                submission_free(&s);
        }
        free(bytes);
    }
}

/* ---- directories ---------------------------------------------------------------------------------------------- */

static void make_directory(const char *name)
{
    assert_int_equal(mkdir(at(name), 0755), 0);
}

static void takes_directories(void **state)
{
    (void)state;
    make_directory("d");
    expect_refused("d", &one, "the submission is empty");
    write_file("d/notes", "x", 1);
    expect_refused("d", &one, "kernel/ipc.c: not in the submission; expected: kernel/ipc.c");
    write_file("d/ipc.c", "flat\n", 5);
    expect_taken("d", &one, 0, "flat\n");
    make_directory("d/jane");
    make_directory("d/jane/kernel");
    write_file("d/jane/kernel/ipc.c", "below\n", 6);
    expect_taken("d", &one, 0, "below\n");
    make_directory("d/kernel");
    write_file("d/kernel/ipc.c", "exact\n", 6);
    expect_taken("d", &one, 0, "exact\n");
    expect_taken("d/", &one, 0, "exact\n");
    assert_int_equal(unlink(at("d/kernel/ipc.c")), 0);
    make_directory("d/joe");
    make_directory("d/joe/kernel");
    write_file("d/joe/kernel/ipc.c", "twice\n", 6);
    expect_refused("d", &one, "more than one file");
}

static void follows_no_link_in_a_directory(void **state)
{
    (void)state;
    make_directory("secret");
    write_file("secret/ipc.c", "a secret\n", 9);
    make_directory("d");
    assert_int_equal(symlink("../secret", at("d/kernel")), 0);
    expect_refused("d", &one, "kernel/ipc.c: a link, or behind one");
    assert_int_equal(unlink(at("d/kernel")), 0);
    make_directory("d/kernel");
    assert_int_equal(symlink("/etc/passwd", at("d/kernel/ipc.c")), 0);
    expect_refused("d", &one, "a link");
    assert_int_equal(unlink(at("d/kernel/ipc.c")), 0);
    assert_int_equal(symlink("../../secret/ipc.c", at("d/ipc.c")), 0);
    expect_refused("d", &one, "ipc.c: a link");
    assert_int_equal(unlink(at("d/ipc.c")), 0);
    assert_int_equal(mkfifo(at("d/kernel/ipc.c"), 0644), 0);
    expect_refused("d", &one, "no plain file");
    assert_int_equal(unlink(at("d/kernel/ipc.c")), 0);
    /* A link that nobody asks for is left alone. */
    assert_int_equal(symlink("/", at("d/elsewhere")), 0);
    write_file("d/kernel/ipc.c", "good\n", 5);
    expect_taken("d", &one, 0, "good\n");
    write_file("d/kernel/ipc.c", "", 0);
    assert_int_equal(truncate(at("d/kernel/ipc.c"), (1 << 20) + 1), 0);
    expect_refused("d", &one, "kernel/ipc.c: larger than 1 MiB");
}

static void tells_what_cannot_be_read(void **state)
{
    struct submission s;
    (void)state;
    assert_int_equal(submission_read(at("nowhere"), &one, &s, why, sizeof why), SUBMISSION_CANNOT);
    assert_string_equal(why, "No such file or directory");
    assert_int_equal(submission_read("/dev/null", &one, &s, why, sizeof why), SUBMISSION_CANNOT);
    assert_int_equal(mkfifo(at("fifo"), 0644), 0);
    assert_int_equal(submission_read(at("fifo"), &one, &s, why, sizeof why), SUBMISSION_CANNOT);
}

/* FIPS 180-4's own examples, and that names count as much as contents. */
static void digests(void **state)
{
    struct sha256 sum;
    char hex[SHA256_HEX];
    (void)state;
    sha256_begin(&sum);
    sha256_add(&sum, "abc", 3);
    sha256_end(&sum, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256_begin(&sum);
    sha256_add(&sum, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56);
    sha256_end(&sum, hex);
    assert_string_equal(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");

    char first[SHA256_HEX];
    struct submission s;
    struct archive *a = begin("a.zip");
    put_file(a, "ipc.c", "x\n");
    finish(a);
    assert_int_equal(submission_read(at("a.zip"), &one, &s, why, sizeof why), SUBMISSION_TAKEN);
    strcpy(first, s.digest);
    submission_free(&s);
    a = begin("b.tar.gz");
    put_file(a, "other", "y\n");
    put_file(a, "kernel/ipc.c", "x\n");
    finish(a);
    assert_int_equal(submission_read(at("b.tar.gz"), &one, &s, why, sizeof why), SUBMISSION_TAKEN);
    assert_string_equal(s.digest, first);
    submission_free(&s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(takes_what_is_right),
        TEST(prefers_the_path_of_the_tree),
        TEST(refuses_what_could_be_two),
        TEST(says_which_names_are_expected),
        TEST(refuses_links),
        TEST(refuses_paths_that_lead_out),
        TEST(refuses_devices),
        TEST(neutralises_names),
        TEST(refuses_bombs),
        TEST(refuses_what_is_no_archive),
        TEST(survives_damage),
        TEST(takes_directories),
        TEST(follows_no_link_in_a_directory),
        TEST(tells_what_cannot_be_read),
        TEST(digests),
    };
    return RUN_SUITE("grader_submission", tests);
}
