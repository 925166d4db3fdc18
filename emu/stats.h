/*
 * The counters that --stats writes. The board's own are filled in at the end of a run; the trace
 * layer counts what it sees at the kernel's probes while the run goes on.
 */
#ifndef EMU_STATS_H
#define EMU_STATS_H

#include <stdbool.h>
#include <stdint.h>
#include "emu/board/board.h"

struct episode_log; /* emu/model/episode_log.h */

struct run_stats {
    uint64_t instructions;          /* executed by the guest */
    uint64_t host_ns;               /* on the host's clock */
    uint64_t traps;                 /* exceptions and interrupts */
    uint64_t boot_instructions;     /* up to the first prompt; 0: there was none */
    uint64_t messages;              /* delivered, counted by the trace layer */
    uint64_t switches;              /* of process, the same */
    uint64_t restarts;              /* of services, the same */
    struct episode_log *recoveries; /* while a run is under way; or NULL */
    uint64_t ram_hash;              /* of the guest's RAM at the end; the same for equal runs */
};

/* Fills in what the board counts, and the hash of its `memory` MiB of RAM: FNV-1a over words of 64 bits. */
void stats_take(struct run_stats *stats, const struct board *board, unsigned memory);

/* Writes a JSON object. False: errno says why. */
bool stats_write(const struct run_stats *stats, const char *path);

#endif
