/* Messages: rendezvous in both orders, selection, the registers, notifications, and who may not. */
#include <signal.h>
#include <unistd.h>
#include "test.h"

static endpoint_t parent; /* of the child processes of a case */

/* ---- rendezvous ---- */

static void send_numbered(void *first)
{
    struct message m = numbered(NOTE, (uintptr_t)first);
    CHECK_EQUAL(send(parent, &m), 0);
}

static void ipc_sender_first(void)
{
    parent = self();
    pid_t pid = start(send_numbered, (void *)70);
    endpoint_t child = endpoint_of(pid);
    await_state(child, PROC_SENDING);
    struct message m = expect_message(child, NOTE);
    check_numbered(&m, NOTE, 70);
    check_ended_well(pid);
}

static void send_later(void *first)
{
    usleep(5000);
    send_numbered(first);
}

static void ipc_receiver_first(void)
{
    parent = self();
    pid_t pid = start(send_later, (void *)80);
    endpoint_t child = endpoint_of(pid);
    struct message m = expect_message(EP_ANY, NOTE);
    CHECK_EQUAL(m.source, child);
    check_numbered(&m, NOTE, 80);
    check_ended_well(pid);
}

static void receive_numbered(void *first)
{
    struct message m = expect_message(parent, NOTE);
    check_numbered(&m, NOTE, (uintptr_t)first);
}

static void ipc_send_to_waiting(void)
{
    parent = self();
    pid_t pid = start(receive_numbered, (void *)5);
    endpoint_t child = endpoint_of(pid);
    await_state(child, PROC_RECEIVING);
    struct message m = numbered(NOTE, 5);
    CHECK_EQUAL(send(child, &m), 0);
    check_numbered(&m, NOTE, 5); /* a send leaves the message as it was */
    check_ended_well(pid);
}

/* ---- requests and replies ---- */

/* Answers each request with its words plus one. */
static void serve_increments(void *count)
{
    struct message m = {0};
    endpoint_t client = EP_NONE;
    for (uintptr_t i = 0; i <= (uintptr_t)count; i++) {
        if (i == (uintptr_t)count) {
            CHECK_EQUAL(send(client, &m), 0);
            return;
        }
        CHECK_EQUAL(replyrec(client, &m), 0);
        client = m.source;
        m.type |= MSG_REPLY;
        for (int w = 0; w < MSG_PAYLOAD_WORDS; w++)
            m.w[w]++;
    }
}

static void ipc_sendrec_replyrec(void)
{
    pid_t pid = start(serve_increments, (void *)200);
    endpoint_t server = endpoint_of(pid);
    for (uint64_t i = 0; i < 200; i++) {
        struct message m = numbered(ASK, i * 1000);
        CHECK_EQUAL(sendrec(server, &m), 0);
        check_numbered(&m, ASK | MSG_REPLY, i * 1000 + 1);
        CHECK_EQUAL(m.source, server);
    }
    check_ended_well(pid);
}

static void ipc_send_is_a_reply(void)
{
    pid_t pid = start(serve_increments, (void *)1);
    struct message m = numbered(ASK, 1);
    CHECK_EQUAL(sendrec(endpoint_of(pid), &m), 0);
    check_numbered(&m, ASK | MSG_REPLY, 2);
    check_ended_well(pid);
}

static void ask_and_note(void *server)
{
    struct message m = numbered(ASK, 9);
    CHECK_EQUAL(sendrec((endpoint_t)(uintptr_t)server, &m), 0);
    CHECK_EQUAL(m.type, ASK | MSG_REPLY);
    m = expect_message(EP_ANY, MSG_NOTIFY);
    CHECK_EQUAL(m.source, (endpoint_t)(uintptr_t)server);
    m = expect_message(EP_ANY, NOTE);
}

/* In a sendrec only the reply is heard: neither a notification nor another's message. */
static void ipc_sendrec_is_atomic(void)
{
    pid_t client = start(ask_and_note, (void *)(uintptr_t)self());
    struct message request = expect_message(endpoint_of(client), ASK);
    parent = endpoint_of(client);
    pid_t other = start(send_numbered, (void *)0);
    await_state(endpoint_of(other), PROC_SENDING);
    CHECK_EQUAL(notify(parent), 0);
    CHECK_EQUAL(notify(parent), 0);
    await_state(parent, PROC_REPLY);
    request.type |= MSG_REPLY;
    CHECK_EQUAL(send(parent, &request), 0);
    check_ended_well(client);
    check_ended_well(other);
}

