/*
 * The views against pictures of them: those in tests/host/golden. A picture that differs is shown
 * line by line; GOLDEN=write writes the pictures anew, to be looked at and committed.
 */
#include <locale.h>
#include "tests/host/suite.h"
#include "tests/host/dash_stage.h"

static const char *const page_name[PAGES] = {"overview", "trace",   "ladder",  "waits",
                                             "latency",  "process", "console", "log"};

/* Every page at the three sizes, with a message selected where that matters. */
static void every_page_at_the_three_sizes(void **state)
{
    static const struct {
        int rows, columns;
        const char *name;
    } size[] = {{24, 80, "80x24"}, {40, 120, "120x40"}, {60, 200, "200x60"}};
    (void)state;
    for (int i = 0; i < 3; i++)
        for (int page = 0; page < PAGES; page++) {
            struct stage t;
            char name[64];
            set_up(&t, size[i].rows, size[i].columns);
            t.view.page = (enum view_page)page;
            if (page == PAGE_TRACE || page == PAGE_LADDER || page == PAGE_LATENCY)
                select_message(&t, "ls fs FS_READ");
            t.view.top = page == PAGE_LATENCY ? 2 : 0;
            redraw(&t);
            snprintf(name, sizeof name, "%s-%s", page_name[page], size[i].name);
            assert_golden(&t.grid, name);
            tear_down(&t);
        }
}

static void take_picture(struct stage *t, const char *name)
{
    redraw(t);
    assert_golden(&t->grid, name);
}

/* Plain characters, notifications shown, everything stopped at a breakpoint, all read only. */
static void ascii_and_stopped_at_a_breakpoint(void **state)
{
    static const struct view_break breaks[] = {
        {.enabled = true, .number = 1, .text = "dst==fs && type==FS_WRITE", .hits = 1},
        {.number = 2, .text = "crash", .hits = 0, .ignore = 3}};
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.notices = t.view.paused = t.view.ascii = t.view.readonly = t.view.tracing = true;
    t.view.traced = 18244;
    strcpy(t.view.stopped, "breakpoint 1: dst==fs && type==FS_WRITE");
    t.view.breaks = breaks;
    t.view.break_count = 2;
    for (int page = 0; page < PAGES; page++) {
        char name[64];
        t.view.page = (enum view_page)page;
        snprintf(name, sizeof name, "%s-80x24-ascii", page_name[page]);
        take_picture(&t, name);
        for (int i = 0; i < t.grid.rows * t.grid.columns; i++)
            assert_true(t.grid.cell[i].ch < 0x80);
    }
    tear_down(&t);
}

static void filter_and_search(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.page = PAGE_TRACE;
    set_filter(&t, "src==fs && latency>1000");
    strcpy(t.view.search_text, "enoent");
    t.view.selected = view_search(&t.view, &t.scene, 0, 1);
    t.view.tag[t.view.tags++] = view_next(&t.view, &t.scene, t.view.selected, -1);
    t.view.mark['q' - 'a'].message = view_next(&t.view, &t.scene, t.view.tag[0], -1);
    take_picture(&t, "trace-80x24-filter");
    t.view.page = PAGE_LATENCY;
    take_picture(&t, "latency-80x24-filter");
    set_filter(&t, "src==fs && dst==pm");
    t.view.page = PAGE_LADDER;
    t.view.selected = 0;
    take_picture(&t, "ladder-80x24-nothing");
    tear_down(&t);
}

static void lines_that_are_typed(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.page = PAGE_TRACE;
    t.view.prompt = PROMPT_FILTER;
    strcpy(t.view.typed, "dst==fs && latncy>1000");
    t.view.cursor = (int)strlen(t.view.typed);
    t.view.mistake = 12;
    strcpy(t.view.flash, "no message has a field `latncy`");
    take_picture(&t, "trace-80x24-mistake");
    assert_int_equal(t.grid.cursor_row, 21); /* the keys stay on the last row */
    assert_true(shows(&t, " Enter Do it  Esc Cancel  F1 Help"));
    assert_int_equal(t.grid.cursor_column, 8 + 22);
    /* At the right edge the message stands before the caret, and a long line scrolls. */
    memset(t.view.typed, 'x', VIEW_TEXT - 1);
    t.view.cursor = t.view.mistake = VIEW_TEXT - 2;
    redraw(&t);
    assert_true(t.grid.cursor_column < 80);
    assert_true(shows(&t, "latncy` ^") || shows(&t, "latncy`  ^"));
    tear_down(&t);
}

