/* The numbers of a class: how its points are spread, and which cases it misses. */
#include <stdlib.h>
#include <string.h>
#include "grader/batch/summary.h"

static int ascending(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return (x > y) - (x < y);
}

/* The most missed first; among equals in the order of their names. */
static int most_missed(const void *a, const void *b)
{
    const struct summary_case *x = a, *y = b;
    double left = x->missed / (double)(x->passed + x->missed + !(x->passed + x->missed));
    double right = y->missed / (double)(y->passed + y->missed + !(y->passed + y->missed));
    return left != right ? (left < right) - (left > right) : strcmp(x->c->name, y->c->name);
}

static struct summary_case *find_case(struct summary *s, const struct case_result *c)
{
    for (size_t i = 0; i < s->ncases; i++)
        if (strcmp(s->cases[i].c->name, c->name) == 0)
            return &s->cases[i];
    struct summary_case *more = realloc(s->cases, (s->ncases + 1) * sizeof *more);
    if (!more)
        return NULL;
    s->cases = more;
    s->cases[s->ncases] = (struct summary_case){.c = c};
    return &s->cases[s->ncases++];
}

static bool count_cases(struct summary *s, const struct result *r)
{
    for (size_t i = 0; i < r->ncases; i++) {
        struct summary_case *found = find_case(s, &r->cases[i]);
        if (!found)
            return false;
        found->passed += r->cases[i].status == CASE_PASSED;
        found->missed += r->cases[i].status == CASE_FAILED;
    }
    return true;
}

static void count_points(struct summary *s, const struct result *r)
{
    unsigned tenth = r->max_points ? r->points * (SUMMARY_BINS - 1) / r->max_points : 0;
    s->points[s->graded++] = r->points;
    s->bin[tenth]++;
    if (r->max_points > s->max)
        s->max = r->max_points;
}

bool summary_count(struct summary *s, const struct course *c)
{
    bool counted = true;
    *s = (struct summary){.course = c};
    s->points = calloc(c->entries + 1, sizeof *s->points);
    for (size_t i = 0; s->points && i < c->entries && counted; i++)
        if (course_has_grade(&c->entry[i])) {
            count_points(s, &c->entry[i].result);
            counted = count_cases(s, &c->entry[i].result);
        }
    if (!s->points || !counted)
        return false;
    qsort(s->points, s->graded, sizeof *s->points, ascending);
    if (s->ncases > 0)
        qsort(s->cases, s->ncases, sizeof *s->cases, most_missed);
    return true;
}

void summary_free(struct summary *s)
{
    free(s->points);
    free(s->cases);
}

double summary_mean(const struct summary *s)
{
    double sum = 0;
    for (size_t i = 0; i < s->graded; i++)
        sum += s->points[i];
    return s->graded ? sum / (double)s->graded : 0;
}

unsigned summary_quantile(const struct summary *s, double part)
{
    size_t rank = (size_t)(part * (double)s->graded + 0.999999);
    return s->graded == 0 ? 0 : s->points[rank > 0 ? rank - 1 : 0];
}
