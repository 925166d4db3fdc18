/* The public cases of lab grants. A owns memory, B is let at it, C is not. */
#include "lab/grants/cases.h"

#define MEMORY 40000 /* bytes of A's buffer that hold something, over page boundaries */

/* B takes all of what it may read, then parts of it. */
static void reads(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    fill(a, 0, MEMORY);
    fill(b, 0, BUFFER_BYTES);
    uint64_t at = chance(p, 9000), bytes = 5000 + chance(p, 9000), local = chance(p, 9000);
    struct op *grant = grants(a, b, at, bytes, GRANT_READ);
    until_done(p);
    struct op *copy = copies(b, a, result(grant, 0), 0, local, bytes, GRANT_READ);
    until_done(p);
    expect_copy(b, local, a, at, bytes);
    rule_memory(p, copy);
    for (unsigned i = 0; i < 3 && all_well(p); i++) {
        uint64_t offset = chance(p, bytes - 100), part = 1 + chance(p, bytes - offset);
        copy = copies(b, a, result(grant, 0), offset, 30000 + i, part, GRANT_READ);
        until_done(p);
        expect_copy(b, 30000 + i, a, at + offset, part);
        rule_memory(p, copy);
    }
}

const struct grade_case grants_read = {
    .name = "read",
    .title = "Who is granted reading copies from the owner's memory",
    .hint = "A grant's address is in the owner's address space, the local one in the caller's. "
            "Which of the two does the offset belong to?",
    .points = 10,
    .variants = 3,
    .play = reads};

static void writes(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    fill(a, 0, MEMORY);
    fill(b, 0, MEMORY);
    uint64_t at = chance(p, 9000), bytes = 5000 + chance(p, 9000);
    struct op *grant = grants(a, b, at, bytes, GRANT_WRITE);
    until_done(p);
    for (unsigned i = 0; i < 3 && all_well(p); i++) {
        uint64_t offset = i ? chance(p, bytes) : 0, local = chance(p, 9000);
        uint64_t part = i ? 1 + chance(p, bytes - offset) : bytes;
        struct op *copy = copies(b, a, result(grant, 0), offset, local, part, GRANT_WRITE);
        until_done(p);
        expect_copy(a, at + offset, b, local, part);
        rule_memory(p, copy);
    }
}

const struct grade_case grants_write = {
    .name = "write",
    .title = "Who is granted writing copies into the owner's memory",
    .hint = "With GRANT_WRITE the bytes go the other way. Which of vm_copy()'s two processes is "
            "which now?",
    .points = 10,
    .variants = 3,
    .play = writes};

/* Slots are given in turn, so all others have to be used before the one of who died last. */
static struct actor *in_its_place(struct play *p, const char *name)
{
    endpoint_t last = EP_NONE;
    for (unsigned i = 0; i < NUSERS && EP_SLOT(last) != NSLOTS - 1 && all_well(p); i++) {
        struct op *create = calls(director(p), K_CREATE, ~0ull);
        until_done(p);
        last = (endpoint_t)result(create, 0);
        calls(director(p), K_KILL, last);
    }
    until_done(p);
    return actor(p, name);
}

/* The grant is B's: not C's, not A's own, and not that of whoever comes to live in B's slot. */
static void grantee(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C");
    fill(a, 0, MEMORY);
    struct op *grant = grants(a, b, 0, 4000, GRANT_READ | GRANT_WRITE);
    until_done(p);
    uint64_t id = result(grant, 0);
    struct op *copy = copies(b, a, id, 0, 0, 4000, GRANT_READ);
    expect(copies(c, a, id, 0, 0, 16, GRANT_READ), -EPERM);
    expect(copies(c, a, id, 0, 0, 16, GRANT_WRITE), -EPERM);
    expect(copies(a, a, id, 0, 8000, 16, GRANT_READ), -EPERM);
    until_done(p);
    expect_copy(b, 0, a, 0, 4000);
    rule_memory(p, copy);
    until_returned(p, calls(director(p), K_KILL, endpoint(b)));
    struct actor *next = in_its_place(p, "next");
    rule(p, EP_SLOT(endpoint(next)) == EP_SLOT(endpoint(b)), NULL,
         "a slot is used again when all others have been");
    copy = any_status(copies(next, a, id, 0, 0, 16, GRANT_READ));
    until_done(p);
    rule(p, last_call(copy)->status < 0, copy,
         "who comes to live in a dead grantee's slot has no grant of its");
    rule_memory(p, copy);
}

const struct grade_case grants_grantee = {
    .name = "grantee",
    .title = "A grant is for one process",
    .hint = "To know an id is not to have a grant. Whom do you compare the caller with, and is a "
            "slot number enough?",
    .points = 10,
    .play = grantee};

