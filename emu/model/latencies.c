/* Rows in the order in which they came, and a hash table over them (open addressing; a row is never removed). */
#include <string.h>
#include "emu/model/latencies.h"
#include "emu/trace/names.h"

#define BUCKETS (2 * LATENCIES_ROWS)

/* FNV-1a. */
static uint32_t hash(const char *source, const char *dest, uint32_t type)
{
    uint32_t h = 2166136261u ^ type;
    for (unsigned i = 0; i < NAME_BYTES && source[i]; i++)
        h = (h ^ (uint8_t)source[i]) * 16777619u;
    h *= 16777619u;
    for (unsigned i = 0; i < NAME_BYTES && dest[i]; i++)
        h = (h ^ (uint8_t)dest[i]) * 16777619u;
    return h;
}

/* Where the row stands in the hash table, or would stand. */
static size_t place(const struct latencies *l, const char *source, const char *dest, uint32_t type)
{
    size_t at = hash(source, dest, type) % BUCKETS;
    for (; l->index[at]; at = (at + 1) % BUCKETS) {
        const struct latency_row *row = &l->row[l->index[at] - 1];
        if (row->type == type && strncmp(row->source, source, NAME_BYTES) == 0 &&
            strncmp(row->dest, dest, NAME_BYTES) == 0)
            break;
    }
    return at;
}

const struct latency_row *latencies_find(const struct latencies *l, const char *source,
                                         const char *dest, uint32_t type)
{
    uint16_t row = l->index[place(l, source, dest, type)];
    return row ? &l->row[row - 1] : NULL;
}

static struct latency_row *row_for(struct latencies *l, const char *source, const char *dest,
                                   uint32_t type)
{
    size_t at = place(l, source, dest, type);
    if (l->index[at])
        return &l->row[l->index[at] - 1];
    if (l->rows >= LATENCIES_ROWS - 1) { /* the last is for all others, and in no index */
        l->rows = LATENCIES_ROWS;
        return &l->row[LATENCIES_ROWS - 1];
    }
    struct latency_row *row = &l->row[l->rows++];
    l->index[at] = (uint16_t)l->rows;
    memcpy(row->source, source, sizeof row->source);
    memcpy(row->dest, dest, sizeof row->dest);
    row->type = type;
    return row;
}

void latencies_add(struct latencies *l, const struct world *w, const struct transaction *t,
                   uint64_t host_ns)
{
    char source[NAME_BYTES] = "", dest[NAME_BYTES] = "";
    names_endpoint(source, sizeof source, t->client, world_name, w);
    names_endpoint(dest, sizeof dest, t->server, world_name, w);
    struct latency_row *row = row_for(l, source, dest, t->request.type);
    row->failed += t->status < 0;
    if (t->deferred) {
        row->deferred++;
        return;
    }
    if (!row->slowest || t->ended - t->called > row->insns.max)
        row->slowest = t->end;
    latency_add(&row->insns, t->ended - t->called);
    if (host_ns)
        latency_add(&row->host_ns, host_ns);
}

unsigned latencies_open(const struct latency_row *row, const struct world *w, uint64_t *oldest)
{
    unsigned count = 0;
    *oldest = 0;
    for (unsigned i = 1; i < NSLOTS; i++) {
        const struct transaction *t = &w->process[i].asks;
        char source[NAME_BYTES], dest[NAME_BYTES];
        if (t->id == 0 || t->request.type != row->type)
            continue;
        names_endpoint(source, sizeof source, t->client, world_name, w);
        names_endpoint(dest, sizeof dest, t->server, world_name, w);
        if (strcmp(source, row->source) != 0 || strcmp(dest, row->dest) != 0)
            continue;
        count++;
        if (w->now - t->called > *oldest)
            *oldest = w->now - t->called;
    }
    return count;
}

const struct latency *latencies_server(const struct latencies *l, const char *dest,
                                       struct latency *sum)
{
    memset(sum, 0, sizeof *sum);
    for (size_t i = 0; i < l->rows; i++)
        if (strncmp(l->row[i].dest, dest, NAME_BYTES) == 0)
            latency_merge(sum, &l->row[i].insns);
    return sum->count ? sum : NULL;
}
