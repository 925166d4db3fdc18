/*
 * The summary of a class: one page of HTML that needs nothing else, fetches nothing, and runs nothing. What comes from
 * students and rosters goes through put(), which cleans and quotes it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "grader/batch/batch.h"
#include "grader/base/clean.h"
#include "grader/base/file.h"
#include "grader/batch/summary.h"
#include "grader/batch/worker.h"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'\">\n"
    "<style>\n"
    ":root { color-scheme: light dark; --line: #8884; --bar: #3b6ea8; --bad: #b3392f; }\n"
    "body { font: 16px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; "
    "padding: 0 1em; }\n"
    "h1, h2 { line-height: 1.2; } h2 { margin-top: 2em; }\n"
    "table { border-collapse: collapse; width: 100%; }\n"
    "th, td { text-align: left; padding: .3em .6em; border-bottom: 1px solid var(--line); "
    "vertical-align: top; overflow-wrap: anywhere; }\n"
    "td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }\n"
    "dl { display: flex; flex-wrap: wrap; gap: 1em 2.5em; } dd { margin: 0; font-size: 1.6em; }\n"
    "svg { max-width: 100%; } svg text { font-size: 13px; text-anchor: middle; "
    "fill: currentColor; }\n"
    "svg .bar { fill: var(--bar); } svg line { stroke: currentColor; }\n"
    ".meter { display: inline-block; width: 8em; height: .7em; background: var(--line); }\n"
    ".meter i { display: block; height: 100%; background: var(--bad); }\n"
    ".bad { color: var(--bad); font-weight: 600; }\n"
    "</style>\n";

static void put(FILE *out, const char *text)
{
    char *line = clean_line(text ? text : "");
    clean_xml(out, line ? line : "");
    free(line);
}

static void number(FILE *out, const char *label, const char *format, double value)
{
    fprintf(out, "<div><dt>%s</dt><dd>", label);
    fprintf(out, format, value);
    fputs("</dd></div>\n", out);
}

static void numbers(const struct summary *s, FILE *out)
{
    fputs("<dl>\n", out);
    number(out, "submissions", "%.0f", (double)s->course->entries);
    number(out, "with a grade", "%.0f", (double)s->graded);
    if (s->graded > 0) {
        number(out, "mean", "%.1f", summary_mean(s));
        number(out, "lower quarter", "%.0f", summary_quantile(s, 0.25));
        number(out, "median", "%.0f", summary_quantile(s, 0.5));
        number(out, "upper quarter", "%.0f", summary_quantile(s, 0.75));
        number(out, "points in all", "%.0f", s->max);
    }
    fputs("</dl>\n", out);
}

static void cases(const struct summary *s, FILE *out)
{
    fputs("<h2>The cases, the most missed first</h2>\n<table>\n<tr><th>case</th><th>what it asks "
          "for</th><th class=\"n\">points</th><th class=\"n\">missed</th><th></th></tr>\n",
          out);
    for (size_t i = 0; i < s->ncases; i++) {
        const struct summary_case *c = &s->cases[i];
        unsigned ran = c->passed + c->missed, percent = ran ? c->missed * 100 / ran : 0;
        fputs("<tr><td>", out);
        put(out, c->c->name);
        fputs("</td><td>", out);
        put(out, c->c->title);
        fprintf(out,
                "%s</td><td class=\"n\">%u</td><td class=\"n\">%u of %u</td><td><span "
                "class=\"meter\"><i style=\"width:%u%%\"></i></span> %u%%</td></tr>\n",
                c->c->hidden ? " <em>(hidden)</em>" : "", c->c->max_points, c->missed, ran, percent,
                percent);
    }
    fputs("</table>\n", out);
}

/* ---- what wants attention ------------------------------------------------------------------------------------------- */

/* What an instructor should know of this submission; NULL: nothing. */
static const char *attention(const struct entry *e)
{
    static const char *const words[] = {[PLACE_UNKNOWN] = "the roster has no such student",
                                        [PLACE_AMBIGUOUS] = "the roster has several such students",
                                        [PLACE_DUPLICATE] =
                                            "another submission is the same student's"};
    if (words[e->placing])
        return words[e->placing];
    if (!course_has_grade(e))
        return "no grade, the grader failed";
    return e->result.status == RESULT_REFUSED ? "was refused"
           : e->result.status == RESULT_BUILD ? "does not build"
                                              : NULL;
}

static void report_link(const struct entry *e, FILE *out)
{
    fprintf(out, "<a href=\"%s/%s.txt\">", WORKER_REPORTS, e->stem);
    put(out, e->file);
    fputs("</a>", out);
}

/* The first line of a message, which may be long. */
static void first_line(const char *message, FILE *out)
{
    char *text = clean_text(message), *end = text;
    while (end && *end && *end != '\n')
        end++;
    if (end)
        *end = '\0';
    put(out, text);
    free(text);
}

static const char *digest_of(const struct entry *e)
{
    return e->done && e->result.digest ? e->result.digest : "";
}

