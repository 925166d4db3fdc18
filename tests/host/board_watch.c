// Watching a guest must not change it: neither watches, nor stops in the middle of a block, nor the
// length of the slices may move a single interrupt.
#include "suite.h"
#include "board_guest.h"

/*
 * The guest: a timer interrupt every few microseconds, whose handler mixes the interrupted pc and
 * the time into s1, and a loop with branches, loads, traps and a straight block of some hundred
 * instructions. Any interrupt taken elsewhere, or at another time, changes s1.
 */
#define STRAIGHT 600

enum label { HANDLER = 100, MAIN = 160, CALL = 240, LONG = 260 };

static uint32_t guest[LONG + STRAIGHT + 40];

#define CSR_MSCRATCH 0x340u
#define xor_(rd, a, b)                                                                             \
    ((uint32_t)(b) << 20 | (uint32_t)(a) << 15 | 4u << 12 | (uint32_t)(rd) << 7 | 0x33u)

static unsigned at;

static void emit(uint32_t insn)
{
    assert_true(at < sizeof guest / sizeof guest[0]);
    guest[at++] = insn;
}

static int to(unsigned label)
{
    return 4 * ((int)label - (int)at);
}

static void emit_address(unsigned rd, unsigned label)
{
    int here = (int)at;

    emit(auipc(rd, 0));
    emit(addi(rd, rd, 4 * ((int)label - here)));
}

/* a5: mtimecmp. Interrupts: rearm, mix. Exceptions: skip the instruction. */
static void make_handler(void)
{
    at = HANDLER;
    emit(csrr(A0, CSR_MCAUSE));
    emit(csrr(A1, CSR_MEPC));
    emit(b_type(4, A0, ZERO, 16)); /* bltz */
    emit(addi(A1, A1, 4));
    emit(csrw(CSR_MEPC, A1));
    emit(MRET);
    emit(add(S1, S1, A1));
    emit(csrr(A0, CSR_CYCLE));
    emit(xor_(S1, S1, A0));
    emit(slli(A1, S1, 7));
    emit(add(S1, S1, A1));
    emit(csrr(A0, CSR_TIME));
    emit(addi(A0, A0, 23));
    emit(sw(A0, A5, 0));
    emit(MRET);
}

static void make_guest(void)
{
    memset(guest, 0, sizeof guest);
    make_handler();
    at = 0;
    emit_address(T0, HANDLER);
    emit(csrw(CSR_MTVEC, T0));
    emit(lui(A5, 0x2004));
    emit(sw(ZERO, A5, 4));
    emit(addi(T0, ZERO, 50));
    emit(sw(T0, A5, 0));
    emit(addi(T0, ZERO, 0x80));
    emit(csrw(CSR_MIE, T0));
    emit(addi(T0, ZERO, 8));
    emit(csrs(CSR_MSTATUS, T0));
    emit(addi(S0, ZERO, 400)); /* rounds */
    emit(auipc(SP, 0x100));    /* 1 MiB up */
    emit(jal(ZERO, to(MAIN)));
    at = MAIN;
    emit(ECALL);
    emit(sd(S0, SP, 0));
    emit(ld(T2, SP, 0));
    emit(addi(T1, ZERO, 20));
    emit(jal(RA, to(CALL)));
    emit(addi(T1, T1, -1));
    emit(bne(T1, ZERO, -8));
    emit(csrr(T2, CSR_INSTRET));
    emit(add(S1, S1, T2));
    emit(jal(RA, to(LONG)));
    emit(addi(S0, S0, -1));
    emit(bne(S0, ZERO, to(MAIN)));
    const uint32_t off[] = {POWER_OFF, JUMP_HERE};
    for (unsigned i = 0; i < sizeof off / sizeof off[0]; i++)
        emit(off[i]);
    at = CALL;
    emit(addi(T2, T2, 3));
    emit(xor_(S1, S1, T2));
    emit(jalr(ZERO, RA, 0));
    at = LONG;
    for (unsigned i = 0; i < STRAIGHT; i++)
        emit(i % 3 == 0 ? sd(T2, SP, 8) : addi(T2, T2, 1));
    emit(jalr(ZERO, RA, 0));
}

struct outcome {
    uint64_t mixed, instructions, traps, clock;
};

static struct outcome outcome_of(struct board *board)
{
    struct outcome o = {board_reg(board, S1), board_instructions(board), board_traps(board),
                        board_clock(board)};

