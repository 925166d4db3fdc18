/* The platform-level interrupt controller. See plic.c. */
#ifndef EMU_BOARD_PLIC_H
#define EMU_BOARD_PLIC_H

#include "emu/board/device.h"

#define PLIC_SOURCES  96u /* numbered 1 to 95; 0 means none */
#define PLIC_WORDS    (PLIC_SOURCES / 32)
#define PLIC_CONTEXTS 2u /* of hart 0: machine, supervisor */

struct plic {
    struct device dev;
    struct irq_line out[PLIC_CONTEXTS];
    uint32_t priority[PLIC_SOURCES]; /* 0 (never) to 7 */
    uint32_t level[PLIC_WORDS];      /* the wires from the devices */
    uint32_t pending[PLIC_WORDS];
    uint32_t claimed[PLIC_WORDS]; /* handed to a context, not yet completed */
    uint32_t enable[PLIC_CONTEXTS][PLIC_WORDS];
    uint32_t threshold[PLIC_CONTEXTS];
};

void plic_init(struct plic *plic, struct irq_line machine, struct irq_line supervisor);

/* A device's wire to the controller: sources are numbered from 1. */
struct irq_line plic_source(struct plic *plic, unsigned source);

#endif
