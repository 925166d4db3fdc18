/*
 * Recursive descent, one function a rule, into the tree that filter.c walks:
 *
 *     either = both { "||" both }
 *     both   = one { "&&" one }
 *     one    = "!" one | "(" either ")" | field [ comparison literal ]
 *
 * The first mistake is the one that is told; after it every rule returns at once.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/model/filter_words.h"

struct parser {
    const char *text, *at;
    struct token token; /* that comes next */
    struct filter *filter;
    struct filter_error *error;
    bool failed;
};

static const char *const field_names[] = {
    [FILTER_SRC] = "src",           [FILTER_DST] = "dst",         [FILTER_PROC] = "proc",
    [FILTER_TYPE] = "type",         [FILTER_KIND] = "kind",       [FILTER_STATUS] = "status",
    [FILTER_ERR] = "err",           [FILTER_LATENCY] = "latency", [FILTER_SELF] = "self",
    [FILTER_DEFERRED] = "deferred", [FILTER_OPEN] = "open",       [FILTER_TXN] = "txn",
    [FILTER_PARENT] = "parent",     [FILTER_TIME] = "time",       [FILTER_EVENT] = "event",
};

static const char *const kind_names[] = {[ENTRY_MESSAGE] = "message",
                                         [ENTRY_NOTICE] = "notify",
                                         [ENTRY_REQUEST] = "request",
                                         [ENTRY_REPLY] = "reply",
                                         [ENTRY_FAILED] = "failed"};
#define KINDS (sizeof kind_names / sizeof kind_names[0])

/* ---- mistakes --------------------------------------------------------------------------------- */

__attribute__((format(printf, 3, 4))) static void fail(struct parser *p, int column,
                                                       const char *format, ...)
{
    va_list args;
    if (p->failed)
        return;
    p->failed = true;
    p->error->column = column;
    va_start(args, format);
    vsnprintf(p->error->text, sizeof p->error->text, format, args);
    va_end(args);
}

/* A word of the text, to be shown and compared: cut to a size that fits a line. */
struct word {
    char text[32];
};

static struct word word_of(const struct token *t)
{
    struct word w;
    snprintf(w.text, sizeof w.text, "%.*s", t->length, t->text);
    return w;
}

static const char *listed_left(size_t index)
{
    return index < FILTER_FIELDS ? field_names[index]
                                 : names_listed(NAMES_FIELDS, index - FILTER_FIELDS);
}

static const char *listed_type(size_t index)
{
    return names_listed(NAMES_TYPES, index);
}

static const char *listed_error(size_t index)
{
    return names_listed(NAMES_ERRORS, index);
}

static const char *listed_op(size_t index)
{
    return names_listed(NAMES_OPS, index);
}

static const char *listed_kind(size_t index)
{
    return index < KINDS ? kind_names[index] : NULL;
}

/* "no WHAT is called 'FS_REED'; did you mean FS_READ?" */
static void fail_unknown(struct parser *p, const struct token *t, const char *what,
                         const char *(*listed)(size_t index))
{
    struct word w = word_of(t);
    const char *meant = word_like(w.text, listed);
    if (meant)
        fail(p, t->column, "no %s is called '%s'; did you mean %s?", what, w.text, meant);
    else
        fail(p, t->column, "no %s is called '%s'", what, w.text);
}

static void advance(struct parser *p)
{
    p->token = token_next(p->text, &p->at);
    if (p->token.kind == TOKEN_WRONG)
        fail(p, p->token.column, "%s", p->token.wrong);
}

/* ---- fields, on the left ------------------------------------------------------------------------ */

