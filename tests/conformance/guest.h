/*
 * The conformance suite: the board against QEMU, instruction by instruction.
 *
 * Small bare-metal programs find out facts about the hart and its devices (which trap, where, with
 * what value; what was loaded; which bits were set) and print them on the UART. The same ELF runs
 * on `courier run --headless` and on `qemu-system-riscv64 -M virt -cpu sifive-u54`; what the two
 * print must be equal to the byte.
 *
 *   guest.h, guest.c, entry.S   what every program is made of; this header says how to write a case
 *   GROUP.c                     one program: the cases of one subject
 *   gen.c, random.S             random programs over M, S and U mode, from a seed
 *   conformance.sh              runs all of it, and shows a difference as a diff
 */
#ifndef TESTS_CONFORMANCE_GUEST_H
#define TESTS_CONFORMANCE_GUEST_H

#endif
