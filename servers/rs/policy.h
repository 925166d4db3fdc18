/*
 * How RS treats each service: the table that an operator reads and may change. Times in ticks of 100 ns.
 *
 * A death is quick if the service died of itself so young, or before it had sent a message, or hung before it answered a heartbeat.
 * After the first one it is started again at once, like after any death; after the second it waits `back_off`, then twice as long,
 * and so on; after `give_up` of them in a row it stays down until an operator starts it (`svc restart`). A request that killed it three
 * times is refused: then that was to blame, and counting begins anew.
 */
#ifndef SERVERS_RS_POLICY_H
#define SERVERS_RS_POLICY_H

#include <stdint.h>
#include <courier/syscall.h>

struct restart_policy {
    const char *name;
    uint32_t needs;     /* whom it asks (bit: slot): they are started before it */
    uint64_t heartbeat; /* period of the pings; who leaves MISSED_PINGS of them unanswered hangs */
    uint64_t young;     /* who dies of itself younger than this dies quickly; */
    uint64_t
        useless; /* ... and so does who lived no longer than this, and has not sent a message */
    uint64_t back_off;
    uint32_t give_up;
};

#define MISSED_PINGS 2
#define SECONDS(s)   ((uint64_t)((s)*TICKS_PER_SECOND))
#define ON(slot)     (1u << (slot))

/* By slot (courier/endpoint.h). RS is the kernel's: kernel/process.c watches it, starts it again, and gives it up. */
/* clang-format off */
static const struct restart_policy restart_policy[NSERVICES] = {
    /*          name   needs                    heartbeat     young           useless        back-off       give up */
    [EP_RS]  = {"rs",  0,                       0,            0,              0,             0,             0},
    [EP_PM]  = {"pm",  ON(EP_FS) | ON(EP_TTY),  SECONDS(0.2), SECONDS(0.001), SECONDS(0.05), SECONDS(0.01), 10},
    [EP_FS]  = {"fs",  ON(EP_TTY) | ON(EP_BLK), SECONDS(0.2), SECONDS(0.001), SECONDS(0.05), SECONDS(0.01), 10},
    [EP_TTY] = {"tty", 0,                       SECONDS(0.2), SECONDS(0.001), SECONDS(0.05), SECONDS(0.01), 10},
    [EP_BLK] = {"blk", 0,                       SECONDS(0.2), SECONDS(0.001), SECONDS(0.05), SECONDS(0.01), 10},
};
/* clang-format on */

#endif
