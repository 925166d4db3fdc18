/*
 * From a probe's no-op to an event: when the guest comes to the address, its row says which
 * registers hold what, and the trap frame in guest memory holds the message.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <courier/probe.h>
#include "emu/trace/counters.h"
#include "emu/trace/probes.h"
#include "emu/trace/pcapng.h"
#include "emu/trace/trace.h"

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
    struct board *board;
    struct counters counters; /* of trace_count */
    struct pcapng *file;      /* of trace_write, or NULL */
};

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
    struct event e = {.time = board_clock(board), .kind = p->kind, .who = EP_NONE, .peer = EP_NONE};
    (void)pc;
    for (unsigned i = 0; i < p->operands; i++)
        take_operand(board, &e, p->operand[i].role, board_reg(board, p->operand[i].reg));
    for (struct sink *s = site->trace->sinks; s; s = s->next)
        if (s->kinds & EVENT_BIT(p->kind))
            s->event(s, &e);
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

struct trace *trace_create(const char *kernel, char *why, size_t size)
{
    char error[160];
    size_t bytes = 0;
    void *elf = read_file(kernel, &bytes);
    struct trace *t = calloc(1, sizeof *t);
    bool read = elf && t && probes_parse(elf, bytes, &t->probes, error, sizeof error);
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

void trace_destroy(struct trace *t)
{
    if (!t)
        return;
    for (size_t i = 0; t->site && i < t->probes.count; i++)
        if (t->site[i].watched)
            board_unwatch_pc(t->board, t->probes.row[i].address, hit, &t->site[i]);
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

void trace_count(struct trace *t, struct run_stats *stats)
{
    counters_init(&t->counters, stats);
    trace_subscribe(t, &t->counters.sink);
}

bool trace_write(struct trace *t, const char *path, char *why, size_t size)
{
    t->file = pcapng_open(path, why, size);
    if (!t->file)
        return false;
    trace_subscribe(t, pcapng_sink(t->file));
    return true;
}

bool trace_finish(struct trace *t, char *why, size_t size)
{
    struct pcapng *file = t->file;
    t->file = NULL;
    return pcapng_close(file, why, size);
}

bool trace_start(struct trace *t, struct board *board)
{
    uint32_t kinds = 0;
    for (const struct sink *s = t->sinks; s; s = s->next)
        kinds |= s->kinds;
    t->board = board;
    for (size_t i = 0; i < t->probes.count; i++) {
        const struct probe *p = &t->probes.row[i];
        t->site[i] = (struct site){t, p, false};
        if (!(kinds & EVENT_BIT(p->kind)))
            continue;
        t->site[i].watched = board_watch_pc(board, p->address, hit, &t->site[i]);
        if (!t->site[i].watched)
            return false;
    }
    return true;
}
