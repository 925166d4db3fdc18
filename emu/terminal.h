/* The host's terminal in raw mode, and back again however the run ends. See terminal.c. */
#ifndef EMU_TERMINAL_H
#define EMU_TERMINAL_H

#include <stdbool.h>

/* Every key goes to the guest, ^C included. False if stdin is not a terminal. */
bool terminal_raw(void);
void terminal_restore(void);

#endif
