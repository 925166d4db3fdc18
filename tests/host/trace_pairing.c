/* Transaction numbers: what each event of a short story belongs to. That they are the world's, too, model_world.c shows. */
#include <stdlib.h>
#include <string.h>
#include <courier/errno.h>
#include "tests/host/suite.h"
#include "emu/trace/pairing.h"

#define EP_SH EP_MAKE(1u, 17)
#define EP_LS EP_MAKE(1u, 18)
#define ASK   0x300

static struct pairing pairing;

/* The numbers that the event gets. */
static struct event pair(struct event e)
{
    pairing_event(&pairing, &e);
    return e;
}

static struct event call(endpoint_t who, uint32_t kind, endpoint_t peer)
{
    return pair((struct event){.kind = EVENT_CALL, .who = who, .peer = peer, .call = kind});
}

static struct event deliver(endpoint_t from, endpoint_t to, uint32_t type)
{
    return pair(
        (struct event){.kind = EVENT_DELIVER, .who = to, .peer = from, .message = {.type = type}});
}

static struct event other(enum event_kind kind, endpoint_t who, endpoint_t peer)
{
    return pair((struct event){.kind = kind, .who = who, .peer = peer});
}

static void is(struct event e, uint64_t transaction, uint64_t parent)
{
    assert_int_equal(e.transaction, transaction);
    assert_int_equal(e.parent, parent);
}

static void reset(void)
{
    memset(&pairing, 0, sizeof pairing);
}

static void a_request_inside_a_request_has_it_as_parent(void **state)
{
    (void)state;
    reset();
    is(call(EP_FS, IPC_RECEIVE, EP_ANY), 0, 0);
    is(call(EP_SH, IPC_SENDREC, EP_FS), 1, 0);
    is(deliver(EP_SH, EP_FS, ASK), 1, 0);
    is(other(EVENT_SWITCH, EP_FS, EP_SH), 1, 0);
    is(call(EP_FS, K_TIME, EP_NONE), 1, 0); /* in hand */
    is(other(EVENT_COPY, EP_FS, EP_SH), 1, 0);
    is(call(EP_FS, IPC_SENDREC, EP_BLK), 2, 1);
    is(other(EVENT_BLOCK, EP_FS, EP_BLK), 2, 0);
    is(deliver(EP_FS, EP_BLK, ASK), 2, 0);
    is(call(EP_BLK, IPC_RECEIVE, EP_KERNEL), 2, 0); /* for one source: still in hand */
    is(other(EVENT_IRQ, EP_BLK, EP_NONE), 0, 0);
    is(other(EVENT_NOTIFY, EP_BLK, EP_KERNEL), 0, 0);
    is(deliver(EP_KERNEL, EP_BLK, MSG_NOTIFY), 0, 0);
    is(call(EP_BLK, IPC_NOTIFY, EP_RS), 2, 0);
    is(other(EVENT_NOTIFY, EP_RS, EP_BLK), 2, 0);
    is(call(EP_BLK, IPC_REPLYREC, EP_FS), 2, 0);
    is(deliver(EP_BLK, EP_FS, ASK | MSG_REPLY), 2, 0);
    is(call(EP_BLK, K_TIME, EP_NONE), 0, 0);
    is(call(EP_FS, IPC_REPLYREC, EP_SH), 1, 0);
    is(deliver(EP_FS, EP_SH, ASK | MSG_REPLY), 1, 0);
    is(call(EP_SH, IPC_SENDREC, EP_PM), 3, 0);
    assert_int_equal(pairing.transactions, 3);
}

/* A server puts a request off and answers it when something else has happened. */
static void a_late_reply_carries_the_requests_number(void **state)
{
    (void)state;
    reset();
    call(EP_SH, IPC_SENDREC, EP_FS);
    deliver(EP_SH, EP_FS, ASK);
    is(call(EP_FS, IPC_RECEIVE, EP_ANY), 1, 0);
    is(other(EVENT_BLOCK, EP_FS, EP_ANY), 0, 0);
    call(EP_LS, IPC_SENDREC, EP_FS);
    is(deliver(EP_LS, EP_FS, ASK), 2, 0);
    is(call(EP_FS, IPC_SEND | IPC_NONBLOCK, EP_SH), 1, 0);
    is(deliver(EP_FS, EP_SH, ASK | MSG_REPLY), 1, 0);
    is(call(EP_FS, K_TIME, EP_NONE), 2, 0); /* the other one is in hand as before */
    is(call(EP_FS, IPC_REPLYREC, EP_LS), 2, 0);
    is(deliver(EP_FS, EP_LS, ASK | MSG_REPLY), 2, 0);
}

