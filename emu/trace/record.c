/*
 * The layout of records is a table, read in both directions: so what is written is what is read.
 */
#include <string.h>
#include "emu/trace/record.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "records are copied, not converted");

#define AT_VERSION     0
#define AT_OPERATION   1
#define AT_TYPE        4
#define AT_SOURCE      8
#define AT_DESTINATION 12

struct field {
    uint8_t at, size;
    uint16_t member; /* offset in struct event */
};

#define SIZE(field) (sizeof(((struct event *)0)->field))
#define FIELD(offset, field)                                                                       \
    {                                                                                              \
        offset, SIZE(field), offsetof(struct event, field)                                         \
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

static const struct field header[] = {
    FIELD(16, number), FIELD(24, transaction), FIELD(32, parent),
    FIELD(40, status), FIELD(48, time),
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

static void put_fields(uint8_t *out, const struct event *e, const struct field *f, size_t count)
{
    for (; count > 0; count--, f++)
        memcpy(out + f->at, (const uint8_t *)e + f->member, f->size);
}

static void take_fields(struct event *e, const uint8_t *in, const struct field *f, size_t count)
{
    for (; count > 0; count--, f++)
        memcpy((uint8_t *)e + f->member, in + f->at, f->size);
}

#define HEADER_FIELDS (sizeof header / sizeof header[0])

size_t record_encode(const struct event *e, uint8_t out[RECORD_MAX])
{
    const struct layout *l = &layouts[e->kind];
    memset(out, 0, l->size);
    out[AT_VERSION] = RECORD_VERSION;
    out[AT_OPERATION] = (uint8_t)e->kind;
    if (l->message)
        memcpy(out + AT_TYPE, &e->message.type, sizeof e->message.type);
    memcpy(out + (l->arrives ? AT_DESTINATION : AT_SOURCE), &e->who, sizeof e->who);
    memcpy(out + (l->arrives ? AT_SOURCE : AT_DESTINATION), &e->peer, sizeof e->peer);
    put_fields(out, e, header, HEADER_FIELDS);
    put_fields(out, e, l->field, l->count);
    if (!l->text)
        return l->size;
    memcpy(out + l->size, e->text, e->length);
    return (size_t)l->size + e->length;
}

bool record_decode(struct event *e, const uint8_t *bytes, size_t size)
{
    if (size < RECORD_HEADER || bytes[AT_VERSION] != RECORD_VERSION ||
        bytes[AT_OPERATION] >= EVENT_KINDS)
        return false;
    const struct layout *l = &layouts[bytes[AT_OPERATION]];
    if (size < l->size || (l->text && size - l->size > EVENT_TEXT))
        return false;
    *e = (struct event){.kind = (enum event_kind)bytes[AT_OPERATION]};
    memcpy(&e->who, bytes + (l->arrives ? AT_DESTINATION : AT_SOURCE), sizeof e->who);
    memcpy(&e->peer, bytes + (l->arrives ? AT_SOURCE : AT_DESTINATION), sizeof e->peer);
    take_fields(e, bytes, header, HEADER_FIELDS);
    take_fields(e, bytes, l->field, l->count);
    e->name[sizeof e->name - 1] = '\0';
    if (l->text) {
        e->length = (uint8_t)(size - l->size);
        memcpy(e->text, bytes + l->size, e->length);
    }
    return e->time <= RECORD_TIME_MAX;
}
