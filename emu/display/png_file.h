/* PNG files of a canvas. */
#ifndef EMU_DISPLAY_PNG_FILE_H
#define EMU_DISPLAY_PNG_FILE_H

#include "emu/display/canvas.h"

/* The same pixels give the same bytes. False: it could not be written, errno says why. */
bool png_write(const struct canvas *c, const char *path);

/* Reads a file that png_write() wrote; the canvas gets its size. False: it cannot be read, or is another kind of PNG. */
bool png_read(struct canvas *c, const char *path);

#endif
