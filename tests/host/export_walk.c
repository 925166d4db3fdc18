/* The driver: messages in order, each when its end is known, in bounded memory; filters; how numbers read. */
#include "tests/host/export_trace.h"
#include <fcntl.h>
#include "emu/export/text.h"

/* What was handed on, as letters: request a(nswered) o(pen) f(ailed), reply r, note n, life l. */
struct seen {
    struct walker walker;
    char *text;
    size_t length;
    uint64_t last, ended;
};

static void see(struct seen *s, char c, uint64_t event)
{
    assert_true(event >= s->last);
    s->last = event;
    s->text[s->length++] = c;
    s->text[s->length] = '\0';
}

static void on_message(struct walker *self, const struct model *m, const struct entry *e,
                       uint64_t ended)
{
    struct seen *s = (struct seen *)self;
    static const char fate[] = {[FATE_OPEN] = 'o',
                                [FATE_ANSWERED] = 'a',
                                [FATE_FAILED] = 'f',
                                [FATE_AGAIN] = 'x',
                                [FATE_GONE] = 'g'};
    (void)m;
    if (e->kind == ENTRY_NOTE)
        see(s, 'n', e->event);
    else
        see(s,
            e->kind == ENTRY_REQUEST ? fate[e->fate]
            : e->kind == ENTRY_REPLY ? 'r'
                                     : '?',
            e->event);
    if (e->kind != ENTRY_REQUEST)
        return;
    assert_int_equal(e->fate == FATE_OPEN || e->fate == FATE_AGAIN, ended == 0);
    assert_int_equal(e->latency, e->fate == FATE_ANSWERED ? ended - e->asked : 0);
}

static void on_life(struct walker *self, const struct model *m, const struct event *e)
{
    (void)m;
    see((struct seen *)self, 'l', e->number);
}

static char *seen_in(const char *path, const char *filter)
{
    struct seen s = {.walker = {.message = on_message, .life = on_life}};
    struct filter_error error;
    struct filter *f = filter ? filter_compile(filter, &error) : NULL;
    s.text = calloc(1, 1 << 20);
    assert_int_equal(walk_trace(path, f, stdout, &s.walker), 0);
    filter_free(f);
    return s.text;
}

static void expect(const char *path, const char *filter, const char *wanted)
{
    char *text = seen_in(path, filter);
    assert_string_equal(text, wanted);
    free(text);
}

static struct made two_clients(void)
{
    struct made m = made_begin();
    made_process(&m, EP_FS, "fs");
    made_process(&m, SH, "sh");
    made_process(&m, CAT, "cat");
    return m;
}

static void a_message_waits_for_its_end_and_the_next_for_it(void **state)
{
    struct made m = two_clients();
    (void)state;
    uint64_t first = made_request(&m, SH, EP_FS, 1);
    made_reply(&m, CAT, EP_FS, made_request(&m, CAT, EP_FS, 2), 0);
    made_reply(&m, SH, EP_FS, first, -5);
    made_request(&m, CAT, EP_FS, 3);
    made_add(&m, (struct event){.kind = EVENT_EXIT, .who = SH, .peer = EP_NONE});
    made_end(&m);
    expect(m.path, NULL, "lllaarrol");
    expect(m.path, "src==sh", "a");
    expect(m.path, "open", "o");
    expect(m.path, "err", "ar");
    expect(m.path, "fd==2 && latency>0", "a");
    made_remove(&m);
}

static void a_client_that_dies_leaves_a_request_without_a_reply(void **state)
{
    struct made m = two_clients();
    (void)state;
    made_request(&m, SH, EP_FS, 1);
    made_add(&m, (struct event){.kind = EVENT_EXIT, .who = SH, .peer = EP_NONE});
    made_request(&m, CAT, EP_FS, 2);
    made_add(&m, (struct event){.kind = EVENT_WAKE, .who = CAT, .peer = EP_NONE, .status = -4});
    made_end(&m);
    expect(m.path, NULL, "lllglf");
    made_remove(&m);
}

/* A death is why messages end: it shows under a filter, beside what matches. That a service begins does not. */
static void deaths_show_under_a_filter(void **state)
{
    struct made m = two_clients();
    (void)state;
    made_add(&m, (struct event){.kind = EVENT_RESTART, .who = EP_FS, .incarnation = 1});
    made_request(&m, SH, EP_FS, 1);
    made_add(&m, (struct event){.kind = EVENT_CRASH, .who = EP_FS, .peer = EP_NONE, .cause = 5});
    made_add(&m, (struct event){.kind = EVENT_RESTART, .who = EP_FS, .incarnation = 2});
    made_request(&m, CAT, EP_FS, 2);
    made_end(&m);
    expect(m.path, NULL, "llllnxlnlno");
    expect(m.path, "src==sh", "xnn");
    expect(m.path, "src==nobody", "nn");
    made_remove(&m);
}