/* There is no such field: what else might it be? */
static void fail_field(struct parser *p, const struct token *t)
{
    struct word w = word_of(t);
    uint64_t number;
    const char *meant;
    if (strcasecmp(w.text, "not") == 0)
        fail(p, t->column, "'%s' is written !", w.text);
    if (names_number(NAMES_TYPES, w.text, &number)) {
        fail(p, t->column, "%s is a type: write type==%s", w.text, w.text);
        return;
    }
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kind_names[i], w.text) == 0)
            fail(p, t->column, "%s is a kind: write kind==%s", w.text, w.text);
    meant = word_like(w.text, listed_type);
    if (meant && !word_like(w.text, listed_left))
        fail(p, t->column, "no field is called '%s'; did you mean type==%s?", w.text, meant);
    fail_unknown(p, t, "field", listed_left);
}

/* Finds the field of a test; of a message's, the name in `payload`, which stays valid. */
static void find_field(struct parser *p, struct filter_node *n)
{
    struct word w = word_of(&p->token);
    bool dot = *w.text == '.';
    const char *listed;
    for (int i = 0; i < FILTER_FIELDS && !dot; i++) {
        if (strcmp(field_names[i], w.text) == 0) {
            n->field = (enum filter_field)i;
            return;
        }
    }
    n->field = FILTER_PAYLOAD;
    for (size_t i = 0; (listed = names_listed(NAMES_FIELDS, i)); i++) {
        if (strcmp(listed, w.text + dot) == 0) {
            n->payload = listed;
            return;
        }
    }
    fail_field(p, &p->token);
}

/* ---- literals, on the right --------------------------------------------------------------------- */

/* fs#2: the name, and the incarnation. A process may have a # in its name, too, so that stays as it is. */
static void split_name(struct filter_literal *l)
{
    const char *mark = strrchr(l->name, '#');
    size_t digits = mark ? strspn(mark + 1, "0123456789") : 0;
    if (digits == 0 || digits > 9 || mark[1 + digits])
        return;
    l->plain = (int)(mark - l->name);
    l->incarnation = (uint32_t)strtoul(mark + 1, NULL, 10);
}

static void take_name(struct parser *p, struct filter_literal *l)
{
    l->is_name = true;
    if (p->token.length == 0)
        fail(p, p->token.column, "a name is not empty");
    if ((size_t)p->token.length >= sizeof l->name)
        fail(p, p->token.column, "no name is as long as this");
    snprintf(l->name, sizeof l->name, "%.*s", p->token.length, p->token.text);
    split_name(l);
}

static void take_number(struct parser *p, bool is_time, struct filter_literal *l)
{
    const char *why;
    if (!token_number(&p->token, is_time, &l->number, &why))
        fail(p, p->token.column, "%s", why);
}

static void take_process(struct parser *p, const struct filter_node *n, struct filter_literal *l)
{
    if (p->token.kind != TOKEN_NUMBER) {
        take_name(p, l);
        if (n->field == FILTER_PAYLOAD && p->token.kind == TOKEN_WORD && l->incarnation)
            fail(p, p->token.column, "a message does not say which incarnation '%s' is: try %.*s",
                 n->payload, l->plain, l->name);
    } else if (!token_endpoint(&p->token, l)) {
        /* A field that holds an endpoint in one message may hold any number in another. */
        if (n->field != FILTER_PAYLOAD)
            fail(p, p->token.column,
                 "a process is a name, in quotes if it is an odd one, or 3 or 16.1");
        take_number(p, false, l);
        l->is_slot = true;
    }
}

/* A number that may have a name, from one of the tables. */
static void take_named(struct parser *p, enum names_table table, const char *what,
                       const char *(*listed)(size_t index), struct filter_literal *l)
{
    struct word w = word_of(&p->token);
    uint64_t number;
    if (p->token.kind == TOKEN_NUMBER)
        take_number(p, false, l);
    else if (!names_number(table, w.text, &number))
        fail_unknown(p, &p->token, what, listed);
    else
        l->number = table == NAMES_ERRORS ? -(filter_number)number : number;
}

