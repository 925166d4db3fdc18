/* What a filter is compiled to: a tree of tests, read by filter.c and built by filter_parse.c. */
#ifndef EMU_MODEL_FILTER_TREE_H
#define EMU_MODEL_FILTER_TREE_H

#include "emu/model/filter.h"

/* Wider than any field, signed or not, so that a comparison of two numbers is always right. */
__extension__ typedef __int128 filter_number;

enum filter_field {
    FILTER_SRC,
    FILTER_DST,
    FILTER_PROC,
    FILTER_TYPE,
    FILTER_KIND,
    FILTER_STATUS,
    FILTER_ERR,
    FILTER_LATENCY,
    FILTER_SELF,
    FILTER_DEFERRED,
    FILTER_OPEN,
    FILTER_TXN,
    FILTER_PARENT,
    FILTER_TIME,
    FILTER_EVENT,
    FILTER_FIELDS,
    FILTER_PAYLOAD = FILTER_FIELDS /* a field of the message, `payload` */
};

enum filter_op {
    FILTER_NOT_ZERO, /* a field alone */
    FILTER_EQ,
    FILTER_NE,
    FILTER_LT,
    FILTER_LE,
    FILTER_GT,
    FILTER_GE,
    FILTER_CONTAINS
};

/* What is on the right of a comparison. */
struct filter_literal {
    bool is_name; /* of a process, or a part of a name */
    char name[32];
    int plain;            /* bytes of the name before its #, of which follows ... */
    uint32_t incarnation; /* ... this number, as in fs#2; else 0 */
    filter_number number;
    bool is_slot; /* as an endpoint, `number` is a slot of any generation; else `endpoint` */
    endpoint_t endpoint;
};

struct filter_node {
    enum { NODE_TEST, NODE_NOT, NODE_AND, NODE_OR } kind;
    uint16_t left, right; /* of the operators; NOT has only `left` */
    /* of a test: */
    enum filter_field field;
    enum filter_op op;
    const char *payload; /* static */
    struct filter_literal literal;
};

struct filter {
    uint16_t root;
    names_resolver *who; /* may be NULL */
    const void *context;
    unsigned nodes, room;
    struct filter_node node[];
};

/* Is the field about processes? Of a field of the message: is it one in any message? */
bool filter_is_process(enum filter_field field, const char *payload);

#endif