static void ask_parent(void *first)
{
    struct message m = numbered(ASK, (uintptr_t)first);
    CHECK_EQUAL(sendrec(parent, &m), 0);
    check_numbered(&m, ASK | MSG_REPLY, (uintptr_t)first + 100);
}

/* A server may take many requests and answer them in any order. */
static void ipc_replies_in_any_order(void)
{
    enum { CLIENTS = 8 };
    pid_t pids[CLIENTS];
    endpoint_t clients[CLIENTS];
    parent = self();
    for (uintptr_t i = 0; i < CLIENTS; i++) {
        pids[i] = start(ask_parent, (void *)(i * 10));
        clients[i] = endpoint_of(pids[i]);
        struct message m = expect_message(clients[i], ASK);
        check_numbered(&m, ASK, i * 10);
    }
    for (uint64_t i = CLIENTS; i-- > 0;) {
        struct message m = numbered(ASK | MSG_REPLY, i * 10 + 100);
        CHECK_EQUAL(send(clients[i], &m), 0);
        check_ended_well(pids[i]);
    }
}

/* A reply that nobody waits for is passed over, and the server goes on. */
static void ipc_reply_to_nobody(void)
{
    parent = self();
    pid_t pid = start(ask_parent, (void *)1);
    endpoint_t child = endpoint_of(pid);
    endpoint_t wrong[] = {EP_NONE,   EP_MAKE(EP_GENERATION(child) + 1, EP_SLOT(child)),
                          EP_ANY,    self(),
                          EP_KERNEL, 0x12345678};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct message m = numbered(ASK | MSG_REPLY, 0);
        CHECK_EQUAL(ipc(IPC_REPLYREC | IPC_DEADLINE, wrong[i], k_time() + 50000, &m), 0);
        check_numbered(&m, ASK, 1); /* the one request that there is ... */
        m = numbered(ASK | MSG_REPLY, 101);
        CHECK_EQUAL(send(child, &m), 0);
        check_ended_well(pid);
        pid = start(ask_parent, (void *)1); /* ... and the next */
        child = endpoint_of(pid);
    }
    stop(pid);
}

/* ---- selection ---- */

static void ipc_selective_receive(void)
{
    parent = self();
    pid_t a = start(send_numbered, (void *)100), b = start(send_numbered, (void *)200);
    await_state(endpoint_of(a), PROC_SENDING);
    await_state(endpoint_of(b), PROC_SENDING);
    struct message m = expect_message(endpoint_of(b), NOTE);
    check_numbered(&m, NOTE, 200);
    m = expect_message(endpoint_of(a), NOTE);
    check_numbered(&m, NOTE, 100);
    check_ended_well(a);
    check_ended_well(b);
}

static void ipc_any_is_fifo(void)
{
    enum { SENDERS = 10 };
    pid_t pids[SENDERS];
    parent = self();
    for (uintptr_t i = 0; i < SENDERS; i++) {
        pids[i] = start(send_numbered, (void *)i);
        await_state(endpoint_of(pids[i]), PROC_SENDING);
    }
    for (uint64_t i = 0; i < SENDERS; i++) {
        struct message m = expect_message(EP_ANY, NOTE);
        check_numbered(&m, NOTE, i);
        check_ended_well(pids[i]);
    }
}

/* ---- registers ---- */

static void send_as_another(void *unused)
{
    (void)unused;
    struct message m = {.source = EP_PM, .type = NOTE};
    usleep(5000);
    CHECK_EQUAL(send(parent, &m), 0);
}

/* Whatever the sender claims to be. */
static void ipc_source_is_stamped(void)
{
    parent = self();
    pid_t pid = start(send_as_another, NULL);
    endpoint_t child = endpoint_of(pid);
    struct message m = expect_message(EP_ANY, NOTE);
    CHECK_EQUAL(m.source, child);
    check_ended_well(pid);
}

