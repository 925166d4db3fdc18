# How a server waits: so that nothing which flips meanwhile, in its registers or on its stack, goes into what it does next.
#
#   serve        Between two requests nothing that counts is in a register or on the stack. After each receive the loop
#                makes sp and gp anew, and takes only the message, if the kernel's check word fits it.
#   ipc_sealed   In the middle of a request a server that asks another one has much on its stack. All registers that it
#                needs go there too; then the stack is sealed: xored, from sp to its top. The reply is taken if the seal is
#                unbroken, and what the registers held comes back from the stack.
#
# A server that finds a broken seal dies: the next incarnation begins the request again.

#include <courier/syscall.h>

#define MESSAGE_BYTES 64
#define FRAME_BYTES   112

    .section .text
    .option norelax                 # gp is not believed

    .macro  check_word to           # 0 if t1 is what the kernel computed of a0 to a7
    xor     \to, t1, a0
    xor     \to, \to, a1
    xor     \to, \to, a2
    xor     \to, \to, a3
    xor     \to, \to, a4
    xor     \to, \to, a5
    xor     \to, \to, a6
    xor     \to, \to, a7
    .endm

    .macro  store_message at
    sd      a0, 0(\at)
    sd      a1, 8(\at)
    sd      a2, 16(\at)
    sd      a3, 24(\at)
    sd      a4, 32(\at)
    sd      a5, 40(\at)
    sd      a6, 48(\at)
    sd      a7, 56(\at)
    .endm

    .macro  load_message at
    ld      a7, 56(\at)
    ld      a6, 48(\at)
    ld      a5, 40(\at)
    ld      a4, 32(\at)
    ld      a3, 24(\at)
    ld      a2, 16(\at)
    ld      a1, 8(\at)
    ld      a0, 0(\at)
    .endm

    .macro  keep instruction        # with what the caller of ipc_sealed expects to find again
    \instruction ra, 0(sp)
    \instruction s0, 8(sp)
    \instruction s1, 16(sp)
    \instruction s2, 24(sp)
    \instruction s3, 32(sp)
    \instruction s4, 40(sp)
    \instruction s5, 48(sp)
    \instruction s6, 56(sp)
    \instruction s7, 64(sp)
    \instruction s8, 72(sp)
    \instruction s9, 80(sp)
    \instruction s10, 88(sp)
    \instruction s11, 96(sp)
    .endm

# _Noreturn void serve(void)
    .globl  serve
serve:
    li      sp, USER_STACK_TOP - MESSAGE_BYTES
    li      t1, 0x1fe               # EP_NONE: nobody is answered
1:  li      t0, IPC_REPLYREC
    load_message sp
    ecall
    la      gp, __global_pointer$
    li      sp, USER_STACK_TOP - MESSAGE_BYTES
    check_word t2
    or      t2, t2, t0              # a receive from anyone does not fail
    bnez    t2, broken
    store_message sp
    mv      a0, sp
    call    service_handle          # it returns whom to answer
    mv      t1, a0
    j       1b

# Seals what is between sp and the top of the stack, a multiple of 16 bytes, in \to. Uses t3 to t6.
    .macro  seal to
    li      t6, USER_STACK_TOP
    mv      t3, sp
    mv      \to, sp
    andi    t4, sp, 16
    beqz    t4, 2f
    ld      t4, 0(t3)
    ld      t5, 8(t3)
    xor     \to, \to, t4
    xor     \to, \to, t5
    addi    t3, t3, 16
    beq     t3, t6, 3f
2:  ld      t4, 0(t3)
    ld      t5, 8(t3)
    xor     \to, \to, t4
    xor     \to, \to, t5
    ld      t4, 16(t3)
    ld      t5, 24(t3)
    xor     \to, \to, t4
    xor     \to, \to, t5
    addi    t3, t3, 32
    bne     t3, t6, 2b
3:
    .endm

# int64_t ipc_sealed(uint64_t call, endpoint_t peer, uint64_t deadline, struct message *m)
    .globl  ipc_sealed
ipc_sealed:
    addi    sp, sp, -FRAME_BYTES
    keep    sd
    sd      a3, 104(sp)
    mv      t0, a0
    mv      t1, a1
    mv      t2, a2
    mv      s1, sp
    seal    s0
    mv      t3, a3
    load_message t3
    ecall
    la      gp, __global_pointer$
    bne     s1, sp, broken
    seal    s2
    bne     s0, s2, broken
    beqz    t0, 4f
    bne     t0, t1, broken          # an error comes twice
    j       5f
4:  check_word t2
    bnez    t2, broken
    ld      t3, 104(sp)
    store_message t3
5:  mv      a0, t0
    keep    ld
    addi    sp, sp, FRAME_BYTES
    ret

broken:
    la      a0, epitaph
    call    service_panic

    .section .rodata
epitaph:
    .asciz  "a register or the stack is not as the kernel or this server left it"
