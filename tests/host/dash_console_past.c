/* The console at any moment: as if the output had ended there, also when more has come than is kept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/host/suite.h"
#include "emu/dash/console_past.h"

#define LINES 40000 /* more than the pieces that are kept */

/* The n-th event prints "line n". */
static void print_line(struct console_past *p, unsigned n)
{
    struct event e = {.kind = EVENT_CONSOLE, .number = n};
    struct sink *sink = console_past_sink(p);
    e.length = (uint8_t)snprintf(e.text, sizeof e.text, "line %u\r\n", n);
    sink->event(sink, &e);
}

/* The number in the last line that was printed; 0: nothing was. */
static unsigned last_line(const struct console *c)
{
    size_t length, lines = console_lines(c);
    char text[16] = "";
    const char32_t *line = lines > 1 ? console_line(c, lines - 2, &length) : NULL;
    for (size_t i = 0; line && i < length && i < sizeof text - 1; i++)
        text[i] = (char)line[i];
    return line ? (unsigned)strtoul(text + strlen("line "), NULL, 10) : 0;
}

static void any_moment(void **state)
{
    static const unsigned moment[] = {0, 1, 500, 499, 1000, 3, 3, 2000};
    struct console_past *p = console_past_create();
    (void)state;
    assert_non_null(p);
    for (unsigned n = 10; n <= 1000; n += 10)
        print_line(p, n);
    for (size_t i = 0; i < sizeof moment / sizeof moment[0]; i++) {
        unsigned wanted = moment[i] < 1000 ? moment[i] / 10 * 10 : 1000;
        assert_int_equal(last_line(console_past_at(p, moment[i])), wanted);
    }
    print_line(p, 1500);
    assert_int_equal(last_line(console_past_at(p, 2000)), 1500);
    console_past_destroy(p);
}

static void what_is_too_long_ago(void **state)
{
    struct console_past *p = console_past_create();
    (void)state;
    assert_non_null(p);
    for (unsigned n = 1; n <= LINES; n++)
        print_line(p, n);
    assert_null(console_past_at(p, 1));
    assert_null(console_past_at(p, CONSOLE_PAST_PIECES / 2 - 1));
    const struct console *c = console_past_at(p, CONSOLE_PAST_PIECES / 2);
    assert_non_null(c);
    assert_int_equal(last_line(c), CONSOLE_PAST_PIECES / 2);
    assert_int_equal(console_lines(c), CONSOLE_LINES); /* what came before is known */
    assert_int_equal(last_line(console_past_at(p, LINES - 7)), LINES - 7);
    assert_int_equal(last_line(console_past_at(p, LINES)), LINES);
    console_past_destroy(p);
}

static void other_events_are_nothing(void **state)
{
    struct console_past *p = console_past_create();
    struct event e = {.kind = EVENT_OPERATOR, .number = 1, .length = 4, .text = "kill"};
    (void)state;
    assert_non_null(p);
    console_past_sink(p)->event(console_past_sink(p), &e);
    assert_int_equal(last_line(console_past_at(p, 1)), 0);
    assert_int_equal(console_lines(console_past_at(p, 1)), 1);
    console_past_destroy(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_moment),
                                       cmocka_unit_test(what_is_too_long_ago),
                                       cmocka_unit_test(other_events_are_nothing)};
    return RUN_SUITE("dash_console_past", tests);
}
