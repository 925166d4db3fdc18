/* The mouse, as ncurses reads it. */
#ifndef EMU_DASH_MOUSE_H
#define EMU_DASH_MOUSE_H

#include <stdbool.h>
#include "emu/dash/keys.h"

/* Whether the mouse is ours; else the terminal selects text with it. On when the screen is opened. */
void mouse_report(bool on);

/* After a KEY_MOUSE: keeps all that it stands for. */
void mouse_keep(void);

/* The next press or turn of the wheel of those kept, as a key. False: there is none. */
bool mouse_take(struct key *k);

#endif
