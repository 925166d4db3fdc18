// The operator's deeds on processes: kill, hang, flip a bit. What the guest makes of it is in the
// trace, and the command that was running succeeds all the same.
#include "suite.h"
#include "control_guest.h"
#include <courier/probe.h>

static const char *const copy_line[] = {
    "cp /bin/sh /tmp/sh; cmp /bin/sh /tmp/sh && sleep 2 && echo same", NULL};

/* A read of cp's: the latest program of that name. */
static bool is_read_of_cp(void *arg, const struct event *e)
{
    const struct os *os = arg;
    if (e->kind != EVENT_CALL || e->peer != EP_FS || e->message.type != FS_READ)
        return false;
    size_t i = os->events;
    while (i-- > 0)
        if (os->event[i].kind == EVENT_EXEC && os->event[i].who == e->who)
            return strcmp(os->event[i].name, "cp") == 0;
    return false;
}

/* Boots, and stops before cp's `nth` read. Its endpoint is returned. */
static endpoint_t run_to_read(struct os *os, unsigned nth)
{
    struct breakpoint_hit hit = {0};
    os_boot(os);
    int number = breakpoint_add(&os->breakpoints, BREAK_MESSAGE, is_read_of_cp, os);
    breakpoint_get(&os->breakpoints, number)->ignore = nth - 1;
    assert_int_equal(os_run(os, 2 * SECOND), BOARD_STOPPED);
    assert_true(breakpoints_take(&os->breakpoints, &hit));
    assert_true(breakpoint_remove(&os->breakpoints, number));
    return hit.event.who;
}

static bool same(const struct os *os)
{
    return os->at_prompt && strstr(os->text, "\nsame");
}

/* ---- services ------------------------------------------------------------------------------- */

static void killed_service(void **state)
{
    const endpoint_t services[] = {EP_FS, EP_BLK, EP_TTY, EP_PM, EP_RS};
    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        struct os *os = os_open(copy_line, true);
        run_to_read(os, 3);
        size_t from = os->events;
        assert_true(fault_kill(&os->fault, services[i]));
        os_run(os, 10 * SECOND);
        assert_true(same(os));
        assert_int_equal(os->deeds, 1);
        assert_int_equal(os_count(os, from, EVENT_CRASH, EP_ANY, EP_ANY), 1);
        size_t crash = os_find(os, from, EVENT_CRASH, services[i], EP_ANY);
        assert_int_not_equal(crash, NO_EVENT);
        assert_int_equal(os->event[crash].cause, CAUSE_KILLED);
        assert_true(os->event[crash].time < os->event[from].time + SECOND);
        assert_int_equal(os_count(os, crash, EVENT_RESTART, services[i], EP_ANY), 1);
        os_close(os);
    }
}

/* FS dies with cp's request in hand, so many times. */
struct slayer {
    struct sink sink;
    struct os *os;
    endpoint_t client;
    unsigned times;
    bool kills; /* else FS jumps astray, which is a death of its own */
};

static void slay(struct sink *self, const struct event *e)
{
    struct slayer *s = (struct slayer *)self;
    if (e->who != EP_FS || e->peer != s->client || s->times == 0)
        return;
    s->times--;
    if (s->kills)
        assert_true(fault_kill(&s->os->fault, EP_FS));
    else
        assert_true(fault_flip_register(&s->os->fault, EP_FS, 0, 37));
}

/* A request is refused after the third death of its server; but it cannot help it if that is killed. */
static void kills_are_not_counted(void **state)
{
    (void)state;
    for (unsigned kills = 0; kills < 2; kills++) {
        struct os *os = os_open(copy_line, true);
        struct slayer slayer = {.sink = {.kinds = EVENT_BIT(EVENT_DELIVER), .event = slay},
                                .os = os,
                                .times = kills ? 5 : 3,
                                .kills = kills};
        slayer.client = run_to_read(os, 3);
        trace_subscribe(os->trace, &slayer.sink);
        size_t from = os->events;
        os_run(os, 10 * SECOND);
        assert_int_equal(slayer.times, 0);
        assert_int_equal(os_count(os, from, EVENT_CRASH, EP_FS, EP_ANY), kills ? 5 : 3);
        assert_int_equal(same(os), kills);
        assert_int_equal(!strstr(os->text, "it is refused"), kills);
        os_close(os);
    }
}

static void hung_service(void **state)
{
    const endpoint_t services[] = {EP_FS, EP_BLK, EP_TTY, EP_PM, EP_RS};
    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        struct os *os = os_open(copy_line, true);
        run_to_read(os, 3);
        size_t from = os->events;
        assert_true(fault_hang(&os->fault, services[i]));
        assert_true(fault_hang(&os->fault, services[i]));
        os_run(os, 10 * SECOND);
        assert_true(same(os));
        assert_int_equal(os_count(os, from, EVENT_RESTART, EP_ANY, EP_ANY), 1);
        size_t restart = os_find(os, from, EVENT_RESTART, services[i], EP_ANY);
        assert_int_not_equal(restart, NO_EVENT);
        assert_true(os->event[restart].time > os->event[from].time + SECOND / 4);
        os_close(os);
    }
}

