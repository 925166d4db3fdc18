// The UART's registers, its interrupts, and that no input is ever lost.
#include "suite.h"
#include "emu/board/uart16550.h"

#include <string.h>

struct line {
    bool level;
    char sent[64];
    size_t sent_count;
    unsigned rooms;
};

static struct line line;
static struct uart uart;

static void on_irq(void *arg, unsigned number, bool level)
{
    assert_int_equal(number, 10);
    ((struct line *)arg)->level = level;
}

static void on_transmit(void *arg, uint8_t byte)
{
    struct line *l = arg;

    l->sent[l->sent_count++] = (char)byte;
}

static void on_room(void *arg)
{
    ((struct line *)arg)->rooms++;
}

static int power_on(void **state)
{
    (void)state;
    line = (struct line){0};
    uart_init(&uart, (struct irq_line){on_irq, &line, 10});
    uart.transmit = on_transmit;
    uart.room = on_room;
    uart.arg = &line;
    uart.dev.reset(&uart.dev);
    return 0;
}

static uint8_t get(unsigned reg)
{
    return (uint8_t)uart.dev.read(&uart.dev, reg, 1);
}

static void put(unsigned reg, uint8_t value)
{
    uart.dev.write(&uart.dev, reg, 1, value);
}

static size_t type(const char *text)
{
    return uart_receive(&uart, (const uint8_t *)text, strlen(text));
}

static void sends_at_once(void **state)
{
    (void)state;
    put(0, 'h');
    put(0, 'i');
    assert_int_equal(line.sent_count, 2);
    assert_memory_equal(line.sent, "hi", 2);
    assert_int_equal(get(5), 0x60);
}

static void receives_in_order(void **state)
{
    (void)state;
    put(2, 1);
    assert_int_equal(type("abc"), 3);
    assert_int_equal(get(5), 0x61);
    assert_int_equal(get(0), 'a');
    assert_int_equal(get(0), 'b');
    assert_int_equal(get(0), 'c');
    assert_int_equal(get(5), 0x60);
    assert_int_equal(get(0), 0);
}

static void fifo_holds_sixteen(void **state)
{
    (void)state;
    assert_int_equal(type("ab"), 1); /* FIFOs off: one byte */
    put(2, 1);
    assert_int_equal(type("bcdefghijklmnopqrs"), 15);
    assert_int_equal(type("x"), 0);
    for (char c = 'a'; c <= 'p'; c++)
        assert_int_equal(get(0), c);
    assert_int_equal(get(5) & 1, 0);
}

static void clearing_loses_nothing(void **state)
{
    (void)state;
    type("a");
    put(2, 0x07);
    assert_int_equal(get(0), 'a');
}

static void asks_for_more(void **state)
{
    (void)state;
    unsigned before = line.rooms;
    type("a");
    get(0);
    assert_int_equal(line.rooms, before + 1);
}

static void divisor_hides_the_data_register(void **state)
{
    (void)state;
    put(3, 0x83);
    put(0, 0x12);
    put(1, 0x34);
    assert_int_equal(get(0), 0x12);
    assert_int_equal(get(1), 0x34);
    assert_int_equal(line.sent_count, 0);
    put(3, 0x03);
    assert_int_equal(get(1), 0);
    put(7, 0xa5);
    assert_int_equal(get(7), 0xa5);
}

static void receive_interrupt(void **state)
{
    (void)state;
    put(2, 1);
    put(1, 1);
    assert_false(line.level);
    assert_int_equal(get(2), 0xc1);
    type("ab");
    assert_true(line.level);
    assert_int_equal(get(2), 0xc4);
    get(0);
    assert_true(line.level);
    get(0);
    assert_false(line.level);
}

static void few_bytes_time_out(void **state)
{
    (void)state;
    put(2, 0xc1); /* level 14 */
    put(1, 1);
    type("a");
    assert_true(line.level);
    assert_int_equal(get(2), 0xcc);
    type("bcdefghijklmn");
    assert_int_equal(get(2), 0xc4);
}

static void transmit_interrupt(void **state)
{
    (void)state;
    put(1, 2);
    assert_true(line.level);
    assert_int_equal(get(2), 0x02);
    assert_false(line.level); /* reading IIR takes it back */
    put(0, 'x');
    assert_true(line.level);
    assert_int_equal(get(2), 0x02);
    put(1, 0);
    put(1, 2);
    assert_true(line.level);
}

static void loop_back(void **state)
{
    (void)state;
    put(2, 1);
    put(4, 0x1a);
    assert_int_equal(get(6), 0x90);
    put(0, 'q');
    assert_int_equal(line.sent_count, 0);
    assert_int_equal(type("z"), 0);
    assert_int_equal(get(0), 'q');
    put(4, 0x0b);
    assert_int_equal(get(6), 0xb0);
    assert_int_equal(type("z"), 1);
}

static void loop_back_overruns(void **state)
{
    (void)state;
    put(4, 0x10);
    put(1, 4);
    put(0, '1');
    assert_false(line.level);
    put(0, '2');
    assert_true(line.level);
    assert_int_equal(get(2), 0x06);
    assert_int_equal(get(5), 0x63);
    assert_false(line.level);
    put(2, 2);
    assert_int_equal(get(5), 0x60); /* what came from the loop is cleared */
}

static void reset_is_power_on(void **state)
{
    (void)state;
    put(1, 0x0f);
    put(3, 0x80);
    put(0, 9);
    type("a");
    uart.dev.reset(&uart.dev);
    assert_false(line.level);
    assert_int_equal(get(1), 0);
    assert_int_equal(get(5), 0x60);
    assert_int_equal(get(2), 0x01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sends_at_once, power_on),
        cmocka_unit_test_setup(receives_in_order, power_on),
        cmocka_unit_test_setup(fifo_holds_sixteen, power_on),
        cmocka_unit_test_setup(clearing_loses_nothing, power_on),
        cmocka_unit_test_setup(asks_for_more, power_on),
        cmocka_unit_test_setup(divisor_hides_the_data_register, power_on),
        cmocka_unit_test_setup(receive_interrupt, power_on),
        cmocka_unit_test_setup(few_bytes_time_out, power_on),
        cmocka_unit_test_setup(transmit_interrupt, power_on),
        cmocka_unit_test_setup(loop_back, power_on),
        cmocka_unit_test_setup(loop_back_overruns, power_on),
        cmocka_unit_test_setup(reset_is_power_on, power_on),
    };
    return RUN_SUITE("board_uart", tests);
}
