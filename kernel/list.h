/* Doubly linked circular lists; a list is a link whose neighbours are its first and last member.
 * All O(1). */
#ifndef KERNEL_LIST_H
#define KERNEL_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct link {
    struct link *next, *prev; /* next == NULL: in no list */
};

static inline void list_init(struct link *list)
{
    list->next = list->prev = list;
}

static inline bool list_empty(const struct link *list)
{
    return list->next == list;
}

static inline void list_insert_before(struct link *where, struct link *n)
{
    n->next = where;
    n->prev = where->prev;
    where->prev->next = n;
    where->prev = n;
}

static inline void list_append(struct link *list, struct link *n)
{
    list_insert_before(list, n);
}

static inline void list_prepend(struct link *list, struct link *n)
{
    list_insert_before(list->next, n);
}

static inline void list_remove(struct link *n)
{
    n->next->prev = n->prev;
    n->prev->next = n->next;
    n->next = NULL;
}

#define container(p, type, member) ((type *)((char *)(p)-offsetof(type, member)))

#endif