static void direction(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    fill(a, 0, MEMORY);
    fill(b, 0, MEMORY);
    struct op *read = grants(a, b, 0, 1000, GRANT_READ),
              *write = grants(a, b, 1000, 1000, GRANT_WRITE),
              *both = grants(a, b, 2000, 1000, GRANT_READ | GRANT_WRITE);
    until_done(p);
    uint64_t senseless[] = {0, GRANT_READ | GRANT_WRITE, 4,
                            GRANT_READ | 1ull << (32 + chance(p, 32))};
    expect(copies(b, a, result(read, 0), 0, 0, 100, GRANT_WRITE), -EPERM);
    expect(copies(b, a, result(write, 0), 0, 0, 100, GRANT_READ), -EPERM);
    for (unsigned i = 0; i < sizeof senseless / sizeof *senseless; i++)
        refused_as(p, copies(b, a, result(both, 0), 0, 0, 100, senseless[i]), -EINVAL, -EPERM,
                   "a copy has exactly one direction (EINVAL), and one that was granted (EPERM)");
    copies(b, a, result(write, 0), 0, 0, 100, GRANT_WRITE);
    copies(b, a, result(both, 0), 0, 200, 100, GRANT_READ);
    struct op *last = copies(b, a, result(both, 0), 100, 500, 100, GRANT_WRITE);
    until_done(p);
    expect_copy(a, 1000, b, 0, 100);
    expect_copy(b, 200, a, 2000, 100);
    expect_copy(a, 2100, b, 500, 100);
    rule_memory(p, last);
}

const struct grade_case grants_direction = {
    .name = "direction",
    .title = "Leave to read is not leave to write, nor the other way round",
    .hint = "Access is two bits in a grant and exactly one of them in a copy. What do you do with "
            "both, or with none?",
    .points = 8,
    .play = direction};

/* The last byte may be had, the next may not, however the sum is made to come out. */
static void bounds(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    fill(a, 0, MEMORY);
    fill(b, 0, MEMORY);
    uint64_t access = variant(p) ? GRANT_WRITE : GRANT_READ, n = 3000 + chance(p, 3000);
    struct op *grant = grants(a, b, 9000, n, access);
    struct op *large = calls(a, K_GRANT, endpoint(b), address(a, 0), COPY_MAX + 1, access, EP_SELF);
    until_done(p);
    uint64_t id = result(grant, 0);
    const struct {
        uint64_t offset, bytes;
    } outside[] = {{0, n + 1},        {n, 1},           {n - 1, 2},           {n + 1, 0},
                   {~0ull, 2},        {~0ull - 7, 100}, {1ull << 32, 1},      {(1ull << 32) - 1, 2},
                   {1ull << 63, 100}, {n + 4000, 1},    {n - 100, 100 + 4096}};
    for (unsigned i = 0; i < sizeof outside / sizeof *outside; i++)
        expect(copies(b, a, id, outside[i].offset, 100, outside[i].bytes, access), -EFAULT);
    const uint64_t local[] = {0,         USER_BASE - 64, USER_END - 8, USER_END,
                              ~0ull - 7, 0x80200000,     0x50000000};
    for (unsigned i = 0; i < sizeof local / sizeof *local; i++)
        refused_as(p, calls(b, K_COPY, endpoint(a), id, 0, local[i], 100, access), -EFAULT, -EINVAL,
                   "the caller's side of a copy is in user space (EINVAL), and there (EFAULT)");
    expect(copies(b, a, result(large, 0), 0, 0, COPY_MAX + 1, access), -EINVAL);
    copies(b, a, id, n, 100, 0, access);
    struct op *last = copies(b, a, id, n - 1, 200, 1, access);
    until_done(p);
    if (access == GRANT_READ)
        expect_copy(b, 200, a, 9000 + n - 1, 1);
    else
        expect_copy(a, 9000 + n - 1, b, 200, 1);
    rule_memory(p, last);
}

const struct grade_case grants_bounds = {
    .name = "bounds",
    .title = "The last byte of a grant may be had, the next may not",
    .hint = "offset + bytes may be less than offset. Can you compare without adding? And whose is "
            "the local address?",
    .points = 12,
    .variants = 2,
    .play = bounds};

static void refused(struct actor *a, uint64_t to, uint64_t at, uint64_t bytes, uint64_t access,
                    int64_t status)
{
    expect(calls(a, K_GRANT, to, at, bytes, access, EP_SELF), status);
}

