/*
 * Where processes keep what a person wants to look into: the frames that hold their registers while they do not run. They
 * are learned from the calls that they make.
 */
#ifndef EMU_DASH_INSPECT_H
#define EMU_DASH_INSPECT_H

#include "emu/dash/view.h"
#include "emu/trace/event.h"

struct board;

struct frames {
    struct sink sink; /* subscribe this to the trace */
    struct {
        endpoint_t endpoint;
        uint64_t frame; /* guest physical address; 0: not known yet */
    } process[NSLOTS];
};

void frames_init(struct frames *f);

/* The registers of a process that does not run. False: it never made a call. `satp` stays as it is. */
bool frames_registers(const struct frames *f, const struct board *board, endpoint_t ep,
                      struct view_registers *out);

/*
 * What an address space gives to user mode: walks the page table at most so far as to fill `max` mappings, neighbours with
 * the same rights taken together. Returns how many.
 */
unsigned inspect_mappings(const struct board *board, uint64_t satp, struct view_mapping *out,
                          unsigned max);

#endif
