// Breakpoints and steps stop the guest at the right message, before it is delivered; and a guest that
// was stopped, watched and searched in the meantime is the same guest.
#include "suite.h"
#include "control_guest.h"

static const char *const sync_line[] = {"sync; echo done", NULL};
static struct wanted sync_request = {IPC_SENDREC, EP_ANY, EP_FS, FS_SYNC};

static struct os *at_sync(struct breakpoint_hit *hit)
{
    struct os *os = os_open(sync_line, true);
    os_boot(os);
    int number = breakpoint_add(&os->breakpoints, BREAK_MESSAGE, is_wanted, &sync_request);
    assert_int_equal(os_run(os, SECOND), BOARD_STOPPED);
    assert_true(breakpoints_take(&os->breakpoints, hit));
    assert_int_equal(hit->number, number);
    return os;
}

/* The frame of a service, which its calls have shown. */
static void read_frame(const struct os *os, endpoint_t ep, uint64_t frame[32])
{
    size_t i = os_find(os, 0, EVENT_CALL, ep, EP_ANY);
    assert_int_not_equal(i, NO_EVENT);
    assert_true(board_read(os->board, os->event[i].frame, frame, 32 * sizeof *frame));
}

/* ---- where it stops ------------------------------------------------------------------------- */

static void stops_before_delivery(void **state)
{
    struct breakpoint_hit hit, none;
    struct step_end end;
    uint64_t before[32], after[32];
    (void)state;
    struct os *os = at_sync(&hit);
    assert_false(breakpoints_take(&os->breakpoints, &none));
    assert_false(step_take(&os->step, &end));
    assert_int_equal(hit.event.message.type, FS_SYNC);
    assert_int_equal(board_privilege(os->board), 1);

    /* FS still waits in its replyrec; what it has in a0 to a7 is not this message. */
    read_frame(os, EP_FS, before);
    assert_int_equal(before[5], IPC_REPLYREC);
    assert_int_not_equal(before[10], hit.event.who | (uint64_t)FS_SYNC << 32);
    assert_int_equal(os_find(os, os->events - 1, EVENT_DELIVER, EP_FS, EP_ANY), NO_EVENT);

    step_receive(&os->step, EP_FS);
    assert_int_equal(os_run(os, SECOND), BOARD_STOPPED);
    assert_true(step_take(&os->step, &end));
    assert_true(end.reached);
    assert_int_equal(end.event.kind, EVENT_DELIVER);
    read_frame(os, EP_FS, after);
    assert_int_equal(after[5], 0);
    assert_int_equal(after[10], hit.event.who | (uint64_t)FS_SYNC << 32);

    os_run(os, SECOND);
    assert_true(os->at_prompt);
    assert_non_null(strstr(os->text, "\ndone"));
    os_close(os);
}

static bool always(void *arg, const struct event *e)
{
    unsigned *asked = arg;
    assert_true(breakpoint_is_message(e));
    (*asked)++;
    return true;
}

static void counts_and_ignores(void **state)
{
    struct breakpoint_hit hit;
    struct wanted ping = {0, EP_ANY, EP_ANY, 0};
    unsigned asked = 0;
    (void)state;
    struct os *os = os_open(sync_line, true);
    struct breakpoints *b = &os->breakpoints;
    int all = breakpoint_add(b, BREAK_MESSAGE, always, &asked);
    int crash = breakpoint_add(b, BREAK_CRASH, NULL, NULL);
    int off = breakpoint_add(b, BREAK_MESSAGE, is_wanted, &ping);
    breakpoint_get(b, all)->ignore = 99;
    breakpoint_get(b, off)->enabled = false;
    assert_int_equal(os_run(os, SECOND), BOARD_STOPPED);
    assert_true(breakpoints_take(b, &hit));
    assert_int_equal(hit.number, all);
    assert_int_equal(breakpoint_get(b, all)->hits, 100);
    assert_int_equal(asked, 100);
    assert_int_equal(breakpoint_get(b, off)->hits, 0);
    assert_int_equal(breakpoint_get(b, crash)->hits, 0);

    assert_true(breakpoint_remove(b, all));
    assert_false(breakpoint_remove(b, all));
    assert_false(breakpoint_remove(b, 0));
    assert_null(breakpoint_get(b, all));
    os_run(os, SECOND / 10);
    assert_int_equal(asked, 100);
    while (breakpoint_add(b, BREAK_CRASH, NULL, NULL)) {
    }
    int last = 0;
    for (unsigned i = 0; i < BREAKPOINTS_MAX; i++)
        last = b->list[i].number > last ? b->list[i].number : last;
    assert_int_equal(last, BREAKPOINTS_MAX + 1); /* numbers are not used again */
    os_close(os);
}