/* What makes no sense is refused, and takes no place in the table. */
static void arguments(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *dead = actor(p, "dead");
    endpoint_t was = endpoint(dead), to = endpoint(b);
    until_returned(p, calls(director(p), K_KILL, was));
    uint64_t at = address(a, 0);
    const uint64_t access[] = {0, 4, GRANT_READ | 4, GRANT_WRITE | 1ull << (8 + chance(p, 56))};
    for (unsigned i = 0; i < sizeof access / sizeof *access; i++)
        refused(a, to, at, 100, access[i], -EINVAL);
    const uint64_t range[][2] = {
        {0, 100},         {USER_BASE - 1, 100}, {USER_END, 1},    {USER_END - 10, 11},
        {~0ull - 5, 100}, {at, ~0ull},          {at, 1ull << 32}, {0x80200000, 8}};
    for (unsigned i = 0; i < sizeof range / sizeof *range; i++)
        refused(a, to, range[i][0], range[i][1], GRANT_READ, -EINVAL);
    const uint64_t nobody[] = {was, EP_NONE, EP_MAKE(EP_GENERATION(to) + 1, EP_SLOT(to)),
                               NSLOTS + chance(p, EP_SELF - NSLOTS)};
    for (unsigned i = 0; i < sizeof nobody / sizeof *nobody; i++)
        refused(a, nobody[i], at, 100, GRANT_READ, -EDEADSRCDST);
    expect(calls(a, K_GRANT, to, at, 100, GRANT_READ, to), -EPERM);
    expect(calls(a, K_REVOKE, word(p)), -EINVAL);
    struct op *grant = NULL;
    for (unsigned i = 0; i < GRANTS_PER_PROCESS; i++)
        grant = grants(a, b, 0, 100, GRANT_READ);
    until_done(p);
    rule(p, returned(grant), grant, "a grant that was refused takes no place in the table");
}

const struct grade_case grants_arguments = {
    .name = "arguments",
    .title = "A grant that makes no sense is refused, and takes no place",
    .hint = "Look at all arguments before you take an entry: access, range, grantee, and whose "
            "memory it is. Where does user space end?",
    .points = 8,
    .play = arguments};

static void revoke(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    fill(a, 0, MEMORY);
    struct op *first = grants(a, b, 0, 3000, GRANT_READ),
              *other = grants(a, b, 5000, 3000, GRANT_READ);
    until_done(p);
    uint64_t id = result(first, 0);
    expect(calls(b, K_REVOKE, id), -EINVAL);
    copies(b, a, id, 0, 0, 3000, GRANT_READ);
    until_done(p);
    expect_copy(b, 0, a, 0, 3000);
    calls(a, K_REVOKE, id);
    until_done(p);
    fill(a, 0, 3000);
    expect(copies(b, a, id, 0, 0, 3000, GRANT_READ), -EINVAL);
    expect(calls(a, K_REVOKE, id), -EINVAL);
    until_done(p);
    struct op *copy = copies(b, a, result(other, 0), 0, 9000, 3000, GRANT_READ);
    until_done(p);
    expect_copy(b, 9000, a, 5000, 3000);
    rule_memory(p, copy);
}

const struct grade_case grants_revoke = {
    .name = "revoke",
    .title = "What was revoked cannot be used any more, and only its owner revokes",
    .hint = "In whose table does K_REVOKE look? What tells an entry in use from a free one?",
    .points = 8,
    .play = revoke};

/* Sixteen at a time, each for its own part, used in another order. */
static void table(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    struct op *grant[GRANTS_PER_PROCESS];
    fill(a, 0, MEMORY);
    for (unsigned i = 0; i < GRANTS_PER_PROCESS; i++)
        grant[i] = grants(a, b, 1000 * i, 500 + i, GRANT_READ);
    struct op *full = expect(grants(a, b, 0, 100, GRANT_READ), -ENOSPC);
    grants(b, a, 0, 100, GRANT_READ);
    until_done(p);
    for (unsigned i = 0; i < GRANTS_PER_PROCESS; i++)
        for (unsigned j = 0; j < i; j++)
            rule(p, result(grant[i], 0) != result(grant[j], 0), grant[i],
                 "no two grants of a process have the same id");
    for (unsigned i = 0; i < GRANTS_PER_PROCESS; i++)
        rule(p, result(grant[i], 0) <= UINT32_MAX, grant[i],
             "an id has 32 bits, for that is what the protocols have room for");
    for (unsigned i = 0, first = (unsigned)chance(p, 16); i < GRANTS_PER_PROCESS; i++) {
        unsigned n = (5 * i + first) % GRANTS_PER_PROCESS;
        full = copies(b, a, result(grant[n], 0), 0, 1000 * i, 500 + n, GRANT_READ);
        until_done(p);
        expect_copy(b, 1000 * i, a, 1000 * n, 500 + n);
    }
    rule_memory(p, full);
    calls(a, K_REVOKE, result(grant[chance(p, GRANTS_PER_PROCESS)], 0));
    grants(a, b, 0, 100, GRANT_READ);
    expect(grants(a, b, 0, 100, GRANT_READ), -ENOSPC);
    until_done(p);
}

const struct grade_case grants_table = {
    .name = "table",
    .title = "A process has room for sixteen grants, and gets it back",
    .hint = "How many entries has struct process, and which of them is free?",
    .points = 6,
    .play = table};
