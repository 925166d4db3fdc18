/*
 * A random program, as gen.c writes it and program.c runs it: what both must agree on.
 *
 * A program is a list of segments, each a piece of code for a level. It runs in the arena:
 *
 *   page  0 to 7   data, at WINDOW + 4096 * n in the program's two address spaces
 *   page  8, 9     the two spaces' last tables: entries 0 to 7 are the data's, 8 to 15 the pads'
 *   page  10, 11   pads, full of ecalls: where a wild jump may land; at WINDOW + 4096 * (8 + n), in
 * turns page  12, 13   the second space's other tables
 *
 * Everyone's code stands at its physical address, and at SNIPPETS for U-mode while paging is on. No
 * page that a jump may reach is writable, but for code that is patched and followed by fence.i.
 *
 * Conventions: x27 counts loops, x5 and x6 are addresses and other temporaries. Behind a wild jump,
 * x1 is where to go on.
 */
#ifndef TESTS_CONFORMANCE_PROGRAM_H
#define TESTS_CONFORMANCE_PROGRAM_H

#include <stdint.h>

#define DATA_PAGES   8
#define PAD_PAGES    8 /* virtual */
#define WINDOW_PAGES (DATA_PAGES + PAD_PAGES)
#define PAGE_TABLE   8
#define PAGE_PAD     10
#define PADS         2 /* physical */
#define PAGE_SECOND  12
#define SPACES       2
#define SEGMENTS     8
#define CLOSED_PAGE  7 /* the data page that PMP may close for S and U */

struct segment {
    uint64_t pc, level;
};

struct program {
    uint64_t seed;
    uint64_t paged; /* else satp stays zero */
    uint64_t medeleg, mideleg, mie, mstatus;
    uint64_t closed;
    struct segment segment[SEGMENTS];
    uint64_t flags[SPACES][WINDOW_PAGES]; /* page-table entries without the address */
};

#endif
