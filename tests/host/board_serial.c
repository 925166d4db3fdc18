// The far end of the serial line: prompt marks are taken out of the output, and only they; what is
// typed waits until it is taken.
#include "suite.h"
#include "emu/serial.h"

#include <string.h>

#define MARK_A "\033]133;A\007"
#define MARK_B "\033]133;B\007"

static char printed[256], marks[16];
static size_t printed_count, marks_count, room;
static struct serial serial;

static void on_print(void *arg, const uint8_t *bytes, size_t n)
{
    (void)arg;
    memcpy(printed + printed_count, bytes, n);
    printed_count += n;
    printed[printed_count] = '\0';
}

static void on_mark(void *arg, char letter)
{
    (void)arg;
    marks[marks_count++] = letter;
    marks[marks_count] = '\0';
}

static char typed[64];
static size_t typed_count;

static size_t on_type(void *arg, const uint8_t *bytes, size_t n)
{
    size_t taken = n < room ? n : room;

    (void)arg;
    memcpy(typed + typed_count, bytes, taken);
    typed_count += taken;
    typed[typed_count] = '\0';
    room -= taken;
    return taken;
}

static int start(void **state)
{
    (void)state;
    serial = (struct serial){.print = on_print, .mark = on_mark, .type = on_type};
    printed_count = marks_count = typed_count = room = 0;
    printed[0] = marks[0] = typed[0] = '\0';
    return 0;
}

static int end(void **state)
{
    (void)state;
    serial_free(&serial);
    return 0;
}

static void output(const char *text, const char *wanted, const char *wanted_marks)
{
    start(NULL);
    for (const char *p = text; *p != '\0'; p++)
        serial_output(&serial, (uint8_t)*p);
    serial_finish(&serial);
    assert_string_equal(printed, wanted);
    assert_string_equal(marks, wanted_marks);
}

static void marks_are_taken_out(void **state)
{
    (void)state;
    output("plain text\r\n", "plain text\r\n", "");
    output(MARK_A "$ " MARK_B, "$ ", "AB");
    output("x" MARK_A MARK_B "y", "xy", "AB");
    output("\033]133;D;0\033\\end", "end", "D");
    output("\033]133;B;cl=m\007", "", "B");
}

static void other_sequences_are_not(void **state)
{
    (void)state;
    output("\033[31mred\033[0m", "\033[31mred\033[0m", "");
    output("\033]0;title\007", "\033]0;title\007", "");
    output("\033\033" MARK_A "z", "\033\033z", "A");
    output("\033]13" MARK_B, "\033]13", "B");
    output("\033]134;A\007", "\033]134;A\007", "");
}

static void unfinished_marks_are_printed(void **state)
{
    char text[128] = "\033]133;A";

    (void)state;
    output(text, text, "");
    memset(text + 7, 'x', 100);
    output(text, text, "");
    output("\033]133;\007!", "\033]133;\007!", "");
}

static void input_waits(void **state)
{
    (void)state;
    assert_true(serial_type(&serial, "hello ", 6));
    assert_string_equal(typed, "");
    room = 2;
    assert_false(serial_pump(&serial));
    assert_string_equal(typed, "he");
    assert_true(serial_type(&serial, "world", 5));
    room = 100;
    assert_true(serial_pump(&serial));
    assert_string_equal(typed, "hello world");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(marks_are_taken_out, start, end),
        cmocka_unit_test_setup_teardown(other_sequences_are_not, start, end),
        cmocka_unit_test_setup_teardown(unfinished_marks_are_printed, start, end),
        cmocka_unit_test_setup_teardown(input_waits, start, end),
    };
    return RUN_SUITE("board_serial", tests);
}
