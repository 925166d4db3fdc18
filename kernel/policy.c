/*
 * Who may do what: the one table of rights. A row a service, the last for all ordinary processes.
 *
 * Requests flow down: RS > PM > FS > TTY, BLK. Upwards there are only replies and notifications. A
 * server may send to whom it serves, because a reply is a send; that it does not send requests up
 * is its own design.
 */
#include "kernel.h"

#define TO(ep)    (1u << (ep))
#define USERS     (1u << TO_USERS)
#define K(number) (1ull << ((number)-K_TIME))

#define ALL_IPC                                                                                    \
    (1u << IPC_SEND | 1u << IPC_RECEIVE | 1u << IPC_SENDREC | 1u << IPC_NOTIFY | 1u << IPC_REPLYREC)
#define EVERYONE                                                                                   \
    (K(K_TIME) | K(K_SELF) | K(K_GRANT) | K(K_REVOKE) | K(K_COPY) | K(K_ALARM) | K(K_INFO))
#define SERVICE (EVERYONE | K(K_REGION))
#define DRIVER  (SERVICE | K(K_IRQ) | K(K_MAP_DEV))
#define MANAGER (SERVICE | K(K_CREATE) | K(K_EXEC) | K(K_KILL) | K(K_CRASHED) | K(K_POWER))

#define IRQ(n)      (1ull << (n))
#define UART_IRQ    10
#define VIRTIO_IRQS 0x1feull /* 1 to 8 */

#define RTC_BASE    0x00101000ul /* goldfish RTC */
#define VIRTIO_BASE 0x10001000ul

const struct policy policies[NSERVICES + 1] = {
    [EP_RS] = {.name = "rs",
               .priority = 0,
               .quantum = 5,
               .calls = ALL_IPC,
               .sends = TO(EP_PM) | TO(EP_FS) | TO(EP_TTY) | TO(EP_BLK) | USERS,
               .kcalls = MANAGER | K(K_LOAD),
               .manages = (TO(NSERVICES) - 1) & ~TO(EP_KERNEL) & ~TO(EP_RS)},
    [EP_PM] = {.name = "pm",
               .priority = 3,
               .quantum = 5,
               .calls = ALL_IPC,
               .sends = TO(EP_RS) | TO(EP_FS) | TO(EP_TTY) | USERS,
               .kcalls = MANAGER | K(K_FORK) | K(K_MAP) | K(K_UNMAP) | K(K_MEMORY) | K(K_REGS) |
                         K(K_INTERRUPT) | K(K_MAP_DEV),
               .manages = USERS,
               .device = {RTC_BASE, PAGE_SIZE}},
    [EP_FS] = {.name = "fs",
               .priority = 4,
               .quantum = 5,
               .calls = ALL_IPC,
               .sends = TO(EP_RS) | TO(EP_PM) | TO(EP_TTY) | TO(EP_BLK) | USERS,
               .kcalls = SERVICE | K(K_MAP_DEV),
               .device = {RTC_BASE, PAGE_SIZE}},
    [EP_TTY] = {.name = "tty",
                .priority = 2,
                .quantum = 5,
                .calls = ALL_IPC,
                .sends = TO(EP_RS) | TO(EP_PM) | TO(EP_FS),
                .kcalls = DRIVER,
                .irqs = IRQ(UART_IRQ),
                .device = {UART_BASE, PAGE_SIZE}},
    [EP_BLK] = {.name = "blk",
                .priority = 2,
                .quantum = 5,
                .calls = ALL_IPC,
                .sends = TO(EP_RS) | TO(EP_FS),
                .kcalls = DRIVER | K(K_DMA),
                .irqs = VIRTIO_IRQS,
                .device = {VIRTIO_BASE, 8 * PAGE_SIZE}},
    [TO_USERS] = {.name = "user",
                  .priority = 6,
                  .quantum = 5,
                  .calls = ALL_IPC,
                  .sends = TO(EP_RS) | TO(EP_PM) | TO(EP_FS) | USERS,
                  .kcalls = EVERYONE},
};
