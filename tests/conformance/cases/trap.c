/*
 * Traps from each level: what raises one, what the handler finds, what the status bits become.
 * Privileged specification, 3.1.6 and 3.1.14 to 3.1.16.
 */
#include "tests/conformance/guest.h"

SNIPPET(call, "li a0, 7");
SNIPPET(breakpoint, "nop\nebreak");
SNIPPET(zero_word, "nop\n.word 0");
SNIPPET(ones_word, "nop\n.word 0xffffffff");
SNIPPET(use_mret, "mret");
SNIPPET(use_sret, "sret");
SNIPPET(use_load, "nop\nnop\nld a0, 0(a0)");
SNIPPET(use_store, "sd a1, 8(a0)");
SNIPPET(use_jump, "jr a0");
SNIPPET(keep_register, "li a0, 5\nlw a0, 0(a1)");

/* A snippet at a level, with a0 = `operand`. */
struct plain {
    unsigned level;
    const char *snippet;
    uint64_t operand;
};

static void plain_run(const void *row)
{
    const struct plain *p = row;
    struct trap t = run(p->level, p->snippet, p->operand, p->operand);

    show_all(&t);
}

ROW(plain, ecall_from_m, LEVEL_M, call, 0);
ROW(plain, ecall_from_s, LEVEL_S, call, 0);
ROW(plain, ecall_from_u, LEVEL_U, call, 0);
ROW(plain, ebreak_from_m, LEVEL_M, breakpoint, 0);
ROW(plain, ebreak_from_s, LEVEL_S, breakpoint, 0);
ROW(plain, ebreak_from_u, LEVEL_U, breakpoint, 0);
ROW(plain, illegal_from_m, LEVEL_M, zero_word, 0);
ROW(plain, illegal_from_s, LEVEL_S, ones_word, 0);
ROW(plain, illegal_from_u, LEVEL_U, zero_word, 0);
ROW(plain, mret_in_s, LEVEL_S, use_mret, 0);
ROW(plain, mret_in_u, LEVEL_U, use_mret, 0);
ROW(plain, sret_in_u, LEVEL_U, use_sret, 0);

/* Physical addresses where there is neither memory nor a device. */
ROW(plain, load_nowhere_from_m, LEVEL_M, use_load, NOWHERE);
ROW(plain, load_nowhere_from_s, LEVEL_S, use_load, NOWHERE + 8);
ROW(plain, load_nowhere_from_u, LEVEL_U, use_load, NOWHERE + 16);
ROW(plain, store_nowhere_from_m, LEVEL_M, use_store, NOWHERE);
ROW(plain, store_nowhere_from_s, LEVEL_S, use_store, NOWHERE);
ROW(plain, store_nowhere_from_u, LEVEL_U, use_store, NOWHERE);
ROW(plain, fetch_nowhere_from_m, LEVEL_M, use_jump, NOWHERE);
ROW(plain, fetch_nowhere_from_s, LEVEL_S, use_jump, NOWHERE);
ROW(plain, fetch_nowhere_from_u, LEVEL_U, use_jump, NOWHERE + 0x123c);
ROW(plain, load_behind_memory, LEVEL_M, use_load, 0x84000000);
ROW(plain, faulting_load_keeps_register, LEVEL_M, keep_register, NOWHERE);

/* xIE goes to xPIE and is cleared, whatever it was. */
CASE(trap_disables_interrupts)
{
    csr_set(mstatus, STATUS_MPIE);
    struct trap t = run(LEVEL_M, call, 0, 0);
    show_all(&t);
    csr_clear(mstatus, STATUS_MPIE);
    t = run(LEVEL_M, call, 0, 0);
    show_all(&t);
}

/* A trap into M-mode leaves S-mode's bits alone. */
CASE(trap_keeps_other_level)
{
    csr_set(mstatus, STATUS_SIE | STATUS_SPP);
    struct trap t = run(LEVEL_U, call, 0, 0);
    show_all(&t);
    fact("sepc", csr_read(sepc));
    fact("scause", csr_read(scause));
}

/* A handler may go on behind the instruction, again and again, with all registers. */
SNIPPET(many_traps, "li a0, 0\n"
                    "li s11, 3\n"
                    "1: addi a0, a0, 16\n"
                    ".word 0\n"
                    "ecall\n"
                    "addi s11, s11, -1\n"
                    "bnez s11, 1b");
CASE(resume_behind_trap)
{
    struct trap t = run(LEVEL_U, many_traps, 0, 0);

    for (int i = 0; i < 6; i++) {
        show_all(&t);
        t = resume(&t, 4);
    }
    show_all(&t);
}

/* ... or at the same instruction, once the reason is gone. */
CASE(resume_at_trap)
{
    struct trap t = run(LEVEL_S, use_load, NOWHERE, 0);

    show_all(&t);
    write64(address(arena), 0x1122334455667788);
    t.x[10] = address(arena);
    t = resume(&t, 0);
    show_all(&t);
}

/* No register changes in a trap. */
SNIPPET(fill_registers, ".set i, 1\n"
                        ".irp r, x1,x2,x3,x4,x5,x6,x7,x8,x9,x10,x11,x12,x13,x14,x15,x16,x17,x18,"
                        "x19,x20,x21,x22,x23,x24,x25,x26,x27,x28,x29,x30,x31\n"
                        "li \\r, 0x1111 * i\n"
                        ".set i, i + 1\n"
                        ".endr\n");
CASE(trap_keeps_registers)
{
    csr_write(medeleg, BIT(ECALL_U));
    for (unsigned level = LEVEL_U; level <= LEVEL_S; level++) {
        struct trap t = run(level, fill_registers, 0, 0);
        uint64_t wrong = 0;
        show(&t);
        for (uint64_t n = 1; n < 32; n++)
            wrong |= (uint64_t)(t.x[n] != 0x1111 * n) << n;
        fact("changed registers", wrong);
    }
}

/* A vectored table is for interrupts: exceptions go to its base. */
CASE(exception_ignores_vectors)
{
    csr_set(mtvec, 1);
    struct trap t = run(LEVEL_U, call, 0, 0);
    show_all(&t);
    csr_write(medeleg, BIT(ECALL_U));
    csr_set(stvec, 1);
    t = run(LEVEL_U, call, 0, 0);
    show_all(&t);
}
