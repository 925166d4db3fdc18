/* The core-local interruptor: software interrupt and timer of the hart. See clint.c. */
#ifndef EMU_BOARD_CLINT_H
#define EMU_BOARD_CLINT_H

#include "emu/board/device.h"

struct clint {
    struct device dev;
    const uint64_t *clock; /* the board's virtual time */
    struct irq_line software, timer;
    uint64_t mtimecmp;
    int64_t skew; /* what a write to mtime added, in ticks */
    bool msip;
};

/* `clock` is borrowed and must outlive the device. */
void clint_init(struct clint *clint, const uint64_t *clock, struct irq_line software,
                struct irq_line timer);

/* Ticks of 100 ns, as the guest reads them. */
uint64_t clint_mtime(const struct clint *clint);

/* The clock value at which mtime reaches `ticks`; CLOCK_NEVER if it is out of reach. */
uint64_t clint_clock_at(const struct clint *clint, uint64_t ticks);

#endif
