/*
 * The views against pictures of them: those in tests/host/golden. A picture that differs is shown
 * line by line; GOLDEN=write writes the pictures anew, to be looked at and committed.
 */
#include <locale.h>
#include <time.h>
#include "tests/host/suite.h"
#include "tests/host/dash_picture.h"
#include "tests/host/dash_scene.h"
#include "emu/dash/view.h"
#include "emu/dash/view_parts.h"

/* ---- the scene --------------------------------------------------------------------------------- */

struct stage {
    struct play play;
    struct scene scene;
    struct console *console;
    struct view view;
    struct grid grid;
    struct filter *filter;
};

static void say(struct stage *t, const char *text)
{
    console_write(t->console, text, strlen(text));
}

/* FS reads a block of the disk, inside a request of its own. */
static void read_block(struct play *p, uint64_t sector, uint64_t spent)
{
    struct message read = {.type = BLK_READ, .w = {sector, 4096 | 7ull << 32}};
    p->now += spent;
    scene_ask(p, EP_FS, EP_BLK, read);
    p->now += 2 * spent;
    scene_answer(p, EP_BLK, EP_FS, BLK_READ, 0);
    p->now += spent / 2;
}

/* A program reads a file in pieces; every other one is in FS's cache. */
static void read_file(struct play *p, endpoint_t client, int pieces)
{
    for (int i = 0; i < pieces; i++) {
        p->now += 300;
        scene_ask(p, client, EP_FS, scene_read(3, 2, 512));
        p->now += 100 * (uint64_t)(i % 7);
        if (i % 2 == 0)
            read_block(p, 64 + 8 * (uint64_t)i, 1500 + 130 * (uint64_t)(i % 5));
        p->now += 400;
        scene_answer(p, EP_FS, client, FS_READ, i + 1 < pieces ? 512 : 0);
    }
}

/* The operator kills FS under a request; RS brings it back, and the request is done again. */
static void kill_fs(struct play *p)
{
    scene_ask(p, EP_LS, EP_FS, scene_read(3, 2, 512));
    scene_deed(p, EP_FS, "kill fs");
    p->now += 700;
    scene_crash(p, EP_FS, 12, 0);
    p->now += 12000;
    scene_exec(p, EP_FS, "fs");
    scene_restart(p, EP_FS, 2);
    scene_call(p, EP_FS, IPC_RECEIVE, EP_ANY);
    scene_deliver(p, EP_LS, EP_FS, scene_read(3, 2, 512));
    scene_switch(p, EP_RS, EP_FS);
    read_block(p, 64, 2500);
    scene_answer(p, EP_FS, EP_LS, FS_READ, 512);
}

/* The shell runs ls, which reads a directory; FS is killed under it and comes back; ls writes to the terminal. */
static void perform(struct stage *t)
{
    struct play *p = &t->play;
    struct message open = {.type = FS_OPEN, .w = {1 | 1ull << 32, 0200000}};
    scene_spawn(p, EP_LS, "sh");
    scene_exec(p, EP_LS, "ls");
    scene_switch(p, EP_SH, EP_LS);
    scene_ask(p, EP_LS, EP_FS, open);
    read_block(p, 8, 2100);
    scene_answer(p, EP_FS, EP_LS, FS_OPEN, 3);
    read_file(p, EP_LS, 12);
    kill_fs(p);
    scene_ask(p, EP_LS, EP_FS, (struct message){.type = FS_STAT, .w = {2 | 9ull << 32}});
    p->now += 900;
    scene_answer(p, EP_FS, EP_LS, FS_STAT, -ENOENT);
    scene_deliver(p, EP_KERNEL, EP_TTY,
                  (struct message){.type = MSG_NOTIFY, .w = {NOTIFY_IRQ(10)}});
    scene_idle(p, EP_TTY);
    scene_ask(p, EP_SH, EP_PM, (struct message){.type = PM_WAIT, .w = {0xffffffff}});
    scene_idle(p, EP_PM);
    scene_switch(p, EP_PM, EP_LS);
    scene_ask(p, EP_LS, EP_FS, (struct message){.type = FS_WRITE, .w = {1 | 2ull << 32, 12}});
    p->now += 800;
    scene_ask(p, EP_FS, EP_TTY, (struct message){.type = TTY_WRITE, .w = {4 | 12ull << 32}});
    p->now += 1200;
    model_sample(p->model, p->now);
}

