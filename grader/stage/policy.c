/*
 * Who may do what on the stage: everybody everything, so that no rule but the lab's own decides; only who is in BLK's slot may not
 * send to programs. All have one priority and
 * a quantum of one clock tick, so that whoever spins costs little; the manager is in slot 2, where PM is elsewhere. KV has its
 * real rights (servers/kv/install): with more it could keep its state where it should not.
 */
#include "kernel/kernel.h"

#define ALL_SLOTS ((2u << TO_USERS) - 1)
#define ALL_IPC                                                                                    \
    (1u << IPC_SEND | 1u << IPC_RECEIVE | 1u << IPC_SENDREC | 1u << IPC_NOTIFY | 1u << IPC_REPLYREC)
#define K(number) (1ull << ((number)-K_TIME))
#define MANAGERS  (~(K(K_CREATE) - 1)) /* K_CREATE and all above */
#define KV_CALLS                                                                                   \
    (K(K_TIME) | K(K_SELF) | K(K_GRANT) | K(K_REVOKE) | K(K_COPY) | K(K_ALARM) | K(K_INFO) |       \
     K(K_REGION))
#define UART_BYTES PAGE_SIZE
#define ALL_IRQS   (~1ull)

#define ROW(title, more, whom)                                                                     \
    {                                                                                              \
        .name = title, .priority = 6, .quantum = 1, .calls = ALL_IPC, .sends = (whom),             \
        .kcalls = (K(K_CREATE) - 1) | (more), .manages = (more) ? ALL_SLOTS : 0, .irqs = ALL_IRQS, \
        .device = {                                                                                \
            UART_BASE,                                                                             \
            UART_BYTES                                                                             \
        }                                                                                          \
    }

const struct policy policies[NSERVICES + 1] = {
    [EP_KERNEL] = ROW("kernel", 0, ALL_SLOTS),
    [EP_RS] = ROW("rs", MANAGERS, ALL_SLOTS),
    [EP_PM] = ROW("pm", MANAGERS, ALL_SLOTS),
    [EP_FS] = ROW("fs", 0, ALL_SLOTS),
    [EP_TTY] = ROW("tty", 0, ALL_SLOTS),
    [EP_BLK] = ROW("blk", 0, ALL_SLOTS & ~(1u << TO_USERS)),
    [6] = {.name = "kv",
           .priority = 6,
           .quantum = 1,
           .calls = ALL_IPC,
           .sends = 1u << EP_RS | 1u << TO_USERS,
           .kcalls = KV_CALLS},
    [7 ... 15] = ROW("spare", 0, ALL_SLOTS),
    [TO_USERS] = ROW("user", 0, ALL_SLOTS),
};
