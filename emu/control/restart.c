/*
 * Nobody can be killed who is dead, and without TTY or FS nobody can type `svc restart`. So RS is asked in the name of the kernel: an alarm
 * that it has just received becomes the request RS_RESTART. RS does what it does for svc, looks at all that is due, as after an alarm, and sets the
 * next one; its reply finds nobody.
 */
#include <string.h>
#include <courier/protocol/rs.h>
#include "emu/control/restart.h"
#include "emu/control/tamper.h"

#define ECALL_BYTES 4

bool restart_ask(struct fault *f, endpoint_t service)
{
    if (f->process[service].endpoint != service) /* it has never lived */
        return false;
    f->restarts |= 1u << service;
    return true;
}

void restart_done(struct fault *f, endpoint_t service)
{
    if (service < NSERVICES)
        f->restarts &= ~(1u << service);
}

/* Does RS come back from a receive with an alarm, and nothing else? A crash that is reported with it may not get lost. */
static bool has_alarm(const struct fault *f, const struct board_crossing *c)
{
    struct message m;
    const struct notification *n = payload(&m);
    memcpy(&m, &c->x[X_MESSAGE], sizeof m);
    return c->pc == f->rs_call + ECALL_BYTES && c->x[X_T0] == 0 && m.source == EP_KERNEL &&
           m.type == MSG_NOTIFY && n->events == NOTIFY_TIMER;
}

bool restart_crossing(struct fault *f, struct board_crossing *c)
{
    if (c->entering) {
        f->rs_call = c->pc;
        return false;
    }
    if (!has_alarm(f, c))
        return false;
    endpoint_t service = 0;
    while (!(f->restarts >> service & 1))
        service++;
    f->restarts &= ~(1u << service);
    struct message m = {.source = EP_KERNEL, .type = RS_RESTART};
    struct rs_restart *request = payload(&m);
    request->slot = EP_SLOT(service);
    memcpy(&c->x[X_MESSAGE], &m, sizeof m);
    c->x[X_T1] = 0; /* the check word (servers/lib/seal.S) */
    for (unsigned i = 0; i < MSG_WORDS; i++)
        c->x[X_T1] ^= c->x[X_MESSAGE + i];
    c->changed = true;
    if (f->acted)
        f->acted(f->acted_arg, FAULT_RESTART, service, NULL);
    return true;
}
