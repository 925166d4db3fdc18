/*
 * One thread fills chunk `head`, the other empties chunk `tail`; both only ever grow, a chunk's place is its number modulo
 * RING_CHUNKS. How far a chunk is filled is an atomic number of its own: so the other thread can take what is there before the chunk
 * is full.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include "emu/trace/ring.h"

struct chunk {
    atomic_size_t used;
    uint8_t bytes[RING_CHUNK];
};

struct ring {
    atomic_uint head, tail;
    atomic_bool ended;
    size_t done;  /* bytes of chunk `tail` that were taken; who takes knows it alone */
    size_t taken; /* and that were taken with the last call */
    pthread_mutex_t lock;
    pthread_cond_t more, room;
    struct chunk chunk[RING_CHUNKS];
};

struct ring *ring_create(void)
{
    struct ring *r = calloc(1, sizeof *r);
    pthread_condattr_t attributes;
    if (!r)
        return NULL;
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

/* ---- who puts -------------------------------------------------------------------------------- */

/* The chunk is full: on to the next one, as soon as that is empty. */
static void next_chunk(struct ring *r)
{
    unsigned next = atomic_load(&r->head) + 1;
    pthread_mutex_lock(&r->lock);
    while (next - atomic_load(&r->tail) >= RING_CHUNKS)
        pthread_cond_wait(&r->room, &r->lock);
    atomic_store(&r->chunk[next % RING_CHUNKS].used, 0);
    atomic_store(&r->head, next);
    pthread_cond_signal(&r->more);
    pthread_mutex_unlock(&r->lock);
}

static struct chunk *filling(struct ring *r)
{
    return &r->chunk[atomic_load_explicit(&r->head, memory_order_relaxed) % RING_CHUNKS];
}

uint8_t *ring_room(struct ring *r, size_t n)
{
    struct chunk *c = filling(r);
    if (atomic_load_explicit(&c->used, memory_order_relaxed) + n > RING_CHUNK) {
        next_chunk(r);
        c = filling(r);
    }
    return c->bytes + atomic_load_explicit(&c->used, memory_order_relaxed);
}

void ring_put(struct ring *r, size_t n)
{
    struct chunk *c = filling(r);
    size_t used = atomic_load_explicit(&c->used, memory_order_relaxed);
    atomic_store_explicit(&c->used, used + n, memory_order_release);
}

void ring_end(struct ring *r)
{
    pthread_mutex_lock(&r->lock);
    atomic_store(&r->ended, true);
    pthread_cond_signal(&r->more);
    pthread_mutex_unlock(&r->lock);
}

/* ---- who takes ------------------------------------------------------------------------------- */

/* Waits until chunk `tail` is full, or it is time to look what it holds. */
static void wait_for_more(struct ring *r)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += RING_WAIT_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    int error = 0;
    pthread_mutex_lock(&r->lock);
    while (atomic_load(&r->head) == atomic_load(&r->tail) && !atomic_load(&r->ended) &&
           error != ETIMEDOUT)
        error = pthread_cond_timedwait(&r->more, &r->lock, &until);
    pthread_mutex_unlock(&r->lock);
}

static void give_back(struct ring *r)
{
    r->done = 0;
    pthread_mutex_lock(&r->lock);
    atomic_fetch_add(&r->tail, 1);
    pthread_cond_signal(&r->room);
    pthread_mutex_unlock(&r->lock);
}

const uint8_t *ring_take(struct ring *r, size_t *n)
{
    r->done += r->taken;
    r->taken = 0;
    wait_for_more(r);
    for (;;) {
        /* In this order: once it has ended, or the head is beyond, this chunk is filled no more. */
        bool ended = atomic_load(&r->ended);
        unsigned tail = atomic_load(&r->tail);
        bool full = atomic_load(&r->head) != tail;
        const struct chunk *c = &r->chunk[tail % RING_CHUNKS];
        size_t used = atomic_load_explicit(&c->used, memory_order_acquire);
        *n = r->taken = used - r->done;
        if (*n > 0 || (!full && !ended))
            return c->bytes + r->done;
        if (!full)
            return NULL;
        give_back(r);
    }
}
