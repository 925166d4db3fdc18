/* SDL's keys as the dashboard's, which are those of ncurses. In a file of its own, as both headers like short names. */
#ifndef EMU_DISPLAY_WINDOW_KEYS_H
#define EMU_DISPLAY_WINDOW_KEYS_H

#include <stdint.h>
#include "emu/dash/keys.h"

/* A key that is no text, by SDL's keycode and modifiers. False: none that the dashboard has. */
bool window_keys_function(int32_t sym, uint16_t modifiers, struct key *key);

/* Text that was typed: its first character. */
bool window_keys_text(const char *utf8, struct key *key);

#endif
