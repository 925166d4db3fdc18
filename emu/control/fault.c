/*
 * Who is at the border, and what shall happen to him: killed, hung, a bit flipped. The deeds on
 * messages are in tamper.c.
 */
#include <string.h>
#include "emu/control/fault.h"
#include "emu/control/restart.h"
#include "emu/control/tamper.h"
#include "emu/control/wake.h"

#define CAUSE_ECALL 8u

/* ---- who is who ------------------------------------------------------------------------------ */

static struct fault_process *find(struct fault *f, endpoint_t ep)
{
    unsigned slot = EP_SLOT(ep);
    struct fault_process *p = slot < NSLOTS ? &f->process[slot] : NULL;
    return p && p->known && p->endpoint == ep ? p : NULL;
}

/* What was to be done to it is done, or void. */
static void let_go(struct fault *f, struct fault_process *p)
{
    p->doomed = p->hung = p->flip = false;
    p->call.phase = PHASE_NONE;
    wake_not(f, p);
}

/* A process begins anew, or ends: nothing of what was known holds. */
static void renew(struct fault *f, endpoint_t ep, bool lives)
{
    unsigned slot = EP_SLOT(ep);
    if (slot >= NSLOTS)
        return;
    struct fault_process *p = &f->process[slot];
    let_go(f, p);
    p->satp = 0;
    p->endpoint = ep;
    p->known = lives;
}

static void runs(struct fault *f, endpoint_t ep)
{
    f->running = ep;
    if (!find(f, ep))
        renew(f, ep, true);
}

static void on_event(struct sink *self, const struct event *e)
{
    struct fault *f = (struct fault *)self;
    switch (e->kind) {
    case EVENT_CALL:
        runs(f, e->who);
        if (EP_SLOT(e->who) < NSLOTS)
            f->process[EP_SLOT(e->who)].request = e->message.type;
        break;
    case EVENT_SWITCH:
        runs(f, e->who);
        break;
    case EVENT_EXEC:
        renew(f, e->who, true);
        if (e->who == EP_RS) /* the kernel starts it, and nobody else */
            f->running = EP_RS;
        break;
    case EVENT_RESTART:
        if (e->who == EP_RS && e->incarnation == 1) { /* the board was reset */
            memset(f->process, 0, sizeof f->process);
            f->sleepers = 0;
            f->restarts = 0;
        }
        restart_done(f, e->who);
        renew(f, e->who, true);
        break;
    case EVENT_SPAWN:
        renew(f, e->who, true);
        break;
    default:
        renew(f, e->who, false);
        break;
    }
}

void fault_init(struct fault *f, struct board *board)
{
    *f = (struct fault){.board = board, .running = EP_RS};
    f->sink.kinds = EVENT_BIT(EVENT_CALL) | EVENT_BIT(EVENT_SWITCH) | EVENT_BIT(EVENT_SPAWN) |
                    EVENT_BIT(EVENT_EXEC) | EVENT_BIT(EVENT_EXIT) | EVENT_BIT(EVENT_CRASH) |
                    EVENT_BIT(EVENT_RESTART);
    f->sink.event = on_event;
}

/* ---- at the border --------------------------------------------------------------------------- */

static void acted(struct fault *f, enum fault_deed deed, const struct fault_process *p)
{
    if (f->acted)
        f->acted(f->acted_arg, deed, p->endpoint, NULL);
}

/* A call that comes back at once and has no effect. */
static void make_idle_call(struct board_crossing *c)
{
    c->x[X_T0] = K_TIME;
    c->changed = true;
}

static void on_call(struct fault *f, struct fault_process *p, struct board_crossing *c)
{
    if (p->doomed) {
        make_idle_call(c);
    } else if (p->hung) {
        tamper_keep(p, c);
        if (p->endpoint == EP_RS)
            make_idle_call(c);
        else
            tamper_wait(p, c, 0);
    } else if (!f->sleepers || !wake_call(f, p, c)) {
        tamper_call(f, p, c);
    }
}

static void flip(struct fault *f, struct fault_process *p, struct board_crossing *c)
{
    uint64_t *word = p->flip_register == 0 ? &c->pc : &c->x[p->flip_register];
    *word ^= UINT64_C(1) << p->flip_bit;
    c->changed = true;
    p->flip = false;
    acted(f, FAULT_FLIP, p);
}

static void on_return(struct fault *f, struct fault_process *p, struct board_crossing *c)
{
    if (p->doomed) {
        let_go(f, p);
        c->pc = KILLED_PC;
        c->changed = true;
        acted(f, FAULT_KILL, p);
        return;
    }
    if (p->hung && p->call.pc)
        tamper_put_back(p, c);
    else if (p->call.phase == PHASE_WAKING)
        wake_return(f, p, c);
    else
        tamper_return(p, c);
    if (p->flip)
        flip(f, p, c);
}

void fault_crossing(void *fault, struct board_crossing *c)
{
    struct fault *f = fault;
    struct fault_process *p = find(f, f->running);
    if (!p)
        return;
    p->satp = c->satp;
    if (f->restarts && p->endpoint == EP_RS && restart_crossing(f, c))
        return;
    if (!f->waiting && !f->sleepers && !p->doomed && !p->hung && !p->flip && !p->call.phase)
        return;
    if (!c->entering)
        on_return(f, p, c);
    else if (c->cause == CAUSE_ECALL)
        on_call(f, p, c);
}

/* ---- what the operator wants ----------------------------------------------------------------- */

bool fault_kill(struct fault *f, endpoint_t ep)
{
    struct fault_process *p = find(f, ep);
    if (!p)
        return false;
    p->doomed = true;
    if (EP_SLOT(ep) >= NSERVICES)
        wake(f, p);
    return true;
}

bool fault_restart(struct fault *f, endpoint_t ep)
{
    if (ep < EP_RS || ep >= NSERVICES)
        return false;
    if (find(f, ep))
        return fault_kill(f, ep);
    return restart_ask(f, ep);
}

bool fault_hang(struct fault *f, endpoint_t ep)
{
    struct fault_process *p = find(f, ep);
    if (!p || p->hung)
        return p;
    p->hung = true;
    if (!p->call.phase)
        p->call.pc = 0; /* else it is in a call that may be put back */
    return true;
}

bool fault_flip_register(struct fault *f, endpoint_t ep, unsigned reg, unsigned bit)
{
    struct fault_process *p = find(f, ep);
    if (!p || reg > 31 || bit > 63)
        return false;
    p->flip = true;
    p->flip_register = (uint8_t)reg;
    p->flip_bit = (uint8_t)bit;
    return true;
}

bool fault_flip_memory(struct fault *f, endpoint_t ep, uint64_t address, unsigned bit)
{
    struct fault_process *p = find(f, ep);
    uint64_t pa;
    uint8_t byte;
    if (!p || !p->satp || bit > 7 || address >= USER_END ||
        !board_translate(f->board, p->satp, address, &pa) || !board_read(f->board, pa, &byte, 1))
        return false;
    byte ^= (uint8_t)(1u << bit);
    return board_write(f->board, pa, &byte, 1);
}
