/* The cases of lab rendezvous, for its lab.c. */
#ifndef LAB_RENDEZVOUS_CASES_H
#define LAB_RENDEZVOUS_CASES_H

#include <string.h>
#include <courier/errno.h>
#include "grader/case.h"

extern const struct grade_case rendezvous_send_first, rendezvous_receive_first,
    rendezvous_selective, rendezvous_any_fifo, rendezvous_source, rendezvous_sendrec,
    rendezvous_bad_endpoint, rendezvous_bad_call;

/* Hidden. */
extern const struct grade_case rendezvous_requests, rendezvous_many, rendezvous_death,
    rendezvous_idle;

/* What the kernel has counted of it: messages sent, replies included. */
static inline uint64_t count_sent(struct play *p, const struct actor *a)
{
    struct op *info = calls(director(p), K_INFO, EP_SLOT(endpoint(a)));
    until_returned(p, info);
    struct procinfo found;
    memcpy(&found, &last_call(info)->got, sizeof found);
    return found.messages;
}

#endif
