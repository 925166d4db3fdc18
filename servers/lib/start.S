# Where a service begins. Its main never returns; if it does, that is a crash, and RS takes over.
    .section .text.start, "ax"
    .globl _start
_start:
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    call main
    unimp
