/* Which key does what: nothing is destroyed by a key typed in the wrong place. */
#include <curses.h>
#include <string.h>
#include "tests/host/suite.h"
#include "emu/dash/keys.h"

static struct key plain(char32_t c)
{
    return (struct key){.code = c};
}

static struct key special(char32_t code)
{
    return (struct key){.function = true, .code = code};
}

static void a_focused_console_takes_every_key(void **state)
{
    struct view v = {.focus = FOCUS_CONSOLE};
    (void)state;
    for (char32_t c = 0; c < 0x80; c++)
        assert_int_equal(keys_action(&v, false, plain(c)),
                         c == 0x1d ? ACTION_TO_TABLES : ACTION_TYPE);
    assert_int_equal(keys_action(&v, false, plain(0xe9)), ACTION_TYPE);
    assert_int_equal(keys_action(&v, false, special(KEY_UP)), ACTION_TYPE);
    assert_int_equal(keys_action(&v, false, special(KEY_F(9))), ACTION_KILL);
    assert_int_equal(keys_action(&v, false, special(KEY_F(10))), ACTION_QUIT);
    assert_int_equal(keys_action(&v, false, special(KEY_RESIZE)), ACTION_RESIZE);
}

static void the_tables_have_keys_of_their_own(void **state)
{
    struct view v = {.focus = FOCUS_TABLES};
    (void)state;
    assert_int_equal(keys_action(&v, false, plain('\t')), ACTION_NEXT_PAGE);
    assert_int_equal(keys_action(&v, false, plain('i')), ACTION_TO_CONSOLE);
    for (char32_t c = '1'; c <= '8'; c++)
        assert_int_equal(keys_action(&v, false, plain(c)), ACTION_PAGE);
    assert_int_equal(keys_action(&v, false, plain('9')), ACTION_UNKNOWN);
    assert_int_equal(keys_action(&v, false, plain('n')), ACTION_AGAIN);
    assert_int_equal(keys_action(&v, false, plain('q')), ACTION_QUIT);
    assert_int_equal(keys_action(&v, false, plain('p')), ACTION_PAUSE);
    assert_int_equal(keys_action(&v, false, plain('y')), ACTION_UNKNOWN);
    assert_int_equal(keys_action(&v, false, special(KEY_PPAGE)), ACTION_PAGE_UP);
    assert_int_equal(keys_action(&v, false, special(KEY_F(9))), ACTION_KILL);
}

/* In any state there is no key that only looks as if nothing had happened. */
static void no_key_is_dead(void **state)
{
    struct view v = {.focus = FOCUS_TABLES};
    (void)state;
    for (char32_t c = 1; c < 0x100; c++)
        assert_int_not_equal(keys_action(&v, false, plain(c)), ACTION_NONE);
    for (int n = 1; n <= 12; n++)
        assert_int_not_equal(keys_action(&v, false, special((char32_t)KEY_F(n))), ACTION_NONE);
}

static void only_y_confirms(void **state)
{
    struct view v = {.focus = FOCUS_CONSOLE, .dialog = {.open = true, .confirm = 'y'}};
    (void)state;
    for (char32_t c = 0; c < 0x80; c++)
        assert_int_equal(keys_action(&v, false, plain(c)),
                         c == 'y' ? ACTION_CONFIRM : ACTION_CANCEL);
    assert_int_equal(keys_action(&v, false, special(KEY_ENTER)), ACTION_CANCEL);
    assert_int_equal(keys_action(&v, false, special(KEY_F(9))), ACTION_CANCEL);
    assert_int_equal(keys_action(&v, false, special('y')), ACTION_CANCEL);
    assert_int_equal(keys_action(&v, false, special(KEY_RESIZE)), ACTION_RESIZE);
}

/* Who asks for the end twice means it; Enter and all else do not. */
static void the_end_is_asked_for_twice(void **state)
{
    struct view v = {.dialog = {.open = true, .confirm = 'y', .ends = true}};
    (void)state;
    for (char32_t c = 0; c < 0x80; c++)
        assert_int_equal(keys_action(&v, false, plain(c)),
                         c == 'y' || c == 'q' || c == 3 ? ACTION_CONFIRM : ACTION_CANCEL);
    assert_int_equal(keys_action(&v, false, special(KEY_F(10))), ACTION_CONFIRM);
    assert_int_equal(keys_action(&v, false, special(KEY_F(9))), ACTION_CANCEL);
    v.dialog.ends = false; /* of a deed, it is a no */
    assert_int_equal(keys_action(&v, false, plain('q')), ACTION_CANCEL);
    assert_int_equal(keys_action(&v, false, special(KEY_F(10))), ACTION_CANCEL);
}

static void a_menu_has_its_letters(void **state)
{
    struct view v = {.dialog = {.open = true, .menu = true, .rows = 3, .key = {'k', 0, 'h'}}};
    (void)state;
    for (char32_t c = 0; c < 0x80; c++)
        assert_int_equal(keys_action(&v, false, plain(c)),
                         c == 'k' || c == 'h' ? ACTION_PICK : ACTION_CANCEL);
    assert_int_equal(keys_action(&v, false, special('k')), ACTION_CANCEL);
}

