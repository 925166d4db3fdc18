/* The 16550A UART, as bytes in and out. */
#ifndef SERVERS_TTY_UART_H
#define SERVERS_TTY_UART_H

#include <stdbool.h>
#include <stdint.h>

#define UART_IRQ  10
#define UART_FIFO 16 /* bytes */

/* Maps the registers and attaches the interrupt; a service that cannot do that ends. */
void uart_open(void);

/* Sets the line up; what has been received stays where it is. */
void uart_start(void);

/* Switches the FIFOs on, if no incarnation before did. The data sheet lets that clear what is
 * there: receive it before. */
void uart_enable_fifos(void);

/*
 * To take a byte from the UART, or to give it one, cannot be undone. So that no byte is lost or
 * doubled when the driver dies, the note of it is made in the neighbouring instruction.
 */

/* Puts a received byte, with UART_VALID, into *to. False: nothing has come. */
#define UART_VALID 0x100
bool uart_receive(volatile uint16_t *to);

/* How many bytes uart_send() takes now without loss: at most UART_FIFO. */
unsigned uart_room(void);
void uart_send(uint8_t byte, volatile uint32_t *count); /* *count goes up by one */

/* What is to be notified: bytes received, room to send. */
void uart_interrupts(bool receive, bool transmit);

/* Lets the next interrupt through. */
void uart_acknowledge(void);

#endif
