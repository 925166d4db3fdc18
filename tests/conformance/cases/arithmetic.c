/*
 * Arithmetic at its edges: overflow, division by zero, sign extension, shifts.
 * Unprivileged specification, chapters "RV32I", "RV64I" and "M".
 */
#include "tests/conformance/guest.h"

#define MOST   INT64_MIN
#define MOST_W INT64_C(-2147483648)

/* A register instruction on pairs of values that are awkward for some of them. */
#define OP(name)                                                                                   \
    SNIPPET(do_##name, #name " a0, a0, a1");                                                       \
    ROW(op, name, do_##name)

struct op {
    const char *snippet;
};

static void op_run(const void *row)
{
    static const uint64_t values[] = {0,
                                      1,
                                      (uint64_t)-1,
                                      (uint64_t)MOST,
                                      INT64_MAX,
                                      (uint64_t)MOST_W,
                                      INT32_MAX,
                                      0x80000000,
                                      0x123456789abcdef0,
                                      63};
    const struct op *op = row;
    const size_t n = sizeof values / sizeof values[0];

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            struct trap t = run(LEVEL_U, op->snippet, values[i], values[j]);
            fact("a0", t.x[10]);
        }
    }
}

OP(add);
OP(sub);
OP(sll);
OP(srl);
OP(sra);
OP(slt);
OP(sltu);
OP(addw);
OP(subw);
OP(sllw);
OP(srlw);
OP(sraw);
OP(mul);
OP(mulh);
OP(mulhu);
OP(mulhsu);
OP(mulw);
OP(div);
OP(divu);
OP(rem);
OP(remu);
OP(divw);
OP(divuw);
OP(remw);
OP(remuw);

/* Branches: a bit for each that is taken. */
#define BRANCH(name, bit)                                                                          \
#name " a0, a1, 1f\n"                                                                          \
          "j 2f\n"                                                                                 \
          "1: ori a2, a2, " #bit "\n"                                                              \
          "2:\n"
SNIPPET(branches, BRANCH(beq, 1) BRANCH(bne, 2) BRANCH(blt, 4) BRANCH(bge, 8) BRANCH(bltu, 16)
                      BRANCH(bgeu, 32));
CASE(branches_taken)
{
    static const uint64_t values[] = {0, 1, (uint64_t)-1, (uint64_t)MOST, INT64_MAX};

    for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 5; j++)
            fact("taken", run(LEVEL_S, branches, values[i], values[j]).x[12]);
    }
}

/* x0 is zero, whatever is written to it. */
SNIPPET(write_zero, "li a0, 5\nadd zero, a0, a0\nld zero, 0(a1)\njal zero, 1f\nnop\n"
                    "1: amoadd.d zero, a0, (a1)\nmv a0, zero");
CASE(zero_register)
{
    struct trap t = run(LEVEL_M, write_zero, 0, address(arena));

    show_all(&t);
    fact("memory", read64(address(arena)));
}

/* auipc, lui, jalr: the link, and the low bit of the target that is dropped. */
SNIPPET(links, "1: auipc a0, 0\n"
               "la a1, 1b\n"
               "sub a0, a0, a1\n"
               "lui a2, 0x80000\n"
               "la t0, 3f\n"
               "2: jalr a3, 1(t0)\n"
               "nop\n"
               "3: la t1, 2b\n"
               "sub a3, a3, t1\n"
               "addi t0, t0, 32\n"
               "jalr t0, 8(t0)\n"
               "nop\n"
               "nop\n"
               "nop\n"
               "nop\n"
               "nop");
CASE(jumps_and_links)
{
    struct trap t = run(LEVEL_S, links, 0, 0);

    show_all(&t);
    fact("lui", t.x[12]);
    fact("link", t.x[13]);
}