static void take_kind(struct parser *p, struct filter_literal *l)
{
    struct word w = word_of(&p->token);
    for (size_t i = 0; i < KINDS; i++) {
        if (strcmp(kind_names[i], w.text) == 0) {
            l->number = (filter_number)i;
            return;
        }
    }
    if (word_like(w.text, listed_kind))
        fail_unknown(p, &p->token, "kind", listed_kind);
    fail(p, p->token.column, "a kind is request, reply, message, notify or failed");
}

/* A number that may be an error, by name. What is like no error's name is not meant as one. */
static void take_signed(struct parser *p, const struct filter_node *n, struct filter_literal *l)
{
    struct word w = word_of(&p->token);
    uint64_t number;
    if (p->token.kind != TOKEN_NUMBER && !names_number(NAMES_ERRORS, w.text, &number) &&
        !word_like(w.text, listed_error))
        fail(p, p->token.column, "'%s' is a number, and '%s' is none", n->payload, w.text);
    take_named(p, NAMES_ERRORS, "error", listed_error, l);
}

static void take_payload(struct parser *p, const struct filter_node *n, struct filter_literal *l)
{
    unsigned kinds;
    names_field_kinds(n->payload, &kinds);
    if (kinds & 1u << NAMES_ENDPOINT)
        take_process(p, n, l);
    else if (strcmp(n->payload, "op") == 0)
        take_named(p, NAMES_OPS, "operation", listed_op, l);
    else if (kinds & 1u << NAMES_SIGNED)
        take_signed(p, n, l);
    else
        take_number(p, false, l);
}

static void literal(struct parser *p, struct filter_node *n)
{
    struct filter_literal *l = &n->literal;
    enum token_kind kind = p->token.kind;
    if (kind != TOKEN_WORD && kind != TOKEN_NUMBER && kind != TOKEN_STRING)
        fail(p, p->token.column, "a value is missing behind the comparison");
    else if (n->op == FILTER_CONTAINS)
        take_name(p, l);
    else if (n->field == FILTER_PAYLOAD)
        take_payload(p, n, l);
    else if (filter_is_process(n->field, NULL))
        take_process(p, n, l);
    else if (n->field == FILTER_TYPE)
        take_named(p, NAMES_TYPES, "message type", listed_type, l);
    else if (n->field == FILTER_STATUS)
        take_named(p, NAMES_ERRORS, "error", listed_error, l);
    else if (n->field == FILTER_KIND)
        take_kind(p, l);
    else
        take_number(
            p, n->field == FILTER_TIME || n->field == FILTER_LATENCY || n->field == FILTER_SELF, l);
    advance(p);
}

/* ---- rules ------------------------------------------------------------------------------------ */

/* A new node; there is room, since each node has a token of its own. */
static uint16_t add(struct parser *p, struct filter_node n)
{
    if (p->failed || p->filter->nodes == p->filter->room)
        return 0;
    p->filter->node[p->filter->nodes] = n;
    return (uint16_t)p->filter->nodes++;
}

/* Does this comparison make sense for this field? */
static void check_op(struct parser *p, const struct filter_node *n, const struct token *left,
                     const struct token *op)
{
    bool process = filter_is_process(n->field, n->payload);
    bool ordered =
        n->op == FILTER_LT || n->op == FILTER_LE || n->op == FILTER_GT || n->op == FILTER_GE;
    struct word w = word_of(left);
    if (n->op == FILTER_NOT_ZERO && (n->field <= FILTER_KIND))
        fail(p, left->column, "'%s' alone says nothing: compare it, as in %s==...", w.text, w.text);
    if (n->op == FILTER_CONTAINS && !process && n->field != FILTER_TYPE)
        fail(p, op->column, "~ looks into names, and '%s' is none", w.text);
    if (ordered && (n->field <= FILTER_PROC || n->field == FILTER_KIND))
        fail(p, op->column, "'%s' is no number: compare with == or !=", w.text);
}

