/*
 * The pcapng writer (draft-ietf-opsawg-pcapng): a section header, one interface of link type USER0
 * with a resolution of nanoseconds, a packet for each event, and at the end the interface's
 * statistics, where "nothing was dropped" is stated.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/trace/pcapng.h"

#define BLOCK_SECTION    0x0a0d0d0au /* section 4.1 */
#define BLOCK_INTERFACE  1u          /* 4.2 */
#define BLOCK_PACKET     6u          /* 4.3, enhanced packet block */
#define BLOCK_STATISTICS 5u          /* 4.6 */
#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define LINKTYPE_USER0   147u
#define OPTION_IF_NAME   2u
#define OPTION_TSRESOL   9u /* of an interface: 10^-value seconds */
#define OPTION_IFRECV    4u /* of statistics */
#define OPTION_IFDROP    5u

#define NS_PER_INSN 10u
#define VERSION     1u

/* A packet: little-endian, 48 bytes, and 64 more that depend on the operation. */
struct record {
    uint8_t version;
    uint8_t operation; /* enum event_kind */
    uint16_t flags;    /* none yet: 0 */
    uint32_t source, destination;
    uint32_t type;        /* of the message, or 0 */
    uint64_t sequence;    /* from 1 on, without a gap */
    uint64_t transaction; /* the sendrec that this belongs to, or 0 */
    int64_t status;
    uint64_t instructions;
    union {
        struct message message; /* CALL, DELIVER */
        uint64_t operand[8];    /* the others: see fill_operands */
        char name[64];          /* SPAWN, EXEC */
    };
};
_Static_assert(sizeof(struct record) == 112, "docs/trace-format.md");

struct pcapng {
    struct sink sink;
    FILE *file;
    int error; /* the first that writing gave, or 0 */
    uint64_t events, transactions, last_time;
    uint64_t transaction[NSLOTS]; /* that a process's present sendrec began */
};

/* ---- blocks ---------------------------------------------------------------------------------- */

static void put(struct pcapng *p, const void *bytes, size_t n)
{
    if (p->error == 0 && fwrite(bytes, 1, n, p->file) != n)
        p->error = errno ? errno : EIO;
}

static void put32(struct pcapng *p, uint32_t value)
{
    put(p, &value, sizeof value);
}

/* An option: code, length, value padded to four bytes. */
static void put_option(struct pcapng *p, uint16_t code, const void *value, uint16_t n)
{
    static const char zeros[4];
    put(p, &code, sizeof code);
    put(p, &n, sizeof n);
    put(p, value, n);
    put(p, zeros, (4 - n % 4) % 4);
}

static void put_header(struct pcapng *p)
{
    static const uint64_t unknown = UINT64_MAX;
    static const uint8_t nanoseconds = 9;
    put32(p, BLOCK_SECTION);
    put32(p, 28);
    put32(p, BYTE_ORDER_MAGIC);
    put32(p, 1); /* version 1.0 */
    put(p, &unknown, sizeof unknown);
    put32(p, 28);

    put32(p, BLOCK_INTERFACE);
    put32(p, 44);
    put32(p, LINKTYPE_USER0);
    put32(p, 0); /* no limit to a packet's length */
    put_option(p, OPTION_IF_NAME, "courier", 7);
    put_option(p, OPTION_TSRESOL, &nanoseconds, 1);
    put32(p, 0); /* end of options */
    put32(p, 44);
}

static void put_time(struct pcapng *p, uint64_t instructions)
{
    uint64_t ns = instructions * NS_PER_INSN;
    put32(p, (uint32_t)(ns >> 32));
    put32(p, (uint32_t)ns);
}

static void put_packet(struct pcapng *p, const struct record *r)
{
    uint32_t length = 32 + sizeof *r;
    put32(p, BLOCK_PACKET);
    put32(p, length);
    put32(p, 0); /* interface */
    put_time(p, r->instructions);
    put32(p, sizeof *r);
    put32(p, sizeof *r);
    put(p, r, sizeof *r);
    put32(p, length);
}