    board_destroy(board);
    return o;
}

static struct outcome undisturbed(void)
{
    struct board *board = BOARD_OF(guest);

    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    return outcome_of(board);
}

static void same(struct outcome got)
{
    struct outcome wanted = undisturbed();

    assert_int_equal(got.instructions, wanted.instructions);
    assert_int_equal(got.traps, wanted.traps);
    assert_int_equal(got.clock, wanted.clock);
    assert_int_equal(got.mixed, wanted.mixed);
}

static int make(void **state)
{
    (void)state;
    make_guest();
    return 0;
}

static uint64_t address(unsigned label)
{
    return RAM_BASE + 4 * label;
}

static void runs_are_equal(void **state)
{
    (void)state;
    struct outcome o = undisturbed();
    assert_true(o.traps > 400 + 500);
    same(o);
}

static void slices_do_not_matter(void **state)
{
    static const unsigned lengths[] = {1, 7, 100, 12345};

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct board *board = BOARD_OF(guest);
        while (board_run(board, board_clock(board) + lengths[i]).reason == BOARD_SLICE) {
        }
        same(outcome_of(board));
    }
}

/* ---- watches -------------------------------------------------------------------------------- */

struct observer {
    struct board *board;
    uint64_t calls, last_instructions, sum;
    bool stop;
};

static void on_watch(void *arg, uint64_t pc)
{
    struct observer *o = arg;

    assert_int_equal(board_pc(o->board), pc);
    uint64_t now = board_instructions(o->board);
    assert_true(o->calls == 0 || now > o->last_instructions);
    o->last_instructions = now;
    o->calls++;
    o->sum += board_reg(o->board, T1);
    if (o->stop)
        board_request_stop(o->board);
}

static void watching_changes_nothing(void **state)
{
    static const unsigned labels[] = {HANDLER, HANDLER + 3, MAIN, CALL + 1, LONG, LONG + 77};
    struct board *board = BOARD_OF(guest);
    struct observer o[6];

    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        o[i] = (struct observer){.board = board};
        assert_true(board_watch_pc(board, address(labels[i]), on_watch, &o[i]));
    }
    run_to_end(board);
    assert_int_equal(o[0].calls, board_traps(board));
    assert_int_equal(o[1].calls, 400); /* ecalls */
    assert_int_equal(o[2].calls, 400);
    assert_int_equal(o[3].calls, 400 * 20);
    assert_int_equal(o[3].sum, 400 * (20 * 21 / 2));
    assert_int_equal(o[5].calls, 400);
    same(outcome_of(board));
}

static void instructions_are_exact(void **state)
{
    struct board *board = BOARD_OF(guest);
    struct observer first = {.board = board, .stop = true};

    (void)state;
    board_watch_pc(board, RAM_BASE + 16, on_watch, &first);
    assert_int_equal(board_run(board, BOARD_CLOCK_HZ).reason, BOARD_STOPPED);
    assert_int_equal(board_pc(board), RAM_BASE + 16);
    assert_int_equal(first.last_instructions, 4);
    assert_int_equal(board_instructions(board), 4);
    board_destroy(board);
}

/* Stops at every one of the labels, some of them in the middle of a block, one in a very long. */
static void stopping_changes_nothing(void **state)
{
    static const unsigned labels[] = {HANDLER,        HANDLER + 1, HANDLER + 7, MAIN,
                                      MAIN + 2,       MAIN + 7,    CALL,        CALL + 1,
                                      CALL + 2,       LONG + 3,    LONG + 4,    LONG + STRAIGHT / 2,
                                      LONG + STRAIGHT};

    (void)state;
    for (unsigned i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        struct board *board = BOARD_OF(guest);
        struct observer o = {.board = board, .stop = true};
        struct board_stop stop;
        uint64_t stops = 0;
        board_watch_pc(board, address(labels[i]), on_watch, &o);
        while ((stop = run_to_end(board)).reason == BOARD_STOPPED) {
            assert_int_equal(board_pc(board), address(labels[i]));
            assert_int_equal(board_instructions(board), o.last_instructions);
            stops++;
        }
        assert_int_equal(stop.reason, BOARD_POWER_OFF);
        assert_int_equal(stops, o.calls);
        assert_true(stops >= 400);
        same(outcome_of(board));
    }
}

