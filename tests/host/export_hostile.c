/*
 * Traces that want to harm who reads the export: names that are formulas, markup or control sequences, and events at random. Whatever comes
 * out is what its format allows.
 */
#include <jansson.h>
#include "tests/host/export_trace.h"
#include "tests/host/trace_events.h"

/* The formats that quote, and the same trace in each. */
static const char *const names[] = {"=1+1", "-x",    "@SUM(A1)", "+a,b",    "a\"b",
                                    "end",  "a;b#c", "\033[2J",  "x\ny",    "\xff\xfe",
                                    "Note", "a\\",   "<b>&",     "end end", "p0->>p1"};
#define NAMES (sizeof names / sizeof names[0])

static struct made nasty(void)
{
    struct made m = made_begin();
    made_process(&m, EP_FS, "fs");
    for (size_t i = 0; i < NAMES; i++) {
        made_process(&m, EP_MAKE(1u, 20 + (unsigned)i), names[i]);
        uint64_t t = made_request(&m, EP_MAKE(1u, 20 + (unsigned)i), EP_FS, 3);
        made_reply(&m, EP_MAKE(1u, 20 + (unsigned)i), EP_FS, t, 512);
    }
    made_request(&m, EP_MAKE(1u, 20), EP_FS, 4);
    made_end(&m);
    return m;
}

static struct made at_random(unsigned seed)
{
    struct made m = made_begin();
    struct events s = {.random = seed};
    for (int i = 0; i < 20000; i++) {
        struct event e = events_any(&s);
        const char *type = names_listed(NAMES_TYPES, events_random(&s) % 64);
        uint64_t number = e.message.type;
        if (e.message.type && type && names_number(NAMES_TYPES, type, &number))
            e.message.type = (uint32_t)number | (e.message.type & MSG_REPLY);
        writer_sink(m.writer)->event(writer_sink(m.writer), &e);
    }
    made_end(&m);
    return m;
}

static void is_printable(const char *text, const char *besides)
{
    for (; *text; text++)
        if ((*text < ' ' || *text > '~') && !strchr(besides, *text))
            fail_msg("byte %#x", (unsigned char)*text);
}

/* ---- CSV -------------------------------------------------------------------------------------- */

/* One cell (RFC 4180) at `text`, into `cell`; returns where it ends. */
static const char *cell_of(const char *text, char *cell)
{
    if (*text != '"') {
        while (!strchr(",\r\n", *text)) {
            assert_int_not_equal(*text, '"');
            *cell++ = *text++;
        }
    } else {
        for (text++; *text != '"' || text[1] == '"'; text++) {
            assert_int_not_equal(*text, '\0');
            text += *text == '"';
            *cell++ = *text;
        }
        text++;
    }
    *cell = '\0';
    return text;
}

static void is_csv(const char *text)
{
    char cell[1024];
    unsigned rows = 0;
    while (*text) {
        unsigned column = 0;
        for (;; text++, column++) {
            text = cell_of(text, cell);
            bool number = strspn(cell, "-0123456789") == strlen(cell);
            if (*cell && strchr("=+-@", *cell) && !number)
                fail_msg("a formula: %s", cell);
            if (*text != ',')
                break;
        }
        assert_int_equal(column, 18);
        assert_int_equal(strncmp(text, "\r\n", 2), 0);
        text += 2;
        rows++;
    }
    assert_true(rows > 20);
}

/* ---- JSON ------------------------------------------------------------------------------------- */

static void is_jsonl(char *text)
{
    unsigned lines = 0;
    for (char *end; (end = strchr(text, '\n')) != NULL; text = end + 1) {
        *end = '\0';
        json_error_t error;
        json_t *record = json_loads(text, JSON_REJECT_DUPLICATES, &error);
        if (!json_is_object(record))
            fail_msg("%s: %s", error.text, text);
        if (lines++ == 0)
            assert_int_equal(json_integer_value(json_object_get(record, "version")), 1);
        else
            assert_true(json_is_string(json_object_get(record, "record")));
        json_decref(record);
    }
    assert_int_equal(*text, '\0');
    assert_true(lines > 20);
}

