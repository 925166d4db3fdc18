/*
 * The emulator's side makes each event a block, in place in the ring; the thread writes what is
 * there, in pieces that begin and end with a block. After an error it goes on emptying the ring, so
 * that nobody waits for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "emu/trace/pcapng.h"
#include "emu/trace/ring.h"
#include "emu/trace/writer.h"

struct writer {
    struct sink sink;
    struct ring *ring;
    uint64_t events, time; /* so many, and when the last one was */
    uint64_t put;          /* bytes, into the ring */
    int fd;
    uint64_t written;   /* bytes: all of them whole blocks */
    atomic_ullong done; /* of those that were put: written, or given up */
    atomic_int error;   /* the first, an errno; 0: none */
    pthread_t thread;
    char path[];
};

/* ---- the thread ------------------------------------------------------------------------------ */

/* Of `n` bytes of blocks only `done` were written: how many are whole blocks? */
static size_t whole_blocks(const uint8_t *blocks, size_t n, size_t done)
{
    size_t whole = 0;
    while (whole < n) {
        uint32_t length;
        memcpy(&length, blocks + whole + 4, sizeof length);
        if (whole + length > done)
            break;
        whole += length;
    }
    return whole;
}

/* The rest of a block at the end would only be a puzzle to readers. What is no file cannot be cut. */
static void give_up(struct writer *w, const uint8_t *blocks, size_t n, size_t done, int error)
{
    uint64_t whole = w->written + whole_blocks(blocks, n, done);
    if (ftruncate(w->fd, (off_t)whole) == 0)
        w->written = whole;
    atomic_store(&w->error, error);
}

static void write_blocks(struct writer *w, const uint8_t *blocks, size_t n)
{
    size_t done = 0;
    while (done < n) {
        ssize_t got = write(w->fd, blocks + done, n - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            give_up(w, blocks, n, done, got < 0 ? errno : EIO);
            return;
        }
        done += (size_t)got;
    }
    w->written += n;
}

static void *run(void *arg)
{
    struct writer *w = arg;
    const uint8_t *blocks;
    size_t n;
    while ((blocks = ring_take(w->ring, &n)) != NULL) {
        if (n > 0 && !atomic_load(&w->error))
            write_blocks(w, blocks, n);
        atomic_fetch_add(&w->done, n);
    }
    return NULL;
}

/* Signals are for the emulator's own thread. */
static int start_thread(struct writer *w)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&w->thread, NULL, run, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

/* ---- the emulator's side --------------------------------------------------------------------- */

static void put(struct writer *w, size_t n)
{
    w->put += n;
    ring_put(w->ring, n);
}

static void on_event(struct sink *self, const struct event *e)
{
    struct writer *w = (struct writer *)self;
    w->events++;
    w->time = e->time;
    put(w, pcapng_packet(ring_room(w->ring, PCAPNG_PACKET_MAX), e));
}

static struct writer *refuse(struct writer *w, const char *path, int error, char *why, size_t size)
{
    snprintf(why, size, "%s: %s", path, strerror(error));
    if (w && w->fd >= 0)
        close(w->fd);
    if (w)
        ring_destroy(w->ring);
    free(w);
    return NULL;
}

struct writer *writer_open(const char *path, char *why, size_t size)
{
    struct writer *w = calloc(1, sizeof *w + strlen(path) + 1);
    if (!w || (w->ring = ring_create()) == NULL) {
        free(w);
        return refuse(NULL, path, ENOMEM, why, size);
    }
    strcpy(w->path, path);
    w->sink = (struct sink){.kinds = EVENT_ALL, .event = on_event};
    w->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (w->fd < 0)
        return refuse(w, path, errno, why, size);
    int error = start_thread(w);
    if (error)
        return refuse(w, path, error, why, size);
    put(w, pcapng_header(ring_room(w->ring, PCAPNG_HEADER_MAX)));
    return w;
}

struct sink *writer_sink(struct writer *w)
{
    return &w->sink;
}

bool writer_sync(struct writer *w)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    while (atomic_load(&w->done) != w->put && !writer_failed(w))
        nanosleep(&moment, NULL); /* the thread looks ten times a second */
    return !writer_failed(w);
}

bool writer_failed(const struct writer *w)
{
    return atomic_load_explicit(&w->error, memory_order_relaxed) != 0;
}

bool writer_close(struct writer *w, char *why, size_t size)
{
    if (!w)
        return true;
    uint8_t *room = ring_room(w->ring, PCAPNG_STATISTICS_MAX);
    put(w, pcapng_statistics(room, w->events, w->time));
    ring_end(w->ring);
    pthread_join(w->thread, NULL);
    int error = atomic_load(&w->error);
    if (close(w->fd) != 0 && !error)
        error = errno;
    if (error)
        snprintf(why, size, "%s: the trace is incomplete: %s", w->path, strerror(error));
    ring_destroy(w->ring);
    free(w);
    return error == 0;
}