static void inspect(struct stage *t)
{
    static const struct view_mapping mapping[] = {{0x40001000, 0x40009000, "r-x", "text"},
                                                  {0x40009000, 0x4000b000, "r--", "read-only data"},
                                                  {0x4000b000, 0x4000f000, "rw-", "data, heap"},
                                                  {0x60000000, 0x60004000, "rw-", "state region"},
                                                  {0x7ffef000, 0x7ffff000, "rw-", "stack"}};
    struct view_registers *r = &t->view.registers;
    *r = (struct view_registers){.known = true, .from_frame = true, .pc = 0x40001a3c};
    r->satp = 0x8000000000080211;
    for (uint64_t i = 1; i < 32; i++)
        r->x[i] = i == 2 ? 0x7fffef90 : i == 14 ? ~0ull : i % 3 ? 0x40001000 + 0x254 * i : 0;
    memcpy(t->view.mapping, mapping, sizeof mapping);
    t->view.mappings = sizeof mapping / sizeof mapping[0];
    strcpy(t->view.may_send, "rs, pm, tty, blk, programs");
}

static void redraw(struct stage *t)
{
    view_draw(&t->grid, &t->view, &t->scene);
}

static void set_up(struct stage *t, int rows, int columns)
{
    memset(t, 0, sizeof *t);
    scene_boot(&t->play);
    perform(t);
    t->console = console_create();
    say(t,
        "Courier\r\n$ ls /\r\nbin\tdev\tetc\ttmp\r\n$ cat /etc/motd\r\n"
        "Every message can be seen, timed, searched, stopped at and exported, and watching changes "
        "nothing.\r\n$ ");
    t->scene =
        (struct scene){t->play.model, &t->play.model->world, t->play.model->history, t->console};
    t->view.live = true;
    t->view.chosen = EP_FS;
    t->view.instructions = 41234567;
    t->view.now = t->play.now;
    t->view.rate = 1204;
    t->view.frames = 10;
    inspect(t);
    assert_true(grid_resize(&t->grid, rows, columns));
    redraw(t);
}

static void tear_down(struct stage *t)
{
    filter_free(t->filter);
    grid_free(&t->grid);
    console_destroy(t->console);
    scene_end(&t->play);
}

/* Selects the last message whose text contains this. */
static void select_message(struct stage *t, const char *text)
{
    strcpy(t->view.search_text, text);
    t->view.selected = view_search(&t->view, &t->scene, 0, -1);
    t->view.search_text[0] = '\0';
    assert_true(t->view.selected != 0);
    redraw(t);
}

static void set_filter(struct stage *t, const char *text)
{
    struct filter_error error;
    filter_free(t->filter);
    t->view.filter = t->filter = filter_compile(text, &error);
    assert_non_null(t->filter);
    strcpy(t->view.filter_text, text);
    redraw(t);
}

/* Is this text in the picture? */
static bool shows(const struct stage *t, const char *wanted)
{
    char *text = picture(&t->grid);
    bool has = strstr(text, wanted) != NULL;
    free(text);
    return has;
}

