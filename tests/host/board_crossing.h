/*
 * For the tests of crossings: a guest with user, supervisor and machine mode, and an observer that
 * keeps what it sees.
 */
#ifndef TESTS_HOST_BOARD_CROSSING_H
#define TESTS_HOST_BOARD_CROSSING_H

#include "board_guest.h"

/*
 * The guest: machine mode starts a supervisor, the supervisor a user program in a space of its own. The
 * program makes system calls and page faults; both go to the supervisor, who steps over the instruction. Timer
 * interrupts, if they are on, go to machine mode from wherever they come, and mix time and pc into s1.
 * At the end the program calls with a3 = 1, and the supervisor calls machine mode, which powers off.
 */
enum label {
    M_HANDLER = 100,
    SUPERVISOR = 140,
    S_HANDLER = 180,
    USER = 220,
    SPARE = 300,
    END = 340
};

#define ROUNDS     200
#define USER_BASE  0x40000000u
#define ROOT       0x10000u /* of the page table, in RAM */
#define SATP       (UINT64_C(8) << 60 | (RAM_BASE + ROOT) >> 12)
#define BAD_VA     16u /* nothing is mapped there */
#define HANDLER_OF 7u  /* instructions of S_HANDLER for a call */

#define TIMER       (UINT64_C(1) << 63 | 7)
#define CAUSE_CALL  8
#define CAUSE_LOAD  13
#define MSTATUS_TSR (1 << 22)
#define xor_(rd, a, b)                                                                             \
    ((uint32_t)(b) << 20 | (uint32_t)(a) << 15 | 4u << 12 | (uint32_t)(rd) << 7 | 0x33u)

static uint32_t guest[END];
static unsigned at;

static inline void emit(uint32_t insn)
{
    assert_true(at < END);
    guest[at++] = insn;
}

