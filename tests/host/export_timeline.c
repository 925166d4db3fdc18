// Exporting what a timeline has at hand: as from the file where it goes back to the first event, and with names where it does not.
#define MARKS      4u
#define MARK_BYTES (8u << 10)
#define STRIDE     64u
#include "emu/model/timeline.c"
#include "tests/host/export_trace.h"

struct told {
    struct made made; /* its writer writes the file, and the timeline gets the same */
    struct timeline *timeline;
};

static void tell(void *arg, struct event e)
{
    struct told *t = arg;
    made_add(&t->made, e);
    e.number = t->made.number;
    e.time = t->made.time;
    timeline_sink(t->timeline)->event(timeline_sink(t->timeline), &e);
}

// sh asks fs to read so many times, and once more without an answer.
static struct told session(unsigned reads)
{
    struct told t = {made_begin(), timeline_live()};
    assert_non_null(t.timeline);
    const struct {
        endpoint_t ep;
        const char *name;
    } process[] = {{EP_FS, "fs"}, {SH, "sh"}};
    for (int i = 0; i < 2; i++) {
        struct event e = {.kind = EVENT_SPAWN, .who = process[i].ep, .peer = EP_PM};
        snprintf(e.name, sizeof e.name, "%s", process[i].name);
        tell(&t, e);
    }
    for (unsigned i = 0; i <= reads; i++) {
        struct event e = {.kind = EVENT_CALL, .who = SH, .peer = EP_FS, .call = IPC_SENDREC};
        e.transaction = i + 1;
        e.message = (struct message){.source = SH, .type = FS_READ};
        tell(&t, (struct event){.kind = EVENT_SWITCH, .who = SH, .peer = EP_NONE});
        tell(&t, e);
        e.kind = EVENT_DELIVER;
        e.who = EP_FS, e.peer = SH, e.call = 0;
        tell(&t, e);
        if (i == reads)
            break;
        e.kind = EVENT_CALL;
        e.call = IPC_REPLYREC;
        e.message = (struct message){.source = EP_FS, .type = FS_READ | MSG_REPLY, .status = 512};
        tell(&t, (struct event){.kind = EVENT_SWITCH, .who = EP_FS, .peer = SH});
        tell(&t, e);
        e.kind = EVENT_DELIVER;
        e.who = SH, e.peer = EP_FS, e.call = 0;
        tell(&t, e);
    }
    made_end(&t.made);
    return t;
}

static void forget(struct told *t)
{
    made_remove(&t->made);
    timeline_close(t->timeline);
}

// What the exporter makes of the timeline, and of how many messages; to be freed.
static char *from_timeline(const struct told *t, exporter_create *create, const char *filter,
                           uint64_t *messages)
{
    char *text = NULL;
    size_t size;
    struct filter_error error;
    struct export_options o = {.path = t->made.path, .out = open_memstream(&text, &size)};
    o.filter = filter ? filter_compile(filter, &error) : NULL;
    struct walker *w = create(&o);
    assert_true(walk_timeline(t->timeline, o.filter, o.out, w));
    *messages = w->messages;
    w->free(w);
    filter_free(o.filter);
    fclose(o.out);
    return text;
}

static void a_whole_run_is_as_from_its_file(void **state)
{
    static const char *const format[] = {"csv", "jsonl", "perfetto", "dot", "mermaid"};
    struct told t = session(20);
    uint64_t messages;
    int status;
    (void)state;
    assert_int_equal(timeline_first(t.timeline), 1);
    for (int i = 0; i < 5; i++) {
        char *file = exported(t.made.path, exporter_called(format[i]), NULL, &status);
        char *kept = from_timeline(&t, exporter_called(format[i]), NULL, &messages);
        assert_string_equal(file, kept);
        assert_int_equal(messages, exporter_called(format[i]) == dot_create ? 0 : 41);
        free(file);
        free(kept);
    }
    forget(&t);
}

static void names_from_before_are_known(void **state)
{
    struct told t = session(2000);
    uint64_t messages;
    (void)state;
    assert_true(timeline_first(t.timeline) > 1000);
    char *csv = from_timeline(&t, csv_create, "src==sh && dst==fs", &messages);
    assert_true(messages > 20 && messages < 1000);
    assert_int_equal(lines_of(csv), messages + 1);
    free(csv);
    char *dot = from_timeline(&t, dot_create, NULL, &messages);
    assert_non_null(strstr(dot, "label=\"sh\""));
    assert_non_null(strstr(dot, "waits for the reply"));
    free(dot);
    forget(&t);
}

static bool never(void *context)
{
    ++*(unsigned *)context;
    return false;
}

static void it_can_be_ended(void **state)
{
    struct told t = session(2050); /* of 12,305 events the last ones are kept */
    unsigned asked = 0;
    struct walker nobody = {.go_on = never, .context = &asked};
    (void)state;
    assert_true(walk_timeline(t.timeline, NULL, stdout, &nobody));
    assert_true(nobody.stop);
    assert_int_equal(asked, 1);
    forget(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_whole_run_is_as_from_its_file),
                                       cmocka_unit_test(names_from_before_are_known),
                                       cmocka_unit_test(it_can_be_ended)};
    return RUN_SUITE("export_timeline", tests);
}
