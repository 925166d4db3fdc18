/* The line that is typed: editing, UTF-8, what was typed before, and its limits. */
#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include "tests/host/suite.h"
#include "emu/dash/prompt.h"

#define CTRL(letter) ((letter)&0x1f)

static struct view v;
static struct prompt_memory memory;

static enum prompt_result press(char32_t c)
{
    return prompt_key(&v, &memory, (struct key){.code = c});
}

static enum prompt_result press_special(int code)
{
    return prompt_key(&v, &memory, (struct key){.function = true, .code = (char32_t)code});
}

static void type(const char *text)
{
    for (; *text; text++)
        press((unsigned char)*text);
}

static int open_prompt(void **state)
{
    (void)state;
    v = (struct view){0};
    memset(&memory, 0, sizeof memory);
    prompt_open(&v, &memory, PROMPT_COMMAND, "");
    return 0;
}

static void shows(const char *text, int cursor)
{
    assert_string_equal(v.typed, text);
    assert_int_equal(v.cursor, cursor);
}

static void text_is_put_in_and_taken_out(void **state)
{
    (void)state;
    type("goto 12");
    press_special(KEY_LEFT);
    press('5');
    shows("goto 152", 7);
    press_special(KEY_HOME);
    press_special(KEY_DC);
    shows("oto 152", 0);
    press_special(KEY_END);
    press_special(KEY_BACKSPACE);
    press(0x7f);
    shows("oto 1", 5);
    press(CTRL('w'));
    shows("oto ", 4);
    press(CTRL('a'));
    press(CTRL('k'));
    shows("", 0);
    type("ab");
    press(CTRL('b'));
    press(CTRL('u'));
    shows("b", 0);
}

static void characters_stay_whole(void **state)
{
    (void)state;
    press(0xe9);
    press(0x1f600);
    shows("\xc3\xa9\xf0\x9f\x98\x80", 6);
    press_special(KEY_LEFT);
    shows("\xc3\xa9\xf0\x9f\x98\x80", 2);
    press_special(KEY_BACKSPACE);
    shows("\xf0\x9f\x98\x80", 0);
    press_special(KEY_RIGHT);
    shows("\xf0\x9f\x98\x80", 4);
}

static void what_was_typed_before_comes_back(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        prompt_open(&v, &memory, PROMPT_COMMAND, "");
        press((char32_t)('a' + i));
        prompt_close(&v, &memory);
    }
    prompt_open(&v, &memory, PROMPT_COMMAND, "");
    type("draft");
    press_special(KEY_UP);
    shows("c", 1);
    press_special(KEY_UP);
    press(CTRL('p'));
    shows("a", 1);
    press_special(KEY_UP);
    shows("a", 1);
    press_special(KEY_DOWN);
    shows("b", 1);
    press_special(KEY_DOWN);
    press_special(KEY_DOWN);
    shows("draft", 5);
    press_special(KEY_DOWN);
    shows("draft", 5);
    prompt_open(&v, &memory, PROMPT_FILTER, "");
    press_special(KEY_UP);
    shows("", 0); /* each kind of line has its own */
}

static void memory_is_a_ring(void **state)
{
    (void)state;
    for (int i = 0; i < 3 * PROMPT_LINES; i++) {
        prompt_open(&v, &memory, PROMPT_COMMAND, "");
        press((char32_t)(0x100 + i));
        prompt_close(&v, &memory);
    }
    prompt_open(&v, &memory, PROMPT_COMMAND, "");
    for (int i = 0; i < 2 * PROMPT_LINES; i++)
        press_special(KEY_UP);
    char oldest[KEY_BYTES_MAX + 1] = "";
    keys_bytes((struct key){.code = 0x100 + 2 * PROMPT_LINES}, oldest);
    assert_string_equal(v.typed, oldest);
}

static void it_ends(void **state)
{
    (void)state;
    type("x");
    assert_int_equal(press('\r'), PROMPT_DONE);
    assert_string_equal(v.typed, "x");
    assert_int_equal(press_special(KEY_ENTER), PROMPT_DONE);
    assert_int_equal(press(0x1b), PROMPT_CLOSED);
    assert_string_equal(v.typed, "");
    assert_int_equal(press_special(KEY_BACKSPACE), PROMPT_CLOSED); /* nothing is left to erase */
    type("x");
    assert_int_equal(press(CTRL('c')), PROMPT_CLOSED);
}

static void a_long_line_ends(void **state)
{
    (void)state;
    for (int i = 0; i < 3 * VIEW_TEXT; i++)
        press('x');
    assert_int_equal(strlen(v.typed), VIEW_TEXT - 1);
    press(0x1f600);
    assert_int_equal(strlen(v.typed), VIEW_TEXT - 1);
}

/* Seeded noise: the cursor stays in the text, on the border of a character. */
static void noise_does_no_harm(void **state)
{
    static const int special[] = {KEY_LEFT, KEY_RIGHT, KEY_HOME, KEY_END,
                                  KEY_UP,   KEY_DOWN,  KEY_DC,   KEY_BACKSPACE};
    (void)state;
    srand(7);
    for (int i = 0; i < 200000; i++) {
        int kind = rand() % 4;
        if (kind == 0)
            press_special(special[rand() % 8]);
        else if (kind == 1)
            press((char32_t)(1 + rand() % 31));
        else
            press((char32_t)(rand() % 2 ? 0x20 + rand() % 0x60 : 0xa0 + rand() % 0x3000));
        assert_true(v.cursor >= 0 && (size_t)v.cursor <= strlen(v.typed));
        assert_true((v.typed[v.cursor] & 0xc0) != 0x80);
        if (rand() % 50 == 0) {
            prompt_close(&v, &memory);
            prompt_open(&v, &memory, PROMPT_SEARCH, "");
        }
    }
}

#define TEST(name) cmocka_unit_test_setup(name, open_prompt)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(text_is_put_in_and_taken_out),
        TEST(characters_stay_whole),
        TEST(what_was_typed_before_comes_back),
        TEST(memory_is_a_ring),
        TEST(it_ends),
        TEST(a_long_line_ends),
        TEST(noise_does_no_harm),
    };
    return RUN_SUITE("dash_prompt", tests);
}
