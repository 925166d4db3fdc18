/* An event in words: its kind, who and whom, and what else that kind has. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <courier/probe.h>
#include "emu/trace/describe.h"
#include "emu/trace/probes.h"

static const char *state_name(uint32_t state)
{
    static const char *const names[] = {"free",  "embryo",  "ready", "sending", "receiving",
                                        "reply", "crashed", "down",  "given up"};
    return state < sizeof names / sizeof names[0] ? names[state] : "?";
}

/* A death that is no fault of the process's own. */
static const char *ended_by(uint64_t cause)
{
    return cause == CAUSE_KILLED     ? "killed "
           : cause == CAUSE_HUNG     ? "hung "
           : cause == CAUSE_GIVEN_UP ? "given up "
                                     : "";
}

/* The number of the call, and what is sent with it. */
static void put_call(char *out, size_t size, const struct event *e, const char *message)
{
    const char *name = names_call(e->call);
    uint32_t kind = e->call & IPC_CALL_MASK;
    bool sends = kind == IPC_SEND || kind == IPC_SENDREC || kind == IPC_REPLYREC;
    if (name)
        snprintf(out, size, "%s%s%s", name, sends ? " " : "", sends ? message : "");
    else
        snprintf(out, size, "call %#x", e->call);
}

static void put_crossing(char *out, size_t size, const struct event *e)
{
    int n = e->kind == EVENT_TRAP ? snprintf(out, size, "scause=%#" PRIx64 " stval=%#" PRIx64 " ",
                                             e->cause, e->address)
                                  : 0;
    if (n >= 0 && (size_t)n < size)
        snprintf(out + n, size - (size_t)n, "pc=%#" PRIx64 " satp=%#" PRIx64 " sp=%#" PRIx64, e->pc,
                 e->satp, e->x[CROSSING_SP]);
}

/* What the kind has besides who and peer. */
static void put_details(char *out, size_t size, const struct event *e, const char *message)
{
    char status[32];
    names_status(status, sizeof status, e->status);
    *out = '\0';
    switch (e->kind) {
    case EVENT_CALL:
        put_call(out, size, e, message);
        break;
    case EVENT_BLOCK:
        snprintf(out, size, "%s", state_name(e->state));
        break;
    case EVENT_DELIVER:
        snprintf(out, size, "%s", message);
        break;
    case EVENT_WAKE:
    case EVENT_FAIL:
        snprintf(out, size, "status %s", status);
        break;
    case EVENT_NOTIFY:
        snprintf(out, size, "events=%#" PRIx64, e->events);
        break;
    case EVENT_IRQ:
        snprintf(out, size, "irq %" PRIu64, e->irq);
        break;
    case EVENT_COPY:
        snprintf(out, size, "%" PRIu64 " bytes, access %" PRIu64, e->bytes, e->access);
        break;
    case EVENT_SPAWN:
    case EVENT_EXEC:
        snprintf(out, size, "%s", e->name);
        break;
    case EVENT_CRASH:
        snprintf(out, size, "%scause=%#" PRIx64 " pc=%#" PRIx64 " address=%#" PRIx64,
                 ended_by(e->cause), e->cause, e->pc, e->address);
        break;
    case EVENT_RESTART:
        snprintf(out, size, "incarnation %" PRIu64, e->incarnation);
        break;
    case EVENT_TRAP:
    case EVENT_RETURN:
        put_crossing(out, size, e);
        break;
    case EVENT_CONSOLE:
    case EVENT_OPERATOR:
        snprintf(out, size, "%.*s", (int)e->length, e->text);
        break;
    case EVENT_SWITCH:
    case EVENT_EXIT:
    case EVENT_KINDS:
        break;
    }
}

/* "sh > fs", in the direction of the arrow; "sh" where there is nobody else; "" where there is nobody. */
static void put_parties(char *out, size_t size, const struct event *e, names_resolver *who,
                        const void *context)
{
    char name[32], peer[32];
    bool arrives = e->kind == EVENT_DELIVER || e->kind == EVENT_NOTIFY || e->kind == EVENT_IRQ ||
                   e->kind == EVENT_SWITCH || e->kind == EVENT_SPAWN;
    names_endpoint(name, sizeof name, e->who, who, context);
    names_endpoint(peer, sizeof peer, e->peer, who, context);
    if (e->who == EP_NONE && e->peer == EP_NONE)
        *out = '\0';
    else if (e->peer == EP_NONE)
        snprintf(out, size, "%s", name);
    else
        snprintf(out, size, "%s > %s", arrives ? peer : name, arrives ? name : peer);
}

char *describe_event(char *out, size_t size, const struct event *e, names_resolver *who,
                     const void *context)
{
    char message[NAMES_MESSAGE_BYTES], parties[72], details[NAMES_MESSAGE_BYTES + 64];
    names_message(message, sizeof message, &e->message, who, context);
    put_details(details, sizeof details, e, message);
    put_parties(parties, sizeof parties, e, who, context);
    snprintf(out, size, "%s%s%s%s%s", probes_kind_name(e->kind), *parties ? "  " : "", parties,
             *details ? "  " : "", details);
    for (char *c = out; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '.';
    return out;
}
