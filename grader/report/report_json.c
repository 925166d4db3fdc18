/* A result as JSON, and back again. Numbers of 64 bits are strings: a reader with doubles would lose their last digits. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/clean.h"
#include "grader/base/file.h"
#include "grader/report/report.h"

#define FORMAT     "courier-result-1"
#define BYTES_MAX  (16u << 20)
#define CASES_MAX  1000
#define POINTS_MAX 1000000

/* ---- writing -------------------------------------------------------------------------------------------------------- */

static void put_text(json_t *object, const char *key, const char *text)
{
    char *cleaned = clean_text(text);
    json_object_set_new(object, key, cleaned ? json_string(cleaned) : json_null());
    free(cleaned);
}

static void put_u64(json_t *object, const char *key, uint64_t n)
{
    json_object_set_new(object, key, json_sprintf("%" PRIu64, n));
}

/* 0 is no event. */
static void put_event(json_t *object, const char *key, uint64_t n)
{
    if (n)
        put_u64(object, key, n);
    else
        json_object_set_new(object, key, json_null());
}

static json_t *write_case(const struct case_result *c)
{
    json_t *object = json_object();
    put_text(object, "name", c->name);
    put_text(object, "title", c->title);
    json_object_set_new(object, "hidden", json_boolean(c->hidden));
    json_object_set_new(object, "status", json_string(case_status_name(c->status)));
    json_object_set_new(object, "points", json_integer(c->points));
    json_object_set_new(object, "max_points", json_integer(c->max_points));
    put_text(object, "rule", c->rule);
    put_event(object, "event", c->event);
    put_text(object, "ladder", c->ladder);
    put_text(object, "hint", c->hint);
    return object;
}

void report_json(const struct result *r, FILE *out)
{
    json_t *object = json_object(), *cases = json_array();
    json_object_set_new(object, "format", json_string(FORMAT));
    put_text(object, "lab", r->lab);
    put_text(object, "submission", r->submission);
    put_text(object, "digest", r->digest);
    put_u64(object, "seed", r->seed);
    json_object_set_new(object, "status", json_string(result_status_name(r->status)));
    put_text(object, "message", r->message);
    json_object_set_new(object, "points", json_integer(r->points));
    json_object_set_new(object, "max_points", json_integer(r->max_points));
    for (size_t i = 0; i < r->ncases; i++)
        json_array_append_new(cases, write_case(&r->cases[i]));
    json_object_set_new(object, "cases", cases);
    json_dumpf(object, out, JSON_INDENT(1));
    fputc('\n', out);
    json_decref(object);
}

/* ---- reading -------------------------------------------------------------------------------------------------------- */

/* What is being read: the first mistake is kept, and from then on all reads give nothing. */
struct reading {
    char *why;
    size_t size;
    bool failed;
};

static void mistake(struct reading *in, const char *key, const char *what)
{
    if (!in->failed)
        snprintf(in->why, in->size, "%s: %s", key, what);
    in->failed = true;
}

/* An allocated string; NULL for null, which only `optional` fields may be. */
static char *get_text(struct reading *in, const json_t *object, const char *key, bool optional)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_null(value) && optional)
        return NULL;
    char *copy = json_is_string(value) ? strdup(json_string_value(value)) : NULL;
    if (!copy)
        mistake(in, key, json_is_string(value) ? "no memory" : "is no string");
    return copy;
}

static uint64_t get_u64(struct reading *in, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    char *end = NULL;
    errno = 0;
    uint64_t n = text && text[0] >= '0' && text[0] <= '9' ? strtoull(text, &end, 10) : 0;
    if (!end || *end || errno)
        mistake(in, key, "is no number in a string");
    return n;
}

static unsigned get_points(struct reading *in, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    json_int_t n = json_integer_value(value);
    if (!json_is_integer(value) || n < 0 || n > POINTS_MAX) {
        mistake(in, key, "is no number of points");
        n = 0;
    }
    return (unsigned)n;
}

static int get_status(struct reading *in, const json_t *object, int count, const char *(*name)(int))
{
    const char *text = json_string_value(json_object_get(object, "status"));
    for (int i = 0; text && i < count; i++)
        if (strcmp(text, name(i)) == 0)
            return i;
    mistake(in, "status", "is none that is known");
    return 0;
}

static const char *name_of_case(int status)
{
    return case_status_name((enum case_status)status);
}

static const char *name_of_result(int status)
{
    return result_status_name((enum result_status)status);
}

static void read_case(struct reading *in, const json_t *object, struct case_result *c)
{
    const json_t *hidden = json_object_get(object, "hidden");
    c->name = get_text(in, object, "name", false);
    c->title = get_text(in, object, "title", false);
    c->rule = get_text(in, object, "rule", true);
    c->ladder = get_text(in, object, "ladder", true);
    c->hint = get_text(in, object, "hint", true);
    bool none = json_is_null(json_object_get(object, "event"));
    c->event = none ? 0 : get_u64(in, object, "event");
    c->points = get_points(in, object, "points");
    c->max_points = get_points(in, object, "max_points");
    c->status = (enum case_status)get_status(in, object, CASE_ERROR + 1, name_of_case);
    c->hidden = json_is_true(hidden);
    if (!json_is_boolean(hidden))
        mistake(in, "hidden", "is neither true nor false");
    if (c->points > c->max_points || (c->points && c->status != CASE_PASSED))
        mistake(in, "points", "contradict the case");
}

static void read_cases(struct reading *in, const json_t *cases, struct result *r)
{
    unsigned points = 0, max_points = 0;
    size_t count = json_array_size(cases);
    if (!json_is_array(cases) || count > CASES_MAX) {
        mistake(in, "cases", "is no list of them");
        return;
    }
    r->cases = calloc(count + 1, sizeof *r->cases);
    if (!r->cases) {
        mistake(in, "cases", "no memory");
        return;
    }
    while (r->ncases < count && !in->failed) {
        struct case_result *c = &r->cases[r->ncases];
        read_case(in, json_array_get(cases, r->ncases++), c);
        points += c->points;
        max_points += c->max_points;
    }
    if (points != r->points || (count && max_points != r->max_points))
        mistake(in, "points", "are not the sum of the cases'");
}

static void read_result(struct reading *in, const json_t *object, struct result *r)
{
    const char *format = json_string_value(json_object_get(object, "format"));
    if (!format || strcmp(format, FORMAT) != 0) {
        mistake(in, "format", "is not " FORMAT);
        return;
    }
    r->lab = get_text(in, object, "lab", false);
    r->submission = get_text(in, object, "submission", false);
    r->digest = get_text(in, object, "digest", true);
    r->message = get_text(in, object, "message", true);
    r->seed = get_u64(in, object, "seed");
    r->points = get_points(in, object, "points");
    r->max_points = get_points(in, object, "max_points");
    r->status = (enum result_status)get_status(in, object, RESULT_ERROR + 1, name_of_result);
    read_cases(in, json_object_get(object, "cases"), r);
}

bool result_read(const char *path, struct result *r, char *why, size_t size)
{
    struct reading in = {.why = why, .size = size};
    json_error_t error;
    size_t length = 0;
    char *text = file_read(path, BYTES_MAX, &length);
    json_t *object = text ? json_loadb(text, length, JSON_REJECT_DUPLICATES, &error) : NULL;
    *r = (struct result){.ncases = 0};
    if (!text)
        mistake(&in, path, strerror(errno));
    else if (!object)
        mistake(&in, path, "is no JSON, or not all of it");
    else
        read_result(&in, object, r);
    if (in.failed)
        result_free(r);
    json_decref(object);
    free(text);
    return !in.failed;
}
