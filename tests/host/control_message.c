// The operator's deeds on messages: each is done to one chosen message of a running Courier, and the
// trace must show what the guest then did.
#include "suite.h"
#include "control_guest.h"
#include "servers/rs/policy.h"

static const char *const sync_line[] = {"sync; echo done", NULL};
static struct wanted sync_request = {IPC_SENDREC, EP_ANY, EP_FS, FS_SYNC};
static struct wanted sync_reply = {IPC_REPLYREC, EP_FS, EP_ANY, FS_SYNC | MSG_REPLY};
static struct wanted ping = {IPC_NOTIFY, EP_RS, EP_PM, 0};

/* Boots, and does the deed to the first such message of the lines. Ends after `time` or at the prompt. */
static struct os *with(const char *const *line, enum fault_deed deed, uint64_t amount,
                       struct wanted *w, uint64_t time)
{
    struct os *os = os_open(line, true);
    os_boot(os);
    assert_true(fault_next(&os->fault, deed, amount, is_wanted, w));
    os_run(os, time);
    assert_int_equal(os->deeds, 1);
    return os;
}

/* The call as the kernel saw it. */
static const struct event *call_of(const struct os *os)
{
    size_t i = os_find(os, os->acted.number, EVENT_CALL, os->acted.who, EP_ANY);
    assert_int_not_equal(i, NO_EVENT);
    return &os->event[i];
}

static bool completed(const struct os *os)
{
    return os->at_prompt && strstr(os->text, "\ndone");
}

/* ---- drop ----------------------------------------------------------------------------------- */

static void dropped_request(void **state)
{
    (void)state;
    struct os *os = with(sync_line, FAULT_DROP, 0, &sync_request, 3 * SECOND);
    size_t from = os->acted.number;
    assert_false(os->at_prompt);
    assert_int_equal(os_find(os, from, EVENT_DELIVER, EP_FS, os->acted.who), NO_EVENT);
    size_t block = os_find(os, from, EVENT_BLOCK, os->acted.who, EP_ANY);
    assert_int_not_equal(block, NO_EVENT);
    assert_int_equal(os->event[block].state, PROC_RECEIVING);
    assert_int_equal(os->event[block].peer, EP_FS);
    assert_int_equal(os_find(os, block, EVENT_CALL, os->acted.who, EP_ANY), NO_EVENT);
    os_close(os);
}

static void dropped_reply(void **state)
{
    (void)state;
    struct os *os = with(sync_line, FAULT_DROP, 0, &sync_reply, 3 * SECOND);
    assert_int_equal(call_of(os)->peer, EP_NONE);
    /* Until the next heartbeat nothing is delivered. Then FS finds a client that waits and that it does not know
     * of, and gives up on itself; its next incarnation gets the request again. */
    size_t died = os_find(os, os->acted.number, EVENT_CRASH, EP_FS, EP_ANY);
    size_t delivered = os_find(os, os->acted.number, EVENT_DELIVER, os->acted.peer, EP_ANY);
    assert_int_not_equal(died, NO_EVENT);
    assert_true(delivered > died);
    assert_true(completed(os));
    os_close(os);
}

static void dropped_notification(void **state)
{
    static const char *const line[] = {"sleep 2; echo done", NULL};
    (void)state;
    struct os *os = with(line, FAULT_DROP, 0, &ping, 5 * SECOND);
    assert_true(completed(os));
    size_t next = os_find(os, os->acted.number, EVENT_NOTIFY, EP_PM, EP_RS);
    assert_int_not_equal(next, NO_EVENT);
    uint64_t period = restart_policy[EP_PM].heartbeat * (SECOND / TICKS_PER_SECOND);
    assert_true(os->event[next].time > os->acted.time + period / 2);
    size_t echo = os_find(os, os->acted.number, EVENT_NOTIFY, EP_RS, EP_PM);
    assert_true(echo > next);
    os_close(os);
}

/* ---- delay ---------------------------------------------------------------------------------- */

static void delayed_request(void **state)
{
    const uint64_t amounts[] = {1, 12345, SECOND / 3};
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct os *os = with(sync_line, FAULT_DELAY, amounts[i], &sync_request, 3 * SECOND);
        assert_true(completed(os));
        size_t call = os->acted.number;
        do
            call = os_find(os, call + 1, EVENT_CALL, os->acted.who, EP_FS);
        while (call != NO_EVENT && os->event[call].message.type != FS_SYNC);
        assert_int_not_equal(call, NO_EVENT);
        const struct event *e = &os->event[call];
        assert_int_equal(e->call, IPC_SENDREC);
        assert_true(e->time >= os->acted.time + amounts[i]);
        assert_true(e->time <= os->acted.time + amounts[i] + SECOND / 1000);
        assert_memory_equal(&e->message.w, &os->acted.message.w, sizeof e->message.w);
        assert_int_equal(os_count(os, call, EVENT_DELIVER, os->acted.who, EP_FS) > 0, true);
        os_close(os);
    }
}

static void delayed_reply(void **state)
{
    (void)state;
    struct os *os = with(sync_line, FAULT_DELAY, SECOND / 10, &sync_reply, 3 * SECOND);
    assert_true(completed(os));
    size_t i = os_find(os, os->acted.number, EVENT_DELIVER, os->acted.peer, EP_FS);
    assert_int_not_equal(i, NO_EVENT);
    assert_int_equal(os->event[i].message.type, FS_SYNC | MSG_REPLY);
    assert_true(os->event[i].time >= os->acted.time + SECOND / 10);
    os_close(os);
}

/* ---- duplicate ------------------------------------------------------------------------------ */

