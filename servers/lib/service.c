/* The server loop. IPC_REPLYREC is also the commit of the server's state region (region.h). */
#include <sys/ipc.h>
#include <courier/protocol/rs.h>
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

/* What an operator asked RS for, to see what happens. */
static void obey(const struct message *m)
{
    const struct service_crash *order = payload((struct message *)m);
    volatile char *volatile nowhere = NULL;
    if (m->type == SERVICE_HANG)
        for (;;)
            ;
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

/* RS asks whether this server is well. Silence, or death, is the answer of one that is not. */
static void heartbeat(const struct service *s)
{
    region_check();
    if (s->audit && !s->audit())
        service_panic("the audit found something wrong");
    notify(EP_RS);
}

bool service_owes(unsigned slot)
{
    struct procinfo info;
    uint64_t self;
    static endpoint_t me;
    if (!me)
        me = k_self(&self);
    return k_info(slot, &info) == 0 && info.state == PROC_REPLY && info.peer == me;
}

_Noreturn void serve(const struct service *s)
{
    struct message m = {0};
    endpoint_t client = EP_NONE;
    for (;;) {
        if (replyrec(client, &m) < 0)
            service_panic("receive failed");
        client = EP_NONE;
        if (s->before)
            s->before();
        if (m.type == MSG_NOTIFY) {
            if (m.source == EP_RS)
                heartbeat(s);
            else if (s->notified)
                s->notified(&m);
            continue;
        }
        endpoint_t source = m.source;
        uint32_t type = m.type;
        if (s->arrived)
            s->arrived(&m);
        int64_t status = dispatch(s, &m);
        if (status != NO_REPLY) {
            client = source;
            m.type = type | MSG_REPLY;
            m.status = status;
        }
        if (s->unsettled && s->unsettled()) {
            if (client != EP_NONE)
                service_reply(client, type, status, &m);
            client = EP_NONE;
            s->settle();
        }
    }
}

bool service_reply(endpoint_t client, uint32_t request_type, int64_t status, struct message *m)
{
    m->type = request_type | MSG_REPLY;
    m->status = status;
    return ipc(IPC_SEND | IPC_NONBLOCK, client, 0, m) == 0;
}
