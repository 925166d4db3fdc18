/* Messages: rendezvous in both orders, requests and replies, selection, the registers. */
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

const struct test ipc_tests[] = {
    T(ipc_sender_first),          T(ipc_receiver_first),
    T(ipc_send_to_waiting),       T(ipc_sendrec_replyrec),
    T(ipc_send_is_a_reply),       T(ipc_sendrec_is_atomic),
    T(ipc_replies_in_any_order),  T(ipc_reply_to_nobody),
    T(ipc_selective_receive),     T(ipc_any_is_fifo),
    T(ipc_source_is_stamped),     T(ipc_registers),
    T(ipc_failure_keeps_message), {0},
};
