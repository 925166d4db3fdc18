/* Waiting for messages: not at all, not for ever, in a circle, and for those who die. */
#include <signal.h>
#include <unistd.h>
#include "test.h"

static void pause_forever(void *unused)
{
    (void)unused;
    for (;;)
        pause();
}

static void receive_forever(void *unused)
{
    (void)unused;
    struct message m = {0};
    for (;;)
        receive(EP_ANY, &m);
}

/* ---- non-blocking ---- */

static void wait_nonblock(void)
{
    pid_t busy = start(pause_forever, NULL), ready = start(receive_forever, NULL);
    endpoint_t ep = endpoint_of(busy);
    struct message m = numbered(NOTE, 0);
    await_state(ep, PROC_REPLY);
    await_state(endpoint_of(ready), PROC_RECEIVING);
    CHECK_EQUAL(ipc(IPC_SEND | IPC_NONBLOCK, ep, 0, &m), -EAGAIN);
    CHECK_EQUAL(ipc(IPC_SENDREC | IPC_NONBLOCK, ep, 0, &m), -EAGAIN);
    CHECK_EQUAL(ipc(IPC_RECEIVE | IPC_NONBLOCK, ep, 0, &m), -EAGAIN);
    CHECK_EQUAL(ipc(IPC_RECEIVE | IPC_NONBLOCK, EP_ANY, 0, &m), -EAGAIN);
    CHECK_EQUAL(ipc(IPC_REPLYREC | IPC_NONBLOCK, EP_NONE, 0, &m), -EAGAIN);
    CHECK_EQUAL(ipc(IPC_SEND | IPC_NONBLOCK, endpoint_of(ready), 0, &m), 0);
    stop(busy);
    stop(ready);
}

/* ---- deadlines ---- */

#define SOON 30000 /* ticks: 3 ms */

/* The call fails at its deadline: not before, and not a second later. */
static void check_times_out(uint64_t call, endpoint_t peer)
{
    struct message m = numbered(NOTE, 0);
    uint64_t deadline = k_time() + SOON;
    CHECK_EQUAL(ipc(call | IPC_DEADLINE, peer, deadline, &m), -ETIMEDOUT);
    CHECK(k_time() >= deadline);
    CHECK(k_time() < deadline + TICKS_PER_SECOND);
}

static void wait_deadline(void)
{
    pid_t busy = start(pause_forever, NULL), ready = start(receive_forever, NULL);
    await_state(endpoint_of(busy), PROC_REPLY);
    await_state(endpoint_of(ready), PROC_RECEIVING);
    check_times_out(IPC_SEND, endpoint_of(busy));
    check_times_out(IPC_SENDREC, endpoint_of(busy));
    check_times_out(IPC_SENDREC, endpoint_of(ready)); /* the reply never comes */
    check_times_out(IPC_RECEIVE, endpoint_of(busy));
    check_times_out(IPC_RECEIVE, EP_ANY);
    check_times_out(IPC_REPLYREC, EP_NONE);
    stop(busy);
    stop(ready);
}

static void wait_deadline_passed(void)
{
    struct message m = {0};
    CHECK_EQUAL(ipc(IPC_RECEIVE | IPC_DEADLINE, EP_ANY, 0, &m), -ETIMEDOUT);
    CHECK_EQUAL(ipc(IPC_RECEIVE | IPC_DEADLINE, EP_ANY, k_time(), &m), -ETIMEDOUT);
}

static void send_note(void *to)
{
    struct message m = numbered(NOTE, 0);
    CHECK_EQUAL(send((endpoint_t)(uintptr_t)to, &m), 0);
}

