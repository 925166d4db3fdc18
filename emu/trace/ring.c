/*
 * One thread fills chunk `head`, the other empties chunk `tail`; both only ever grow, a chunk's
 * place is its number modulo RING_CHUNKS. How far a chunk is filled is an atomic number of its own:
 * so the other thread can take what is there before the chunk is full.
 */
#include <errno.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "emu/trace/ring.h"

#define CACHE_LINE 64

struct chunk {
    alignas(CACHE_LINE) atomic_size_t used;
    alignas(CACHE_LINE) uint8_t bytes[RING_CHUNK];
};

/* What each side alone uses has a cache line of its own, so that neither waits for the other's. */
struct ring {
    alignas(CACHE_LINE) struct {
        struct chunk *chunk; /* number `head` */
        size_t used;         /* bytes of it */
    } put;
    alignas(CACHE_LINE) struct {
        size_t done;  /* bytes of chunk `tail` that were taken */
        size_t taken; /* and that were taken with the last call */
    } take;
    alignas(CACHE_LINE) atomic_uint head;
    atomic_uint tail;
    atomic_bool ended;
    pthread_mutex_t lock;
    pthread_cond_t more, room;
    struct chunk chunk[RING_CHUNKS];
};

struct ring *ring_create(void)
{
    struct ring *r = aligned_alloc(CACHE_LINE, sizeof *r);
    pthread_condattr_t attributes;
    if (!r)
        return NULL;
    memset(r, 0, offsetof(struct ring, chunk));
    r->chunk[0].used = 0;
    r->put.chunk = &r->chunk[0];
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->more, &attributes);
    pthread_cond_init(&r->room, NULL);
    pthread_condattr_destroy(&attributes);
    return r;
}

void ring_destroy(struct ring *r)
{
    if (!r)
        return;
    pthread_cond_destroy(&r->more);
    pthread_cond_destroy(&r->room);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

/* To wake a thread is dear; so it is let sleep until there is something to do. */
static bool is_due(struct ring *r)
{
    return atomic_load(&r->head) - atomic_load(&r->tail) >= RING_DUE;
}

/* ---- who puts -------------------------------------------------------------------------------- */

/* The chunk is full: on to the next one, as soon as that is empty. */
static void next_chunk(struct ring *r)
{
    unsigned next = atomic_load(&r->head) + 1;
    pthread_mutex_lock(&r->lock);
    while (next - atomic_load(&r->tail) >= RING_CHUNKS)
        pthread_cond_wait(&r->room, &r->lock);
    r->put.chunk = &r->chunk[next % RING_CHUNKS];
    r->put.used = 0;
    atomic_store(&r->put.chunk->used, 0);
    atomic_store(&r->head, next);
    if (is_due(r))
        pthread_cond_signal(&r->more);
    pthread_mutex_unlock(&r->lock);
}

uint8_t *ring_room(struct ring *r, size_t n)
{
    if (r->put.used + n > RING_CHUNK)
        next_chunk(r);
    return r->put.chunk->bytes + r->put.used;
}

void ring_put(struct ring *r, size_t n)
{
    r->put.used += n;
    atomic_store_explicit(&r->put.chunk->used, r->put.used, memory_order_release);
}

void ring_end(struct ring *r)
{
    pthread_mutex_lock(&r->lock);
    atomic_store(&r->ended, true);
    pthread_cond_signal(&r->more);
    pthread_mutex_unlock(&r->lock);
}

/* ---- who takes ------------------------------------------------------------------------------- */

/* Waits until there is something to do, or it is time to look what chunk `tail` holds. */
static void wait_for_more(struct ring *r)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += RING_WAIT_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    int error = 0;
    pthread_mutex_lock(&r->lock);
    while (!is_due(r) && !atomic_load(&r->ended) && error != ETIMEDOUT)
        error = pthread_cond_timedwait(&r->more, &r->lock, &until);
    pthread_mutex_unlock(&r->lock);
}

static void give_back(struct ring *r)
{
    r->take.done = 0;
    pthread_mutex_lock(&r->lock);
    atomic_fetch_add(&r->tail, 1);
    pthread_cond_signal(&r->room);
    pthread_mutex_unlock(&r->lock);
}

const uint8_t *ring_take(struct ring *r, size_t *n)
{
    r->take.done += r->take.taken;
    r->take.taken = 0;
    if (atomic_load(&r->head) == atomic_load(&r->tail))
        wait_for_more(r);
    for (;;) {
        /* In this order: once it has ended, or the head is beyond, this chunk is filled no more. */
        bool ended = atomic_load(&r->ended);
        unsigned tail = atomic_load(&r->tail);
        bool full = atomic_load(&r->head) != tail;
        const struct chunk *c = &r->chunk[tail % RING_CHUNKS];
        size_t used = atomic_load_explicit(&c->used, memory_order_acquire);
        *n = r->take.taken = used - r->take.done;
        if (*n > 0 || (!full && !ended))
            return c->bytes + r->take.done;
        if (!full)
            return NULL;
        give_back(r);
    }
}
