/* Grants: what they allow, and all the ways in which they must not be used. */
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include "test.h"

static char memory[2 * PAGE_SIZE + 100];
static const char constant[] = "not to be changed";

/* The other side of each case: a child that copies as it is told, and answers with the status. */
struct order {
    uint64_t grant, offset, bytes, access;
    uint64_t address; /* in the child; 0: its buffer */
    uint64_t granter; /* 0: who asks */
};

static void obey(void *unused)
{
    (void)unused;
    static char buffer[2 * PAGE_SIZE + 100];
    struct message m = {0};
    endpoint_t client = EP_NONE;
    memset(buffer, 'c', sizeof buffer);
    for (;;) {
        CHECK_EQUAL(replyrec(client, &m), 0);
        client = m.source;
        struct order order;
        memcpy(&order, m.w, sizeof order);
        void *address = order.address ? (void *)order.address : buffer;
        endpoint_t granter = order.granter ? (endpoint_t)order.granter : client;
        m.type |= MSG_REPLY;
        m.status =
            order.access == GRANT_READ
                ? k_copy_from(granter, (uint32_t)order.grant, order.offset, address, order.bytes)
                : k_copy_to(granter, (uint32_t)order.grant, order.offset, address, order.bytes);
        m.w[1] = (unsigned char)buffer[0];
    }
}

static pid_t helper_pid;
static endpoint_t helper;

static void start_helper(void)
{
    helper_pid = start(obey, NULL);
    helper = endpoint_of(helper_pid);
}

/* The status of the helper's copy. */
static int64_t copy(struct order order)
{
    struct message m = {.type = ASK};
    memcpy(m.w, &order, sizeof order);
    CHECK_EQUAL(sendrec(helper, &m), 0);
    return m.status;
}

static uint64_t grant(const void *address, size_t bytes, unsigned access)
{
    int64_t id = k_grant(helper, address, bytes, access);
    CHECK(id >= 0);
    return (uint64_t)id;
}

static void grant_read_and_write(void)
{
    start_helper();
    memset(memory, 'p', sizeof memory);
    uint64_t id = grant(memory, sizeof memory, GRANT_READ | GRANT_WRITE);
    CHECK_EQUAL(copy((struct order){id, 10, 100, GRANT_WRITE, 0, 0}), 0);
    CHECK(memory[9] == 'p' && memory[10] == 'c' && memory[109] == 'c' && memory[110] == 'p');
    CHECK_EQUAL(copy((struct order){id, 5, 2, GRANT_READ, 0, 0}), 0);
    CHECK_EQUAL(copy((struct order){id, 0, 1, GRANT_WRITE, 0, 0}), 0);
    CHECK(memory[0] == 'p' && memory[1] == 'p'); /* back came what was read before */
    stop(helper_pid);
}

/* Over page boundaries, with every alignment of the two ends. */
static void grant_across_pages(void)
{
    start_helper();
    for (unsigned i = 0; i < 8; i++) {
        memset(memory, 'p', sizeof memory);
        size_t bytes = PAGE_SIZE + 50 + i;
        uint64_t id = grant(memory + i, bytes, GRANT_WRITE);
        CHECK_EQUAL(copy((struct order){id, 1, bytes - 1, GRANT_WRITE, 0, 0}), 0);
        for (size_t k = 0; k < sizeof memory; k++)
            CHECK_EQUAL(memory[k], k > i && k < i + bytes ? 'c' : 'p');
        CHECK_EQUAL(k_revoke((uint32_t)id), 0);
    }
    stop(helper_pid);
}

static void grant_bounds(void)
{
    start_helper();
    uint64_t id = grant(memory, 100, GRANT_READ | GRANT_WRITE);
    static const uint64_t bad[][2] = {{0, 101}, {100, 1},   {101, 0},        {99, 2},
                                      {1, 100}, {~0ull, 2}, {1ull << 32, 1}, {50, 1 << 20}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_EQUAL(copy((struct order){id, bad[i][0], bad[i][1], GRANT_READ, 0, 0}), -EFAULT);
        CHECK_EQUAL(copy((struct order){id, bad[i][0], bad[i][1], GRANT_WRITE, 0, 0}), -EFAULT);
    }
    CHECK(copy((struct order){id, 50, ~0ull - 20, GRANT_WRITE, 0, 0}) < 0);
    CHECK_EQUAL(copy((struct order){id, 0, 100, GRANT_READ, 0, 0}), 0);
    CHECK_EQUAL(copy((struct order){id, 100, 0, GRANT_READ, 0, 0}), 0);
    stop(helper_pid);
}

