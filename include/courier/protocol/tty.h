/*
 * TTY, the terminal driver: UART 0, line discipline. Clients: FS for data, PM for signals, RS for
 * its log.
 *
 * TTY never keeps a client waiting. Where a read finds no line, or a write no room, the reply is
 * EAGAIN, and TTY notifies FS when it is worth trying again (also when it starts anew). So a TTY
 * that dies forgets no request.
 *
 * Each request may be made twice: by a client that died when TTY had answered it, and did not live to
 * remember the answer. So input is read by position, and forgotten only when the client asks for
 * what lies behind it; a write carries a number, and what it already brought is not printed again.
 */
#ifndef COURIER_PROTOCOL_TTY_H
#define COURIER_PROTOCOL_TTY_H

#include <courier/message.h>

/* TTY_READ: at most `bytes` into the grant, from `position` on: where the last read ended that the
 * client remembers, 0 at first. Reply: struct tty_read_reply: count, 0 at end of file (^D), EAGAIN; where it
 * ended. */
#define TTY_READ 0x400
PAYLOAD(tty_read, uint32_t grant; uint32_t bytes; uint32_t position;);
PAYLOAD(tty_read_reply, int64_t status; uint32_t position;);

/* TTY_WRITE: bytes from the grant. Reply: how many were taken, EAGAIN. `writer`: for whom FS writes, `number`: which of
 * its writes this is, `done`: how many bytes of that were taken before, as FS remembers it. Writer 0: not numbered. */
#define TTY_WRITE 0x401
PAYLOAD(tty_write, uint32_t grant; uint32_t bytes; endpoint_t writer; uint32_t number;
        uint64_t done;);

/* TTY_CONTROL: ioctl. Reply: status, the old or asked-for value. */
#define TTY_CONTROL 0x402
PAYLOAD(tty_control, uint32_t op; uint32_t spare; uint64_t value;);
#define TTY_GET_MODE  0
#define TTY_SET_MODE  1 /* value: TTY_ flags */
#define TTY_GET_PGRP  2
#define TTY_SET_PGRP  3  /* value: the foreground process group, who gets ^C */
#define TTY_DRAIN     4  /* the reply comes when all output has left; before power-off */
#define TTY_GET_READ  5  /* where the last read ended: for a client that has lost its position */
#define TTY_CANONICAL 1u /* lines, with erase (^H, DEL), kill (^U), end of file (^D) */
#define TTY_ECHO      2u
#define TTY_SIGNALS   4u  /* ^C is SIGINT */
#define TTY_CRNL      8u  /* input CR becomes NL */
#define TTY_NLCR      16u /* output NL becomes CR NL, as the terminal wants it */
#define TTY_COOKED    (TTY_CANONICAL | TTY_ECHO | TTY_SIGNALS | TTY_CRNL | TTY_NLCR) /* at first */

/* TTY_PENDING: from PM after TTY notified it. Reply: struct tty_pending_reply; TTY forgets the
 * signals when PM says that it has dealt with them: `serial` of that reply. */
#define TTY_PENDING 0x403
PAYLOAD(tty_pending, uint32_t serial;);
PAYLOAD(tty_pending_reply, int64_t status; uint32_t pgrp; uint32_t signals; uint32_t serial;);

#endif
