/*
 * The physical address map, that of QEMU's `virt` machine.
 *
 *   0x8000_0000  RAM, --memory MiB
 *   0x1000_1000  virtio-mmio slots 0 to 7, one page each, IRQ 1 to 8
 *   0x1000_0000  UART 16550A, IRQ 10
 *   0x0c00_0000  PLIC
 *   0x0200_0000  CLINT
 *   0x0010_1000  goldfish real-time clock, IRQ 11
 *   0x0010_0000  test finisher
 *
 * Everything else raises an access fault.
 */
#ifndef EMU_BOARD_MAP_H
#define EMU_BOARD_MAP_H

#define FINISHER_BASE 0x00100000u
#define FINISHER_SIZE 0x1000u

#define RTC_BASE 0x00101000u
#define RTC_SIZE 0x1000u
#define RTC_IRQ  11u

#define CLINT_BASE 0x02000000u
#define CLINT_SIZE 0x10000u
#define CLINT_HZ   10000000u

#define PLIC_BASE 0x0c000000u
#define PLIC_SIZE 0x600000u

#define UART_BASE 0x10000000u
#define UART_SIZE 0x1000u
#define UART_HZ   3686400u
#define UART_IRQ  10u

#define VIRTIO_BASE  0x10001000u
#define VIRTIO_SIZE  0x1000u
#define VIRTIO_SLOTS 8u
#define VIRTIO_IRQ   1u /* of slot 0 */

#define RAM_BASE 0x80000000u

#endif
