/*
 * Random words that say nothing about the others: a stream is SHA-256, in counter mode, under a key that is itself a digest
 * of seed and purpose. Whoever sees words of a stream (a kernel sees thousands) learns neither its key, nor the seed, nor any
 * other word of this stream or of another.
 */
#ifndef GRADER_RANDOM_H
#define GRADER_RANDOM_H

#include <stdint.h>
#include "grader/base/sha256.h"

struct random {
    uint8_t key[SHA256_BYTES];
    uint64_t block; /* the number of the next */
    uint64_t word[SHA256_BYTES / 8];
    unsigned left; /* of these */
};

/* A stream: the same for the same seed, purpose ("lab case chances") and number, on any machine. */
void random_open(struct random *r, uint64_t seed, const char *purpose, uint64_t number);
uint64_t random_word(struct random *r);

#endif
