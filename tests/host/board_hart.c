// The hart under the board: counting, traps, faults, idling, code that changes, reset.
#include "suite.h"
#include "board_guest.h"

/* ---- counting ------------------------------------------------------------------------------- */

static void counts_instructions(void **state)
{
    const uint32_t code[] = {NOP, NOP, NOP, POWER_OFF, JUMP_HERE};
    struct board *board = BOARD_OF(code);

    (void)state;
    struct board_stop stop = run_to_end(board);
    assert_int_equal(stop.reason, BOARD_POWER_OFF);
    assert_int_equal(stop.status, 0);
    /* Up to the store, and what remains of its block: the jump. */
    assert_int_equal(board_instructions(board), 8);
    assert_int_equal(board_traps(board), 0);
    board_destroy(board);
}

/* A trap in mid-block counts up to the instruction that trapped, and that one, too. */
static void counts_traps_exactly(void **state)
{
    enum { TURNS = 0x30100 };
    const uint32_t code[] = {
        auipc(T0, 0),                //  0
        addi(T0, T0, 52),            //  4: the handler
        csrw(CSR_MTVEC, T0),         //  8
        lui(S0, TURNS >> 12),        // 12
        addi(S0, S0, TURNS & 0xfff), // 16
        ECALL,                       // 20: the loop
        addi(S0, S0, -1),            // 24
        bne(S0, ZERO, -8),           // 28
        POWER_OFF,                   // 32 .. 47
        JUMP_HERE,                   // 48
        csrr(T1, CSR_MEPC),          // 52: the handler
        addi(T1, T1, 4),
        csrw(CSR_MEPC, T1),
        addi(T2, ZERO, 0),
        NOP,
        MRET,
    };
    struct board *board = BOARD_OF(code);

    (void)state;
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    assert_int_equal(board_traps(board), TURNS);
    assert_int_equal(board_instructions(board), 5 + TURNS * 9 + 4 + 1);
    board_destroy(board);
}

static void counters_are_virtual(void **state)
{
    const uint32_t code[] = {
        csrr(A0, CSR_INSTRET), // 1 executed, itself included
        csrr(A1, CSR_CYCLE),   NOP,       NOP,       csrr(A2, CSR_INSTRET), // 5
        csrr(A3, 0xb02),                                                    // minstret
        csrr(A4, CSR_TIME),    POWER_OFF, JUMP_HERE,
    };

    (void)state;
    for (int run = 0; run < 2; run++) {
        struct board *board = BOARD_OF(code);
        run_to_end(board);
        assert_int_equal(board_reg(board, A0), 1);
        assert_int_equal(board_reg(board, A1), 2);
        assert_int_equal(board_reg(board, A2), 5);
        assert_int_equal(board_reg(board, A3), 6);
        assert_int_equal(board_reg(board, A4), 0);
        board_destroy(board);
    }
}

/* 16-bit instructions: c.nop, c.addi, and 32-bit ones among them. */
static void counts_compressed(void **state)
{
    static const uint16_t code[] = {
        0x0001, 0x0505,                 // c.nop; c.addi a0, 1
        0x0013, 0x0000,                 // nop
        0x0505, 0x02b7, 0x0010,         // c.addi a0, 1; lui t0, 0x100
        0x5337, 0x0000, 0x0313, 0x5553, // lui t1, 5; addi t1, t1, 0x555
        0xa023, 0x0062, 0xa001,         // sw t1, 0(t0); c.j .
    };
    char path[32], why[256];
    struct board_config config = {.kernel = path, .memory = 4};

    (void)state;
    write_elf(path, code, sizeof code, 1);
    struct board *board = board_create(&config, why, sizeof why);
    unlink(path);
    assert_non_null(board);
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    assert_int_equal(board_reg(board, A0), 2);
    assert_int_equal(board_instructions(board), 9);
    board_destroy(board);
}

/* ---- faults --------------------------------------------------------------------------------- */

/* Runs `insn` in the middle of a block, with a0 = address; the handler keeps cause, pc and value.
 */
