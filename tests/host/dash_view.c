/*
 * The views against pictures of them: those in tests/host/golden. A picture that differs is shown
 * line by line; GOLDEN=write writes the pictures anew, to be looked at and committed.
 */
#include <locale.h>
#include "tests/host/suite.h"
#include "tests/host/dash_picture.h"
#include "tests/host/dash_scene.h"
#include "emu/dash/view.h"

/* ---- the scene ---------------------------------------------------------------------------------
 */

struct stage {
    struct scene s;
    struct console *console;
    struct view view;
    struct grid grid;
};

static void say(struct stage *t, const char *text)
{
    console_write(t->console, text, strlen(text));
}

/* The shell runs ls, which reads a directory; FS is killed under it and comes back. */
static void play(struct stage *t)
{
    struct scene *s = &t->s;
    struct message open = {.type = FS_OPEN, .w = {1 | 1ull << 32, 0200000}};
    scene_spawn(s, EP_LS, "sh");
    scene_exec(s, EP_LS, "ls");
    scene_switch(s, EP_SH, EP_LS);
    scene_ask(s, EP_LS, EP_FS, open);
    s->now += 2000;
    scene_answer(s, EP_FS, EP_LS, FS_OPEN, 3);
    scene_ask(s, EP_LS, EP_FS, scene_read(3, 2, 512));
    s->now += 700;
    scene_crash(s, EP_FS, 12, 0);
    s->now += 12000;
    scene_exec(s, EP_FS, "fs");
    scene_restart(s, EP_FS, 2);
    scene_deliver(s, EP_KERNEL, EP_TTY,
                  (struct message){.type = MSG_NOTIFY, .w = {NOTIFY_IRQ(10)}});
    scene_idle(s, EP_TTY);
    scene_call(s, EP_FS, IPC_RECEIVE, EP_ANY);
    scene_deliver(s, EP_LS, EP_FS, scene_read(3, 2, 512));
    s->now += 41000;
    scene_answer(s, EP_FS, EP_LS, FS_READ, -EIO);
    scene_ask(s, EP_LS, EP_TTY, (struct message){.type = TTY_WRITE, .w = {4 | 12ull << 32}});
    s->now += 1200;
    model_sample(s->model, s->now);
}

static void set_up(struct stage *t, int rows, int columns)
{
    memset(t, 0, sizeof *t);
    scene_boot(&t->s);
    play(t);
    t->console = console_create();
    say(t,
        "Courier\r\n$ ls /\r\nbin\tdev\tetc\ttmp\r\n$ cat /etc/motd\r\n"
        "Every message can be seen, timed, searched, stopped at and exported, and watching changes "
        "nothing.\r\n$ ");
    t->view.chosen = EP_FS;
    t->view.instructions = 41234567;
    t->view.now = t->s.now;
    t->view.rate = 1204;
    t->view.frames = 10;
    assert_true(grid_resize(&t->grid, rows, columns));
    view_draw(&t->grid, &t->view, t->s.model, t->console);
}

static void redraw(struct stage *t)
{
    view_draw(&t->grid, &t->view, t->s.model, t->console);
}

static void tear_down(struct stage *t)
{
    grid_free(&t->grid);
    console_destroy(t->console);
    scene_end(&t->s);
}

/* ---- tests -------------------------------------------------------------------------------------
 */

static void the_three_sizes(void **state)
{
    static const struct {
        int rows, columns;
        const char *name;
    } size[] = {{24, 80, "80x24"}, {40, 120, "120x40"}, {60, 200, "200x60"}};
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct stage t;
        set_up(&t, size[i].rows, size[i].columns);
        assert_golden(&t.grid, size[i].name);
        tear_down(&t);
    }
}

static void tables_with_notifications_paused_ascii(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.focus = FOCUS_TABLES;
    t.view.notices = t.view.paused = t.view.ascii = true;
    redraw(&t);
    assert_golden(&t.grid, "80x24-tables-ascii");
    for (int i = 0; i < t.grid.rows * t.grid.columns; i++)
        assert_true(t.grid.cell[i].ch < 0x80);
    tear_down(&t);
}

