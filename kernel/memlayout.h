/*
 * The kernel's address map: every address is physical and mapped to itself, for the supervisor
 * alone.
 *
 *   0x0010_0000  test finisher: powers the board off
 *   0x0200_0000  CLINT: mtime, mtimecmp
 *   0x0c00_0000  PLIC: external interrupts
 *   0x1000_0000  UART 0: belongs to TTY; the kernel writes to it only in a panic
 *   0x1000_1000  virtio-mmio, 8 slots: belong to BLK
 *   0x8000_0000  RAM: the kernel image, with the boot modules inside it, then free pages
 *
 * These are the addresses of QEMU's `virt` machine (hw/riscv/virt.c). Processes live between
 * 0x4000_0000 and 0x8000_0000: <courier/syscall.h> draws that part.
 */
#ifndef KERNEL_MEMLAYOUT_H
#define KERNEL_MEMLAYOUT_H

#define FINISHER_BASE  0x00100000
#define CLINT_BASE     0x02000000
#define CLINT_MTIMECMP (CLINT_BASE + 0x4000) /* of hart 0 */
#define CLINT_MTIME    (CLINT_BASE + 0xbff8)
#define PLIC_BASE      0x0c000000
#define PLIC_SIZE      0x00400000
#define UART_BASE      0x10000000
#define RAM_BASE       0x80000000

#define MEGAPAGE 0x200000ul /* a page of the middle level */

#endif
