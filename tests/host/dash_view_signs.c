/*
 * What the views say about themselves: what they hide, what goes on below, what is chosen and where Enter goes from there, what the
 * guest is about to do.
 */
#include <locale.h>
#include <courier/probe.h>
#include "tests/host/suite.h"
#include "tests/host/dash_stage.h"

/* Rows of the picture that contain this text. */
static int rows_with(const struct stage *t, const char *wanted)
{
    char *text = picture(&t->grid);
    int rows = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        rows += strstr(line, wanted) != NULL;
    free(text);
    return rows;
}

static void hidden_notifications_are_named_and_not_counted(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.rate = 0;
    t.view.notice_rate = 197;
    redraw(&t);
    assert_true(shows(&t, "   0 msg/s"));
    assert_true(shows(&t, "shown 1:1 "));
    assert_true(shows(&t, " +197 notifications/s (a) "));
    t.view.notices = true;
    redraw(&t);
    assert_true(shows(&t, " 197 msg/s"));
    assert_true(shows(&t, "shown 1:4 "));
    assert_false(shows(&t, "notifications/s"));
    tear_down(&t);
}

static void restarts_are_in_the_first_line(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    for (int page = 0; page < PAGES; page++) {
        t.view.page = (enum view_page)page;
        redraw(&t);
        assert_int_equal(rows_with(&t, " 1 restart"), 1);
    }
    t.view.page = PAGE_OVERVIEW;
    t.view.tracing = true;
    t.view.traced = 18244;
    redraw(&t);
    assert_true(shows(&t, "trace 18.2k lost 0"));
    assert_true(shows(&t, " 1 restart"));
    assert_false(shows(&t, "insns")); /* there is no room for all, and this is missed least */
    assert_true(shows(&t, "▸fs#2 "));
    tear_down(&t);
}

static void a_table_says_how_much_does_not_fit(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    for (unsigned i = 0; i < 4; i++)
        scene_spawn(&t.play, EP_MAKE(1u, 20 + i), "many");
    redraw(&t);
    assert_true(shows(&t, " PROCESS   ENDPT"));
    assert_true(shows(&t, " ↓4 more processes"));
    assert_int_equal(view_at(&t.view, &t.scene, 11, 5).process, EP_NONE);
    tear_down(&t);
}

/* A death is why messages end: no filter hides it. */
static void deaths_show_under_a_filter(void **state)
{
    static const enum view_page page[] = {PAGE_OVERVIEW, PAGE_TRACE, PAGE_LADDER};
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    set_filter(&t, "src==fs && dst==pm");
    for (int i = 0; i < 3; i++) {
        t.view.page = page[i];
        redraw(&t);
        assert_true(shows(&t, "✗ fs died"));
        assert_true(shows(&t, "↻ fs is back"));
        assert_true(shows(&t, "No message matches."));
        assert_false(shows(&t, "operator"));
    }
    tear_down(&t);
}

static void the_message_before_which_it_stopped_is_the_last_line(void **state)
{
    struct entry pending = {.event = 300,
                            .time = 1200000,
                            .kind = ENTRY_REQUEST,
                            .source = EP_SH,
                            .dest = EP_FS,
                            .source_name = "sh",
                            .dest_name = "fs",
                            .dest_incarnation = 2,
                            .message = scene_read(0, 7, 4096)};
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.paused = true;
    t.view.pending = &pending;
    t.view.page = PAGE_TRACE;
    redraw(&t);
    assert_true(
        shows(&t, "0.012000 sh        → fs        FS_READ fd=0 grant=7 bytes=4096      pending"));
    assert_true(shows(&t, "▸   0.012000"));
    assert_true(shows(&t, "Message, event 300 ── about to be sent"));
    assert_true(shows(&t, "not sent yet at 0.012000"));
    assert_int_equal(view_at(&t.view, &t.scene, 12, 20).message, 0);
    uint64_t last = view_at(&t.view, &t.scene, 11, 20).message;
    assert_int_equal(stream_entry(&t.scene.history->stream, last)->message.type, TTY_WRITE);
    t.view.page = PAGE_LADDER;
    redraw(&t);
    assert_true(shows(&t, "the last one is about to be sent"));
    assert_true(shows(&t, "╌FS_READ╌"));
    view_move(&t.view, &t.scene, -1); /* what is looked at then is what was */
    redraw(&t);
    assert_false(shows(&t, "╌"));
    tear_down(&t);
}

