/*
 * GitHub Classroom: what a step gives to autograding-grading-reporter as its output `result`, the base64 (RFC 4648,
 * section 4) of a JSON object. The reporter adds the tests' scores and tells Classroom the sum, unless max_score is 0:
 * so is it, when the grader failed. It prints the messages to the log, where no line of a student's may be a command.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/clean.h"
#include "grader/report/report.h"

/*
 * The reporter gets all of it in one variable of its environment, which Linux takes up to 128 KiB (MAX_ARG_STRLEN). This many
 * bytes of messages stay below that, even if each is escaped in JSON, and then in base64.
 */
#define MESSAGES_MAX   40000
#define NAME_MAX_BYTES 200

static void base64(FILE *out, const char *text)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t size = strlen(text);
    for (size_t i = 0; i < size; i += 3) {
        unsigned n = (unsigned)(unsigned char)text[i] << 16;
        if (i + 1 < size)
            n |= (unsigned)(unsigned char)text[i + 1] << 8;
        if (i + 2 < size)
            n |= (unsigned char)text[i + 2];
        fputc(digit[n >> 18], out);
        fputc(digit[n >> 12 & 63], out);
        fputc(i + 1 < size ? digit[n >> 6 & 63] : '=', out);
        fputc(i + 2 < size ? digit[n & 63] : '=', out);
    }
}

/* Shortens a message, if need be, between two characters. */
static void shorten(char *message, size_t limit)
{
    static const char more[] = "\n...";
    if (!message || strlen(message) <= limit)
        return;
    size_t end = limit - sizeof more;
    while (end > 0 && (message[end] & 0xc0) == 0x80)
        end--;
    memcpy(message + end, more, sizeof more);
}

static json_t *test(const char *name, const char *status, unsigned score, char *message,
                    size_t limit)
{
    json_t *object = json_object();
    char *line = clean_line(name);
    shorten(line, NAME_MAX_BYTES);
    shorten(message, limit);
    json_object_set_new(object, "name", json_string(line ? line : ""));
    json_object_set_new(object, "status", json_string(status));
    json_object_set_new(object, "score", json_integer(score));
    json_object_set_new(object, "message", json_string(message ? message : ""));
    json_object_set_new(object, "test_code", json_string(""));
    json_object_set_new(object, "filename", json_string(""));
    json_object_set_new(object, "line_no", json_integer(0));
    json_object_set_new(object, "duration", json_integer(0));
    free(line);
    free(message);
    return object;
}

static json_t *case_test(const struct case_result *c, size_t limit)
{
    static const char *const status[] = {[CASE_PASSED] = "pass",
                                         [CASE_FAILED] = "fail",
                                         [CASE_SKIPPED] = "fail",
                                         [CASE_ERROR] = "error"};
    char *name = NULL;
    if (asprintf(&name, "%s: %s", c->name, c->title) < 0)
        name = NULL;
    json_t *object =
        test(name ? name : c->name, status[c->status], c->points, report_case_text(c), limit);
    free(name);
    return object;
}

void report_github(const struct result *r, FILE *out)
{
    json_t *object = json_object(), *tests = json_array();
    size_t limit = MESSAGES_MAX / (r->ncases + 1);
    bool grade = result_has_grade(r), all = r->status == RESULT_GRADED;
    for (size_t i = 0; i < r->ncases; i++)
        all = all && r->cases[i].status == CASE_PASSED;
    if (r->status != RESULT_GRADED)
        json_array_append_new(
            tests, test("submission", grade ? "fail" : "error", 0, report_result_text(r), limit));
    for (size_t i = 0; i < r->ncases; i++)
        json_array_append_new(tests, case_test(&r->cases[i], limit));
    json_object_set_new(object, "version", json_integer(1));
    json_object_set_new(object, "status", json_string(!grade ? "error" : all ? "pass" : "fail"));
    json_object_set_new(object, "max_score", json_integer(grade ? r->max_points : 0));
    json_object_set_new(object, "tests", tests);
    char *text = json_dumps(object, JSON_COMPACT);
    base64(out, text ? text : "");
    fputc('\n', out);
    free(text);
    json_decref(object);
}
