/* The time of day in microseconds: POSIX.1-2017 <sys/time.h>. */
#ifndef SYS_TIME_H
#define SYS_TIME_H

#include <sys/types.h>

struct timeval {
    time_t tv_sec;
    long tv_usec;
};

int gettimeofday(struct timeval *now, void *unused);

#endif
