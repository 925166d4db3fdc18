/*
 * The 16550A UART driver.
 *
 *   offset  read                            write
 *   0       RBR  the byte received          THR  the byte to send
 *   1       IER  interrupts enabled         IER
 *   2       IIR  what interrupted           FCR  FIFO control
 *   3       LCR  line control               LCR
 *   4       MCR  modem control              MCR
 *   5       LSR  line status                -
 *
 * National Semiconductor PC16550D data sheet, section 8, "Registers". All registers are bytes.
 * Speed is left as firmware set it; neither board has a wire that would care.
 */
#include <sys/ipc.h>
#include "servers/lib/service.h"
#include "uart.h"

#define UART_BASE  0x10000000ul
#define UART_BYTES 0x100

enum uart_register { RBR = 0, THR = 0, IER = 1, IIR = 2, FCR = 2, LCR = 3, MCR = 4, LSR = 5 };

#define IER_RECEIVED 0x01 /* 8.6 */
#define IER_EMPTY    0x02
#define IIR_FIFOS    0xc0 /* 8.5: the FIFOs are on */
#define FCR_ENABLE   0x01 /* 8.4; without 0x02 and 0x04, which would clear the FIFOs */
#define LCR_8N1      0x03 /* 8.1 */
#define MCR_DTR      0x01 /* 8.7 */
#define MCR_RTS      0x02
#define MCR_OUT2     0x08 /* lets interrupts out, on a PC */
#define LSR_READY    0x01 /* 8.3 */
#define LSR_EMPTY    0x20

static volatile uint8_t *uart;

void uart_open(void)
{
    void *address;
    if (k_map_device(UART_BASE, UART_BYTES, &address) < 0)
        service_panic("cannot map the UART");
    uart = address;
    if (k_irq_attach(UART_IRQ) < 0)
        service_panic("cannot attach the UART's interrupt");
}

void uart_start(void)
{
    uart[LCR] = LCR_8N1;
    uart[MCR] = MCR_DTR | MCR_RTS | MCR_OUT2;
}

void uart_enable_fifos(void)
{
    if ((uart[IIR] & IIR_FIFOS) != IIR_FIFOS)
        uart[FCR] = FCR_ENABLE;
}

bool uart_receive(volatile uint16_t *to)
{
    //LAB notify
    if (!(uart[LSR] & LSR_READY))
        return false;
    *to = uart[RBR] | UART_VALID;
    return true;
    //LAB else
    //| (void)to;
    //| return false; /* yours */
    //LAB end
}

unsigned uart_room(void)
{
    return uart[LSR] & LSR_EMPTY ? UART_FIFO : 0;
}

void uart_send(uint8_t byte, volatile uint32_t *count)
{
    volatile uint8_t *thr = &uart[THR];
    uint32_t n = *count + 1;
    *count = n;
    *thr = byte;
}

void uart_interrupts(bool receive, bool transmit)
{
    //LAB notify
    uart[IER] = (uint8_t)((receive ? IER_RECEIVED : 0) | (transmit ? IER_EMPTY : 0));
    //LAB else
    //| (void)receive; /* yours */
    //| uart[IER] = transmit ? IER_EMPTY : 0;
    //LAB end
}

void uart_acknowledge(void)
{
    //LAB notify
    k_irq_ack(UART_IRQ);
    //LAB else
    //| /* Yours. */
    //LAB end
}
