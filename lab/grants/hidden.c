/* The hidden cases of lab grants: ids that were and ids that never were, what a copy costs, and whose pages it may touch. */
#include "lab/grants/cases.h"

#define ROUNDS 20
#define MANY   300 /* more than fit into a byte */

/* Granted and revoked, over and over: the first id does not come back. */
static void not_soon(struct play *p, struct actor *a, struct actor *b)
{
    struct op *first = grants(a, b, 0, 100, GRANT_READ);
    until_done(p);
    uint64_t id = result(first, 0);
    calls(a, K_REVOKE, id);
    for (unsigned i = 0; i < MANY && all_well(p); i++) {
        struct op *grant = grants(a, b, 0, 100, GRANT_READ);
        until_done(p);
        rule(p, result(grant, 0) != id, grant, "the id of a revoked grant is not given again soon");
        calls(a, K_REVOKE, result(grant, 0));
    }
    expect(copies(b, a, id, 0, 0, 10, GRANT_READ), -EINVAL);
    until_done(p);
}

/* One entry of the table is used again and again; none of its former ids opens it. */
static void stale(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    uint64_t id[ROUNDS];
    fill(a, 0, 8000);
    struct op *last = NULL;
    for (unsigned i = 0; i < ROUNDS && all_well(p); i++) {
        struct op *grant = grants(a, b, 100 * i, 100, GRANT_READ | GRANT_WRITE);
        until_done(p);
        id[i] = result(grant, 0);
        for (unsigned j = 0; j < i; j++) {
            rule(p, id[j] != id[i], grant, "the id of a revoked grant is not given again soon");
            expect(copies(b, a, id[j], 0, 0, 10, GRANT_READ), -EINVAL);
        }
        if (i > 0)
            expect(calls(a, K_REVOKE, id[i - 1]), -EINVAL);
        last = copies(b, a, id[i], 0, 200 * i, 100, GRANT_READ);
        until_done(p);
        expect_copy(b, 200 * i, a, 100 * i, 100);
        rule_memory(p, last);
        if (i + 1 < ROUNDS)
            calls(a, K_REVOKE, id[i]);
        until_done(p);
    }
    not_soon(p, a, b);
    until_returned(p, calls(director(p), K_KILL, endpoint(a)));
    expect(calls(b, K_COPY, endpoint(a), id[ROUNDS - 1], 0, address(b, 0), 10, GRANT_READ),
           -EDEADSRCDST);
    until_done(p);
    actor(p, "next");
    last = expect(calls(b, K_COPY, endpoint(a), id[ROUNDS - 1], 0, address(b, 0), 10, GRANT_READ),
                  -EDEADSRCDST);
    until_done(p);
}

const struct grade_case grants_stale = {
    .name = "stale",
    .title = "The id of a grant that was is not that of one that is",
    .hint = "An entry is used again. What in the id says that it is not the same grant any more?",
    .points = 8,
    .play = stale};

/* Every other id, one bit away; the right id of the wrong owner; ids out of thin air. */
static void forged(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C");
    fill(a, 0, 8000);
    struct op *grant = grants(a, b, 0, 4000, GRANT_READ);
    until_done(p);
    uint64_t id = result(grant, 0);
    for (unsigned bit = 0; bit < 64; bit++) {
        expect(copies(b, a, id ^ 1ull << bit, 0, 0, 100, GRANT_READ), -EINVAL);
        expect(calls(a, K_REVOKE, id ^ 1ull << bit), -EINVAL);
    }
    for (unsigned i = 0; i < 20; i++)
        expect(copies(b, a, word(p) | 1ull << 63, 0, 0, 100, GRANT_READ), -EINVAL);
    expect(copies(b, c, id, 0, 0, 100, GRANT_READ), -EINVAL);
    for (uint64_t i = GRANTS_PER_PROCESS; i < 256; i += 30)
        expect(copies(b, a, (id & ~0xffull) | i, 0, 0, 100, GRANT_READ), -EINVAL);
    struct op *copy = copies(b, a, id, 0, 0, 100, GRANT_READ);
    until_done(p);
    expect_copy(b, 0, a, 0, 100);
    rule_memory(p, copy);
}

const struct grade_case grants_forged = {
    .name = "forged",
    .title = "No other id opens a grant, or revokes it",
    .hint = "Do you look at all 64 bits of an id? What if it names an entry that does not exist, "
            "or one that was never used?",
    .points = 6,
    .play = forged};

#define LONG (8 * PAGE_SIZE)

/* Two copies are in memory afterwards, and the time is that of one: about a third of an instruction a byte. Both begin at the same
 * place of a page, so that memcpy() moves words. */
