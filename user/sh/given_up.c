/*
 * What a shell does when a service that it lives on was given up (docs/recovery.md): it waits until an
 * operator starts it again; and when that is PM, so that no program can be started, it is itself the
 * operator's tool: `svc restart NAME`.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <courier/protocol/rs.h>
#include "sh.h"

bool is_given_up(unsigned slot)
{
    struct procinfo info;
    return k_info(slot, &info) == 0 && info.state == PROC_GIVEN_UP;
}

/* Not usleep(), which needs PM. */
void wait_for_service(void)
{
    struct message none = {0};
    ipc(IPC_RECEIVE | IPC_DEADLINE, EP_KERNEL, k_time() + TICKS_PER_SECOND / 5, &none);
}

int restart_service(char **argv)
{
    if (!argv[1] || strcmp(argv[1], "restart") != 0 || !argv[2] || argv[3]) {
        warnx("svc: PM is given up: only `svc restart NAME` works");
        return 1;
    }
    for (unsigned slot = EP_RS; slot < NSERVICES; slot++) {
        struct procinfo info;
        struct message m = {.type = RS_RESTART};
        if (k_info(slot, &info) < 0 || strcmp(info.name, argv[2]) != 0)
            continue;
        struct rs_kill *request = payload(&m);
        request->slot = slot;
        int64_t status = sendrec(EP_RS, &m);
        if (status == 0)
            status = m.status;
        if (status < 0)
            warnx("svc: %s: %s", argv[2], strerror((int)-status));
        return status < 0;
    }
    warnx("svc: %s: no such service", argv[2]);
    return 1;
}
