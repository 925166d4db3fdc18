/*
 * The history around one place of a run: messages in order, and transactions that have ended. The place is the end of the
 * run, or of the part of it that was read again (timeline.h).
 */
#ifndef EMU_MODEL_HISTORY_H
#define EMU_MODEL_HISTORY_H

#include <stddef.h>
#include "emu/model/stream.h"
#include "emu/model/world.h"

#ifndef TRANSACTIONS       /* tests take less */
#define TRANSACTIONS 16384 /* that are kept after they ended */
#endif
#define TREE_MAX 64 /* transactions of a tree that are shown */

struct history {
    struct world_sink sink;  /* give this to world_event() */
    struct world_sink *next; /* is told the same; NULL: nobody. For the model's other parts */
    struct stream stream;
    uint64_t ended; /* transactions, ever */
    struct transaction transaction[TRANSACTIONS];
    uint64_t where
        [TRANSACTIONS]; /* by id modulo this: value of `ended` at the end of the last such one */
};

/* NULL: out of memory. Free with free(). */
struct history *history_create(void);
void history_clear(struct history *h);

/* A transaction, ended or open in the world; NULL: unknown or forgotten. */
const struct transaction *history_transaction(const struct history *h, const struct world *w,
                                              uint64_t id);

/* One line of a transaction's tree. */
struct tree_line {
    const struct transaction *transaction;
    unsigned depth; /* 0: the root */
    bool last;      /* no sibling follows */
};

/* The whole tree that contains transaction `id`, in order; returns how many lines. One `read()` is one tree. */
size_t history_tree(const struct history *h, const struct world *w, uint64_t id,
                    struct tree_line line[TREE_MAX]);

#endif