static void is_chrome_json(const char *text)
{
    json_error_t error;
    json_t *trace = json_loads(text, JSON_REJECT_DUPLICATES, &error), *event;
    size_t i;
    double end = 0;
    if (!trace)
        fail_msg("line %d: %s", error.line, error.text);
    json_array_foreach(json_object_get(trace, "traceEvents"), i, event)
    {
        const char *phase = json_string_value(json_object_get(event, "ph"));
        double ts = json_number_value(json_object_get(event, "ts"));
        assert_true(json_integer_value(json_object_get(event, "pid")) > 0);
        if (strcmp(phase, "X") != 0)
            continue;
        assert_true(ts >= end - 0.001); /* bursts follow each other */
        end = ts + json_number_value(json_object_get(event, "dur"));
    }
    assert_true(i > 20);
    json_decref(trace);
}

/* ---- diagrams --------------------------------------------------------------------------------- */

/* Nothing behind the first word of a line that Mermaid would read as more than text. */
static void is_mermaid(const char *text)
{
    assert_int_equal(strncmp(text, "sequenceDiagram\n", 16), 0);
    assert_null(strpbrk(text, ";#%{}<\\\""));
    assert_null(strstr(text, " end\n"));
    assert_null(strstr(text, " end "));
    for (const char *line = text; (line = strchr(line, '\n')) != NULL && line[1]; line++)
        assert_true(strncmp(line + 1, "    p", 5) == 0 ||
                    strncmp(line + 1, "    Note over p", 15) == 0 ||
                    strncmp(line + 1, "    autonumber", 14) == 0);
}

static void is_dot(const char *text)
{
    unsigned quotes = 0;
    assert_int_equal(strncmp(text, "digraph", 7), 0);
    for (const char *c = text; *c; c++) {
        quotes += *c == '"';
        assert_true(*c != '\\' || c[1] == 'n');
        assert_true(*c != '\n' || quotes % 2 == 0);
    }
    assert_int_equal(quotes % 2, 0);
}

/* ---- the tests -------------------------------------------------------------------------------- */

static char *export_of(const char *path, exporter_create *create)
{
    int status;
    char *text = exported(path, create, NULL, &status);
    assert_int_equal(status, 0);
    return text;
}

static void all_formats(const char *path)
{
    char *csv = export_of(path, csv_create), *jsonl = export_of(path, jsonl_create);
    char *chrome = export_of(path, perfetto_create), *dot = export_of(path, dot_create);
    char *show = export_of(path, show_create), *tree = export_of(path, tree_create);
    char *summary = export_of(path, summary_create);
    is_csv(csv);
    is_jsonl(jsonl);
    is_chrome_json(chrome);
    is_dot(dot);
    is_printable(csv, "\r\n");
    is_printable(chrome, "\n");
    is_printable(dot, "\n");
    is_printable(show, "\n");
    is_printable(tree, "\n");
    is_printable(summary, "\n");
    free(csv);
    free(jsonl);
    free(chrome);
    free(dot);
    free(show);
    free(tree);
    free(summary);
}

static void names_do_no_harm(void **state)
{
    struct made m = nasty();
    (void)state;
    all_formats(m.path);
    char *mermaid = export_of(m.path, mermaid_create), *csv = export_of(m.path, csv_create);
    is_mermaid(mermaid);
    assert_non_null(strstr(csv, "\"'=1+1\""));
    assert_non_null(strstr(csv, "a\"\"b"));
    assert_non_null(strstr(mermaid, "participant p6 as eNd\n"));
    free(mermaid);
    free(csv);
    made_remove(&m);
}

static void random_events_do_no_harm(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 5; seed++) {
        struct made m = at_random(seed);
        int status;
        all_formats(m.path);
        char *mermaid = exported(m.path, mermaid_create, "event<1k", &status);
        is_mermaid(mermaid);
        assert_int_equal(status, 0);
        free(mermaid);
        made_remove(&m);
    }
}

static void a_diagram_has_an_end(void **state)
{
    struct made m = made_begin();
    int status;
    (void)state;
    made_process(&m, EP_FS, "fs");
    made_process(&m, SH, "sh");
    for (int i = 0; i < 101; i++)
        made_reply(&m, SH, EP_FS, made_request(&m, SH, EP_FS, i), 0);
    made_end(&m);
    char *text = exported(m.path, mermaid_create, NULL, &status);
    assert_int_equal(status, 1);
    assert_string_equal(text, "");
    free(text);
    text = exported(m.path, mermaid_create, "fd!=100 || kind==reply && event<600", &status);
    assert_int_equal(status, 0);
    free(text);
    made_remove(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_do_no_harm),
        cmocka_unit_test(random_events_do_no_harm),
        cmocka_unit_test(a_diagram_has_an_end),
    };
    return RUN_SUITE("export_hostile", tests);
}
