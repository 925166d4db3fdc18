/*
 * The fuzzer: workers that call the kernel and the servers with nonsense (fuzzer.c), and a parent
 * that starts them, sees that they get on, and checks the system in the end (fuzz.c).
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include "test.h"

/* A worker tells its parent how far it has got. */
#define PROGRESS      0x1f00
#define PROGRESS_STEP 50 /* calls */

/* Makes `count` random calls, in a directory that it may do anything with. Returns if it lives. */
void make_random_calls(endpoint_t parent, uint64_t seed, unsigned count);

/* nonsense.c: the values, names and messages that the calls are made of */
struct random {
    uint64_t state;
};
uint64_t any_value(struct random *r); /* a number that someone might not expect */
uint64_t below(struct random *r, uint64_t limit);
endpoint_t any_endpoint(struct random *r);
const char *any_name(struct random *r); /* of a file in the working directory, or below it */
/* A message to `to`, with a type that it may know. */
struct message any_message(struct random *r, endpoint_t to);
/* Would this harm what has nothing to do with the worker, by doing what it is there for: killing a
 * server, another process, the whole system? */
bool is_forbidden(endpoint_t to, const struct message *m);
/* Would it end the worker, or make it deaf to its parent? That is tried too, but seldom. */
bool is_suicide(endpoint_t to, const struct message *m);
extern char fuzz_memory[4 * PAGE_SIZE]; /* what pointers point to, mostly */

#endif
