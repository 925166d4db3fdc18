/*
 * Where events come from. When the guest comes to a probe's no-op, its row says which registers hold
 * what, and the trap frame in guest memory holds the message. The hart reports the crossings between user mode and kernel, and the
 * host side what it does itself. Each event gets its number and its transaction here, once for all sinks.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <courier/probe.h>
#include "emu/trace/counters.h"
#include "emu/trace/pairing.h"
#include "emu/trace/probes.h"
#include "emu/trace/trace.h"
#include "emu/trace/writer.h"

/* What the board hands back to us at an address. */
struct site {
    struct trace *trace;
    const struct probe *probe;
    bool watched;
};

struct trace {
    struct probes probes;
    struct site *site; /* one for each probe */
    struct sink *sinks;
    uint32_t kinds; /* that some sink wants */
    uint64_t events;
    struct pairing pairing;
    struct event console; /* being collected */
    board_crossing_fn intercept;
    void *intercept_arg;
    struct board *board;
    struct counters counters; /* of trace_count */
    struct writer *file;      /* of trace_write, or NULL */
};

/* ---- reporting ------------------------------------------------------------------------------- */

static void flush_console(struct trace *t);

static void report(struct trace *t, struct event *e)
{
    if (!(t->kinds & EVENT_BIT(e->kind)))
        return;
    flush_console(t);
    e->number = ++t->events;
    pairing_event(&t->pairing, e);
    for (struct sink *s = t->sinks; s; s = s->next)
        if (s->kinds & EVENT_BIT(e->kind))
            s->event(s, e);
}

static struct event new_event(const struct trace *t, enum event_kind kind)
{
    return (struct event){.time = t->board ? board_clock(t->board) : 0,
                          .kind = kind,
                          .who = EP_NONE,
                          .peer = EP_NONE};
}

static void flush_console(struct trace *t)
{
    if (t->console.length == 0)
        return;
    struct event e = t->console;
    t->console.length = 0;
    e.time = board_clock(t->board);
    report(t, &e);
}

void trace_console(struct trace *t, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (t->console.length == 0)
            t->console = new_event(t, EVENT_CONSOLE);
        t->console.text[t->console.length++] = (char)bytes[i];
        if (bytes[i] == '\n' || t->console.length == EVENT_TEXT)
            flush_console(t);
    }
}

void trace_operator(struct trace *t, endpoint_t who, const char *format, ...)
{
    struct event e = new_event(t, EVENT_OPERATOR);
    char text[EVENT_TEXT + 1];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    e.who = who;
    e.length = (uint8_t)strlen(text);
    memcpy(e.text, text, e.length);
    report(t, &e);
}

/* ---- crossings ------------------------------------------------------------------------------- */

static void on_crossing(void *arg, struct board_crossing *c)
{
    static const uint8_t kept[CROSSING_REGS] = {1, 2, 5, 6, 7}; /* ra, sp, t0 to t2 */
    struct trace *t = arg;
    if (t->intercept)
        t->intercept(t->intercept_arg, c);
    if (!(t->kinds & EVENT_CROSSINGS))
        return;
    struct event e = new_event(t, c->entering ? EVENT_TRAP : EVENT_RETURN);
    e.time = c->time;
    e.cause = c->cause;
    e.pc = c->pc;
    e.address = c->value;
    e.satp = c->satp;
    for (unsigned i = 0; i < CROSSING_REGS; i++)
        e.x[i] = c->x[kept[i]];
    memcpy(&e.message, &c->x[10], sizeof e.message);
    report(t, &e);
}

/* The board is told to report crossings only when somebody wants them. */
static void watch_crossings(struct trace *t)
{
    bool wanted = t->intercept || t->kinds & EVENT_CROSSINGS;
    if (t->board)
        board_watch_crossings(t->board, wanted ? on_crossing : NULL, t);
}

void trace_intercept(struct trace *t, board_crossing_fn fn, void *arg)
{
    t->intercept = fn;
    t->intercept_arg = arg;
    watch_crossings(t);
}

/* ---- decoding -------------------------------------------------------------------------------- */

static void read_frame(const struct board *board, struct event *e, uint64_t frame)
{
    e->frame = frame;
    board_read(board, frame + FRAME_MESSAGE, &e->message, sizeof e->message);
}

static void read_name(const struct board *board, struct event *e, uint64_t address)
{
    board_read(board, address, e->name, sizeof e->name);
    e->name[sizeof e->name - 1] = '\0';
}

static void take_operand(const struct board *board, struct event *e, enum probe_role role,
                         uint64_t value)
{
    switch (role) {
    case ROLE_WHO:
        e->who = (endpoint_t)value;
        break;
    case ROLE_PEER:
        e->peer = (endpoint_t)value;
        break;
    case ROLE_CALL:
        e->call = (uint32_t)value;
        break;
    case ROLE_STATE:
        e->state = (uint32_t)value;
        break;
    case ROLE_STATUS:
        e->status = (int64_t)value;
        break;
    case ROLE_EVENTS:
        e->events = value;
        break;
    case ROLE_IRQ:
        e->irq = value;
        break;
    case ROLE_BYTES:
        e->bytes = value;
        break;
    case ROLE_ACCESS:
        e->access = value;
        break;
    case ROLE_CAUSE:
        e->cause = value;
        break;
    case ROLE_PC:
        e->pc = value;
        break;
    case ROLE_ADDRESS:
        e->address = value;
        break;
    case ROLE_INCARNATION:
        e->incarnation = value;
        break;
    case ROLE_FRAME:
        read_frame(board, e, value);
        break;
    case ROLE_NAME:
        read_name(board, e, value);
        break;
    }
}

