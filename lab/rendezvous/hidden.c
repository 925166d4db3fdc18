/* The hidden cases of lab rendezvous: more of everything, and what waiting costs. */
#include "lab/rendezvous/cases.h"

#define CLIENTS 5

/* All clients wait in a sendrec before the server listens; it hears them in their order and answers in another. */
static void requests(struct play *p)
{
    static const char *const names[CLIENTS] = {"A", "B", "C", "D", "E"};
    struct actor *server = actor(p, "server"), *client[CLIENTS];
    struct op *ask[CLIENTS], *answer[CLIENTS];
    for (unsigned i = 0; i < CLIENTS; i++) {
        client[i] = actor(p, names[i]);
        ask[i] = asks(client[i], server);
        until_blocked(p, ask[i]);
    }
    struct op *hear = repeat(receives_any(server), CLIENTS);
    until_returned(p, hear);
    rule_fifo(p, server);
    for (unsigned i = CLIENTS, first = (unsigned)chance(p, CLIENTS); i-- > 0;) {
        unsigned n = (i + first) % CLIENTS;
        answer[n] = sends(server, client[n]);
        until_returned(p, ask[n]);
        rule(p, received(ask[n], answer[n]), ask[n],
             "each sendrec returns with the reply to its own request");
    }
    until_done(p);
}

const struct grade_case rendezvous_requests = {
    .name = "requests",
    .title = "A server may answer its clients in any order",
    .hint = "A request that had to wait has been heard: what does its sender wait for now, and in "
            "which list?",
    .points = 8,
    .variants = 4,
    .play = requests};

#define MANY     8
#define MESSAGES 1000

static void many(struct play *p)
{
    static const char *const names[MANY] = {"A", "B", "C", "D", "E", "F", "G", "H"};
    struct actor *receiver = actor(p, "R"), *sender[MANY];
    for (unsigned i = 0; i < MANY; i++) {
        sender[i] = actor(p, names[i]);
        repeat(sends(sender[i], receiver), MESSAGES);
    }
    repeat(receives_any(receiver), MANY * MESSAGES);
    until_done(p);
    for (unsigned i = 0; i < MANY; i++) {
        rule_messages(p, sender[i], receiver, MESSAGES);
        rule_in_order(p, sender[i], receiver);
    }
}

const struct grade_case rendezvous_many = {
    .name = "many",
    .title = "Eight senders with a thousand messages each, and none is lost",
    .hint = "What happens to the list when a sender begins to wait while another is taken from it?",
    .points = 6,
    .budget = 40000000,
    .play = many};

/* Who waits for C is told of its death, in whatever way it waits; who waits no more is not. */
static void death(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C"), *d = actor(p, "D"),
                 *e = actor(p, "E");
    struct op *past = receives(d, c);
    until_blocked(p, past);
    sends(c, d);
    until_returned(p, past);
    struct op *heard = asks(e, c), *request = receives(c, e);
    until_returned(p, request);
    struct op *receiving = receives(a, c), *sending = sends(b, c), *elsewhere = receives(d, a);
    until_blocked(p, receiving);
    until_blocked(p, sending);
    until_blocked(p, elsewhere);
    expect(receiving, -EDEADSRCDST);
    expect(sending, -EDEADSRCDST);
    expect(heard, -EDEADSRCDST);
    until_returned(p, calls(director(p), K_KILL, endpoint(c)));
    until_quiet(p);
    rule(p, returned(receiving), receiving,
         "who waits in a receive from a process that dies is told");
    rule(p, returned(sending), sending, "who waits in a send to a process that dies is told");
    rule(p, returned(heard), heard, "who waits for the reply of a process that dies is told");
    rule(p, !returned(elsewhere), elsewhere, "who waits for another process waits on");
    struct op *last = sends(a, d);
    until_done(p);
    rule(p, received(elsewhere, last), elsewhere, "D's receive from A returns with A's message");
}

const struct grade_case rendezvous_death = {
    .name = "death",
    .title = "Who waits for a process that dies is told, and nobody else",
    .hint = "Each process that waits is in one list, of the one that it waits for. Who leaves it, "
            "when the wait is over?",
    .points = 6,
    .play = death};

#define WHILE  20000000u
#define LITTLE 20000u /* a processor that polls would take all of WHILE */

/* Everyone waits. Then the processor has nothing to do: it waits for an interrupt, too. */
static void idle(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C");
    struct op *leave = crashes(director(p));
    until_returned(p, leave);
    struct op *first = receives(a, c), *second = receives_any(b), *send = sends(c, b);
    struct op *third = receives_any(c);
    until_quiet(p);
    rule(p, returned(send) && !returned(first) && !returned(third), send,
         "A and C wait, and B has C's message");
    struct op *last = receives_any(b);
    uint64_t before = instructions_now(p);
    for_a_while(p, WHILE);
    rule(p, instructions_now(p) - before < LITTLE, last,
         "where everyone waits the processor waits, too");
    rule(p, received(second, send), second, "B's receive returns with C's message");
}

const struct grade_case rendezvous_idle = {.name = "idle",
                                           .title = "Waiting costs nothing",
                                           .hint =
                                               "A process that waits is in no ready queue. Is "
                                               "there a path on which it looks again and again?",
                                           .points = 4,
                                           .play = idle};
