/* The clock, sleeping, and the calendar. A tick is 100 ns; all times are UTC. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <courier/protocol/pm.h>
#include "request.h"

#define NS_PER_TICK (1000000000ll / (long long)TICKS_PER_SECOND)

time_t time(time_t *t)
{
    struct message m = {0};
    if (request(EP_PM, PM_TIME, &m) < 0)
        return -1;
    time_t now = (time_t)((const struct pm_time_reply *)payload(&m))->seconds;
    if (t)
        *t = now;
    return now;
}

clock_t clock(void)
{
    return k_time();
}

/* The seconds come from PM, and turn over with power-on's own: the fraction is the kernel's. */
int clock_gettime(clockid_t id, struct timespec *now)
{
    struct message m = {0};
    if (id == CLOCK_MONOTONIC) {
        uint64_t ticks = k_time();
        now->tv_sec = (time_t)(ticks / TICKS_PER_SECOND);
        now->tv_nsec = (long)(ticks % TICKS_PER_SECOND) * NS_PER_TICK;
        return 0;
    }
    if (id != CLOCK_REALTIME) {
        errno = EINVAL;
        return -1;
    }
    if (request(EP_PM, PM_TIME, &m) < 0)
        return -1;
    const struct pm_time_reply *r = payload(&m);
    now->tv_sec = (time_t)r->seconds;
    now->tv_nsec = (long)(r->ticks % TICKS_PER_SECOND) * NS_PER_TICK;
    return 0;
}

int gettimeofday(struct timeval *now, void *unused)
{
    (void)unused;
    struct timespec t;
    if (clock_gettime(CLOCK_REALTIME, &t) < 0)
        return -1;
    *now = (struct timeval){t.tv_sec, t.tv_nsec / 1000};
    return 0;
}

int nanosleep(const struct timespec *time, struct timespec *left)
{
    if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= 1000000000) {
        errno = EINVAL;
        return -1;
    }
    struct message m = {0};
    struct pm_sleep *p = payload(&m);
    uint64_t begin = k_time();
    p->ticks = (uint64_t)time->tv_sec * TICKS_PER_SECOND +
               ((uint64_t)time->tv_nsec + NS_PER_TICK - 1) / NS_PER_TICK;
    uint64_t end = begin + p->ticks;
    if (request(EP_PM, PM_SLEEP, &m) == 0)
        return 0;
    uint64_t now = k_time(), rest = now < end ? end - now : 0;
    if (left)
        *left = (struct timespec){(time_t)(rest / TICKS_PER_SECOND),
                                  (long)(rest % TICKS_PER_SECOND) * NS_PER_TICK};
    return -1;
}

unsigned sleep(unsigned seconds)
{
    struct timespec t = {.tv_sec = seconds}, left;
    if (nanosleep(&t, &left) == 0)
        return 0;
    return (unsigned)(left.tv_sec + (left.tv_nsec > 0));
}

int usleep(useconds_t microseconds)
{
    struct timespec t = {microseconds / 1000000, microseconds % 1000000 * 1000l};
    return nanosleep(&t, NULL);
}

unsigned alarm(unsigned seconds)
{
    struct message m = {0};
    struct pm_alarm *p = payload(&m);
    p->ticks = seconds * TICKS_PER_SECOND;
    int64_t left = request(EP_PM, PM_ALARM, &m);
    return left <= 0 ? 0 : (unsigned)(((uint64_t)left + TICKS_PER_SECOND - 1) / TICKS_PER_SECOND);
}

static int leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of_month(int month, int year)
{
    static const char days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month] + (month == 1 && leap(year));
}

struct tm *gmtime_r(const time_t *t, struct tm *out)
{
    long days = *t / 86400, second = *t % 86400;
    if (second < 0)
        days--, second += 86400;
    out->tm_sec = (int)(second % 60);
    out->tm_min = (int)(second / 60 % 60);
    out->tm_hour = (int)(second / 3600);
    out->tm_wday = (int)(((days + 4) % 7 + 7) % 7); /* 1970 began on a Thursday */
    int year = 1970, month = 0;
    for (; days < 0; days += 365 + leap(year))
        year--;
    for (; days >= 365 + leap(year); year++)
        days -= 365 + leap(year);
    out->tm_yday = (int)days;
    for (; days >= days_of_month(month, year); month++)
        days -= days_of_month(month, year);
    out->tm_mday = (int)days + 1;
    out->tm_mon = month;
    out->tm_year = year - 1900;
    return out;
}

static const char *const day_names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* The days from 1970 to the year's first, by counting the leap days before it. */
static time_t seconds_of(const struct tm *tm)
{
    long before = tm->tm_year + 1899;
    long days = (tm->tm_year - 70) * 365l + before / 4 - before / 100 + before / 400 - 477;
    return (((days + tm->tm_yday) * 24 + tm->tm_hour) * 60 + tm->tm_min) * 60 + tm->tm_sec;
}

/* One conversion into at most `room` bytes; its length as snprintf gives it. */
static int convert(char *to, size_t room, char c, const struct tm *tm)
{
    switch (c) {
    case 'Y':
        return snprintf(to, room, "%d", tm->tm_year + 1900);
    case 'm':
        return snprintf(to, room, "%02d", tm->tm_mon + 1);
    case 'd':
        return snprintf(to, room, "%02d", tm->tm_mday);
    case 'e':
        return snprintf(to, room, "%2d", tm->tm_mday);
    case 'H':
        return snprintf(to, room, "%02d", tm->tm_hour);
    case 'M':
        return snprintf(to, room, "%02d", tm->tm_min);
    case 'S':
        return snprintf(to, room, "%02d", tm->tm_sec);
    case 'j':
        return snprintf(to, room, "%03d", tm->tm_yday + 1);
    case 'a':
        return snprintf(to, room, "%s", day_names[tm->tm_wday]);
    case 'b':
        return snprintf(to, room, "%s", month_names[tm->tm_mon]);
    case 'y':
        return snprintf(to, room, "%02d", tm->tm_year % 100);
    case 's':
        return snprintf(to, room, "%ld", seconds_of(tm));
    default:
        return snprintf(to, room, c == 'n' ? "\n" : c == 't' ? "\t" : c == '%' ? "%%" : "?");
    }
}

size_t strftime(char *to, size_t bytes, const char *format, const struct tm *tm)
{
    static const char *const composed[][2] = {
        {"F", "%Y-%m-%d"}, {"T", "%H:%M:%S"}, {"D", "%m/%d/%y"}, {"R", "%H:%M"}};
    size_t n = 0;
    for (; *format; format++) {
        if (n + 1 >= bytes)
            return 0;
        if (*format != '%' || !format[1]) {
            to[n++] = *format;
            continue;
        }
        format++;
        const char *whole = NULL;
        for (size_t i = 0; i < sizeof composed / sizeof *composed; i++)
            if (*format == composed[i][0][0])
                whole = composed[i][1];
        size_t added = whole ? strftime(to + n, bytes - n, whole, tm)
                             : (size_t)convert(to + n, bytes - n, *format, tm);
        if (added >= bytes - n || (whole && !added))
            return 0;
        n += added;
    }
    to[n] = '\0';
    return n;
}
