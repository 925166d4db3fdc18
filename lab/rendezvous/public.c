/* The public cases of lab rendezvous: one property each, between two and six processes. */
#include "lab/rendezvous/cases.h"

static void send_first(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    struct op *send = sends(a, b);
    until_blocked(p, send);
    struct op *receive = receives(b, a);
    until_done(p);
    rule(p, received(receive, send), receive, "B's receive returns with A's message");
}

const struct grade_case rendezvous_send_first = {
    .name = "send-first",
    .title = "Who sends first waits for the receiver",
    .hint =
        "Where is A's message while nobody receives it, and which list tells B's receive of it?",
    .points = 8,
    .play = send_first};

static void receive_first(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    struct op *receive = chance(p, 2) ? receives_any(b) : receives(b, a);
    until_blocked(p, receive);
    struct op *send = sends(a, b);
    until_done(p);
    rule(p, received(receive, send), receive, "B's receive returns with A's message");
}

const struct grade_case rendezvous_receive_first = {
    .name = "receive-first",
    .title = "Who receives first waits for the sender",
    .hint = "B stands in its receive when A's send comes. Who copies the message, and who makes B "
            "ready?",
    .points = 8,
    .variants = 4,
    .play = receive_first};

#define DEADLINE 100000 /* instructions: later than all that is done until then */

/* One of the two ways to say something to b. Who asks is answered as soon as it was heard. */
static struct op *says(struct play *p, struct actor *a, struct actor *b)
{
    return variant(p) & 1 ? asks(a, b) : sends(a, b);
}

static struct op *hears(struct play *p, struct actor *b, struct op *receive)
{
    if (variant(p) & 1)
        replies(b);
    return receive;
}

/* B listens to the kernel, to C, to D, and each time others are there already, or come: they wait until B listens to anyone. */
static void selective(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C"), *d = actor(p, "D"),
                 *e = actor(p, "E");
    struct op *early = says(p, a, b), *elsewhere = with_timeout(sends(c, d), DEADLINE);
    until_blocked(p, early);
    until_blocked(p, elsewhere);
    struct op *nothing = expect(with_timeout(receives_kernel(b), DEADLINE / 2), -ETIMEDOUT);
    until_blocked(p, nothing);
    struct op *second = says(p, e, b);
    until_blocked(p, second);
    until_returned(p, nothing);
    struct op *wanted = hears(p, b, receives(b, c));
    until_blocked(p, wanted);
    struct op *hers = receives(d, c);
    until_returned(p, hers);
    rule(p, received(hers, elsewhere), hers, "D's receive from C returns with C's message");
    struct op *later = says(p, d, b);
    until_blocked(p, later);
    struct op *sent = says(p, c, b);
    until_returned(p, wanted);
    rule(p, received(wanted, sent), wanted, "B's receive from C returns with C's message");
    rule(p, !returned(early) && !returned(second) && !returned(later), early,
         "A, D and E wait as long as B listens to C alone");
    struct op *one = hears(p, b, receives(b, d));
    until_returned(p, later);
    until_returned(p, one);
    rule(p, received(one, later), one, "B's receive from D takes D's message out of the midst");
    one = hears(p, b, receives_any(b));
    struct op *last = hears(p, b, receives_any(b));
    until_done(p);
    rule(p, received(one, early) && received(last, second), last,
         "the others' messages are still there, in their order, when B listens to anyone");
    struct op *wait = receives(c, d);
    until_blocked(p, wait);
    for_a_while(p, DEADLINE);
    rule(p, !returned(wait), wait, "the deadline of C's send is over, since it was heard");
}

const struct grade_case rendezvous_selective = {
    .name = "selective-receive",
    .title = "A receive from one process passes over all others",
    .hint = "Which of the processes in B's list of senders may a receive from C take, and what of "
            "the others?",
    .points = 10,
    .variants = 2,
    .play = selective};

#define SENDERS 6

/* Six senders begin to wait in an order that their numbers do not tell. */
static void any_is_fifo(struct play *p)
{
    struct actor *receiver = actor(p, "R"), *sender[SENDERS];
    struct op *send[SENDERS];
    static const char *const names[SENDERS] = {"A", "B", "C", "D", "E", "F"};
    for (unsigned i = 0; i < SENDERS; i++)
        sender[i] = actor(p, names[i]);
    for (unsigned i = SENDERS; i-- > 0;) {
        unsigned j = (unsigned)chance(p, i + 1);
        struct actor *next = sender[j];
        sender[j] = sender[i];
        send[i] = sends(next, receiver);
        until_blocked(p, send[i]);
    }
    struct op *receive = repeat(receives_any(receiver), SENDERS);
    until_done(p);
    rule_fifo(p, receiver);
    for (unsigned i = 0; i < SENDERS && all_well(p); i++)
        rule(p, call_of(receive, i)->from == last_call(send[SENDERS - 1 - i]), receive,
             "a receive from anyone takes who has waited longest");
}

