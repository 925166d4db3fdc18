/* What must hold for every picture that the views draw, whatever is in it: sizes, names, selection, search, the mouse. */
#include <locale.h>
#include "tests/host/suite.h"
#include "tests/host/dash_stage.h"

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
    t.view.selected = view_search(&t.view, &t.scene, 0, 1);
    assert_int_equal(t.view.selected, 51);
    t.view.page = PAGE_TRACE;
    redraw(&t);
    assert_true(shows(&t, "▸/  0.010863"));
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

/* A time range holds for the messages and for the latencies. */
static void a_time_range(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    t.view.range_from = 1072000; /* one read from the cache */
    t.view.range_to = 1072800;
    t.view.page = PAGE_TRACE;
    redraw(&t);
    assert_true(shows(&t, "FS_READ reply 0"));
    assert_false(shows(&t, "BLK_READ"));
    assert_false(shows(&t, "FS_WRITE"));
    assert_true(shows(&t, "0.010720 to 0.010728"));
    t.view.page = PAGE_LATENCY;
    redraw(&t);
    assert_true(shows(&t, "of the messages that show"));
    assert_true(shows(&t, "ls      fs    FS_READ           1  1200"));
    t.view.range_to = 0;
    t.view.by_host = true;
    redraw(&t);
    assert_true(shows(&t, "Host time was not measured."));
    tear_down(&t);
}

/* More processes than rows: the chosen one is always there, and the heading says how many are not. */
static void a_table_that_is_too_long(void **state)
{
    struct stage t;
    (void)state;
    set_up(&t, 24, 80);
    for (unsigned i = 0; i < 20; i++)
        scene_spawn(&t.play, EP_MAKE(1u, 20 + i), "many");
    redraw(&t);
    assert_true(shows(&t, " ↓20 "));
    view_choose(&t.view, &t.scene, 100);
    redraw(&t);
    assert_true(shows(&t, " ↑20 "));
    assert_true(shows(&t, "▸many"));
    assert_int_equal(view_at(&t.view, &t.scene, 10, 5).process, EP_MAKE(1u, 39));
    /* So it is with those who wait. */
    for (unsigned i = 0; i < 20; i++)
        scene_ask(&t.play, EP_MAKE(1u, 20 + i), EP_PM, (struct message){.type = PM_PAUSE});
    t.view.page = PAGE_WAITS;
    redraw(&t);
    assert_true(shows(&t, "▸└─ many"));
    assert_true(shows(&t, " ↑6 ↓3 "));
    tear_down(&t);
}

/* ---- a trace may come from anywhere ------------------------------------------------------------ */

static uint64_t chance(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/* An event that no kernel would report: processes that never were, states that there are not, any bytes as a name. */
static struct event nonsense(struct play *p, uint64_t *seed)
{
    static const endpoint_t ep[] = {
        EP_KERNEL, EP_RS,  EP_PM,   EP_FS,          EP_TTY,           EP_SH,
        EP_LS,     EP_ANY, EP_NONE, EP_INIT,        EP_MAKE(7u, 270), 9,
        EP_SELF,   NSLOTS, ~0u,     EP_MAKE(1u, 20)};
    struct event e = {.kind = (enum event_kind)(chance(seed) % EVENT_KINDS)};
    e.who = ep[chance(seed) % 16];
    e.peer = ep[chance(seed) % 16];
    e.call = (uint32_t)(chance(seed) % 5 ? 1 + chance(seed) % 5 : chance(seed));
    e.state = (uint32_t)(chance(seed) % 10);
    e.status = (int64_t)(chance(seed) % 100) - 50;
    e.cause = chance(seed) % 20;
    e.incarnation = chance(seed) % 4;
    e.message.type = (uint32_t)(chance(seed) % 4 ? FS_OPEN + chance(seed) % 8 : chance(seed));
    e.message.w[0] = chance(seed) << 33 ^ chance(seed);
    for (int i = 0; i < NAME_BYTES; i++)
        e.name[i] = (char)chance(seed);
    e.length = (uint8_t)(chance(seed) % EVENT_TEXT);
    memcpy(e.text, e.name, sizeof e.name);
    p->now += chance(seed) % 1000;
    return e;
}

static void nonsense_can_be_drawn(void **state)
{
    uint64_t seed = 1;
    (void)state;
    for (int round = 0; round < 12; round++) {
        struct stage t;
        set_up(&t, 24 + 13 * (round % 3), 80 + 59 * (round % 3));
        for (int i = 0; i < 3000; i++) {
            scene_event(&t.play, nonsense(&t.play, &seed));
            if (i % 40)
                continue;
            t.view.page = (enum view_page)(chance(&seed) % PAGES);
            t.view.selected = chance(&seed) % 2 ? chance(&seed) % 2000 : 0;
            t.view.chosen = (endpoint_t)(chance(&seed) % 30);
            t.view.notices = chance(&seed) % 2;
            t.view.top = chance(&seed) % 50;
            t.view.console_back = chance(&seed) % 9;
            redraw(&t);
            view_at(&t.view, &t.scene, (int)(chance(&seed) % 60), (int)(chance(&seed) % 200));
            view_move(&t.view, &t.scene, (int)(chance(&seed) % 41) - 20);
        }
        tear_down(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_can_be_drawn),
        cmocka_unit_test(names_of_a_hostile_guest),
        cmocka_unit_test(choosing_stays_on_living_processes),
        cmocka_unit_test(a_selected_message_stays_in_place),
        cmocka_unit_test(search_goes_both_ways),
        cmocka_unit_test(clicks_hit_what_is_drawn),
        cmocka_unit_test(numbers_take_five_columns),
        cmocka_unit_test(the_status_line_is_never_cut),
        cmocka_unit_test(colour_is_not_the_only_sign),
        cmocka_unit_test(a_time_range),
        cmocka_unit_test(a_table_that_is_too_long),
        cmocka_unit_test(nonsense_can_be_drawn),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return RUN_SUITE("dash_view_rules", tests);
}
