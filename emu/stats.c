/* --stats: one JSON object, written whole or not at all. */
#include "emu/stats.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

static bool print(FILE *f, const struct run_stats *s)
{
    return fprintf(f,
                   "{\n"
                   "  \"instructions\": %" PRIu64 ",\n"
                   "  \"host_ns\": %" PRIu64 ",\n"
                   "  \"messages\": %" PRIu64 ",\n"
                   "  \"traps\": %" PRIu64 ",\n"
                   "  \"switches\": %" PRIu64 ",\n"
                   "  \"boot_instructions\": %" PRIu64 ",\n"
                   "  \"restarts\": %" PRIu64 "\n"
                   "}\n",
                   s->instructions, s->host_ns, s->messages, s->traps, s->switches,
                   s->boot_instructions, s->restarts) > 0;
}

bool stats_write(const struct run_stats *stats, const char *path)
{
    FILE *f = fopen(path, "we");

    if (f == NULL)
        return false;
    bool ok = print(f, stats);
    return fclose(f) == 0 && ok;
}