static void grant_direction(void)
{
    start_helper();
    uint64_t r = grant(memory, 100, GRANT_READ), w = grant(memory, 100, GRANT_WRITE);
    CHECK_EQUAL(copy((struct order){r, 0, 10, GRANT_WRITE, 0, 0}), -EPERM);
    CHECK_EQUAL(copy((struct order){w, 0, 10, GRANT_READ, 0, 0}), -EPERM);
    CHECK_EQUAL(copy((struct order){r, 0, 10, GRANT_READ, 0, 0}), 0);
    CHECK_EQUAL(copy((struct order){w, 0, 10, GRANT_WRITE, 0, 0}), 0);
    stop(helper_pid);
}

/* A grant is for its grantee alone. */
static void grant_of_another(void)
{
    start_helper();
    int64_t id = k_grant(EP_FS, memory, 100, GRANT_READ);
    CHECK(id >= 0);
    CHECK_EQUAL(copy((struct order){(uint64_t)id, 0, 10, GRANT_READ, 0, 0}), -EPERM);
    char mine[10];
    CHECK(k_copy_from(self(), (uint32_t)id, 0, mine, sizeof mine) < 0);
    stop(helper_pid);
}

static void grant_revoked(void)
{
    start_helper();
    uint64_t first = grant(memory, 100, GRANT_READ);
    CHECK_EQUAL(copy((struct order){first, 0, 10, GRANT_READ, 0, 0}), 0);
    CHECK_EQUAL(k_revoke((uint32_t)first), 0);
    CHECK_EQUAL(copy((struct order){first, 0, 10, GRANT_READ, 0, 0}), -EINVAL);
    CHECK_EQUAL(k_revoke((uint32_t)first), -EINVAL);
    uint64_t second = grant(memory, 100, GRANT_READ); /* in the same place of the table */
    CHECK(second != first);
    CHECK_EQUAL(copy((struct order){first, 0, 10, GRANT_READ, 0, 0}), -EINVAL);
    CHECK_EQUAL(copy((struct order){second, 0, 10, GRANT_READ, 0, 0}), 0);
    stop(helper_pid);
}

static void grant_forged(void)
{
    start_helper();
    uint64_t id = grant(memory, 100, GRANT_READ), state = 7;
    for (int i = 0; i < 200; i++) {
        uint64_t forged = i < 64 ? id ^ 1ull << i % 32 : next_random(&state) & 0xffffffff;
        if (forged != id)
            CHECK_EQUAL(copy((struct order){forged, 0, 1, GRANT_READ, 0, 0}), -EINVAL);
    }
    stop(helper_pid);
}

static void grant_table_full(void)
{
    start_helper();
    uint64_t ids[GRANTS_PER_PROCESS];
    int n = 0;
    int64_t id;
    while ((id = k_grant(helper, memory, 1, GRANT_READ)) >= 0) {
        CHECK(n < GRANTS_PER_PROCESS);
        ids[n++] = (uint64_t)id;
    }
    CHECK_EQUAL(id, -ENOSPC);
    CHECK_EQUAL(n, GRANTS_PER_PROCESS);
    CHECK_EQUAL(k_revoke((uint32_t)ids[3]), 0);
    CHECK(k_grant(helper, memory, 1, GRANT_READ) >= 0);
    for (int i = 0; i < n; i++)
        if (i != 3)
            CHECK_EQUAL(k_revoke((uint32_t)ids[i]), 0);
    stop(helper_pid);
}

static void grant_bad_arguments(void)
{
    start_helper();
    static const uint64_t bad[] = {0, 0x1000, 0x80000000, 0x7ffffff000000000, ~0ull - 50};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_EQUAL(k_grant(helper, (void *)bad[i], 100, GRANT_READ), -EINVAL);
    CHECK_EQUAL(k_grant(helper, memory, 1ul << 40, GRANT_READ), -EINVAL);
    CHECK_EQUAL(k_grant(helper, memory, 100, 0), -EINVAL);
    CHECK_EQUAL(k_grant(helper, memory, 100, 8 | GRANT_READ), -EINVAL);
    CHECK_EQUAL(k_grant(EP_MAKE(9999, 100), memory, 100, GRANT_READ), -EDEADSRCDST);
    CHECK_EQUAL(k_grant(EP_ANY, memory, 100, GRANT_READ), -EDEADSRCDST);
    CHECK_EQUAL(k_grant_for(EP_PM, helper, (uintptr_t)memory, 100, GRANT_READ), -EPERM);
    CHECK_EQUAL(k_grant_for(helper, EP_FS, (uintptr_t)memory, 100, GRANT_READ), -EPERM);
    stop(helper_pid);
}

