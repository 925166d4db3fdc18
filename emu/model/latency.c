/* A log-linear histogram: the bucket is the highest set bit of the value and the three bits below.
 */
#include "emu/model/latency.h"

static unsigned bucket_of(uint64_t value)
{
    if (value < 16)
        return (unsigned)value;
    unsigned top = 63 - (unsigned)__builtin_clzll(value); /* 4 to 63 */
    return 16 + 8 * (top - 4) + (unsigned)(value >> (top - 3) & 7);
}

/* The largest value that falls into this bucket. */
static uint64_t bucket_end(unsigned bucket)
{
    if (bucket < 16)
        return bucket;
    unsigned top = 4 + (bucket - 16) / 8, part = (bucket - 16) % 8;
    return (1ull << top) + ((uint64_t)(part + 1) << (top - 3)) - 1;
}

void latency_add(struct latency *l, uint64_t value)
{
    l->count++;
    l->last = value;
    if (value > l->max)
        l->max = value;
    l->bucket[bucket_of(value)]++;
}

uint64_t latency_percentile(const struct latency *l, unsigned percent)
{
    uint64_t below = 0, wanted = (l->count * percent + 99) / 100;
    for (unsigned i = 0; i < LATENCY_BUCKETS && l->count; i++) {
        below += l->bucket[i];
        if (below >= wanted && below > 0)
            return bucket_end(i) < l->max ? bucket_end(i) : l->max;
    }
    return l->max;
}