/* The server makes the directory, and is asked to make it again. */
static void duplicated_request(void **state)
{
    static const char *const line[] = {"mkdir /d; echo $? done", NULL};
    struct wanted mkdir_request = {IPC_SENDREC, EP_ANY, EP_FS, FS_MKDIR};
    (void)state;
    struct os *os = with(line, FAULT_DUPLICATE, 0, &mkdir_request, 3 * SECOND);
    int64_t status[4];
    unsigned requests = 0, replies = 0;
    for (size_t i = os->acted.number; i < os->events; i++) {
        const struct event *e = &os->event[i];
        if (e->kind != EVENT_DELIVER)
            continue;
        requests += e->who == EP_FS && e->message.type == FS_MKDIR;
        if (e->who == os->acted.who && e->message.type == (FS_MKDIR | MSG_REPLY) && replies < 4)
            status[replies++] = e->message.status;
    }
    assert_int_equal(requests, 2);
    assert_int_equal(replies, 2);
    assert_int_equal(status[0], 0);
    assert_int_equal(status[1], -EEXIST);
    assert_non_null(strstr(os->text, "1 done"));
    os_close(os);
}

static void duplicated_reply(void **state)
{
    (void)state;
    struct os *os = with(sync_line, FAULT_DUPLICATE, 0, &sync_reply, 3 * SECOND);
    assert_true(completed(os));
    endpoint_t client = os->acted.peer;
    size_t first = os_find(os, os->acted.number, EVENT_CALL, EP_FS, client);
    assert_int_equal(os->event[first].call & IPC_CALL_MASK, IPC_SEND);
    size_t second = os_find(os, first + 1, EVENT_CALL, EP_FS, client);
    assert_int_not_equal(second, NO_EVENT);
    assert_int_equal(os->event[second].call, IPC_REPLYREC);
    assert_int_equal(os->event[second].message.type, FS_SYNC | MSG_REPLY);
    assert_int_not_equal(os_find(os, second, EVENT_FAIL, EP_FS, client), NO_EVENT);
    os_close(os);
}

static void duplicated_notification(void **state)
{
    static const char *const line[] = {"sleep 1; echo done", NULL};
    (void)state;
    struct os *os = with(line, FAULT_DUPLICATE, 0, &ping, 3 * SECOND);
    assert_true(completed(os));
    size_t first = os_find(os, os->acted.number, EVENT_CALL, EP_RS, EP_PM);
    size_t second = os_find(os, first + 1, EVENT_CALL, EP_RS, EP_ANY);
    assert_int_equal(os->event[second].peer, EP_PM);
    assert_int_equal(os->event[second].call, IPC_NOTIFY);
    assert_true(os->event[second].time < os->event[first].time + 1000);
    os_close(os);
}

/* ---- corrupt -------------------------------------------------------------------------------- */

static void corrupted_request(void **state)
{
    const unsigned bits[] = {0, 64 + 5, 447};
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct os *os = with(sync_line, FAULT_CORRUPT, bits[i], &sync_request, 3 * SECOND);
        size_t at = os_find(os, os->acted.number, EVENT_DELIVER, EP_FS, os->acted.who);
        assert_int_not_equal(at, NO_EVENT);
        for (unsigned w = 0; w < MSG_PAYLOAD_WORDS; w++) {
            uint64_t flipped = w == bits[i] / 64 ? UINT64_C(1) << bits[i] % 64 : 0;
            assert_int_equal(os->event[at].message.w[w] ^ os->acted.message.w[w], flipped);
        }
        assert_int_equal(os->event[at].message.type, FS_SYNC);
        os_close(os);
    }
}

/* ---- rules ---------------------------------------------------------------------------------- */

static void rules(void **state)
{
    static const char *const line[] = {"sync; sync; sync; echo done", NULL};
    unsigned id[FAULT_RULES];
    (void)state;
    struct os *os = os_open(line, true);
    os_boot(os);
    struct fault *f = &os->fault;
    assert_int_equal(fault_next(f, FAULT_CORRUPT, 448, is_wanted, &sync_request), 0);
    assert_int_equal(fault_next(f, FAULT_KILL, 0, is_wanted, &sync_request), 0);
    for (unsigned i = 0; i < FAULT_RULES; i++) {
        id[i] = fault_next(f, FAULT_CORRUPT, i, is_wanted, &sync_request);
        assert_true(id[i]);
    }
    assert_int_equal(fault_next(f, FAULT_DROP, 0, is_wanted, &sync_request), 0);
    for (unsigned i = 0; i < FAULT_RULES; i++)
        if (i != 3 && i != 7)
            assert_true(fault_cancel(f, id[i]));
    assert_false(fault_cancel(f, id[0]));
    assert_false(fault_cancel(f, 0));
    os_run(os, 3 * SECOND);
    assert_true(completed(os));
    assert_int_equal(os->deeds, 2);
    size_t at = os_find(os, 0, EVENT_CALL, os->acted.who, EP_FS);
    assert_int_not_equal(at, NO_EVENT);
    assert_int_equal(os->event[at].message.w[0] ^ os->acted.message.w[0], 1u << 7);
    assert_false(fault_cancel(f, id[3]));
    os_close(os);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dropped_request),      cmocka_unit_test(dropped_reply),
        cmocka_unit_test(dropped_notification), cmocka_unit_test(delayed_request),
        cmocka_unit_test(delayed_reply),        cmocka_unit_test(duplicated_request),
        cmocka_unit_test(duplicated_reply),     cmocka_unit_test(duplicated_notification),
        cmocka_unit_test(corrupted_request),    cmocka_unit_test(rules),
    };
    return RUN_SUITE("control_message", tests);
}
