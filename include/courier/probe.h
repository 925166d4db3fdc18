/*
 * Probes: where the kernel lets itself be watched.
 *
 * PROBE("name a=%0 b=%1", x, y) compiles to one no-op, at an address that a row of the section
 * .courier.probes names together with the registers that hold the operands at that moment. The
 * section is not loaded: the guest never sees it, and executes the same instructions whether anyone
 * watches or not. The emulator reads the rows and hooks the addresses (emu/trace/probes.c); on QEMU
 * a probe is the no-op that it looks like.
 *
 * A row: address of the no-op (8 bytes), then NUL-terminated text such as "deliver src=a0 dst=s1
 * frame=a5", padded with zeros to a multiple of 8 bytes.
 *
 * The probes, and their operands (endpoints, unless said otherwise):
 *
 *   call     caller, call (t0: number and flags), peer, frame   an IPC or kernel call was made
 *   block    caller, state (enum procstate), peer               the caller waits
 *   deliver  src, dst, frame                                    dst's registers hold the message
 *   wake     who, status                                        a waiting process goes on
 *   fail     caller, call, peer, status                         the call returns an error
 *   notify   src, dst, events                                   a notification bit was set
 *   irq      irq, dst                                           an interrupt became a notification
 *   switch   from, to                                           another process runs now
 *   copy     caller, granter, bytes, access                     a safecopy was done
 *   spawn    who, parent, name (address of 16 bytes)            a process exists
 *   exec     who, name                                          it has another program
 *   exit     who                                                a process is gone
 *   crash    who, cause, pc, addr                               a process was ended by a fault (scause), or CAUSE_...
 *   restart  who, incarnation                                   a service's next incarnation starts
 *
 * `frame` is the address of a trap frame (below), identity-mapped. Endpoints are 32 bits; what a register
 * holds above them is not defined.
 */
#ifndef COURIER_PROBE_H
#define COURIER_PROBE_H

/* Causes of a crash that are no scause: its manager ended it, or its pc was KILLED_PC; it hung, as RS or, of RS itself, the kernel saw; its manager has
 * given it up, and whoever asks it gets EDEADSRCDST. */
#define CAUSE_KILLED   (~0ull)
#define CAUSE_HUNG     (~1ull)
#define CAUSE_GIVEN_UP (~2ull)

/* The trap frame: pc, x1 to x31, in this order, 8 bytes each. The message is x10 to x17. */
#define FRAME_PC      0
#define FRAME_X(n)    (8 * (n))
#define FRAME_MESSAGE FRAME_X(10)
#define FRAME_SIZE    256

/* At this distance from the frame, in the process that it belongs to: whom that may send to, 32 bits. Bit s stands for the
 * service in slot s, bit NSERVICES for all ordinary processes. */
#define FRAME_SENDS 392

#ifndef __ASSEMBLER__
#define PROBE_(text, ...)                                                                          \
    __asm__ volatile("1: nop\n"                                                                    \
                     ".pushsection .courier.probes,\"\",@progbits\n"                               \
                     ".balign 8\n .dword 1b\n .asciz \"" text "\"\n .balign 8\n"                   \
                     ".popsection" ::__VA_ARGS__)
#define PROBE1(text, a)          PROBE_(text, "r"(a))
#define PROBE2(text, a, b)       PROBE_(text, "r"(a), "r"(b))
#define PROBE3(text, a, b, c)    PROBE_(text, "r"(a), "r"(b), "r"(c))
#define PROBE4(text, a, b, c, d) PROBE_(text, "r"(a), "r"(b), "r"(c), "r"(d))
#endif

#endif
