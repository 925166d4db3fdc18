// Each way over the border between user mode and the rest is reported, once, exactly when it is
// taken; and an observer who changes nothing leaves no trace.
#include "suite.h"
#include "board_crossing.h"

/* Instructions that the guest executes before the program's first. */
static unsigned boot_length(void)
{
    unsigned n = 0, i = 0;

    while (guest[i++] != MRET)
        n++;
    for (i = SUPERVISOR; guest[i] != SRET; i++)
        n++;
    return n + 2;
}

static void sees_each_in_order(void **state)
{
    struct board *board = observed(false);
    const struct board_crossing *c = record.seen;
    uint64_t time = boot_length();

    (void)state;
    record.look = true;
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    assert_int_equal(record.count, 2 * (2 * ROUNDS + 1));
    for (unsigned round = 0; round < ROUNDS; round++, c += 4) {
        const bool entering[] = {false, true, false, true};
        const uint64_t cause[] = {0, CAUSE_CALL, 0, CAUSE_LOAD}, value[] = {0, 0, 0, BAD_VA};
        const uint64_t pc[] = {round ? user(6) : user(0), user(0), user(1), user(5)};
        const uint64_t took[] = {round ? HANDLER_OF : 0, round ? 3 : 1, HANDLER_OF, 2 + 40 + 1};
        for (unsigned i = 0; i < 4; i++) {
            time += took[i];
            assert_int_equal(c[i].entering, entering[i]);
            assert_int_equal(c[i].cause, cause[i]);
            assert_int_equal(c[i].value, value[i]);
            assert_int_equal(c[i].pc, pc[i]);
            assert_int_equal(c[i].time, time);
            assert_int_equal(c[i].satp, SATP);
            assert_int_equal(c[i].x[0], 0);
            assert_int_equal(c[i].x[A0], round + (i == 3));
            assert_int_equal(c[i].x[A1], 2 * round + (i > 1));
            assert_int_equal(c[i].x[S0], ROUNDS - round + (i == 0 && round > 0));
        }
    }
    assert_int_equal(c[1].x[A3], 1);
    same(outcome_of(board));
}

static void sees_interrupts(void **state)
{
    struct board *board = observed(true);
    unsigned interrupts = 0;

    (void)state;
    record.look = true;
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    for (unsigned i = 0; i < record.count; i++) {
        const struct board_crossing *c = &record.seen[i];
        assert_int_equal(c->entering, i % 2);
        assert_true(i == 0 || c->time >= c[-1].time);
        assert_true(c->pc >= user(0) && c->pc <= user(9));
        if (c->cause != TIMER)
            continue;
        interrupts++;
        assert_int_equal(c->value, 0);
        assert_int_equal(c[1].pc, c->pc);
        assert_int_equal(c[1].x[A0], c->x[A0]);
    }
    /* Some came while the supervisor ran: those are no crossings. */
    assert_true(interrupts > 20);
    assert_true(record.traps < board_traps(board) - 1);
    same(outcome_of(board));
}

static void slices_do_not_matter(void **state)
{
    static const unsigned lengths[] = {1, 7, 100};

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct board *board = observed(true);
        while (board_run(board, board_clock(board) + lengths[i]).reason == BOARD_SLICE) {
        }
        same(outcome_of(board));
    }
}

/* At every crossing; at traps; at returns. */
static void stopping_changes_nothing(void **state)
{
    static const struct {
        unsigned every, from;
    } at_these[] = {{1, 0}, {2, 0}, {2, 1}, {3, 0}};

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct board *board = observed(true);
        struct board_stop stop;
        unsigned stops = 0;
        record.stop = true;
        record.every = at_these[i].every;
        record.from = at_these[i].from;
        while ((stop = run_to_end(board)).reason == BOARD_STOPPED) {
            const struct board_crossing *c = &record.seen[record.count - 1];
            stops++;
            assert_int_equal(record.count % record.every, record.from);
            /* At a trap it stands at the handler's first instruction, at a return before the return. */
            assert_int_equal(board_instructions(board), c->entering ? c->time : c->time - 1);
            assert_int_not_equal(board_privilege(board), 0);
        }
        assert_int_equal(stop.reason, BOARD_POWER_OFF);
        assert_true(stops >= 2 * ROUNDS / record.every);
        same(outcome_of(board));
    }
}

static void on_watch(void *arg, uint64_t pc)
{
    (void)pc;
    board_request_stop(arg);
}

/* A watch that stops at the very return; and an observer that comes while the board stands there. */
static void begins_in_mid_block(void **state)
{
    (void)state;
    make_guest(true);
    struct board *board = make_board();
    board_watch_pc(board, RAM_BASE + 4 * (S_HANDLER + 3), on_watch, board);
    board_watch_pc(board, RAM_BASE + 4 * (S_HANDLER + 6), on_watch, board);
    memset(&record, 0, sizeof record);
    record.board = board;
    struct board_stop stop;
    unsigned stops = 0, before = 0;
    while ((stop = run_to_end(board)).reason == BOARD_STOPPED) {
        board_watch_crossings(board, ++stops % 3 == 0 ? NULL : on_crossing, &record);
        bool at_return = board_pc(board) == RAM_BASE + 4 * (S_HANDLER + 6);
        if (stops % 3 != 0 && at_return) {
            before = record.count;
            board_run(board, board_clock(board) + 1);
            assert_int_equal(record.count, before + 1);
            assert_false(record.seen[before].entering);
        }
    }
    assert_int_equal(stop.reason, BOARD_POWER_OFF);
    same(outcome_of(board));
}

static void silent_when_nobody_watches(void **state)
{
    struct board *board = observed(true);

    (void)state;
    board_run(board, 2000);
    unsigned seen = record.count;
    assert_true(seen > 10);
    board_watch_crossings(board, NULL, NULL);
    board_run(board, 4000);
    assert_int_equal(record.count, seen);
    board_watch_crossings(board, on_crossing, &record);
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    assert_true(record.count > seen + 100);
    same(outcome_of(board));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sees_each_in_order),   cmocka_unit_test(sees_interrupts),
        cmocka_unit_test(slices_do_not_matter), cmocka_unit_test(stopping_changes_nothing),
        cmocka_unit_test(begins_in_mid_block),  cmocka_unit_test(silent_when_nobody_watches),
    };
    return RUN_SUITE("board_crossing", tests);
}
