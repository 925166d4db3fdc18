/*
 * Dropped, delayed, repeated and corrupted messages.
 *
 * A call is changed on its way into the kernel, into another one that the kernel knows as well. If
 * it shall be made after all, or again, it is put back on the way out: the registers that it was
 * made with, and the pc of the ecall. Between the two the process never is in user mode, so it
 * cannot notice.
 */
#include <string.h>
#include <courier/errno.h>
#include "emu/control/tamper.h"

#define CLOCKS_PER_TICK (BOARD_CLOCK_HZ / TICKS_PER_SECOND)
#define ECALL_BYTES     4u
#define PAYLOAD_BITS    (64u * MSG_PAYLOAD_WORDS)

void tamper_keep(struct fault_process *p, const struct board_crossing *c)
{
    p->call.pc = c->pc;
    memcpy(p->call.x, c->x, sizeof p->call.x);
}

void tamper_put_back(const struct fault_process *p, struct board_crossing *c)
{
    c->pc = p->call.pc;
    memcpy(c->x, p->call.x, sizeof c->x);
    c->changed = true;
}

/* Someone who never sends to this process on his own: drivers only answer, apart from RS's heartbeat.
 * Init has nothing to say to RS. */
static endpoint_t silent_partner(endpoint_t ep)
{
    if (ep == EP_RS)
        return EP_MAKE(1, NSERVICES);
    return ep == EP_BLK ? EP_TTY : EP_BLK;
}

void tamper_wait(const struct fault_process *p, struct board_crossing *c, uint64_t deadline)
{
    c->x[X_T0] = IPC_RECEIVE | (deadline ? IPC_DEADLINE : 0);
    c->x[X_T1] = silent_partner(p->endpoint);
    c->x[X_T2] = deadline;
    c->changed = true;
}

/* ---- the deeds ------------------------------------------------------------------------------- */

/* A lost request: the client only listens for the reply. */
static void listen(struct board_crossing *c)
{
    c->x[X_T0] = IPC_RECEIVE | (c->x[X_T0] & IPC_DEADLINE);
    c->changed = true;
}

static enum phase drop(struct board_crossing *c)
{
    switch (c->x[X_T0] & IPC_CALL_MASK) {
    case IPC_SENDREC:
        listen(c);
        return PHASE_LOST;
    case IPC_REPLYREC:
        c->x[X_T1] = EP_NONE;
        c->changed = true;
        return PHASE_NONE;
    default:
        c->x[X_T0] = 0;
        c->skip = true;
        return PHASE_NONE;
    }
}

static enum phase delay(const struct fault *f, const struct fault_process *p,
                        struct board_crossing *c, uint64_t clocks)
{
    tamper_wait(p, c, board_mtime(f->board) + clocks / CLOCKS_PER_TICK + 2);
    return PHASE_DELAYED;
}

static enum phase duplicate(struct board_crossing *c)
{
    if ((c->x[X_T0] & IPC_CALL_MASK) != IPC_REPLYREC)
        return PHASE_REPEATED;
    c->x[X_T0] = IPC_SEND | IPC_NONBLOCK;
    c->changed = true;
    return PHASE_REPLIED;
}

static enum phase corrupt(struct board_crossing *c, uint64_t bit)
{
    c->x[X_MESSAGE + 1 + bit / 64] ^= UINT64_C(1) << bit % 64;
    c->changed = true;
    return PHASE_FLIPPED;
}

/* ---- on the way in --------------------------------------------------------------------------- */

/* The call as an event. False: it sends nothing. */
static bool describe(const struct fault_process *p, const struct board_crossing *c, struct event *e)
{
    *e = (struct event){.time = c->time,
                        .kind = EVENT_CALL,
                        .who = p->endpoint,
                        .peer = (endpoint_t)c->x[X_T1],
                        .call = (uint32_t)c->x[X_T0],
                        .satp = c->satp};
    if (c->x[X_T0] & ~(uint64_t)(IPC_CALL_MASK | IPC_FLAGS))
        return false;
    switch (e->call & IPC_CALL_MASK) {
    case IPC_NOTIFY:
        e->message.type = MSG_NOTIFY;
        break;
    case IPC_REPLYREC:
        if (e->peer == EP_NONE)
            return false;
        /* fall through */
    case IPC_SEND:
    case IPC_SENDREC:
        memcpy(&e->message, &c->x[X_MESSAGE], sizeof e->message);
        break;
    default:
        return false;
    }
    e->message.source = p->endpoint;
    return true;
}

