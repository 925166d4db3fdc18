/* What the formats have in common: their names, the words about a case, and the way into a file. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/clean.h"
#include "grader/base/file.h"
#include "grader/report/report.h"

#define WIDTH 92 /* columns of a wrapped paragraph */

static const struct {
    const char *name;
    void (*write)(const struct result *r, FILE *out);
} formats[REPORT_FORMATS] = {
    [REPORT_TEXT] = {"text", report_text},
    [REPORT_JSON] = {"json", report_json},
    [REPORT_GRADESCOPE] = {"gradescope", report_gradescope},
    [REPORT_JUNIT] = {"junit", report_junit},
    [REPORT_GITHUB] = {"github", report_github},
    [REPORT_AUTOLAB] = {"autolab", report_autolab},
};

const char *report_format_name(enum report_format format)
{
    return formats[format].name;
}

bool report_format_parse(const char *name, enum report_format *format)
{
    for (int i = 0; i < REPORT_FORMATS; i++)
        if (strcmp(formats[i].name, name) == 0) {
            *format = (enum report_format)i;
            return true;
        }
    return false;
}

void report_print(const struct result *r, enum report_format format, FILE *out)
{
    formats[format].write(r, out);
}

bool report_write(const struct result *r, enum report_format format, const char *path)
{
    char *bytes = NULL;
    size_t size;
    FILE *out = open_memstream(&bytes, &size);
    if (!out)
        return false;
    report_print(r, format, out);
    bool written = !ferror(out);
    if (fclose(out) != 0 || !written) {
        free(bytes);
        errno = ENOMEM;
        return false;
    }
    written = file_write(path, bytes, size);
    int error = errno;
    free(bytes);
    errno = error;
    return written;
}

/* ---- words ---------------------------------------------------------------------------------------------------------- */

static unsigned columns(const char *word, size_t length)
{
    unsigned count = 0;
    for (size_t i = 0; i < length; i++)
        count += (word[i] & 0xc0) != 0x80; /* the first byte of a character */
    return count;
}

/* One paragraph after a label, broken between words; the lines after the first are as far in as the label is long. */
static void paragraph(FILE *out, const char *label, const char *text)
{
    unsigned indent = columns(label, strlen(label)), column = indent;
    char *line = clean_line(text);
    fputs(label, out);
    for (const char *word = line ? line : ""; *word;) {
        size_t length = strcspn(word, " ");
        unsigned wide = columns(word, length);
        bool first = column == indent;
        if (!first && column + 1 + wide > WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            fputc(' ', out);
            column++;
        }
        fwrite(word, 1, length, out);
        column += wide;
        word += length + strspn(word + length, " ");
    }
    fputc('\n', out);
    free(line);
}

static void quoted(FILE *out, const char *text)
{
    char *cleaned = clean_text(text);
    clean_quote(out, "| ", cleaned ? cleaned : "");
    free(cleaned);
}

/* A hidden case keeps its data to itself: no event, no ladder. */
static void describe_failure(const struct case_result *c, FILE *out)
{
    if (c->rule)
        paragraph(out, "broken rule: ", c->rule);
    if (c->event && !c->hidden)
        fprintf(out, "at event %" PRIu64 "\n", c->event);
    if (c->ladder && !c->hidden) {
        fputs("the last messages:\n", out);
        quoted(out, c->ladder);
    }
    if (c->hint)
        paragraph(out, "hint: ", c->hint);
}

char *report_case_text(const struct case_result *c)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    if (c->status == CASE_FAILED)
        describe_failure(c, out);
    else if (c->status == CASE_SKIPPED)
        fputs("not run\n", out);
    else if (c->status == CASE_ERROR)
        paragraph(out, "the grader failed, this says nothing about the submission: ",
                  c->rule ? c->rule : "no reason is known");
    fclose(out);
    return text;
}

char *report_result_text(const struct result *r)
{
    static const char *const words[] = {
        [RESULT_GRADED] = NULL,
        [RESULT_REFUSED] = "The submission was refused, and no case was run:",
        [RESULT_BUILD] = "The submission does not build, and no case was run:",
        [RESULT_ERROR] = "The grader failed. This is no grade:"};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    if (words[r->status])
        fprintf(out, "%s\n", words[r->status]);
    if (r->message)
        quoted(out, r->message);
    fclose(out);
    return text;
}
