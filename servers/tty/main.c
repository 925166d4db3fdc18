/*
 * TTY: the terminal. Two events move it: a request takes bytes out of one queue or puts them into
 * the other, and an interrupt moves bytes between the queues and the UART. No client ever waits
 * (protocol/tty.h).
 *
 * A request commits with its reply, and may be rolled back before; so it must not send: it only
 * enables the interrupt that does. What a received byte does to the terminal is a transaction of
 * its own, which ends before the next byte is taken.
 */
#include <sys/ipc.h>
#include "servers/lib/program.h"
#include "servers/lib/region.h"
#include "servers/lib/service.h"
#include "line.h"
#include "uart.h"

#define CHUNK 1024 /* bytes copied at a time */

/* The last write of a client of FS, by slot: how many of its bytes have been taken. */
struct written {
    endpoint_t writer;
    uint32_t number;
    uint64_t taken;
};

static struct state {
    struct terminal terminal;
    uint16_t received;               /* a byte on its way from the UART, with UART_VALID; or 0 */
    bool reader_waits, writer_waits; /* FS was told EAGAIN */
    uint32_t read_to;                /* where the last read ended */
    struct written written[NSLOTS];
} * state;

/* Before any change of the terminal: see line.h. */
static struct terminal *terminal(void)
{
    region_touch(&state->terminal.line, sizeof state->terminal.line);
    return &state->terminal;
}

static void set_interrupts(void)
{
    const struct terminal *t = &state->terminal;
    uart_interrupts(line_takes_input(t), line_output_pending(t));
}

/* ---- the UART -------------------------------------------------------------------------------- */

/* A byte that was taken from the UART, by this incarnation or the one that died. */
static void take_received(void)
{
    if (!(state->received & UART_VALID))
        return;
    line_input(terminal(), (uint8_t)state->received);
    CHANGE(state->received) = 0;
    region_commit();
}

static void receive_bytes(void)
{
    take_received();
    //LAB notify
    while (line_takes_input(&state->terminal) && uart_receive(&state->received))
        take_received();
    //LAB else
    //| /* Yours: as many as have come, and as the line takes. */
    //LAB end
}

/* Never within a transaction: what could still be rolled back must not be sent. */
static void send_bytes(void)
{
    struct terminal *t = &state->terminal;
    for (unsigned room; line_output_pending(t) && (room = uart_room()) > 0;)
        while (room-- && line_output_pending(t))
            uart_send(line_output_byte(t), &t->out_head);
}

/* Tells FS and PM what they have been waiting for. Telling them once too often does no harm. */
static void notify_clients(void)
{
    if (state->terminal.line.signals)
        notify(EP_PM);
    bool reader = state->reader_waits && line_readable(&state->terminal);
    bool writer = state->writer_waits && line_writable(&state->terminal);
    if (!reader && !writer)
        return;
    notify(EP_FS);
    if (reader)
        CHANGE(state->reader_waits) = false;
    if (writer)
        CHANGE(state->writer_waits) = false;
}

static void run_uart(void)
{
    receive_bytes();
    send_bytes();
    receive_bytes(); /* sending made room for echo */
    notify_clients();
    region_commit();
    set_interrupts();
}

static void notified(const struct message *m)
{
    //LAB notify
    const struct notification *n = (const void *)m->w;
    if (m->source == EP_KERNEL && n->events & NOTIFY_IRQ(UART_IRQ)) {
        run_uart();
        uart_acknowledge();
    }
    //LAB else
    //| (void)m; /* yours: is it the UART's interrupt? */
    //LAB end
}

/* The same, should an interrupt or its acknowledgement have been lost. */
static void beat(void)
{
    run_uart();
    uart_acknowledge();
}

/* ---- requests ---------------------------------------------------------------------------- */

static int64_t do_read(struct message *m)
{
    static uint8_t buffer[LINE_INPUT];
    const struct tty_read *r = payload(m);
    size_t bytes = r->bytes < sizeof buffer ? r->bytes : sizeof buffer;
    if (bytes == 0)
        return -EINVAL;
    line_forget(terminal(), r->position);
    set_interrupts(); /* there may be room again for what waits in the UART */
    if (!line_readable(&state->terminal)) {
        CHANGE(state->reader_waits) = true;
        return -EAGAIN;
    }
    /* The bytes stay until the next read, which says that these have arrived. */
    struct line before = state->terminal.line;
    size_t n = line_read(terminal(), buffer, bytes);
    struct tty_read_reply *reply = payload(m);
    uint32_t position = state->terminal.line.in_head, grant = r->grant;
    state->terminal.line = before;
    reply->position = position;
    CHANGE(state->read_to) = position;
    int64_t status = n ? k_copy_to(m->source, grant, 0, buffer, n) : 0;
    return status < 0 ? status : (int64_t)n;
}

