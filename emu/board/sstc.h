/* The supervisor's own timer (extension Sstc), which the engine lacks. See sstc.c. */
#ifndef EMU_BOARD_SSTC_H
#define EMU_BOARD_SSTC_H

#include "emu/board/clint.h"

struct sstc {
    struct device dev; /* no registers on the bus, only an appointment in time */
    const struct clint *clint;
    struct irq_line irq;
    uint64_t stimecmp;
    bool enabled; /* menvcfg.STCE */
};

void sstc_init(struct sstc *sstc, const struct clint *clint, struct irq_line irq);
void sstc_set(struct sstc *sstc, uint64_t stimecmp, bool enabled);

#endif