/* ---- pictures ---------------------------------------------------------------------------------- */

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
    assert_int_equal(t.grid.cursor_row, 22);
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
    t.view.dialog = (struct view_dialog){.open = true,
                                         .title = "Kill a server",
                                         .row = {"Kill tty, endpoint 4, incarnation 1?",
                                                 "Waiting for it: fs, and ls behind it.",
                                                 "It dies when it next runs; RS starts it anew."},
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
    assert_false(shows(&t, "Registers")); /* nobody kept them */
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

/* ---- what must hold for every picture ------------------------------------------------------------ */

/* No size at all may write outside the grid (the sanitizers would say) or fail to end. */
static void every_size_can_be_drawn(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    for (int rows = 0; rows < 70; rows += 7)
        for (int columns = 0; columns < 230; columns += 11) {
            assert_true(grid_resize(&t.grid, rows, columns));
            for (int i = 0; i < 8 * PAGES; i++) {
                t.view.page = (enum view_page)(i / 8);
                t.view.zoom = i & 1;
                t.view.help = i & 2;
                t.view.dialog.open = i & 4;
                t.view.prompt = i & 4 ? PROMPT_COMMAND : PROMPT_NONE;
                redraw(&t);
            }
        }
    tear_down(&t);
}

/* A guest chooses the names of its processes; none may move the cursor or turn a line around. */
static void names_of_a_hostile_guest(void **state)
{
    static const char *const name[] = {"\033[2J\033[H",
                                       "a\nb\rc\td",
                                       "\x9b"
                                       "31m",
                                       "\xc2\x9b"
                                       "31m",
                                       "\xe2\x80\xae"
                                       "abc",
                                       "\xff\xfe\xc0\x80",
                                       "\xe4\xbd\xa0\xe5\xa5\xbd",
                                       "fifteen letters"};
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
        scene_exec(&t.play, EP_LS, name[i]);
        scene_ask(&t.play, EP_LS, EP_FS, scene_read(3, 2, 512));
        for (int page = 0; page < PAGES; page++) {
            t.view.page = (enum view_page)page;
            t.view.chosen = EP_LS;
            redraw(&t);
            for (int k = 0; k < t.grid.rows * t.grid.columns; k++) {
                char32_t ch = t.grid.cell[k].ch;
                assert_true(ch == 0 || (ch >= 0x20 && ch < 0x7f) || ch >= 0xa0);
                assert_true(ch != 0x202e);
            }
        }
    }
    tear_down(&t);
}

static void choosing_stays_on_living_processes(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    view_choose(&t.view, &t.scene, 1);
    assert_int_equal(t.view.chosen, EP_TTY);
    view_choose(&t.view, &t.scene, -10);
    assert_int_equal(t.view.chosen, EP_RS);
    view_choose(&t.view, &t.scene, 100);
    assert_int_equal(t.view.chosen, EP_LS);
    scene_event(&t.play, (struct event){.kind = EVENT_EXIT, .who = EP_LS});
    redraw(&t);
    assert_int_equal(t.view.chosen, EP_SH);
    tear_down(&t);
}

static void a_selected_message_stays_in_place(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.page = PAGE_TRACE;
    view_move(&t.view, &t.scene, -3);
    uint64_t selected = t.view.selected, top;
    assert_true(selected != 0);
    redraw(&t);
    top = t.view.list_top[LIST_STREAM];
    for (int i = 0; i < 50; i++)
        model_say(t.play.model, NOTE_INFO, "note %d", i);
    redraw(&t);
    assert_int_equal(t.view.selected, selected);
    assert_int_equal(t.view.list_top[LIST_STREAM], top);
    /* One up within the list moves the selection, not the list. */
    view_move(&t.view, &t.scene, -1);
    redraw(&t);
    assert_int_equal(t.view.list_top[LIST_STREAM], top);
    view_move(&t.view, &t.scene, 100000);
    assert_int_equal(t.view.selected, 0);
    view_move(&t.view, &t.scene, -100000);
    assert_int_equal(t.view.selected, 1);
    redraw(&t);
    assert_int_equal(t.view.list_top[LIST_STREAM], 1);
    tear_down(&t);
}

static void search_goes_both_ways(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    strcpy(t.view.search_text, "blk_read reply");
    uint64_t first = view_search(&t.view, &t.scene, 0, 1);
    uint64_t second = view_search(&t.view, &t.scene, first, 1);
    assert_true(first != 0 && second > first);
    assert_int_equal(view_search(&t.view, &t.scene, second, -1), first);
    assert_int_equal(view_search(&t.view, &t.scene, first, -1), 0);
    strcpy(t.view.search_text, "=latency>20000");
    assert_int_equal(view_search(&t.view, &t.scene, 0, 1), 51);
    strcpy(t.view.search_text, "=latency>>");
    assert_int_equal(view_search(&t.view, &t.scene, 0, 1), 0);
    tear_down(&t);
}