/* What is there already is had, even if the deadline has passed; one that is met does no harm. */
static void wait_deadline_met(void)
{
    pid_t pid = start(send_note, (void *)(uintptr_t)self());
    struct message m = {0};
    await_state(endpoint_of(pid), PROC_SENDING);
    CHECK_EQUAL(ipc(IPC_RECEIVE | IPC_DEADLINE, EP_ANY, 1, &m), 0);
    check_ended_well(pid);
    pid = start(send_note, (void *)(uintptr_t)self());
    CHECK_EQUAL(ipc(IPC_RECEIVE | IPC_DEADLINE, EP_ANY, k_time() + TICKS_PER_SECOND, &m), 0);
    check_ended_well(pid);
    CHECK_EQUAL(usleep(1200000), 0); /* beyond that deadline */
}

/* Takes a request, lets its client's deadline pass, answers, and takes the next one. */
static void answer_late(void *unused)
{
    (void)unused;
    struct message m = expect_message(EP_ANY, ASK);
    endpoint_t client = m.source;
    usleep(20000);
    m.type |= MSG_REPLY;
    m.w[0] = 1;
    CHECK_EQUAL(replyrec(client, &m), 0);
    m.type |= MSG_REPLY;
    m.w[0] = 2;
    CHECK_EQUAL(send(m.source, &m), 0);
}

static void wait_late_reply_is_dropped(void)
{
    pid_t pid = start(answer_late, NULL);
    endpoint_t server = endpoint_of(pid);
    struct message m = numbered(ASK, 0);
    await_state(server, PROC_RECEIVING);
    CHECK_EQUAL(ipc(IPC_SENDREC | IPC_DEADLINE, server, k_time() + SOON, &m), -ETIMEDOUT);
    usleep(40000);
    CHECK_EQUAL(ipc(IPC_RECEIVE | IPC_NONBLOCK, EP_ANY, 0, &m), -EAGAIN);
    m = numbered(ASK, 0);
    CHECK_EQUAL(sendrec(server, &m), 0);
    CHECK_EQUAL(m.w[0], 2);
    check_ended_well(pid);
}

/* ---- deadlock ---- */

/* The error, and the cycle: `length` processes, the first of them `members`. */
static void check_cycle(const struct message *m, uint32_t length, const endpoint_t *members)
{
    const struct ipc_cycle *cycle = payload((struct message *)m);
    CHECK_EQUAL(m->type, MSG_CYCLE);
    CHECK_EQUAL(m->source, EP_KERNEL);
    CHECK_EQUAL(cycle->length, length);
    for (uint32_t i = 0; i < length && i < CYCLE_MAX; i++)
        CHECK_EQUAL(cycle->member[i], members[i]);
}

static void wait_deadlock_with_oneself(void)
{
    endpoint_t me = self();
    static const uint64_t calls[] = {IPC_SEND, IPC_SENDREC, IPC_RECEIVE};
    for (int i = 0; i < 3; i++) {
        struct message m = numbered(NOTE, 0);
        CHECK_EQUAL(ipc(calls[i], me, 0, &m), -ELOCKED);
        check_cycle(&m, 1, &me);
    }
}

/* One link of a chain: waits for the next one, whose endpoint its parent sends. */
static void wait_for_next(void *parent)
{
    struct message m = expect_message((endpoint_t)(uintptr_t)parent, NOTE);
    endpoint_t next = (endpoint_t)m.w[0];
    m = numbered(NOTE, 0);
    send(next, &m);
}

/* A chain of `length` processes, the first of which is this one: each waits for the next, and this
 * one's call would close the circle. */
static void check_deadlock(uint32_t length, uint64_t call)
{
    pid_t pids[32];
    endpoint_t members[32] = {self()};
    for (uint32_t i = 1; i < length; i++) {
        pids[i] = start(wait_for_next, (void *)(uintptr_t)self());
        members[i] = endpoint_of(pids[i]);
    }
    for (uint32_t i = 1; i < length; i++) {
        struct message m = {.type = NOTE, .w = {members[(i + 1) % length]}};
        CHECK_EQUAL(send(members[i], &m), 0);
        await_state(members[i], PROC_SENDING);
    }
    struct message m = numbered(NOTE, 0);
    CHECK_EQUAL(ipc(call, members[1], 0, &m), -ELOCKED);
    check_cycle(&m, length, members);
    for (uint32_t i = 1; i < length; i++)
        stop(pids[i]);
}

