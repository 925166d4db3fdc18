/*
 * A call in words, as they stand at the right of a ladder's line: what it was made with, and what came of it.
 */
#include <inttypes.h>
#include <string.h>
#include <courier/errno.h>
#include <courier/protocol/kv.h>
#include "emu/board/device.h"
#include "emu/trace/names.h"
#include "grader/engine/ladder.h"

/* ---- names ---------------------------------------------------------------------------------------------- */

/* Endpoints may be those of actors. */
static const char *resolve(const void *play, endpoint_t ep)
{
    const struct actor *a = actor_of_endpoint((struct play *)play, ep);
    return a ? a->name : ep == EP_SELF ? "self" : NULL;
}

static void put_endpoint(FILE *out, const struct play *p, endpoint_t ep)
{
    char name[32];
    fputs(names_endpoint(name, sizeof name, ep, resolve, p), out);
}

/* "KV_WATCH colour after 3", "TTY_READ reply 5": to or from the student's server. Else types are random, whatever their names. */
static void put_message(FILE *out, const char *what, const struct record *r,
                        const struct message *m)
{
    const struct call *from = m == &r->call.got ? r->call.from : NULL;
    bool is_known = r->caller->is_module || (r->target && r->target->is_module) ||
                    (from && from->caller->is_module);
    const struct kv_watch *watch = payload(m);
    const char *name = is_known ? names_type(m->type) : NULL;
    char status[32];
    if (!name) {
        fprintf(out, "%s 0x%" PRIx32, what, m->type);
        return;
    }
    fputs(name, out);
    if (m->type & MSG_REPLY)
        fprintf(out, " reply %s", names_status(status, sizeof status, m->status));
    else if (m->type >= KV_PUT && m->type <= KV_WATCH)
        fprintf(out, " %.*s", KV_KEY, watch->key);
    if (m->type == KV_WATCH)
        fprintf(out, " after %" PRIu64, watch->after);
}

/* ---- what a call is made with ------------------------------------------------------------------------------ */

/* Arguments: an endpoint, a hexadecimal or decimal number, a direction, an operation; and what a good call returns in a0. */
static const struct shape {
    uint32_t call;
    const char *arguments, *result;
} shapes[] = {{K_GRANT, "exdre", "id"},     {K_REVOKE, "x", NULL},      {K_COPY, "exdxdr", NULL},
              {K_TIME, "", "ticks"},        {K_ALARM, "d", NULL},       {K_IRQ, "do", NULL},
              {K_MAP_DEV, "xd", "address"}, {K_REGION, "d", "address"}, {K_KILL, "e", NULL},
              {K_EXEC, "e", NULL},          {K_MAP, "exdd", NULL},      {K_MEMORY, "exxdr", NULL}};

static const struct shape *shape_of(uint64_t number)
{
    for (const struct shape *s = shapes; s < shapes + sizeof shapes / sizeof *shapes; s++)
        if (s->call == number)
            return s;
    return NULL;
}

static uint64_t word_of(const struct message *m, unsigned n)
{
    uint64_t words[MSG_WORDS];
    memcpy(words, m, sizeof words);
    return words[n];
}

static void put_argument(FILE *out, const struct play *p, char kind, uint64_t value)
{
    static const char *const directions[] = {"none", "read", "write", "read+write"};
    static const char *const operations[] = {[IRQ_ATTACH] = "attach", [IRQ_ACK] = "acknowledge"};
    if (kind == 'e')
        put_endpoint(out, p, (endpoint_t)value);
    else if (kind == 'r' && value < 4)
        fputs(directions[value], out);
    else if (kind == 'o' && value < 2)
        fputs(operations[value], out);
    else
        fprintf(out, kind == 'd' && value < 1ull << 32 ? "%" PRIu64 : "0x%" PRIx64, value);
}