/* The guest is about to execute a probe. */
static void hit(void *arg, uint64_t pc)
{
    const struct site *site = arg;
    const struct board *board = site->trace->board;
    const struct probe *p = site->probe;
    struct event e = new_event(site->trace, p->kind);
    (void)pc;
    for (unsigned i = 0; i < p->operands; i++)
        take_operand(board, &e, p->operand[i].role, board_reg(board, p->operand[i].reg));
    report(site->trace, &e);
}

/* ---- the kernel's file ----------------------------------------------------------------------- */

/* The whole file, to be freed; NULL: errno says why, or it is too large to be a kernel. */
static void *read_file(const char *path, size_t *size)
{
    enum { LIMIT = 256 << 20 };
    char *bytes = NULL;
    FILE *in = fopen(path, "rb");
    if (!in)
        return NULL;
    if (fseek(in, 0, SEEK_END) == 0 && ftell(in) >= 0 && ftell(in) <= LIMIT) {
        *size = (size_t)ftell(in);
        rewind(in);
        bytes = malloc(*size + 1);
        if (bytes && fread(bytes, 1, *size, in) != *size) {
            free(bytes);
            bytes = NULL;
        }
    }
    fclose(in);
    return bytes;
}

static struct trace *create(const char *kernel, bool lenient, char *why, size_t size)
{
    char error[160];
    size_t bytes = 0;
    void *elf = read_file(kernel, &bytes);
    struct trace *t = calloc(1, sizeof *t);
    bool read = elf && t && probes_parse(elf, bytes, lenient, &t->probes, error, sizeof error);
    if (!elf)
        snprintf(why, size, "%s: cannot be read", kernel);
    else if (!t)
        snprintf(why, size, "out of memory");
    else if (!read)
        snprintf(why, size, "%s: %s", kernel, error);
    free(elf);
    if (read && (t->site = calloc(t->probes.count + 1, sizeof *t->site)) != NULL)
        return t;
    if (read)
        snprintf(why, size, "out of memory");
    trace_destroy(t);
    return NULL;
}

struct trace *trace_create(const char *kernel, char *why, size_t size)
{
    return create(kernel, false, why, size);
}

struct trace *trace_create_lenient(const char *kernel, char *why, size_t size)
{
    return create(kernel, true, why, size);
}

void trace_destroy(struct trace *t)
{
    if (!t)
        return;
    for (size_t i = 0; t->site && i < t->probes.count; i++)
        if (t->site[i].watched)
            board_unwatch_pc(t->board, t->probes.row[i].address, hit, &t->site[i]);
    if (t->board)
        board_watch_crossings(t->board, NULL, NULL);
    char unheard[160];
    trace_finish(t, unheard, sizeof unheard);
    free(t->site);
    probes_free(&t->probes);
    free(t);
}

size_t trace_probes(const struct trace *t)
{
    return t->probes.count;
}

void trace_subscribe(struct trace *t, struct sink *sink)
{
    struct sink **end = &t->sinks;
    while (*end)
        end = &(*end)->next;
    sink->next = NULL;
    *end = sink;
}

static void unsubscribe(struct trace *t, const struct sink *sink)
{
    for (struct sink **s = &t->sinks; *s; s = &(*s)->next)
        if (*s == sink) {
            *s = sink->next;
            return;
        }
}

void trace_count(struct trace *t, struct run_stats *stats)
{
    counters_init(&t->counters, stats);
    trace_subscribe(t, &t->counters.sink);
}

bool trace_write(struct trace *t, const char *path, char *why, size_t size)
{
    t->file = writer_open(path, why, size);
    if (!t->file)
        return false;
    trace_subscribe(t, writer_sink(t->file));
    return true;
}

bool trace_failed(const struct trace *t)
{
    return t->file && writer_failed(t->file);
}

bool trace_sync(struct trace *t)
{
    return t->file && writer_sync(t->file);
}

bool trace_finish(struct trace *t, char *why, size_t size)
{
    struct writer *file = t->file;
    if (t->board)
        flush_console(t);
    if (file)
        unsubscribe(t, writer_sink(file));
    t->file = NULL;
    return writer_close(file, why, size);
}

bool trace_start(struct trace *t, struct board *board)
{
    t->kinds = 0;
    for (const struct sink *s = t->sinks; s; s = s->next)
        t->kinds |= s->kinds;
    t->board = board;
    watch_crossings(t);
    for (size_t i = 0; i < t->probes.count; i++) {
        const struct probe *p = &t->probes.row[i];
        t->site[i] = (struct site){t, p, false};
        if (!(t->kinds & EVENT_BIT(p->kind)))
            continue;
        t->site[i].watched = board_watch_pc(board, p->address, hit, &t->site[i]);
        if (!t->site[i].watched)
            return false;
    }
    return true;
}
