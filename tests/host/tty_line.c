/* The line discipline of TTY, run on the host: what is typed, what is echoed, what a read gets. */
#include <string.h>
#include "suite.h"
#include "servers/tty/line.h"

#define SIGINT_BIT (1u << 2)

static struct terminal t;

static int setup(void **unused)
{
    (void)unused;
    line_init(&t);
    return 0;
}

static void type(const char *text)
{
    while (*text)
        line_input(&t, (uint8_t)*text++);
}

/* Sends at most so many bytes; returns how many. */
static size_t output(uint8_t *to, size_t room)
{
    size_t n = 0;
    for (; n < room && line_output_pending(&t); t.out_head++)
        to[n++] = line_output_byte(&t);
    return n;
}

/* What has gone to the screen since the last time. */
static const char *screen(void)
{
    static char text[LINE_OUTPUT + 1];
    size_t n = output((uint8_t *)text, LINE_OUTPUT);
    text[n] = '\0';
    return text;
}

/* The next read of `bytes` returns exactly `expected`. */
static void reads(size_t bytes, const char *expected)
{
    char buffer[LINE_INPUT + 1];
    assert_true(line_readable(&t));
    size_t n = line_read(&t, buffer, bytes);
    buffer[n] = '\0';
    assert_string_equal(buffer, expected);
}

static void a_line_waits_for_its_end(void **unused)
{
    (void)unused;
    type("ls");
    assert_false(line_readable(&t));
    type("\r");
    assert_string_equal(screen(), "ls\r\n");
    reads(100, "ls\n");
    assert_false(line_readable(&t));
}

static void type_ahead_is_read_line_by_line(void **unused)
{
    (void)unused;
    type("one\rtwo\rthr");
    reads(100, "one\n");
    reads(2, "tw");
    reads(100, "o\n");
    assert_false(line_readable(&t));
}

static void erase_takes_back_one_character(void **unused)
{
    (void)unused;
    type("ab\bc\x7f\x7f");
    assert_string_equal(screen(), "ab\b \bc\b \b\b \b");
    type("\x7f\x7f"); /* nothing left: nothing happens */
    assert_string_equal(screen(), "");
    type("x\r");
    reads(100, "x\n");
}

static void erase_stops_at_the_line_before(void **unused)
{
    (void)unused;
    type("one\r\b\b\b\r");
    reads(100, "one\n");
    reads(100, "\n");
}

static void erase_knows_columns(void **unused)
{
    (void)unused;
    type("\xc3\xa4\x01\t"); /* a-umlaut, ^A, tab */
    assert_string_equal(screen(), "\xc3\xa4^A ");
    type("\b\b\b");
    assert_string_equal(screen(), "\b \b\b \b\b \b\b \b");
    type("\r");
    reads(100, "\n");
}

static void kill_takes_the_whole_line(void **unused)
{
    (void)unused;
    type("one\rtwo\x15");
    assert_string_equal(screen(), "one\r\ntwo\b \b\b \b\b \b");
    type("3\r");
    reads(100, "one\n");
    reads(100, "3\n");
}

static void kill_of_a_long_line_begins_a_new_one(void **unused)
{
    (void)unused;
    for (int i = 0; i < 1000; i++)
        type("x");
    screen();
    type("\x15");
    assert_string_equal(screen(), "^U\r\n");
    type("y\r");
    reads(100, "y\n");
}

static void word_erase_takes_blanks_and_a_word(void **unused)
{
    (void)unused;
    type("cat file  \x17x\r");
    reads(100, "cat x\n");
}

static void end_of_file(void **unused)
{
    (void)unused;
    type("\x04");
    reads(100, "");
    assert_false(line_readable(&t));
    type("abc\x04");
    reads(100, "abc");
    assert_false(line_readable(&t));
    type("abc\x04z\r");
    reads(3, "abc"); /* and the ^D with it: no false end of file */
    reads(100, "z\n");
    assert_string_equal(screen(), "abcabcz\r\n");
}

static void interrupt_is_a_signal_and_voids_the_line(void **unused)
{
    (void)unused;
    type("one\rtwo\x03");
    assert_int_equal(t.line.signals, SIGINT_BIT);
    assert_string_equal(screen(), "one\r\ntwo^C\r\n");
    assert_false(line_readable(&t));
    type("3\r");
    reads(100, "3\n");
}

static void what_was_read_is_kept_until_it_is_forgotten(void **unused)
{
    (void)unused;
    uint8_t buffer[16];
    type("one\ntwo\n");
    struct line before = t.line;
    assert_int_equal(line_read(&t, buffer, sizeof buffer), 4);
    uint32_t position = t.line.in_head;
    t.line = before; /* as TTY does: the reader may not live to remember it */
    assert_int_equal(line_read(&t, buffer, sizeof buffer), 4);
    assert_memory_equal(buffer, "one\n", 4);
    t.line = before;
    line_forget(&t, position);
    line_forget(&t, position); /* said twice */
    assert_int_equal(line_read(&t, buffer, sizeof buffer), 4);
    assert_memory_equal(buffer, "two\n", 4);
    type("three\003four\n"); /* ^C: a position from before means nothing any more */
    line_forget(&t, position + 2);
    assert_int_equal(line_read(&t, buffer, sizeof buffer), 5);
    assert_memory_equal(buffer, "four\n", 5);
}