static void put_arguments(FILE *out, const struct record *r)
{
    const struct shape *s = shape_of(r->call.number);
    if (!s && (!names_call((uint32_t)r->call.number) || r->call.number > IPC_CALL_MASK))
        fprintf(out, "number 0x%" PRIx64, r->call.number);
    for (unsigned n = 0; s && s->arguments[n]; n++) {
        fputs(n ? ", " : "(", out);
        put_argument(out, r->caller->play, s->arguments[n], word_of(&r->call.sent, n));
    }
    if (s && *s->arguments)
        fputc(')', out);
}

/* A deadline in microseconds from the call on. */
static void put_flags(FILE *out, const struct call *call)
{
    int64_t left = (int64_t)(call->deadline - call->enter_time / CLOCK_PER_TICK);
    if (call->number & IPC_NONBLOCK)
        fputs(", nonblock", out);
    if (call->number & IPC_DEADLINE && left <= 0)
        fputs(", deadline over", out);
    else if (call->number & IPC_DEADLINE)
        fprintf(out, ", deadline in %" PRId64 " us", left / 10);
}

static void put_call(FILE *out, const struct record *r)
{
    if (!r->ipc) {
        put_arguments(out, r);
        return;
    }
    if (r->offers)
        put_message(out, "type", r, &r->call.sent);
    else if (!r->listens && !r->target)
        fputs("to nobody", out);
    else if (r->listens && (r->filter == EP_ANY || r->filter == EP_KERNEL || r->target))
        fprintf(out, "from %s",
                r->filter == EP_ANY      ? "anyone"
                : r->filter == EP_KERNEL ? "the kernel"
                                         : r->target->name);
    else if (r->listens)
        fputs("from nobody", out);
    put_flags(out, &r->call);
}

/* ---- what came of it --------------------------------------------------------------------------------------- */

static void put_cycle(FILE *out, const struct record *r)
{
    const struct ipc_cycle *cycle = payload(&r->call.got);
    if (r->call.got.type != MSG_CYCLE)
        return;
    fprintf(out, ", cycle of %" PRIu32 ":", cycle->length);
    for (uint32_t i = 0; i < cycle->length && i < CYCLE_MAX; i++) {
        fputs(i ? ", " : " ", out);
        put_endpoint(out, r->caller->play, cycle->member[i]);
    }
}

static void put_received(FILE *out, const struct record *r)
{
    const struct message *m = &r->call.got;
    char events[64];
    if (r->call.from)
        fputs(r->call.from->caller->name, out);
    else if (m->source == EP_KERNEL)
        fputs("the kernel", out);
    else
        put_endpoint(out, r->caller->play, m->source);
    fputs("'s ", out);
    if (m->type == MSG_NOTIFY && !r->call.from)
        fprintf(out, "notification%s",
                names_message(events, sizeof events, m, NULL, NULL) + strlen("MSG_NOTIFY"));
    else
        put_message(out, "message", r, m);
    fputs(r->dies ? ", and dies" : "", out);
}

static void put_outcome(FILE *out, const struct record *r)
{
    const struct shape *s = r->ipc ? NULL : shape_of(r->call.number);
    char status[32];
    if (!r->call.returned) {
        fputs("has not returned", out);
        return;
    }
    fprintf(out, "%" PRIu64 ": ", r->call.returned);
    if (r->ipc && r->listens && r->call.status == 0) {
        fputs("has ", out);
        put_received(out, r);
        return;
    }
    fputs(names_status(status, sizeof status, r->call.status), out);
    if (r->ipc && r->call.status == -ELOCKED)
        put_cycle(out, r);
    if (s && s->result && r->call.status == 0)
        fprintf(out, ", %s 0x%" PRIx64, s->result, word_of(&r->call.got, 0));
}

void ladder_text(FILE *out, const struct record *r)
{
    long start = ftell(out);
    if (r->caller->is_module && r->call.number == NO_CALL) {
        fputs("dies", out);
        return;
    }
    put_call(out, r);
    if (ftell(out) != start)
        fputs("; ", out);
    put_outcome(out, r);
}
