/*
 * The goldfish real-time clock ("google,goldfish-rtc"): nanoseconds since 1970, in virtual time
 * from the epoch that the front end gives; so a headless run finds the same date whenever it is
 * made.
 *
 *   offset  width  name             access
 *   0x00    4      TIME_LOW         R   low half of the time; latches the high half
 *                                   W   sets the time, with the high half written before
 *   0x04    4      TIME_HIGH        RW  high half
 *   0x08    4      ALARM_LOW        RW  W: arms the alarm, with the high half written before
 *   0x0c    4      ALARM_HIGH       RW  high half
 *   0x10    4      IRQ_ENABLED      RW  bit 0
 *   0x14    4      CLEAR_ALARM      W   disarms
 *   0x18    4      ALARM_STATUS     R   1: armed
 *   0x1c    4      CLEAR_INTERRUPT  W   takes the interrupt back
 */
#include "emu/board/map.h"
#include "emu/board/rtc.h"

#define TIME_LOW        0x00u
#define TIME_HIGH       0x04u
#define ALARM_LOW       0x08u
#define ALARM_HIGH      0x0cu
#define IRQ_ENABLED     0x10u
#define CLEAR_ALARM     0x14u
#define ALARM_STATUS    0x18u
#define CLEAR_INTERRUPT 0x1cu

#define NS_PER_CLOCK (1000u / CLOCK_PER_US)

static uint64_t now_ns(const struct rtc *rtc)
{
    return rtc->start + rtc->skew + *rtc->clock * NS_PER_CLOCK;
}

/* Rings if the alarm is due, else says when it will be. */
static void update(struct rtc *rtc)
{
    uint64_t now = now_ns(rtc);

    rtc->dev.due = CLOCK_NEVER;
    if (rtc->armed && rtc->alarm <= now) {
        rtc->armed = false;
        rtc->pending = true;
    } else if (rtc->armed) {
        uint64_t wait = (rtc->alarm - now + NS_PER_CLOCK - 1) / NS_PER_CLOCK;
        if (wait < CLOCK_NEVER - *rtc->clock)
            rtc->dev.due = *rtc->clock + wait;
    }
    irq_set(&rtc->irq, rtc->pending && rtc->enabled);
}

static void rtc_tick(struct device *dev, uint64_t now)
{
    (void)now;
    update((struct rtc *)dev);
}

static uint64_t rtc_read(struct device *dev, uint64_t offset, unsigned width)
{
    struct rtc *rtc = (struct rtc *)dev;
    uint64_t now = now_ns(rtc);

    if (width != 4)
        return 0;
    switch (offset) {
    case TIME_LOW:
        rtc->high = (uint32_t)(now >> 32);
        return (uint32_t)now;
    case TIME_HIGH:
        return rtc->high;
    case ALARM_LOW:
        return (uint32_t)rtc->alarm;
    case ALARM_HIGH:
        return rtc->alarm >> 32;
    case IRQ_ENABLED:
        return rtc->enabled;
    case ALARM_STATUS:
        return rtc->armed;
    default:
        return 0;
    }
}

static void rtc_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
    struct rtc *rtc = (struct rtc *)dev;

    if (width != 4)
        return;
    switch (offset) {
    case TIME_LOW:
        rtc->skew += ((uint64_t)rtc->high << 32 | value) - now_ns(rtc);
        break;
    case TIME_HIGH:
        rtc->high = (uint32_t)value;
        break;
    case ALARM_LOW:
        rtc->alarm = (uint64_t)rtc->alarm_high << 32 | value;
        rtc->armed = true;
        break;
    case ALARM_HIGH:
        rtc->alarm_high = (uint32_t)value;
        break;
    case IRQ_ENABLED:
        rtc->enabled = value & 1;
        break;
    case CLEAR_ALARM:
        rtc->armed = false;
        break;
    case CLEAR_INTERRUPT:
        rtc->pending = false;
        break;
    }
    update(rtc);
}

static void rtc_reset(struct device *dev)
{
    struct rtc *rtc = (struct rtc *)dev;

    rtc->skew = rtc->alarm = 0;
    rtc->high = rtc->alarm_high = 0;
    rtc->armed = rtc->enabled = rtc->pending = false;
    update(rtc);
}

void rtc_init(struct rtc *rtc, const uint64_t *clock, uint64_t epoch, struct irq_line irq)
{
    *rtc = (struct rtc){
        .dev = {.name = "rtc",
                .base = RTC_BASE,
                .size = RTC_SIZE,
                .read = rtc_read,
                .write = rtc_write,
                .reset = rtc_reset,
                .tick = rtc_tick,
                .due = CLOCK_NEVER},
        .clock = clock,
        .irq = irq,
        .start = (epoch != 0 ? epoch : RTC_EPOCH) * UINT64_C(1000000000),
    };
}