static void faults(uint64_t address, uint32_t insn, uint64_t cause, bool fetch)
{
    const uint32_t code[] = {
        auipc(T0, 0),              //  0
        addi(T0, T0, 40),          //  4
        csrw(CSR_MTVEC, T0),       //  8
        addi(A1, ZERO, 1),         // 12
        ld(A0, T0, 32),            // 16: the address, below
        addi(A1, A1, 1),           // 20
        insn,                      // 24
        addi(A1, A1, 1),           // 28: never
        JUMP_HERE,                 // 32
        NOP,                       // 36
        csrr(A2, CSR_MCAUSE),      // 40: the handler
        csrr(A3, CSR_MEPC),        // 44
        csrr(A4, CSR_MTVAL),       // 48
        POWER_OFF,                 // 52 .. 67
        JUMP_HERE,                 // 68
        (uint32_t)address,         // 72
        (uint32_t)(address >> 32), // 76
    };
    struct board *board = BOARD_OF(code);

    struct board_stop stop = board_run(board, 10000);
    if (stop.reason != BOARD_POWER_OFF || board_reg(board, A2) != cause)
        fail_msg("%#llx, instruction %#x: reason %d, cause %llu", (unsigned long long)address, insn,
                 stop.reason, (unsigned long long)board_reg(board, A2));
    assert_int_equal(board_reg(board, A3), fetch ? address : RAM_BASE + 24);
    assert_int_equal(board_reg(board, A4), address);
    assert_int_equal(board_reg(board, A1), 2);
    assert_int_equal(board_reg(board, A0), address);
    assert_int_equal(board_traps(board), 1);
    board_destroy(board);
}

#define AMOADD_D(rd, rs2, rs1) (0x0000302fu | (rs2) << 20 | (rs1) << 15 | (rd) << 7)
#define LR_D(rd, rs1)          (0x1000302fu | (rs1) << 15 | (rd) << 7)

static void access_faults_are_exact(void **state)
{
    static const uint64_t nowhere[] = {
        0,
        8,
        0x1000,
        0x00102000,
        0x10009000,
        0x0bfffff8,
        0x7ffffff8,
        RAM_BASE + (4u << 20),
        UINT64_C(1) << 40,
        UINT64_C(1) << 56,
        UINT64_C(1) << 63,
        UINT64_MAX - 4095 - 8,
        UINT64_MAX - 4095,
        UINT64_MAX - 7,
    };

    (void)state;
    for (unsigned i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        faults(nowhere[i], ld(A5, A0, 0), 5, false);
        faults(nowhere[i], sd(A5, A0, 0), 7, false);
        faults(nowhere[i], AMOADD_D(A5, A1, A0), 7, false);
        faults(nowhere[i], LR_D(A5, A0), 5, false);
    }
}

static void fetches_from_nowhere(void **state)
{
    static const uint64_t nowhere[] = {0,
                                       0x1000,
                                       0x40000000,
                                       RAM_BASE + (4u << 20),
                                       UART_BASE,
                                       UINT64_C(1) << 56,
                                       UINT64_MAX - 4095};

    (void)state;
    for (unsigned i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++)
        faults(nowhere[i], jalr(RA, A0, 0), 1, true);
}

/* Traps without end use up time, so a budget ends them. */
static void endless_traps_end(void **state)
{
    const uint32_t illegal[] = {0xffffffff};
    const uint32_t lost[] = {csrw(CSR_MTVEC, ZERO), ECALL};
    struct board *board = BOARD_OF(illegal);

    (void)state;
    assert_int_equal(board_run(board, 100000).reason, BOARD_SLICE);
    assert_true(board_clock(board) >= 100000 && board_clock(board) < 100010);
    board_destroy(board);
    board = BOARD_OF(lost);
    assert_int_equal(board_run(board, 100000).reason, BOARD_SLICE);
    board_destroy(board);
}

static void breakpoint_is_a_trap(void **state)
{
    const uint32_t code[] = {
        auipc(T0, 0), addi(T0, T0, 24),     csrw(CSR_MTVEC, T0), NOP,       EBREAK,
        JUMP_HERE,    csrr(A2, CSR_MCAUSE), csrr(A3, CSR_MEPC),  POWER_OFF, JUMP_HERE,
    };
    struct board *board = BOARD_OF(code);

    (void)state;
    run_to_end(board);
    assert_int_equal(board_reg(board, A2), 3);
    assert_int_equal(board_reg(board, A3), RAM_BASE + 16);
    board_destroy(board);
}

