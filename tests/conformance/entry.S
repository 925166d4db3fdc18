# Power on, and the two trap handlers.
#
# `enter` is a function that returns at the next trap:
#
#   1. keep what a C function must keep, in a context of its own
#   2. load all registers from a struct trap and return to where mepc and mstatus.MPP say, or sepc and SPP
#   3. a trap into M-mode: save all registers and the trap's CSRs in machine_trap, go back to the context
#   4. a trap into S-mode: the same in supervisor_trap, then on to 3 with an ecall (or with an illegal
#      instruction, while ecalls from S-mode are delegated)
#
# A trap outside of `enter` goes back to the context of `guarded`, which runs a case.

#include "tests/conformance/guest.h"

#define STACK_SIZE   16384
#define CONTEXT_SIZE 128

# \op each register that a C function keeps, at \base.
.macro context op, base
    .set    offset, 0
    .irp    r, ra, sp, gp, tp, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
    \op     \r, offset(\base)
    .set    offset, offset + 8
    .endr
.endm

# \op x1 to x30 in the struct trap at x31.
.macro registers op
    .set    n, 1
    .irp    r, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15, \
               x16, x17, x18, x19, x20, x21, x22, x23, x24, x25, x26, x27, x28, x29, x30
    \op     \r, TRAP_X(n)(x31)
    .set    n, n + 1
    .endr
.endm

.macro save_trap level, scratch, cause, epc, tval, status
    csrrw   x31, \scratch, x31
    registers sd
    csrrw   t0, \scratch, x31
    sd      t0, TRAP_X(31)(x31)
    li      t0, \level
    sd      t0, TRAP_LEVEL(x31)
    csrr    t0, \cause
    sd      t0, TRAP_CAUSE(x31)
    csrr    t0, \epc
    sd      t0, TRAP_EPC(x31)
    csrr    t0, \tval
    sd      t0, TRAP_TVAL(x31)
    csrr    t0, \status
    sd      t0, TRAP_STATUS(x31)
.endm

    .section .text.boot, "ax"
    .globl  _start
_start:
    la      sp, stack_end
    la      t0, machine_entry
    csrw    mtvec, t0
    la      t0, bss_start
    la      t1, bss_end
1:  sd      zero, (t0)
    addi    t0, t0, 8
    bltu    t0, t1, 1b
    call    main
1:  j       1b

    .text
    .globl  enter, guarded, machine_entry, supervisor_entry, supervisor_relay
enter:                              # a0 = struct trap: the registers to begin with; a1: by sret
1:  la      t0, run_context
    context sd, t0
    la      t1, active
    sd      t0, (t1)
    la      t0, machine_trap
    csrw    mscratch, t0
    la      t0, supervisor_trap
    csrw    sscratch, t0
2:  mv      x31, a0
    bnez    a1, 1f
    registers ld
    ld      x31, TRAP_X(31)(x31)
    mret
1:  registers ld
    ld      x31, TRAP_X(31)(x31)
    sret

guarded:                            # a0 = function, a1 = its argument
    la      t0, case_context
    context sd, t0
    la      t1, active
    sd      t0, (t1)
    la      t1, machine_trap
    csrw    mscratch, t1
    mv      t1, a0
    mv      a0, a1
    jalr    t1
    la      t0, case_context
    ld      ra, (t0)
    li      a0, 0
    ret

    .balign 4
machine_entry:
3:  save_trap LEVEL_M, mscratch, mcause, mepc, mtval, mstatus
    la      t1, active
    ld      t0, (t1)
    la      t2, case_context        # for whatever traps next
    sd      t2, (t1)
    context ld, t0
    li      a0, 1
    ret

    .balign 4
supervisor_entry:
4:  save_trap LEVEL_S, sscratch, scause, sepc, stval, sstatus
    ld      t0, TRAP_RELAY(x31)
    bnez    t0, 5f
supervisor_relay:
    ecall
5:  .word   0

    .bss
    .balign 16
stack:
    .skip   STACK_SIZE
stack_end:
    .globl  supervisor_trap, machine_trap
supervisor_trap:
    .skip   TRAP_SIZE
machine_trap:
    .skip   TRAP_SIZE
run_context:
    .skip   CONTEXT_SIZE
case_context:
    .skip   CONTEXT_SIZE
active:
    .skip   8
