/* Who a message, a tree and a filter name: whoever it was when the message was sent, however late its end is known. */
#include "tests/host/export_trace.h"
#include "emu/export/past_names.h"

/* pm tells fs about CAT's process, which is about to become cat. */
static uint64_t exec_of_cat(struct made *m)
{
    struct event e = {.kind = EVENT_CALL, .who = EP_PM, .peer = EP_FS, .call = IPC_SENDREC};
    struct fs_exec exec = {.process = CAT};
    e.transaction = ++m->transactions;
    e.message = (struct message){.source = EP_PM, .type = FS_EXEC};
    memcpy(e.message.w, &exec, sizeof exec);
    made_add(m, e);
    e.kind = EVENT_DELIVER;
    e.who = EP_FS;
    e.peer = EP_PM;
    made_add(m, e);
    return e.transaction;
}

static void made_exec(struct made *m, endpoint_t who, const char *name)
{
    struct event e = {.kind = EVENT_EXEC, .who = who, .peer = EP_NONE};
    snprintf(e.name, sizeof e.name, "%s", name);
    made_add(m, e);
}

/* The reply comes after the exec: sh is cat by then. And sh's own call, which the exec ends. */
static struct made renamed(void)
{
    struct made m = made_begin();
    made_process(&m, EP_PM, "pm");
    made_process(&m, EP_FS, "fs");
    made_process(&m, CAT, "sh");
    made_request(&m, CAT, EP_FS, 7);
    uint64_t t = exec_of_cat(&m);
    made_exec(&m, CAT, "cat");
    made_reply(&m, EP_PM, EP_FS, t, 0);
    made_reply(&m, EP_PM, EP_FS, exec_of_cat(&m), 0);
    made_end(&m);
    return m;
}

static void expect(exporter_create *create, const char *filter, const char *first,
                   const char *second)
{
    struct made m = renamed();
    int status;
    char *text = exported(m.path, create, filter, &status);
    const char *rest = text;
    for (const char *wanted = first; wanted; wanted = wanted == first ? second : NULL)
        if (!(rest = strstr(rest, wanted)))
            break;
    if (!rest)
        fail_msg("no '%s' before '%s' in\n%s", first, second, text);
    free(text);
    made_remove(&m);
}

static void a_message_names_who_it_was(void **state)
{
    (void)state;
    expect(show_create, NULL, "FS_EXEC process=sh", "FS_EXEC process=cat");
    expect(csv_create, NULL, "FS_EXEC,process=sh,", "FS_EXEC,process=cat,");
    expect(jsonl_create, NULL, "{\"process\":\"sh\"}", "{\"process\":\"cat\"}");
    expect(mermaid_create, NULL, "FS_EXEC process=sh", "FS_EXEC process=cat");
    expect(perfetto_create, NULL, "FS_EXEC process=sh", "FS_EXEC process=cat");
}

static void so_does_a_tree(void **state)
{
    (void)state;
    expect(tree_create, NULL, "sh > fs  FS_READ fd=7", "FS_EXEC process=sh");
    expect(tree_create, NULL, "FS_EXEC process=sh", "FS_EXEC process=cat");
    expect(tree_create, "src==sh", "sh > fs  FS_READ", "gone");
}

static void and_a_filter(void **state)
{
    struct made m = renamed();
    int status;
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        exporter_create *create = i ? tree_create : show_create;
        char *text = exported(m.path, create, "process==sh", &status);
        assert_non_null(strstr(text, "process=sh"));
        assert_null(strstr(text, "process=cat"));
        free(text);
    }
    made_remove(&m);
}

/* ---- the ring --------------------------------------------------------------------------------- */

static const char *name_at(const struct past_names *p, uint64_t event, endpoint_t ep)
{
    struct past_names_at at = {p, event};
    return past_name(&at, ep);
}

static void past_names_are_bounded(void **state)
{
    struct past_names *p = calloc(1, sizeof *p);
    struct event e = {.kind = EVENT_SPAWN, .number = 5, .who = EP_FS, .name = "fs"};
    (void)state;
    past_names_event(p, &e);
    e.who = SH;
    for (e.number = 10; e.number < 10 + 2 * PAST_NAMES; e.number++) {
        snprintf(e.name, sizeof e.name, "n%u", (unsigned)e.number);
        past_names_event(p, &e);
    }
    uint64_t last = e.number - 1;
    assert_string_equal(name_at(p, last, EP_FS), "fs");
    assert_string_equal(name_at(p, 5, EP_FS), "fs");
    assert_null(name_at(p, 4, EP_FS));
    assert_null(name_at(p, last, CAT));
    assert_null(name_at(p, last, EP_MAKE(4u, 20)));
    assert_null(name_at(p, last, EP_ANY));
    assert_string_equal(name_at(p, last, SH), e.name);
    for (uint64_t n = last - PAST_NAMES; n <= last; n++) {
        snprintf(e.name, sizeof e.name, "n%u", (unsigned)n);
        assert_string_equal(name_at(p, n, SH), e.name);
    }
    /* What is forgotten reads as the oldest name that is known. */
    snprintf(e.name, sizeof e.name, "n%u", (unsigned)(last - PAST_NAMES));
    assert_string_equal(name_at(p, 12, SH), e.name);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_names_who_it_was),
        cmocka_unit_test(so_does_a_tree),
        cmocka_unit_test(and_a_filter),
        cmocka_unit_test(past_names_are_bounded),
    };
    return RUN_SUITE("export_names", tests);
}
