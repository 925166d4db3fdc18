/* Tables of comma-separated values, as RFC 4180 writes them: read, changed, and written so that a spreadsheet runs nothing. */
#ifndef GRADER_CSV_H
#define GRADER_CSV_H

#include <stdbool.h>
#include <stddef.h>

struct csv_row {
    char **cell;
    size_t cells;
};

struct csv {
    struct csv_row *row;
    size_t rows;
    bool mark; /* began with UTF-8's byte order mark; written so again */
    bool crlf; /* lines end with CR LF */
};

/*
 * Reads a table from `size` bytes, which must have a zero behind them. Rows may differ in length; empty lines are left
 * out. False: `why` says what is wrong in one line, and there is nothing to free.
 */
bool csv_parse(struct csv *csv, const char *text, size_t size, char *why, size_t why_size);
void csv_free(struct csv *csv);

/* A cell's text; empty where there is none. */
const char *csv_cell(const struct csv *csv, size_t row, size_t column);

/* Changes a cell, which may lie outside of the table: that grows. False: no memory. */
bool csv_set(struct csv *csv, size_t row, size_t column, const char *text);

/*
 * The table as text, allocated. Cells are quoted where they need it. Text that a spreadsheet would take for a formula
 * (it begins with = + - @, their full-width forms, a tab or CR) gets a ' before it; numbers do not. NULL: no memory.
 */
char *csv_format(const struct csv *csv, size_t *size);

#endif
