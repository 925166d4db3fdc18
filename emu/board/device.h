/*
 * What every device on the board is: a range of physical addresses with a read and a write
 * function, and perhaps a moment in virtual time at which it wants to be called.
 *
 * A device embeds `struct device` as its first member, so the bus can hold a plain pointer and the
 * device's functions cast it back. Devices know neither the CPU engine nor each other; they raise
 * interrupts through an irq_line and learn the time from the board's clock.
 */
#ifndef EMU_BOARD_DEVICE_H
#define EMU_BOARD_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

/* Virtual time is counted in instruction times. 100 of them are one microsecond (docs/board.md). */
#define CLOCK_PER_US   100u
#define CLOCK_PER_TICK 10u /* CLINT: 10 MHz */
#define CLOCK_NEVER    UINT64_MAX

struct device {
    const char *name;
    uint64_t base; /* first physical address, a multiple of 4096 */
    uint64_t size; /* bytes, a multiple of 4096 */

    /* offset < size and width 1, 2 or 4, offset a multiple of width. Wider accesses are split. */
    uint64_t (*read)(struct device *dev, uint64_t offset, unsigned width);
    void (*write)(struct device *dev, uint64_t offset, unsigned width, uint64_t value);

    /* Back to the state after power on. May be NULL. */
    void (*reset)(struct device *dev);

    /* When the clock reaches `due`, `tick` is called; it must move `due` on. May be NULL. */
    void (*tick)(struct device *dev, uint64_t now);
    uint64_t due;
};

/* A wire to an interrupt controller, or to whatever a test puts there. */
struct irq_line {
    void (*set)(void *controller, unsigned number, bool level);
    void *controller;
    unsigned number;
};

static inline void irq_set(const struct irq_line *line, bool level)
{
    if (line->set != 0)
        line->set(line->controller, line->number, level);
}

#endif