const struct grade_case rendezvous_any_fifo = {
    .name = "any-in-order",
    .title = "A receive from anyone takes who has waited longest",
    .hint = "At which end of the list does a sender begin to wait, and from which end is it taken?",
    .points = 10,
    .variants = 3,
    .play = any_is_fifo};

/* A and C write each other's endpoint where the sender's belongs. B hears one who waits, and waits for the other. */
static void source(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C");
    struct message lie = {.source = endpoint(c), .type = 0x1234567, .w = {word(p), word(p)}};
    struct op *first = with_message(sends(a, b), &lie);
    until_blocked(p, first);
    struct op *receive = receives(b, c);
    until_blocked(p, receive);
    lie.source = endpoint(a);
    struct op *second = with_message(sends(c, b), &lie), *then = receives(b, a);
    until_done(p);
    rule(p, received(receive, second), receive, "B's receive from C returns with C's message");
    rule(p, received(then, first), then, "B's receive from A returns with A's message");
}

const struct grade_case rendezvous_source = {
    .name = "source",
    .title = "The kernel says who has sent a message, and gives its check word",
    .hint = "The low half of word 0 is not the sender's to write. When do you write it, and with "
            "what? t1 is a0 to a7 xored, that half included.",
    .points = 12,
    .play = source};

/* A client waits for its reply. What a stranger says, what an impostor takes for a reply, and what the server asks: that is none. */
static void no_reply(struct play *p, struct op *ask, struct actor *server, struct actor *stranger,
                     struct actor *impostor)
{
    struct actor *client = ask->actor;
    until_blocked(p, sends(stranger, client));
    until_blocked(p, ipc_raw(impostor, IPC_REPLYREC, endpoint(client)));
    until_returned(p, expect(asks(server, client), -ELOCKED));
    rule(p, !returned(ask), ask, "the client waits for the server's reply, and for nothing else");
}

/* Everyone waits for somebody who does not come, past all deadlines. */
static void no_deadline(struct play *p, struct op *hear, struct op *wait)
{
    until_blocked(p, hear);
    until_blocked(p, wait);
    for_a_while(p, 2 * DEADLINE);
    rule(p, !returned(hear) && !returned(wait), wait, "a deadline is over with its call");
}

/* A client asks and gets its reply, then another, who waits already or comes later. */
static void sendrec(struct play *p)
{
    struct actor *client = actor(p, "client"), *server = actor(p, "server"),
                 *other = actor(p, "other"), *stranger = actor(p, "stranger"),
                 *impostor = actor(p, "impostor");
    bool early = variant(p) & 1, by_replyrec = variant(p) & 2, late = variant(p) & 4;
    struct op *request =
        late ? with_timeout(receives_any(server), DEADLINE) : receives(server, client);
    until_blocked(p, request);
    struct op *ask = late ? asks(client, server) : with_timeout(asks(client, server), DEADLINE);
    until_returned(p, request);
    rule(p, received(request, ask), request, "the server receives the client's request");
    until_blocked(p, ask);
    no_reply(p, ask, server, stranger, impostor);
    struct op *next = NULL;
    if (early)
        until_blocked(p, next = with_flags(asks(other, server), IPC_TELL));
    struct op *reply = by_replyrec ? replies_and_receives(server) : replies(server);
    struct op *hear = by_replyrec ? reply : receives_any(server);
    until_returned(p, ask);
    rule(p, received(ask, reply), ask, "the client's sendrec returns with the server's reply");
    if (!early) {
        no_deadline(p, hear, receives(client, other));
        next = with_flags(asks(other, server), IPC_TELL);
    }
    until_returned(p, hear);
    rule(p, received(hear, next), hear, "the server hears who asks next");
    reply = replies(server);
    until_returned(p, next);
    rule(p, received(next, reply), next, "the other's sendrec returns with its own reply");
    if (!early)
        sends(other, client);
    struct op *last = receives_any(client);
    until_returned(p, last);
    rule(p, last_call(last)->got.source == endpoint(stranger), last,
         "the stranger's message comes when the client listens");
}

