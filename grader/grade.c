/* From a submission to its result: read, compile, run; and what the result is when it does not come that far. */
#include "grader/grade.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/options.h"
#include "grader/case.h"
#include "grader/base/clean.h"
#include "grader/compile/compile.h"
#include "grader/base/file.h"
#include "grader/compile/kit.h"
#include "grader/lab.h"
#include "grader/sandbox/sandbox.h"
#include "grader/take/source.h"
#include "grader/sandbox/stage.h"
#include "grader/take/tree.h"

/* ---- before anything is done ------------------------------------------------------------------------------------ */

static int complain(int status, const char *what, const char *why)
{
    fprintf(stderr, "grade: %s%s%s\n", what, *why ? ": " : "", why);
    return status;
}

static const struct lab *find_lab(const char *name)
{
    const struct lab *lab = name ? lab_find(name) : NULL;
    if (lab)
        return lab;
    fprintf(stderr, "grade: no lab `%s'; there are:", name ? name : "");
    for (size_t i = 0; i < lab_count; i++)
        fprintf(stderr, " %s", lab_list[i]->name);
    fputc('\n', stderr);
    return NULL;
}

/* The cases that the options ask for; n from 0. NULL: there are no more. */
static const struct grade_case *nth_case(const struct grade_options *o, const struct lab *lab,
                                         size_t n, bool *hidden)
{
    *hidden = n >= lab->npublic;
    if (!*hidden)
        return lab->public_cases[n];
    n -= lab->npublic;
    return o->hidden && n < lab->nhidden ? lab->hidden_cases[n] : NULL;
}

static bool has_case(const struct grade_options *o, const struct lab *lab)
{
    const struct grade_case *c;
    bool hidden;
    for (size_t n = 0; (c = nth_case(o, lab, n, &hidden)); n++)
        if (!o->only || strcmp(c->name, o->only) == 0)
            return true;
    return false;
}

/* ---- a result without a run --------------------------------------------------------------------------------------- */

/* All cases, none of them run. */
static bool add_skipped(const struct grade_options *o, const struct lab *lab, struct result *r)
{
    const struct grade_case *c;
    bool hidden;

    r->cases = calloc(lab->npublic + lab->nhidden + 1, sizeof *r->cases);
    for (size_t n = 0; r->cases && (c = nth_case(o, lab, n, &hidden)); n++) {
        if (o->only && strcmp(c->name, o->only) != 0)
            continue;
        r->cases[r->ncases++] = (struct case_result){.name = strdup(c->name),
                                                     .title = strdup(c->title),
                                                     .hidden = hidden,
                                                     .max_points = c->points,
                                                     .status = CASE_SKIPPED};
        r->max_points += c->points;
    }
    return r->cases != NULL;
}

static bool skip_all(const struct grade_options *o, const struct lab *lab, struct result *r,
                     enum result_status status, const char *message)
{
    *r = (struct result){.seed = o->seed, .status = status};
    r->lab = strdup(lab->name);
    r->message = clean_text(message);
    if (r->lab && r->message && add_skipped(o, lab, r))
        return true;
    result_free(r);
    return false;
}

/* ---- the steps ------------------------------------------------------------------------------------------------------ */

static const char *last_component(const char *path)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    const char *at = path + n;
    while (at > path && at[-1] != '/')
        at--;
    return at;
}

static bool name_it(const struct grade_options *o, const struct submission *s, struct result *r)
{
    char *name = o->name ? strdup(o->name) : strdup(last_component(o->submission));
    if (name && !o->name)
        name[strcspn(name, "/")] = '\0';
    free(r->submission);
    free(r->digest);
    r->submission = name ? clean_line(name) : NULL;
    r->digest = strdup(s ? s->digest : "");
    free(name);
    return r->submission && r->digest;
}

/* Compiles and runs in the directory. */
static bool build_and_run(const struct grade_options *o, const struct lab *lab, const char *kit,
                          const struct submission *s, const char *directory, struct result *r)
{
    const struct compile_job job = {lab, s, kit, directory, o->sandbox};
    char why[400], *message = NULL;
    enum compile_status status = compile_submission(&job, &message);
    const char *words = message ? message : "no memory";
    bool good;

    if (status == COMPILE_FAILED)
        good = skip_all(o, lab, r, RESULT_BUILD, words);
    else if (status == COMPILE_CANNOT)
        good = skip_all(o, lab, r, RESULT_ERROR, words);
    else if (!stage_run(o, kit, directory, r, why, sizeof why))
        good = skip_all(o, lab, r, RESULT_ERROR, why);
    else
        good = true;
    free(message);
    return good;
}

static int grade_files(const struct grade_options *o, const struct lab *lab, const char *kit,
                       const struct submission *s, struct result *r)
{
    char directory[KIT_PATH];

    if (!tree_new(directory, sizeof directory))
        return complain(EXIT_CANNOT, "no temporary directory", strerror(errno));
    bool good = build_and_run(o, lab, kit, s, directory, r);
    file_remove_tree(directory);
    if (good && name_it(o, s, r))
        return 0;
    if (good)
        result_free(r);
    return complain(EXIT_CANNOT, "no memory", "");
}

int grade_submission(const struct grade_options *o, struct result *r)
{
    const struct lab *lab = find_lab(o->lab);
    char kit[KIT_PATH], why[400];
    struct submission s;

    if (!lab)
        return EXIT_USAGE;
    if (!has_case(o, lab))
        return complain(EXIT_USAGE, "no such case", o->only ? o->only : "");
    if (!kit_find(o->grader, kit, why, sizeof why))
        return complain(EXIT_CANNOT, why, "");
    if (o->sandbox && !sandbox_works(why, sizeof why)) {
        fprintf(stderr, "grade: no sandbox: %s; --no-sandbox does without\n", why);
        return EXIT_CANNOT;
    }
    switch (source_read(o->submission, kit, lab, &s, why, sizeof why)) {
    case SUBMISSION_CANNOT:
        return complain(EXIT_CANNOT, o->submission, why);
    case SUBMISSION_REFUSED:
        if (skip_all(o, lab, r, RESULT_REFUSED, why) && name_it(o, NULL, r))
            return 0;
        return complain(EXIT_CANNOT, "no memory", "");
    default:
        break;
    }
    int status = grade_files(o, lab, kit, &s, r);
    submission_free(&s);
    return status;
}

bool grade_digest(const struct grade_options *o, char digest[GRADE_DIGEST_BYTES])
{
    const struct lab *lab = o->lab ? lab_find(o->lab) : NULL;
    char kit[KIT_PATH], why[400];
    struct submission s;

    if (!lab || !kit_find(o->grader, kit, why, sizeof why) ||
        source_read(o->submission, kit, lab, &s, why, sizeof why) != SUBMISSION_TAKEN)
        return false;
    memcpy(digest, s.digest, GRADE_DIGEST_BYTES);
    submission_free(&s);
    return true;
}