static void put_statistics(struct pcapng *p)
{
    static const uint64_t none;
    uint32_t length = 24 + 2 * 12 + 4;
    put32(p, BLOCK_STATISTICS);
    put32(p, length);
    put32(p, 0);
    put_time(p, p->last_time);
    put_option(p, OPTION_IFRECV, &p->events, 8);
    put_option(p, OPTION_IFDROP, &none, 8);
    put32(p, 0);
    put32(p, length);
}

/* ---- events ---------------------------------------------------------------------------------- */

/* Which sendrec an event belongs to: the client's, who is the source of the request and the
 * destination of the reply. */
static uint64_t transaction_of(struct pcapng *p, const struct event *e)
{
    unsigned who = EP_SLOT(e->who), peer = EP_SLOT(e->peer);
    switch (e->kind) {
    case EVENT_CALL:
        if ((e->call & IPC_CALL_MASK) == IPC_SENDREC && who < NSLOTS)
            return p->transaction[who] = ++p->transactions;
        return 0;
    case EVENT_DELIVER:
        if (e->message.type & MSG_REPLY)
            return who < NSLOTS ? p->transaction[who] : 0;
        return peer < NSLOTS && e->message.type != MSG_NOTIFY ? p->transaction[peer] : 0;
    default:
        return 0;
    }
}

/* What an event has besides source, destination and status. */
static void fill_operands(struct record *r, const struct event *e)
{
    switch (e->kind) {
    case EVENT_CALL:
    case EVENT_DELIVER:
        r->type = e->message.type;
        r->message = e->message;
        if (e->kind == EVENT_CALL)
            r->message.source = e->call; /* not stamped yet: call and flags stand there */
        break;
    case EVENT_SPAWN:
    case EVENT_EXEC:
        memcpy(r->name, e->name, NAME_BYTES);
        break;
    default:
        r->operand[0] = e->call;
        r->operand[1] = e->state;
        r->operand[2] = e->events | e->irq;
        r->operand[3] = e->bytes;
        r->operand[4] = e->access;
        r->operand[5] = e->cause;
        r->operand[6] = e->pc | e->incarnation;
        r->operand[7] = e->address;
        break;
    }
}

static void on_event(struct sink *self, const struct event *e)
{
    struct pcapng *p = (struct pcapng *)self;
    bool arrives = e->kind == EVENT_DELIVER || e->kind == EVENT_NOTIFY || e->kind == EVENT_IRQ;
    struct record r = {.version = VERSION,
                       .operation = (uint8_t)e->kind,
                       .source = arrives ? e->peer : e->who,
                       .destination = arrives ? e->who : e->peer,
                       .sequence = ++p->events,
                       .transaction = transaction_of(p, e),
                       .status = e->status,
                       .instructions = e->time};
    fill_operands(&r, e);
    p->last_time = e->time;
    put_packet(p, &r);
}

/* ---- the file -------------------------------------------------------------------------------- */

struct pcapng *pcapng_open(const char *path, char *why, size_t size)
{
    struct pcapng *p = calloc(1, sizeof *p);
    if (p == NULL || (p->file = fopen(path, "wb")) == NULL) {
        snprintf(why, size, "%s: %s", path, strerror(errno));
        free(p);
        return NULL;
    }
    p->sink = (struct sink){.kinds = EVENT_ALL, .event = on_event};
    put_header(p);
    return p;
}

struct sink *pcapng_sink(struct pcapng *file)
{
    return &file->sink;
}

bool pcapng_close(struct pcapng *p, char *why, size_t size)
{
    if (p == NULL)
        return true;
    put_statistics(p);
    if (fclose(p->file) != 0 && p->error == 0)
        p->error = errno;
    int error = p->error;
    free(p);
    if (error != 0)
        snprintf(why, size, "the trace file is incomplete: %s", strerror(error));
    return error == 0;
}
