/* Notifications: one bit a source, which neither blocks nor gets lost; and the kernel's own. */
#include <unistd.h>
#include "test.h"

static endpoint_t parent; /* of the child processes of a case */

static void notify_parent(void *times)
{
    for (uintptr_t i = 0; i < (uintptr_t)times; i++)
        CHECK_EQUAL(notify(parent), 0);
}

static void check_nothing_waits(void)
{
    struct message m = {0};
    CHECK_EQUAL(ipc(IPC_RECEIVE | IPC_NONBLOCK, EP_ANY, 0, &m), -EAGAIN);
}

static void notify_wakes(void)
{
    parent = self();
    pid_t pid = start(notify_parent, (void *)1);
    endpoint_t child = endpoint_of(pid);
    expect_message(child, MSG_NOTIFY);
    check_ended_well(pid);
}

static void notify_and_wait(void *times)
{
    notify_parent(times);
    expect_message(parent, NOTE);
}

static void release(pid_t pid)
{
    struct message m = {.type = NOTE};
    CHECK_EQUAL(send(endpoint_of(pid), &m), 0);
    check_ended_well(pid);
}

static void notify_coalesces(void)
{
    parent = self();
    pid_t pid = start(notify_and_wait, (void *)5);
    await_state(endpoint_of(pid), PROC_RECEIVING);
    expect_message(endpoint_of(pid), MSG_NOTIFY);
    check_nothing_waits();
    release(pid);
}

static void notify_one_a_source(void)
{
    parent = self();
    pid_t a = start(notify_and_wait, (void *)3), b = start(notify_and_wait, (void *)3);
    await_state(endpoint_of(a), PROC_RECEIVING);
    await_state(endpoint_of(b), PROC_RECEIVING);
    struct message m = expect_message(EP_ANY, MSG_NOTIFY), n = expect_message(EP_ANY, MSG_NOTIFY);
    CHECK(m.source != n.source);
    CHECK(m.source == endpoint_of(a) || m.source == endpoint_of(b));
    CHECK(n.source == endpoint_of(a) || n.source == endpoint_of(b));
    check_nothing_waits();
    release(a);
    release(b);
}

static void notify_selective(void)
{
    parent = self();
    pid_t a = start(notify_and_wait, (void *)1), b = start(notify_and_wait, (void *)1);
    endpoint_t ep_a = endpoint_of(a), ep_b = endpoint_of(b);
    await_state(ep_a, PROC_RECEIVING);
    await_state(ep_b, PROC_RECEIVING);
    expect_message(ep_b, MSG_NOTIFY);
    struct message m = {0};
    CHECK_EQUAL(ipc(IPC_RECEIVE | IPC_NONBLOCK, ep_b, 0, &m), -EAGAIN);
    expect_message(ep_a, MSG_NOTIFY);
    release(a);
    release(b);
}

static void send_note(void *unused)
{
    (void)unused;
    struct message m = {.type = NOTE};
    CHECK_EQUAL(send(parent, &m), 0);
}

static void notify_before_messages(void)
{
    parent = self();
    pid_t sender = start(send_note, NULL);
    await_state(endpoint_of(sender), PROC_SENDING);
    pid_t notifier = start(notify_and_wait, (void *)1);
    await_state(endpoint_of(notifier), PROC_RECEIVING);
    struct message m = expect_message(EP_ANY, MSG_NOTIFY);
    CHECK_EQUAL(m.source, endpoint_of(notifier));
    expect_message(endpoint_of(sender), NOTE);
    release(notifier);
    check_ended_well(sender);
}

static void notify_alarm(void)
{
    uint64_t when = k_time() + 20000;
    CHECK_EQUAL(k_alarm(when), 0);
    struct message m = expect_message(EP_KERNEL, MSG_NOTIFY);
    const struct notification *n = payload(&m);
    CHECK_EQUAL(n->events, NOTIFY_TIMER);
    CHECK(n->time >= when && k_time() >= when);
    CHECK(n->time < when + TICKS_PER_SECOND);
    CHECK_EQUAL(k_alarm(when + TICKS_PER_SECOND), 0);
    CHECK_EQUAL(k_alarm(0), when + TICKS_PER_SECOND);
    CHECK_EQUAL(ipc(IPC_RECEIVE | IPC_DEADLINE, EP_KERNEL, k_time() + 20000, &m), -ETIMEDOUT);
}

const struct test notify_tests[] = {
    T(notify_wakes),
    T(notify_coalesces),
    T(notify_one_a_source),
    T(notify_selective),
    T(notify_before_messages),
    T(notify_alarm),
    {0},
};
