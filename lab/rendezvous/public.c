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

/* B asks for C's message: it must not be given A's, who waits already, nor D's, who comes later, nor what C sends to D. */
static void selective(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C"), *d = actor(p, "D");
    struct op *early = sends(a, b), *elsewhere = sends(c, d);
    until_blocked(p, early);
    until_blocked(p, elsewhere);
    struct op *wanted = receives(b, c);
    until_blocked(p, wanted);
    struct op *hers = receives(d, c);
    until_returned(p, hers);
    rule(p, received(hers, elsewhere), hers, "D's receive from C returns with C's message");
    struct op *later = sends(d, b);
    until_blocked(p, later);
    struct op *sent = sends(c, b);
    until_returned(p, wanted);
    rule(p, received(wanted, sent), wanted, "B's receive from C returns with C's message");
    rule(p, !returned(early) && !returned(later), early,
         "A and D wait as long as B listens to C alone");
    struct op *then = repeat(receives_any(b), 2);
    until_done(p);
    rule(p, received(then, later), then,
         "the others' messages are still there when B listens to anyone");
}

const struct grade_case rendezvous_selective = {
    .name = "selective-receive",
    .title = "A receive from one process passes over all others",
    .hint = "Which of the processes in B's list of senders may a receive from C take, and what of "
            "the others?",
    .points = 10,
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

static bool is_checked(const struct op *receive)
{
    const struct call *call = last_call(receive);
    uint64_t check = call->got.source | (uint64_t)call->got.type << 32;
    for (unsigned i = 0; i < MSG_PAYLOAD_WORDS; i++)
        check ^= call->got.w[i];
    return check == call->check;
}

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
    rule(p, is_checked(receive), receive,
         "with a message comes its check word, to who waited for it");
    rule(p, received(then, first), then, "B's receive from A returns with A's message");
    rule(p, is_checked(then), then, "with a message comes its check word, from who waited with it");
}

const struct grade_case rendezvous_source = {
    .name = "source",
    .title = "The kernel says who has sent a message, and gives its check word",
    .hint = "The low half of word 0 is not the sender's to write. When do you write it, and with "
            "what? t1 is a0 to a7 xored, that half included.",
    .points = 12,
    .play = source};

/* While the client waits for the server's reply, a stranger's message and the client's own next are no reply. */
static void sendrec(struct play *p)
{
    struct actor *client = actor(p, "client"), *server = actor(p, "server"),
                 *stranger = actor(p, "stranger");
    struct op *request = variant(p) & 1 ? receives(server, client) : receives_any(server);
    until_blocked(p, request);
    struct op *ask = asks(client, server);
    until_returned(p, request);
    rule(p, received(request, ask), request, "the server receives the client's request");
    until_blocked(p, ask);
    struct op *other = sends(stranger, client);
    until_blocked(p, other);
    rule(p, !returned(ask), ask, "the client waits for the server's reply, and for nothing else");
    until_returned(p, expect(asks(server, client), -ELOCKED));
    struct op *reply = variant(p) & 2 ? replies(server) : replies_and_receives(server);
    until_returned(p, ask);
    rule(p, received(ask, reply), ask, "the client's sendrec returns with the server's reply");
    struct op *late = receives_any(client);
    until_returned(p, late);
    rule(p, received(late, other), late,
         "the stranger's message comes with the client's next receive");
}

const struct grade_case rendezvous_sendrec = {
    .name = "sendrec",
    .title = "A sendrec ends with the reply of the one that was asked",
    .hint = "In which state is the client between its request and the reply, and what does that "
            "state accept?",
    .points = 12,
    .variants = 4,
    .play = sendrec};

/* Nobody is there: never created, no such slot, names that are nobody's, dead, stale. */
static void bad_endpoint(struct play *p)
{
    struct actor *a = actor(p, "A"), *dead = actor(p, "dead");
    endpoint_t was = endpoint(dead);
    until_returned(p, calls(director(p), K_KILL, was));
    const uint64_t nobody[] = {
        EP_MAKE(1u, NSLOTS - 1),
        NSLOTS + chance(p, EP_SELF - NSLOTS),
        EP_ANY,
        EP_NONE,
        EP_SELF,
        EP_KERNEL,
        was,
        EP_MAKE(EP_GENERATION(endpoint(a)) + 1 + (unsigned)chance(p, 100), EP_SLOT(endpoint(a)))};
    for (unsigned i = 0; i < sizeof nobody / sizeof *nobody; i++) {
        expect(ipc_raw(a, IPC_SEND, nobody[i]), -EDEADSRCDST);
        expect(ipc_raw(a, IPC_SENDREC, nobody[i]), -EDEADSRCDST);
        if (nobody[i] != EP_ANY && nobody[i] != EP_KERNEL)
            expect(ipc_raw(a, IPC_RECEIVE, nobody[i]), -EDEADSRCDST);
    }
    until_done(p);
}

const struct grade_case rendezvous_bad_endpoint = {
    .name = "bad-endpoint",
    .title = "A call that names nobody fails with EDEADSRCDST",
    .hint = "An endpoint is a slot and a generation. Is ipc_lookup() asked before anything else "
            "happens?",
    .points = 8,
    .play = bad_endpoint};

/* None of these is a call; all of them would wait for B, or be heard by it, if they were. */
static void bad_call(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
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
    until_quiet(p);
    rule(p, !returned(receive), receive, "B hears nothing of a call that is none");
    struct op *send = sends(a, b);
    until_done(p);
    rule(p, received(receive, send), receive, "B's receive returns with A's message");
}

const struct grade_case rendezvous_bad_call = {
    .name = "bad-call",
    .title = "No such call, reserved bits and the kernel's own types are refused with EINVAL",
    .hint = "All bits of t0 are looked at before anything happens. Which types are the kernel's?",
    .points = 8,
    .variants = 3,
    .play = bad_call};
