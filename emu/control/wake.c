/*
 * A program that waits does not enter user mode before its wait is over, which may be never. Only a
 * call can end it: PM's K_INTERRUPT or, if a service has its request already, a reply from there. So
 * these two are made to make that call, before one of their own: their replyrec is kept, changed into
 * it, and put back at its return. At that moment a server has finished what it was doing.
 *
 * Each service makes a replyrec with every heartbeat at least.
 */
#include <string.h>
#include <courier/errno.h>
#include "emu/control/tamper.h"
#include "emu/control/wake.h"

void wake(struct fault *f, struct fault_process *p)
{
    f->sleepers += !p->asleep;
    p->asleep = true;
    p->interrupted = false;
    p->waker = EP_PM;
}

void wake_not(struct fault *f, struct fault_process *p)
{
    f->sleepers -= p->asleep;
    p->asleep = false;
}

static struct fault_process *sleeper_of(struct fault *f, endpoint_t waker)
{
    for (unsigned slot = NSERVICES; slot < NSLOTS; slot++)
        if (f->process[slot].asleep && f->process[slot].waker == waker)
            return &f->process[slot];
    return NULL;
}

static void make_interrupt(const struct fault_process *sleeper, struct board_crossing *c)
{
    c->x[X_T0] = K_INTERRUPT;
    c->x[X_A0] = sleeper->endpoint;
    c->changed = true;
}

/* Its request is answered with EINTR. */
static void make_reply(const struct fault_process *sleeper, struct board_crossing *c)
{
    struct message m = {.type = sleeper->request | MSG_REPLY, .status = -EINTR};
    c->x[X_T0] = IPC_SEND | IPC_NONBLOCK;
    c->x[X_T1] = sleeper->endpoint;
    memcpy(&c->x[X_MESSAGE], &m, sizeof m);
    c->changed = true;
}

bool wake_call(struct fault *f, struct fault_process *p, struct board_crossing *c)
{
    struct fault_process *sleeper = sleeper_of(f, p->endpoint);
    if (!sleeper || p->call.phase != PHASE_NONE || c->x[X_T0] != IPC_REPLYREC)
        return false;
    tamper_keep(p, c);
    p->call.phase = PHASE_WAKING;
    p->waking = sleeper->endpoint;
    if (sleeper->interrupted)
        make_reply(sleeper, c);
    else
        make_interrupt(sleeper, c);
    return true;
}

void wake_return(struct fault *f, struct fault_process *p, struct board_crossing *c)
{
    struct fault_process *sleeper = &f->process[EP_SLOT(p->waking)];
    bool busy = (int64_t)c->x[X_T0] == -EBUSY;
    if (sleeper->asleep && sleeper->endpoint == p->waking) {
        if (busy && !sleeper->interrupted) {
            sleeper->interrupted = true;
            sleeper->waker = (endpoint_t)c->x[X_A0];
        } else {
            wake_not(f, sleeper);
        }
    }
    p->call.phase = PHASE_NONE;
    tamper_put_back(p, c);
}