const struct grade_case rendezvous_sendrec = {
    .name = "sendrec",
    .title = "A sendrec ends with the reply of the one that was asked",
    .hint = "In which state is the client between its request and the reply, and what does that "
            "state accept?",
    .points = 12,
    .variants = 8,
    .play = sendrec};

/* Someone like `a`, later. */
static uint64_t stale(struct play *p, const struct actor *a)
{
    endpoint_t ep = endpoint(a);
    return EP_MAKE(EP_GENERATION(ep) + 1 + (unsigned)chance(p, 100), EP_SLOT(ep));
}

/* Nobody is there: never created, no such slot, names that are nobody's, dead, stale. B listens to anyone all the while. */
static void bad_endpoint(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *dead = actor(p, "dead");
    endpoint_t was = endpoint(dead);
    until_returned(p, calls(director(p), K_KILL, was));
    const uint64_t nobody[] = {EP_MAKE(1u, NSLOTS - 1),
                               NSLOTS + chance(p, EP_SELF - NSLOTS),
                               EP_ANY,
                               EP_NONE,
                               EP_SELF,
                               EP_KERNEL,
                               was,
                               stale(p, b)};
    struct op *receive = receives_any(b);
    until_blocked(p, receive);
    for (unsigned i = 0; i < sizeof nobody / sizeof *nobody; i++) {
        expect(ipc_raw(a, IPC_SEND, nobody[i]), -EDEADSRCDST);
        expect(ipc_raw(a, IPC_SENDREC, nobody[i]), -EDEADSRCDST);
        expect(with_type(ipc_raw(a, IPC_SEND, nobody[i]), (uint32_t)chance(p, 0x100)),
               -EDEADSRCDST);
        if (nobody[i] != EP_ANY && nobody[i] != EP_KERNEL)
            expect(ipc_raw(a, IPC_RECEIVE, nobody[i]), -EDEADSRCDST);
    }
    struct op *ask = asks(a, b);
    until_returned(p, receive);
    rule(p, received(receive, ask), receive, "B hears nothing but what is sent to B");
    struct op *lost = ipc_raw(b, IPC_REPLYREC, stale(p, a));
    until_blocked(p, lost);
    rule(p, !returned(ask), ask, "a reply to nobody reaches nobody");
}

const struct grade_case rendezvous_bad_endpoint = {
    .name = "bad-endpoint",
    .title = "A call that names nobody fails with EDEADSRCDST",
    .hint = "An endpoint is a slot and a generation. Is ipc_lookup() asked before anything else "
            "happens?",
    .points = 8,
    .play = bad_endpoint};

/* None of these is a call, or allowed; all of them would wait for B, or be heard by it, if they were. */
static void bad_call(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *mute = service_actor(p, EP_MUTE, "mute");
    const uint64_t senseless[] = {0,
                                  IPC_REPLYREC + 1 + chance(p, K_TIME - IPC_REPLYREC - 1),
                                  IPC_SEND | 1ull << (11 + chance(p, 53)),
                                  IPC_SENDREC | 1ull << 63,
                                  IPC_RECEIVE | 1ull << (11 + chance(p, 21)),
                                  IPC_SEND | 0x800};
    struct op *receive = receives_any(b);
    until_blocked(p, receive);
    for (unsigned i = 0; i < sizeof senseless / sizeof *senseless; i++)
        expect(ipc_raw(a, senseless[i], endpoint(b)), -EINVAL);
    expect(with_type(sends(a, b), (uint32_t)chance(p, 0x100)), -EINVAL);
    expect(with_type(asks(a, b), MSG_NOTIFY), -EINVAL);
    expect(sends(mute, b), -EPERM);
    expect(asks(mute, b), -EPERM);
    expect(with_type(sends(mute, b), (uint32_t)chance(p, 0x100)), -EPERM);
    until_quiet(p);
    rule(p, !returned(receive), receive, "B hears nothing of a call that is refused");
    struct op *ask = asks(a, b);
    until_returned(p, receive);
    rule(p, received(receive, ask), receive, "B's receive returns with A's message");
    until_blocked(p, with_type(replies_and_receives(b), MSG_NOTIFY));
    rule(p, !returned(ask), ask, "a reply of a type of the kernel's reaches nobody");
    rule(p, count_sent(p, a) == 1, NULL, "what was refused is not counted as a message sent");
}

const struct grade_case rendezvous_bad_call = {
    .name = "bad-call",
    .title =
        "No such call, reserved bits, the kernel's own types, and who has no right are refused",
    .hint = "All bits of t0 are looked at before anything happens. Which types are the kernel's, "
            "and who "
            "says who may send to whom?",
    .points = 8,
    .variants = 3,
    .play = bad_call};
