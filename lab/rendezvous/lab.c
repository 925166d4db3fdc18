/* Lab 1: who sends, who receives, and the moment at which they meet. */
#include "grader/lab.h"
#include "lab/rendezvous/cases.h"

static const struct lab_file files[] = {{"kernel/ipc.c", LAB_KERNEL}};

static const struct grade_case *const public_cases[] = {
    &rendezvous_send_first,   &rendezvous_receive_first, &rendezvous_selective,
    &rendezvous_any_fifo,     &rendezvous_source,        &rendezvous_sendrec,
    &rendezvous_bad_endpoint, &rendezvous_bad_call,
};

#if __has_include("hidden.c")
static const struct grade_case *const hidden_cases[] = {&rendezvous_requests, &rendezvous_many,
                                                        &rendezvous_death, &rendezvous_idle};
#define HIDDEN  hidden_cases
#define NHIDDEN (sizeof hidden_cases / sizeof *hidden_cases)
#else
#define HIDDEN  NULL
#define NHIDDEN 0
#endif

const struct lab lab_rendezvous = {
    .name = "rendezvous",
    .title = "Lab 1: Rendezvous",
    .files = files,
    .nfiles = sizeof files / sizeof *files,
    .public_cases = public_cases,
    .npublic = sizeof public_cases / sizeof *public_cases,
    .hidden_cases = HIDDEN,
    .nhidden = NHIDDEN,
};
