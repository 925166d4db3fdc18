# An actor: it makes its buffer present, and then calls for ever. What it calls is put into its registers by the host, at the
# trap (grader/script.h); t3 says what it does between two calls (actor.h). It uses no register below x28, so
# that the host can fill them with words that must come back, and no memory but its buffer.

#include "grader/stage/actor.h"

    .section .text.start, "ax"
    .globl _start
_start:
    la      t4, actor_buffer
    li      t5, ACTOR_BUFFER + ACTOR_PAGES * 4096
    li      t6, 4096
1:  sd      zero, 0(t4)
    add     t4, t4, t6
    bne     t4, t5, 1b

    .globl actor_call
actor_call:
    ecall
next:
    beqz    t3, actor_call          # DO_CALL
    addi    t3, t3, -1
    beqz    t3, spin
    addi    t3, t3, -1
    beqz    t3, load8
    addi    t3, t3, -1
    beqz    t3, store8
    addi    t3, t3, -1
    beqz    t3, load64
    addi    t3, t3, -1
    beqz    t3, store64
    unimp                           # DO_CRASH

spin:
    addi    t4, t4, -1
    bnez    t4, spin
    j       actor_call
load8:
    lbu     t6, 0(t5)
    j       actor_call
store8:
    sb      t6, 0(t5)
    j       actor_call
load64:
    ld      t6, 0(t5)
    j       actor_call
store64:
    sd      t6, 0(t5)
    j       actor_call

    .bss
    .balign 4096
    .globl  actor_buffer
actor_buffer:                       # at ACTOR_BUFFER
    .skip   ACTOR_PAGES * 4096
