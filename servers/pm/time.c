/*
 * Time: what o'clock it is, and what is to happen when. The kernel has one alarm for PM; it is set
 * to the earliest of all sleeps and alarms, and when it goes off the table is looked through.
 */
#include "pm.h"

/* The goldfish real-time clock, as on QEMU's `virt`: nanoseconds since 1970, UTC. Reading the low
 * half latches the high one. */
#define RTC_BASE      0x101000ul
#define RTC_TIME_LOW  0
#define RTC_TIME_HIGH 4
#define NANOSECONDS   1000000000ull
#define RETRY_TICKS   (TICKS_PER_SECOND / 100) /* for a signal that could not be delivered */

static volatile uint32_t *rtc;

void time_open(void)
{
    void *address;
    if (k_map_device(RTC_BASE, PAGE_SIZE, &address) < 0)
        service_panic("cannot map the real-time clock");
    rtc = address;
}

static uint64_t after(uint64_t ticks)
{
    uint64_t now = k_time();
    return ticks < UINT64_MAX - now ? now + ticks : UINT64_MAX;
}

static void earliest(uint64_t *least, uint64_t when)
{
    if (when && (!*least || when < *least))
        *least = when;
}

static void set_alarm(void)
{
    uint64_t least = signal_unsettled() ? after(RETRY_TICKS) : 0;
    for (struct proc *p = proc_next(NULL); p; p = proc_next(p))
        if (proc_alive(p)) {
            if (p->waiting == WAITING_SLEEP)
                earliest(&least, p->wake);
            earliest(&least, p->alarm);
        }
    k_alarm(least);
}

void time_check(void)
{
    uint64_t now = k_time();
    for (struct proc *p = proc_next(NULL); p; p = proc_next(p)) {
        if (!proc_alive(p))
            continue;
        if (p->waiting == WAITING_SLEEP && p->wake <= now)
            answer(p, 0, 0);
        if (p->alarm && p->alarm <= now) {
            CHANGE(p->alarm) = 0;
            signal_send(p, SIGALRM);
        }
    }
    signal_deliver();
    region_commit();
    set_alarm();
}

/* A sleep that is delivered again goes on to where it was to end. */
int64_t do_sleep(struct proc *p, struct message *m)
{
    uint64_t ticks = ((const struct pm_sleep *)payload(m))->ticks;
    if (ticks == 0)
        return 0;
    if (!p->wake)
        CHANGE(p->wake) = after(ticks);
    CHANGE(p->waiting) = WAITING_SLEEP;
    set_alarm();
    return NO_REPLY;
}

int64_t do_alarm(struct proc *p, struct message *m)
{
    uint64_t ticks = ((const struct pm_alarm *)payload(m))->ticks, now = k_time();
    int64_t left = p->alarm > now ? (int64_t)(p->alarm - now) : 0;
    CHANGE(p->alarm) = ticks ? after(ticks) : 0;
    set_alarm();
    return left;
}

int64_t do_time(struct proc *p, struct message *m)
{
    (void)p;
    struct pm_time_reply *reply = payload(m);
    uint64_t low = rtc[RTC_TIME_LOW / 4], high = rtc[RTC_TIME_HIGH / 4];
    reply->seconds = (high << 32 | low) / NANOSECONDS;
    reply->ticks = k_time();
    return 0;
}