static void the_log_has_a_chosen_line(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.page = PAGE_LOG;
    t.view.top = 1;
    redraw(&t);
    assert_true(shows(&t, "▸   0.010739 ✗ fs died"));
    uint64_t event = view_target(&t.view, &t.scene);
    strcpy(t.view.search_text, "fs died");
    const struct entry *note =
        stream_entry(&t.scene.history->stream, view_search(&t.view, &t.scene, 0, 1));
    assert_int_equal(event, note->event);
    t.view.top = 1000;
    redraw(&t);
    assert_true(shows(&t, "▸   0.010003 • rs started"));
    tear_down(&t);
}

static void the_log_folds_what_is_said_again(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.page = PAGE_LOG;
    for (int i = 0; i < 30; i++)
        model_say(t.play.model, NOTE_BAD, "usertests died: load page fault at 0x4000241c");
    t.view.top = 1;
    redraw(&t);
    assert_int_equal(rows_with(&t, "usertests died"), 1);
    assert_true(shows(&t, " x30"));
    assert_true(shows(&t, "▸   0.010861 ↻ fs is back"));
    tear_down(&t);
}

/* The entry of an event. */
static const struct entry *of_event(const struct stage *t, uint64_t event)
{
    const struct stream *s = &t->scene.history->stream;
    uint64_t at = 0;
    while ((at = stream_next(s, at, 1, true)) && stream_entry(s, at)->event != event)
        ;
    return at ? stream_entry(s, at) : NULL;
}

static void enter_on_a_latency_goes_to_the_slowest(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.page = PAGE_LATENCY;
    t.view.top = 2; /* ls, fs, FS_READ */
    const struct entry *e = of_event(&t, view_target(&t.view, &t.scene));
    assert_non_null(e);
    assert_int_equal(e->message.type, FS_READ | MSG_REPLY);
    assert_int_equal(e->latency,
                     latencies_find(&t.scene.model->latencies, "ls", "fs", FS_READ)->insns.max);
    t.view.top = 3; /* FS_WRITE, which is open */
    e = of_event(&t, view_target(&t.view, &t.scene));
    assert_int_equal(e->message.type, FS_WRITE);
    t.view.top = 1000;
    assert_int_equal(view_target(&t.view, &t.scene), 0);
    /* Under a filter it is the slowest of those that show, and the numbers are the exact ones. */
    set_filter(&t, "type==FS_READ && latency<9000");
    t.view.top = 0;
    redraw(&t);
    e = of_event(&t, view_target(&t.view, &t.scene));
    assert_int_equal(e->message.type, FS_READ | MSG_REPLY);
    assert_true(e->latency < 9000 && e->latency > 8000);
    tear_down(&t);
}

static void a_row_and_its_histogram_say_the_same(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.page = PAGE_LATENCY;
    set_filter(&t, "type==BLK_READ");
    assert_true(shows(&t, "fs      blk   BLK_READ          8  3920"));
    char *text = picture(&t.grid), *title = strstr(text, "8 answered, p50 "), p50[16];
    assert_non_null(title);
    assert_int_equal(sscanf(title, "8 answered, p50 %15[^,]", p50), 1);
    strcat(p50, " ");
    assert_non_null(strstr(strstr(text, "BLK_READ          8"), p50));
    free(text);
    tear_down(&t);
}

static void a_filtered_table_has_what_shows_and_nothing_else(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.page = PAGE_LATENCY;
    set_filter(&t, "type==FS_READ && src==nobody");
    assert_true(shows(&t, "No request yet."));
    assert_false(shows(&t, "PM_WAIT"));
    set_filter(&t, "open && src==sh");
    assert_int_equal(rows_with(&t, "PM_WAIT"), 2); /* its row, and the title of its histogram */
    tear_down(&t);
}

/* A request with more legs than are shown: the selected one is there, and how many are not. */
static void the_selected_leg_is_in_sight(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    scene_answer(&t.play, EP_TTY, EP_FS, TTY_WRITE, 12);
    for (unsigned i = 0; i < 90; i++)
        read_block(&t.play, 8 * i, 100);
    t.view.page = PAGE_TRACE;
    select_message(&t, "blk BLK_READ sector=712");
    assert_true(shows(&t, "▸└─ BLK_READ fs>blk"));
    assert_true(shows(&t, " ↑"));
    tear_down(&t);
}

