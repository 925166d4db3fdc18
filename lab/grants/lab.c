/* Lab 4: memory that one process lends another, for a while and not a byte more. */
#include "grader/lab.h"
#include "lab/grants/cases.h"

static const struct lab_file files[] = {{"kernel/grant.c", LAB_KERNEL}};

static const struct grade_case *const public_cases[] = {
    &grants_read,   &grants_write,     &grants_grantee, &grants_direction,
    &grants_bounds, &grants_arguments, &grants_revoke,  &grants_table,
};

#if __has_include("hidden.c")
static const struct grade_case *const hidden_cases[] = {&grants_stale, &grants_forged,
                                                        &grants_one_copy, &grants_protection};
#define HIDDEN  hidden_cases
#define NHIDDEN (sizeof hidden_cases / sizeof *hidden_cases)
#else
#define HIDDEN  NULL
#define NHIDDEN 0
#endif

const struct lab lab_grants = {
    .name = "grants",
    .title = "Lab 4: Grants",
    .files = files,
    .nfiles = sizeof files / sizeof *files,
    .public_cases = public_cases,
    .npublic = sizeof public_cases / sizeof *public_cases,
    .hidden_cases = HIDDEN,
    .nhidden = NHIDDEN,
};
