/*
 * Chrome's JSON trace format, for Perfetto (ui.perfetto.dev).
 *
 *   running bursts   complete slices (X) on the process's one thread: there is one CPU, so they never overlap
 *   messages         flows (s, f), bound to the burst in which the sender called, and to the one in which the receiver got it
 *   transactions     async slices (b, e): many are open at the same time
 *   crash, restart   instants (i) of the process; so are failed calls, and the notifications of the kernel, which is no process
 *
 * A reader binds a flow to the slice that is around that time, so a flow is written after both its bursts. Times are
 * microseconds of virtual time. Every process, and every incarnation of a service, has a pid of its own, from 1.
 */
#include <stdlib.h>
#include <string.h>
#include "emu/export/exporters.h"
#include "emu/export/json.h"
#include "emu/export/text.h"
#include "emu/trace/names.h"

/* A message from its delivery to its drawing: when it has been chosen (it came out of the window) and its bursts are written. */
struct flow {
    uint64_t number; /* of the message */
    uint64_t next;   /* message that was taken in the same burst, or 0 */
    uint64_t sent, taken;
    unsigned from, to; /* pids; 0: the kernel */
    bool chosen, drawable;
    char name[32];
};

struct track {
    unsigned pid; /* 0: none yet */
    endpoint_t endpoint;
    uint32_t incarnation;
    uint64_t coming;     /* number of the message that it was given, but has not run to see, or 0 */
    uint64_t notified;   /* when it was notified last, ... */
    endpoint_t notifier; /* and by whom */
    char name[32];
};

struct perfetto {
    struct walker walker;
    FILE *out;
    bool any; /* record was written */
    unsigned pids;
    struct track *runs;   /* whose burst it is, or NULL */
    struct track burst;   /* the same, as it was at its beginning */
    uint64_t since;       /* when the burst began */
    uint64_t first_taken; /* number of the message that was taken last in the burst, or 0 */
    struct track track[NSLOTS];
    struct flow flow[WALK_WINDOW];
};

/* ---- records ---------------------------------------------------------------------------------- */

static void put(struct perfetto *p, json_t *record)
{
    fputs(p->any ? ",\n" : "\n", p->out);
    p->any = true;
    json_line(p->out, record);
}

static json_t *microseconds(uint64_t time)
{
    return json_real((double)time * INSN_NS / 1000);
}

static json_t *begin(const char *phase, unsigned pid, const char *category, const char *name,
                     uint64_t time)
{
    return json_pack("{s:s, s:i, s:i, s:s, s:o*, s:o}", "ph", phase, "pid", (int)pid, "tid",
                     (int)pid, "cat", category, "name", json_clean(name), "ts", microseconds(time));
}

static void put_meta(struct perfetto *p, unsigned pid, const char *what, json_t *args)
{
    put(p, json_pack("{s:s, s:s, s:i, s:i, s:o}", "ph", "M", "name", what, "pid", (int)pid, "tid",
                     (int)pid, "args", args));
}

static void put_instant(struct perfetto *p, unsigned pid, const char *category, const char *name,
                        uint64_t time)
{
    json_t *o = begin("i", pid, category, name, time);
    json_object_set_new(o, "s", json_string("p"));
    put(p, o);
}

static void put_flow(struct perfetto *p, const struct flow *f)
{
    json_t *from = begin("s", f->from, "message", f->name, f->sent);
    json_t *to = begin("f", f->to, "message", f->name, f->taken);
    json_object_set_new(from, "id", json_integer((json_int_t)f->number));
    json_object_set_new(to, "id", json_integer((json_int_t)f->number));
    json_object_set_new(to, "bp", json_string("e"));
    put(p, from);
    put(p, to);
}

/* ---- processes -------------------------------------------------------------------------------- */

static void set_name(struct perfetto *p, struct track *t, const char *name)
{
    char text[sizeof t->name];
    text_process(text, sizeof text, name, t->incarnation);
    if (strcmp(text, t->name) == 0)
        return;
    memcpy(t->name, text, sizeof t->name);
    put_meta(p, t->pid, "process_name", json_pack("{s:s}", "name", text));
    put_meta(p, t->pid, "thread_name", json_pack("{s:s}", "name", text));
}

