# Where a program begins: a0 = argc, a1 = argv, sp = top of the stack, aligned to 16 bytes.
    .section .text.start, "ax"
    .globl _start
_start:
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    call program_start          # process.c: calls main, then exit
    unimp