/* Whether the shell waits for a line or not. */
static void run_on(struct os *os, uint64_t time)
{
    uint64_t end = board_clock(os->board) + time;
    while (board_clock(os->board) < end) {
        os->at_prompt = false;
        os_run(os, end - board_clock(os->board));
    }
}

/* Given up after a crash loop; without PM, FS or TTY nobody could type `svc restart`. */
static void restarted_service(void **state)
{
    static const char *const lines[][2] = {{"svc crash pm loop", NULL},
                                           {"svc crash fs loop", NULL},
                                           {"svc crash tty loop", NULL},
                                           {"svc crash blk loop", NULL}};
    static const endpoint_t services[] = {EP_PM, EP_FS, EP_TTY, EP_BLK};
    static const char after[] = "cksum /bin/cp >/dev/null && cat /etc/motd && echo same\n";
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct os *os = os_open(lines[i], true);
        os_boot(os);
        assert_false(fault_restart(&os->fault, EP_BLK + 1));
        run_on(os, 5 * SECOND);
        size_t from = os->events;
        size_t end = os_find(os, 0, EVENT_CRASH, services[i], EP_ANY);
        while (end != NO_EVENT && os->event[end].cause != CAUSE_GIVEN_UP)
            end = os_find(os, end + 1, EVENT_CRASH, services[i], EP_ANY);
        assert_int_not_equal(end, NO_EVENT);
        assert_false(fault_kill(&os->fault, services[i]));
        assert_true(fault_restart(&os->fault, services[i]));
        run_on(os, SECOND);
        assert_int_equal(os_count(os, from, EVENT_RESTART, EP_ANY, EP_ANY), 1);
        assert_int_not_equal(os_find(os, from, EVENT_RESTART, services[i], EP_ANY), NO_EVENT);
        serial_type(&os->serial, after, sizeof after - 1);
        run_on(os, 5 * SECOND);
        assert_non_null(strstr(os->text, "\nsame\r\n"));
        assert_int_equal(os_count(os, from, EVENT_CRASH, EP_ANY, EP_ANY), 0);
        assert_int_equal(os->fault.restarts, 0);
        os_close(os);
    }
}

/* ---- programs ------------------------------------------------------------------------------- */

/* In the midst of its work: the next time that it is in user mode. */
static void killed_program(void **state)
{
    (void)state;
    struct os *os = os_open(copy_line, true);
    endpoint_t cp = run_to_read(os, 3);
    size_t from = os->events;
    assert_true(fault_kill(&os->fault, cp));
    os_run(os, 5 * SECOND);
    assert_true(os->at_prompt);
    assert_false(same(os));
    size_t crash = os_find(os, from, EVENT_CRASH, cp, EP_ANY);
    assert_int_not_equal(crash, NO_EVENT);
    assert_int_equal(os->event[crash].cause, CAUSE_KILLED);
    assert_non_null(strstr(os->text, "Killed"));
    assert_int_equal(os_find(os, from, EVENT_RESTART, EP_ANY, EP_ANY), NO_EVENT);
    assert_false(fault_kill(&os->fault, cp));
    os_close(os);
}

/* Where it waits: for the time, in FS for the console, in PM for its child. */
static void killed_while_it_waits(void **state)
{
    static const char *const lines[][2] = {{"sleep 100; echo same", NULL},
                                           {"cat; echo same", NULL},
                                           {"sh -c 'sleep 100; true'; echo same", NULL}};
    static const char *const names[] = {"sleep", "cat", "sh"};
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct os *os = os_open(lines[i], true);
        os_boot(os);
        os_run(os, SECOND);
        assert_false(os->at_prompt);
        endpoint_t who = EP_NONE;
        for (size_t n = 0; n < os->events; n++)
            if (os->event[n].kind == EVENT_EXEC && strcmp(os->event[n].name, names[i]) == 0)
                who = os->event[n].who;
        assert_int_equal(os_count(os, 0, EVENT_CRASH, EP_ANY, EP_ANY), 0);
        assert_true(fault_kill(&os->fault, who));
        os_run(os, 2 * SECOND);
        assert_int_not_equal(os_find(os, 0, EVENT_CRASH, who, EP_ANY), NO_EVENT);
        assert_int_equal(os_count(os, 0, EVENT_CRASH, EP_ANY, EP_ANY), 1);
        assert_true(same(os));
        assert_int_equal(os->fault.sleepers, 0);
        os_close(os);
    }
}

