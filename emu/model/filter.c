/* Whether a message passes a filter: the tree is walked, and each test looks at one field. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/model/filter_tree.h"

bool filter_is_process(enum filter_field field, const char *payload)
{
    unsigned kinds;
    if (field == FILTER_PAYLOAD)
        return names_field_kinds(payload, &kinds) && (kinds & 1u << NAMES_ENDPOINT);
    return field == FILTER_SRC || field == FILTER_DST || field == FILTER_PROC;
}

/* ---- processes -------------------------------------------------------------------------------- */

/* What a message that mentions the endpoint calls it. */
static const char *process_name(const struct filter *f, const struct entry *e, endpoint_t ep,
                                char *room, size_t size)
{
    if (ep == e->source && e->source_name[0])
        return e->source_name;
    if (ep == e->dest && e->dest_name[0])
        return e->dest_name;
    return names_endpoint(room, size, ep, f->who, f->context);
}

/* Is it called so? fs is any incarnation of fs, fs#2 the second; and a program may call itself fs#2, too. */
static bool is_called(const char *name, uint32_t incarnation, const struct filter_literal *wanted)
{
    size_t plain = (size_t)wanted->plain;
    return strcmp(name, wanted->name) == 0 ||
           (wanted->incarnation && wanted->incarnation == incarnation && strlen(name) == plain &&
            strncmp(name, wanted->name, plain) == 0);
}

/* `incarnation`: 0 of an ordinary process, and where it is unknown. */
static bool is_process(const struct filter *f, const struct entry *e, const struct filter_node *n,
                       endpoint_t ep, uint32_t incarnation)
{
    char room[NAME_BYTES + 16];
    const struct filter_literal *wanted = &n->literal;
    if (!wanted->is_name && n->op != FILTER_CONTAINS)
        return wanted->is_slot ? EP_SLOT(ep) == wanted->number : ep == wanted->endpoint;
    const char *name = process_name(f, e, ep, room, sizeof room);
    if (n->op != FILTER_CONTAINS)
        return is_called(name, incarnation, wanted);
    char shown[2 * NAME_BYTES + 16];
    snprintf(shown, sizeof shown, incarnation > 1 ? "%.30s#%u" : "%.30s", name, incarnation);
    return strcasestr(shown, wanted->name) != NULL;
}

static bool is_source(const struct filter *f, const struct entry *e, const struct filter_node *n)
{
    return is_process(f, e, n, e->source, e->source_incarnation);
}

static bool is_dest(const struct filter *f, const struct entry *e, const struct filter_node *n)
{
    return is_process(f, e, n, e->dest, e->dest_incarnation);
}

/* ---- numbers ---------------------------------------------------------------------------------- */

static bool compare(filter_number value, enum filter_op op, filter_number wanted)
{
    switch (op) {
    case FILTER_EQ:
        return value == wanted;
    case FILTER_NE:
        return value != wanted;
    case FILTER_LT:
        return value < wanted;
    case FILTER_LE:
        return value <= wanted;
    case FILTER_GT:
        return value > wanted;
    case FILTER_GE:
        return value >= wanted;
    default:
        return value != 0;
    }
}

static bool has_status(const struct entry *e)
{
    bool answered = e->fate == FATE_ANSWERED || e->fate == FATE_FAILED;
    return e->kind == ENTRY_REPLY || e->kind == ENTRY_FAILED ||
           (e->kind == ENTRY_REQUEST && answered);
}

/* Of a message that has such a field. */
static filter_number value_of(const struct entry *e, enum filter_field field)
{
    switch (field) {
    case FILTER_TYPE:
        return e->message.type & ~MSG_REPLY;
    case FILTER_KIND:
        return e->kind;
    case FILTER_STATUS:
        return e->status;
    case FILTER_ERR:
        return e->status < 0;
    case FILTER_LATENCY:
        return e->latency;
    case FILTER_SELF:
        return e->self;
    case FILTER_DEFERRED:
        return e->deferred;
    case FILTER_OPEN:
        return e->fate == FATE_OPEN;
    case FILTER_TXN:
        return e->transaction;
    case FILTER_PARENT:
        return e->parent;
    case FILTER_TIME:
        return e->time;
    default:
        return e->event;
    }
}

static bool has_value(const struct entry *e, enum filter_field field)
{
    switch (field) {
    case FILTER_STATUS:
    case FILTER_ERR:
        return has_status(e);
    case FILTER_LATENCY:
    case FILTER_SELF:
    case FILTER_DEFERRED:
        return e->latency != 0;
    case FILTER_OPEN:
        return e->kind == ENTRY_REQUEST;
    default:
        return true;
    }
}

/* ---- tests ------------------------------------------------------------------------------------ */

static bool test_element(const struct filter *f, const struct entry *e, const struct filter_node *n,
                         const struct names_field *field, unsigned i)
{
    enum filter_op op = n->op == FILTER_NE ? FILTER_EQ : n->op;
    uint64_t bits = field->element[i];
    if (field->kind == NAMES_ENDPOINT && n->op != FILTER_NOT_ZERO)
        return (op == FILTER_EQ || op == FILTER_CONTAINS) &&
               is_process(f, e, n, (endpoint_t)bits, 0);
    if (n->literal.is_name)
        return false;
    return compare(field->kind == NAMES_SIGNED ? (filter_number)(int64_t)bits : bits, op,
                   n->literal.number);
}

static bool test_payload(const struct filter *f, const struct entry *e, const struct filter_node *n)
{
    struct names_field field;
    bool any = false;
    if (!names_field(&e->message, n->payload, &field))
        return false;
    for (unsigned i = 0; i < field.elements && !any; i++)
        any = test_element(f, e, n, &field, i);
    return any != (n->op == FILTER_NE);
}

static bool test(const struct filter *f, const struct entry *e, const struct filter_node *n)
{
    const char *type;
    switch (n->field) {
    case FILTER_SRC:
        return is_source(f, e, n) != (n->op == FILTER_NE);
    case FILTER_DST:
        return is_dest(f, e, n) != (n->op == FILTER_NE);
    case FILTER_PROC:
        return (is_source(f, e, n) || is_dest(f, e, n)) != (n->op == FILTER_NE);
    case FILTER_PAYLOAD:
        return test_payload(f, e, n);
    default:
        break;
    }
    if (n->op == FILTER_CONTAINS) {
        type = names_type(e->message.type);
        return type && strcasestr(type, n->literal.name);
    }
    return has_value(e, n->field) && compare(value_of(e, n->field), n->op, n->literal.number);
}

/* As deep as the parentheses are, and as the text is long: FILTER_MAX. */
static bool walk(const struct filter *f, const struct entry *e, uint16_t at)
{
    const struct filter_node *n = &f->node[at];
    switch (n->kind) {
    case NODE_NOT:
        return !walk(f, e, n->left);
    case NODE_AND:
        return walk(f, e, n->left) && walk(f, e, n->right);
    case NODE_OR:
        return walk(f, e, n->left) || walk(f, e, n->right);
    default:
        return test(f, e, n);
    }
}

bool filter_match(const struct filter *f, const struct entry *e)
{
    return !f || (e->kind != ENTRY_NOTE && walk(f, e, f->root));
}

bool filter_shows(const struct filter *f, const struct entry *e)
{
    return filter_match(f, e) || (e->kind == ENTRY_NOTE && e->note.level != NOTE_INFO);
}

void filter_resolver(struct filter *f, names_resolver *who, const void *context)
{
    f->who = who;
    f->context = context;
}

void filter_free(struct filter *f)
{
    free(f);
}
