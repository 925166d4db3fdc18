/* The test finisher: how a guest powers the board off. See finisher.c. */
#ifndef EMU_BOARD_FINISHER_H
#define EMU_BOARD_FINISHER_H

#include "emu/board/device.h"

enum finisher_request { FINISHER_NONE, FINISHER_POWER_OFF, FINISHER_RESET };

struct finisher {
    struct device dev;
    enum finisher_request request; /* what the guest asked for; stays until reset */
    int status;                    /* exit status that goes with FINISHER_POWER_OFF, 0 to 255 */
};

void finisher_init(struct finisher *fin);

#endif
