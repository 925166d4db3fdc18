/*
 * Gradescope's results.json (gradescope-autograders.readthedocs.io, "Specifications", section "Output format"). A result
 * that is no grade has neither a score nor tests: Gradescope then shows that the autograder failed, and keeps no points.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include "grader/base/clean.h"
#include "grader/report/report.h"

/* A string that is the caller's, cleaned already; freed here. */
static json_t *take(char *text)
{
    json_t *value = json_string(text ? text : "");
    free(text);
    return value;
}

static json_t *test(const struct case_result *c, size_t number)
{
    json_t *object = json_object();
    char *name = clean_line(c->name), *title = clean_line(c->title);
    json_object_set_new(object, "number", json_sprintf("%zu", number));
    json_object_set_new(object, "name",
                        json_sprintf("%s: %s%s", name ? name : "", title ? title : "",
                                     c->hidden ? " (hidden)" : ""));
    json_object_set_new(object, "score", json_integer(c->points));
    json_object_set_new(object, "max_score", json_integer(c->max_points));
    json_object_set_new(object, "status",
                        json_string(c->status == CASE_PASSED ? "passed" : "failed"));
    json_object_set_new(object, "output", take(report_case_text(c)));
    json_object_set_new(object, "visibility", json_string("visible"));
    free(name);
    free(title);
    return object;
}

void report_gradescope(const struct result *r, FILE *out)
{
    json_t *object = json_object(), *tests = json_array(), *extra = json_object();
    json_object_set_new(extra, "lab", take(clean_line(r->lab)));
    json_object_set_new(extra, "digest", take(clean_line(r->digest)));
    json_object_set_new(extra, "seed", json_sprintf("%" PRIu64, r->seed));
    json_object_set_new(object, "output", take(report_result_text(r)));
    json_object_set_new(object, "output_format", json_string("text"));
    json_object_set_new(object, "test_output_format", json_string("text"));
    json_object_set_new(object, "test_name_format", json_string("text"));
    json_object_set_new(object, "visibility", json_string("visible"));
    json_object_set_new(object, "stdout_visibility", json_string("hidden"));
    json_object_set_new(object, "extra_data", extra);
    if (result_has_grade(r)) {
        json_object_set_new(object, "score", json_integer(r->points));
        for (size_t i = 0; i < r->ncases; i++)
            json_array_append_new(tests, test(&r->cases[i], i + 1));
        json_object_set(object, "tests", tests);
    }
    json_dumpf(object, out, JSON_INDENT(1));
    fputc('\n', out);
    json_decref(tests);
    json_decref(object);
}