/* Without a PMP entry, nothing is allowed below machine mode. */
static void closed_pmp(void **state)
{
    const uint32_t code[] = {
        auipc(T0, 0),
        addi(T0, T0, 32),
        csrw(CSR_MTVEC, T0),
        addi(T0, T0, -4),
        csrw(CSR_MEPC, T0),
        csrw(CSR_MSTATUS, ZERO),
        MRET,
        NOP,
        csrr(A2, CSR_MCAUSE),
        csrr(A3, CSR_MEPC),
        POWER_OFF,
        JUMP_HERE,
    };
    struct board *board = BOARD_OF(code);

    (void)state;
    run_to_end(board);
    assert_int_equal(board_reg(board, A2), 1);
    assert_int_equal(board_reg(board, A3), RAM_BASE + 28);
    board_destroy(board);
}

/* ---- waiting -------------------------------------------------------------------------------- */

static void waits_for_the_timer(void **state)
{
    const uint32_t code[] = {
        lui(T0, 0x2004),
        addi(T1, ZERO, 1000),
        sw(ZERO, T0, 4),
        sw(T1, T0, 0),
        addi(T1, ZERO, 0x80),
        csrw(CSR_MIE, T1),
        WFI,
        csrr(A0, CSR_TIME),
        csrr(A1, CSR_MIP),
        POWER_OFF,
        JUMP_HERE,
    };
    struct board *board = BOARD_OF(code);
    struct board_stop stop = run_to_end(board);

    (void)state;
    assert_int_equal(stop.reason, BOARD_IDLE);
    assert_int_equal(stop.next, 10000);
    assert_int_equal(board_clock(board), 7);
    stop = run_to_end(board); /* nothing has happened */
    assert_int_equal(stop.reason, BOARD_IDLE);
    board_skip(board, 5000);
    assert_int_equal(board_clock(board), 5000);
    assert_int_equal(run_to_end(board).reason, BOARD_IDLE);
    board_skip(board, BOARD_NEVER);
    assert_int_equal(board_clock(board), 10000);
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    assert_int_equal(board_reg(board, A0), 1000);
    assert_int_equal(board_reg(board, A1), 0x80);
    assert_int_equal(board_instructions(board), 14); /* time that was skipped is not executed */
    board_destroy(board);
}

static void waits_for_ever(void **state)
{
    const uint32_t code[] = {WFI, JUMP_HERE};
    struct board *board = BOARD_OF(code);
    struct board_stop stop = run_to_end(board);

    (void)state;
    assert_int_equal(stop.reason, BOARD_IDLE);
    assert_true(stop.next == BOARD_NEVER);
    board_destroy(board);
}

/* ---- code that changes ---------------------------------------------------------------------- */

/* The host, or a disk, writes over code that has been executed. */
static void sees_host_writes(void **state)
{
    const uint32_t code[] = {addi(A0, ZERO, 1), WFI, jal(ZERO, -8)};
    const uint32_t changed = addi(A0, ZERO, 2);
    struct board *board = BOARD_OF(code);

    (void)state;
    board_run(board, 3);
    assert_int_equal(board_reg(board, A0), 1);
    assert_true(board_write(board, RAM_BASE, &changed, sizeof changed));
    assert_false(board_write(board, RAM_BASE - 1, &changed, sizeof changed));
    assert_false(board_write(board, RAM_BASE + (4u << 20) - 3, &changed, sizeof changed));
    assert_false(board_read(board, UINT64_MAX, &(char){0}, 1));
    board_destroy(board);
}

/* A program that stores instructions and executes them after a fence. */
static void sees_its_own_stores(void **state)
{
    const uint32_t code[] = {
        auipc(S0, 0),        //  0
        addi(A0, ZERO, 0),   //  4
        addi(S1, ZERO, 3),   //  8
        lui(T0, 0x00150),    // 12: addi a0, a0, 1 is 0x00150513
        addi(T0, T0, 0x513), // 16
        sw(T0, S0, 36),      // 20: the loop
        FENCE_I,             // 24
        NOP,                 // 28
        NOP,                 // 32
        NOP,                 // 36: becomes addi a0, a0, ...
        lui(T1, 0x00100),    // 40: next time one more
        add(T0, T0, T1),     // 44
        addi(S1, S1, -1),    // 48
        bne(S1, ZERO, -32),  // 52
        POWER_OFF,
        JUMP_HERE,
    };
    struct board *board = BOARD_OF(code);

    (void)state;
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    assert_int_equal(board_reg(board, A0), 1 + 2 + 3);
    board_destroy(board);
}

