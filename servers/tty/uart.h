/* The 16550A UART, as bytes in and out. */
#ifndef SERVERS_TTY_UART_H
#define SERVERS_TTY_UART_H

#include <stdbool.h>
#include <stdint.h>

#define UART_IRQ  10
#define UART_FIFO 16 /* bytes */

/* Maps the registers and attaches the interrupt; a service that cannot do that ends. */
void uart_open(void);

/* Sets the line up. What has been received already stays in the FIFO once uart_start() has been
 * called by any incarnation; before that there is one byte at most, to be received first. */
void uart_start(void);

bool uart_receive(uint8_t *byte); /* false: nothing has come */

/* How many bytes uart_send() takes now without loss: at most UART_FIFO. */
unsigned uart_room(void);
void uart_send(uint8_t byte);

/* What is to be notified: bytes received, room to send. */
void uart_interrupts(bool receive, bool transmit);

/* Lets the next interrupt through. */
void uart_acknowledge(void);

#endif
