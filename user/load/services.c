/* What RS says about the services. Which of them dies just now, nobody here can know. */
#include <sys/ipc.h>
#include <courier/protocol/rs.h>
#include "load.h"

const char *job_services(unsigned round)
{
    (void)round;
    for (unsigned slot = EP_RS; slot <= EP_BLK; slot++) {
        struct message m = {.type = RS_STATUS};
        struct rs_status *request = payload(&m);
        const struct rs_status_reply *reply = payload(&m);
        request->slot = slot;
        if (sendrec(EP_RS, &m) < 0 || m.type != (RS_STATUS | MSG_REPLY) || reply->status < 0)
            return "the status of a service";
        if (reply->restarts + 1 != reply->incarnation)
            return "the number of restarts";
        if (reply->state == PROC_FREE || reply->state == PROC_GIVEN_UP)
            return "a service that is no more";
    }
    return NULL;
}
