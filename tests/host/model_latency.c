/* Percentiles from the log-linear histogram, against those of the sorted values; and the table of them by kind of request. */
#include <stdlib.h>
#include <string.h>
#include "tests/host/suite.h"
#include "emu/model/latencies.h"

static void small_values_are_exact(void **state)
{
    struct latency l = {0};
    (void)state;
    assert_int_equal(latency_percentile(&l, 500), 0);
    for (uint64_t v = 1; v <= 10; v++)
        latency_add(&l, v);
    assert_int_equal(latency_percentile(&l, 500), 5);
    assert_int_equal(latency_percentile(&l, 990), 10);
    assert_int_equal(latency_percentile(&l, 0), 1);
    assert_int_equal(l.count, 10);
    assert_int_equal(l.last, 10);
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void percentiles_are_at_most_an_eighth_too_high(void **state)
{
    enum { COUNT = 5000 };
    static uint64_t value[COUNT];
    (void)state;
    srand(5);
    for (int round = 0; round < 50; round++) {
        struct latency l = {0};
        for (int i = 0; i < COUNT; i++) {
            value[i] = ((uint64_t)rand() << 31 | (uint64_t)rand()) >> (rand() % 62);
            latency_add(&l, value[i]);
        }
        qsort(value, COUNT, sizeof value[0], compare);
        for (unsigned percent = 1; percent <= 100; percent++) {
            uint64_t exact = value[(COUNT * percent + 99) / 100 - 1];
            uint64_t got = latency_percentile(&l, percent * 10);
            assert_in_range(got, exact, exact + exact / 8 + 1);
        }
        assert_int_equal(latency_percentile(&l, 1000), value[COUNT - 1]);
    }
}

static void the_extremes_have_a_bucket(void **state)
{
    struct latency l = {0};
    (void)state;
    latency_add(&l, UINT64_MAX);
    latency_add(&l, 1ull << 63);
    latency_add(&l, 0);
    assert_int_equal(latency_percentile(&l, 1000), UINT64_MAX);
    assert_int_equal(latency_percentile(&l, 10), 0);
}

static void a_thousandth_is_told_apart(void **state)
{
    struct latency l = {0};
    (void)state;
    for (int i = 0; i < 9990; i++)
        latency_add(&l, 1);
    for (int i = 0; i < 10; i++)
        latency_add(&l, 1000000);
    assert_int_equal(latency_percentile(&l, 999), 1);
    assert_int_equal(latency_percentile(&l, 1000), 1000000);
    assert_int_equal(l.min, 1);
    assert_int_equal(l.sum, 9990 + 10 * 1000000);
}

/* The buckets lie side by side, from 0 to the last number there is. */
static void buckets_leave_no_gap(void **state)
{
    (void)state;
    assert_int_equal(latency_low(0), 0);
    assert_int_equal(latency_high(LATENCY_BUCKETS - 1), UINT64_MAX);
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++) {
        struct latency l = {0};
        latency_add(&l, latency_low(i));
        latency_add(&l, latency_high(i));
        assert_int_equal(l.bucket[i], 2);
        assert_true(i == 0 || latency_low(i) == latency_high(i - 1) + 1);
    }
}

static void merged_is_as_if_added(void **state)
{
    struct latency part[2] = {{0}}, all = {0}, none = {0};
    (void)state;
    srand(6);
    for (int i = 0; i < 1000; i++) {
        uint64_t value = (uint64_t)rand() >> rand() % 30;
        latency_add(&part[i >= 300], value);
        latency_add(&all, value);
    }
    latency_merge(&part[0], &part[1]);
    latency_merge(&part[0], &none);
    assert_memory_equal(&part[0], &all, sizeof all);
}

/* ---- by kind of request ---------------------------------------------------------------------- */

static struct latencies table;
static struct world world;

static void answered(endpoint_t client, endpoint_t server, uint32_t type, uint64_t took,
                     int64_t status)
{
    struct transaction t = {.id = 1,
                            .client = client,
                            .server = server,
                            .request = {.type = type},
                            .called = 100,
                            .ended = 100 + took,
                            .status = status};
    latencies_add(&table, &world, &t, took * 3);
}

static void named(endpoint_t ep, const char *name)
{
    struct event e = {.kind = EVENT_SPAWN, .who = ep, .number = world.event + 1};
    strcpy(e.name, name);
    world_event(&world, &e, NULL);
}

