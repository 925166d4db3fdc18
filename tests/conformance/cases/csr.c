/*
 * CSR accesses: which are illegal at which level, and the bits of mstatus and mcounteren that
 * decide it. Privileged specification, 2.1, 3.1.6.5, 3.1.11.
 */
#include "tests/conformance/guest.h"

/* One CSR instruction in U, S and M; a0 is shown where the value is everyone's. */
struct csr {
    const char *snippet;
    uint64_t status; /* mstatus bits */
};

static void csr_run(const void *row)
{
    static const unsigned levels[] = {LEVEL_U, LEVEL_S, LEVEL_M};
    const struct csr *c = row;

    csr_set(mstatus, c->status);
    for (int i = 0; i < 3; i++) {
        struct trap t = run(levels[i], c->snippet, 0, 0);
        show(&t);
    }
}

SNIPPET(read_mscratch, "csrr a1, mscratch");
SNIPPET(read_mstatus, "csrr a1, mstatus");
SNIPPET(write_mtvec, "csrrs a1, mtvec, zero");
SNIPPET(read_medeleg, "csrr a1, medeleg");
SNIPPET(read_pmp, "csrr a1, pmpaddr0");
SNIPPET(read_mhartid, "csrr a1, mhartid");
SNIPPET(write_mhartid, "csrw mhartid, a1");
SNIPPET(set_nothing_in_mhartid, "csrrs a1, mhartid, zero");
SNIPPET(write_mvendorid, "csrrwi a1, mvendorid, 0");
SNIPPET(read_sscratch, "csrr a1, sscratch");
SNIPPET(read_sstatus, "csrr a1, sstatus");
SNIPPET(read_satp, "csrr a1, satp");
SNIPPET(write_satp, "csrw satp, zero");
SNIPPET(fence, "sfence.vma");
SNIPPET(fence_one, "sfence.vma a0, a1");
SNIPPET(read_missing, "csrr a1, 0x5c0");
SNIPPET(read_missing_m, "csrr a1, 0x7c5");
SNIPPET(read_missing_u, "csrr a1, 0x8ff");
SNIPPET(write_cycle, "csrw cycle, zero");
SNIPPET(write_time, "csrw time, zero");

ROW(csr, mscratch, read_mscratch, 0);
ROW(csr, mstatus, read_mstatus, 0);
ROW(csr, mtvec, write_mtvec, 0);
ROW(csr, medeleg, read_medeleg, 0);
ROW(csr, pmpaddr0, read_pmp, 0);
ROW(csr, mhartid, read_mhartid, 0);
ROW(csr, mhartid_written, write_mhartid, 0);
ROW(csr, mhartid_set_by_x0, set_nothing_in_mhartid, 0);
ROW(csr, mvendorid_written, write_mvendorid, 0);
ROW(csr, sscratch, read_sscratch, 0);
ROW(csr, sstatus, read_sstatus, 0);
ROW(csr, satp_read, read_satp, 0);
ROW(csr, satp_written, write_satp, 0);
ROW(csr, satp_read_tvm, read_satp, STATUS_TVM);
ROW(csr, satp_written_tvm, write_satp, STATUS_TVM);
ROW(csr, sfence, fence, 0);
ROW(csr, sfence_tvm, fence, STATUS_TVM);
ROW(csr, sfence_one, fence_one, 0);
ROW(csr, sfence_one_tvm, fence_one, STATUS_TVM);
ROW(csr, missing_supervisor, read_missing, 0);
ROW(csr, missing_machine, read_missing_m, 0);
ROW(csr, missing_user, read_missing_u, 0);
ROW(csr, cycle_written, write_cycle, 0);
ROW(csr, time_written, write_time, 0);

/* Reading a counter at each level: mcounteren for S and U, scounteren besides for U. */
struct counter {
    const char *snippet;
    uint64_t machine, supervisor;
};

static void counter_run(const void *row)
{
    static const unsigned levels[] = {LEVEL_U, LEVEL_S, LEVEL_M};
    const struct counter *c = row;

    csr_write(mcounteren, c->machine);
    csr_write(scounteren, c->supervisor);
    for (int i = 0; i < 3; i++) {
        struct trap t = run(levels[i], c->snippet, 0, 0);
        show(&t);
    }
}

SNIPPET(read_cycle, "csrr a1, cycle");
SNIPPET(read_time, "csrr a1, time");
SNIPPET(read_instret, "csrr a1, instret");