static void overlays(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.dialog = DIALOG_KILL;
    t.view.target = EP_TTY;
    t.view.incarnation = 1;
    redraw(&t);
    assert_golden(&t.grid, "80x24-kill");
    assert_int_equal(t.grid.cursor_row, -1);
    t.view.target = EP_RS; /* which RS does not start */
    redraw(&t);
    assert_golden(&t.grid, "80x24-kill-rs");
    t.view.dialog = DIALOG_NONE;
    t.view.help = true;
    redraw(&t);
    assert_golden(&t.grid, "80x24-help");
    tear_down(&t);
}

static void zoomed(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.zoom = true;
    redraw(&t);
    assert_golden(&t.grid, "80x24-zoom-console");
    t.view.focus = FOCUS_TABLES;
    redraw(&t);
    assert_golden(&t.grid, "80x24-zoom-tables");
    tear_down(&t);
}

static void too_small_says_so(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 15, 60);
    assert_golden(&t.grid, "60x15");
    tear_down(&t);
}

/* No size at all may write outside the grid (the sanitizers would say) or fail to end. */
static void every_size_can_be_drawn(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    for (int rows = 0; rows < 70; rows += 3)
        for (int columns = 0; columns < 230; columns += 7) {
            assert_true(grid_resize(&t.grid, rows, columns));
            for (int i = 0; i < 8; i++) {
                t.view.zoom = i & 1;
                t.view.help = i & 2;
                t.view.dialog = i & 4 ? DIALOG_KILL : DIALOG_NONE;
                redraw(&t);
            }
        }
    tear_down(&t);
}

/* The last death or restart stands in the console's title for a minute, beside any hint. */
static void the_last_note_is_news_and_hides_no_hint(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.console_back = 1;
    redraw(&t);
    assert_golden(&t.grid, "80x24-scrolled");
    t.view.now = t.s.now + 6100000000;
    redraw(&t);
    char *text = picture(&t.grid), *title = strstr(text, "── Console");
    *strchr(title, '\n') = '\0';
    assert_null(strstr(title, "is back"));
    free(text);
    tear_down(&t);
}

static void choosing_stays_on_living_processes(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    view_choose(&t.view, t.s.model, 1);
    assert_int_equal(t.view.chosen, EP_TTY);
    view_choose(&t.view, t.s.model, -10);
    assert_int_equal(t.view.chosen, EP_RS);
    view_choose(&t.view, t.s.model, 100);
    assert_int_equal(t.view.chosen, EP_LS);
    scene_event(&t.s, (struct event){.kind = EVENT_EXIT, .who = EP_LS});
    redraw(&t);
    assert_int_equal(t.view.chosen, EP_SH);
    tear_down(&t);
}

static void scrolling_stops_at_both_ends_and_follows_again(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    view_scroll(&t.view, t.s.model, -3);
    uint64_t three = t.view.anchor;
    assert_true(three != 0);
    /* New messages leave what is looked at in place. */
    for (int i = 0; i < 50; i++)
        model_say(t.s.model, NOTE_INFO, "note %d", i);
    redraw(&t);
    assert_int_equal(t.view.anchor, three);
    view_scroll(&t.view, t.s.model, 100000);
    assert_int_equal(t.view.anchor, 0);
    tear_down(&t);
}

/* Is the text in this line of the message pane? */
static bool line_has(const struct stage *t, int line, const char *wanted)
{
    char *text = picture(&t->grid), *at = text;
    for (int row = 0; row < 10 + line; row++)
        at = strchr(at, '\n') + 1;
    *strchr(at, '\n') = '\0';
    bool has = strstr(at, wanted) != NULL;
    free(text);
    return has;
}

