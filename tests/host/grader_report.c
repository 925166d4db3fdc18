// Reports: each format is what its readers take, no text of a student's gets out of its place.
#include <jansson.h>
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

// Runs a checker on the file at `path`; its exit status.
static int checker(const char *command)
{
    char line[256];
    snprintf(line, sizeof line, command, path);
    return system(line);
}

// No byte that moves a cursor, nothing that is not UTF-8.
static void assert_clean(const char *text)
{
    unsigned point, length;
    for (const char *s = text; *s; s += length) {
        length = clean_decode(s, &point);
        assert_int_not_equal(length, 0);
        assert_true(point == '\n' || point == '\t' || point >= 0x20);
        assert_false(point >= 0x7f && point < 0xa0);
        assert_int_not_equal(point, 0x202e);
    }
}

static void cleaning(void **state)
{
    (void)state;
    static const char *const pair[][2] = {
        {"Gr\xc3\xb6\xc3\x9f"
         "e \xf0\x9f\x90\xa7\n\ttab",
         "Gr\xc3\xb6\xc3\x9f"
         "e \xf0\x9f\x90\xa7\n\ttab"},
        {"\x1b[31mred", "\\x1b[31mred"},
        {"a\r\nb\rc", "a\nb\\x0dc"},
        {"\xc2\x9b"
         "2J",
         "\\u{9b}2J"},
        {"\xe2\x80\xae"
         "drow",
         "\\u{202e}drow"},
        {"\xc0\xaf", "\\xc0\\xaf"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
        {"\xe2\x82", "\\xe2\\x82"},
        {"\xef\xbf\xbf", "\\u{ffff}"},
    };
    for (size_t i = 0; i < sizeof pair / sizeof pair[0]; i++) {
        char *clean = clean_text(pair[i][0]);
        assert_string_equal(clean, pair[i][1]);
        free(clean);
    }
    char *line = clean_line("a\r\n\tb\n");
    assert_string_equal(line, "a  b ");
    free(line);
    assert_null(clean_text(NULL));
}

static void names(void **state)
{
    (void)state;
    for (int i = 0; i < REPORT_FORMATS; i++) {
        enum report_format format = REPORT_FORMATS;
        assert_true(report_format_parse(report_format_name((enum report_format)i), &format));
        assert_int_equal(format, i);
    }
    enum report_format format;
    assert_false(report_format_parse("html", &format));
}

static void every_format_is_clean(void **state)
{
    (void)state;
    for (int status = RESULT_GRADED; status <= RESULT_ERROR; status++) {
        struct result r = result_any((enum result_status)status, NASTY);
        for (int format = 0; format < REPORT_FORMATS; format++) {
            char *text = render(&r, (enum report_format)format),
                 *again = render(&r, (enum report_format)format);
            assert_clean(text);
            assert_string_equal(text, again);
            free(text);
            free(again);
        }
        result_free(&r);
    }
}

static void text_says_what_happened(void **state)
{
    (void)state;
    struct result r = result_any(RESULT_GRADED, NULL);
    char *text = render(&r, REPORT_TEXT);
    assert_non_null(strstr(text, "passed   60/60   order-both-ways"));
    assert_non_null(strstr(text, "FAILED    0/40   any-is-fifo"));
    assert_non_null(
        strstr(text, "broken rule: B's receive returns after A's send and carries A's bytes"));
    assert_non_null(strstr(text, "at event 42"));
    assert_non_null(strstr(text, "| |--send--->|"));
    assert_non_null(strstr(text, "\n60 of 100 points\n"));
    free(text);
    r.cases[0].status = CASE_ERROR;
    text = render(&r, REPORT_TEXT);
    assert_null(strstr(text, "of 100 points"));
    assert_non_null(strstr(text, "no grade"));
    free(text);
    result_free(&r);
}

// A hidden case's ladder and event are in the instructor's JSON, and nowhere else.
static void hidden_cases_keep_their_data(void **state)
{
    (void)state;
    struct result r = result_any(RESULT_GRADED, NULL);
    r.cases[1].hidden = true;
    for (int format = 0; format < REPORT_FORMATS; format++) {
        char *text = render(&r, (enum report_format)format);
        bool whole = format == REPORT_JSON;
        assert_true(whole == !!strstr(text, "send--->"));
        if (format != REPORT_GITHUB)
            assert_non_null(strstr(text, "carries A"));
        assert_null(strstr(text, "event 42"));
        free(text);
    }
    result_free(&r);
}

// ---- the platforms' formats --------------------------------------------------------------------------

static void gradescope_fits_its_schema(void **state)
{
    (void)state;
    static const char check[] = "jsonschema -i %s tests/grader/gradescope.schema.json 2>/dev/null";
    for (int status = RESULT_GRADED; status <= RESULT_ERROR; status++)
        for (int nasty = 0; nasty < 2; nasty++) {
            struct result r = result_any((enum result_status)status, nasty ? NASTY : NULL);
            assert_true(report_write(&r, REPORT_GRADESCOPE, path));
            bool fits = checker(check) == 0;
            assert_true(fits == (status != RESULT_ERROR)); // no grade: not even a score of 0
            result_free(&r);
        }
    struct result r = result_any(RESULT_GRADED, NULL);
    char *text = render(&r, REPORT_GRADESCOPE);
    json_t *j = json_loads(text, 0, NULL), *tests = json_object_get(j, "tests");
    assert_int_equal(json_integer_value(json_object_get(j, "score")), 60);
    assert_int_equal(json_array_size(tests), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(tests, 1), "status")),
                        "failed");
    json_decref(j);
    free(text);
    result_free(&r);
}