/* The track of the process with this endpoint; NULL: the kernel's, or none. A new process, and a new incarnation, gets a new one. */
static struct track *track_of(struct perfetto *p, const struct model *m, endpoint_t ep)
{
    const struct world_process *process = world_find(&m->world, ep);
    struct track *t = &p->track[EP_SLOT(ep) % NSLOTS];
    if (!process)
        return NULL;
    uint32_t incarnation = process->incarnation > 1 ? process->incarnation : 1;
    if (t->pid == 0 || t->endpoint != ep || t->incarnation != incarnation) {
        *t = (struct track){.pid = ++p->pids, .endpoint = ep, .incarnation = incarnation};
        put_meta(p, t->pid, "process_sort_index",
                 json_pack("{s:i}", "sort_index", (int)EP_SLOT(ep)));
    }
    char name[NAME_BYTES];
    set_name(p, t, names_endpoint(name, sizeof name, ep, world_name, &m->world));
    return t;
}

/* ---- bursts and flows --------------------------------------------------------------------------- */

/* The flow of a message; NULL: forgotten. */
static struct flow *flow_of(struct perfetto *p, uint64_t number)
{
    struct flow *f = &p->flow[number % WALK_WINDOW];
    return number && f->number == number ? f : NULL;
}

/* The receiver, whose burst it is, sees the message. */
static void take(struct perfetto *p, struct flow *f, uint64_t time)
{
    f->taken = time;
    f->next = p->first_taken;
    p->first_taken = f->number;
}

static void end_burst(struct perfetto *p, uint64_t now)
{
    struct flow *f;
    if (!p->runs || now == p->since)
        return; /* nobody ran, or not for as long as an instruction */
    json_t *slice = begin("X", p->burst.pid, "run", p->burst.name, p->since);
    json_object_set_new(slice, "dur", microseconds(now - p->since));
    put(p, slice);
    for (uint64_t n = p->first_taken; (f = flow_of(p, n)) != NULL; n = f->next) {
        f->drawable = f->from != 0;
        if (f->drawable && f->chosen)
            put_flow(p, f);
    }
}

static void begin_burst(struct perfetto *p, struct track *t, uint64_t now)
{
    p->runs = t;
    p->since = now;
    p->first_taken = 0;
    if (!t)
        return;
    p->burst = *t;
    struct flow *f = flow_of(p, t->coming);
    t->coming = 0;
    if (f)
        take(p, f, now);
}

/* Who runs after this event? */
static void follow_bursts(struct perfetto *p, const struct model *m)
{
    const struct world_process *process = world_find(&m->world, m->world.running);
    struct track *t =
        process && world_runs(&m->world, process) ? track_of(p, m, process->endpoint) : NULL;
    if (t == p->runs && (!t || t->pid == p->burst.pid))
        return;
    end_burst(p, m->world.now);
    begin_burst(p, t, m->world.now);
}

static const char *kernel_notice(const struct message *m, char *out, size_t size)
{
    names_message(out, size, m, NULL, NULL);
    return strncmp(out, "MSG_NOTIFY ", 11) == 0 ? out + 11 : out;
}

/* A message is delivered, or a call fails. */
static void on_sent(struct walker *self, const struct model *m, const struct entry *e)
{
    struct perfetto *p = (struct perfetto *)self;
    struct flow *f = &p->flow[e->number % WALK_WINDOW];
    char text[NAMES_MESSAGE_BYTES], status[32];
    *f = (struct flow){.number = e->number, .sent = e->asked};
    if (e->kind == ENTRY_NOTE)
        return;
    struct track *from = track_of(p, m, e->source), *to = track_of(p, m, e->dest);
    const char *type = names_type(e->message.type);
    f->from = from ? from->pid : 0;
    f->to = to ? to->pid : 0;
    if (e->kind == ENTRY_FAILED)
        snprintf(f->name, sizeof f->name, "%.20s %s", type ? type : "call",
                 names_status(status, sizeof status, e->status));
    else if (e->kind == ENTRY_NOTICE && !from)
        snprintf(f->name, sizeof f->name, "%.31s", kernel_notice(&e->message, text, sizeof text));
    else
        snprintf(f->name, sizeof f->name, "%.24s%s", type ? type : "message",
                 e->kind == ENTRY_REPLY ? " reply" : "");
    if (e->kind == ENTRY_FAILED || !to || !from)
        return;
    if (e->kind == ENTRY_NOTICE && to->notifier == e->source && to->notified)
        f->sent = to->notified;
    if (to == p->runs)
        take(p, f, e->time);
    else
        to->coming = e->number;
}

