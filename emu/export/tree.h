/* A transaction with all that was asked inside it, copied out of the model: one `read()` is one tree. */
#ifndef EMU_EXPORT_TREE_H
#define EMU_EXPORT_TREE_H

#include <stdio.h>
#include "emu/export/past_names.h"
#include "emu/model/filter.h"
#include "emu/model/model.h"

struct tree {
    size_t rows;
    uint64_t now; /* when the tree was taken */
    struct tree_row {
        struct transaction transaction;
        struct tree_end {
            char name[NAME_BYTES]; /* as it was called when the request was delivered */
            uint32_t incarnation;
        } client, server;
        unsigned depth;
        bool last; /* no sibling follows */
    } row[TREE_MAX];
};

/* Takes the tree that transaction `id` belongs to; no rows: it is unknown or forgotten. */
void tree_take(struct tree *t, const struct model *m, const struct past_names *names, uint64_t id);

/* A line a transaction, below the heading: total, self and inside in instructions. Messages are cut so that a line has at most `width`
 * columns, more or less; 0: they are not. */
void tree_heading(FILE *out);
void tree_print(FILE *out, const struct tree *t, const struct past_names *names, int width);

#endif
