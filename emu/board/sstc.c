/*
 * Sstc: while menvcfg.STCE is set, the supervisor timer interrupt is up when mtime >= stimecmp.
 *
 * stimecmp and menvcfg are CSRs, so this device has no registers on the bus; csr.c calls sstc_set.
 * While STCE is clear, the interrupt's bit in mip belongs to software and is left alone.
 */
#include "emu/board/sstc.h"

static void update(struct sstc *sstc)
{
    bool up = sstc->enabled && clint_mtime(sstc->clint) >= sstc->stimecmp;

    sstc->dev.due =
        sstc->enabled && !up ? clint_clock_at(sstc->clint, sstc->stimecmp) : CLOCK_NEVER;
    irq_set(&sstc->irq, up);
}

static void sstc_tick(struct device *dev, uint64_t now)
{
    (void)now;
    update((struct sstc *)dev);
}

void sstc_set(struct sstc *sstc, uint64_t stimecmp, bool enabled)
{
    bool was_enabled = sstc->enabled;

    sstc->stimecmp = stimecmp;
    sstc->enabled = enabled;
    if (was_enabled || enabled)
        update(sstc);
}

static void sstc_reset(struct device *dev)
{
    sstc_set((struct sstc *)dev, UINT64_MAX, false);
}

void sstc_init(struct sstc *sstc, const struct clint *clint, struct irq_line irq)
{
    *sstc = (struct sstc){
        .dev = {.name = "sstc", .reset = sstc_reset, .tick = sstc_tick, .due = CLOCK_NEVER},
        .clint = clint,
        .irq = irq,
        .stimecmp = UINT64_MAX,
    };
}