static void one_copy(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    fill(a, 0, BUFFER_BYTES);
    fill(b, 0, BUFFER_BYTES);
    uint64_t access = variant(p) & 1 ? GRANT_WRITE : GRANT_READ, at = 8 * chance(p, 500);
    struct op *grant = grants(a, b, at, LONG, access);
    until_done(p);
    struct op *copy = copies(b, a, result(grant, 0), 0, at, LONG, access);
    until_done(p);
    struct actor *from = access == GRANT_READ ? a : b, *to = access == GRANT_READ ? b : a;
    expect_copy(to, at, from, at, LONG);
    rule_memory(p, copy);
    for (unsigned i = 0; i < 8 && all_well(p); i++) {
        uint8_t sample[64];
        uint64_t page = (at / PAGE_SIZE + 1 + i) * PAGE_SIZE;
        peek(from, page < at + LONG - sizeof sample ? page : at, sample, sizeof sample);
        rule(p, found_in_memory(p, sample, sizeof sample) == 2, copy,
             "a safecopy leaves the bytes in the memory of the two, and nowhere else");
    }
    rule(p, cost(last_call(copy)) < LONG / 2, copy, "a safecopy copies once");
}

const struct grade_case grants_one_copy = {
    .name = "one-copy",
    .title = "A safecopy copies once, from memory to memory",
    .hint = "How often does each byte move on its way, and where does it lie in between?",
    .points = 8,
    .variants = 4,
    .play = one_copy};

#define MAPPED  0x50000000ul /* nothing else is there */
#define CODE    0x54000000ul
#define MISSING 0x58000000ul

/* A page to be read alone, and one to be executed alone. */
static void maps(struct play *p, const struct actor *a)
{
    calls(director(p), K_MAP, endpoint(a), MAPPED, PAGE_SIZE, PROT_READ);
    calls(director(p), K_MAP, endpoint(a), CODE, PAGE_SIZE, PROT_EXEC);
    until_done(p);
}

static struct op *grants_page(struct actor *by, const struct actor *to, uint64_t page,
                              uint64_t space)
{
    return calls(by, K_GRANT, endpoint(to), page, PAGE_SIZE, GRANT_READ | GRANT_WRITE, space);
}

/* Page protection holds for a grant of one's own memory; a manager's, for another's, goes by the grant alone. */
static void protection(struct play *p)
{
    bool program = variant(p) == 0; /* or a service: no manager either */
    struct actor *a = program ? actor(p, "A") : service_actor(p, EP_FS, "A");
    struct actor *b = actor(p, "B"), *manager = director(p);
    uint64_t both = GRANT_READ | GRANT_WRITE;
    maps(p, a);
    maps(p, b);
    fill(a, 0, 8000);
    fill(b, 0, 8000);
    struct op *own = grants_page(a, b, MAPPED, EP_SELF), *code = grants_page(a, b, CODE, EP_SELF),
              *none = grants_page(a, b, MISSING, EP_SELF), *buffer = grants(a, b, 0, 100, both),
              *lent = grants_page(manager, b, MAPPED, endpoint(a)),
              *text = grants_page(manager, b, CODE, endpoint(a)),
              *more = calls(manager, K_GRANT, endpoint(b), address(a, 0), 8000, both, endpoint(a));
    until_done(p);
    expect(copies(b, a, result(own, 0), 0, 0, 100, GRANT_WRITE), -EFAULT);
    expect(copies(b, a, result(none, 0), 0, 0, 100, GRANT_WRITE), -EFAULT);
    expect(copies(b, a, result(none, 0), 0, 0, 100, GRANT_READ), -EFAULT);
    expect(calls(b, K_COPY, endpoint(a), result(buffer, 0), 0, MAPPED, 100, GRANT_READ), -EFAULT);
    expect(copies(b, a, result(code, 0), 0, 0, 100, GRANT_READ), -EFAULT);
    expect(calls(b, K_COPY, endpoint(a), result(buffer, 0), 0, CODE, 100, GRANT_WRITE), -EFAULT);
    expect(calls(b, K_COPY, endpoint(manager), result(more, 0), 0, MAPPED, 100, GRANT_READ),
           -EFAULT);
    copies(b, manager, result(text, 0), 0, 6000, 100, GRANT_WRITE);
    copies(b, manager, result(text, 0), 0, 6200, 100, GRANT_READ);
    copies(b, manager, result(lent, 0), 0, 0, 100, GRANT_WRITE);
    copies(b, a, result(own, 0), 0, 5000, 100, GRANT_READ);
    struct op *copy = copies(b, manager, result(more, 0), 500, 7000, 300, GRANT_READ);
    until_done(p);
    expect_copy(b, 5000, b, 0, 100);
    expect_copy(b, 6200, b, 6000, 100);
    expect_copy(b, 7000, a, 500, 300);
    rule_memory(p, copy);
    if (!program)
        return;
    until_returned(p, calls(manager, K_KILL, endpoint(a)));
    expect(copies(b, manager, result(more, 0), 0, 0, 100, GRANT_READ), -EDEADSRCDST);
    until_done(p);
}

const struct grade_case grants_protection = {
    .name = "protection",
    .title = "A grant opens no page that is closed, unless a manager has granted it",
    .hint = "Which access does vm_copy() check for each side, and when does page protection not "
            "apply? Whose memory is it, if the grant says so?",
    .points = 6,
    .variants = 2,
    .play = protection};
