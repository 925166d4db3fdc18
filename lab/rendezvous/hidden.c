/* The hidden cases of lab rendezvous: more of everything, and what waiting costs. */
#include "lab/rendezvous/cases.h"

#define CLIENTS 5

/* The server changes something: there is an entry in its undo log until its reply takes the change beyond recall. */
static void changes(struct play *p, struct actor *server, uint64_t log)
{
    until_returned(p, stores64(server, log, 1 + chance(p, 100)));
}

static void committed(struct play *p, struct actor *server, uint64_t log)
{
    struct op *load = loads64(server, log);
    until_returned(p, load);
    rule(p, load->value == 0, load, "a reply is the commit point of the server's region");
}

/* All clients wait in a sendrec before the server listens; it hears them in their order and answers in another, the last by a
 * replyrec, which finds a notification. */
static void in_any_order(struct play *p)
{
    static const char *const names[CLIENTS] = {"A", "B", "C", "D", "E"};
    static const uint64_t flags[CLIENTS] = {0, IPC_TELL, 0, IPC_TELL, 0};
    struct actor *server = service_actor(p, EP_FS, "server"), *client[CLIENTS];
    struct op *ask[CLIENTS], *region = calls(server, K_REGION, PAGE_SIZE);
    for (unsigned i = 0; i < CLIENTS; i++) {
        client[i] = actor(p, names[i]);
        ask[i] = with_flags(asks(client[i], server), flags[(i + variant(p)) % CLIENTS]);
        until_blocked(p, ask[i]);
    }
    struct op *hear = repeat(receives_any(server), CLIENTS);
    until_returned(p, hear);
    rule_fifo(p, server);
    uint64_t log = result(region, 0);
    for (unsigned i = CLIENTS, first = (unsigned)chance(p, CLIENTS); i-- > 0;) {
        unsigned n = (i + first) % CLIENTS;
        changes(p, server, log);
        if (i == 0)
            until_returned(p, notifies(client[(n + 1) % CLIENTS], server));
        struct op *answer = ipc_raw(server, i ? IPC_SEND : IPC_REPLYREC, endpoint(client[n]));
        until_returned(p, ask[n]);
        rule(p, received(ask[n], answer), ask[n],
             "each sendrec returns with the reply to its own request");
        committed(p, server, log);
    }
    until_done(p);
    rule(p, count_sent(p, server) == CLIENTS, NULL, "messages are counted for who sends them");
}

/* The shortest way: the server listens to anyone, the reply finds nothing else to do. */
static void in_turn(struct play *p)
{
    struct actor *server = service_actor(p, EP_FS, "server"), *client = actor(p, "client");
    struct op *region = calls(server, K_REGION, PAGE_SIZE), *hear = awaits_requests(server);
    until_blocked(p, hear);
    for (unsigned i = 0; i < CLIENTS && all_well(p); i++) {
        struct op *ask = asks(client, server);
        until_returned(p, hear);
        if (i > 0)
            committed(p, server, result(region, 0));
        changes(p, server, result(region, 0));
        struct op *answer = replies_and_receives(server);
        until_returned(p, ask);
        rule(p, received(ask, answer), ask,
             "each sendrec returns with the reply to its own request");
        hear = answer;
        until_blocked(p, hear);
    }
    rule(p, count_sent(p, server) == CLIENTS && count_sent(p, client) == CLIENTS, NULL,
         "messages are counted for who sends them");
}

static void requests(struct play *p)
{
    if (variant(p) == 0)
        in_turn(p);
    else
        in_any_order(p);
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
        rule(p, count_sent(p, sender[i]) == MESSAGES, NULL, "each message is counted, once");
    }
}

const struct grade_case rendezvous_many = {
    .name = "many",
    .title = "Eight senders with a thousand messages each, and none is lost",
    .hint = "What happens to the list when a sender begins to wait while another is taken from it?",
    .points = 6,
    .budget = 40000000,
    .play = many};

/* D and E have waited for C, and do not any more: each in its way has got what it waited for. */
static void waited_once(struct play *p, struct actor *c, struct actor *d, struct actor *e)
{
    struct op *past = receives(d, c);
    until_blocked(p, past);
    sends(c, d);
    until_returned(p, past);
    struct op *ask = asks(e, c);
    until_blocked(p, ask);
    until_returned(p, receives(c, e));
    bool listens = chance(p, 2);
    struct op *reply = listens ? replies_and_receives(c) : replies(c);
    until_returned(p, ask);
    if (listens)
        sends(e, c);
    until_returned(p, reply);
}

/* Who waits for C is told of its death, in whatever way it waits; who waits no more is not. */
static void death(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C"), *d = actor(p, "D"),
                 *e = actor(p, "E"), *f = actor(p, "F");
    waited_once(p, c, d, e);
    struct op *heard = asks(f, c), *request = receives(c, f);
    until_returned(p, request);
    struct op *receiving = receives(a, c), *sending = sends(b, c), *one = receives(d, a),
              *other = receives(e, a);
    until_blocked(p, receiving);
    until_blocked(p, sending);
    until_blocked(p, one);
    until_blocked(p, other);
    expect(receiving, -EDEADSRCDST);
    expect(sending, -EDEADSRCDST);
    expect(heard, -EDEADSRCDST);
    until_returned(p, calls(director(p), K_KILL, endpoint(c)));
    until_quiet(p);
    rule(p, returned(receiving), receiving,
         "who waits in a receive from a process that dies is told");
    rule(p, returned(sending), sending, "who waits in a send to a process that dies is told");
    rule(p, returned(heard), heard, "who waits for the reply of a process that dies is told");
    rule(p, !returned(one) && !returned(other), one, "who waits for another process waits on");
    struct op *last = sends(a, d), *more = sends(a, e);
    until_done(p);
    rule(p, received(one, last), one, "D's receive from A returns with A's message");
    rule(p, received(other, more), other, "E's receive from A returns with A's message");
}

/* A service dies with requests; the next in its place hears them as if they had just come, but for those whose senders want to be
 * told. */
static void successor(struct play *p)
{
    struct actor *service = service_actor(p, EP_FS, "service"), *a = actor(p, "A"),
                 *b = actor(p, "B"), *c = actor(p, "C");
    struct op *first = asks(a, service);
    until_blocked(p, first);
    struct op *told = expect(with_flags(asks(b, service), IPC_TELL), -EREINCARNATED);
    until_blocked(p, told);
    struct op *second = asks(c, service);
    until_blocked(p, second);
    until_returned(p, repeat(receives_any(service), 3));
    restart_service(p, service);
    until_returned(p, told);
    struct op *hear = receives_any(service);
    until_returned(p, hear);
    rule(p, received(hear, first), hear, "the next incarnation hears the oldest request first");
    struct op *reply = replies(service);
    until_returned(p, first);
    rule(p, received(first, reply), first, "and its reply ends the sendrec");
    hear = receives_any(service), reply = replies(service);
    until_done(p);
    rule(p, received(second, reply), second, "and so on with the others");
}

static void deaths(struct play *p)
{
    if (variant(p) == 0)
        successor(p);
    else
        death(p);
}

const struct grade_case rendezvous_death = {
    .name = "death",
    .title = "Who waits for a process that dies is told, and nobody else",
    .hint = "Each process that waits is in one list, of the one that it waits for. Who leaves it, "
            "when the wait is over?",
    .points = 6,
    .variants = 5,
    .play = deaths};

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
