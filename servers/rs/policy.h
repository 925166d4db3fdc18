/* How RS treats each service: the table that an operator reads and may change. Times in ticks of
 * 100 ns. */
#ifndef SERVERS_RS_POLICY_H
#define SERVERS_RS_POLICY_H

#include <stdint.h>
#include <courier/syscall.h>

struct restart_policy {
    const char *name;
    uint64_t heartbeat; /* period of the pings; two unanswered ones are a hang */
    uint64_t stable;    /* who lives so long starts with a clean sheet */
    uint64_t back_off;  /* the second quick death waits so long, the next twice as long, ... */
    uint32_t give_up;   /* quick deaths in a row, after which it stays down */
};

#define SECONDS(s) ((uint64_t)((s)*TICKS_PER_SECOND))

/* By slot (courier/endpoint.h). */
static const struct restart_policy restart_policy[NSERVICES] = {
    [EP_RS] = {"rs", 0, 0, 0, 0}, /* the kernel starts RS again, at once */
    [EP_PM] = {"pm", SECONDS(0.5), SECONDS(0.05), SECONDS(0.01), 10},
    [EP_FS] = {"fs", SECONDS(0.5), SECONDS(0.05), SECONDS(0.01), 10},
    [EP_TTY] = {"tty", SECONDS(0.5), SECONDS(0.05), SECONDS(0.01), 10},
    [EP_BLK] = {"blk", SECONDS(0.5), SECONDS(0.05), SECONDS(0.01), 10},
};

#endif
