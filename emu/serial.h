/*
 * The far end of the guest's serial line: what it prints, and what is typed to it. See serial.c.
 */
#ifndef EMU_SERIAL_H
#define EMU_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERIAL_MARK_MAX 64u

/* What a prompt mark says: OSC 133 ; letter. */
#define MARK_PROMPT 'A' /* the prompt begins */
#define MARK_INPUT  'B' /* the prompt is complete, input may begin */

struct serial {
    /* Set by the owner. */
    void (*print)(void *arg, const uint8_t *bytes, size_t n);
    void (*mark)(void *arg, char letter);
    size_t (*type)(void *arg, const uint8_t *bytes, size_t n); /* returns how many were taken */
    void *arg;

    /* A possible mark, not printed yet. */
    uint8_t held[SERIAL_MARK_MAX];
    unsigned held_count;

    /* Bytes to be typed. */
    uint8_t *queue;
    size_t queued, capacity;
};

/* One byte from the guest. */
void serial_output(struct serial *serial, uint8_t byte);

/* Queues bytes to be typed, and types what the guest takes. False: no memory. */
bool serial_type(struct serial *serial, const void *bytes, size_t n);

/* Types on, if something is queued. True if the queue is empty. */
bool serial_pump(struct serial *serial);

/* Prints what was held back; to be called when the run ends. */
void serial_finish(struct serial *serial);
void serial_free(struct serial *serial);

#endif
