/* The goldfish real-time clock: the time of day, and an alarm. See rtc.c. */
#ifndef EMU_BOARD_RTC_H
#define EMU_BOARD_RTC_H

#include "emu/board/device.h"

/* 2026-01-01 00:00:00 UTC, in seconds since 1970: when a reproducible run begins. */
#define RTC_EPOCH UINT64_C(1767225600)

struct rtc {
    struct device dev;
    const uint64_t *clock; /* the board's */
    struct irq_line irq;
    uint64_t start; /* nanoseconds since 1970 at clock 0 */
    uint64_t skew;  /* what the guest's setting of the time adds */
    uint64_t alarm; /* nanoseconds since 1970 */
    uint32_t high;  /* latched by a read of TIME_LOW; half of what is being written */
    uint32_t alarm_high;
    bool armed, enabled, pending;
};

/* `epoch`: seconds since 1970 at power-on; 0: RTC_EPOCH. */
void rtc_init(struct rtc *rtc, const uint64_t *clock, uint64_t epoch, struct irq_line irq);

#endif
