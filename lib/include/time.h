/* Time: the part of C17 section 7.27 and of POSIX.1-2017 that these programs use. All is UTC. */
#ifndef TIME_H
#define TIME_H

#include <sys/types.h>

struct tm {
    int tm_sec, tm_min, tm_hour;
    int tm_mday; /* 1 to 31 */
    int tm_mon;  /* 0 to 11 */
    int tm_year; /* since 1900 */
    int tm_wday; /* 0: Sunday */
    int tm_yday; /* 0 to 365 */
};

struct timespec {
    time_t tv_sec;
    long tv_nsec;
};

typedef uint64_t clock_t;
#define CLOCKS_PER_SEC 10000000ull /* ticks: TICKS_PER_SECOND of <courier/syscall.h> */

typedef int clockid_t;
#define CLOCK_REALTIME  0
#define CLOCK_MONOTONIC 1 /* since power-on */

time_t time(time_t *t); /* t may be NULL */
clock_t clock(void);    /* ticks since power-on, not of this process alone */
int clock_gettime(clockid_t id, struct timespec *now);
int nanosleep(const struct timespec *time, struct timespec *left); /* left may be NULL */
struct tm *gmtime_r(const time_t *t, struct tm *out);

/* Conversions: Y m d e H M S j a b y F T D R s n t and %. 0 when `to` is too small. */
size_t strftime(char *to, size_t bytes, const char *format, const struct tm *tm);

#endif