/* A call keeps what calls keep: s2 to s11 stand for them, the compiler needs the others. */
static void ipc_registers(void)
{
    pid_t pid = start(serve_increments, (void *)1);
    uint64_t server = endpoint_of(pid), bad = 0;
    __asm__ volatile("li s2, 0x5a5a0002\n li s3, 0x5a5a0003\n li s4, 0x5a5a0004\n"
                     "li s5, 0x5a5a0005\n li s6, 0x5a5a0006\n li s7, 0x5a5a0007\n"
                     "li s8, 0x5a5a0008\n li s9, 0x5a5a0009\n li s10, 0x5a5a000a\n"
                     "li s11, 0x5a5a000b\n"
                     "li t0, 3\n mv t1, %1\n li a0, 0x1001\n slli a0, a0, 32\n"
                     "ecall\n"
                     "mv %0, t0\n"
                     "li t0, 0x5a5a0002\n xor t0, t0, s2\n or %0, %0, t0\n"
                     "li t0, 0x5a5a0003\n xor t0, t0, s3\n or %0, %0, t0\n"
                     "li t0, 0x5a5a0004\n xor t0, t0, s4\n or %0, %0, t0\n"
                     "li t0, 0x5a5a0005\n xor t0, t0, s5\n or %0, %0, t0\n"
                     "li t0, 0x5a5a0006\n xor t0, t0, s6\n or %0, %0, t0\n"
                     "li t0, 0x5a5a0007\n xor t0, t0, s7\n or %0, %0, t0\n"
                     "li t0, 0x5a5a0008\n xor t0, t0, s8\n or %0, %0, t0\n"
                     "li t0, 0x5a5a0009\n xor t0, t0, s9\n or %0, %0, t0\n"
                     "li t0, 0x5a5a000a\n xor t0, t0, s10\n or %0, %0, t0\n"
                     "li t0, 0x5a5a000b\n xor t0, t0, s11\n or %0, %0, t0\n"
                     : "=&r"(bad)
                     : "r"(server)
                     : "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "t0", "t1", "t2", "t3", "t4",
                       "t5", "t6", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11",
                       "memory");
    CHECK_EQUAL(bad, 0);
    check_ended_well(pid);
}

/* A call that fails leaves the message as it was. */
static void ipc_failure_keeps_message(void)
{
    struct message m = numbered(NOTE, 40);
    CHECK_EQUAL(sendrec(EP_TTY, &m), -EPERM);
    check_numbered(&m, NOTE, 40);
    CHECK_EQUAL(send(EP_MAKE(77, 200), &m), -EDEADSRCDST);
    check_numbered(&m, NOTE, 40);
}

/* ---- notifications ---- */

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

static void ipc_notify_wakes(void)
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

static void ipc_notify_coalesces(void)
{
    parent = self();
    pid_t pid = start(notify_and_wait, (void *)5);
    await_state(endpoint_of(pid), PROC_RECEIVING);
    expect_message(endpoint_of(pid), MSG_NOTIFY);
    check_nothing_waits();
    release(pid);
}

static void ipc_notify_one_a_source(void)
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

static void ipc_notify_selective(void)
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

static void ipc_notify_before_messages(void)
{
    parent = self();
    pid_t sender = start(send_numbered, (void *)6);
    await_state(endpoint_of(sender), PROC_SENDING);
    pid_t notifier = start(notify_and_wait, (void *)1);
    await_state(endpoint_of(notifier), PROC_RECEIVING);
    struct message m = expect_message(EP_ANY, MSG_NOTIFY);
    CHECK_EQUAL(m.source, endpoint_of(notifier));
    expect_message(endpoint_of(sender), NOTE);
    release(notifier);
    check_ended_well(sender);
}

static void ipc_alarm(void)
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

/* ---- what must fail ---- */

static void ipc_bad_calls(void)
{
    struct message m = numbered(NOTE, 0);
    static const uint64_t bad[] = {0,
                                   6,
                                   15,
                                   IPC_SEND | 0x800,
                                   IPC_RECEIVE | 1ull << 12,
                                   IPC_SENDREC | 1ull << 31,
                                   IPC_NOTIFY | 1ull << 32,
                                   IPC_REPLYREC | 1ull << 63,
                                   K_POWER + 1,
                                   200,
                                   K_TIME | IPC_NONBLOCK,
                                   K_SELF | 1ull << 40,
                                   ~0ull};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_EQUAL(ipc(bad[i], EP_PM, 0, &m), -EINVAL);
}

static void ipc_bad_peers(void)
{
    static const endpoint_t bad[] = {EP_ANY,          EP_NONE,
                                     EP_SELF,         EP_KERNEL,
                                     EP_MAKE(0, 300), EP_MAKE(1, NSLOTS),
                                     0xffffffff,      EP_MAKE(1, EP_PM),
                                     EP_MAKE(0, 14),  EP_MAKE(5000, 100)};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct message m = numbered(NOTE, 0);
        CHECK(send(bad[i], &m) < 0);
        CHECK(sendrec(bad[i], &m) < 0);
        CHECK(notify(bad[i]) < 0);
        if (bad[i] != EP_ANY && bad[i] != EP_KERNEL)
            CHECK(receive(bad[i], &m) < 0);
    }
}

