# The way in from user mode and the way back. sscratch holds the trap frame of the process that runs.
#
#   1. swap tp with sscratch: tp = frame
#   2. save what the process may use after the trap; a system call declares t3 to t6 lost: they come back with
#      what the process had in them at its last interrupt, nothing of the kernel's
#   3. save pc and the process's own tp
#   4. a system call: syscall_entry(frame, t0, t1, t2, a4 to a7 as they are); anything else: trap_entry(frame, scause, stval)
#   5. both return the frame of the process to run next; another process: its address space
#   6. restore everything, return
#
# The kernel runs on one stack, with interrupts off, and never traps: a trap from S-mode is a panic.

#include <courier/probe.h>

    .section .text
    .globl trap_vector
    .balign 4
trap_vector:                        # IPC 2/6, trap entry: the message is in a0 to a7
1:  csrrw   tp, sscratch, tp
2:  sd      ra, FRAME_X(1)(tp)
    sd      sp, FRAME_X(2)(tp)
    sd      gp, FRAME_X(3)(tp)
    sd      t0, FRAME_X(5)(tp)
    sd      t1, FRAME_X(6)(tp)
    sd      t2, FRAME_X(7)(tp)
    sd      s0, FRAME_X(8)(tp)
    sd      s1, FRAME_X(9)(tp)
    sd      a0, FRAME_X(10)(tp)
    sd      a1, FRAME_X(11)(tp)
    sd      a2, FRAME_X(12)(tp)
    sd      a3, FRAME_X(13)(tp)
    sd      a4, FRAME_X(14)(tp)
    sd      a5, FRAME_X(15)(tp)
    sd      a6, FRAME_X(16)(tp)
    sd      a7, FRAME_X(17)(tp)
    sd      s2, FRAME_X(18)(tp)
    sd      s3, FRAME_X(19)(tp)
    sd      s4, FRAME_X(20)(tp)
    sd      s5, FRAME_X(21)(tp)
    sd      s6, FRAME_X(22)(tp)
    sd      s7, FRAME_X(23)(tp)
    sd      s8, FRAME_X(24)(tp)
    sd      s9, FRAME_X(25)(tp)
    sd      s10, FRAME_X(26)(tp)
    sd      s11, FRAME_X(27)(tp)
    csrr    a1, scause
    csrr    a2, sepc
    csrr    a3, sscratch            # the process's tp
    la      sp, kernel_stack_top
    sd      a3, FRAME_X(4)(tp)
    addi    a1, a1, -8              # environment call from U-mode?
    bnez    a1, other

    addi    a2, a2, 4               # return behind the ecall
    sd      a2, FRAME_PC(tp)
    mv      a0, tp
    mv      a1, t0
    mv      a2, t1
    mv      a3, t2
    call    syscall_entry
    j       leave

other:
    sd      a2, FRAME_PC(tp)
    sd      t3, FRAME_X(28)(tp)
    sd      t4, FRAME_X(29)(tp)
    sd      t5, FRAME_X(30)(tp)
    sd      t6, FRAME_X(31)(tp)
    mv      a0, tp
    csrr    a1, scause
    csrr    a2, stval
    call    trap_entry
    j       enter                   # always: RS may have been started anew, in the same frame

leave:                              # a0 = the frame to go on with; tp = the frame we came with
5:  beq     a0, tp, 6f
    .globl enter
enter:                              # first entry: a0 = frame
    ld      t0, FRAME_SIZE(a0)      # struct process: satp follows the frame
    csrw    satp, t0
    csrw    sscratch, a0
    mv      tp, a0
    j       7f
6:  csrw    sscratch, tp
7:  ld      t0, FRAME_PC(tp)        # IPC 6/6, trap exit: the message is in a0 to a7
    csrw    sepc, t0
    ld      ra, FRAME_X(1)(tp)
    ld      sp, FRAME_X(2)(tp)
    ld      gp, FRAME_X(3)(tp)
    ld      t0, FRAME_X(5)(tp)
    ld      t1, FRAME_X(6)(tp)
    ld      t2, FRAME_X(7)(tp)
    ld      s0, FRAME_X(8)(tp)
    ld      s1, FRAME_X(9)(tp)
    ld      a0, FRAME_X(10)(tp)
    ld      a1, FRAME_X(11)(tp)
    ld      a2, FRAME_X(12)(tp)
    ld      a3, FRAME_X(13)(tp)
    ld      a4, FRAME_X(14)(tp)
    ld      a5, FRAME_X(15)(tp)
    ld      a6, FRAME_X(16)(tp)
    ld      a7, FRAME_X(17)(tp)
    ld      s2, FRAME_X(18)(tp)
    ld      s3, FRAME_X(19)(tp)
    ld      s4, FRAME_X(20)(tp)
    ld      s5, FRAME_X(21)(tp)
    ld      s6, FRAME_X(22)(tp)
    ld      s7, FRAME_X(23)(tp)
    ld      s8, FRAME_X(24)(tp)
    ld      s9, FRAME_X(25)(tp)
    ld      s10, FRAME_X(26)(tp)
    ld      s11, FRAME_X(27)(tp)
    ld      t3, FRAME_X(28)(tp)
    ld      t4, FRAME_X(29)(tp)
    ld      t5, FRAME_X(30)(tp)
    ld      t6, FRAME_X(31)(tp)
    ld      tp, FRAME_X(4)(tp)
    sret
