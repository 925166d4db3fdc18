/* The gradebook: the roster with the grades of one assignment, or, without a roster, a table with the same columns. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "grader/batch/batch.h"
#include "grader/base/file.h"

/* What the lab is worth, as the results say; 0: none does. */
static unsigned max_points(const struct course *c)
{
    unsigned max = 0;
    for (size_t i = 0; i < c->entries; i++)
        if (course_has_grade(&c->entry[i]) && c->entry[i].result.max_points > max)
            max = c->entry[i].result.max_points;
    return max;
}

static bool write_table(const struct csv *csv, const char *path)
{
    size_t size;
    char *text = csv_format(csv, &size);
    bool written = text && file_write(path, text, size);
    int error = errno;
    free(text);
    errno = error;
    return written;
}

/* Who handed in once gets the grade; who did twice, or met an error of the grader's, gets none. */
static bool fill_roster(const struct course *c, struct roster *r)
{
    bool filled = true;
    char points[16];
    snprintf(points, sizeof points, "%u", max_points(c));
    if (r->added && r->possible != ROSTER_NONE && max_points(c))
        filled = csv_set(&r->csv, r->possible, r->assignment, points);
    for (size_t i = 0; i < c->entries && filled; i++) {
        const struct entry *e = &c->entry[i];
        if (e->placing == PLACE_FOUND && course_has_grade(e))
            filled = roster_grade(r, e->row, e->result.points, e->result.max_points);
        else if (e->placing == PLACE_FOUND || e->placing == PLACE_DUPLICATE)
            filled = roster_no_grade(r, e->row);
    }
    return filled;
}

/* Student, ID, SIS User ID, SIS Login ID, Section, LAB */
static bool fill_table(const struct course *c, struct csv *csv)
{
    static const char *const title[] = {"Student", "ID", "SIS User ID", "SIS Login ID", "Section"};
    char points[16];
    bool filled = csv_set(csv, 0, 5, c->lab);
    for (size_t i = 0; i < 5; i++)
        filled = filled && csv_set(csv, 0, i, title[i]);
    snprintf(points, sizeof points, "%u", max_points(c));
    filled = filled && csv_set(csv, 1, 5, points) && csv_set(csv, 1, 0, "    Points Possible");
    for (size_t i = 0; i < c->entries && filled; i++) {
        const struct entry *e = &c->entry[i];
        bool grade = course_has_grade(e) && e->placing == PLACE_ALONE;
        snprintf(points, sizeof points, "%u", e->result.points);
        filled = csv_set(csv, i + 2, 5, grade ? points : "") && csv_set(csv, i + 2, 0, e->name) &&
                 csv_set(csv, i + 2, 3, e->name);
    }
    return filled;
}

bool batch_grades(const struct course *c, struct roster *roster, const char *path)
{
    struct csv table = {.rows = 0};
    errno = ENOMEM;
    if (roster)
        return fill_roster(c, roster) && write_table(&roster->csv, path);
    bool written = fill_table(c, &table) && write_table(&table, path);
    int error = errno;
    csv_free(&table);
    errno = error;
    return written;
}
