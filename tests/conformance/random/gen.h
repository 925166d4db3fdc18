/*
 * The generator's parts: gen.c makes programs of groups of instructions, groups.c writes a group.
 * Everything is written to stdout.
 */
#ifndef TESTS_CONFORMANCE_GEN_H
#define TESTS_CONFORMANCE_GEN_H

#include "tests/conformance/guest.h"
#include "tests/conformance/random/program.h"

#include <inttypes.h>
#include <stdbool.h>

#define BRANCHES 4 /* that may be under way */

struct gen {
    uint64_t state, seed;
    bool paged;
    unsigned level; /* at which the next instruction probably runs */
    unsigned label; /* number of the last one */
    struct {
        unsigned label, groups; /* to be placed after so many groups */
    } ahead[BRANCHES];
};

/* ---- gen.c ---------------------------------------------------------------------------------- */

uint64_t next64(struct gen *g);
unsigned below(struct gen *g, unsigned n);
bool chance(struct gen *g, unsigned percent);

/* An instruction; a label p<seed>_<number>; a constant into a register. */
void op(const char *format, ...) __attribute__((format(printf, 1, 2)));
unsigned new_label(struct gen *g);
void place(const struct gen *g, unsigned label);
void li(unsigned r, uint64_t value);

/* ---- groups.c ------------------------------------------------------------------------------- */

/* Writes one that suits the level, or now and then one that does not. */
void write_group(struct gen *g);

/* Permissions of a page; of a pad, those without W. */
uint64_t random_flags(struct gen *g, bool pad);

#endif