static void hung_program(void **state)
{
    (void)state;
    struct os *os = os_open(copy_line, true);
    endpoint_t cp = run_to_read(os, 3);
    assert_true(fault_hang(&os->fault, cp));
    os_run(os, 3 * SECOND);
    assert_false(os->at_prompt);
    /* Its call under way ends; the next one never does. */
    size_t last = os_find(os, os->events - 1000, EVENT_CALL, EP_ANY, EP_ANY);
    assert_int_equal(os_find(os, last, EVENT_CALL, cp, EP_ANY), NO_EVENT);
    assert_int_equal(os_find(os, 0, EVENT_CRASH, EP_ANY, EP_ANY), NO_EVENT);
    assert_true(fault_kill(&os->fault, cp));
    os_close(os);
}

static void unknown_processes(void **state)
{
    (void)state;
    struct os *os = os_open(copy_line, true);
    endpoint_t cp = run_to_read(os, 3);
    endpoint_t bad[] = {EP_ANY, EP_NONE, EP_MAKE(EP_GENERATION(cp) + 1, EP_SLOT(cp)),
                        EP_MAKE(1, 99)};
    for (unsigned i = 0; i < 4; i++) {
        assert_false(fault_kill(&os->fault, bad[i]));
        assert_false(fault_hang(&os->fault, bad[i]));
        assert_false(fault_flip_register(&os->fault, bad[i], 1, 1));
        assert_false(fault_flip_memory(&os->fault, bad[i], USER_BASE + PAGE_SIZE, 1));
    }
    assert_false(fault_flip_register(&os->fault, cp, 32, 0));
    assert_false(fault_flip_register(&os->fault, cp, 1, 64));
    assert_false(fault_flip_memory(&os->fault, cp, USER_BASE + PAGE_SIZE, 8));
    assert_false(fault_flip_memory(&os->fault, cp, 0, 0));
    assert_false(fault_flip_memory(&os->fault, cp, RAM, 0));
    os_run(os, 5 * SECOND);
    assert_true(same(os));
    os_close(os);
}

static void reset_board(void **state)
{
    (void)state;
    struct os *os = os_open(copy_line, true);
    endpoint_t cp = run_to_read(os, 3);
    assert_true(fault_kill(&os->fault, cp));
    assert_true(board_reset(os->board));
    os->line = copy_line;
    os_run(os, SECOND / 200);
    assert_false(fault_kill(&os->fault, cp));
    assert_true(fault_kill(&os->fault, EP_FS));
    os_run(os, 10 * SECOND);
    assert_true(same(os));
    assert_int_equal(os->deeds, 1);
    assert_int_equal(os->fault.sleepers, 0);
    os_close(os);
}

/* ---- flips ---------------------------------------------------------------------------------- */

static void flipped_registers(void **state)
{
    const struct {
        unsigned reg, bit;
    } flips[] = {{0, 37}, {2, 36}};
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct os *os = os_open(copy_line, true);
        endpoint_t cp = run_to_read(os, 3);
        assert_true(fault_flip_register(&os->fault, cp, flips[i].reg, flips[i].bit));
        os_run(os, 5 * SECOND);
        size_t crash = os_find(os, 0, EVENT_CRASH, cp, EP_ANY);
        assert_int_not_equal(crash, NO_EVENT);
        uint64_t address = flips[i].reg ? os->event[crash].address : os->event[crash].pc;
        assert_int_equal(address >> flips[i].bit, 1);
        assert_true((address & 0xffffffff) >= USER_BASE);
        assert_int_equal(os->deeds, 1);
        os_close(os);
    }
}

/* In the text, which all who run /bin/cp share: two flips are none. */
static void flipped_memory(void **state)
{
    uint32_t before, after;
    (void)state;
    struct os *os = os_open(copy_line, true);
    endpoint_t cp = run_to_read(os, 3);
    uint64_t satp = os->fault.process[EP_SLOT(cp)].satp, at = USER_BASE + PAGE_SIZE;
    assert_true(board_read_virtual(os->board, satp, at, &before, sizeof before));
    assert_true(fault_flip_memory(&os->fault, cp, at + 1, 3));
    assert_true(board_read_virtual(os->board, satp, at, &after, sizeof after));
    assert_int_equal(before ^ after, 1u << (8 + 3));
    assert_true(fault_flip_memory(&os->fault, cp, at + 1, 3));
    os_run(os, 5 * SECOND);
    assert_true(same(os));
    os_close(os);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_service), cmocka_unit_test(kills_are_not_counted),
        cmocka_unit_test(hung_service),   cmocka_unit_test(restarted_service),
        cmocka_unit_test(killed_program), cmocka_unit_test(killed_while_it_waits),
        cmocka_unit_test(hung_program),   cmocka_unit_test(unknown_processes),
        cmocka_unit_test(reset_board),    cmocka_unit_test(flipped_registers),
        cmocka_unit_test(flipped_memory),
    };
    return RUN_SUITE("control_fault", tests);
}