static void junit_is_xml(void **state)
{
    (void)state;
    for (int status = RESULT_GRADED; status <= RESULT_ERROR; status++) {
        struct result r = result_any((enum result_status)status, NASTY);
        assert_true(report_write(&r, REPORT_JUNIT, path));
        assert_int_equal(checker("xmllint --noout --nonet %s"), 0);
        result_free(&r);
    }
    struct result r = result_any(RESULT_GRADED, NASTY);
    assert_true(report_write(&r, REPORT_JUNIT, path));
    assert_int_equal(checker("test \"$(xmllint --xpath 'count(//testcase)' %s)\" = 3"), 0);
    assert_int_equal(checker("test \"$(xmllint --xpath 'count(//failure)' %s)\" = 1"), 0);
    assert_int_equal(checker("test \"$(xmllint --xpath 'count(//script)' %s)\" = 0"), 0);
    assert_int_equal(checker("test \"$(xmllint --xpath 'string(//testsuite/@failures)' %s)\" = 1"),
                     0);
    result_free(&r);
}

// What the reporter decodes; free it with json_decref.
static json_t *github(const struct result *r)
{
    assert_true(report_write(r, REPORT_GITHUB, path));
    static char text[131072];
    char command[128];
    snprintf(command, sizeof command, "base64 -d %s", path);
    FILE *in = popen(command, "r");
    size_t size = fread(text, 1, sizeof text, in);
    assert_int_equal(pclose(in), 0);
    json_t *j = json_loadb(text, size, 0, NULL);
    assert_non_null(j);
    return j;
}

static void github_takes_it(void **state)
{
    (void)state;
    static const char *const status[] = {"fail", "fail", "fail", "error"};
    for (int s = RESULT_GRADED; s <= RESULT_ERROR; s++) {
        struct result r = result_any((enum result_status)s, NASTY);
        json_t *j = github(&r), *tests = json_object_get(j, "tests"), *test;
        size_t i;
        int score = 0;
        assert_int_equal(json_integer_value(json_object_get(j, "version")), 1);
        assert_string_equal(json_string_value(json_object_get(j, "status")), status[s]);
        assert_int_equal(json_integer_value(json_object_get(j, "max_score")),
                         s == RESULT_ERROR ? 0 : 100);
        json_array_foreach(tests, i, test)
        {
            const char *message = json_string_value(json_object_get(test, "message"));
            score += (int)json_integer_value(json_object_get(test, "score"));
            assert_clean(message);
            assert_null(strstr(message, "##["));
            for (const char *line = message; line;
                 line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
                assert_int_not_equal(strncmp(line + strspn(line, " \t"), "::", 2), 0);
        }
        assert_int_equal(score, s == RESULT_GRADED ? 60 : 0);
        json_decref(j);
        result_free(&r);
    }
}

// The reporter gets it in one variable of its environment: 128 KiB, whatever the texts are.
static void github_is_never_too_long(void **state)
{
    (void)state;
    struct result r = result_any(RESULT_GRADED, NULL);
    char *text = malloc(20001);
    for (size_t i = 0; i < 20000; i += 4)
        memcpy(text + i, i % 8 ? "\"\\\xc3\xa4" : "\n\"\\\"", 5);
    for (int i = 0; i < 20; i++)
        result_case(&r, "another", CASE_FAILED, 0, text);
    char *whole = render(&r, REPORT_GITHUB);
    assert_true(strlen(whole) < 131072 - 32);
    json_decref(github(&r));
    free(whole);
    free(text);
    result_free(&r);
}

static void autolab_reads_the_last_line(void **state)
{
    (void)state;
    struct result r = result_any(RESULT_GRADED, NASTY);
    char *text = render(&r, REPORT_AUTOLAB);
    assert_non_null(strstr(text, "\n{\"scores\":{\"rendezvous\":60},\"scoreboard\":[60]}\n"));
    assert_string_equal(strrchr(text, '{') - 10,
                        "{\"scores\":{\"rendezvous\":60},\"scoreboard\":[60]}\n");
    free(text);
    result_free(&r);
    r = result_any(RESULT_ERROR, NASTY);
    text = render(&r, REPORT_AUTOLAB);
    assert_non_null(strstr(text, "\n{\"scores\":{},\"scoreboard\":[]}\n"));
    free(text);
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
        cmocka_unit_test(cleaning),
        cmocka_unit_test(names),
        cmocka_unit_test(every_format_is_clean),
        cmocka_unit_test(text_says_what_happened),
        cmocka_unit_test(hidden_cases_keep_their_data),
        cmocka_unit_test(gradescope_fits_its_schema),
        cmocka_unit_test(junit_is_xml),
        cmocka_unit_test(github_takes_it),
        cmocka_unit_test(github_is_never_too_long),
        cmocka_unit_test(autolab_reads_the_last_line),
    };
    if (set_up(NULL) != 0)
        return 1;
    int status = RUN_SUITE("grader_report", tests);
    tear_down(NULL);
    return status;
}
