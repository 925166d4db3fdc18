/* The program's version, as `courier --version` and trace files say it. */
#ifndef EMU_VERSION_H
#define EMU_VERSION_H

#define COURIER_VERSION "0.1"

#endif