/* fs puts sh's request off, and is woken by its alarm: that it asks pm for sh's sake shows only when it answers sh. */
static struct made put_off(void)
{
    struct made m = two_clients();
    struct event e = {.kind = EVENT_CALL, .who = EP_FS, .peer = EP_ANY, .call = IPC_RECEIVE};
    made_process(&m, EP_PM, "pm");
    uint64_t first = made_request(&m, SH, EP_FS, 1);
    made_add(&m, (struct event){.kind = EVENT_SWITCH, .who = EP_FS, .peer = SH});
    made_add(&m, e);
    e.kind = EVENT_BLOCK;
    e.state = PROC_RECEIVING;
    made_add(&m, e);
    e = (struct event){.kind = EVENT_DELIVER, .who = EP_FS, .peer = EP_KERNEL};
    e.message = (struct message){.type = MSG_NOTIFY, .w = {NOTIFY_TIMER}};
    made_add(&m, e);
    made_reply(&m, EP_FS, EP_PM, made_request(&m, EP_FS, EP_PM, 2), 0);
    made_reply(&m, SH, EP_FS, first, 7);
    made_reply(&m, CAT, EP_FS, made_request(&m, CAT, EP_FS, 3), 0);
    made_end(&m);
    return m;
}

static void what_an_answer_shows_is_known_to_all(void **state)
{
    struct made m = put_off();
    int status;
    (void)state;
    expect(m.path, "parent==1", "ar");
    expect(m.path, "parent", "ar");
    char *text = exported(m.path, tree_create, NULL, &status);
    char *outer = strstr(text, "sh > fs  FS_READ fd=1"), *inner = strstr(text, "fs > pm");
    assert_true(outer && inner && outer < inner && !strstr(inner + 1, "fs > pm"));
    free(text);
    made_remove(&m);
}

/* Reads the file from standard input. */
static char *seen_in_a_pipe(const char *path, const char *filter)
{
    int file = open(path, O_RDONLY), before = dup(STDIN_FILENO);
    dup2(file, STDIN_FILENO);
    char *text = seen_in("-", filter);
    dup2(before, STDIN_FILENO);
    close(before);
    close(file);
    return text;
}

/* Two of a kind: one is answered just before it would have to leave the window, the other just after; a file is then read again. */
static void the_window_is_bounded(void **state)
{
    (void)state;
    for (unsigned late = 0; late < 2; late++) {
        struct made m = two_clients();
        uint64_t first = made_request(&m, SH, EP_FS, 1);
        for (unsigned i = 0; i < WALK_WINDOW / 2 - 1 + late; i++)
            made_reply(&m, CAT, EP_FS, made_request(&m, CAT, EP_FS, 2), 0);
        made_reply(&m, SH, EP_FS, first, 7);
        made_end(&m);
        char *text = seen_in(m.path, "kind==request || kind==reply");
        assert_int_equal(strlen(text), WALK_WINDOW + 2 * late);
        assert_int_equal(*text, 'a');
        free(text);
        expect(m.path, "open", "");
        text = seen_in_a_pipe(m.path, "kind==request || kind==reply");
        assert_int_equal(*text, late ? 'o' : 'a');
        free(text);
        made_remove(&m);
    }
}

static void numbers_read_well(void **state)
{
    char text[32];
    (void)state;
    assert_string_equal(text_count(text, sizeof text, 0), "0");
    assert_string_equal(text_count(text, sizeof text, 999), "999");
    assert_string_equal(text_count(text, sizeof text, 1000), "1,000");
    assert_string_equal(text_count(text, sizeof text, 1234567), "1,234,567");
    assert_string_equal(text_count(text, sizeof text, UINT64_MAX), "18,446,744,073,709,551,615");
    assert_string_equal(text_count(text, 4, 1234567), "1,2");
    assert_string_equal(text_short(text, sizeof text, 99999), "99,999");
    assert_string_equal(text_short(text, sizeof text, 100000), "100k");
    assert_string_equal(text_short(text, sizeof text, 999499), "999k");
    assert_string_equal(text_short(text, sizeof text, 999500), "1.00M");
    assert_string_equal(text_short(text, sizeof text, 12345678), "12.3M");
    assert_string_equal(text_short(text, sizeof text, UINT64_MAX), "18.4E");
    assert_string_equal(text_time(text, sizeof text, 123456789), "1.23456789");
    assert_string_equal(text_time(text, sizeof text, 5), "0.00000005");
    assert_string_equal(text_process(text, sizeof text, "fs", 1), "fs");
    assert_string_equal(text_process(text, sizeof text, "f\033s", 2), "f?s#2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_waits_for_its_end_and_the_next_for_it),
        cmocka_unit_test(a_client_that_dies_leaves_a_request_without_a_reply),
        cmocka_unit_test(deaths_show_under_a_filter),
        cmocka_unit_test(what_an_answer_shows_is_known_to_all),
        cmocka_unit_test(the_window_is_bounded),
        cmocka_unit_test(numbers_read_well),
    };
    return RUN_SUITE("export_walk", tests);
}