/* What stands in a picture is what a click there gets. */
static void clicks_hit_what_is_drawn(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    assert_int_equal(view_at(&t.view, &t.scene, 1, 8).page, PAGE_TRACE);
    assert_int_equal(view_at(&t.view, &t.scene, 1, 70).page, -1);
    assert_int_equal(view_at(&t.view, &t.scene, 4, 5).process, EP_PM);
    assert_int_equal(view_at(&t.view, &t.scene, 2, 5).process, EP_NONE);
    uint64_t last = view_at(&t.view, &t.scene, 16, 20).message;
    assert_int_equal(stream_entry(&t.scene.history->stream, last)->message.type, TTY_WRITE);
    t.view.page = PAGE_LADDER;
    select_message(&t, "FS_STAT path");
    for (int row = 0, found = 0; row < 24; row++) {
        found += view_at(&t.view, &t.scene, row, 20).message == t.view.selected;
        if (view_at(&t.view, &t.scene, row, 20).message == t.view.selected)
            assert_int_equal(t.grid.cell[row * 80].ch, U'▸');
        assert_true(found <= 1);
    }
    tear_down(&t);
}

static void numbers_take_five_columns(void **state)
{
    static const struct {
        uint64_t n;
        const char *text, *span;
    } number[] = {{0, "0", "0ns"},
                  {9999, "9999", "9.99us"},
                  {10000, "10.0k", "10.0us"},
                  {12345, "12.3k", "12.3us"},
                  {123456, "123k", "123us"},
                  {999999, "999k", "999us"},
                  {1000000, "1.00M", "1.00ms"},
                  {1234567, "1.23M", "1.23ms"},
                  {45678901, "45.6M", "45.6ms"},
                  {1099999999, "1.09G", "1.09s"},
                  {UINT64_MAX, "18.4E", "18.4Gs"}};
    char text[32];
    (void)state;
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++) {
        assert_string_equal(view_number(text, number[i].n), number[i].text);
        assert_string_equal(view_span(text, number[i].n), number[i].span);
    }
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
    t.view.tracing = true;
    for (int i = 0; i < COUNT * COUNT; i++) {
        uint64_t seconds = number[i % COUNT];
        t.view.now = seconds > UINT64_MAX / 100000000 ? UINT64_MAX : seconds * 100000000;
        t.view.rate = t.view.traced = number[i / COUNT];
        t.view.instructions = t.view.now;
        redraw(&t);
        char *text = picture(&t.grid), *end = strchr(text, '\n');
        *end = '\0';
        assert_non_null(strstr(text, "shown 1:"));
        assert_non_null(strstr(text, " lost 0"));
        assert_null(strstr(text, "…"));
        free(text);
    }
    tear_down(&t);
}

static void colour_is_not_the_only_sign(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 40, 80);
    t.view.page = PAGE_TRACE;
    select_message(&t, "FS_STAT reply");
    assert_true(shows(&t, "▸   0.010976"));
    assert_true(shows(&t, "[2Trace]"));
    assert_true(shows(&t, "✗ fs died"));
    assert_true(shows(&t, "↻ fs is back"));
    assert_true(shows(&t, "again"));
    assert_true(shows(&t, "reply ENOENT"));
    t.view.page = PAGE_LADDER;
    redraw(&t);
    assert_true(shows(&t, "X"));
    assert_true(shows(&t, "fs#2"));
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
        cmocka_unit_test(every_size_can_be_drawn),
        cmocka_unit_test(names_of_a_hostile_guest),
        cmocka_unit_test(choosing_stays_on_living_processes),
        cmocka_unit_test(a_selected_message_stays_in_place),
        cmocka_unit_test(search_goes_both_ways),
        cmocka_unit_test(clicks_hit_what_is_drawn),
        cmocka_unit_test(numbers_take_five_columns),
        cmocka_unit_test(the_status_line_is_never_cut),
        cmocka_unit_test(colour_is_not_the_only_sign),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return RUN_SUITE("dash_view", tests);
}
