/*
 * Latencies in bounded memory: a log-linear histogram. Values below 16 are exact, above that each
 * power of two is cut into 8 parts, so a percentile is at most 12.5% too high.
 */
#ifndef EMU_MODEL_LATENCY_H
#define EMU_MODEL_LATENCY_H

#include <stdint.h>

#define LATENCY_EXACT   16 /* values below this have a bucket each */
#define LATENCY_PARTS   8  /* of a power of two */
#define LATENCY_BUCKETS (LATENCY_EXACT + LATENCY_PARTS * 60)

/* All zero: none yet. */
struct latency {
    uint64_t count, min, max, last;
    uint64_t sum; /* of all values; the mean is sum / count */
    uint64_t bucket[LATENCY_BUCKETS];
};

void latency_add(struct latency *l, uint64_t value);

/* Adds all of `more` to `l`; `last` is that of `more`, if it has any. */
void latency_merge(struct latency *l, const struct latency *more);

/* The value that `tenths` / 10 % of all are at or below (500: the median, 999: p99.9); 0 when there are none. */
uint64_t latency_percentile(const struct latency *l, unsigned tenths);

/* The smallest and the largest value that bucket `index` < LATENCY_BUCKETS counts. */
uint64_t latency_low(unsigned index);
uint64_t latency_high(unsigned index);

#endif
