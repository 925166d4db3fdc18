// A result as a file: JSON that reads back, damage that is noticed, and files that are whole or as they were.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "suite.h"
#include "grader_result.h"
#include "grader/base/clean.h"
#include "grader/report/report.h"

static char directory[] = "/tmp/courier-report.XXXXXX";
static char path[64];

// The report as one string; free it.
static char *render(const struct result *r, enum report_format format)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    report_print(r, format, out);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(strlen(text), size);
    return text;
}

// ---- JSON ------------------------------------------------------------------------------------------

static void json_reads_back(void **state)
{
    (void)state;
    char why[256];
    for (int status = RESULT_GRADED; status <= RESULT_ERROR; status++) {
        struct result r = result_any((enum result_status)status, NASTY), back;
        assert_true(report_write(&r, REPORT_JSON, path));
        assert_true(result_read(path, &back, why, sizeof why));
        char *once = render(&r, REPORT_JSON), *twice = render(&back, REPORT_JSON);
        assert_string_equal(once, twice);
        assert_true(back.seed == UINT64_MAX);
        assert_int_equal(back.status, status);
        free(once);
        free(twice);
        result_free(&back);
        result_free(&r);
    }
}

// Random strings of all bytes survive as what cleaning makes of them.
static void json_of_any_bytes(void **state)
{
    (void)state;
    char why[256], text[64];
    srand(5);
    for (int i = 0; i < 200; i++) {
        for (size_t k = 0; k < sizeof text - 1; k++)
            text[k] = (char)(1 + rand() % 255);
        text[sizeof text - 1] = '\0';
        struct result r = result_any(RESULT_BUILD, text), back;
        assert_true(report_write(&r, REPORT_JSON, path));
        assert_true(result_read(path, &back, why, sizeof why));
        char *clean = clean_text(text);
        assert_string_equal(back.message, clean);
        free(clean);
        result_free(&back);
        result_free(&r);
    }
}

static void put(const char *text, size_t size)
{
    FILE *out = fopen(path, "w");
    assert_int_equal(fwrite(text, 1, size, out), size);
    fclose(out);
}

// A report that was cut short anywhere, or changed in a way that contradicts itself, is none.
static void damaged_json_is_no_result(void **state)
{
    (void)state;
    struct result r = result_any(RESULT_GRADED, NULL), back;
    char *text = render(&r, REPORT_JSON), why[256];
    for (size_t size = 0; size + 2 < strlen(text); size++) {
        put(text, size);
        assert_false(result_read(path, &back, why, sizeof why));
    }
    static const char *const change[][2] = {{"\"points\": 60", "\"points\": 61"},
                                            {"courier-result-1", "courier-result-2"},
                                            {"\"passed\"", "\"failed\""},
                                            {"\"event\": \"42\"", "\"event\": \"-2\""},
                                            {"\"graded\"", "\"praised\""},
                                            {"\"hidden\": false", "\"hidden\": 0    "},
                                            {"\"lab\": \"", "\"lab\": \"\\ud800"},
                                            {"18446744073709551615", "28446744073709551615"},
                                            {"\"name\"", "\"Name\""}};
    for (size_t i = 0; i < sizeof change / sizeof change[0]; i++) {
        char *at = strstr(text, change[i][0]), *changed;
        assert_non_null(at);
        int before = (int)(at - text);
        assert_true(asprintf(&changed, "%.*s%s%s", before, text, change[i][1],
                             at + strlen(change[i][0])) > 0);
        put(changed, strlen(changed));
        assert_false(result_read(path, &back, why, sizeof why));
        assert_null(strchr(why, '\n'));
        free(changed);
    }
    assert_false(result_read("/nowhere/at/all", &back, why, sizeof why));
    assert_non_null(strstr(why, "No such file"));
    free(text);
    result_free(&r);
}

// ---- files -----------------------------------------------------------------------------------------

static unsigned files_in_directory(void)
{
    char command[128], line[32];
    snprintf(command, sizeof command, "ls -A %s | wc -l", directory);
    FILE *in = popen(command, "r");
    assert_non_null(fgets(line, sizeof line, in));
    pclose(in);
    return (unsigned)atoi(line);
}

// A disk that is full in the middle: the old report stays, and nothing else.
static void a_full_disk_leaves_the_old_report(void **state)
{
    (void)state;
    struct result r = result_any(RESULT_GRADED, NULL), back;
    struct rlimit limit, small;
    char why[256];
    assert_true(report_write(&r, REPORT_JSON, path));
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    small = limit;
    small.rlim_cur = 100;
    setrlimit(RLIMIT_FSIZE, &small);
    bool written = report_write(&r, REPORT_TEXT, path);
    int error = errno;
    setrlimit(RLIMIT_FSIZE, &limit);
    assert_false(written);
    assert_int_equal(error, EFBIG);
    assert_int_equal(files_in_directory(), 1);
    assert_true(result_read(path, &back, why, sizeof why));
    result_free(&back);
    result_free(&r);
}

static void places_that_cannot_be_written(void **state)
{
    (void)state;
    struct result r = result_any(RESULT_GRADED, NULL);
    assert_false(report_write(&r, REPORT_TEXT, "/dev/full"));
    assert_int_equal(errno, ENOSPC);
    assert_false(report_write(&r, REPORT_TEXT, directory));
    assert_int_equal(errno, EISDIR);
    assert_false(report_write(&r, REPORT_TEXT, "/nowhere/at/all"));
    assert_int_equal(errno, ENOENT);
    assert_true(report_write(&r, REPORT_TEXT, "/dev/null"));
    result_free(&r);
}

// A link stays one, and what it names is replaced.
static void a_link_is_followed(void **state)
{
    (void)state;
    struct result r = result_any(RESULT_GRADED, NULL);
    struct stat status;
    char link[80];
    snprintf(link, sizeof link, "%s/link", directory);
    assert_true(report_write(&r, REPORT_TEXT, path));
    assert_int_equal(symlink(path, link), 0);
    assert_true(report_write(&r, REPORT_JUNIT, link));
    assert_int_equal(lstat(link, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_true(stat(path, &status) == 0 && S_ISREG(status.st_mode));
    unlink(link);
    result_free(&r);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof path, "%s/report", directory);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_reads_back),
        cmocka_unit_test(json_of_any_bytes),
        cmocka_unit_test(damaged_json_is_no_result),
        cmocka_unit_test(a_full_disk_leaves_the_old_report),
        cmocka_unit_test(places_that_cannot_be_written),
        cmocka_unit_test(a_link_is_followed),
    };
    if (set_up(NULL) != 0)
        return 1;
    int status = RUN_SUITE("grader_files", tests);
    tear_down(NULL);
    return status;
}
