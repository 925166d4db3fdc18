# Power-on: the only code that runs in M-mode.
#
#   1. park every hart but the first
#   2. open all memory to S and U mode (PMP), so that page tables alone decide
#   3. delegate exceptions and supervisor interrupts to S-mode
#   4. take timer interrupts here: S-mode cannot have them, so they come to it as a software interrupt
#   5. go to kernel_main(device tree) in S-mode, paging off
#
# a0 = hart, a1 = device tree, as QEMU and the emulated board pass them.

#include "memlayout.h"

    .section .text.boot, "ax"
    .globl _start
_start:
1:  bnez    a0, park
2:  li      t0, -1
    csrw    pmpaddr0, t0            # the whole address space ...
    li      t0, 0x0f
    csrw    pmpcfg0, t0             # ... up to that address (TOR): read, write, execute
3:  li      t0, 0xb1ff              # exceptions 0 to 8, page faults 12, 13, 15
    csrw    medeleg, t0
    li      t0, 0x222               # supervisor software, timer, external
    csrw    mideleg, t0
4:  la      t0, machine_trap
    csrw    mtvec, t0
    la      t0, machine_save
    csrw    mscratch, t0
    li      t0, 0x80                # mie.MTIE
    csrw    mie, t0
    csrw    mcounteren, zero
    li      t0, 0x202               # sie.SSIE, sie.SEIE
    csrs    mie, t0
5:  li      t0, 0x1800              # mstatus.MPP = S
    csrc    mstatus, t0
    li      t0, 0x0800
    csrs    mstatus, t0
    la      t0, kernel_main
    csrw    mepc, t0
    la      sp, kernel_stack_top
    mv      a0, a1
    mret

park:
    wfi
    j       park

# The timer went off: silence it, and raise the supervisor's software interrupt.
# Nothing else comes here: an exception in M-mode is a bug in this file, and stops the board.
    .balign 4
machine_trap:
    csrrw   t0, mscratch, t0
    sd      t1, 0(t0)
    sd      t2, 8(t0)
    csrr    t1, mcause
    bgez    t1, machine_fault
    li      t1, CLINT_MTIMECMP
    li      t2, -1
    sd      t2, 0(t1)
    csrsi   mip, 2                  # mip.SSIP
    ld      t1, 0(t0)
    ld      t2, 8(t0)
    csrrw   t0, mscratch, t0
    mret

machine_fault:
    li      t1, FINISHER_BASE
    li      t2, 0xff3333            # fail with status 255
    sw      t2, 0(t1)
    j       machine_fault

    .bss
    .balign 16
machine_save:
    .skip   16
    .skip   8192
    .globl kernel_stack_top
kernel_stack_top:
