// CLINT, PLIC, the supervisor's timer and the finisher, each by its registers.
#include "suite.h"
#include "emu/board/clint.h"
#include "emu/board/finisher.h"
#include "emu/board/plic.h"
#include "emu/board/sstc.h"

static uint64_t now;
static bool level[8];
static struct clint clint;
static struct sstc sstc;
static struct plic plic;
static struct finisher finisher;

static void on_irq(void *arg, unsigned number, bool up)
{
    (void)arg;
    level[number] = up;
}

static struct irq_line wire(unsigned number)
{
    return (struct irq_line){on_irq, NULL, number};
}

enum { SOFTWARE, TIMER, SUPERVISOR_TIMER, MACHINE, SUPERVISOR };

static int power_on(void **state)
{
    (void)state;
    now = 0;
    for (unsigned i = 0; i < 8; i++)
        level[i] = false;
    clint_init(&clint, &now, wire(SOFTWARE), wire(TIMER));
    sstc_init(&sstc, &clint, wire(SUPERVISOR_TIMER));
    plic_init(&plic, wire(MACHINE), wire(SUPERVISOR));
    finisher_init(&finisher);
    clint.dev.reset(&clint.dev);
    sstc.dev.reset(&sstc.dev);
    plic.dev.reset(&plic.dev);
    finisher.dev.reset(&finisher.dev);
    return 0;
}

static uint32_t get(struct device *dev, uint64_t offset)
{
    return (uint32_t)dev->read(dev, offset, 4);
}

static void put(struct device *dev, uint64_t offset, uint32_t value)
{
    dev->write(dev, offset, 4, value);
}

/* ---- CLINT ---------------------------------------------------------------------------------- */

static void mtime_is_the_clock(void **state)
{
    (void)state;
    now = 123456789;
    assert_int_equal(get(&clint.dev, 0xbff8), 12345678);
    assert_int_equal(get(&clint.dev, 0xbffc), 0);
    now = (UINT64_C(5) << 32) * CLOCK_PER_TICK;
    assert_int_equal(get(&clint.dev, 0xbffc), 5);
}

static void mtime_can_be_set(void **state)
{
    (void)state;
    now = 1000;
    put(&clint.dev, 0xbff8, 5);
    put(&clint.dev, 0xbffc, 7);
    assert_int_equal(clint_mtime(&clint), (UINT64_C(7) << 32) + 5);
    now += 10 * CLOCK_PER_TICK;
    assert_int_equal(get(&clint.dev, 0xbff8), 15);
}

static void timer_fires_on_time(void **state)
{
    (void)state;
    assert_int_equal(clint.dev.due, CLOCK_NEVER);
    put(&clint.dev, 0x4000, 100);
    put(&clint.dev, 0x4004, 0);
    assert_false(level[TIMER]);
    assert_int_equal(clint.dev.due, 100 * CLOCK_PER_TICK);
    now = clint.dev.due;
    clint.dev.tick(&clint.dev, now);
    assert_true(level[TIMER]);
    assert_int_equal(clint.dev.due, CLOCK_NEVER);
    put(&clint.dev, 0x4000, 200);
    assert_false(level[TIMER]);
    assert_int_equal(clint.dev.due, 200 * CLOCK_PER_TICK);
}

static void timer_out_of_reach(void **state)
{
    (void)state;
    put(&clint.dev, 0x4004, 0xffffffff);
    assert_int_equal(clint.dev.due, CLOCK_NEVER);
    put(&clint.dev, 0x4000, 0);
    assert_false(level[TIMER]);
}

static void timer_in_mid_tick(void **state)
{
    (void)state;
    now = 57; /* tick 5 */
    put(&clint.dev, 0x4004, 0);
    put(&clint.dev, 0x4000, 6);
    assert_int_equal(clint.dev.due, 60);
}

static void software_interrupt(void **state)
{
    (void)state;
    put(&clint.dev, 0, 0xffffffff);
    assert_true(level[SOFTWARE]);
    assert_int_equal(get(&clint.dev, 0), 1);
    put(&clint.dev, 0, 2);
    assert_false(level[SOFTWARE]);
}