/* A grant gives no more rights than its owner has, and the copier needs memory of its own. */
static void grant_bad_memory(void)
{
    start_helper();
    uint64_t gap = grant((void *)(USER_HEAP_END - PAGE_SIZE), 100, GRANT_READ | GRANT_WRITE);
    CHECK_EQUAL(copy((struct order){gap, 0, 10, GRANT_READ, 0, 0}), -EFAULT);
    CHECK_EQUAL(copy((struct order){gap, 0, 10, GRANT_WRITE, 0, 0}), -EFAULT);
    uint64_t text = grant((void *)(USER_BASE + PAGE_SIZE), 100, GRANT_READ | GRANT_WRITE);
    CHECK_EQUAL(copy((struct order){text, 0, 10, GRANT_WRITE, 0, 0}), -EFAULT);
    uint64_t data = grant(constant, sizeof constant, GRANT_READ | GRANT_WRITE);
    CHECK_EQUAL(copy((struct order){data, 0, 10, GRANT_READ, 0, 0}), 0);
    CHECK_EQUAL(copy((struct order){data, 0, 10, GRANT_WRITE, 0, 0}), -EFAULT);
    uint64_t good = grant(memory, 100, GRANT_READ);
    static const uint64_t bad[] = {0x1000, 0x80000000, USER_HEAP_END - PAGE_SIZE, ~0ull - 5,
                                   USER_BASE + PAGE_SIZE};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_EQUAL(copy((struct order){good, 0, 10, GRANT_READ, bad[i], 0}), -EFAULT);
    stop(helper_pid);
}

static void grant_and_answer(void *parent)
{
    struct message m = expect_message((endpoint_t)(uintptr_t)parent, ASK);
    m.w[0] = (uint64_t)k_grant((endpoint_t)m.w[0], memory, 100, GRANT_READ);
    m.type |= MSG_REPLY;
    CHECK_EQUAL(send(m.source, &m), 0);
    pause();
}

/* A grant dies with its granter, and with its grantee: not even the next in the slot has it. */
static void grant_across_death(void)
{
    start_helper();
    pid_t pid = start(grant_and_answer, (void *)(uintptr_t)self());
    endpoint_t granter = endpoint_of(pid);
    struct message m = {.type = ASK, .w = {helper}};
    CHECK_EQUAL(sendrec(granter, &m), 0);
    struct order order = {m.w[0], 0, 10, GRANT_READ, 0, granter};
    CHECK_EQUAL(copy(order), 0);
    stop(pid);
    CHECK_EQUAL(copy(order), -EDEADSRCDST);
    uint64_t id = grant(memory, 100, GRANT_READ);
    endpoint_t dead = helper;
    stop(helper_pid);
    pid_t others[40];
    int n = 0;
    do { /* until one has the slot of the dead */
        start_helper();
        others[n++] = helper_pid;
    } while (EP_SLOT(helper) != EP_SLOT(dead) && n < 40);
    CHECK_EQUAL(copy((struct order){id, 0, 10, GRANT_READ, 0, 0}), -EPERM);
    while (n > 0)
        stop(others[--n]);
}

static void child_without_grants(void *id)
{
    uint64_t forged = (uintptr_t)id;
    CHECK_EQUAL(k_revoke((uint32_t)forged), -EINVAL);
    CHECK_EQUAL(copy((struct order){forged, 0, 10, GRANT_READ, 0, 0}), -EINVAL);
}

static void grant_not_inherited(void)
{
    start_helper();
    uint64_t id = grant(memory, 100, GRANT_READ);
    check_ended_well(start(child_without_grants, (void *)id));
    CHECK_EQUAL(copy((struct order){id, 0, 10, GRANT_READ, 0, 0}), 0);
    stop(helper_pid);
}

/* Memory that is shared after a fork is copied before someone writes into it by a grant. */
static void grant_copies_on_write(void)
{
    memset(memory, 'p', sizeof memory);
    start_helper();
    pid_t witness = start(obey, NULL); /* shares `memory` with this process */
    uint64_t id = grant(memory, 100, GRANT_WRITE);
    CHECK_EQUAL(copy((struct order){id, 0, 100, GRANT_WRITE, 0, 0}), 0);
    CHECK_EQUAL(memory[50], 'c');
    helper = endpoint_of(witness);
    char seen[10] = "";
    int64_t back = k_grant(helper, seen, sizeof seen, GRANT_WRITE);
    struct order order = {(uint64_t)back, 0, sizeof seen, GRANT_WRITE, (uintptr_t)memory, 0};
    CHECK_EQUAL(copy(order), 0);
    CHECK_EQUAL(seen[5], 'p');
    stop(witness);
    stop(helper_pid);
}

const struct test grant_tests[] = {
    T(grant_read_and_write),  T(grant_across_pages),
    T(grant_bounds),          T(grant_direction),
    T(grant_of_another),      T(grant_revoked),
    T(grant_forged),          T(grant_table_full),
    T(grant_bad_arguments),   T(grant_bad_memory),
    T(grant_across_death),    T(grant_not_inherited),
    T(grant_copies_on_write), {0},
};