/* How many others handed in the very same files, and one of them. */
static size_t same_files(const struct course *c, const struct entry *e, const struct entry **other)
{
    size_t count = 0;
    for (size_t i = 0; i < c->entries; i++) {
        const struct entry *o = &c->entry[i];
        if (o == e || !*digest_of(e) || strcmp(digest_of(o), digest_of(e)) != 0)
            continue;
        if (count++ == 0)
            *other = o;
    }
    return count;
}

/* What is worth a look about one submission, as a row; false: nothing. */
static bool attention_row(const struct course *c, const struct entry *e, bool first, FILE *out)
{
    const struct entry *other = NULL;
    const char *what = attention(e);
    size_t same = same_files(c, e, &other);
    if (!what && same == 0)
        return false;
    if (first)
        fputs("<h2>To look at</h2>\n<table>\n<tr><th>submission</th><th>what</th></tr>\n", out);
    fputs("<tr><td>", out);
    report_link(e, out);
    fputs("</td><td>", out);
    if (what) {
        fprintf(out, "<span class=\"bad\">%s</span> ", what);
        first_line(e->result.message, out);
    }
    if (same > 0) {
        fputs(what ? "<br>the same files as " : "the same files as ", out);
        put(out, other->file);
        if (same > 1)
            fprintf(out, " and %zu more", same - 1);
    }
    fputs("</td></tr>\n", out);
    return true;
}

static void attentions(const struct course *c, FILE *out)
{
    bool any = false;
    for (size_t i = 0; i < c->entries; i++)
        any = attention_row(c, &c->entry[i], !any, out) || any;
    if (any)
        fputs("</table>\n", out);
}

/* Students of the roster who handed nothing in. */
static void absent(const struct course *c, FILE *out)
{
    const struct roster *r = c->roster;
    bool any = false;
    for (size_t row = 1; r && row < r->csv.rows; row++) {
        bool here = !roster_is_student(r, row);
        for (size_t i = 0; i < c->entries && !here; i++)
            here = (c->entry[i].placing == PLACE_FOUND || c->entry[i].placing == PLACE_DUPLICATE) &&
                   c->entry[i].row == row;
        if (here)
            continue;
        fputs(any ? "; " : "<h2>Nothing handed in</h2>\n<p>", out);
        any = true;
        put(out, csv_cell(&r->csv, row,
                          r->key[ROSTER_STUDENT] == ROSTER_NONE ? 0 : r->key[ROSTER_STUDENT]));
    }
    if (any)
        fputs("</p>\n", out);
}

/* ---- everyone ------------------------------------------------------------------------------------------------------- */

static void student(const struct course *c, const struct entry *e, FILE *out)
{
    bool placed = c->roster && (e->placing == PLACE_FOUND || e->placing == PLACE_DUPLICATE);
    size_t column = placed ? c->roster->key[ROSTER_STUDENT] : ROSTER_NONE;
    fputs("<tr><td>", out);
    put(out, column == ROSTER_NONE ? e->name : csv_cell(&c->roster->csv, e->row, column));
    fputs("</td><td>", out);
    report_link(e, out);
    if (course_has_grade(e))
        fprintf(out, "</td><td class=\"n\">%u</td><td>", e->result.points);
    else
        fputs("</td><td class=\"n\">\xe2\x80\x93</td><td>", out);
    bool first = true;
    for (size_t i = 0; i < e->result.ncases; i++)
        if (e->result.cases[i].status == CASE_FAILED) {
            fputs(first ? "" : ", ", out);
            put(out, e->result.cases[i].name);
            first = false;
        }
    fputs("</td></tr>\n", out);
}

static void everyone(const struct course *c, FILE *out)
{
    fputs("<h2>Everyone</h2>\n<table>\n<tr><th>student</th><th>report</th><th class=\"n\">points"
          "</th><th>missed</th></tr>\n",
          out);
    for (size_t i = 0; i < c->entries; i++)
        student(c, &c->entry[i], out);
    fputs("</table>\n", out);
}

static void page(const struct summary *s, FILE *out)
{
    const struct course *c = s->course;
    fputs(head, out);
    fputs("<title>", out);
    put(out, c->lab);
    fputs("</title>\n</head>\n<body>\n<h1>", out);
    put(out, c->lab);
    fputs("</h1>\n", out);
    numbers(s, out);
    if (s->graded > 0) {
        summary_histogram(s, out);
        cases(s, out);
    }
    attentions(c, out);
    absent(c, out);
    everyone(c, out);
    fputs("</body>\n</html>\n", out);
}

bool batch_summary(const struct course *c, const char *path)
{
    struct summary s;
    char *text = NULL;
    size_t size = 0;
    bool counted = summary_count(&s, c);
    FILE *out = counted ? open_memstream(&text, &size) : NULL;
    if (out)
        page(&s, out);
    bool whole = out && !ferror(out);
    if (out && fclose(out) != 0)
        whole = false;
    summary_free(&s);
    errno = ENOMEM;
    bool written = whole && file_write(path, text, size);
    int error = errno;
    free(text);
    errno = error;
    return written;
}
