/* The cases of lab grants, for its lab.c, and what they have in common. */
#ifndef LAB_GRANTS_CASES_H
#define LAB_GRANTS_CASES_H

#include <courier/errno.h>
#include "grader/case.h"

extern const struct grade_case grants_read, grants_write, grants_grantee, grants_direction,
    grants_bounds, grants_arguments, grants_revoke, grants_table;

/* Hidden. */
extern const struct grade_case grants_stale, grants_forged, grants_one_copy, grants_protection;

/* `owner` lets `to` at a part of its buffer; the id is result(op, 0), when it is done. */
static inline struct op *grants(struct actor *owner, const struct actor *to, uint64_t offset,
                                uint64_t bytes, uint64_t access)
{
    return calls(owner, K_GRANT, endpoint(to), address(owner, offset), bytes, access, EP_SELF);
}

/* One safecopy between the grant and the caller's buffer. */
static inline struct op *copies(struct actor *a, const struct actor *owner, uint64_t id,
                                uint64_t offset, uint64_t local, uint64_t bytes, uint64_t access)
{
    return calls(a, K_COPY, endpoint(owner), id, offset, address(a, local), bytes, access);
}

/* A call with two faults may return either error (README); a fault may have two names. */
static inline void refused_as(struct play *p, struct op *op, int64_t one, int64_t other,
                              const char *words)
{
    any_status(op);
    until_returned(p, op);
    int64_t status = last_call(op)->status;
    rule(p, status == one || status == other, op, "%s", words);
}

#endif
