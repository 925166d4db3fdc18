/*
 * Jobs in processes of their own, so many at a time: what one of them does, allocates or breaks concerns no other. An
 * interrupt (SIGINT, SIGTERM, SIGHUP) ends them all, with everything that they have started in their process groups.
 */
#ifndef GRADER_POOL_H
#define GRADER_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct pool {
    size_t count;  /* jobs, from 0 on */
    unsigned jobs; /* ... at a time */
    void *context;
    int (*work)(void *context, size_t job); /* in the new process; gives its exit status */
    bool (*done)(void *context, size_t job, int status); /* a wait status; false: end all */
    void (*tick)(void *context); /* a few times a second, and after each job; or NULL */
};

enum pool_end {
    POOL_DONE,
    POOL_ENDED,       /* done() said so */
    POOL_INTERRUPTED, /* a signal said so */
    POOL_CANNOT       /* no process could be made: errno says why */
};

/* Returns when no job runs any more. */
enum pool_end pool_run(const struct pool *pool);

/* The signals that interrupt are blocked between these two, and pool_interrupted() tells of them. pool_run() calls them itself. */
void pool_hold_signals(void);
void pool_release_signals(void);

/* Waits so long for a signal, or a child's end; true: it was an interrupt. */
bool pool_interrupted(unsigned milliseconds);

#endif
