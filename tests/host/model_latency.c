/* Percentiles from the log-linear histogram, against those of the sorted values. */
#include <stdlib.h>
#include <string.h>
#include "tests/host/suite.h"
#include "emu/model/latency.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_values_are_exact),
        cmocka_unit_test(percentiles_are_at_most_an_eighth_too_high),
        cmocka_unit_test(the_extremes_have_a_bucket),
    };
    return RUN_SUITE("model_latency", tests);
}
