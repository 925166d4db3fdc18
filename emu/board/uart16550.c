/*
 * UART 16550A, byte registers. The line is infinitely fast: a byte written is a byte sent.
 *
 *   offset  name     access
 *   0       RBR/THR  R  received byte            W  byte to send          (DLAB 0)
 *           DLL      RW divisor, low             (DLAB 1)
 *   1       IER      RW bit 0 received, 1 transmitter empty, 2 line status, 3 modem   (DLAB 0)
 *           DLM      RW divisor, high            (DLAB 1)
 *   2       IIR      R  what interrupts          FCR  W  FIFO control
 *   3       LCR      RW format; bit 7 is DLAB
 *   4       MCR      RW bit 4 loops output back to input
 *   5       LSR      R  bit 0 data ready, 1 overrun, 5 and 6 transmitter empty
 *   6       MSR      R  modem lines: CTS, DSR, DCD up; in loop-back a copy of MCR
 *   7       SCR      RW scratch
 *
 * Input is never lost: bytes wait on the host until the FIFO has room, and what is in the FIFO when
 * a driver clears it counts as arriving just afterwards (someone may type while the guest boots).
 * The time-out interrupt of the real part (a few bytes below the trigger level, line quiet) is
 * raised at once, since a line without a speed is always quiet.
 */
#include "emu/board/uart16550.h"
#include "emu/board/map.h"

#define IER_RX  0x01u
#define IER_THR 0x02u
#define IER_RLS 0x04u

#define IIR_NONE    0x01u
#define IIR_THR     0x02u
#define IIR_RX      0x04u
#define IIR_RLS     0x06u
#define IIR_TIMEOUT 0x0cu
#define IIR_FIFOS   0xc0u

#define FCR_ENABLE   0x01u
#define FCR_CLEAR_RX 0x02u
#define FCR_KEPT     0xc9u /* enable, DMA mode, trigger level */

#define LCR_DLAB 0x80u
#define MCR_LOOP 0x10u

#define LSR_READY   0x01u
#define LSR_OVERRUN 0x02u
#define LSR_IDLE    0x60u
#define MSR_UP      0xb0u

static unsigned trigger_level(const struct uart *uart)
{
    static const uint8_t levels[4] = {1, 4, 8, 14};

    return uart->fcr & FCR_ENABLE ? levels[uart->fcr >> 6] : 1;
}

static unsigned capacity(const struct uart *uart)
{
    return uart->fcr & FCR_ENABLE ? UART_FIFO : 1;
}

/* The interrupt to report, highest priority first (data sheet, table "interrupt control"). */
static uint8_t interrupt_id(const struct uart *uart)
{
    if ((uart->ier & IER_RLS) && uart->overrun)
        return IIR_RLS;
    if ((uart->ier & IER_RX) && uart->count >= trigger_level(uart))
        return IIR_RX;
    if ((uart->ier & IER_RX) && uart->count > 0)
        return IIR_TIMEOUT;
    if ((uart->ier & IER_THR) && uart->thr_event)
        return IIR_THR;
    return IIR_NONE;
}

static void update_irq(struct uart *uart)
{
    irq_set(&uart->irq, interrupt_id(uart) != IIR_NONE);
}

static void push(struct uart *uart, uint8_t byte)
{
    uart->fifo[(uart->head + uart->count) % UART_FIFO] = byte;
    uart->count++;
}

size_t uart_receive(struct uart *uart, const uint8_t *bytes, size_t n)
{
    size_t taken = 0;

    if (uart->mcr & MCR_LOOP)
        return 0; /* the line is disconnected */
    while (taken < n && uart->count < capacity(uart))
        push(uart, bytes[taken++]);
    update_irq(uart);
    return taken;
}

static void offer_room(struct uart *uart)
{
    if (uart->room != 0)
        uart->room(uart->arg);
}

static void clear_fifo(struct uart *uart)
{
    if (uart->looped)
        uart->head = uart->count = 0;
    uart->looped = false;
}

static uint8_t take_byte(struct uart *uart)
{
    uint8_t byte = 0;

    if (uart->count > 0) {
        byte = uart->fifo[uart->head];
        uart->head = (uart->head + 1) % UART_FIFO;
        uart->count--;
    }
    uart->looped = uart->looped && uart->count > 0;
    update_irq(uart);
    offer_room(uart);
    return byte;
}