static void on_event(struct walker *self, const struct model *m, const struct event *e)
{
    struct perfetto *p = (struct perfetto *)self;
    bool lives = EVENT_BIT(e->kind) & (EVENT_BIT(EVENT_SPAWN) | EVENT_BIT(EVENT_EXEC) |
                                       EVENT_BIT(EVENT_CRASH) | EVENT_BIT(EVENT_RESTART));
    struct track *t = lives || e->kind == EVENT_NOTIFY ? track_of(p, m, e->who) : NULL;
    if (t && e->kind == EVENT_NOTIFY) {
        t->notified = e->time;
        t->notifier = e->peer;
    } else if (t && e->kind == EVENT_CRASH) {
        t->coming = 0;
        put_instant(p, t->pid, "life", "crash", e->time);
    } else if (t && e->kind == EVENT_RESTART) {
        put_instant(p, t->pid, "life", "restart", e->time);
    }
    follow_bursts(p, m);
}

/* ---- what was chosen ---------------------------------------------------------------------------- */

/* Of a request that was delivered more than once, the last stands for the transaction. One without an end has no `e`. */
static void put_transaction(struct perfetto *p, const struct flow *f, const struct entry *e,
                            uint64_t ended)
{
    char text[NAMES_MESSAGE_BYTES], status[32];
    names_message(text, sizeof text, &e->message, past_name, &p->walker.then);
    json_t *first = begin("b", f->from, "transaction", f->name, e->asked);
    json_t *args = json_pack("{s:o*, s:o*, s:s, s:o*}", "request", json_clean(text), "server",
                             json_clean(e->dest_name), "fate", text_fate(e->fate), "transaction",
                             json_u64(e->transaction));
    if (e->parent)
        json_object_set_new(args, "inside", json_u64(e->parent));
    json_object_set_new(first, "id", json_u64(e->transaction));
    json_object_set_new(first, "args", args);
    put(p, first);
    if (!ended)
        return;
    json_t *last = begin("e", f->from, "transaction", f->name, ended);
    json_object_set_new(last, "id", json_u64(e->transaction));
    json_object_set_new(last, "args",
                        json_pack("{s:s, s:o*, s:o*}", "status",
                                  names_status(status, sizeof status, e->status), "self_ns",
                                  json_u64(e->self * INSN_NS), "inside_ns",
                                  json_u64(e->inside * INSN_NS)));
    put(p, last);
}

static void on_message(struct walker *self, const struct model *m, const struct entry *e,
                       uint64_t ended)
{
    struct perfetto *p = (struct perfetto *)self;
    struct flow *f = flow_of(p, e->number);
    (void)m;
    if (!f || e->kind == ENTRY_NOTE)
        return;
    f->chosen = true;
    if (f->drawable)
        put_flow(p, f);
    if (e->kind == ENTRY_REQUEST && e->fate != FATE_AGAIN && f->from)
        put_transaction(p, f, e, ended);
    else if (e->kind == ENTRY_FAILED && f->from)
        put_instant(p, f->from, "failed", f->name, e->time);
    else if (e->kind == ENTRY_NOTICE && !f->from && f->to)
        put_instant(p, f->to, "notification", f->name, e->time);
}

static void on_begin(struct walker *self)
{
    struct perfetto *p = (struct perfetto *)self;
    fputs("{\"displayTimeUnit\":\"ns\",\"otherData\":", p->out);
    json_line(p->out, json_pack("{s:s, s:s}", "clock", "virtual time: one instruction is 10 ns",
                                "producer", "courier trace export"));
    fputs(",\"traceEvents\":[", p->out);
}

static void on_finish(struct walker *self, const struct model *m)
{
    struct perfetto *p = (struct perfetto *)self;
    end_burst(p, m->world.now);
    fputs("\n]}\n", p->out);
}

static void on_free(struct walker *self)
{
    free(self);
}

struct walker *perfetto_create(const struct export_options *options)
{
    struct perfetto *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->walker = (struct walker){.begin = on_begin,
                                .event = on_event,
                                .sent = on_sent,
                                .message = on_message,
                                .finish = on_finish,
                                .free = on_free};
    p->out = options->out;
    return &p->walker;
}