static void odd_widths_do_nothing(void **state)
{
    (void)state;
    clint.dev.write(&clint.dev, 0, 1, 1);
    assert_false(level[SOFTWARE]);
    assert_int_equal(clint.dev.read(&clint.dev, 0xbff8, 2), 0);
}

/* ---- the supervisor's timer ----------------------------------------------------------------- */

static void stimecmp_needs_enabling(void **state)
{
    (void)state;
    now = 1000;
    sstc_set(&sstc, 50, false);
    assert_false(level[SUPERVISOR_TIMER]);
    sstc_set(&sstc, 50, true);
    assert_true(level[SUPERVISOR_TIMER]);
    sstc_set(&sstc, 200, true);
    assert_false(level[SUPERVISOR_TIMER]);
    assert_int_equal(sstc.dev.due, 2000);
    now = 2000;
    sstc.dev.tick(&sstc.dev, now);
    assert_true(level[SUPERVISOR_TIMER]);
    sstc_set(&sstc, 200, false);
    assert_false(level[SUPERVISOR_TIMER]);
}

/* ---- PLIC ----------------------------------------------------------------------------------- */

#define ENABLE(context)    (0x2000u + 0x80u * (context))
#define THRESHOLD(context) (0x200000u + 0x1000u * (context))
#define CLAIM(context)     (0x200004u + 0x1000u * (context))

static void source(unsigned number, bool up)
{
    struct irq_line line = plic_source(&plic, number);

    irq_set(&line, up);
}

static void enable(unsigned context, unsigned number, unsigned priority)
{
    uint32_t bits = get(&plic.dev, ENABLE(context) + 4 * (number / 32));

    put(&plic.dev, ENABLE(context) + 4 * (number / 32), bits | 1u << number % 32);
    put(&plic.dev, 4 * number, priority);
}

static void needs_enable_and_priority(void **state)
{
    (void)state;
    source(10, true);
    assert_int_equal(get(&plic.dev, 0x1000), 1u << 10);
    assert_false(level[SUPERVISOR]);
    enable(1, 10, 0);
    assert_false(level[SUPERVISOR]);
    put(&plic.dev, 40, 1);
    assert_true(level[SUPERVISOR]);
    assert_false(level[MACHINE]);
    put(&plic.dev, THRESHOLD(1), 1);
    assert_false(level[SUPERVISOR]);
}

static void claim_and_complete(void **state)
{
    (void)state;
    enable(0, 33, 2);
    source(33, true);
    assert_true(level[MACHINE]);
    assert_int_equal(get(&plic.dev, CLAIM(0)), 33);
    assert_false(level[MACHINE]);
    assert_int_equal(get(&plic.dev, CLAIM(0)), 0);
    put(&plic.dev, CLAIM(0), 33);
    assert_true(level[MACHINE]); /* the wire is still up */
    get(&plic.dev, CLAIM(0));
    source(33, false);
    put(&plic.dev, CLAIM(0), 33);
    assert_false(level[MACHINE]);
}

static void pending_outlives_the_wire(void **state)
{
    (void)state;
    enable(1, 10, 1);
    source(10, true);
    source(10, false);
    assert_true(level[SUPERVISOR]);
    assert_int_equal(get(&plic.dev, CLAIM(1)), 10);
    put(&plic.dev, CLAIM(1), 10);
    assert_false(level[SUPERVISOR]);
}

static void highest_priority_first(void **state)
{
    (void)state;
    enable(1, 3, 1);
    enable(1, 7, 5);
    enable(1, 9, 5);
    source(3, true);
    source(9, true);
    source(7, true);
    assert_int_equal(get(&plic.dev, CLAIM(1)), 7);
    assert_int_equal(get(&plic.dev, CLAIM(1)), 9);
    assert_int_equal(get(&plic.dev, CLAIM(1)), 3);
    assert_int_equal(get(&plic.dev, CLAIM(1)), 0);
}

