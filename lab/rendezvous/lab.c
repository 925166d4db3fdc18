/* Lab 1: who sends, who receives, and the moment at which they meet. */
#include "grader/case.h"
#include "grader/lab.h"

extern const struct grade_case case_send_first, case_receive_first;
static const struct grade_case *const public_cases[] = {&case_send_first, &case_receive_first};
static const struct lab_file files[] = {{"kernel/ipc.c", LAB_KERNEL}};

const struct lab lab_rendezvous = {.name = "rendezvous",
                                   .title = "Lab 1: Rendezvous",
                                   .files = files,
                                   .nfiles = 1,
                                   .public_cases = public_cases,
                                   .npublic = 2};