/* What is typed into a line goes there, whatever it would do elsewhere. */
static void a_typed_line_has_the_keys(void **state)
{
    struct view v = {.focus = FOCUS_TABLES, .prompt = PROMPT_FILTER};
    (void)state;
    for (char32_t c = 0; c < 0x80; c++)
        assert_int_equal(keys_action(&v, false, plain(c)),
                         c == 0x1a ? ACTION_SUSPEND : ACTION_EDIT);
    assert_int_equal(keys_action(&v, false, special(KEY_F(9))), ACTION_EDIT);
    assert_int_equal(keys_action(&v, false, special(KEY_F(1))), ACTION_HELP);
    v = (struct view){.awaits = 'm'};
    assert_int_equal(keys_action(&v, false, plain('q')), ACTION_LETTER);
}

static void help_scrolls_and_turns_to_other_views(void **state)
{
    struct view v = {.focus = FOCUS_TABLES, .help = true};
    (void)state;
    assert_int_equal(keys_action(&v, false, plain('j')), ACTION_HELP_DOWN);
    assert_int_equal(keys_action(&v, false, plain(' ')), ACTION_HELP_PAGE_DOWN);
    assert_int_equal(keys_action(&v, false, special(KEY_PPAGE)), ACTION_HELP_PAGE_UP);
    assert_int_equal(keys_action(&v, false, plain('G')), ACTION_HELP_END);
    assert_int_equal(keys_action(&v, false, plain('q')), ACTION_CANCEL);
    assert_int_equal(keys_action(&v, false, plain(0x1b)), ACTION_CANCEL);
    assert_int_equal(keys_action(&v, false, plain('8')), ACTION_PAGE);
    assert_int_equal(keys_action(&v, false, plain('\t')), ACTION_NEXT_PAGE);
    v.prompt = PROMPT_FILTER; /* over a line that is typed there is no view to turn to */
    assert_int_equal(keys_action(&v, false, plain('8')), ACTION_CANCEL);
}

static void help_closes_on_any_key(void **state)
{
    struct view v = {.focus = FOCUS_CONSOLE, .help = true};
    (void)state;
    assert_int_equal(keys_action(&v, false, plain('x')), ACTION_CANCEL);
    assert_int_equal(keys_action(&v, false, special(KEY_F(9))), ACTION_CANCEL);
    assert_int_equal(keys_action(&v, false, special(KEY_F(10))), ACTION_QUIT);
}

static void a_small_terminal_can_be_quit_and_nothing_else(void **state)
{
    struct view v = {.focus = FOCUS_CONSOLE};
    (void)state;
    assert_int_equal(keys_action(&v, true, plain('q')), ACTION_QUIT);
    assert_int_equal(keys_action(&v, true, plain('x')), ACTION_NONE);
    assert_int_equal(keys_action(&v, true, special(KEY_F(9))), ACTION_NONE);
    assert_int_equal(keys_action(&v, true, special(KEY_RESIZE)), ACTION_RESIZE);
}

static void keys_become_what_a_terminal_sends(void **state)
{
    static const struct {
        struct key key;
        const char *bytes;
    } sent[] = {{{.code = 'a'}, "a"},
                {{.code = '\r'}, "\r"},
                {{.code = 3}, "\003"},
                {{.function = true, .code = KEY_BACKSPACE}, "\177"},
                {{.function = true, .code = KEY_UP}, "\033[A"},
                {{.code = 0xe9}, "\xc3\xa9"},
                {{.code = 0x2192}, "\xe2\x86\x92"},
                {{.code = 0x1f600}, "\xf0\x9f\x98\x80"},
                {{.function = true, .code = KEY_F(20)}, ""}};
    char out[KEY_BYTES_MAX + 1];
    (void)state;
    for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++) {
        memset(out, 0, sizeof out);
        assert_int_equal(keys_bytes(sent[i].key, out), strlen(sent[i].bytes));
        assert_string_equal(out, sent[i].bytes);
    }
    assert_int_equal(keys_bytes(plain(0), out), 1); /* Ctrl-Space */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_focused_console_takes_every_key),
        cmocka_unit_test(the_tables_have_keys_of_their_own),
        cmocka_unit_test(no_key_is_dead),
        cmocka_unit_test(only_y_confirms),
        cmocka_unit_test(the_end_is_asked_for_twice),
        cmocka_unit_test(a_menu_has_its_letters),
        cmocka_unit_test(a_typed_line_has_the_keys),
        cmocka_unit_test(help_scrolls_and_turns_to_other_views),
        cmocka_unit_test(help_closes_on_any_key),
        cmocka_unit_test(a_small_terminal_can_be_quit_and_nothing_else),
        cmocka_unit_test(keys_become_what_a_terminal_sends),
    };
    return RUN_SUITE("dash_keys", tests);
}