static void stops_at_a_crash(void **state)
{
    static const char *const line[] = {"svc crash fs access; echo done", NULL};
    struct breakpoint_hit hit;
    (void)state;
    struct os *os = os_open(line, true);
    int number = breakpoint_add(&os->breakpoints, BREAK_CRASH, NULL, NULL);
    assert_int_equal(os_run(os, 2 * SECOND), BOARD_STOPPED);
    assert_true(breakpoints_take(&os->breakpoints, &hit));
    assert_int_equal(hit.number, number);
    assert_int_equal(hit.event.kind, EVENT_CRASH);
    assert_int_equal(hit.event.who, EP_FS);
    assert_int_equal(os_find(os, os->events - 1, EVENT_RESTART, EP_FS, EP_ANY), NO_EVENT);
    os_run(os, 2 * SECOND);
    assert_non_null(strstr(os->text, "\ndone"));
    os_close(os);
}

/* ---- steps ---------------------------------------------------------------------------------- */

static void steps_message_by_message(void **state)
{
    struct breakpoint_hit hit;
    struct step_end end;
    (void)state;
    struct os *os = at_sync(&hit);
    for (unsigned i = 0; i < 20; i++) {
        size_t from = os->events;
        step_message(&os->step);
        assert_int_equal(step_goal(&os->step), STEP_MESSAGE);
        assert_int_equal(os_run(os, SECOND), BOARD_STOPPED);
        assert_true(step_take(&os->step, &end));
        assert_int_equal(step_goal(&os->step), STEP_NONE);
        assert_true(end.reached);
        assert_memory_equal(&end.event, &os->event[os->events - 1], sizeof end.event);
        for (; from < os->events - 1; from++)
            assert_false(breakpoint_is_message(&os->event[from]));
        assert_true(breakpoint_is_message(&end.event));
    }
    os_close(os);
}

static void steps_to_the_reply(void **state)
{
    struct breakpoint_hit hit;
    struct step_end end;
    (void)state;
    struct os *os = at_sync(&hit);
    assert_true(hit.event.transaction);
    step_reply(&os->step, hit.event.transaction, hit.event.who);
    assert_int_equal(os_run(os, SECOND), BOARD_STOPPED);
    assert_true(step_take(&os->step, &end));
    assert_true(end.reached);
    assert_int_equal(end.goal, STEP_REPLY);
    assert_int_equal(end.event.who, EP_FS);
    assert_int_equal(end.event.peer, hit.event.who);
    assert_int_equal(end.event.message.type, FS_SYNC | MSG_REPLY);
    /* FS wrote blocks to the disk meanwhile: those transactions are others. */
    assert_true(os_count(os, hit.event.number, EVENT_CALL, EP_FS, EP_BLK) > 0);
    assert_int_equal(os_find(os, hit.event.number, EVENT_DELIVER, hit.event.who, EP_FS), NO_EVENT);
    os_close(os);
}

/* The client is killed while it waits; a server that dies is no reason to give up. */
static void steps_end_with_the_process(void **state)
{
    struct breakpoint_hit hit;
    struct step_end end;
    (void)state;
    struct os *os = at_sync(&hit);
    fault_kill(&os->fault, EP_FS);
    step_reply(&os->step, hit.event.transaction, hit.event.who);
    assert_int_equal(os_run(os, SECOND), BOARD_STOPPED);
    assert_true(step_take(&os->step, &end));
    assert_true(end.reached);
    assert_true(os_count(os, 0, EVENT_CRASH, EP_FS, EP_ANY) == 1);
    os_close(os);

    os = at_sync(&hit);
    fault_kill(&os->fault, hit.event.who);
    step_receive(&os->step, hit.event.who);
    assert_int_equal(os_run(os, SECOND), BOARD_STOPPED);
    assert_true(step_take(&os->step, &end));
    assert_true(end.reached);
    step_receive(&os->step, hit.event.who);
    assert_int_equal(os_run(os, SECOND), BOARD_STOPPED);
    assert_true(step_take(&os->step, &end));
    assert_false(end.reached);
    assert_int_equal(end.event.kind, EVENT_CRASH);
    assert_int_equal(end.event.who, hit.event.who);
    os_close(os);
}

