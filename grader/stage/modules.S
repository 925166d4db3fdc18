# The boot modules of a stage: an actor in every slot, but for the student's module. The assembler finds them on its include
# path, the student's first. One row each in module_table: slot, start, end (kernel/module.c).

    .macro module slot, name
    .section .modules, "a"
    .balign 4096
1:  .incbin "\name\().mod"
2:
    .section .rodata
    .dword  \slot, 1b, 2b
    .endm

    .section .rodata
    .balign 8
    .globl module_table
module_table:
    module  1, rs
    module  2, pm
    module  3, fs
    module  4, tty
    module  5, blk
    module  6, kv
    .dword  0, 0, 0
