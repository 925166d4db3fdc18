/*
 * Names of message types and fields, calls, errors and endpoints.
 *
 * gen/protocol.inc is generated from the protocol headers: a row for each type with the fields of
 * its payload, each with the offset and size that the compiler computed. So this file knows how to
 * print a field, and never which fields there are.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "emu/trace/names.h"

#define FIELD_UNSIGNED NAMES_UNSIGNED
#define FIELD_SIGNED   NAMES_SIGNED
#define FIELD_ENDPOINT NAMES_ENDPOINT

struct name_field {
    const char *name; /* NULL ends the list */
    uint8_t offset;   /* in the payload, bytes */
    uint8_t size;     /* of one element, bytes */
    uint8_t count;    /* elements: more than 1 for an array */
    enum names_kind kind;
};

struct name_type {
    uint32_t type;
    const char *name;
    const struct name_field *request, *reply; /* NULL: none, or only a status */
};

struct name_number {
    uint32_t number;
    const char *name;
};

#define FIELD(payload, type, field, kind)                                                          \
    {                                                                                              \
#field, offsetof(struct payload, field), sizeof(type),                                     \
            sizeof(((struct payload *)0)->field) / sizeof(type), kind                              \
    }

#include "gen/protocol.inc"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A text that grows to the end of its buffer and no further. */
struct text {
    char *out;
    size_t size, used;
    names_resolver *who;
    const void *context;
};

__attribute__((format(printf, 2, 3))) static void put(struct text *t, const char *format, ...)
{
    va_list args;
    if (t->used >= t->size)
        return;
    va_start(args, format);
    int n = vsnprintf(t->out + t->used, t->size - t->used, format, args);
    va_end(args);
    t->used += n > 0 ? (size_t)n : 0;
}

static const struct name_type *find_type(uint32_t type)
{
    for (size_t i = 0; i < COUNT(types); i++)
        if (types[i].type == (type & ~MSG_REPLY))
            return &types[i];
    return NULL;
}

static const char *find_number(const struct name_number *table, size_t count, uint64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].number == number)
            return table[i].name;
    return NULL;
}

const char *names_type(uint32_t type)
{
    const struct name_type *row = find_type(type);
    return row ? row->name : NULL;
}

const char *names_error(int64_t status)
{
    /* Negated as unsigned: INT64_MIN has no positive counterpart. */
    return find_number(errors, COUNT(errors), status < 0 ? -(uint64_t)status : (uint64_t)status);
}

const char *names_call(uint32_t call)
{
    return find_number(calls, COUNT(calls), call & 0xff);
}

char *names_status(char *out, size_t size, int64_t status)
{
    const char *name = status < 0 ? names_error(status) : NULL;
    if (name)
        snprintf(out, size, "%s", name);
    else
        snprintf(out, size, "%lld", (long long)status);
    return out;
}

char *names_endpoint(char *out, size_t size, endpoint_t ep, names_resolver *who,
                     const void *context)
{
    const char *name = who ? who(context, ep) : NULL;
    if (!name)
        name = ep == EP_KERNEL ? "kernel" : ep == EP_ANY ? "any" : ep == EP_NONE ? "none" : NULL;
    if (name)
        snprintf(out, size, "%s", name);
    else if (EP_GENERATION(ep))
        snprintf(out, size, "%u.%u", EP_SLOT(ep), EP_GENERATION(ep));
    else
        snprintf(out, size, "%u", EP_SLOT(ep));
    return out;
}

static void put_endpoint(struct text *t, endpoint_t ep)
{
    char name[32];
    put(t, "%s", names_endpoint(name, sizeof name, ep, t->who, t->context));
}

static void put_status(struct text *t, int64_t status)
{
    char name[32];
    put(t, " %s", names_status(name, sizeof name, status));
}

#define HUGE_NUMBER 1000000000000u /* nobody reads more digits: likely an address or bits */

/* How a number reads best: permissions in octal, bit sets and addresses in hexadecimal. */
static const char *number_format(const char *field, uint64_t value)
{
    static const char *const bits[] = {"flags",   "mask",  "signals", "cause",   "pc",
                                       "address", "frame", "handler", "restorer"};
    if (strcmp(field, "mode") == 0)
        return "%#llo";
    for (size_t i = 0; i < COUNT(bits); i++)
        if (strcmp(field, bits[i]) == 0)
            return "%#llx";
    return value >= HUGE_NUMBER ? "%#llx" : "%llu";
}

static uint64_t load(const uint8_t *at, size_t size, bool sign)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)at[i] << (8 * i);
    if (sign && size < 8 && value >> (8 * size - 1))
        value |= ~0ull << (8 * size);
    return value;
}

static void put_element(struct text *t, const struct name_field *f, const uint8_t *at)
{
    uint64_t value = load(at, f->size, f->kind == FIELD_SIGNED);
    const char *op = strcmp(f->name, "op") == 0 ? find_number(ops, COUNT(ops), value) : NULL;
    if (op)
        put(t, "%s", op);
    else if (f->kind == FIELD_ENDPOINT)
        put_endpoint(t, (endpoint_t)value);
    else if (f->kind == FIELD_SIGNED)
        put(t, "%lld", (long long)value);
    else {
        char text[32];
        snprintf(text, sizeof text, number_format(f->name, value), (unsigned long long)value);
        put(t, "%s", text);
    }
}

/* An array shows the elements that mean something: up to the last one that is not zero. */
static void put_field(struct text *t, const struct name_field *f, const struct message *m)
{
    const uint8_t *at = (const uint8_t *)m->w + f->offset;
    size_t count = f->count;
    while (count > 1 && load(at + (count - 1) * f->size, f->size, false) == 0)
        count--;
    put(t, " %s=", f->name);
    for (size_t i = 0; i < count; i++) {
        put(t, "%s", i ? "," : "");
        put_element(t, f, at + i * f->size);
    }
}