/* ---- the same guest ------------------------------------------------------------------------- */

static const char *const long_line[] = {"ls -l /bin | sum; cp /bin/sh /tmp/sh", "svc kill fs; date",
                                        "poweroff 7", NULL};

struct outcome {
    uint64_t instructions, clock, traps, ram, text, disk;
};

static uint64_t hash_file(const char *path)
{
    uint64_t word, hash = 0;
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    while (fread(&word, sizeof word, 1, f) == 1)
        hash = (hash ^ word) * UINT64_C(0x100000001b3);
    fclose(f);
    return hash;
}

static struct outcome outcome_of(struct os *os)
{
    struct outcome o = {board_instructions(os->board),
                        board_clock(os->board),
                        board_traps(os->board),
                        os_ram_hash(os),
                        os->length,
                        0};
    trace_destroy(os->trace);
    os->trace = NULL;
    o.disk = hash_file(os->disk);
    os_close(os);
    return o;
}

static struct outcome undisturbed(void)
{
    struct os *os = os_open(long_line, false);
    assert_int_equal(os_run(os, 10 * SECOND), BOARD_POWER_OFF);
    return outcome_of(os);
}

static void same(struct outcome a, struct outcome b)
{
    assert_int_equal(a.instructions, b.instructions);
    assert_int_equal(a.clock, b.clock);
    assert_int_equal(a.traps, b.traps);
    assert_int_equal(a.ram, b.ram);
    assert_int_equal(a.text, b.text);
    assert_int_equal(a.disk, b.disk);
}

static void look(void *arg, struct board_crossing *c)
{
    unsigned *count = arg;
    (void)c;
    (*count)++;
}

static void crossings_change_nothing(void **state)
{
    unsigned count = 0;
    (void)state;
    struct os *os = os_open(long_line, false);
    board_watch_crossings(os->board, look, &count);
    assert_int_equal(os_run(os, 10 * SECOND), BOARD_POWER_OFF);
    assert_true(count > 2000);
    same(outcome_of(os), undisturbed());
}

static void watching_changes_nothing(void **state)
{
    (void)state;
    struct os *os = os_open(long_line, true);
    assert_int_equal(os_run(os, 10 * SECOND), BOARD_POWER_OFF);
    same(outcome_of(os), undisturbed());
}

/* Every message is stopped at, and every third is stepped to, from there to its delivery. */
static void stopping_changes_nothing(void **state)
{
    struct breakpoint_hit hit;
    struct step_end end;
    unsigned asked = 0, stops = 0;
    (void)state;
    struct os *os = os_open(long_line, true);
    breakpoint_add(&os->breakpoints, BREAK_MESSAGE, always, &asked);
    while (os_run(os, 10 * SECOND) == BOARD_STOPPED) {
        stops++;
        if (breakpoints_take(&os->breakpoints, &hit) && stops % 3 == 0)
            step_receive(&os->step, hit.event.peer);
        step_take(&os->step, &end);
        if (stops % 50 == 0)
            os_ram_hash(os);
        if (stops == 500)
            breakpoint_remove(&os->breakpoints, hit.number);
    }
    assert_true(stops >= 500);
    same(outcome_of(os), undisturbed());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stops_before_delivery),    cmocka_unit_test(counts_and_ignores),
        cmocka_unit_test(stops_at_a_crash),         cmocka_unit_test(steps_message_by_message),
        cmocka_unit_test(steps_to_the_reply),       cmocka_unit_test(steps_end_with_the_process),
        cmocka_unit_test(crossings_change_nothing), cmocka_unit_test(watching_changes_nothing),
        cmocka_unit_test(stopping_changes_nothing),
    };
    return RUN_SUITE("control_breakpoint", tests);
}
