/* A log-linear histogram: the bucket is the highest set bit of the value and the three bits below.
 */
#include "emu/model/latency.h"

static unsigned bucket_of(uint64_t value)
{
    if (value < LATENCY_EXACT)
        return (unsigned)value;
    unsigned top = 63 - (unsigned)__builtin_clzll(value); /* 4 to 63 */
    return LATENCY_EXACT + LATENCY_PARTS * (top - 4) + (unsigned)(value >> (top - 3) & 7);
}

uint64_t latency_low(unsigned index)
{
    if (index < LATENCY_EXACT)
        return index;
    unsigned top = 4 + (index - LATENCY_EXACT) / LATENCY_PARTS;
    unsigned part = (index - LATENCY_EXACT) % LATENCY_PARTS;
    return (1ull << top) + ((uint64_t)part << (top - 3));
}

uint64_t latency_high(unsigned index)
{
    return index + 1 < LATENCY_BUCKETS ? latency_low(index + 1) - 1 : UINT64_MAX;
}

void latency_add(struct latency *l, uint64_t value)
{
    if (l->count == 0 || value < l->min)
        l->min = value;
    if (value > l->max)
        l->max = value;
    l->count++;
    l->sum += value;
    l->last = value;
    l->bucket[bucket_of(value)]++;
}

void latency_merge(struct latency *l, const struct latency *more)
{
    if (more->count == 0)
        return;
    if (l->count == 0 || more->min < l->min)
        l->min = more->min;
    if (more->max > l->max)
        l->max = more->max;
    l->count += more->count;
    l->sum += more->sum;
    l->last = more->last;
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++)
        l->bucket[i] += more->bucket[i];
}

uint64_t latency_percentile(const struct latency *l, unsigned tenths)
{
    /* count * tenths / 1000, rounded up, without overflow. */
    uint64_t wanted = l->count / 1000 * tenths + (l->count % 1000 * tenths + 999) / 1000;
    uint64_t below = 0;
    for (unsigned i = 0; i < LATENCY_BUCKETS && l->count; i++) {
        below += l->bucket[i];
        if (below >= wanted && below > 0)
            return latency_high(i) < l->max ? latency_high(i) : l->max;
    }
    return l->max;
}
