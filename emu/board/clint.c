/*
 * CLINT for one hart: mtime is the board's virtual clock divided down to 10 MHz.
 *
 *   offset  width  name      access
 *   0x0000  4      msip      RW  bit 0 raises the machine software interrupt
 *   0x4000  8      mtimecmp  RW  the timer interrupt is up while mtime >= mtimecmp
 *   0xbff8  8      mtime     RW  ticks of 100 ns
 *
 * The 64-bit registers are accessed as two halves of 4 bytes; the bus splits wider accesses.
 */
#include "emu/board/clint.h"
#include "emu/board/map.h"

#define MSIP     0x0000u
#define MTIMECMP 0x4000u
#define MTIME    0xbff8u

uint64_t clint_mtime(const struct clint *clint)
{
    return *clint->clock / CLOCK_PER_TICK + (uint64_t)clint->skew;
}

uint64_t clint_clock_at(const struct clint *clint, uint64_t ticks)
{
    uint64_t now = clint_mtime(clint);

    if (ticks <= now)
        return *clint->clock;
    /* Count from now: correct for any skew, and the division cannot wrap. */
    uint64_t whole = *clint->clock - *clint->clock % CLOCK_PER_TICK;
    if (ticks - now > (CLOCK_NEVER - 1 - whole) / CLOCK_PER_TICK)
        return CLOCK_NEVER;
    return whole + (ticks - now) * CLOCK_PER_TICK;
}

static void update_timer(struct clint *clint)
{
    bool up = clint_mtime(clint) >= clint->mtimecmp;

    irq_set(&clint->timer, up);
    clint->dev.due = up ? CLOCK_NEVER : clint_clock_at(clint, clint->mtimecmp);
}

static void clint_tick(struct device *dev, uint64_t now)
{
    (void)now;
    update_timer((struct clint *)dev);
}

static uint64_t clint_read(struct device *dev, uint64_t offset, unsigned width)
{
    struct clint *clint = (struct clint *)dev;

    if (width != 4)
        return 0;
    switch (offset) {
    case MSIP:
        return clint->msip;
    case MTIMECMP:
        return (uint32_t)clint->mtimecmp;
    case MTIMECMP + 4:
        return clint->mtimecmp >> 32;
    case MTIME:
        return (uint32_t)clint_mtime(clint);
    case MTIME + 4:
        return clint_mtime(clint) >> 32;
    }
    return 0;
}

static uint64_t with_low(uint64_t reg, uint32_t low)
{
    return (reg & ~(uint64_t)UINT32_MAX) | low;
}

static uint64_t with_high(uint64_t reg, uint32_t high)
{
    return (reg & UINT32_MAX) | (uint64_t)high << 32;
}

static void set_mtime(struct clint *clint, uint64_t value)
{
    clint->skew = (int64_t)(value - *clint->clock / CLOCK_PER_TICK);
}

static void clint_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
    struct clint *clint = (struct clint *)dev;
    uint32_t word = (uint32_t)value;

    if (width != 4)
        return;
    switch (offset) {
    case MSIP:
        clint->msip = word & 1;
        irq_set(&clint->software, clint->msip);
        return;
    case MTIMECMP:
        clint->mtimecmp = with_low(clint->mtimecmp, word);
        break;
    case MTIMECMP + 4:
        clint->mtimecmp = with_high(clint->mtimecmp, word);
        break;
    case MTIME:
        set_mtime(clint, with_low(clint_mtime(clint), word));
        break;
    case MTIME + 4:
        set_mtime(clint, with_high(clint_mtime(clint), word));
        break;
    default:
        return;
    }
    update_timer(clint);
}

/* The specification leaves mtimecmp open at reset; all ones means that no timer is set. */
static void clint_reset(struct device *dev)
{
    struct clint *clint = (struct clint *)dev;

    clint->msip = false;
    clint->mtimecmp = UINT64_MAX;
    set_mtime(clint, 0);
    irq_set(&clint->software, false);
    update_timer(clint);
}

void clint_init(struct clint *clint, const uint64_t *clock, struct irq_line software,
                struct irq_line timer)
{
    *clint = (struct clint){
        .dev = {.name = "clint",
                .base = CLINT_BASE,
                .size = CLINT_SIZE,
                .read = clint_read,
                .write = clint_write,
                .reset = clint_reset,
                .tick = clint_tick,
                .due = CLOCK_NEVER},
        .clock = clock,
        .software = software,
        .timer = timer,
        .mtimecmp = UINT64_MAX,
    };
}