ROW(counter, cycle_closed, read_cycle, 0, 0);
ROW(counter, cycle_for_s, read_cycle, 1, 0);
ROW(counter, cycle_for_u, read_cycle, 1, 1);
ROW(counter, cycle_scounteren_alone, read_cycle, 0, 1);
ROW(counter, time_closed, read_time, 5, 5);
ROW(counter, time_for_s, read_time, 2, 0);
ROW(counter, time_for_u, read_time, 2, 2);
ROW(counter, instret_closed, read_instret, 3, 3);
ROW(counter, instret_for_s, read_instret, 4, 0);
ROW(counter, instret_for_u, read_instret, 4, 4);

/* Counters count up, whatever their steps are. */
SNIPPET(two_times, "csrr a0, time\n1: csrr a1, time\nbeq a0, a1, 1b\nsltu a0, a0, a1");
SNIPPET(two_cycles, "csrr a0, cycle\n1: csrr a1, cycle\nbeq a0, a1, 1b\nsltu a0, a0, a1");
SNIPPET(two_counts, "csrr a0, instret\n1: csrr a1, instret\nbeq a0, a1, 1b\nsltu a0, a0, a1");
CASE(counters_grow)
{
    csr_write(mcounteren, 7);
    csr_write(scounteren, 7);
    fact("time", run(LEVEL_U, two_times, 0, 0).x[10]);
    fact("cycle", run(LEVEL_S, two_cycles, 0, 0).x[10]);
    fact("instret", run(LEVEL_M, two_counts, 0, 0).x[10]);
}

/* The bits of mstatus that M-mode sets for S-mode can all be set and cleared. */
CASE(mstatus_bits)
{
    uint64_t bits = STATUS_MPRV | STATUS_SUM | STATUS_MXR | STATUS_TVM | STATUS_TW | STATUS_TSR |
                    STATUS_MPP | STATUS_SPP | STATUS_SPIE | STATUS_MPIE | STATUS_SIE;

    csr_set(mstatus, bits);
    fact("set", csr_read(mstatus) & bits);
    for (int n = 1; n < 23; n++) {
        if (bits >> n & 1 && n != 12 && n != 11) {
            csr_clear(mstatus, BIT(n));
            fact("then", csr_read(mstatus) & bits);
        }
    }
}

/* csrrw, csrrs, csrrc and their immediate forms, on a register without a meaning. */
SNIPPET(forms, "li t0, 0xf0f0\n"
               "csrrw a0, sscratch, t0\n"
               "csrrsi a1, sscratch, 15\n"
               "csrrci a2, sscratch, 31\n"
               "li t0, 0x8000\n"
               "csrrc a3, sscratch, t0\n"
               "csrrs a4, sscratch, t0\n"
               "csrrwi a5, sscratch, 21\n"
               "csrr a6, sscratch\n"
               "csrrw a6, sscratch, a6\n"
               "csrw sscratch, a0");
CASE(instruction_forms)
{
    struct trap t = run(LEVEL_S, forms, 0, 0);

    show(&t);
    for (int n = 11; n < 17; n++)
        fact("register", t.x[n]);
}

/* An illegal CSR instruction writes neither register nor CSR. */
SNIPPET(swap_mscratch, "li a0, 3\ncsrrw a0, mscratch, a0");
CASE(illegal_access_changes_nothing)
{
    struct trap t = run(LEVEL_S, swap_mscratch, 0, 0);

    show_all(&t);
}

/* What every hart of this kind says of itself. */
CASE(misa)
{
    uint64_t letters = BIT('I' - 'A') | BIT('M' - 'A') | BIT(0) | BIT('S' - 'A') | BIT('U' - 'A');

    fact("misa: I, M, A, S, U", csr_read(misa) & letters);
    fact("misa: MXL", csr_read(misa) >> 62);
    fact("mhartid", csr_read(mhartid));
}

/* Writes to tvec, and the WARL mode of satp that every Sv39 hart has. */
CASE(tvec_and_satp)
{
    csr_write(stvec, 0x80001234);
    fact("stvec", csr_read(stvec));
    csr_write(stvec, 0x80001235);
    fact("stvec, vectored", csr_read(stvec));
    csr_write(satp, UINT64_C(8) << 60 | 0x80123);
    fact("satp", csr_read(satp));
    csr_write(satp, 0);
    fact("satp", csr_read(satp));
}

/* Supervisor's registers hold what they are given. */
CASE(supervisor_registers)
{
    csr_write(sepc, 0x123456789abcdef0);
    csr_write(scause, UINT64_MAX);
    csr_write(stval, 0xfedcba9876543210);
    fact("sepc", csr_read(sepc));
    fact("scause", csr_read(scause));
    fact("stval", csr_read(stval));
}
