/* Whose submission it is, and where in the gradebook the points go. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "grader/base/file.h"
#include "grader/batch/roster.h"

#define BYTES_MAX (64u << 20)
#define DIGITS    "0123456789"

static const char *const titles[ROSTER_KEYS] = {[ROSTER_STUDENT] = "Student",
                                                [ROSTER_ID] = "ID",
                                                [ROSTER_SIS_USER] = "SIS User ID",
                                                [ROSTER_SIS_LOGIN] = "SIS Login ID"};

/* ---- columns -------------------------------------------------------------------------------------------------------- */

/* The length of an assignment's name in "NAME (NUMBER)"; 0: this is none. */
static size_t assignment_name(const char *title)
{
    const char *open = strrchr(title, '(');
    size_t digits = open ? strspn(open + 1, DIGITS) : 0;
    bool is =
        digits > 0 && strcmp(open + 1 + digits, ")") == 0 && open > title + 1 && open[-1] == ' ';
    return is ? (size_t)(open - title) - 1 : 0;
}

static bool is_called(const char *title, const char *wanted)
{
    size_t name = assignment_name(title);
    return strcasecmp(title, wanted) == 0 ||
           (name > 0 && strlen(wanted) == name && strncasecmp(title, wanted, name) == 0);
}

static size_t count_columns(const struct roster *r)
{
    return r->csv.rows ? r->csv.row[0].cells : 0;
}

/* The columns that may be meant: how many, and the last of them. `part`: only those whose names contain it. */
static unsigned candidates(const struct roster *r, const char *part, size_t *column)
{
    unsigned count = 0;
    for (size_t i = 0; i < count_columns(r); i++) {
        const char *title = csv_cell(&r->csv, 0, i);
        if (assignment_name(title) && (!part || strcasestr(title, part))) {
            *column = i;
            count++;
        }
    }
    return count;
}

/* A last column, whatever the length of the rows was. */
static bool add_column(struct roster *r, const char *title, char *why, size_t size)
{
    size_t widest = 0;
    for (size_t i = 0; i < r->csv.rows; i++)
        if (r->csv.row[i].cells > widest)
            widest = r->csv.row[i].cells;
    r->assignment = widest;
    r->added = true;
    snprintf(why, size, "no memory");
    for (size_t i = 0; i < r->csv.rows; i++)
        if (!csv_set(&r->csv, i, widest, i == 0 ? title : ""))
            return false;
    return true;
}

/* Finds the column of the assignment, or adds one; false: it is not clear which is meant. */
static bool choose_column(struct roster *r, const char *lab, const char *assignment, char *why,
                          size_t size)
{
    for (size_t i = 0; assignment && i < count_columns(r); i++)
        if (is_called(csv_cell(&r->csv, 0, i), assignment)) {
            r->assignment = i;
            return true;
        }
    if (assignment) {
        snprintf(why, size, "there is no column '%s'", assignment);
        return false;
    }
    unsigned all = candidates(r, NULL, &r->assignment);
    if (all == 0)
        return add_column(r, lab, why, size);
    if (all == 1 || candidates(r, lab, &r->assignment) == 1)
        return true;
    snprintf(why, size, "%u columns are assignments; --assignment NAME says which is meant", all);
    return false;
}

static bool find_keys(struct roster *r, char *why, size_t size)
{
    bool any = false;
    for (int k = 0; k < ROSTER_KEYS; k++) {
        r->key[k] = ROSTER_NONE;
        for (size_t i = 0; i < count_columns(r) && r->key[k] == ROSTER_NONE; i++)
            if (strcasecmp(csv_cell(&r->csv, 0, i), titles[k]) == 0)
                r->key[k] = i;
        any = any || r->key[k] != ROSTER_NONE;
    }
    if (!any)
        snprintf(why, size,
                 "has none of the columns Student, ID, SIS User ID, SIS Login ID; "
                 "is it a gradebook that Canvas exported?");
    return any;
}

static const char *key_cell(const struct roster *r, size_t row, int key)
{
    return r->key[key] == ROSTER_NONE ? "" : csv_cell(&r->csv, row, r->key[key]);
}

static bool is_possible_row(const struct roster *r, size_t row)
{
    const char *name = key_cell(r, row, ROSTER_STUDENT);
    return strcasecmp(name + strspn(name, " "), "Points Possible") == 0;
}

/* A plain number, as Canvas writes it, without a sign; spaces around it do not matter. -1: it is none. */
static double plain_number(const char *text)
{
    text += strspn(text, " ");
    size_t digits = strspn(text, DIGITS);
    size_t point = digits + (text[digits] == '.');
    size_t end = point + strspn(text + point, DIGITS);
    double number = digits > 0 && digits < 7 ? strtod(text, NULL) : -1;
    return text[end + strspn(text + end, " ")] == '\0' ? number : -1;
}