static void completing_others_is_ignored(void **state)
{
    (void)state;
    enable(1, 3, 1);
    source(3, true);
    get(&plic.dev, CLAIM(1));
    put(&plic.dev, CLAIM(1), 0);
    put(&plic.dev, CLAIM(1), 95);
    put(&plic.dev, CLAIM(1), 4000000000u);
    put(&plic.dev, CLAIM(0), 3); /* not enabled there */
    assert_false(level[SUPERVISOR]);
    put(&plic.dev, CLAIM(1), 3);
    assert_true(level[SUPERVISOR]);
}

static void source_zero_is_nothing(void **state)
{
    (void)state;
    put(&plic.dev, ENABLE(0), 0xffffffff);
    assert_int_equal(get(&plic.dev, ENABLE(0)), 0xfffffffe);
    put(&plic.dev, 0, 7);
    assert_int_equal(get(&plic.dev, 0), 0);
    source(0, true);
    source(96, true);
    assert_int_equal(get(&plic.dev, 0x1000), 0);
}

static void priorities_have_three_bits(void **state)
{
    (void)state;
    put(&plic.dev, 4, 0xffffffff);
    assert_int_equal(get(&plic.dev, 4), 7);
    put(&plic.dev, THRESHOLD(0), 0xffffffff);
    assert_int_equal(get(&plic.dev, THRESHOLD(0)), 7);
}

static void reset_keeps_the_wires(void **state)
{
    (void)state;
    enable(1, 5, 3);
    source(5, true);
    get(&plic.dev, CLAIM(1));
    plic.dev.reset(&plic.dev);
    assert_false(level[SUPERVISOR]);
    enable(1, 5, 3);
    assert_true(level[SUPERVISOR]);
}

/* ---- finisher ------------------------------------------------------------------------------- */

static void finishes(void **state)
{
    static const struct {
        uint32_t value;
        enum finisher_request request;
        int status;
    } rows[] = {
        {0x5555, FINISHER_POWER_OFF, 0},      {0x00013333, FINISHER_POWER_OFF, 1},
        {0x002a3333, FINISHER_POWER_OFF, 42}, {0x01003333, FINISHER_POWER_OFF, 255},
        {0x3333, FINISHER_POWER_OFF, 0},      {0x7777, FINISHER_RESET, 0},
        {0x1234, FINISHER_NONE, 0},
    };

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        power_on(state);
        put(&finisher.dev, 0, rows[i].value);
        assert_int_equal(finisher.request, rows[i].request);
        assert_int_equal(finisher.status, rows[i].status);
    }
}

static void first_request_counts(void **state)
{
    (void)state;
    put(&finisher.dev, 0, 0x00073333);
    put(&finisher.dev, 0, 0x5555);
    assert_int_equal(finisher.status, 7);
    put(&finisher.dev, 8, 0x7777);
    assert_int_equal(finisher.request, FINISHER_POWER_OFF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(mtime_is_the_clock, power_on),
        cmocka_unit_test_setup(mtime_can_be_set, power_on),
        cmocka_unit_test_setup(timer_fires_on_time, power_on),
        cmocka_unit_test_setup(timer_out_of_reach, power_on),
        cmocka_unit_test_setup(timer_in_mid_tick, power_on),
        cmocka_unit_test_setup(software_interrupt, power_on),
        cmocka_unit_test_setup(odd_widths_do_nothing, power_on),
        cmocka_unit_test_setup(stimecmp_needs_enabling, power_on),
        cmocka_unit_test_setup(needs_enable_and_priority, power_on),
        cmocka_unit_test_setup(claim_and_complete, power_on),
        cmocka_unit_test_setup(pending_outlives_the_wire, power_on),
        cmocka_unit_test_setup(highest_priority_first, power_on),
        cmocka_unit_test_setup(completing_others_is_ignored, power_on),
        cmocka_unit_test_setup(source_zero_is_nothing, power_on),
        cmocka_unit_test_setup(priorities_have_three_bits, power_on),
        cmocka_unit_test_setup(reset_keeps_the_wires, power_on),
        cmocka_unit_test_setup(finishes, power_on),
        cmocka_unit_test_setup(first_request_counts, power_on),
    };
    return RUN_SUITE("board_irq", tests);
}
