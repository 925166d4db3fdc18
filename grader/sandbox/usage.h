/*
 * What a group of processes uses at this moment, as /proc tells it. A group is a PID name space, which nobody leaves, or
 * a session, where there is no name space.
 */
#ifndef GRADER_USAGE_H
#define GRADER_USAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct usage_group {
    char name_space[64]; /* as in the link /proc/N/ns/pid; "": none */
    pid_t session;       /* 0: none */
};

struct usage {
    unsigned processes;
    uint64_t memory; /* resident bytes */
    double seconds;  /* of the processor: theirs, and their children's that have ended */
};

/* The group of the name space that process `pid` is in. False: there is no such process any more. */
bool usage_name_space(pid_t pid, struct usage_group *group);

/* All zero where there is no /proc. */
struct usage usage_of(const struct usage_group *group);

#endif
