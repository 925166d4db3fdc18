/* `courier sweep`. */
#ifndef EMU_SWEEP_COMMAND_H
#define EMU_SWEEP_COMMAND_H

/* argv[0] is "sweep". Returns the exit status: 0: every run was transparent, 1: not, or it could not be done; 2: wrong usage. */
int sweep_main(int argc, char **argv);

#endif