static uint16_t comparison(struct parser *p)
{
    struct filter_node n = {.kind = NODE_TEST, .op = FILTER_NOT_ZERO};
    struct token left = p->token, op;
    if (left.kind == TOKEN_NUMBER || left.kind == TOKEN_STRING)
        fail(p, left.column, "a comparison begins with a field, as in latency>1000 or src==sh");
    else if (left.kind != TOKEN_WORD)
        fail(p, left.column, "a field is missing here");
    else
        find_field(p, &n);
    advance(p);
    op = p->token;
    if (op.kind == TOKEN_COMPARE && !p->failed)
        n.op = op.op;
    if (!p->failed)
        check_op(p, &n, &left, &op);
    if (op.kind == TOKEN_COMPARE && !p->failed) {
        advance(p);
        if (!p->failed)
            literal(p, &n);
    }
    return add(p, n);
}

static uint16_t either(struct parser *p);

static uint16_t one(struct parser *p)
{
    struct token t = p->token;
    uint16_t inner = 0;
    if (t.kind == TOKEN_NOT) {
        advance(p);
        inner = p->failed ? 0 : one(p);
        return add(p, (struct filter_node){.kind = NODE_NOT, .left = inner});
    }
    if (t.kind != TOKEN_OPEN)
        return comparison(p);
    advance(p);
    inner = p->failed ? 0 : either(p);
    if (p->token.kind != TOKEN_CLOSE)
        fail(p, p->token.column, "a ) is missing for the ( in column %d", t.column);
    advance(p);
    return inner;
}

static uint16_t both(struct parser *p)
{
    uint16_t left = one(p);
    while (p->token.kind == TOKEN_AND && !p->failed) {
        advance(p);
        uint16_t right = one(p);
        left = add(p, (struct filter_node){.kind = NODE_AND, .left = left, .right = right});
    }
    return left;
}

static uint16_t either(struct parser *p)
{
    uint16_t left = both(p);
    while (p->token.kind == TOKEN_OR && !p->failed) {
        advance(p);
        uint16_t right = both(p);
        left = add(p, (struct filter_node){.kind = NODE_OR, .left = left, .right = right});
    }
    return left;
}

/* The text goes on where a filter could have ended. */
static void fail_rest(struct parser *p)
{
    struct word w = word_of(&p->token);
    bool is_and = strcasecmp(w.text, "and") == 0, is_or = strcasecmp(w.text, "or") == 0;
    if (p->token.kind == TOKEN_CLOSE)
        fail(p, p->token.column, "a ( is missing for this )");
    else if (is_and || is_or)
        fail(p, p->token.column, "'%s' is written %s", w.text, is_and ? "&&" : "||");
    else if (p->token.kind == TOKEN_COMPARE)
        fail(p, p->token.column, "one comparison at a time: a>1 && a<9");
    else
        fail(p, p->token.column, "&& or || is missing here");
}

struct filter *filter_compile(const char *text, struct filter_error *error)
{
    size_t length = strlen(text);
    struct parser p = {.text = text, .at = text, .error = error};
    *error = (struct filter_error){0};
    if (length > FILTER_MAX) {
        fail(&p, FILTER_MAX + 1, "a filter has at most %d characters", FILTER_MAX);
        return NULL;
    }
    p.filter = calloc(1, sizeof *p.filter + (length + 1) * sizeof p.filter->node[0]);
    if (!p.filter) {
        snprintf(error->text, sizeof error->text, "not enough memory");
        return NULL;
    }
    p.filter->room = (unsigned)length + 1;
    advance(&p);
    if (p.token.kind == TOKEN_END)
        fail(&p, 1, "the filter is empty");
    p.filter->root = p.failed ? 0 : either(&p);
    if (!p.failed && p.token.kind != TOKEN_END)
        fail_rest(&p);
    if (p.failed) {
        free(p.filter);
        return NULL;
    }
    return p.filter;
}