/* ---- another mapping of the code ---- */

#define ROOT    0x100000u
#define TABLE_1 0x101000u
#define TABLE_0 0x102000u
#define OTHER_1 0x103000u
#define OTHER_0 0x104000u
#define PAGE_P  0x105000u
#define PTE_PTR 0x01u
#define PTE_RX  0xcbu
#define PTE_RW  0xc7u

static void map(struct board *board, uint32_t table, unsigned index, uint64_t pa, uint64_t flags)
{
    uint64_t pte = pa >> 12 << 10 | flags;

    assert_true(board_write(board, RAM_BASE + table + 8 * index, &pte, sizeof pte));
}

/* Page P is code at 0x40000000, and data where it lies; the program is code, devices are data. */
static void map_twice(struct board *board)
{
    map(board, ROOT, 0, 0, PTE_RW);
    map(board, ROOT, 1, RAM_BASE + TABLE_1, PTE_PTR);
    map(board, TABLE_1, 0, RAM_BASE + TABLE_0, PTE_PTR);
    map(board, TABLE_0, 0, RAM_BASE + PAGE_P, PTE_RX);
    map(board, ROOT, 2, RAM_BASE + OTHER_1, PTE_PTR);
    map(board, OTHER_1, 0, RAM_BASE + OTHER_0, PTE_PTR);
    map(board, OTHER_0, 0, RAM_BASE, PTE_RX);
    map(board, OTHER_0, PAGE_P >> 12, RAM_BASE + PAGE_P, PTE_RW);
}

/* A loop that stores one of its own instructions again in each turn, if `changes`, with a fence. What it takes. */
static uint64_t effort_of_loop(bool changes, uint64_t *insns)
{
    enum { TURNS = 2000 };
    const uint32_t code[] = {
        auipc(T0, 0),                   //  0
        lw(T1, T0, 20),                 //  4
        addi(S0, ZERO, TURNS),          //  8
        changes ? sw(T1, T0, 20) : NOP, // 12
        changes ? FENCE_I : NOP,        // 16
        NOP,                            // 20
        addi(S0, S0, -1),               // 24
        bne(S0, ZERO, -16),             // 28
        POWER_OFF,
        JUMP_HERE,
    };
    struct board *board = BOARD_OF(code);
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    uint64_t effort = board_effort(board);
    *insns = board_instructions(board);
    board_destroy(board);
    return effort;
}

/* Code that changes all the time is dear for the host, and the same whenever it is run. */
static void counts_effort(void **state)
{
    uint64_t plain, changing;

    (void)state;
    assert_in_range(effort_of_loop(false, &plain), 1, 50000);
    uint64_t effort = effort_of_loop(true, &changing);
    assert_int_equal(plain, changing);
    assert_in_range(effort, 100 * changing, 1000 * changing);
    assert_int_equal(effort, effort_of_loop(true, &changing));
}

