/*
 * The terminal's mode: TTY_ flags of <courier/protocol/tty.h>. Its foreground process group is
 * tcsetpgrp's (<unistd.h>). -1 with errno: ENOTTY when fd is no terminal.
 */
#ifndef SYS_TTY_H
#define SYS_TTY_H

#include <courier/protocol/tty.h>

int tty_get_mode(int fd);
int tty_set_mode(int fd, unsigned mode); /* the former mode */

#endif
