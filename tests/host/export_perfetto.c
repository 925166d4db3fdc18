/*
 * The Perfetto export of a real run keeps every rule that makes its readers draw all of it: bursts on one CPU that never overlap, flows whose
 * two ends each lie in a burst that was written before, async slices in pairs, crashes and restarts.
 */
#include <jansson.h>
#include <math.h>
#include "tests/host/export_trace.h"
#include "tests/host/model_run.h"

#define RECORDS 200000

struct burst {
    long pid;
    int64_t from, to; /* ns; [from, to) */
};

/* What was read so far; of every record of a kind its place in the file tells the order. */
struct check {
    struct burst burst[RECORDS];
    size_t bursts;
    json_t *flow_start[RECORDS], *flow_end[RECORDS], *open[RECORDS]; /* by id */
    unsigned starts, flows, asyncs, crashes, restarts, named;
    bool has_name[1000];
};

static struct check *check;

static long integer(const json_t *event, const char *key)
{
    json_t *value = json_object_get(event, key);
    assert_true(json_is_integer(value));
    return (long)json_integer_value(value);
}

static const char *string(const json_t *event, const char *key)
{
    const char *text = json_string_value(json_object_get(event, key));
    if (!text)
        fail_msg("no %s", key);
    return text;
}

static int64_t ns(const json_t *event, const char *key)
{
    json_t *value = json_object_get(event, key);
    assert_true(json_is_number(value));
    return llround(json_number_value(value) * 1000);
}

static void check_burst(const json_t *event)
{
    struct burst *b = &check->burst[check->bursts];
    b->pid = integer(event, "pid");
    b->from = ns(event, "ts");
    b->to = b->from + ns(event, "dur");
    assert_true(b->to > b->from);
    assert_int_equal(integer(event, "tid"), b->pid);
    if (check->bursts)
        assert_true(b->from >= b[-1].to); /* one CPU: each begins when the last has ended */
    assert_true(++check->bursts < RECORDS);
}

/* The end of a flow lies in a burst of its process, which stands above it in the file. */
static void check_bound(const json_t *event)
{
    int64_t at = ns(event, "ts");
    size_t low = 0, high = check->bursts;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (check->burst[middle].to <= at)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == check->bursts || check->burst[low].from > at ||
        check->burst[low].pid != integer(event, "pid"))
        fail_msg("flow %ld at %lld ns of pid %ld is in no burst", integer(event, "id"),
                 (long long)at, integer(event, "pid"));
}

static void check_flow(json_t *event, bool start)
{
    long id = integer(event, "id");
    assert_in_range(id, 1, RECORDS - 1);
    json_t **mine = start ? &check->flow_start[id] : &check->flow_end[id];
    json_t *other = start ? NULL : check->flow_start[id];
    assert_null(*mine); /* never used again */
    *mine = event;
    check_bound(event);
    check->starts += start;
    if (start)
        return;
    check->flows++;
    assert_non_null(other);
    assert_string_equal(string(event, "bp"), "e");
    assert_string_equal(string(event, "name"), string(other, "name"));
    assert_string_equal(string(event, "cat"), string(other, "cat"));
    assert_true(ns(event, "ts") >= ns(other, "ts"));
}

static void check_async(json_t *event, bool start)
{
    long id = strtol(string(event, "id"), NULL, 10);
    assert_in_range(id, 1, RECORDS - 1);
    json_t *other = check->open[id];
    if (start) {
        assert_null(other);
        check->open[id] = event;
        return;
    }
    check->asyncs++;
    assert_non_null(other);
    assert_int_equal(integer(event, "pid"), integer(other, "pid"));
    assert_string_equal(string(event, "name"), string(other, "name"));
    assert_string_equal(string(event, "cat"), string(other, "cat"));
    assert_true(ns(event, "ts") >= ns(other, "ts"));
}

static void check_meta(const json_t *event)
{
    assert_null(json_object_get(event, "ts"));
    assert_non_null(json_object_get(event, "args"));
    if (strcmp(string(event, "name"), "process_name") == 0) {
        check->has_name[integer(event, "pid")] = true;
        check->named++;
    }
}

static void check_record(json_t *event)
{
    char phase = *string(event, "ph");
    assert_in_range(integer(event, "pid"), 1, 999);
    assert_true(phase == 'M' || check->has_name[integer(event, "pid")]);
    if (phase == 'M')
        check_meta(event);
    else if (phase == 'X')
        check_burst(event);
    else if (phase == 's' || phase == 'f')
        check_flow(event, phase == 's');
    else if (phase == 'b' || phase == 'e')
        check_async(event, phase == 'b');
    else if (phase == 'i')
        assert_string_equal(string(event, "s"), "p");
    else
        fail_msg("phase %c", phase);
    if (phase == 'i') {
        check->crashes += strcmp(string(event, "name"), "crash") == 0;
        check->restarts += strcmp(string(event, "name"), "restart") == 0;
    }
}

/* ---- a real run --------------------------------------------------------------------------------- */

static void into_file(struct run *r, const struct event *e)
{
    struct made *m = r->arg;
    writer_sink(m->writer)->event(writer_sink(m->writer), e);
}

static struct made real_run(void)
{
    static const char *const line[] = {"ls /bin | wc\n",
                                       "cp /bin/usertests /tmp/x & svc kill fs; cat /etc/motd\n",
                                       "sleep 1 & cat /nowhere; echo done\n", "poweroff\n", NULL};
    struct made m = made_begin();
    struct run r = {.look = into_file, .arg = &m};
    run_record(&r, line, EVENT_ALL);
    made_end(&m);
    return m;
}

static unsigned count(const char *path, const char *filter)
{
    int status;
    char *text = exported(path, csv_create, filter, &status);
    unsigned rows = lines_of(text) - 1;
    free(text);
    return rows;
}

static json_t *checked(const char *path, const char *filter)
{
    int status;
    json_error_t error;
    json_t *event;
    size_t i;
    char *text = exported(path, perfetto_create, filter, &status);
    assert_int_equal(status, 0);
    json_t *trace = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    free(text);
    assert_non_null(trace);
    assert_string_equal(string(trace, "displayTimeUnit"), "ns");
    assert_non_null(strstr(string(json_object_get(trace, "otherData"), "clock"), "10 ns"));
    check = calloc(1, sizeof *check);
    assert_non_null(check);
    json_array_foreach(json_object_get(trace, "traceEvents"), i, event) check_record(event);
    return trace;
}

static void every_rule_is_kept(void **state)
{
    struct made m = real_run();
    (void)state;
    json_t *trace = checked(m.path, NULL);
    unsigned delivered = count(m.path, "kind!=failed && src!=kernel");
    assert_true(check->bursts > 500);
    assert_true(check->flows > 300);
    assert_true(check->flows <= delivered &&
                check->flows + 20 > delivered); /* all but the last to each */
    assert_true(check->asyncs > 100);
    assert_int_equal(check->flows, check->starts);
    assert_int_equal(check->crashes, 1);
    assert_int_equal(check->restarts, 6);
    json_decref(trace);
    free(check);

    trace = checked(m.path, "type==FS_READ && src==cat");
    assert_int_equal(check->flows, count(m.path, "type==FS_READ && src==cat"));
    assert_int_equal(check->asyncs, check->flows);
    assert_true(check->flows > 0);
    json_decref(trace);
    free(check);
    made_remove(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_is_kept),
    };
    return RUN_SUITE("export_perfetto", tests);
}