/* How many bytes of this write have been taken before: as FS remembers it, or more, if FS died and has forgotten. */
static uint64_t taken_before(const struct tty_write *r)
{
    const struct written *w = &state->written[EP_SLOT(r->writer)];
    return r->writer && w->writer == r->writer && w->number == r->number && w->taken > r->done
               ? w->taken
               : r->done;
}

static void remember(const struct tty_write *r, uint32_t taken)
{
    if (r->writer)
        CHANGE(state->written[EP_SLOT(r->writer)]) =
            (struct written){r->writer, r->number, r->done + taken};
}

/* Queues as many bytes of the grant as there is room for. */
static int64_t queue(endpoint_t client, const struct tty_write *r)
{
    static uint8_t buffer[CHUNK];
    struct terminal *t = terminal();
    uint32_t taken = 0;
    while (taken < r->bytes) {
        size_t n = r->bytes - taken < CHUNK ? r->bytes - taken : CHUNK;
        int64_t status = k_copy_from(client, r->grant, taken, buffer, n);
        if (status < 0)
            return taken ? taken : status;
        size_t queued = line_write(t, buffer, n);
        taken += (uint32_t)queued;
        if (queued < n)
            break;
    }
    return taken;
}

static int64_t do_write(struct message *m)
{
    const struct tty_write *r = payload(m);
    if (EP_SLOT(r->writer) >= NSLOTS)
        return -EINVAL;
    uint64_t before = taken_before(r) - r->done;
    if (before > 0)
        return (int64_t)(before < r->bytes ? before : r->bytes);
    int64_t taken = queue(m->source, r);
    if (taken < 0)
        return taken;
    remember(r, (uint32_t)taken);
    if (taken < r->bytes)
        CHANGE(state->writer_waits) = true;
    set_interrupts();
    return taken || !r->bytes ? taken : -EAGAIN;
}

/* Waits for the UART, not for the interrupt: whoever asks powers the board off next. */
static int64_t drain(void)
{
    while (line_output_pending(&state->terminal))
        send_bytes();
    program_check();
    return 0;
}

static int64_t set_mode(uint64_t mode)
{
    int64_t old = state->terminal.line.mode;
    if (mode & ~(uint64_t)TTY_COOKED)
        return -EINVAL;
    line_set_mode(terminal(), (uint32_t)mode);
    return old;
}

static int64_t set_group(uint64_t group)
{
    int64_t old = state->terminal.line.group;
    if (group > INT32_MAX)
        return -EINVAL;
    terminal()->line.group = (uint32_t)group;
    return old;
}

static int64_t do_control(struct message *m)
{
    const struct tty_control *r = payload(m);
    switch (r->op) {
    case TTY_GET_MODE:
        return state->terminal.line.mode;
    case TTY_SET_MODE:
        return set_mode(r->value);
    case TTY_GET_PGRP:
        return state->terminal.line.group;
    case TTY_SET_PGRP:
        return set_group(r->value);
    case TTY_GET_READ:
        return state->read_to;
    case TTY_DRAIN:
        return drain();
    default:
        return -EINVAL;
    }
}

static int64_t do_pending(struct message *m)
{
    if (m->source != EP_PM)
        return -EPERM;
    const struct tty_pending *r = payload(m);
    struct tty_pending_reply *reply = payload(m);
    if (r->serial == state->terminal.line.serial)
        terminal()->line.signals = 0;
    reply->pgrp = state->terminal.line.group;
    reply->signals = state->terminal.line.signals;
    reply->serial = state->terminal.line.serial;
    return 0;
}

/* ---- start ------------------------------------------------------------------------------- */

static handler *const requests[] = {
    [TTY_READ - TTY_READ] = do_read,
    [TTY_WRITE - TTY_READ] = do_write,
    [TTY_CONTROL - TTY_READ] = do_control,
    [TTY_PENDING - TTY_READ] = do_pending,
};

const struct service service = {
    .base = TTY_READ,
    .count = sizeof requests / sizeof *requests,
    .table = requests,
    .notified = notified,
    .beat = beat,
};

int main(void)
{
    bool fresh;
    uint64_t incarnation;
    state = region_open(sizeof *state, 4096, &fresh);
    if (!fresh && !line_is_sound(&state->terminal))
        region_damaged(REGION_STATE);
    if (fresh) {
        k_self(&incarnation);
        line_init(&state->terminal);
        /* Should the state have been lost: not one that PM knows. */
        state->terminal.line.serial = (uint32_t)(incarnation - 1) << 16;
    }
    uart_open();
    uart_start();
    receive_bytes();
    uart_enable_fifos();
    notify(EP_FS); /* calls that the last incarnation put off */
    run_uart();
    uart_acknowledge();
    serve();
}
