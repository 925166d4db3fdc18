/* The hidden cases of lab deadlock: many waits at random, a reply that comes too late, a cycle longer than a message. */
#include "lab/deadlock/cases.h"

#define MANY 12

static struct op *waits_somehow(struct play *p, struct actor *a, struct actor *b)
{
    uint64_t way = chance(p, 3);
    return way == 0 ? sends(a, b) : way == 1 ? asks(a, b) : receives(a, b);
}

/* Everyone waits for someone who comes later in an order that nobody sees; they begin in another order. Nobody meets, nothing
 * is a cycle, until the last one asks the first: then it is. */
static void acyclic(struct play *p)
{
    struct actor *order[MANY];
    unsigned turn[MANY - 1];
    bool chain = variant(p) == 0; /* as long as can be */
    for (unsigned i = 0; i < MANY; i++) {
        unsigned j = (unsigned)chance(p, i + 1);
        char name[2] = {(char)('A' + i)};
        struct actor *next = actor(p, name);
        order[i] = order[j];
        order[j] = next;
    }
    for (unsigned i = 0; i < MANY - 1; i++) {
        unsigned j = (unsigned)chance(p, i + 1);
        turn[i] = turn[j];
        turn[j] = i;
    }
    for (unsigned i = 0; chain && i < MANY - 1; i++)
        turn[i] = MANY - 2 - i; /* it grows from its end */
    for (unsigned i = 0; i < MANY - 1 && all_well(p); i++) {
        unsigned from = turn[i],
                 later = MANY - 1 - from - (from == 0); /* the first: not the last */
        unsigned to = from + 1 + (chain ? 0 : (unsigned)chance(p, later));
        until_blocked(p, waits_somehow(p, order[from], order[to]));
    }
    struct actor *last = order[MANY - 1];
    until_returned(p, expect(with_flags(sends(last, order[0]), IPC_NONBLOCK), -EAGAIN));
    until_returned(p, expect(with_timeout(receives(last, director(p)), 20000), -ETIMEDOUT));
    until_returned(p, expect(sends(last, order[0]), -ELOCKED));
    until_quiet(p);
}

const struct grade_case deadlock_acyclic = {
    .name = "acyclic",
    .title = "Waits at random that make no cycle all wait, and the one that closes it does not",
    .hint = "A chain of waits may be long, and others may join it. When is it a cycle?",
    .points = 8,
    .variants = 10,
    .play = acyclic};

/* The server has the request when its client gives up. Its reply, late, is nobody's; nor is it that of the next request. */
static void late_reply(struct play *p)
{
    struct actor *client = actor(p, "client"), *server = actor(p, "server"),
                 *other = actor(p, "other");
    if (variant(p) & 1)
        until_blocked(p, receives_any(server));
    struct op *ask = expect(with_timeout(asks(client, server), 50000), -ETIMEDOUT);
    until_blocked(p, ask);
    if (!(variant(p) & 1))
        until_returned(p, receives(server, client));
    until_returned(p, ask);
    rule(p, cost(last_call(ask)) >= 50000 && cost(last_call(ask)) < 60000, ask,
         "the deadline of a sendrec is that of its reply, however it was heard");
    expect(with_flags(sends(server, client), IPC_NONBLOCK), -EAGAIN);
    until_done(p);
    struct op *next = variant(p) & 2 ? replies_and_receives(server) : awaits_requests(server);
    until_blocked(p, next);
    struct op *second = with_timeout(asks(other, server), 50000);
    until_returned(p, next);
    rule(p, received(next, second), next, "the server hears the next request");
    struct op *reply = replies(server);
    until_done(p);
    rule(p, received(second, reply), second, "and its client gets the reply, in time");
    struct op *wait = receives(client, server);
    until_blocked(p, wait);
    for_a_while(p, 100000);
    rule(p, !returned(wait), wait, "the reply that came too late is nobody's");
}

const struct grade_case deadlock_late_reply = {
    .name = "late-reply",
    .title = "A client that gave up gets no reply, and its server goes on",
    .hint = "A sendrec waits twice with one deadline. Is the timer on in both halves, whoever "
            "came first? Is the client in a list when it ends?",
    .points = 8,
    .variants = 4,
    .play = late_reply};

/* More than a message has room to name: the length is told all the same. */
static void long_cycle(struct play *p)
{
    enum { LONG = CYCLE_MAX + 9 };
    struct actor *ring[LONG] = {0};
    unsigned n = variant(p) < 3 ? CYCLE_MAX - 1 + variant(p) * 2 : LONG;
    for (unsigned i = 0; i < n; i++) {
        char name[2] = {(char)('A' + i)};
        ring[i] = actor(p, name);
    }
    for (unsigned i = 0; i + 1 < n && all_well(p); i++)
        until_blocked(p, sends(ring[i], ring[i + 1]));
    struct op *locked = expect(asks(ring[n - 1], ring[0]), -ELOCKED);
    until_returned(p, locked);
    rule(p, cycle_of(locked)->length == n, locked, "as many are in the cycle as wait");
    for (unsigned i = n; i < CYCLE_MAX; i++)
        rule(p, cycle_of(locked)->member[i] == 0, locked, "behind the last member are zeros");
}

const struct grade_case deadlock_long_cycle = {
    .name = "long-cycle",
    .title = "A cycle may be longer than a message",
    .hint = "How many members have room in a message, and how many are there?",
    .points = 4,
    .budget = 4 * BUDGET,
    .variants = 4,
    .play = long_cycle};