/* The row, and what it says of the assignment: nothing, or a number. 0 is a lab that does not count: its points stay as they are. */
static bool find_possible(struct roster *r, char *why, size_t size)
{
    r->possible = ROSTER_NONE;
    for (size_t i = 1; i < r->csv.rows && r->possible == ROSTER_NONE; i++)
        if (is_possible_row(r, i))
            r->possible = i;
    const char *text =
        r->possible == ROSTER_NONE ? "" : csv_cell(&r->csv, r->possible, r->assignment);
    bool empty = text[strspn(text, " ")] == '\0';
    r->scale = empty ? 0 : plain_number(text);
    if (r->scale >= 0)
        return true;
    snprintf(why, size, "row %zu, Points Possible: '%.40s' is no plain number, such as 100 or 10.5",
             r->possible + 1, text);
    return false;
}

bool roster_read(struct roster *r, const char *path, const char *lab, const char *assignment,
                 char *why, size_t size)
{
    size_t length;
    char *text = file_read(path, BYTES_MAX, &length);
    *r = (struct roster){.possible = ROSTER_NONE};
    if (!text) {
        snprintf(why, size, "%s", strerror(errno));
        return false;
    }
    bool parsed = csv_parse(&r->csv, text, length, why, size);
    free(text);
    if (!parsed)
        return false;
    bool good = find_keys(r, why, size) && choose_column(r, lab, assignment, why, size) &&
                find_possible(r, why, size);
    if (!good)
        roster_free(r);
    return good;
}

void roster_free(struct roster *r)
{
    csv_free(&r->csv);
}

/* ---- students ------------------------------------------------------------------------------------------------------- */

bool roster_is_student(const struct roster *r, size_t row)
{
    bool named = false;
    for (int k = 0; k < ROSTER_KEYS; k++)
        named = named || *key_cell(r, row, k);
    return row > 0 && row < r->csv.rows && named && !is_possible_row(r, row);
}

static bool is_row_of(const struct roster *r, size_t row, const char *name)
{
    for (int k = 0; k < ROSTER_KEYS; k++)
        if (*name && strcasecmp(key_cell(r, row, k), name) == 0)
            return true;
    return false;
}

/* The digits of `text` up to a '_', which is passed; 0: there are none such. */
static size_t number_part(const char *text)
{
    size_t digits = strspn(text, DIGITS);
    return digits > 0 && text[digits] == '_' ? digits + 1 : 0;
}

/* The ID in the name of a file from Canvas: NAME_[LATE_]ID_SUBMISSION_FILE. False: it is no such name. */
static bool canvas_id(const char *name, char *id, size_t size)
{
    const char *at = strchr(name, '_');
    if (!at || at == name)
        return false;
    at++;
    if (strncmp(at, "LATE_", 5) == 0)
        at += 5;
    size_t length = number_part(at);
    if (!length || length > size || !number_part(at + length))
        return false;
    snprintf(id, size, "%.*s", (int)length - 1, at);
    return true;
}

enum roster_match roster_find(const struct roster *r, const char *name, size_t *row)
{
    char id[32];
    unsigned found = 0;
    bool canvas = canvas_id(name, id, sizeof id);
    for (size_t i = 1; i < r->csv.rows; i++) {
        if (!roster_is_student(r, i))
            continue;
        if (is_row_of(r, i, name) || (canvas && strcmp(key_cell(r, i, ROSTER_ID), id) == 0)) {
            *row = i;
            found++;
        }
    }
    return found == 0 ? ROSTER_UNKNOWN : found == 1 ? ROSTER_FOUND : ROSTER_SEVERAL;
}

static bool same_student(const struct roster *r, size_t a, size_t b)
{
    for (int k = ROSTER_ID; k < ROSTER_KEYS; k++)
        if (*key_cell(r, a, k) && strcasecmp(key_cell(r, a, k), key_cell(r, b, k)) == 0)
            return true;
    return false;
}

size_t roster_duplicate(const struct roster *r, size_t row)
{
    for (; row < r->csv.rows; row++)
        for (size_t i = 1; i < row && roster_is_student(r, row); i++)
            if (roster_is_student(r, i) && same_student(r, i, row))
                return row;
    return ROSTER_NONE;
}

/* ---- grades --------------------------------------------------------------------------------------------------------- */

bool roster_grade(struct roster *r, size_t row, unsigned points, unsigned max)
{
    char text[32];
    double scaled = r->scale > 0 && max > 0 ? points * r->scale / max : points;
    size_t end = (size_t)snprintf(text, sizeof text, "%.2f", scaled);
    while (text[end - 1] == '0') /* 87.50 is 87.5, and 90.00 is 90 */
        text[--end] = '\0';
    if (text[end - 1] == '.')
        text[--end] = '\0';
    return csv_set(&r->csv, row, r->assignment, text);
}

bool roster_no_grade(struct roster *r, size_t row)
{
    return csv_set(&r->csv, row, r->assignment, "");
}
