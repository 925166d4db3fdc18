/* What the server loop (seal.S) does with a message. Its IPC_REPLYREC is also the commit of the state region (region.h). */
#include <sys/ipc.h>
#include <courier/protocol/rs.h>
#include "program.h"
#include "region.h"
#include "service.h"

const char *service_epitaph;

_Noreturn void service_panic(const char *why)
{
    service_epitaph = why;
    __asm__ volatile("mv a0, %0\n unimp" ::"r"(why) : "a0", "memory");
    __builtin_unreachable();
}

static unsigned overflow(unsigned depth)
{
    volatile char frame[1024];
    frame[0] = (char)depth;
    return depth == ~0u ? 0 : overflow(depth + 1) + (unsigned)frame[0];
}

/* An endless loop. It is long because an emulator passes long blocks quickly; the sweep looks for it, too (emu/sweep/fault.c). */
static _Noreturn void hang(void)
{
    for (;;)
        __asm__ volatile(".rept 64\n nop\n .endr");
}

/* What an operator asked RS for, to see what happens. */
static void obey(const struct message *m)
{
    const struct service_crash *order = payload((struct message *)m);
    volatile char *volatile nowhere = NULL;
    if (m->type == SERVICE_HANG)
        hang();
    if (m->type != SERVICE_CRASH)
        return;
    if (order->kind == CRASH_ACCESS)
        *nowhere = 0;
    else if (order->kind == CRASH_STACK)
        overflow(0);
    else if (order->kind == CRASH_REGION)
        region_spoil();
    service_panic("crashed by an operator");
}

static int64_t dispatch(const struct service *s, struct message *m)
{
    if (m->source == EP_RS)
        obey(m);
    uint32_t n = m->type - s->base;
    if (n < s->count && s->table[n])
        return s->table[n](m);
    return -ENOSYS;
}

/* Does the process wait for a reply of ours? */
static bool waits_for_us(const struct procinfo *info)
{
    return info->state == PROC_REPLY && info->peer == (endpoint_t)k_self(NULL);
}

/* Is there nobody who waits for a reply that will never come? */
static bool nobody_is_forgotten(const struct service *s)
{
    struct procinfo info;
    unsigned slots = s->clients ? s->clients : NSERVICES;
    for (unsigned slot = 1; k_next(&slot, &info) && slot < slots; slot++)
        if (waits_for_us(&info) && !(s->keeps && s->keeps(info.endpoint)))
            return false;
    return true;
}

/* Does this process wait for a reply of ours, whether we know or not? */
static bool is_client(endpoint_t ep)
{
    struct procinfo info;
    return k_info(EP_SLOT(ep), &info) == 0 && info.endpoint == ep && waits_for_us(&info);
}

/* RS asks whether this server is well. Silence, or death, is the answer of one that is not. */
static void heartbeat(const struct service *s)
{
    region_check();
    program_check();
    if (s->beat)
        s->beat();
    if (!nobody_is_forgotten(s))
        service_panic("a client was forgotten");
    notify(EP_RS);
}

/*
 * Whose request is in hand. The loop has it in registers as well, and both must agree before a reply is sent: one that went
 * astray would be the end of a transaction that the client knows nothing of.
 */
static volatile struct {
    endpoint_t client;
    uint32_t type;
} in_hand;

static void check_address(endpoint_t client, uint32_t type)
{
    if (client != in_hand.client || type != in_hand.type)
        service_panic("a reply would go astray");
}

/* A message came, which is m; the reply goes there. Returns who gets it, EP_NONE: nobody. */
endpoint_t service_handle(struct message *m)
{
    const struct service *s = &service;
    if (s->before)
        s->before();
    if (m->type == MSG_NOTIFY) {
        if (m->source == EP_RS)
            heartbeat(s);
        else if (s->notified)
            s->notified(m);
        return EP_NONE;
    }
    if (m->type & MSG_REPLY && !is_client(m->source))
        return EP_NONE; /* to a request that nobody here remembers; to answer would begin an endless exchange */
    endpoint_t client = in_hand.client = m->source;
    uint32_t type = in_hand.type = m->type;
    if (s->arrived)
        s->arrived(m);
    int64_t status = dispatch(s, m);
    if (status != NO_REPLY) {
        check_address(client, type);
        m->type = type | MSG_REPLY;
        m->status = status;
    } else {
        client = EP_NONE;
    }
    if (s->unsettled && s->unsettled()) {
        if (client != EP_NONE)
            service_reply(client, type, status, m);
        s->settle();
        return EP_NONE;
    }
    return client;
}

bool service_reply(endpoint_t client, uint32_t request_type, int64_t status, struct message *m)
{
    m->type = request_type | MSG_REPLY;
    m->status = status;
    return ipc(IPC_SEND | IPC_NONBLOCK, client, 0, m) == 0;
}
