/* The result of a submission: who owns what, and what its parts are called. */
#include <stdlib.h>
#include "grader/result.h"

void result_free(struct result *r)
{
    for (size_t i = 0; i < r->ncases; i++) {
        free(r->cases[i].name);
        free(r->cases[i].title);
        free(r->cases[i].rule);
        free(r->cases[i].ladder);
        free(r->cases[i].hint);
    }
    free(r->cases);
    free(r->lab);
    free(r->submission);
    free(r->digest);
    free(r->message);
    *r = (struct result){.ncases = 0};
}

bool result_has_grade(const struct result *r)
{
    for (size_t i = 0; i < r->ncases; i++)
        if (r->cases[i].status == CASE_ERROR)
            return false;
    return r->status != RESULT_ERROR;
}

const char *case_status_name(enum case_status status)
{
    static const char *const names[] = {[CASE_PASSED] = "passed",
                                        [CASE_FAILED] = "failed",
                                        [CASE_SKIPPED] = "skipped",
                                        [CASE_ERROR] = "error"};
    return names[status];
}

const char *result_status_name(enum result_status status)
{
    static const char *const names[] = {[RESULT_GRADED] = "graded",
                                        [RESULT_REFUSED] = "refused",
                                        [RESULT_BUILD] = "build",
                                        [RESULT_ERROR] = "error"};
    return names[status];
}