static void several_stops_in_a_block(void **state)
{
    struct board *board = BOARD_OF(guest);
    struct observer o = {.board = board, .stop = true}, other = {.board = board};
    struct board_stop stop;

    (void)state;
    for (unsigned i = 0; i < 5; i++)
        board_watch_pc(board, address(LONG + 2 * i), on_watch, &o);
    board_watch_pc(board, address(LONG), on_watch, &other);
    do {
        stop = board_run(board, board_clock(board) + 50);
    } while (stop.reason == BOARD_STOPPED || stop.reason == BOARD_SLICE);
    assert_int_equal(o.calls, 5 * 400);
    assert_int_equal(other.calls, 400);
    same(outcome_of(board));
}

static void watches_come_and_go(void **state)
{
    struct board *board = BOARD_OF(guest);
    struct observer o = {.board = board};
    struct board_stop stop;

    (void)state;
    for (unsigned i = 0;; i++) {
        stop = board_run(board, board_clock(board) + 5000);
        if (stop.reason != BOARD_SLICE)
            break;
        if (i % 2 == 0)
            board_watch_pc(board, address(CALL + i % 3), on_watch, &o);
        else
            board_unwatch_pc(board, address(CALL + (i - 1) % 3), on_watch, &o);
    }
    assert_true(o.calls > 0 && o.calls < 400 * 20);
    same(outcome_of(board));
}

/* Two ways into the same code make two blocks that overlap; a watch is in both. */
static void watches_overlapping_blocks(void **state)
{
    const uint32_t code[] = {
        lui(S0, 0x10),                 //  0: rounds
        auipc(S1, 0),                  //  4
        addi(S1, S1, 28),              //  8: the first way in, at 32
        jalr(RA, S1, 0),               // 12
        jalr(RA, S1, 8),               // 16: the second
        addi(S0, S0, -1),              // 20
        bne(S0, ZERO, -12),            // 24
        jal(ZERO, 24),                 // 28
        addi(A0, A0, 1),               // 32
        addi(A0, A0, 1),               // 36
        addi(A2, A2, 1),               // 40
        addi(A2, A2, 1),               // 44
        jalr(ZERO, RA, 0),             // 48
        POWER_OFF,          JUMP_HERE, // 52
    };
    struct board *board = BOARD_OF(code);
    struct observer first = {.board = board}, second = {.board = board};

    (void)state;
    board_watch_pc(board, RAM_BASE + 36, on_watch, &first);
    board_watch_pc(board, RAM_BASE + 44, on_watch, &second);
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    assert_int_equal(first.calls, 0x10000);
    assert_int_equal(second.calls, 0x20000);
    assert_int_equal(board_reg(board, A0), 0x20000);
    assert_int_equal(board_reg(board, A2), 0x40000);
    board_destroy(board);
}

/* While an observer holds the hart in mid-block, the world may change around it. */
static void input_while_held(void **state)
{
    const uint32_t code[] = {
        lui(T0, UART_BASE >> 12),
        NOP,
        NOP,
        lbu(A0, T0, 5),
        i_type(0x13, 7, A0, A0, 1),
        beq(A0, ZERO, -8),
        lbu(A1, T0, 0),
        POWER_OFF,
        JUMP_HERE,
    };
    struct board *board = BOARD_OF(code);
    struct observer o = {.board = board, .stop = true};

    (void)state;
    board_watch_pc(board, RAM_BASE + 8, on_watch, &o);
    assert_int_equal(run_to_end(board).reason, BOARD_STOPPED);
    assert_int_equal(board_input(board, "x", 1), 1);
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    assert_int_equal(board_reg(board, A1), 'x');
    board_destroy(board);
}

static void stops_at_a_boundary(void **state)
{
    struct board *board = BOARD_OF(guest);

    (void)state;
    board_run(board, 1000);
    board_request_stop(board);
    assert_int_equal(run_to_end(board).reason, BOARD_STOPPED);
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    same(outcome_of(board));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_are_equal),           cmocka_unit_test(slices_do_not_matter),
        cmocka_unit_test(watching_changes_nothing), cmocka_unit_test(instructions_are_exact),
        cmocka_unit_test(stopping_changes_nothing), cmocka_unit_test(several_stops_in_a_block),
        cmocka_unit_test(watches_come_and_go),      cmocka_unit_test(input_while_held),
        cmocka_unit_test(stops_at_a_boundary),      cmocka_unit_test(watches_overlapping_blocks),
    };
    return suite_end("board_watch", sizeof tests / sizeof tests[0],
                     cmocka_run_group_tests_name("board_watch", tests, make, NULL));
}