/* Notifications are read by their bits: "irq10 timer". */
static void put_notification(struct text *t, const struct message *m)
{
    for (int bit = 0; bit < 62; bit++)
        if (m->w[0] & NOTIFY_IRQ(bit))
            put(t, " irq%d", bit);
    put(t, "%s%s", m->w[0] & NOTIFY_TIMER ? " timer" : "", m->w[0] & NOTIFY_CRASH ? " crash" : "");
}

static void put_unknown(struct text *t, const struct message *m)
{
    int count = MSG_PAYLOAD_WORDS;
    put(t, "%#x%s", m->type & ~MSG_REPLY, m->type & MSG_REPLY ? " reply" : "");
    while (count > 0 && m->w[count - 1] == 0)
        count--;
    for (int i = 0; i < count; i++)
        put(t, m->w[i] > 9 ? " %#llx" : " %llu", (unsigned long long)m->w[i]);
}

char *names_message(char *out, size_t size, const struct message *m, names_resolver *who,
                    const void *context)
{
    struct text t = {out, size, 0, who, context};
    const struct name_type *row = find_type(m->type);
    const struct name_field *f = NULL;
    if (size)
        *out = '\0';
    if (!row) {
        put_unknown(&t, m);
        return out;
    }
    put(&t, "%s", row->name);
    if (m->type == MSG_NOTIFY) {
        put_notification(&t, m);
    } else if (m->type & MSG_REPLY) {
        put(&t, " reply");
        put_status(&t, m->status);
        f = m->status < 0 || !row->reply ? NULL : row->reply + 1; /* the status is shown already */
    } else {
        f = row->request;
    }
    for (; f && f->name; f++)
        put_field(&t, f, m);
    return out;
}

/* ---- names looked up ------------------------------------------------------------------------- */

static const char *number_name(const struct name_number *table, size_t count, size_t index)
{
    return index < count ? table[index].name : NULL;
}

/* All fields of all messages: a request's, then its reply's, type by type. */
static const struct name_field *listed_field(size_t index)
{
    for (size_t i = 0; i < COUNT(types); i++) {
        const struct name_field *list[] = {types[i].request, types[i].reply};
        for (size_t j = 0; j < COUNT(list); j++)
            for (const struct name_field *f = list[j]; f && f->name; f++)
                if (index-- == 0)
                    return f;
    }
    return NULL;
}

const char *names_listed(enum names_table table, size_t index)
{
    const struct name_field *field;
    switch (table) {
    case NAMES_TYPES:
        return index < COUNT(types) ? types[index].name : NULL;
    case NAMES_CALLS:
        return number_name(calls, COUNT(calls), index);
    case NAMES_ERRORS:
        return number_name(errors, COUNT(errors), index);
    case NAMES_OPS:
        return number_name(ops, COUNT(ops), index);
    case NAMES_FIELDS:
        field = listed_field(index);
        return field ? field->name : NULL;
    }
    return NULL;
}

static uint64_t listed_number(enum names_table table, size_t index)
{
    return table == NAMES_TYPES    ? types[index].type
           : table == NAMES_CALLS  ? calls[index].number
           : table == NAMES_ERRORS ? errors[index].number
                                   : ops[index].number;
}

bool names_number(enum names_table table, const char *name, uint64_t *number)
{
    const char *listed;
    if (table == NAMES_FIELDS)
        return false;
    for (size_t i = 0; (listed = names_listed(table, i)); i++) {
        if (strcmp(listed, name) == 0) {
            *number = listed_number(table, i);
            return true;
        }
    }
    return false;
}

bool names_field_kinds(const char *name, unsigned *kinds)
{
    const struct name_field *f;
    *kinds = 0;
    for (size_t i = 0; (f = listed_field(i)); i++)
        if (strcmp(f->name, name) == 0)
            *kinds |= 1u << f->kind;
    return *kinds != 0;
}

static void read_field(const struct name_field *f, const struct message *m, struct names_field *out)
{
    out->name = f->name;
    out->kind = f->kind;
    out->bytes = f->size;
    out->elements = f->count < NAMES_ELEMENTS ? f->count : NAMES_ELEMENTS;
    for (unsigned i = 0; i < out->elements; i++)
        out->element[i] =
            load((const uint8_t *)m->w + f->offset + i * f->size, f->size, f->kind == FIELD_SIGNED);
}

static const struct name_field status_only[] = {{"status", 0, 8, 1, FIELD_SIGNED}, {0}};

/* The fields that mean something in this message; NULL: none. */
static const struct name_field *fields_of(const struct message *m)
{
    const struct name_type *row = find_type(m->type);
    if (!row || !(m->type & MSG_REPLY))
        return row ? row->request : NULL;
    return m->status < 0 || !row->reply ? status_only : row->reply;
}

size_t names_fields(const struct message *m, struct names_field field[NAMES_MESSAGE_FIELDS])
{
    const struct name_field *f = fields_of(m);
    size_t n = 0;
    for (; f && f->name && n < NAMES_MESSAGE_FIELDS; f++)
        read_field(f, m, &field[n++]);
    return n;
}

bool names_field(const struct message *m, const char *name, struct names_field *out)
{
    for (const struct name_field *f = fields_of(m); f && f->name; f++) {
        if (strcmp(f->name, name) == 0) {
            read_field(f, m, out);
            return true;
        }
    }
    return false;
}