static void questions_and_help(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.dialog =
        (struct view_dialog){.open = true,
                             .title = "Kill server tty?",
                             .row = {"tty, endpoint 4, incarnation 1", "Blocked on it: fs",
                                     "It crashes when it next runs; RS starts it anew."},
                             .rows = 3,
                             .confirm = 'y'};
    take_picture(&t, "overview-80x24-dialog");
    assert_int_equal(t.grid.cursor_row, -1);
    t.view.dialog = (struct view_dialog){.open = true,
                                         .title = "Faults",
                                         .row = {"Kill fs", "Hang fs", "Drop the next message"},
                                         .rows = 3,
                                         .menu = true,
                                         .key = {'k', 'h', 'd'}};
    take_picture(&t, "overview-80x24-menu");
    t.view.dialog.open = false;
    t.view.help = true;
    for (int page = 0; page < PAGES; page++) {
        char name[64];
        t.view.page = (enum view_page)page;
        snprintf(name, sizeof name, "%s-80x24-help", page_name[page]);
        take_picture(&t, name);
    }
    t.view.help_top = 1000; /* it stops at the end */
    redraw(&t);
    assert_true(shows(&t, "quit"));
    t.view.help_top = 0;
    t.view.page = PAGE_TRACE;
    t.view.prompt = PROMPT_FILTER;
    take_picture(&t, "filter-80x24-help");
    t.view.prompt = PROMPT_COMMAND;
    take_picture(&t, "command-80x24-help");
    tear_down(&t);
}

/* An earlier moment says so, and shows the world of then. */
static void an_earlier_moment(void **state)
{
    static struct world then;
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    then = t.play.model->world;
    for (int i = 0; i < 40; i++)
        read_file(&t.play, EP_SH, 3);
    t.scene.world = &then;
    t.view.selected = 60;
    take_picture(&t, "overview-80x24-then");
    assert_true(shows(&t, "as of 0.011013"));
    t.view.page = PAGE_PROCESS;
    redraw(&t);
    assert_false(shows(&t, "── Registers")); /* nobody kept them, and that is said */
    assert_true(shows(&t, "Registers and memory are known of now only"));
    t.view.selected = 0;
    t.scene.world = &t.play.model->world;
    redraw(&t);
    assert_false(shows(&t, "as of"));
    tear_down(&t);
}

static void a_recorded_trace(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.live = false;
    t.view.file = "copy.pcapng";
    t.view.registers.known = false;
    t.view.mappings = 0;
    take_picture(&t, "overview-80x24-file");
    t.view.page = PAGE_PROCESS;
    take_picture(&t, "process-80x24-file");
    tear_down(&t);
}

/* TTY is dead, FS waits for it, and the shell and a second program wait for each other. */
static void dead_and_deadlocked(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    scene_crash(&t.play, EP_TTY, 15, 0x400012f0);
    scene_spawn(&t.play, EP_MAKE(1u, 19), "loop");
    scene_exec(&t.play, EP_MAKE(1u, 19), "loop");
    scene_call(&t.play, EP_MAKE(1u, 19), IPC_RECEIVE, EP_MAKE(1u, 20));
    scene_block(&t.play, EP_MAKE(1u, 19), PROC_RECEIVING, EP_MAKE(1u, 20));
    scene_spawn(&t.play, EP_MAKE(1u, 20), "pool");
    scene_exec(&t.play, EP_MAKE(1u, 20), "pool");
    scene_call(&t.play, EP_MAKE(1u, 20), IPC_RECEIVE, EP_MAKE(1u, 19));
    scene_block(&t.play, EP_MAKE(1u, 20), PROC_RECEIVING, EP_MAKE(1u, 19));
    t.view.chosen = EP_LS;
    t.view.page = PAGE_WAITS;
    take_picture(&t, "waits-80x24-deadlock");
    t.view.page = PAGE_PROCESS;
    t.view.chosen = EP_TTY;
    take_picture(&t, "process-80x24-dead");
    t.view.page = PAGE_LADDER;
    take_picture(&t, "ladder-80x24-dead");
    tear_down(&t);
}

static void zoomed(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 40, 120);
    t.view.zoom = true;
    t.view.page = PAGE_LADDER;
    take_picture(&t, "ladder-120x40-zoom");
    t.view.focus = FOCUS_CONSOLE;
    t.view.page = PAGE_CONSOLE;
    take_picture(&t, "console-120x40-zoom");
    assert_int_equal(t.grid.cursor_row, 8);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_at_the_three_sizes),
        cmocka_unit_test(ascii_and_stopped_at_a_breakpoint),
        cmocka_unit_test(filter_and_search),
        cmocka_unit_test(lines_that_are_typed),
        cmocka_unit_test(questions_and_help),
        cmocka_unit_test(an_earlier_moment),
        cmocka_unit_test(a_recorded_trace),
        cmocka_unit_test(dead_and_deadlocked),
        cmocka_unit_test(zoomed),
        cmocka_unit_test(too_small_says_so),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return RUN_SUITE("dash_view", tests);
}
