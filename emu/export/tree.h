/* A transaction with all that was asked inside it, copied out of the model: one `read()` is one tree. */
#ifndef EMU_EXPORT_TREE_H
#define EMU_EXPORT_TREE_H

#include <stdio.h>
#include "emu/model/filter.h"
#include "emu/model/model.h"

struct tree {
    size_t rows;
    uint64_t now; /* when the tree was taken */
    struct tree_row {
        struct transaction transaction;
        char client[NAME_BYTES + 12], server[NAME_BYTES + 12];
        unsigned depth;
        bool last; /* no sibling follows */
    } row[TREE_MAX];
};

/* Takes the tree that transaction `id` belongs to; no rows: it is unknown or forgotten. */
void tree_take(struct tree *t, const struct model *m, uint64_t id);

/* Does the filter match one of its requests? */
bool tree_matches(const struct tree *t, const struct filter *f);

/* A line a transaction, below the heading: total, self and inside in instructions. Messages are cut so that a line has at most `width`
 * columns, more or less; 0: they are not. */
void tree_heading(FILE *out);
void tree_print(FILE *out, const struct tree *t, const struct model *m, int width);

#endif
