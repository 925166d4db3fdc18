/*
 * Autolab: the text as feedback, and a last line of JSON with the points of the one problem, which has the lab's name.
 * A result that is no grade has no scores; Autolab then reports an error and overwrites no score.
 */
#include <jansson.h>
#include <stdlib.h>
#include "grader/base/clean.h"
#include "grader/report/report.h"

void report_autolab(const struct result *r, FILE *out)
{
    json_t *object = json_object(), *scores = json_object(), *board = json_array();
    char *lab = clean_line(r->lab);
    report_text(r, out);
    if (result_has_grade(r)) {
        json_object_set_new(scores, lab ? lab : "", json_integer(r->points));
        json_array_append_new(board, json_integer(r->points));
    }
    json_object_set_new(object, "scores", scores);
    json_object_set_new(object, "scoreboard", board);
    fputc('\n', out);
    json_dumpf(object, out, JSON_COMPACT);
    fputc('\n', out);
    free(lab);
    json_decref(object);
}