static inline void emit_all(const uint32_t *insn, size_t n)
{
    for (size_t i = 0; i < n; i++)
        emit(insn[i]);
}
#define EMIT(...)                                                                                  \
    emit_all((const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / 4)

static inline void emit_address(unsigned rd, unsigned label)
{
    int here = (int)at;

    EMIT(auipc(rd, 0), addi(rd, rd, 4 * ((int)label - here)));
}

static inline void make_machine(bool timer)
{
    at = 0;
    emit_address(T0, M_HANDLER);
    EMIT(csrw(CSR_MTVEC, T0), addi(T0, ZERO, -1), srli(T0, T0, 10), csrw(CSR_PMPADDR0, T0),
         addi(T0, ZERO, 0x1f), csrw(CSR_PMPCFG0, T0), lui(T0, 2), addi(T0, T0, 0x100),
         csrw(CSR_MEDELEG, T0));
    EMIT(addi(T0, ZERO, 8), slli(T0, T0, 60), lui(T1, 0x80), addi(T1, T1, ROOT >> 12),
         add(T0, T0, T1), csrw(CSR_SATP, T0), SFENCE_VMA);
    EMIT(lui(A5, 0x2004), sw(ZERO, A5, 4), addi(T0, ZERO, 50), sw(T0, A5, 0),
         addi(T0, ZERO, timer ? 0x80 : 0), csrw(CSR_MIE, T0));
    emit_address(T0, SUPERVISOR);
    EMIT(csrw(CSR_MEPC, T0), lui(T0, 1), srli(T0, T0, 1), csrs(CSR_MSTATUS, T0), MRET);
    assert_true(at <= M_HANDLER);

    /* An exception ends the run. A timer interrupt mixes the time and where it came from. */
    at = M_HANDLER;
    EMIT(csrr(A2, CSR_MCAUSE), b_type(4, A2, ZERO, 24), POWER_OFF, JUMP_HERE);
    EMIT(csrr(A2, CSR_MEPC), add(S1, S1, A2), csrr(A2, CSR_CYCLE), xor_(S1, S1, A2),
         slli(A2, S1, 7), add(S1, S1, A2), csrr(A2, CSR_TIME), addi(A2, A2, 23), sw(A2, A5, 0),
         MRET);
}

static inline void make_supervisor(void)
{
    at = SUPERVISOR;
    emit_address(T0, S_HANDLER);
    EMIT(csrw(CSR_STVEC, T0), lui(T0, USER_BASE >> 12), addi(T0, T0, 4 * USER), csrw(CSR_SEPC, T0),
         addi(S0, ZERO, ROUNDS), addi(A1, ZERO, 0), SRET);
    at = S_HANDLER;
    EMIT(csrr(T0, CSR_SEPC), addi(T0, T0, 4), csrw(CSR_SEPC, T0), add(S1, S1, T0), addi(A1, A1, 1),
         bne(A3, ZERO, 8), SRET, ECALL);
}

static inline void make_user(void)
{
    at = USER;
    EMIT(ECALL, addi(A0, A0, 1), addi(T1, ZERO, 20), addi(T1, T1, -1), bne(T1, ZERO, -4),
         ld(T2, ZERO, BAD_VA), addi(S0, S0, -1), bne(S0, ZERO, -28), addi(A3, ZERO, 1), ECALL);
}

static inline void map(struct board *board, unsigned index, uint64_t pa, uint64_t flags)
{
    uint64_t pte = pa >> 12 << 10 | flags;

    assert_true(board_write(board, RAM_BASE + ROOT + 8 * index, &pte, sizeof pte));
}

static inline void make_guest(bool timer)
{
    memset(guest, 0, sizeof guest);
    make_machine(timer);
    make_supervisor();
    make_user();
}

static inline struct board *make_board(void)
{
    struct board *board = BOARD_OF(guest);

    map(board, 1, RAM_BASE, 0xdb); /* user: read, execute */
    map(board, 2, RAM_BASE, 0xcf); /* supervisor */
    return board;
}

static inline uint64_t user(unsigned n)
{
    return USER_BASE + 4 * (USER + n);
}

/* ---- an observer ------------------------------------------------------------------------------ */

struct log {
    struct board *board;
    struct board_crossing seen[4 * ROUNDS * 3];
    unsigned count, traps;
    bool stop, look;
    unsigned from, every; /* stop at these */
};
static struct log record;

static inline void on_crossing(void *arg, struct board_crossing *c)
{
    struct log *l = arg;

    assert_true(l->count < sizeof l->seen / sizeof l->seen[0]);
    l->seen[l->count++] = *c;
    l->traps += c->entering;
    if (l->look) {
        uint32_t insn = 0;
        for (unsigned n = 0; n < 32; n++)
            assert_int_equal(board_reg(l->board, n), c->x[n]);
        assert_int_equal(board_clock(l->board), c->time);
        assert_int_equal(board_instructions(l->board), c->time);
        assert_int_equal(board_privilege(l->board) == 0, c->entering);
        assert_int_equal(board_satp(l->board), c->satp);
        assert_true(board_read_virtual(l->board, c->satp, c->pc, &insn, sizeof insn));
        assert_true(board_read(l->board, c->pc - USER_BASE + RAM_BASE, &insn, sizeof insn));
        if (c->entering)
            assert_int_equal(board_pc(l->board), c->pc);
    }
    if (l->stop && l->count % l->every == l->from)
        board_request_stop(l->board);
}

struct outcome {
    uint64_t mixed, instructions, traps, clock, calls;
};

static inline struct outcome outcome_of(struct board *board)
{
    struct outcome o = {board_reg(board, S1), board_instructions(board), board_traps(board),
                        board_clock(board), board_reg(board, A1)};

    board_destroy(board);
    return o;
}

static inline struct outcome undisturbed(void)
{
    struct board *board = make_board();

    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    return outcome_of(board);
}

static inline void same(struct outcome got)
{
    struct outcome wanted = undisturbed();

    assert_int_equal(got.instructions, wanted.instructions);
    assert_int_equal(got.traps, wanted.traps);
    assert_int_equal(got.clock, wanted.clock);
    assert_int_equal(got.mixed, wanted.mixed);
    assert_int_equal(got.calls, wanted.calls);
}

static inline struct board *observed(bool timer)
{
    make_guest(timer);
    struct board *board = make_board();
    memset(&record, 0, sizeof record);
    record.board = board;
    record.every = 1;
    board_watch_crossings(board, on_crossing, &record);
    return board;
}

#endif