static void numbers_in_titles_are_whole(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    for (unsigned i = 0; i < 12; i++) {
        char name[16];
        snprintf(name, sizeof name, "p%u", i);
        scene_spawn(&t.play, EP_MAKE(1u, 20 + i), name);
        scene_exec(&t.play, EP_MAKE(1u, 20 + i), name);
        scene_ask(&t.play, EP_MAKE(1u, 20 + i), EP_PM, (struct message){.type = PM_PAUSE});
    }
    t.view.page = PAGE_LATENCY;
    redraw(&t);
    assert_true(shows(&t, "of the whole run, in instructions; 16 open, oldest 104k ─── ↓10 "));
    set_filter(&t, "proc==pm || proc==fs || proc==p1");
    assert_true(shows(&t, "of the messages that show, in instructions; 16 open"));
    tear_down(&t);
}

static void a_long_inspector_scrolls(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.page = PAGE_PROCESS;
    redraw(&t);
    assert_true(shows(&t, " ↓16 "));
    assert_true(shows(&t, "stack"));
    assert_false(shows(&t, "0.011000 to tty"));
    t.view.top = 1000; /* it stops at the end */
    redraw(&t);
    assert_int_equal(t.view.top, 16);
    assert_true(shows(&t, " ↑16 "));
    assert_true(shows(&t, "0.011000 to tty"));
    assert_true(shows(&t, "── fs, endpoint 3"));
    tear_down(&t);
}

static void help_says_that_more_follows(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.help = true;
    redraw(&t);
    assert_true(shows(&t, " more ──┘"));
    assert_false(shows(&t, " more ──┐"));
    assert_true(shows(&t, " q Esc Close"));
    assert_false(shows(&t, "Quit"));
    t.view.help_top = 1000;
    redraw(&t);
    assert_true(t.view.help_top > 0 && t.view.help_top < 40);
    assert_true(shows(&t, " more ──┐"));
    assert_false(shows(&t, " more ──┘"));
    assert_true(shows(&t, "F7 F8 F9"));
    t.view.prompt = PROMPT_FILTER;
    redraw(&t);
    assert_true(shows(&t, " q Esc Close"));
    t.view.help = false;
    t.view.prompt = PROMPT_NONE;
    t.view.dialog = (struct view_dialog){.open = true, .confirm = 'y', .rows = 1};
    redraw(&t);
    assert_true(shows(&t, " y Does it  Any other key Cancel"));
    tear_down(&t);
}

static void two_of_one_name_can_be_told_apart(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    scene_spawn(&t.play, EP_MAKE(3u, 20), "sh");
    scene_ask(&t.play, EP_MAKE(3u, 20), EP_PM, (struct message){.type = PM_PAUSE});
    t.view.page = PAGE_WAITS;
    redraw(&t);
    assert_true(shows(&t, "─ sh 17.1 "));
    assert_true(shows(&t, "─ sh 20.3 "));
    t.view.page = PAGE_LADDER;
    t.view.chosen = EP_SH;
    redraw(&t);
    assert_true(shows(&t, "▸sh 17.1 "));
    assert_true(shows(&t, "sh 20.3 "));
    t.view.page = PAGE_TRACE;
    redraw(&t);
    assert_true(shows(&t, " sh 20.3 → pm  PM_PAUSE request"));
    assert_true(shows(&t, " sh 20.3   → pm        PM_PAUSE"));
    assert_true(shows(&t, " sh 17.1   → pm "));
    assert_true(shows(&t, " ls        → fs ")); /* there is one */
    scene_spawn(&t.play, EP_MAKE(12u, 21), "usertests");
    scene_spawn(&t.play, EP_MAKE(4u, 22), "usertests");
    scene_ask(&t.play, EP_MAKE(12u, 21), EP_PM, (struct message){.type = PM_PAUSE});
    redraw(&t);
    assert_true(shows(&t, " us… 21.12 → pm "));
    tear_down(&t);
}

