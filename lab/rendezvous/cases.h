/* The cases of lab rendezvous, for its lab.c. */
#ifndef LAB_RENDEZVOUS_CASES_H
#define LAB_RENDEZVOUS_CASES_H

#include <courier/errno.h>
#include "grader/case.h"

extern const struct grade_case rendezvous_send_first, rendezvous_receive_first,
    rendezvous_selective, rendezvous_any_fifo, rendezvous_source, rendezvous_sendrec,
    rendezvous_bad_endpoint, rendezvous_bad_call;

/* Hidden. */
extern const struct grade_case rendezvous_requests, rendezvous_many, rendezvous_death,
    rendezvous_idle;

#endif