/* At the oldest message, and when what one looks at is forgotten, the pane is full. */
static void the_oldest_messages_fill_the_pane(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    view_scroll(&t.view, t.s.model, -100000);
    redraw(&t);
    assert_true(line_has(&t, 0, "rs started"));
    assert_true(line_has(&t, 4, "blk started"));
    view_scroll(&t.view, t.s.model, -t.view.message_rows);
    redraw(&t);
    assert_true(line_has(&t, 4, "blk started"));
    view_scroll(&t.view, t.s.model, 1);
    redraw(&t);
    assert_true(line_has(&t, 4, "init"));
    /* Two requests are open, and stay; the notes beside them go. */
    for (int i = 0; i < STREAM_ENTRIES + 50; i++)
        model_say(t.s.model, NOTE_INFO, "note %d.", i);
    redraw(&t);
    assert_true(line_has(&t, 0, "PM_WAIT"));
    assert_true(line_has(&t, 1, "TTY_WRITE"));
    assert_true(line_has(&t, 2, "note 50."));
    assert_true(line_has(&t, 4, "note 52."));
    tear_down(&t);
}

static void numbers_take_five_columns(void **state)
{
    static const struct {
        uint64_t n;
        const char *text;
    } number[] = {{0, "0"},
                  {9999, "9999"},
                  {10000, "10.0k"},
                  {12345, "12.3k"},
                  {123456, "123k"},
                  {999999, "999k"},
                  {1000000, "1.00M"},
                  {1234567, "1.23M"},
                  {45678901, "45.6M"},
                  {1099999999, "1.09G"},
                  {UINT64_MAX, "18.4E"}};
    char text[32];
    (void)state;
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++)
        assert_string_equal(view_number(text, number[i].n), number[i].text);
    assert_string_equal(view_time(text, 1234567890), "12.345678");
}

/* At the least width, whatever there is to say. */
static void the_status_line_is_never_cut(void **state)
{
    static const uint64_t number[] = {0,      1,       999,     9999,    99999,      999999,
                                      100000, 1000000, 1099999, 1 << 30, 1ull << 50, UINT64_MAX};
    enum { COUNT = sizeof number / sizeof number[0] };
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    for (int i = 0; i < COUNT * COUNT * 2; i++) {
        t.view.anchor = i % 2;
        t.view.now = number[i / 2 % COUNT] > UINT64_MAX / 100000000
                         ? UINT64_MAX
                         : number[i / 2 % COUNT] * 100000000;
        t.view.rate = t.s.model->restarts = number[i / 2 / COUNT];
        t.view.instructions = t.view.now;
        redraw(&t);
        char *text = picture(&t.grid), *end = strchr(text, '\n');
        assert_true(end[-1] == 't' || strncmp(end - 9, " restarts", 9) == 0);
        assert_true(end[-1] == 's' || strncmp(end - 10, " 1 restart", 10) == 0);
        free(text);
    }
    tear_down(&t);
}

static void colour_is_not_the_only_sign(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 40, 80);
    t.view.focus = FOCUS_TABLES;
    redraw(&t);
    char *text = picture(&t.grid);
    assert_non_null(strstr(text, "▸fs"));
    assert_non_null(strstr(text, "✗ fs died"));
    assert_non_null(strstr(text, "↻ fs is back"));
    assert_non_null(strstr(text, "again"));
    assert_non_null(strstr(text, "reply EIO"));
    free(text);
    tear_down(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_three_sizes),
        cmocka_unit_test(tables_with_notifications_paused_ascii),
        cmocka_unit_test(overlays),
        cmocka_unit_test(zoomed),
        cmocka_unit_test(too_small_says_so),
        cmocka_unit_test(every_size_can_be_drawn),
        cmocka_unit_test(the_last_note_is_news_and_hides_no_hint),
        cmocka_unit_test(choosing_stays_on_living_processes),
        cmocka_unit_test(scrolling_stops_at_both_ends_and_follows_again),
        cmocka_unit_test(the_oldest_messages_fill_the_pane),
        cmocka_unit_test(numbers_take_five_columns),
        cmocka_unit_test(the_status_line_is_never_cut),
        cmocka_unit_test(colour_is_not_the_only_sign),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return RUN_SUITE("dash_view", tests);
}
