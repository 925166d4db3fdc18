/* What a case says about its play, and the questions that it asks of it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "emu/trace/names.h"
#include "grader/engine/play.h"

/* ---- the verdict ------------------------------------------------------------------------------------------ */

static bool breaks_as(struct play *p, uint64_t event, const char *words, va_list args)
{
    if (p->broken || p->failed)
        return false;
    p->broken = true;
    p->event = event;
    vsnprintf(p->rule, sizeof p->rule, words, args);
    return false;
}

bool breaks(struct play *p, uint64_t event, const char *words, ...)
{
    va_list args;
    va_start(args, words);
    breaks_as(p, event, words, args);
    va_end(args);
    return false;
}

bool all_well(const struct play *p)
{
    return !p->broken && !p->failed;
}

static uint64_t last_event(const struct call *call)
{
    return call->returned ? call->returned : call->entered;
}

bool rule(struct play *p, bool holds, const struct op *op, const char *words, ...)
{
    va_list args;
    va_start(args, words);
    if (!holds)
        breaks_as(p, op ? last_event(last_call(op)) : p->crossings, words, args);
    va_end(args);
    return all_well(p);
}

bool rule_of_call(struct play *p, bool holds, const struct call *call, const char *words, ...)
{
    va_list args;
    va_start(args, words);
    if (!holds)
        breaks_as(p, last_event(call), words, args);
    va_end(args);
    return all_well(p);
}

/* ---- calls -------------------------------------------------------------------------------------------------- */

/* What was never made is a call of zeros, so that a case may look at it all the same. */
static const struct call never;

const struct call *call_of(const struct op *op, uint32_t i)
{
    return op->calls && i < op->made ? op->calls[i] : &never;
}

const struct call *last_call(const struct op *op)
{
    return call_of(op, op->made - 1);
}

bool received(const struct op *receive, const struct op *send)
{
    const struct call *r = last_call(receive), *s = last_call(send);
    return s->entered && r->from == s;
}

bool waited(const struct op *op)
{
    return last_call(op)->waited;
}

bool returned(const struct op *op)
{
    return op->done == op->repeat;
}

const struct call *nth_call(const struct actor *a, uint32_t n)
{
    return n < a->nrecords ? &a->records[n]->call : &never;
}

const struct call *nth_received(const struct actor *a, uint32_t n)
{
    for (size_t i = 0; i < a->nrecords; i++)
        if (a->records[i]->call.from && n-- == 0)
            return &a->records[i]->call;
    return &never;
}

uint32_t count_received(const struct actor *a)
{
    uint32_t n = 0;
    for (size_t i = 0; i < a->nrecords; i++)
        n += a->records[i]->call.from != NULL;
    return n;
}

uint64_t cost(const struct call *call)
{
    return call->returned ? call->return_time - call->enter_time : 0;
}

char *describe_call(char out[DESCRIBE_CALL], const struct record *r)
{
    static const char *const verbs[] = {[IPC_SEND] = "send to",
                                        [IPC_RECEIVE] = "receive from",
                                        [IPC_SENDREC] = "sendrec to",
                                        [IPC_NOTIFY] = "notify of",
                                        [IPC_REPLYREC] = "replyrec"};
    unsigned kind = r->call.number & IPC_CALL_MASK;
    const char *name = names_call((uint32_t)r->call.number);
    endpoint_t peer = (endpoint_t)r->call.peer;
    if (!r->ipc)
        snprintf(out, DESCRIBE_CALL, "%s's %s", r->caller->name,
                 name && kind >= K_TIME ? name : "call");
    else if (kind == IPC_REPLYREC)
        snprintf(out, DESCRIBE_CALL, "%s's %s", r->caller->name, verbs[kind]);
    else
        snprintf(out, DESCRIBE_CALL, "%s's %s %s", r->caller->name, verbs[kind],
                 r->target           ? r->target->name
                 : peer == EP_ANY    ? "anyone"
                 : peer == EP_KERNEL ? "the kernel"
                                     : "somebody who is not there");
    return out;
}

/* ---- rules about a whole run ---------------------------------------------------------------------------------- */

/* Were `older` still to be had when `r` took what it took? */
static bool passed_over(const struct record *older, const struct record *taken,
                        const struct record *r)
{
    const struct call *to = older->call.to;
    return older->offers && older->target == r->caller && !older->is_void &&
           older->call.entered < taken->call.entered && (!to || to->entered > r->call.entered);
}

bool rule_fifo(struct play *p, const struct actor *receiver)
{
    for (size_t i = 0; i < receiver->nrecords && all_well(p); i++) {
        const struct record *r = receiver->records[i], *taken = (const struct record *)r->call.from;
        if (!taken || r->filter != EP_ANY)
            continue;
        for (size_t j = 0; p->records[j] != taken; j++)
            rule_of_call(p, !passed_over(p->records[j], taken, r), &r->call,
                         "who has waited longest in a send to %s is heard first", receiver->name);
    }
    return all_well(p);
}

bool rule_messages(struct play *p, const struct actor *from, const struct actor *to, uint32_t n)
{
    uint32_t came = 0;
    for (size_t i = 0; i < to->nrecords; i++)
        came += to->records[i]->call.from && to->records[i]->call.from->caller == from;
    return rule(p, came == n, NULL, "every message of %s comes to %s", from->name, to->name);
}

bool rule_in_order(struct play *p, const struct actor *from, const struct actor *to)
{
    uint64_t last = 0;
    for (size_t i = 0; i < to->nrecords; i++) {
        const struct call *got = to->records[i]->call.from;
        if (!got || got->caller != from)
            continue;
        if (!rule_of_call(p, got->entered > last, &to->records[i]->call,
                          "what %s sends to %s comes in the order in which it was sent", from->name,
                          to->name))
            return false;
        last = got->entered;
    }
    return all_well(p);
}

/* ---- chance, time, the world outside ------------------------------------------------------------------------ */

uint64_t word(struct play *p)
{
    return random_word(&p->chances);
}

uint64_t chance(struct play *p, uint64_t n)
{
    return n ? word(p) % n : 0;
}

unsigned variant(const struct play *p)
{
    return p->variant;
}

uint64_t ticks_now(const struct play *p)
{
    return board_mtime(p->board);
}

uint64_t time_now(const struct play *p)
{
    return board_clock(p->board);
}

uint64_t instructions_now(const struct play *p)
{
    return board_instructions(p->board);
}

size_t type(struct play *p, const void *bytes, size_t n)
{
    p->progress++;
    return board_input(p->board, bytes, n);
}