static void raw_mode_passes_everything(void **unused)
{
    (void)unused;
    line_set_mode(&t, 0);
    assert_false(line_readable(&t));
    type("a\x03\x04\x7f\r\n");
    assert_string_equal(screen(), "");
    assert_int_equal(t.line.signals, 0);
    reads(3, "a\x03\x04");
    reads(100, "\x7f\r\n");
    assert_false(line_readable(&t));
    assert_int_equal(line_write(&t, "x\n", 2), 2);
    assert_string_equal(screen(), "x\n");
}

static void changing_the_mode_keeps_type_ahead(void **unused)
{
    (void)unused;
    type("one\rtw");
    line_set_mode(&t, TTY_CRNL);
    reads(2, "on");
    type("o\rx");
    line_set_mode(&t, TTY_COOKED);
    reads(100, "e\n");
    reads(100, "two\n");
    assert_false(line_readable(&t));
    type("\r");
    reads(100, "x\n");
}

static void echo_can_be_off(void **unused)
{
    (void)unused;
    line_set_mode(&t, TTY_COOKED & ~TTY_ECHO);
    type("secret\bs\x15pass\r");
    assert_string_equal(screen(), "");
    reads(100, "pass\n");
}

static void a_full_queue_leaves_bytes_on_the_wire(void **unused)
{
    (void)unused;
    unsigned taken = 0;
    for (; line_takes_input(&t); taken++) {
        type(taken % 64 == 63 ? "\r" : "x");
        screen();
    }
    assert_int_equal(taken, LINE_INPUT);
    char buffer[100];
    assert_int_equal(line_read(&t, buffer, sizeof buffer), 64);
    assert_true(line_takes_input(&t));
}

static void a_line_longer_than_the_queue_is_read_in_parts(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < LINE_INPUT; i++) {
        assert_false(line_readable(&t));
        type("x");
        screen();
    }
    char buffer[LINE_INPUT + 1];
    assert_true(line_readable(&t));
    assert_int_equal(line_read(&t, buffer, sizeof buffer), LINE_INPUT);
    type("y\r");
    reads(100, "y\n");
}

static void writers_wait_when_output_is_full(void **unused)
{
    (void)unused;
    static char text[LINE_OUTPUT];
    memset(text, 'x', sizeof text);
    size_t n = line_write(&t, text, sizeof text);
    assert_in_range(n, LINE_OUTPUT - LINE_ECHO - 2, LINE_OUTPUT - LINE_ECHO);
    assert_int_equal(line_write(&t, "x", 1), 0);
    assert_false(line_writable(&t));
    assert_int_equal(strlen(screen()), n);
    assert_true(line_writable(&t));
}

static void input_waits_when_there_is_no_room_for_echo(void **unused)
{
    (void)unused;
    static char text[LINE_OUTPUT];
    line_write(&t, text, sizeof text);
    unsigned n = 0;
    for (; line_takes_input(&t); n++)
        type("\x01");
    assert_in_range(n, 1, LINE_ECHO);
    assert_true(t.line.out_tail - t.out_head <= LINE_OUTPUT);
    screen();
    assert_true(line_takes_input(&t));
}

/* Any bytes, any mode, any sizes: the queues stay within their bounds, and no byte comes from
 * nowhere. */
static void random_use_keeps_the_queues_sound(void **unused)
{
    (void)unused;
    uint32_t seed = 1;
    for (int i = 0; i < 300000; i++) {
        seed = seed * 1664525 + 1013904223;
        uint32_t r = seed >> 8;
        uint8_t buffer[300];
        if (r % 16 < 12 && line_takes_input(&t))
            line_input(&t, (uint8_t)(r >> 4));
        else if (r % 16 == 12 && line_readable(&t))
            line_read(&t, buffer, 1 + r / 16 % 299);
        else if (r % 16 == 13)
            line_write(&t, buffer, r / 16 % 300);
        else if (r % 16 == 14)
            output(buffer, r / 16 % 300);
        else if (r % 4096 == 15)
            line_set_mode(&t, r / 4096 & TTY_COOKED);
        assert_true(t.line.in_tail - t.line.in_head <= LINE_INPUT);
        assert_true(t.line.out_tail - t.out_head <= LINE_OUTPUT);
        assert_true(t.line.ends <= t.line.in_tail - t.line.in_head);
    }
}

#define TEST(f) cmocka_unit_test_setup(f, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_line_waits_for_its_end),
        TEST(type_ahead_is_read_line_by_line),
        TEST(erase_takes_back_one_character),
        TEST(erase_stops_at_the_line_before),
        TEST(erase_knows_columns),
        TEST(kill_takes_the_whole_line),
        TEST(kill_of_a_long_line_begins_a_new_one),
        TEST(word_erase_takes_blanks_and_a_word),
        TEST(end_of_file),
        TEST(interrupt_is_a_signal_and_voids_the_line),
        TEST(what_was_read_is_kept_until_it_is_forgotten),
        TEST(raw_mode_passes_everything),
        TEST(changing_the_mode_keeps_type_ahead),
        TEST(echo_can_be_off),
        TEST(a_full_queue_leaves_bytes_on_the_wire),
        TEST(a_line_longer_than_the_queue_is_read_in_parts),
        TEST(writers_wait_when_output_is_full),
        TEST(input_waits_when_there_is_no_room_for_echo),
        TEST(random_use_keeps_the_queues_sound),
    };
    return RUN_SUITE("tty_line", tests);
}