/* Types below 0x100 are the kernel's: nobody can send a false notification. */
static void ipc_kernel_types_refused(void)
{
    for (uint32_t type = 0; type < 0x100; type += 15) {
        struct message m = numbered(type, 0);
        CHECK_EQUAL(send(EP_PM, &m), -EINVAL);
        CHECK_EQUAL(sendrec(EP_PM, &m), -EINVAL);
    }
}

static void ipc_drivers_are_private(void)
{
    struct message m = numbered(0x400, 0);
    static const endpoint_t drivers[] = {EP_TTY, EP_BLK};
    for (int i = 0; i < 2; i++) {
        CHECK_EQUAL(send(drivers[i], &m), -EPERM);
        CHECK_EQUAL(sendrec(drivers[i], &m), -EPERM);
        CHECK_EQUAL(notify(drivers[i]), -EPERM);
    }
}

/* What RS and PM alone may ask of servers is refused to others. */
static void ipc_servers_refuse(void)
{
    static const uint32_t of_pm[] = {0x320, 0x321, 0x322, 0x323, 0x324};
    for (size_t i = 0; i < sizeof of_pm / sizeof *of_pm; i++) {
        struct message m = numbered(of_pm[i], self());
        CHECK_EQUAL(sendrec(EP_FS, &m), 0);
        CHECK_EQUAL(m.status, -EPERM);
    }
    static const endpoint_t servers[] = {EP_RS, EP_PM, EP_FS};
    static const uint32_t unknown[] = {0x1ff, 0x2ff, 0x3ff, 0x1000, 0x7fffffff, 0x110};
    for (int s = 0; s < 3; s++)
        for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
            struct message m = numbered(unknown[i], 1);
            CHECK_EQUAL(sendrec(servers[s], &m), 0);
            CHECK_EQUAL(m.status, -ENOSYS);
        }
}

static void ipc_kernel_calls_refused(void)
{
    for (uint64_t call = K_IRQ; call <= K_POWER; call++) {
        struct message m = numbered(0, 0);
        CHECK_EQUAL(ipc(call, 0, 0, &m), -EPERM);
    }
}

static void ipc_info(void)
{
    struct procinfo info;
    CHECK_EQUAL(k_info(NSLOTS, &info), -EINVAL);
    CHECK_EQUAL(k_info(~0u, &info), -EINVAL);
    CHECK_EQUAL(k_info(EP_PM, &info), 0);
    CHECK_EQUAL(info.endpoint, EP_PM);
    CHECK(info.name[0] == 'p' && info.name[1] == 'm' && info.name[2] == 0);
    CHECK_EQUAL(k_info(EP_SLOT(self()), &info), 0);
    CHECK_EQUAL(info.endpoint, self());
    CHECK_EQUAL(info.state, PROC_READY);
    CHECK(info.pages > 4 && info.pages < 1000);
    uint64_t incarnation = 9, then = k_time();
    k_self(&incarnation);
    CHECK_EQUAL(incarnation, 0);
    CHECK(k_time() >= then);
}

const struct test ipc_tests[] = {
    T(ipc_sender_first),
    T(ipc_receiver_first),
    T(ipc_send_to_waiting),
    T(ipc_sendrec_replyrec),
    T(ipc_send_is_a_reply),
    T(ipc_sendrec_is_atomic),
    T(ipc_replies_in_any_order),
    T(ipc_reply_to_nobody),
    T(ipc_selective_receive),
    T(ipc_any_is_fifo),
    T(ipc_source_is_stamped),
    T(ipc_registers),
    T(ipc_failure_keeps_message),
    T(ipc_notify_wakes),
    T(ipc_notify_coalesces),
    T(ipc_notify_one_a_source),
    T(ipc_notify_selective),
    T(ipc_notify_before_messages),
    T(ipc_alarm),
    T(ipc_bad_calls),
    T(ipc_bad_peers),
    T(ipc_kernel_types_refused),
    T(ipc_drivers_are_private),
    T(ipc_servers_refuse),
    T(ipc_kernel_calls_refused),
    T(ipc_info),
    {0},
};
