/* The report for people: a table of the cases, what went wrong in each, and the points. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/clean.h"
#include "grader/grade.h"
#include "grader/report/report.h"

static void print_line(FILE *out, const char *label, const char *text)
{
    char *line = clean_line(text ? text : "");
    fprintf(out, "%s%s\n", label, line ? line : "");
    free(line);
}

static void print_row(const struct case_result *c, int width, FILE *out)
{
    static const char *const word[] = {[CASE_PASSED] = "passed",
                                       [CASE_FAILED] = "FAILED",
                                       [CASE_SKIPPED] = "not run",
                                       [CASE_ERROR] = "ERROR"};
    char *title = clean_line(c->title);
    fprintf(out, "  %-7s %3u/%-3u  %-*s  %s%s\n", word[c->status], c->points, c->max_points, width,
            c->name, title ? title : "", c->hidden ? " (hidden)" : "");
    free(title);
}

static void print_details(const struct case_result *c, FILE *out)
{
    char *text = report_case_text(c);
    if (text && *text && c->status != CASE_SKIPPED) {
        print_line(out, "\n", c->name);
        for (const char *line = text; *line;) {
            size_t length = strcspn(line, "\n");
            fprintf(out, "    %.*s\n", (int)length, line);
            line += length + (line[length] == '\n');
        }
    }
    free(text);
}

void report_text(const struct result *r, FILE *out)
{
    int width = 0;
    for (size_t i = 0; i < r->ncases; i++)
        if ((int)strlen(r->cases[i].name) > width)
            width = (int)strlen(r->cases[i].name);

    print_line(out, "lab         ", r->lab);
    print_line(out, "submission  ", r->submission);
    if (r->seed == GRADE_SEED) /* a student gets this text, and another one is the class's secret */
        fprintf(out, "seed        %" PRIu64 "\n", r->seed);
    fputc('\n', out);
    char *message = report_result_text(r);
    if (message && *message)
        fprintf(out, "%s\n", message);
    free(message);
    for (size_t i = 0; i < r->ncases; i++)
        print_row(&r->cases[i], width, out);
    for (size_t i = 0; i < r->ncases; i++)
        print_details(&r->cases[i], out);
    if (result_has_grade(r))
        fprintf(out, "\n%u of %u points\n", r->points, r->max_points);
    else
        fputs("\nno grade: the grader failed\n", out);
}
