/*
 * Latencies in bounded memory: a log-linear histogram. Values below 16 are exact, above that each
 * power of two is cut into 8 parts, so a percentile is at most 12.5% too high.
 */
#ifndef EMU_MODEL_LATENCY_H
#define EMU_MODEL_LATENCY_H

#include <stdint.h>

#define LATENCY_BUCKETS (16 + 8 * 60)

struct latency {
    uint64_t count, max, last;
    uint32_t bucket[LATENCY_BUCKETS];
};

void latency_add(struct latency *l, uint64_t value);

/* The value that `percent` % of all are at or below; 0 when there are none. */
uint64_t latency_percentile(const struct latency *l, unsigned percent);

#endif