static void send_byte(struct uart *uart, uint8_t byte)
{
    uart->thr_event = true;
    if (!(uart->mcr & MCR_LOOP)) {
        if (uart->transmit != 0)
            uart->transmit(uart->arg, byte);
    } else if (uart->count < capacity(uart)) {
        push(uart, byte);
        uart->looped = true;
    } else {
        uart->overrun = true;
    }
}

static uint8_t read_iir(struct uart *uart)
{
    uint8_t id = interrupt_id(uart);

    if (id == IIR_THR) {
        uart->thr_event = false;
        update_irq(uart);
    }
    return id | (uart->fcr & FCR_ENABLE ? IIR_FIFOS : 0);
}

static uint8_t read_lsr(struct uart *uart)
{
    uint8_t lsr = LSR_IDLE;

    lsr |= uart->count > 0 ? LSR_READY : 0;
    lsr |= uart->overrun ? LSR_OVERRUN : 0;
    uart->overrun = false;
    update_irq(uart);
    return lsr;
}

/* In loop-back the modem outputs appear at the modem inputs: DTR, RTS, OUT1, OUT2. */
static uint8_t read_msr(const struct uart *uart)
{
    uint8_t m = uart->mcr;

    if (!(m & MCR_LOOP))
        return MSR_UP;
    return (uint8_t)((m & 0x0c) << 4 | (m & 0x02) << 3 | (m & 0x01) << 5);
}

static uint64_t uart_read(struct device *dev, uint64_t offset, unsigned width)
{
    struct uart *uart = (struct uart *)dev;
    bool dlab = uart->lcr & LCR_DLAB;

    (void)width;
    switch (offset) {
    case 0:
        return dlab ? uart->dll : take_byte(uart);
    case 1:
        return dlab ? uart->dlm : uart->ier;
    case 2:
        return read_iir(uart);
    case 3:
        return uart->lcr;
    case 4:
        return uart->mcr;
    case 5:
        return read_lsr(uart);
    case 6:
        return read_msr(uart);
    case 7:
        return uart->scr;
    }
    return 0;
}

static void write_ier(struct uart *uart, uint8_t value)
{
    /* Enabling the transmitter interrupt while it is empty reports that at once. */
    if ((value & IER_THR) && !(uart->ier & IER_THR))
        uart->thr_event = true;
    uart->ier = value & 0x0f;
}

static void write_fcr(struct uart *uart, uint8_t value)
{
    /* Switching the FIFOs on or off empties them, too. */
    if ((value & FCR_CLEAR_RX) || ((value ^ uart->fcr) & FCR_ENABLE))
        clear_fifo(uart);
    uart->fcr = value & FCR_ENABLE ? value & FCR_KEPT : 0;
    offer_room(uart);
}

static void write_mcr(struct uart *uart, uint8_t value)
{
    uart->mcr = value & 0x1f;
    offer_room(uart);
}

static void uart_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
    struct uart *uart = (struct uart *)dev;
    bool dlab = uart->lcr & LCR_DLAB;
    uint8_t byte = (uint8_t)value;

    (void)width;
    switch (offset) {
    case 0:
        if (dlab)
            uart->dll = byte;
        else
            send_byte(uart, byte);
        break;
    case 1:
        if (dlab)
            uart->dlm = byte;
        else
            write_ier(uart, byte);
        break;
    case 2:
        write_fcr(uart, byte);
        break;
    case 3:
        uart->lcr = byte;
        break;
    case 4:
        write_mcr(uart, byte);
        break;
    case 7:
        uart->scr = byte;
        break;
    }
    update_irq(uart);
}

static void uart_reset(struct device *dev)
{
    struct uart *uart = (struct uart *)dev;

    uart->head = uart->count = 0;
    uart->ier = uart->lcr = uart->mcr = uart->scr = uart->fcr = 0;
    uart->dll = uart->dlm = 0;
    uart->thr_event = uart->overrun = uart->looped = false;
    update_irq(uart);
}

void uart_init(struct uart *uart, struct irq_line irq)
{
    *uart = (struct uart){
        .dev = {.name = "uart",
                .base = UART_BASE,
                .size = UART_SIZE,
                .read = uart_read,
                .write = uart_write,
                .reset = uart_reset,
                .due = CLOCK_NEVER},
        .irq = irq,
    };
}
