/*
 * Atomics: each AMO with values that tell signed from unsigned, LR and SC, alignment.
 * Unprivileged specification, chapter "A".
 */
#include "tests/conformance/guest.h"

/* a0: address, a1: operand. */
#define AMO(name)                                                                                  \
    SNIPPET(name##_w, "amo" #name ".w a2, a1, (a0)");                                              \
    SNIPPET(name##_d, "amo" #name ".d a2, a1, (a0)")

AMO(swap);
AMO(add);
AMO(xor);
AMO(and);
AMO(or);
AMO(min);
AMO(max);
AMO(minu);
AMO(maxu);
SNIPPET(add_w_ordered, "amoadd.w.aqrl a2, a1, (a0)");

struct amo {
    const char *w, *d;
};

static void one(const char *snippet, uint64_t at, uint64_t memory, uint64_t operand)
{
    write64(address(arena), memory);
    struct trap t = run(LEVEL_M, snippet, address(arena) + at, operand);
    if (t.cause != ECALL_M)
        show(&t);
    fact("register", t.x[12]);
    fact("memory", read64(address(arena)));
}

static void amo_run(const void *row)
{
    static const uint64_t values[][2] = {{0x8000000000000001, 0x7fffffffffffffff},
                                         {0x7fffffff80000000, 0xffffffff00000001},
                                         {0x123456789abcdef0, 0x0fedcba987654321}};
    const struct amo *a = row;

    for (int i = 0; i < 3; i++) {
        one(a->w, 0, values[i][0], values[i][1]);
        one(a->w, 4, values[i][0], values[i][1]);
        one(a->d, 0, values[i][0], values[i][1]);
        one(a->d, 0, values[i][1], values[i][0]);
    }
}

ROW(amo, amoswap, swap_w, swap_d);
ROW(amo, amoadd, add_w, add_d);
ROW(amo, amoxor, xor_w, xor_d);
ROW(amo, amoand, and_w, and_d);
ROW(amo, amoor, or_w, or_d);
ROW(amo, amomin, min_w, min_d);
ROW(amo, amomax, max_w, max_d);
ROW(amo, amominu, minu_w, minu_d);
ROW(amo, amomaxu, maxu_w, maxu_d);
ROW(amo, amo_with_aq_and_rl, add_w_ordered, add_d);

/* The result may go to the operand's register, to the address's, or nowhere. */
SNIPPET(into_operand, "amoadd.d a1, a1, (a0)\nmv a2, a1");
SNIPPET(into_address, "amoadd.d a0, a1, (a0)\nmv a2, a0");
SNIPPET(into_nothing, "amoadd.d zero, a1, (a0)\nmv a2, zero");
CASE(amo_registers)
{
    one(into_operand, 0, 40, 2);
    one(into_address, 0, 40, 2);
    one(into_nothing, 0, 40, 2);
}

/* ---- LR and SC: a2 and a3 are SC's results --------------------------------------------------- */

SNIPPET(sc_after_lr, "lr.d a4, (a0)\nsc.d a2, a1, (a0)\nsc.d a3, zero, (a0)");
SNIPPET(sc_w_after_lr, "lr.w a4, (a0)\nsc.w a2, a1, (a0)\nlr.w a3, (a0)");
SNIPPET(sc_alone, "sc.d a2, a1, (a0)\nsc.w a3, a1, (a0)");
SNIPPET(sc_elsewhere, "lr.d a4, (a0)\naddi t0, a0, 64\nsc.d a2, a1, (t0)\nsc.d a3, a1, (a0)");
SNIPPET(sc_after_store, "lr.d a4, (a0)\naddi t0, a4, 1\nsd t0, (a0)\nsc.d a2, a1, (a0)");
SNIPPET(sc_after_amo, "lr.d a4, (a0)\nli t0, 5\namoadd.d t0, t0, (a0)\nsc.d a2, a1, (a0)");
SNIPPET(sc_after_other_store, "lr.d a4, (a0)\nsd a1, 256(a0)\nsc.d a2, a1, (a0)");
SNIPPET(lr_twice, "lr.d a4, (a0)\naddi t0, a0, 64\nlr.d a5, (t0)\nsc.d a2, a1, (a0)\n"
                  "sc.d a3, a1, (t0)");
SNIPPET(loop, "1: lr.d a4, (a0)\nadd a4, a4, a1\nsc.d a2, a4, (a0)\nbnez a2, 1b");

struct pair {
    const char *snippet;
};

static void pair_run(const void *row)
{
    const struct pair *p = row;

    for (unsigned level = LEVEL_U; level <= LEVEL_M; level += LEVEL_M) {
        write64(address(arena), 0x80000000);
        struct trap t = run(level, p->snippet, address(arena), 0x1234567890);
        show(&t);
        fact("first sc", t.x[12]);
        fact("second", t.x[13]);
        fact("loaded", t.x[14]);
        fact("memory", read64(address(arena)));
        fact("64 bytes on", read64(address(arena) + 64));
        write64(address(arena) + 64, 0);
    }
}

ROW(pair, lr_sc, sc_after_lr);
ROW(pair, lr_sc_word, sc_w_after_lr);
ROW(pair, sc_without_lr, sc_alone);
ROW(pair, sc_to_another_address, sc_elsewhere);
ROW(pair, sc_after_a_store_there, sc_after_store);
ROW(pair, sc_after_an_amo_there, sc_after_amo);
ROW(pair, sc_after_a_store_elsewhere, sc_after_other_store);
ROW(pair, lr_replaces_lr, lr_twice);
ROW(pair, lr_sc_loop, loop);

/* A trap between LR and SC, and back by xret: the reservation is gone. */
SNIPPET(trap_between, "lr.d a4, (a0)\n.word 0\nsc.d a2, a1, (a0)");
CASE(reservation_ends_with_a_trap)
{
    for (unsigned level = LEVEL_U; level <= LEVEL_S; level++) {
        struct trap t = run(level, trap_between, address(arena), 9);
        show(&t);
        t = resume(&t, 4);
        show(&t);
        fact("sc", t.x[12]);
        fact("memory", read64(address(arena)));
    }
}

/* ---- alignment ------------------------------------------------------------------------------- */

SNIPPET(reserve_w, "lr.w a2, (a0)");
SNIPPET(reserve_d, "lr.d a2, (a0)");

struct skew {
    const char *snippet;
    uint64_t offset;
};

static void skew_run(const void *row)
{
    const struct skew *s = row;

    write64(address(arena), 0x1122334455667788);
    for (unsigned level = LEVEL_U; level <= LEVEL_S; level++) {
        struct trap t = run(level, s->snippet, address(arena) + s->offset, 1);
        show_amo(&t);
        fact("register", t.x[12]);
        fact("memory", read64(address(arena)));
    }
}

ROW(skew, misaligned_amoadd_w, add_w, 2);
ROW(skew, misaligned_amoadd_w_by_one, add_w, 1);
ROW(skew, misaligned_amoadd_d, add_d, 4);
ROW(skew, misaligned_amoswap_d, swap_d, 1);
ROW(skew, misaligned_lr_w, reserve_w, 2);
ROW(skew, misaligned_lr_d, reserve_d, 4);

/* ---- through translation -------------------------------------------------------------------- */

CASE(atomics_in_user_mode)
{
    space_new();
    space_map(WINDOW, 0, address(arena[3]), PTE_RW | PTE_U);
    space_on();
    write64(address(arena[3]), 100);
    struct trap t = run(LEVEL_U, user(add_d), WINDOW, 11);
    show(&t);
    fact("register", t.x[12]);
    t = run(LEVEL_U, user(loop), WINDOW, 22);
    show(&t);
    fact("memory", read64(address(arena[3])));
}
