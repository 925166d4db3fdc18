/* An episode as one line of text, for --stats and the tour. */
#ifndef EMU_MODEL_EPISODE_TEXT_H
#define EMU_MODEL_EPISODE_TEXT_H

#include <stddef.h>
#include <stdio.h>
#include "emu/model/episode.h"

#define EPISODE_TEXT 512 /* bytes that are enough */

/*
 * What died when, of what, with what in hand; who was blocked; and the steps of the recovery, as virtual time since the fault:
 *
 *     episode 3: fs (incarnation 2) at 1.204311 s: store page fault at 0x40001f44; in hand FS_WRITE of cp; blocked: cp, sh;
 *     2 requests delivered again, detected +0.00 us, restarted +215.31 us, answering +980.40 us
 *
 * (one line). `answering` is its first good reply.
 *
 * Returns `out`.
 */
char *episode_text(char *out, size_t size, const struct episode *e);

/* "cp, sh and 3 more", "nobody": who was blocked. Returns `out`. */
char *episode_clients(char *out, size_t size, const struct episode *e);

#endif