/* A kernel that loads one program after another into the same page. `fence` goes between. */
static void loads_programs(uint32_t fence)
{
    const uint32_t code[] = {
        addi(T0, ZERO, -1),      //   0
        srli(T0, T0, 10),        //   4
        csrw(CSR_PMPADDR0, T0),  //   8
        addi(T0, ZERO, 0x1f),    //  12
        csrw(CSR_PMPCFG0, T0),   //  16
        addi(T0, ZERO, 8),       //  20
        slli(T0, T0, 60),        //  24
        lui(T1, 0x80100),        //  28: sign-extended
        slli(T1, T1, 32),        //  32
        srli(T1, T1, 44),        //  36: the root's page number
        add(T0, T0, T1),         //  40
        csrw(CSR_SATP, T0),      //  44
        0x12000073,              //  48: sfence.vma
        lui(T0, 1),              //  52
        addi(T0, T0, -2048),     //  56: MPP = supervisor
        csrw(CSR_MSTATUS, T0),   //  60
        auipc(T0, 0),            //  64
        addi(T0, T0, 16),        //  68
        csrw(CSR_MEPC, T0),      //  72
        MRET,                    //  76
        auipc(S0, PAGE_P >> 12), //  80
        addi(S0, S0, -80),       //  84: page P, as data
        lui(S1, 0x40000),        //  88: and as code
        lui(T2, 0x00008),        //  92
        addi(T2, T2, 0x67),      //  96: jalr zero, 0(ra)
        sw(T2, S0, 4),           // 100
        addi(A1, ZERO, 5),       // 104
        lui(T2, 0x00150),        // 108
        addi(T2, T2, 0x513),     // 112: addi a0, a0, 1
        lui(T1, 0x00100),        // 116
        sw(T2, S0, 0),           // 120: the loop
        fence,                   // 124
        jalr(RA, S1, 0),         // 128
        add(T2, T2, T1),         // 132: next time one more
        addi(A1, A1, -1),        // 136
        bne(A1, ZERO, -20),      // 140
        POWER_OFF,               // 144
        JUMP_HERE,
    };
    struct board *board = BOARD_OF(code);

    map_twice(board);
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    assert_int_equal(board_reg(board, A0), 1 + 2 + 3 + 4 + 5);
    board_destroy(board);
}

static void sees_stores_elsewhere(void **state)
{
    (void)state;
    loads_programs(FENCE_I);
    loads_programs(0x12000073); /* a kernel that knows no fence.i, only sfence.vma */
}

/* More code than the engine's buffer for translations holds. */
static void survives_a_full_buffer(void **state)
{
    enum { BLOCKS = 1 << 18, BLOCK = 8 };
    uint32_t *code = malloc(BLOCKS * BLOCK * sizeof *code);
    const uint32_t end[] = {POWER_OFF, JUMP_HERE};

    (void)state;
    assert_non_null(code);
    for (unsigned i = 0; i < BLOCKS; i++) {
        for (unsigned j = 0; j < BLOCK - 1; j++)
            code[i * BLOCK + j] = j & 1 ? sd(A0, SP, 8 * (int)j) : addi(A0, A0, 1);
        code[i * BLOCK + BLOCK - 1] = jal(ZERO, 4);
    }
    code[0] = auipc(SP, 0x2000); /* 32 MiB up */
    memcpy(code + (BLOCKS - 1) * BLOCK, end, sizeof end);
    struct board *board =
        board_with((struct board_config){.memory = 64}, code, BLOCKS * BLOCK * sizeof *code);
    free(code);
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    assert_int_equal(board_reg(board, A0), (BLOCKS - 1) * 4 - 1);
    assert_int_equal(board_instructions(board), (BLOCKS - 1) * BLOCK + 5);
    board_destroy(board);
}

/* ---- power ---------------------------------------------------------------------------------- */

static char printed[256];
static size_t printed_count;

static void on_output(void *arg, uint8_t byte)
{
    (void)arg;
    if (printed_count < sizeof printed - 1)
        printed[printed_count++] = (char)byte;
    printed[printed_count] = '\0';
}

/* Prints a byte of memory, changes it, and asks for a reset. */
static void reset_starts_again(void **state)
{
    const uint32_t code[] = {
        lui(T0, UART_BASE >> 12),
        auipc(S0, 0),
        lbu(A0, S0, 60),
        sb(A0, T0, 0),
        addi(A0, A0, 1),
        sb(A0, S0, 60),
        addi(T2, T2, 1),
        sb(T2, S0, 124),
        lui(T0, FINISHER_BASE >> 12),
        lui(T1, 7),
        addi(T1, T1, 0x777),
        sw(T1, T0, 0),
        JUMP_HERE,
        NOP,
        NOP,
        NOP,
        'A',
        0,
    };
    struct board_config config = {.output = on_output};
    struct board *board = board_with(config, code, sizeof code);

    (void)state;
    printed_count = 0;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(run_to_end(board).reason, BOARD_RESET);
        assert_true(board_reset(board));
        assert_int_equal(board_reg(board, T2), 0);
        assert_int_equal(board_mtime(board), 0);
    }
    assert_string_equal(printed, "AAA");
    assert_int_equal(board_instructions(board), 3 * 13);
    board_destroy(board);
}