static void wait_deadlock_of_two(void)
{
    check_deadlock(2, IPC_SEND);
    check_deadlock(2, IPC_SENDREC);
}

static void wait_deadlock_of_three(void)
{
    check_deadlock(3, IPC_SENDREC);
}

static void wait_deadlock_of_ten(void)
{
    check_deadlock(10, IPC_SEND);
}

/* More than a message has room for: the length is right, the first CYCLE_MAX are told. */
static void wait_deadlock_of_thirty(void)
{
    check_deadlock(30, IPC_SENDREC);
}

static void sendrec_to(void *server)
{
    struct message m = numbered(ASK, 0);
    sendrec((endpoint_t)(uintptr_t)server, &m);
}

/* A server that asks its own client, who waits for the server, would wait for ever. */
static void wait_deadlock_through_reply(void)
{
    pid_t pid = start(sendrec_to, (void *)(uintptr_t)self());
    endpoint_t members[] = {self(), endpoint_of(pid)};
    struct message m = expect_message(members[1], ASK);
    m = numbered(ASK, 0);
    CHECK_EQUAL(sendrec(members[1], &m), -ELOCKED);
    check_cycle(&m, 2, members);
    CHECK_EQUAL(receive(members[1], &m), -ELOCKED);
    m = numbered(ASK | MSG_REPLY, 0);
    CHECK_EQUAL(send(members[1], &m), 0);
    check_ended_well(pid);
}

static void chain_link(void *previous)
{
    struct message m = numbered(NOTE, 0);
    send((endpoint_t)(uintptr_t)previous, &m);
}

/* A long chain is no circle, as long as its end does not lead back. */
static void wait_chain_is_no_deadlock(void)
{
    enum { LINKS = 20 };
    pid_t pids[LINKS] = {start(pause_forever, NULL)};
    endpoint_t previous = endpoint_of(pids[0]);
    for (int i = 1; i < LINKS; i++) {
        pids[i] = start(chain_link, (void *)(uintptr_t)previous);
        previous = endpoint_of(pids[i]);
        await_state(previous, PROC_SENDING);
    }
    struct message m = numbered(NOTE, 0);
    CHECK_EQUAL(ipc(IPC_SEND | IPC_DEADLINE, previous, k_time() + SOON, &m), -ETIMEDOUT);
    for (int i = 0; i < LINKS; i++)
        stop(pids[i]);
}

/* ---- the dead ---- */

static void wait_stale_endpoint(void)
{
    pid_t pid = start(receive_forever, NULL);
    endpoint_t dead = endpoint_of(pid);
    struct message m = numbered(NOTE, 0);
    stop(pid);
    CHECK_EQUAL(send(dead, &m), -EDEADSRCDST);
    CHECK_EQUAL(sendrec(dead, &m), -EDEADSRCDST);
    CHECK_EQUAL(receive(dead, &m), -EDEADSRCDST);
    CHECK_EQUAL(notify(dead), -EDEADSRCDST);
    pid_t next[NUSERS];
    int n = 0;
    bool reused = false;
    for (; n < 40 && !reused; n++) { /* until one has the slot */
        next[n] = start(receive_forever, NULL);
        endpoint_t ep = endpoint_of(next[n]);
        reused = EP_SLOT(ep) == EP_SLOT(dead);
        CHECK(ep != dead);
    }
    CHECK_EQUAL(send(dead, &m), -EDEADSRCDST);
    CHECK_EQUAL(notify(dead), -EDEADSRCDST);
    while (n > 0)
        stop(next[--n]);
}

static void exit_later(void *unused)
{
    (void)unused;
    usleep(20000);
}

static void take_and_exit(void *unused)
{
    (void)unused;
    expect_message(EP_ANY, ASK);
    usleep(10000);
}

