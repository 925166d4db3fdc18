/*
 * A course's roster: the gradebook that Canvas exports, and imports again with the grades filled in. Its columns are
 * Student, ID, SIS User ID, SIS Login ID, Section, and one for each assignment, called "NAME (NUMBER)"; a row says
 * Points Possible. Everything but the grades of one assignment is kept.
 */
#ifndef GRADER_ROSTER_H
#define GRADER_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include "grader/batch/csv.h"

#define ROSTER_NONE ((size_t)-1)

enum roster_key { ROSTER_STUDENT, ROSTER_ID, ROSTER_SIS_USER, ROSTER_SIS_LOGIN, ROSTER_KEYS };

struct roster {
    struct csv csv;
    size_t key[ROSTER_KEYS]; /* their columns, or ROSTER_NONE */
    size_t assignment;       /* the column of the grades */
    bool added;              /* ... is new: the file had none for it */
    size_t possible;         /* the row Points Possible, or ROSTER_NONE */
    double scale;            /* Points Possible; 0: unknown, points are written as they are */
};

/*
 * Reads a roster. `assignment` names the column of the grades, with its number or without; NULL: the one whose name
 * contains the lab's, or the only one. A file without assignments gets a column of the lab's name. Points Possible must be a plain
 * number, or empty. False: `why` says what is wrong in one line.
 */
bool roster_read(struct roster *r, const char *path, const char *lab, const char *assignment,
                 char *why, size_t size);
void roster_free(struct roster *r);

enum roster_match { ROSTER_FOUND, ROSTER_UNKNOWN, ROSTER_SEVERAL };

/*
 * Whose submission is this? `name` is a login, an ID, a name as in the column Student (case does not matter), or what
 * Canvas calls a file that it exports: "doejane_LATE_4711_9001_lab.tar.gz", of which 4711 is the ID.
 */
enum roster_match roster_find(const struct roster *r, const char *name, size_t *row);

/* Is this row a student's? (The first is the header; then come Points Possible and others that are not.) */
bool roster_is_student(const struct roster *r, size_t row);

/* The first row that is the same student's as an earlier one (the same ID or login), from `row` on; ROSTER_NONE: none. */
size_t roster_duplicate(const struct roster *r, size_t row);

/* Writes a grade: `points` of `max`, scaled to Points Possible and rounded to a hundredth. False: no memory. */
bool roster_grade(struct roster *r, size_t row, unsigned points, unsigned max);

/* Leaves the row without a grade. */
bool roster_no_grade(struct roster *r, size_t row);

#endif
