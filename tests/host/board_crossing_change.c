// What an observer of crossings may change; and what a guest cannot: there is no return that goes
// unseen.
#include "suite.h"
#include "board_crossing.h"

/* ---- what is changed ------------------------------------------------------------------------ */

/* Each system call's a0 is changed on the way in, and put right on the way out. */
static void change_both_ways(void *arg, struct board_crossing *c)
{
    uint64_t *a0 = arg;

    if (c->entering && c->cause == CAUSE_CALL && c->x[A3] != 1) {
        *a0 = c->x[A0];
        c->x[A0] = 0xdead;
        c->x[A1] += 1000;
        c->x[31] = 31;
        c->changed = true;
    } else if (!c->entering && c->pc == user(1)) {
        assert_int_equal(c->x[A0], 0xdead);
        assert_int_equal(c->x[31], 31);
        c->x[A0] = *a0;
        c->x[A1] -= 1000;
        c->changed = true;
    } else {
        c->x[A0] = 77; /* without `changed`: nothing */
    }
}

static void changes_registers(void **state)
{
    uint64_t a0 = 0;

    (void)state;
    make_guest(false);
    struct board *board = make_board();
    board_watch_crossings(board, change_both_ways, &a0);
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    assert_int_equal(board_reg(board, A0), ROUNDS);
    assert_int_equal(board_reg(board, A1), 2 * ROUNDS + 1);
    same(outcome_of(board));
}

/* Behind the first fault the program is sent back to its call, once. */
static void send_back(void *arg, struct board_crossing *c)
{
    bool *done = arg;

    if (c->entering || c->pc != user(6) || *done)
        return;
    *done = true;
    c->pc = user(0);
    c->changed = true;
}

static void changes_where_a_return_goes(void **state)
{
    bool done = false;

    (void)state;
    make_guest(false);
    struct outcome before = undisturbed();
    struct board *board = make_board();
    board_watch_crossings(board, send_back, &done);
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    assert_int_equal(board_reg(board, A0), ROUNDS + 1);
    struct outcome o = outcome_of(board);
    assert_int_equal(o.traps, before.traps + 2);
    assert_int_equal(o.instructions, before.instructions + 1 + 2 + 40 + 1 + 2 * HANDLER_OF);
}

struct skipper {
    struct board *board;
    bool stop;
    unsigned skipped;
};

static void skip_calls(void *arg, struct board_crossing *c)
{
    struct skipper *s = arg;

    c->skip = true; /* of anything else than a call: ignored */
    if (!c->entering || c->cause != CAUSE_CALL || c->x[A3] == 1) {
        c->skip = c->cause != CAUSE_CALL;
        return;
    }
    s->skipped++;
    c->x[A0] += 10;
    if (s->stop)
        board_request_stop(s->board);
}

static void skips_calls(void **state)
{
    (void)state;
    make_guest(false);
    struct outcome before = undisturbed();
    for (int stop = 0; stop < 2; stop++) {
        struct board *board = make_board();
        struct skipper s = {.board = board, .stop = stop};
        unsigned stops = 0;
        board_watch_crossings(board, skip_calls, &s);
        while (run_to_end(board).reason == BOARD_STOPPED) {
            stops++;
            assert_int_equal(board_pc(board), user(1));
            assert_int_equal(board_privilege(board), 0);
        }
        assert_int_equal(s.skipped, ROUNDS);
        assert_int_equal(stops, stop ? ROUNDS : 0);
        assert_int_equal(board_reg(board, A0), 11 * ROUNDS);
        struct outcome o = outcome_of(board);
        assert_int_equal(o.calls, before.calls - ROUNDS);
        assert_int_equal(o.traps, before.traps - ROUNDS);
        assert_int_equal(o.instructions, before.instructions - HANDLER_OF * ROUNDS);
        assert_int_equal(o.clock, o.instructions);
    }
}

/* ---- no way around -------------------------------------------------------------------------- */

/* The supervisor writes the return instruction into a place of its own, and goes there. */
static void sees_a_return_made_at_run_time(void **state)
{
    (void)state;
    make_guest(false);
    at = S_HANDLER + 6;
    emit(jal(ZERO, 4 * (SPARE - (S_HANDLER + 6))));
    at = SPARE;
    emit_address(T0, SPARE + 20);
    EMIT(lui(T2, 0x10200), addi(T2, T2, 0x73), sw(T2, T0, 0), FENCE_I, NOP,
         jal(ZERO, 4 * (SPARE + 20 - (SPARE + 7))));
    struct board *board = make_board();
    memset(&record, 0, sizeof record);
    record.board = board;
    record.look = true;
    board_watch_crossings(board, on_crossing, &record);
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    assert_int_equal(record.count, 2 * (2 * ROUNDS + 1));
    same(outcome_of(board));
}

/* A return that is illegal, or leads elsewhere, is none: into the supervisor, or of somebody who may
 * not. */
static unsigned returns_of(uint32_t insn, bool machine, uint32_t mstatus)
{
    const uint32_t code[] = {auipc(S0, 0),
                             addi(T0, S0, 4 * 17),
                             csrw(CSR_MTVEC, T0),
                             addi(T0, ZERO, -1),
                             srli(T0, T0, 10),
                             csrw(CSR_PMPADDR0, T0),
                             addi(T0, ZERO, 0x1f),
                             csrw(CSR_PMPCFG0, T0),
                             csrw(CSR_SEPC, T0),
                             addi(T0, S0, machine ? 4 * 17 : 4 * 15),
                             csrw(CSR_MEPC, T0),
                             lw(T0, S0, 4 * 22),
                             csrs(CSR_MSTATUS, T0),
                             NOP,
                             machine ? NOP : MRET,
                             insn,
                             NOP,
                             POWER_OFF,
                             JUMP_HERE,
                             mstatus};
    struct board *board = BOARD_OF(code);

    memset(&record, 0, sizeof record);
    record.board = board;
    record.every = 1;
    board_watch_crossings(board, on_crossing, &record);
    run_to_end(board);
    board_destroy(board);
    return record.count - record.traps;
}

static void other_returns_are_no_crossings(void **state)
{
    const uint32_t spp = 1u << 8, mpp_s = 1u << 11, mpp_m = 3u << 11, tsr = 1u << 22;

    (void)state;
    assert_int_equal(returns_of(MRET, true, 0), 1);
    assert_int_equal(returns_of(MRET, true, mpp_s), 0);
    assert_int_equal(returns_of(MRET, true, mpp_m), 0);
    assert_int_equal(returns_of(SRET, true, 0), 1);
    assert_int_equal(returns_of(SRET, true, tsr), 1);
    assert_int_equal(returns_of(SRET, true, spp), 0);
    assert_int_equal(returns_of(SRET, false, mpp_s), 1);
    assert_int_equal(returns_of(SRET, false, mpp_s | tsr), 0);
    assert_int_equal(returns_of(SRET, false, mpp_s | spp), 0);
    assert_int_equal(returns_of(MRET, false, mpp_s), 0);
    assert_int_equal(returns_of(SRET, false, 0), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_registers),
        cmocka_unit_test(changes_where_a_return_goes),
        cmocka_unit_test(skips_calls),
        cmocka_unit_test(sees_a_return_made_at_run_time),
        cmocka_unit_test(other_returns_are_no_crossings),
    };
    return RUN_SUITE("board_crossing_change", tests);
}
