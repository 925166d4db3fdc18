/*
 * A bounded ring of bytes between two threads: one puts whole blocks in, the other takes them out
 * in order. When it is full, who puts waits.
 *
 * It is made of chunks, and a block never lies in two of them: so what is taken begins and ends
 * with a block. Putting takes no lock, but once a chunk.
 */
#ifndef EMU_TRACE_RING_H
#define EMU_TRACE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RING_CHUNK  (64u << 10) /* bytes */
#define RING_CHUNKS 32u
#define RING_DUE    8u /* full chunks, after which who takes is woken */

struct ring;

struct ring *ring_create(void); /* NULL: out of memory */
void ring_destroy(struct ring *r);

/* Who puts: room for `n` bytes, at most RING_CHUNK; then says how many of them are to be taken. */
uint8_t *ring_room(struct ring *r, size_t n);
void ring_put(struct ring *r, size_t n);
/* No more will come. */
void ring_end(struct ring *r);

/* Who takes: waits until RING_DUE chunks are full, or RING_WAIT_MS have passed; *n bytes are
 * there, maybe 0. They stay until the next call, which takes them for done. NULL: it has ended,
 * and all was taken. */
#define RING_WAIT_MS 100
const uint8_t *ring_take(struct ring *r, size_t *n);

#endif