/* Whoever waits for a process hears of its death, however it waits. */
static void wait_for_the_dying(void)
{
    struct message m = numbered(NOTE, 0);
    pid_t pid = start(exit_later, NULL);
    CHECK_EQUAL(send(endpoint_of(pid), &m), -EDEADSRCDST);
    check_ended_well(pid);
    pid = start(exit_later, NULL);
    CHECK_EQUAL(receive(endpoint_of(pid), &m), -EDEADSRCDST);
    check_ended_well(pid);
    pid = start(take_and_exit, NULL);
    m = numbered(ASK, 0);
    CHECK_EQUAL(sendrec(endpoint_of(pid), &m), -EDEADSRCDST);
    check_ended_well(pid);
}

/* A sender that is killed takes its message with it, and the others keep their places. */
static void wait_killed_sender(void)
{
    pid_t pids[3];
    for (int i = 0; i < 3; i++) {
        pids[i] = start(send_note, (void *)(uintptr_t)self());
        await_state(endpoint_of(pids[i]), PROC_SENDING);
    }
    stop(pids[1]);
    endpoint_t first = endpoint_of(pids[0]), last = endpoint_of(pids[2]);
    struct message m = expect_message(EP_ANY, NOTE);
    CHECK_EQUAL(m.source, first);
    m = expect_message(EP_ANY, NOTE);
    CHECK_EQUAL(m.source, last);
    CHECK_EQUAL(ipc(IPC_RECEIVE | IPC_NONBLOCK, EP_ANY, 0, &m), -EAGAIN);
    check_ended_well(pids[0]);
    check_ended_well(pids[2]);
}

/* ---- interruption ---- */

static void on_signal(int sig)
{
    (void)sig;
}

static void interrupt_parent(void *pid)
{
    usleep(10000);
    kill((pid_t)(intptr_t)pid, SIGUSR1);
}

static void wait_interrupted_by_signal(void)
{
    struct message m = numbered(NOTE, 0);
    pid_t busy = start(pause_forever, NULL), silent = start(receive_forever, NULL);
    void *me = (void *)(intptr_t)getpid();
    signal(SIGUSR1, on_signal);
    pid_t pid = start(interrupt_parent, me);
    CHECK_EQUAL(receive(EP_ANY, &m), -EINTR);
    check_ended_well(pid);
    pid = start(interrupt_parent, me);
    CHECK_EQUAL(send(endpoint_of(busy), &m), -EINTR);
    check_ended_well(pid);
    pid = start(interrupt_parent, me);
    CHECK_EQUAL(sendrec(endpoint_of(silent), &m), -EINTR);
    check_ended_well(pid);
    stop(busy);
    stop(silent);
}

/* Also when it waits for somebody who never sends to it. */
static void wait_interrupted_waiting_for_servers(void)
{
    static const endpoint_t peers[] = {EP_KERNEL, EP_RS, EP_PM, EP_FS, EP_TTY, EP_BLK};
    signal(SIGUSR1, on_signal);
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
        struct message m = {0};
        pid_t pid = start(interrupt_parent, (void *)(intptr_t)getpid());
        CHECK_EQUAL(receive(peers[i], &m), -EINTR);
        check_ended_well(pid);
    }
}

const struct test wait_tests[] = {
    T(wait_nonblock),
    T(wait_deadline),
    T(wait_deadline_passed),
    T(wait_deadline_met),
    T(wait_late_reply_is_dropped),
    T(wait_deadlock_with_oneself),
    T(wait_deadlock_of_two),
    T(wait_deadlock_of_three),
    T(wait_deadlock_of_ten),
    T(wait_deadlock_of_thirty),
    T(wait_deadlock_through_reply),
    T(wait_chain_is_no_deadlock),
    T(wait_stale_endpoint),
    T(wait_for_the_dying),
    T(wait_killed_sender),
    T(wait_interrupted_by_signal),
    T(wait_interrupted_waiting_for_servers),
    {0},
};
