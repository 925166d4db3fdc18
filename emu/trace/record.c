/*
 * The layout of records is a table, read in both directions: so what is written is what is read.
 */
#include <string.h>
#include "emu/trace/record.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "records are copied, not converted");

/* What all records begin with. */
struct header {
    uint8_t version, operation;
    uint16_t flags;
    uint32_t type, source, destination;
    uint64_t number, transaction, parent;
    int64_t status;
    uint64_t time;
};
_Static_assert(sizeof(struct header) == RECORD_HEADER, "docs/trace-format.md");

/* A part of the body: words of 8 bytes, or the half of one, with zeros above it. */
struct field {
    uint8_t at, words; /* words 0: half a word */
    uint16_t member;   /* offset in struct event */
};

#define SIZE(field) (sizeof(((struct event *)0)->field))
#define FIELD(offset, field)                                                                       \
    {                                                                                              \
        offset, SIZE(field) / 8, offsetof(struct event, field)                                     \
    }

#define FIELDS 6

struct layout {
    uint8_t size;  /* of the record without text */
    bool arrives;  /* `who` is the destination, and `peer` the source */
    bool message;  /* has a type */
    bool text;     /* `length` bytes of text follow */
    uint8_t count; /* of fields */
    struct field field[FIELDS];
};

#define CROSSING                                                                                   \
    {                                                                                              \
        FIELD(56, message), FIELD(120, satp), FIELD(128, cause), FIELD(136, pc),                   \
            FIELD(144, address), FIELD(152, x)                                                     \
    }

static const struct layout layouts[EVENT_KINDS] = {
    [EVENT_CALL] = {.size = 136,
                    .message = true,
                    .count = 3,
                    .field = {FIELD(56, message), FIELD(120, frame), FIELD(128, call)}},
    [EVENT_BLOCK] = {.size = 64, .count = 1, .field = {FIELD(56, state)}},
    [EVENT_DELIVER] = {.size = 128,
                       .arrives = true,
                       .message = true,
                       .count = 2,
                       .field = {FIELD(56, message), FIELD(120, frame)}},
    [EVENT_WAKE] = {.size = RECORD_HEADER},
    [EVENT_FAIL] = {.size = 64, .count = 1, .field = {FIELD(56, call)}},
    [EVENT_NOTIFY] = {.size = 64, .arrives = true, .count = 1, .field = {FIELD(56, events)}},
    [EVENT_IRQ] = {.size = 64, .arrives = true, .count = 1, .field = {FIELD(56, irq)}},
    [EVENT_SWITCH] = {.size = RECORD_HEADER, .arrives = true},
    [EVENT_COPY] = {.size = 72, .count = 2, .field = {FIELD(56, bytes), FIELD(64, access)}},
    [EVENT_SPAWN] = {.size = 72, .arrives = true, .count = 1, .field = {FIELD(56, name)}},
    [EVENT_EXEC] = {.size = 72, .count = 1, .field = {FIELD(56, name)}},
    [EVENT_EXIT] = {.size = RECORD_HEADER},
    [EVENT_CRASH] = {.size = 80,
                     .count = 3,
                     .field = {FIELD(56, cause), FIELD(64, pc), FIELD(72, address)}},
    [EVENT_RESTART] = {.size = 64, .count = 1, .field = {FIELD(56, incarnation)}},
    [EVENT_TRAP] = {.size = 192, .count = 6, .field = CROSSING},
    [EVENT_RETURN] = {.size = 192, .count = 6, .field = CROSSING},
    [EVENT_CONSOLE] = {.size = RECORD_HEADER, .text = true},
    [EVENT_OPERATOR] = {.size = RECORD_HEADER, .text = true},
};

/* Copying is most of the work of tracing. The loops beat calls of memcpy with a size that only
 * the table knows. */

static void put_field(uint8_t *to, const uint8_t *from, size_t words)
{
    uint64_t word = 0;
    if (words == 0) {
        memcpy(&word, from, 4);
        memcpy(to, &word, sizeof word);
    }
    for (; words > 0; words--, to += sizeof word, from += sizeof word) {
        memcpy(&word, from, sizeof word);
        memcpy(to, &word, sizeof word);
    }
}

static void take_field(uint8_t *to, const uint8_t *from, size_t words)
{
    if (words == 0)
        memcpy(to, from, 4);
    else
        memcpy(to, from, 8 * words);
}

size_t record_encode(const struct event *e, uint8_t out[RECORD_MAX])
{
    const struct layout *l = &layouts[e->kind];
    const struct header h = {.version = RECORD_VERSION,
                             .operation = (uint8_t)e->kind,
                             .type = l->message ? e->message.type : 0,
                             .source = l->arrives ? e->peer : e->who,
                             .destination = l->arrives ? e->who : e->peer,
                             .number = e->number,
                             .transaction = e->transaction,
                             .parent = e->parent,
                             .status = e->status,
                             .time = e->time};
    memcpy(out, &h, sizeof h);
    for (unsigned i = 0; i < l->count; i++)
        put_field(out + l->field[i].at, (const uint8_t *)e + l->field[i].member, l->field[i].words);
    if (!l->text)
        return l->size;
    memcpy(out + l->size, e->text, e->length);
    return (size_t)l->size + e->length;
}

static void take_header(struct event *e, const struct header *h, bool arrives)
{
    *e = (struct event){.kind = (enum event_kind)h->operation,
                        .who = arrives ? h->destination : h->source,
                        .peer = arrives ? h->source : h->destination,
                        .number = h->number,
                        .transaction = h->transaction,
                        .parent = h->parent,
                        .status = h->status,
                        .time = h->time};
}

bool record_decode(struct event *e, const uint8_t *bytes, size_t size)
{
    struct header h;
    if (size < sizeof h)
        return false;
    memcpy(&h, bytes, sizeof h);
    if (h.version != RECORD_VERSION || h.operation >= EVENT_KINDS)
        return false;
    const struct layout *l = &layouts[h.operation];
    if (size < l->size || (l->text && size - l->size > EVENT_TEXT))
        return false;
    take_header(e, &h, l->arrives);
    for (unsigned i = 0; i < l->count; i++)
        take_field((uint8_t *)e + l->field[i].member, bytes + l->field[i].at, l->field[i].words);
    e->name[sizeof e->name - 1] = '\0';
    if (l->text) {
        e->length = (uint8_t)(size - l->size);
        memcpy(e->text, bytes + l->size, e->length);
    }
    return e->time <= RECORD_TIME_MAX;
}
