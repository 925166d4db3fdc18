/* What the summary of a class counts, and the two files that write it as HTML. */
#ifndef GRADER_SUMMARY_H
#define GRADER_SUMMARY_H

#include <stdio.h>
#include "grader/batch/course.h"

#define SUMMARY_BINS 11 /* of ten hundredths each; the last are those with all points */

struct summary_case {
    const struct case_result *c; /* the first of this name: its title and points */
    unsigned passed, missed;     /* of those that were run */
};

struct summary {
    const struct course *course;
    unsigned max;     /* points */
    unsigned *points; /* of those with a grade, ascending */
    size_t graded;
    unsigned bin[SUMMARY_BINS]; /* how many have so many points */
    struct summary_case *cases; /* the most missed first */
    size_t ncases;
};

/* False: no memory. Free with summary_free() in any case. */
bool summary_count(struct summary *s, const struct course *c);
void summary_free(struct summary *s);

double summary_mean(const struct summary *s);
/* The points below which this part of the class lies, 0 to 1 (nearest rank); 0.5: the median. */
unsigned summary_quantile(const struct summary *s, double part);

/* The histogram, as an SVG element of a page. */
void summary_histogram(const struct summary *s, FILE *out);

#endif