/* The oldest rule that this message is for, or NULL. */
static struct fault_rule *find_rule(struct fault *f, const struct event *e)
{
    struct fault_rule *oldest = NULL;
    bool notice = e->message.type == MSG_NOTIFY;
    for (unsigned i = 0; i < FAULT_RULES; i++) {
        struct fault_rule *r = &f->rule[i];
        if (r->id == 0 || (oldest && oldest->id < r->id) || (notice && r->deed == FAULT_CORRUPT))
            continue;
        if (r->match(r->arg, e))
            oldest = r;
    }
    return oldest;
}

static enum phase act(struct fault *f, struct fault_process *p, struct board_crossing *c,
                      const struct fault_rule *rule)
{
    switch (rule->deed) {
    case FAULT_DROP:
        return drop(c);
    case FAULT_DELAY:
        return delay(f, p, c, rule->amount);
    case FAULT_DUPLICATE:
        return duplicate(c);
    default:
        return corrupt(c, rule->amount);
    }
}

void tamper_call(struct fault *f, struct fault_process *p, struct board_crossing *c)
{
    struct event e;
    uint8_t before = p->call.phase;
    p->call.phase = PHASE_NONE;
    if (before == PHASE_LOST && c->pc == p->call.pc) {
        listen(c);
        p->call.phase = PHASE_LOST;
        return;
    }
    if ((before == PHASE_PASSING && c->pc == p->call.pc) || !describe(p, c, &e))
        return;
    struct fault_rule *rule = find_rule(f, &e);
    if (!rule)
        return;
    tamper_keep(p, c);
    p->call.phase = act(f, p, c, rule);
    if (f->acted)
        f->acted(f->acted_arg, rule->deed, p->endpoint, &e);
    rule->id = 0;
    f->waiting--;
}

/* ---- on the way out -------------------------------------------------------------------------- */

static bool is_notice(const struct board_crossing *c)
{
    return c->x[X_T0] == 0 && c->x[X_MESSAGE] >> 32 == MSG_NOTIFY;
}

/* The sender finds its message as it wrote it, where the kernel has left it alone. */
static void unflip(const struct fault_process *p, struct board_crossing *c)
{
    int64_t status = (int64_t)c->x[X_T0];
    bool sent = (p->call.x[X_T0] & IPC_CALL_MASK) == IPC_SEND;
    if (status == -ELOCKED || (status >= 0 && !sent))
        return;
    memcpy(&c->x[X_MESSAGE], &p->call.x[X_MESSAGE], 8 * MSG_WORDS);
    c->changed = true;
}

void tamper_return(struct fault_process *p, struct board_crossing *c)
{
    int64_t status = (int64_t)c->x[X_T0];
    bool again = false;
    if (p->call.phase == PHASE_NONE || p->call.phase == PHASE_PASSING)
        return;
    if (c->pc != p->call.pc + ECALL_BYTES) { /* a signal's handler, or another program */
        p->call.phase = PHASE_NONE;
        return;
    }
    switch (p->call.phase) {
    case PHASE_LOST: /* what a sendrec would not have heard: it goes on waiting */
        if (is_notice(c)) {
            tamper_put_back(p, c);
            return;
        }
        break;
    case PHASE_DELAYED:
        again = status != -EINTR;
        break;
    case PHASE_REPEATED:
        again = status == 0;
        break;
    case PHASE_REPLIED:
        again = true;
        break;
    case PHASE_FLIPPED:
        unflip(p, c);
        break;
    }
    p->call.phase = again ? PHASE_PASSING : PHASE_NONE;
    if (again)
        tamper_put_back(p, c);
}

/* ---- rules ----------------------------------------------------------------------------------- */

unsigned fault_next(struct fault *f, enum fault_deed deed, uint64_t amount, fault_match_fn *match,
                    void *arg)
{
    bool known = deed == FAULT_DROP || deed == FAULT_DELAY || deed == FAULT_DUPLICATE ||
                 (deed == FAULT_CORRUPT && amount < PAYLOAD_BITS);
    for (unsigned i = 0; i < FAULT_RULES && known; i++) {
        if (f->rule[i].id != 0)
            continue;
        f->rule[i] = (struct fault_rule){++f->last_id, deed, amount, match, arg};
        f->waiting++;
        return f->last_id;
    }
    return 0;
}

bool fault_cancel(struct fault *f, unsigned id)
{
    for (unsigned i = 0; i < FAULT_RULES && id != 0; i++) {
        if (f->rule[i].id != id)
            continue;
        f->rule[i].id = 0;
        f->waiting--;
        return true;
    }
    return false;
}