static void a_request_delivered_again_is_the_same(void **state)
{
    (void)state;
    reset();
    call(EP_SH, IPC_SENDREC, EP_FS);
    deliver(EP_SH, EP_FS, ASK);
    is(other(EVENT_CRASH, EP_FS, EP_NONE), 1, 0); /* it died with this in hand */
    call(EP_RS, K_EXEC, EP_NONE);
    is(other(EVENT_EXEC, EP_FS, EP_NONE), 0, 0); /* RS does that, and has nothing in hand */
    is(other(EVENT_RESTART, EP_FS, EP_NONE), 0, 0);
    is(call(EP_FS, IPC_REPLYREC, EP_NONE), 0, 0);
    is(deliver(EP_SH, EP_FS, ASK), 1, 0);
    call(EP_FS, IPC_REPLYREC, EP_SH);
    is(deliver(EP_FS, EP_SH, ASK | MSG_REPLY), 1, 0);
}

/* What ends without a reply: an error at once, an error after a wait, exec, exit. */
static void what_is_over_is_over(void **state)
{
    (void)state;
    reset();
    call(EP_SH, IPC_SENDREC, EP_FS);
    is(other(EVENT_FAIL, EP_SH, EP_FS), 1, 0);
    is(call(EP_SH, K_TIME, EP_NONE), 0, 0);
    call(EP_SH, IPC_SENDREC, EP_FS);
    deliver(EP_SH, EP_FS, ASK);
    is(other(EVENT_WAKE, EP_SH, EP_NONE), 2, 0);
    is(deliver(EP_FS, EP_SH, ASK | MSG_REPLY), 2, 0); /* no reply: what FS sends with it in hand */
    call(EP_SH, IPC_SENDREC, EP_PM);
    deliver(EP_SH, EP_PM, ASK);
    call(EP_RS, K_TIME, EP_NONE);
    other(EVENT_SWITCH, EP_PM, EP_RS);
    is(other(EVENT_SPAWN, EP_LS, EP_SH), 3, 0); /* PM does it, for the shell */
    is(other(EVENT_EXEC, EP_SH, EP_NONE), 3, 0);
    is(other(EVENT_SWITCH, EP_SH, EP_PM), 0, 0);
    call(EP_SH, IPC_SENDREC, EP_PM);
    deliver(EP_SH, EP_PM, ASK);
    other(EVENT_SWITCH, EP_PM, EP_SH);
    is(other(EVENT_EXIT, EP_SH, EP_NONE), 4, 0);
    is(other(EVENT_CONSOLE, EP_NONE, EP_NONE), 0, 0);
    is(other(EVENT_TRAP, EP_NONE, EP_NONE), 0, 0);
}

/* Answered without receiving: the server has nothing in hand from then on. */
static void an_answer_empties_the_hand(void **state)
{
    (void)state;
    reset();
    call(EP_SH, IPC_SENDREC, EP_FS);
    deliver(EP_SH, EP_FS, ASK);
    is(call(EP_FS, IPC_SEND, EP_SH), 1, 0);
    is(deliver(EP_FS, EP_SH, ASK | MSG_REPLY), 1, 0);
    is(call(EP_FS, K_TIME, EP_NONE), 0, 0);
}

/* A message that is no answer: a request to one who waits for a reply from the sender is none either. */
static void a_message_without_a_request_has_none(void **state)
{
    (void)state;
    reset();
    call(EP_PM, IPC_SEND, EP_FS);
    is(deliver(EP_PM, EP_FS, ASK), 0, 0);
    call(EP_SH, IPC_SENDREC, EP_LS);
    deliver(EP_SH, EP_LS, ASK);
    is(deliver(EP_LS, EP_SH, MSG_NOTIFY), 0, 0); /* a notification does not answer */
    call(EP_LS, IPC_SEND, EP_SH);
    is(deliver(EP_LS, EP_SH, ASK | MSG_REPLY), 1, 0);
}

/* Seeded: whatever comes, nothing outside the table is touched (the sanitizers look on). */
static void nonsense_does_no_harm(void **state)
{
    (void)state;
    reset();
    srand(4);
    for (int i = 0; i < 300000; i++) {
        struct event e = {.kind = (enum event_kind)(rand() % (EVENT_KINDS + 2)),
                          .who = (endpoint_t)rand() % 600,
                          .peer = rand() % 2 ? (endpoint_t)rand() : (endpoint_t)rand() % 20,
                          .call = (uint32_t)rand() % 8,
                          .message = {.type = rand() % 2 ? MSG_NOTIFY : ASK}};
        uint64_t before = pairing.transactions;
        pairing_event(&pairing, &e);
        assert_in_range(pairing.transactions - before, 0, 1);
        assert_true(e.transaction <= pairing.transactions && e.parent <= pairing.transactions);
        assert_true(e.parent == 0 || e.parent < e.transaction);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_inside_a_request_has_it_as_parent),
        cmocka_unit_test(a_late_reply_carries_the_requests_number),
        cmocka_unit_test(a_request_delivered_again_is_the_same),
        cmocka_unit_test(what_is_over_is_over),
        cmocka_unit_test(an_answer_empties_the_hand),
        cmocka_unit_test(a_message_without_a_request_has_none),
        cmocka_unit_test(nonsense_does_no_harm),
    };
    return RUN_SUITE("trace_pairing", tests);
}