static void a_hang_is_called_one(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.play.now += 100000000;
    scene_crash(&t.play, EP_PM, CAUSE_HUNG, 0x40001000);
    t.view.page = PAGE_LOG;
    redraw(&t);
    assert_true(shows(&t, "  2 pm#1 died at 1.01"));
    assert_true(shows(&t, ": hung, no answer to the heartbeat"));
    assert_true(shows(&t, "blocked: init, sh"));
    assert_true(shows(&t, "✗ pm died: hung, no answer to the heartbeat"));
    assert_true(shows(&t, " 1.00s ─▸ seen"));
    tear_down(&t);
}

/* "54 of 65", and both are what one counts by walking there. */
static void the_trace_page_says_where_one_is(void **state)
{
    struct stage t;
    char wanted[64];
    uint64_t all = 0, reads = 0, before = 0;
    (void)state;
    set_up(&t, 24, 80);
    t.view.page = PAGE_TRACE;
    select_message(&t, "fs FS_STAT");
    const struct stream *stream = &t.scene.history->stream;
    for (uint64_t n = 0; (n = view_next(&t.view, &t.scene, n, 1)) != 0;) {
        const struct entry *e = stream_entry(stream, n);
        if (e->kind == ENTRY_NOTE)
            continue;
        all++;
        before += n <= t.view.selected;
        reads += e->kind == ENTRY_REQUEST && e->message.type == FS_READ;
    }
    snprintf(wanted, sizeof wanted, " %u of %u, F follows ", (unsigned)before, (unsigned)all);
    assert_true(before > 1 && before < all);
    assert_true(shows(&t, wanted));
    view_move(&t.view, &t.scene, -1);
    redraw(&t);
    snprintf(wanted, sizeof wanted, " %u of %u", (unsigned)before - 1, (unsigned)all);
    assert_true(shows(&t, wanted));
    t.view.selected = 0;
    set_filter(&t, "type==FS_READ && kind==request");
    snprintf(wanted, sizeof wanted, " %u of %u kept match ", (unsigned)reads, (unsigned)all);
    assert_true(shows(&t, wanted));
    scene_ask(&t.play, EP_LS, EP_FS, scene_read(3, 2, 512)); /* one more: it is counted anew */
    redraw(&t);
    snprintf(wanted, sizeof wanted, " %u of %u kept match ", (unsigned)reads + 1,
             (unsigned)all + 1);
    assert_true(shows(&t, wanted));
    tear_down(&t);
}

static void a_list_that_is_closed_cancels_nothing(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.dialog = (struct view_dialog){.open = true, .menu = true, .digits = true, .list = true};
    redraw(&t);
    assert_true(shows(&t, " A digit On or off  d Delete  Any other key Close"));
    assert_true(shows(&t, "Any other key closes this."));
    assert_false(shows(&t, "Cancel"));
    t.view.dialog.list = false; /* a digit deletes now */
    redraw(&t);
    assert_true(shows(&t, " A digit Does that  Any other key Cancel"));
    tear_down(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hidden_notifications_are_named_and_not_counted),
        cmocka_unit_test(restarts_are_in_the_first_line),
        cmocka_unit_test(a_table_says_how_much_does_not_fit),
        cmocka_unit_test(deaths_show_under_a_filter),
        cmocka_unit_test(the_message_before_which_it_stopped_is_the_last_line),
        cmocka_unit_test(the_log_has_a_chosen_line),
        cmocka_unit_test(the_log_folds_what_is_said_again),
        cmocka_unit_test(enter_on_a_latency_goes_to_the_slowest),
        cmocka_unit_test(a_row_and_its_histogram_say_the_same),
        cmocka_unit_test(a_filtered_table_has_what_shows_and_nothing_else),
        cmocka_unit_test(the_selected_leg_is_in_sight),
        cmocka_unit_test(numbers_in_titles_are_whole),
        cmocka_unit_test(a_long_inspector_scrolls),
        cmocka_unit_test(help_says_that_more_follows),
        cmocka_unit_test(two_of_one_name_can_be_told_apart),
        cmocka_unit_test(a_hang_is_called_one),
        cmocka_unit_test(the_trace_page_says_where_one_is),
        cmocka_unit_test(a_list_that_is_closed_cancels_nothing),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return RUN_SUITE("dash_view_signs", tests);
}
