# A kernel in the manner of others for `virt`: machine mode opens the way, as firmware would, and
# never comes back. Assembled with the compressed extension.
.section .text.start
.globl _start
_start:
    la sp, stack_top
    mv s0, a1                   # the device tree
    li t0, -1                   # PMP: everything for everyone
    srli t0, t0, 10
    csrw pmpaddr0, t0
    li t0, 0x1f
    csrw pmpcfg0, t0
    li t0, 0xffff               # all exceptions and interrupts to the supervisor
    csrw medeleg, t0
    csrw mideleg, t0
    li t0, 1                    # Sstc: menvcfg.STCE
    slli t0, t0, 63
    csrw 0x30a, t0
    csrwi mcounteren, 2         # time
    li t0, 0x2800               # mstatus: MPP = supervisor, FS = initial
    csrw mstatus, t0
    la t0, supervisor
    csrw mepc, t0
    mret

supervisor:
    la t0, trap
    csrw stvec, t0
    mv a0, s0
    j kernel

.balign 4
trap:
    addi sp, sp, -144
    sd ra, 0(sp)
    sd t0, 8(sp)
    sd t1, 16(sp)
    sd t2, 24(sp)
    sd a0, 32(sp)
    sd a1, 40(sp)
    sd a2, 48(sp)
    sd a3, 56(sp)
    sd a4, 64(sp)
    sd a5, 72(sp)
    sd a6, 80(sp)
    sd a7, 88(sp)
    sd t3, 96(sp)
    sd t4, 104(sp)
    sd t5, 112(sp)
    sd t6, 120(sp)
    csrr a0, scause
    csrr a1, sepc
    call handle
    csrw sepc, a0
    ld ra, 0(sp)
    ld t0, 8(sp)
    ld t1, 16(sp)
    ld t2, 24(sp)
    ld a0, 32(sp)
    ld a1, 40(sp)
    ld a2, 48(sp)
    ld a3, 56(sp)
    ld a4, 64(sp)
    ld a5, 72(sp)
    ld a6, 80(sp)
    ld a7, 88(sp)
    ld t3, 96(sp)
    ld t4, 104(sp)
    ld t5, 112(sp)
    ld t6, 120(sp)
    addi sp, sp, 144
    sret
