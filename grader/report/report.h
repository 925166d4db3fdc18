/*
 * Reports of one result, in the formats of those who read them, and the one of them that is read again (JSON).
 *
 * Whatever may come from a student (compiler messages, names) is shown so that it can do no harm: control characters
 * and terminal escapes are written out, invalid UTF-8 too, and each format quotes what is special to it. Nothing of a
 * hidden case is shown but its title, its rule and its hint; only the JSON, which is the instructor's, holds the rest.
 */
#ifndef GRADER_REPORT_H
#define GRADER_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "grader/result.h"

enum report_format {
    REPORT_TEXT,
    REPORT_JSON,       /* whole: result_read() gives the same result again */
    REPORT_GRADESCOPE, /* results.json */
    REPORT_JUNIT,      /* XML */
    REPORT_GITHUB,     /* GitHub Classroom: base64 of the JSON that its reporter takes */
    REPORT_AUTOLAB,    /* the text, and a last line with the scores */
    REPORT_FORMATS
};

/* "text", "json", "gradescope", "junit", "github", "autolab". */
const char *report_format_name(enum report_format format);
bool report_format_parse(const char *name, enum report_format *format);

/*
 * Writes the report to a file, whole or not at all: under a temporary name beside it, then renamed. A path that exists
 * and is no regular file (a pipe, /dev/stdout) is written to directly. NULL or "-" is stdout. False: errno says why,
 * and nothing has changed.
 */
bool report_write(const struct result *r, enum report_format format, const char *path);

/* The same to a stream. Errors are the stream's (ferror()). */
void report_print(const struct result *r, enum report_format format, FILE *out);

/*
 * Reads what REPORT_JSON wrote. A file that is damaged, is of another version, or contradicts itself is no result: then
 * false, with one line about it in `why`, and nothing to free. `r` is freed with result_free().
 */
bool result_read(const char *path, struct result *r, char *why, size_t size);

/* ---- the writers, one a file ---------------------------------------------------------------------------------------- */

void report_text(const struct result *r, FILE *out);
void report_json(const struct result *r, FILE *out);
void report_gradescope(const struct result *r, FILE *out);
void report_junit(const struct result *r, FILE *out);
void report_github(const struct result *r, FILE *out);
void report_autolab(const struct result *r, FILE *out);

/*
 * What a student is told about a case that did not pass: the rule, the ladder, the hint. An allocated string, cleaned;
 * empty for a case that passed. NULL: no memory.
 */
char *report_case_text(const struct case_result *c);

/* What is said about the submission as a whole: the message under a line that says what it is; NULL only for want of memory. */
char *report_result_text(const struct result *r);

#endif
