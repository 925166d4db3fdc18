/* The serial port: a 16550A with its 16-byte receive FIFO. See uart16550.c. */
#ifndef EMU_BOARD_UART16550_H
#define EMU_BOARD_UART16550_H

#include "emu/board/device.h"

#include <stddef.h>

#define UART_FIFO 16u

struct uart {
    struct device dev;
    struct irq_line irq;

    /* A byte went out. Called from inside a guest store; it may call uart_receive. */
    void (*transmit)(void *arg, uint8_t byte);
    /* There may be room in the FIFO again; it may call uart_receive. May be NULL. */
    void (*room)(void *arg);
    void *arg;

    uint8_t fifo[UART_FIFO];
    unsigned head, count; /* oldest byte, number of bytes */
    uint8_t ier, lcr, mcr, scr, fcr;
    uint8_t dll, dlm;
    bool thr_event; /* "transmitter empty" has not been reported yet */
    bool overrun;
    bool looped; /* the FIFO holds bytes of the loop-back */
};

void uart_init(struct uart *uart, struct irq_line irq);

/* Offers `n` bytes to the receiver; returns how many the FIFO took. None is ever dropped. */
size_t uart_receive(struct uart *uart, const uint8_t *bytes, size_t n);

#endif