/* With a key pressed it opens PMP and asks for a reset; without one it goes to user mode. */
static void reset_closes_pmp(void **state)
{
    const uint32_t code[] = {
        lui(T0, UART_BASE >> 12),     //  0
        lbu(A0, T0, 5),               //  4
        i_type(0x13, 7, A0, A0, 1),   //  8: andi
        beq(A0, ZERO, 44),            // 12
        addi(T1, ZERO, -1),           // 16
        srli(T1, T1, 10),             // 20
        csrw(CSR_PMPADDR0, T1),       // 24
        addi(T1, ZERO, 0x1f),         // 28
        csrw(CSR_PMPCFG0, T1),        // 32
        lui(T0, FINISHER_BASE >> 12), // 36
        lui(T1, 7),                   // 40
        addi(T1, T1, 0x777),          // 44
        sw(T1, T0, 0),                // 48
        JUMP_HERE,                    // 52
        auipc(T0, 0),                 // 56
        addi(T0, T0, 28),             // 60
        csrw(CSR_MTVEC, T0),          // 64
        addi(T0, T0, -4),             // 68
        csrw(CSR_MEPC, T0),           // 72
        MRET,                         // 76
        ECALL,                        // 80: in user mode
        csrr(A2, CSR_MCAUSE),         // 84
        POWER_OFF,
        JUMP_HERE,
    };
    struct board *board = BOARD_OF(code);

    (void)state;
    board_input(board, "x", 1);
    assert_int_equal(run_to_end(board).reason, BOARD_RESET);
    assert_true(board_reset(board));
    assert_int_equal(run_to_end(board).reason, BOARD_POWER_OFF);
    assert_int_equal(board_reg(board, A2), 1);
    board_destroy(board);
}

static void several_boards(void **state)
{
    const uint32_t count[] = {addi(A0, A0, 1), jal(ZERO, -4)};
    const uint32_t twice[] = {addi(A0, A0, 2), jal(ZERO, -4)};
    struct board *a = BOARD_OF(count), *b = BOARD_OF(twice);

    (void)state;
    for (unsigned i = 1; i <= 50; i++) {
        board_run(a, 1000 * i);
        board_run(b, 500 * i);
    }
    assert_int_equal(board_reg(a, A0), 25000);
    assert_int_equal(board_reg(b, A0), 25000);
    board_destroy(a);
    board_run(b, 50000);
    assert_int_equal(board_reg(b, A0), 50000);
    board_destroy(b);
}

static void refuses_bad_configurations(void **state)
{
    const uint32_t code[] = {NOP};
    struct board_config config = {.memory = 0};
    char path[32], why[256];

    (void)state;
    write_elf(path, code, sizeof code, 0);
    config.kernel = path;
    assert_null(board_create(&config, why, sizeof why));
    config.memory = BOARD_MEMORY_MAX + 1;
    assert_null(board_create(&config, why, sizeof why));
    config.memory = 1;
    config.disk = "/nonexistent/disk";
    assert_null(board_create(&config, why, sizeof why));
    assert_non_null(strstr(why, "/nonexistent/disk"));
    config.disk = NULL;
    struct board *board = board_create(&config, why, sizeof why);
    assert_non_null(board);
    board_destroy(board);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_instructions),
        cmocka_unit_test(counts_traps_exactly),
        cmocka_unit_test(counters_are_virtual),
        cmocka_unit_test(counts_compressed),
        cmocka_unit_test(access_faults_are_exact),
        cmocka_unit_test(fetches_from_nowhere),
        cmocka_unit_test(endless_traps_end),
        cmocka_unit_test(breakpoint_is_a_trap),
        cmocka_unit_test(closed_pmp),
        cmocka_unit_test(waits_for_the_timer),
        cmocka_unit_test(waits_for_ever),
        cmocka_unit_test(sees_host_writes),
        cmocka_unit_test(sees_its_own_stores),
        cmocka_unit_test(sees_stores_elsewhere),
        cmocka_unit_test(counts_effort),
        cmocka_unit_test(survives_a_full_buffer),
        cmocka_unit_test(reset_starts_again),
        cmocka_unit_test(reset_closes_pmp),
        cmocka_unit_test(several_boards),
        cmocka_unit_test(refuses_bad_configurations),
    };
    return RUN_SUITE("board_hart", tests);
}
