// The real-time clock by its registers.
#include "suite.h"
#include <stdbool.h>
#include "emu/board/rtc.h"

#define NS_PER_S UINT64_C(1000000000)
#define CLOCK_S  (CLOCK_PER_US * UINT64_C(1000000))

static uint64_t now;
static bool up;
static struct rtc rtc;

static void on_irq(void *arg, unsigned number, bool level)
{
    (void)arg, (void)number;
    up = level;
}

static int power_on(void **state)
{
    (void)state;
    now = 0;
    up = false;
    rtc_init(&rtc, &now, 1000, (struct irq_line){on_irq, NULL, 0});
    rtc.dev.reset(&rtc.dev);
    return 0;
}

static uint32_t get(uint64_t offset)
{
    return (uint32_t)rtc.dev.read(&rtc.dev, offset, 4);
}

static void put(uint64_t offset, uint32_t value)
{
    rtc.dev.write(&rtc.dev, offset, 4, value);
}

static uint64_t get_time(void)
{
    uint64_t low = get(0x00);
    return (uint64_t)get(0x04) << 32 | low;
}

static void arm(uint64_t ns)
{
    put(0x0c, (uint32_t)(ns >> 32));
    put(0x08, (uint32_t)ns);
}

static void counts_virtual_time(void **state)
{
    (void)state;
    assert_int_equal(get_time(), 1000 * NS_PER_S);
    now = 2 * CLOCK_S + 1;
    assert_int_equal(get_time(), 1002 * NS_PER_S + 10);
}

static void low_half_latches_the_high_one(void **state)
{
    (void)state;
    now = (UINT64_C(0x100000000) - 1000 * NS_PER_S % UINT64_C(0x100000000)) / 10;
    uint32_t before = get(0x04);
    now -= 1;
    uint64_t time = 1000 * NS_PER_S + now * 10;
    assert_int_equal(get(0x00), (uint32_t)time);
    now += 2; // the high half has moved on, but not what was latched
    assert_int_equal(get(0x04), (uint32_t)(time >> 32));
    assert_int_equal(before, 0);
}

static void can_be_set(void **state)
{
    (void)state;
    now = 7 * CLOCK_S;
    put(0x04, 5);
    put(0x00, 6);
    assert_int_equal(get_time(), UINT64_C(5) << 32 | 6);
    now += CLOCK_S;
    assert_int_equal(get_time(), (UINT64_C(5) << 32 | 6) + NS_PER_S);
}

static void alarm_rings_on_time(void **state)
{
    (void)state;
    put(0x10, 1);
    arm(1003 * NS_PER_S + 5);
    assert_int_equal(get(0x18), 1);
    assert_int_equal(rtc.dev.due, 3 * CLOCK_S + 1); // not before the moment
    now = rtc.dev.due;
    assert_false(up);
    rtc.dev.tick(&rtc.dev, now);
    assert_true(up);
    assert_int_equal(get(0x18), 0);
    assert_int_equal(rtc.dev.due, CLOCK_NEVER);
    put(0x1c, 1);
    assert_false(up);
}

static void alarm_in_the_past_rings_at_once(void **state)
{
    (void)state;
    arm(1);
    assert_false(up); // not enabled
    put(0x10, 1);
    assert_true(up);
}

static void alarm_can_be_cleared(void **state)
{
    (void)state;
    put(0x10, 1);
    arm(1001 * NS_PER_S);
    put(0x14, 1);
    assert_int_equal(rtc.dev.due, CLOCK_NEVER);
    arm(UINT64_MAX);
    assert_true(rtc.dev.due > now); // far beyond any run, and no wrap
}

static void without_an_epoch_it_is_2026(void **state)
{
    (void)state;
    rtc_init(&rtc, &now, 0, (struct irq_line){on_irq, NULL, 0});
    assert_int_equal(get_time(), RTC_EPOCH * NS_PER_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(counts_virtual_time, power_on),
        cmocka_unit_test_setup(low_half_latches_the_high_one, power_on),
        cmocka_unit_test_setup(can_be_set, power_on),
        cmocka_unit_test_setup(alarm_rings_on_time, power_on),
        cmocka_unit_test_setup(alarm_in_the_past_rings_at_once, power_on),
        cmocka_unit_test_setup(alarm_can_be_cleared, power_on),
        cmocka_unit_test_setup(without_an_epoch_it_is_2026, power_on),
    };
    return RUN_SUITE("board_rtc", tests);
}
