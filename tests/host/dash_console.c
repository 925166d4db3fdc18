/* The console's small terminal: lines, moves, escape sequences, UTF-8, bounds. */
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>
#include "tests/host/suite.h"
#include "emu/dash/console.h"

static struct console *c;

static int open_console(void **state)
{
    (void)state;
    c = console_create();
    return c == NULL;
}

static int close_console(void **state)
{
    (void)state;
    console_destroy(c);
    return 0;
}

static void say(const char *text)
{
    console_write(c, text, strlen(text));
}

/* Line `back` lines before the last one, as ASCII; other characters as '?', second halves as '_'.
 */
static const char *line(size_t back)
{
    static char text[CONSOLE_COLUMNS + 1];
    size_t length;
    const char32_t *at = console_line(c, console_lines(c) - 1 - back, &length);
    for (size_t i = 0; i < length; i++)
        text[i] = at[i] == 0 ? '_' : at[i] < 0x80 ? (char)at[i] : '?';
    text[length] = '\0';
    return text;
}

static void assert_screen(const char *last, size_t column)
{
    assert_string_equal(line(0), last);
    assert_int_equal(console_column(c), column);
}

static void lines_and_moves(void **state)
{
    (void)state;
    assert_int_equal(console_lines(c), 1);
    assert_screen("", 0);
    say("hello\r\nworld");
    assert_screen("world", 5);
    assert_string_equal(line(1), "hello");
    say("\rW");
    assert_screen("World", 1);
    say("\r\n$ lx\b \bs");
    assert_screen("$ ls", 4);
    say("\r\n\b\b\tx");
    assert_screen("        x", 9);
    say("\r\n12345678\tx");
    assert_screen("12345678        x", 17);
    say("\nraw");
    assert_screen("                 raw", 20);
    say("\a\0x7f");
    assert_screen("                 raw", 20);
}

static void escapes_act_or_vanish(void **state)
{
    (void)state;
    say("\033[31;1mred\033[0m");
    assert_screen("red", 3);
    say("\033]0;a title\007\033]2;another\033\\\033(B\0337\033=ok");
    assert_screen("redok", 5);
    say("\r\033[2CX\033[K");
    assert_screen("reX", 3);
    say("\033[9D\033[2Gab\033[2K");
    assert_screen("   ", 3);
    say("\r\n\033[?25l\033[10;20Hx\033[200Cy\033[99999999999Cz");
    assert_int_equal(console_column(c), CONSOLE_COLUMNS);
    say("\r\n\033[12\rq"); /* broken off */
    assert_string_equal(line(0), "q");
    say("\r\nP\033P1$r\033\\Q");
    assert_screen("PQ", 2);
}

static void clearing_keeps_the_scroll_back(void **state)
{
    (void)state;
    say("one\r\ntwo\r\n\033[H\033[2Jthree");
    assert_screen("three", 5);
    assert_int_equal(console_top(c), console_lines(c) - 1);
    assert_string_equal(line(2), "two");
}

static void text_beyond_ascii(void **state)
{
    (void)state;
    say("na\xc3\xafve \xe2\x86\x92");
    assert_screen("na?ve ?", 7);
    say("\r\n\xe6\xbc\xa2z"); /* two columns wide */
    assert_screen("?_z", 3);
    say("\r\ne\xcc\x81"); /* a combining accent takes no cell */
    assert_screen("e", 1);
    say("\r\n\xff\xc3(\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80|\xe2\x86"); /* none of it UTF-8 */
    size_t length;
    const char32_t *at = console_line(c, console_lines(c) - 1, &length);
    assert_true(length >= 7);
    assert_int_equal(at[0], 0xfffd);
    assert_int_equal(at[2], '(');
    assert_int_equal(at[length - 1], '|');
    say("A");
    assert_int_equal(console_line(c, console_lines(c) - 1, &length)[length - 1], 'A');
}

static void memory_is_bounded(void **state)
{
    char number[32];
    (void)state;
    for (int i = 0; i < CONSOLE_LINES + 500; i++) {
        snprintf(number, sizeof number, "%d\r\n", i);
        say(number);
    }
    assert_int_equal(console_lines(c), CONSOLE_LINES);
    assert_string_equal(line(1), "2499");
    assert_string_equal(line(CONSOLE_LINES - 1), "501");
    for (int i = 0; i < 3 * CONSOLE_COLUMNS; i++)
        say("x");
    assert_int_equal(strlen(line(1)), CONSOLE_COLUMNS);
    assert_int_equal(console_column(c), CONSOLE_COLUMNS);
}

/* Seeded noise with many escapes: nothing breaks, no line is too long. */
static void noise_does_no_harm(void **state)
{
    static const char some[] = "\033[]0123456789;?CDGKJHmPX\a\b\t\r\n\\ abc\xc3\xa9\xe2\x86\x92";
    (void)state;
    srand(11);
    for (int i = 0; i < 400000; i++) {
        char byte = rand() % 8 ? some[rand() % (int)sizeof some] : (char)rand();
        console_write(c, &byte, 1);
    }
    for (size_t i = 0; i < console_lines(c); i++) {
        size_t length;
        console_line(c, i, &length);
        assert_true(length <= CONSOLE_COLUMNS);
    }
    assert_true(console_top(c) < console_lines(c));
}

/* A copy stands still while the other one goes on. */
static void a_copy_is_its_own(void **state)
{
    (void)state;
    say("one\r\ntwo");
    struct console *copy = console_copy(c), *first = c;
    assert_non_null(copy);
    say("\r\nthree");
    c = copy;
    assert_string_equal(line(0), "two");
    assert_string_equal(line(1), "one");
    say(" and more\r\n");
    assert_string_equal(line(1), "two and more");
    console_destroy(copy);
    c = first;
    assert_string_equal(line(0), "three");
    assert_string_equal(line(1), "two");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_console, close_console)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lines_and_moves),   TEST(escapes_act_or_vanish), TEST(clearing_keeps_the_scroll_back),
        TEST(text_beyond_ascii), TEST(memory_is_bounded),     TEST(noise_does_no_harm),
        TEST(a_copy_is_its_own),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return RUN_SUITE("dash_console", tests);
}
