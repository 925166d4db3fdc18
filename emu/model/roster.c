/* Names are few, and new ones rare: a list will do. */
#include <string.h>
#include "emu/model/filter_tree.h"
#include "emu/model/roster.h"

/* Is it there, in its first `length` bytes? */
static bool is_listed(const struct roster *r, const char *name, size_t length)
{
    for (unsigned i = 0; i < r->names; i++)
        if (strncmp(r->name[i], name, length) == 0 && strnlen(r->name[i], NAME_BYTES) == length)
            return true;
    return false;
}

void roster_event(struct roster *r, const struct event *e)
{
    size_t length = strnlen(e->name, NAME_BYTES - 1);
    if ((e->kind != EVENT_SPAWN && e->kind != EVENT_EXEC) || r->names == ROSTER_NAMES ||
        is_listed(r, e->name, length))
        return;
    memcpy(r->name[r->names++], e->name, length);
}

/* What else the filter language calls by a name. */
static bool is_reserved(const char *name)
{
    return strcmp(name, "any") == 0 || strcmp(name, "kernel") == 0;
}

const char *roster_stranger(const struct roster *r, const struct filter *f)
{
    for (unsigned i = 0; r->names < ROSTER_NAMES && i < f->nodes; i++) {
        const struct filter_node *n = &f->node[i];
        const struct filter_literal *l = &n->literal;
        if (n->kind != NODE_TEST || !l->is_name || n->op == FILTER_CONTAINS ||
            !filter_is_process(n->field, n->payload) || is_reserved(l->name))
            continue;
        if (!is_listed(r, l->name, strlen(l->name)) &&
            !(l->plain && is_listed(r, l->name, (size_t)l->plain)))
            return l->name;
    }
    return NULL;
}