static void set_up(void)
{
    memset(&table, 0, sizeof table);
    world_init(&world);
    named(EP_FS, "fs");
    named(EP_MAKE(1u, 17), "ls");
    named(EP_MAKE(1u, 18), "ls");
}

static void every_ls_counts_for_ls(void **state)
{
    struct latency sum;
    (void)state;
    set_up();
    answered(EP_MAKE(1u, 17), EP_FS, 0x300, 10, 0);
    answered(EP_MAKE(1u, 18), EP_FS, 0x300, 12, -5);
    answered(EP_MAKE(1u, 18), EP_FS, 0x301, 14, 0);
    assert_int_equal(table.rows, 2);
    const struct latency_row *row = latencies_find(&table, "ls", "fs", 0x300);
    assert_int_equal(row->insns.count, 2);
    assert_int_equal(row->insns.max, 12);
    assert_int_equal(row->host_ns.max, 36);
    assert_int_equal(row->failed, 1);
    assert_null(latencies_find(&table, "ls", "fs", 0x302));
    assert_null(latencies_find(&table, "l", "sfs", 0x300));
    assert_int_equal(latencies_server(&table, "fs", &sum)->count, 3);
    assert_null(latencies_server(&table, "tty", &sum));
}

static void what_was_put_off_is_counted_apart(void **state)
{
    struct transaction t = {
        .id = 1, .client = EP_MAKE(1u, 17), .server = EP_FS, .ended = 1000000, .deferred = true};
    (void)state;
    set_up();
    t.request.type = 0x300;
    latencies_add(&table, &world, &t, 5);
    assert_int_equal(table.row[0].deferred, 1);
    assert_int_equal(table.row[0].insns.count, 0);
    assert_int_equal(table.row[0].host_ns.count, 0);
}

static void what_is_outstanding_has_an_age(void **state)
{
    struct event call = {.kind = EVENT_CALL,
                         .who = EP_MAKE(1u, 17),
                         .peer = EP_FS,
                         .call = IPC_SENDREC,
                         .transaction = 7,
                         .time = 1000,
                         .message = {.type = 0x300}};
    uint64_t oldest;
    (void)state;
    set_up();
    answered(EP_MAKE(1u, 17), EP_FS, 0x300, 10, 0);
    answered(EP_MAKE(1u, 17), EP_FS, 0x301, 10, 0);
    call.number = world.event + 1;
    world_event(&world, &call, NULL);
    call.who = EP_MAKE(1u, 18);
    call.transaction = 8;
    call.time = 1200;
    world_event(&world, &call, NULL);
    world_pass(&world, 1500);
    assert_int_equal(latencies_open(&table.row[0], &world, &oldest), 2);
    assert_int_equal(oldest, 500);
    assert_int_equal(latencies_open(&table.row[1], &world, &oldest), 0);
    assert_int_equal(oldest, 0);
}

/* More kinds than rows: the others are counted together in the last row. */
static void memory_is_bounded(void **state)
{
    (void)state;
    set_up();
    for (uint32_t type = 1; type <= 2 * LATENCIES_ROWS; type++)
        for (int i = 0; i < 2; i++)
            answered(EP_MAKE(1u, 17), EP_FS, type, type, 0);
    assert_int_equal(table.rows, LATENCIES_ROWS);
    assert_int_equal(latencies_find(&table, "ls", "fs", 5)->insns.count, 2);
    assert_int_equal(latencies_find(&table, "ls", "fs", LATENCIES_ROWS - 1)->insns.max,
                     LATENCIES_ROWS - 1);
    assert_null(latencies_find(&table, "ls", "fs", LATENCIES_ROWS));
    assert_int_equal(table.row[LATENCIES_ROWS - 1].type, 0);
    assert_int_equal(table.row[LATENCIES_ROWS - 1].insns.count, 2 * (LATENCIES_ROWS + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_values_are_exact),
        cmocka_unit_test(percentiles_are_at_most_an_eighth_too_high),
        cmocka_unit_test(the_extremes_have_a_bucket),
        cmocka_unit_test(a_thousandth_is_told_apart),
        cmocka_unit_test(buckets_leave_no_gap),
        cmocka_unit_test(merged_is_as_if_added),
        cmocka_unit_test(every_ls_counts_for_ls),
        cmocka_unit_test(what_was_put_off_is_counted_apart),
        cmocka_unit_test(what_is_outstanding_has_an_age),
        cmocka_unit_test(memory_is_bounded),
    };
    return RUN_SUITE("model_latency", tests);
}
