/* Comma-separated values: the reader is a scanner that builds a cell at a time, the writer quotes what must be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/batch/csv.h"

#define MARK "\xef\xbb\xbf"

/* ---- the table ------------------------------------------------------------------------------------------------------ */

void csv_free(struct csv *csv)
{
    for (size_t i = 0; i < csv->rows; i++) {
        for (size_t k = 0; k < csv->row[i].cells; k++)
            free(csv->row[i].cell[k]);
        free(csv->row[i].cell);
    }
    free(csv->row);
    *csv = (struct csv){.rows = 0};
}

const char *csv_cell(const struct csv *csv, size_t row, size_t column)
{
    bool there = row < csv->rows && column < csv->row[row].cells;
    return there ? csv->row[row].cell[column] : "";
}

/* Arrays grow by doubling, at sizes that are powers of two. */
static bool full(size_t count)
{
    return (count & (count - 1)) == 0;
}

static bool add_row(struct csv *csv)
{
    if (full(csv->rows)) {
        size_t room = csv->rows ? csv->rows * 2 : 1;
        struct csv_row *more = realloc(csv->row, room * sizeof *more);
        if (!more)
            return false;
        csv->row = more;
    }
    csv->row[csv->rows++] = (struct csv_row){.cells = 0};
    return true;
}

/* Appends a cell; the text is owned from now on. */
static bool add_cell(struct csv_row *row, char *text)
{
    if (full(row->cells)) {
        size_t room = row->cells ? row->cells * 2 : 1;
        char **more = realloc(row->cell, room * sizeof *more);
        if (!more) {
            free(text);
            return false;
        }
        row->cell = more;
    }
    row->cell[row->cells++] = text;
    return true;
}

bool csv_set(struct csv *csv, size_t row, size_t column, const char *text)
{
    while (csv->rows <= row)
        if (!add_row(csv))
            return false;
    struct csv_row *r = &csv->row[row];
    char *copy = NULL;
    while (r->cells <= column)
        if (!(copy = strdup("")) || !add_cell(r, copy))
            return false;
    if (!(copy = strdup(text)))
        return false;
    free(r->cell[column]);
    r->cell[column] = copy;
    return true;
}

/* ---- reading -------------------------------------------------------------------------------------------------------- */

struct scanner {
    const char *at, *end;
    size_t line;
    const char *mistake; /* NULL: none so far */
};

/* After the opening quote, up to and with the closing one. */
static void scan_quoted(struct scanner *s, char *cell, size_t *length)
{
    size_t begin = s->line;
    for (; s->at < s->end; s->at++) {
        if (*s->at == '"' && *++s->at != '"')
            return;
        s->line += *s->at == '\n';
        cell[(*length)++] = *s->at;
    }
    s->line = begin;
    s->mistake = "a quote that is never closed";
}

static bool at_line_end(const struct scanner *s)
{
    return s->at == s->end || *s->at == '\n' || (*s->at == '\r' && s->at[1] == '\n');
}

/* One cell, whose text is allocated; NULL: no memory, or a mistake. */
static char *scan_cell(struct scanner *s)
{
    char *cell = malloc((size_t)(s->end - s->at) + 1), *fit;
    size_t length = 0;
    if (!cell) {
        s->mistake = "no memory";
        return NULL;
    }
    if (*s->at == '"') {
        s->at++;
        scan_quoted(s, cell, &length);
        if (!s->mistake && !at_line_end(s) && *s->at != ',')
            s->mistake = "text behind a closing quote";
    } else {
        while (!at_line_end(s) && *s->at != ',')
            cell[length++] = *s->at++;
    }
    cell[length] = '\0';
    if (s->mistake) {
        free(cell);
        return NULL;
    }
    return (fit = realloc(cell, length + 1)) ? fit : cell;
}

/* One line with its end. */
static void scan_row(struct scanner *s, struct csv *csv)
{
    bool more = !at_line_end(s);
    if (more && !add_row(csv))
        s->mistake = "no memory";
    while (more && !s->mistake) {
        char *cell = scan_cell(s);
        if (cell && !add_cell(&csv->row[csv->rows - 1], cell))
            s->mistake = "no memory";
        more = !s->mistake && !at_line_end(s);
        s->at += more; /* the comma */
    }
    if (s->mistake)
        return;
    csv->crlf = csv->crlf || *s->at == '\r';
    s->at += *s->at == '\r';
    s->at += s->at < s->end;
    s->line++;
}

bool csv_parse(struct csv *csv, const char *text, size_t size, char *why, size_t why_size)
{
    struct scanner s = {.at = text, .end = text + size, .line = 1};
    *csv = (struct csv){.mark = strncmp(text, MARK, 3) == 0};
    if (csv->mark)
        s.at += 3;
    if (memchr(text, 0, size))
        s.mistake = "is no text in UTF-8";
    while (s.at < s.end && !s.mistake)
        scan_row(&s, csv);
    if (!s.mistake)
        return true;
    snprintf(why, why_size, "line %zu: %s", s.line, s.mistake);
    csv_free(csv);
    return false;
}

/* ---- writing -------------------------------------------------------------------------------------------------------- */

static bool is_number(const char *text)
{
    size_t sign = *text == '-' || *text == '+';
    size_t whole = strspn(text + sign, "0123456789"), point = text[sign + whole] == '.';
    size_t rest = point ? strspn(text + sign + whole + 1, "0123456789") : 0;
    return whole + rest > 0 && text[sign + whole + point + rest] == '\0';
}

static bool is_formula(const char *text)
{
    static const char *const begin[] = {
        "=",           "+", "-", "@", "\t", "\r", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
        "\xef\xbc\xa0"};
    const char *first = text + strspn(text, " ");
    for (size_t i = 0; i < sizeof begin / sizeof begin[0]; i++)
        if (strncmp(first, begin[i], strlen(begin[i])) == 0)
            return !is_number(first);
    return false;
}

static void write_cell(FILE *out, const char *text)
{
    bool quote = strpbrk(text, ",\"\r\n") != NULL;
    if (quote)
        fputc('"', out);
    if (is_formula(text))
        fputc('\'', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    if (quote)
        fputc('"', out);
}

char *csv_format(const struct csv *csv, size_t *size)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    if (!out)
        return NULL;
    if (csv->mark)
        fputs(MARK, out);
    for (size_t i = 0; i < csv->rows; i++) {
        for (size_t k = 0; k < csv->row[i].cells; k++) {
            if (k > 0)
                fputc(',', out);
            write_cell(out, csv->row[i].cell[k]);
        }
        fputs(csv->crlf ? "\r\n" : "\n", out);
    }
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
