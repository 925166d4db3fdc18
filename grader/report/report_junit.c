/*
 * JUnit's XML as GitLab, Jenkins and others read it: a suite with a test for each case, and one, `submission`, that says
 * whether there was something to run. A failure is the student's, an error the grader's. No times: a report is the same
 * on every machine.
 */
#include <stdlib.h>
#include "grader/base/clean.h"
#include "grader/report/report.h"

static void attribute(FILE *out, const char *name, const char *value)
{
    char *line = clean_line(value ? value : "");
    fprintf(out, " %s=\"", name);
    clean_xml(out, line ? line : "");
    fputc('"', out);
    free(line);
}

/* <failure message="..." type="...">text</failure>; the text is freed here. */
static void problem(FILE *out, const char *element, const char *type, const char *message,
                    char *text)
{
    fprintf(out, "      <%s", element);
    attribute(out, "message", message);
    attribute(out, "type", type);
    fputc('>', out);
    clean_xml(out, text ? text : "");
    fprintf(out, "</%s>\n", element);
    free(text);
}

static void begin_test(FILE *out, const struct result *r, const char *name)
{
    fputs("    <testcase", out);
    attribute(out, "name", name);
    attribute(out, "classname", r->lab);
    fputs(" time=\"0\">\n", out);
}

static void print_submission(const struct result *r, FILE *out)
{
    begin_test(out, r, "submission");
    if (r->status == RESULT_ERROR)
        problem(out, "error", "grader", "the grader failed", report_result_text(r));
    else if (r->status != RESULT_GRADED)
        problem(out, "failure", result_status_name(r->status),
                r->status == RESULT_BUILD ? "does not build" : "refused", report_result_text(r));
    fputs("    </testcase>\n", out);
}

static void print_case(const struct result *r, const struct case_result *c, FILE *out)
{
    char *name = NULL;
    if (asprintf(&name, "%s: %s", c->name, c->title) < 0)
        name = NULL;
    begin_test(out, r, name ? name : c->name);
    free(name);
    if (c->status == CASE_FAILED)
        problem(out, "failure", "rule", c->rule ? c->rule : "failed", report_case_text(c));
    else if (c->status == CASE_ERROR)
        problem(out, "error", "grader", "the grader failed", report_case_text(c));
    else if (c->status == CASE_SKIPPED)
        fputs("      <skipped/>\n", out);
    fputs("    </testcase>\n", out);
}

static unsigned count(const struct result *r, enum case_status status)
{
    unsigned n = 0;
    for (size_t i = 0; i < r->ncases; i++)
        n += r->cases[i].status == status;
    return n;
}

static void counts(const struct result *r, FILE *out)
{
    unsigned errors = count(r, CASE_ERROR) + (r->status == RESULT_ERROR);
    unsigned refused = r->status == RESULT_REFUSED || r->status == RESULT_BUILD;
    fprintf(out, " tests=\"%zu\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"0\"",
            r->ncases + 1, count(r, CASE_FAILED) + refused, errors, count(r, CASE_SKIPPED));
}

void report_junit(const struct result *r, FILE *out)
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out);
    attribute(out, "name", "courier");
    counts(r, out);
    fputs(">\n  <testsuite", out);
    attribute(out, "name", r->lab);
    counts(r, out);
    fputs(">\n", out);
    print_submission(r, out);
    for (size_t i = 0; i < r->ncases; i++)
        print_case(r, &r->cases[i], out);
    fputs("  </testsuite>\n</testsuites>\n", out);
}
