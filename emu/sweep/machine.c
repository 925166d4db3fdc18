/* Drives a board by a workload, without a host clock: virtual time passes as fast as it can. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <courier/errno.h>
#include <courier/protocol/fs.h>
#include <courier/protocol/tty.h>
#include "emu/sweep/machine.h"

#define SLICE    1000000u    /* 10 ms of virtual time */
#define PATIENCE 400000000u  /* 4 s: more than any recovery needs */
#define PRESSES  24          /* of ^C and ^D, when all is typed and nothing happens */
#define BUSY_MAX 1000000000u /* instructions, 10 s: who runs so long without an end is in a loop */
#define CTRL_C   3
#define CTRL_D   4

/* ---- typing ---------------------------------------------------------------------------------- */

static void type_step(struct machine *m)
{
    static const char end = CTRL_D;
    size_t i = m->step++;
    if (i < m->workload->steps) {
        m->typed_at[i] = m->bytes;
        serial_type(&m->serial, m->workload->step[i].bytes, m->workload->step[i].count);
    } else if (i == m->workload->steps) {
        m->typed_at[i] = m->bytes;
        serial_type(&m->serial, &end, 1); /* ^D at the prompt ends the shell, and that the system */
    }
}

/* In an undisturbed run: somebody reads the console and finds nothing. So what is typed always meets a program that waits for it, which
 * is harder for the servers than type-ahead. */
static void offer(struct machine *m)
{
    size_t steps = m->workload->steps;
    bool at_prompt = m->step >= steps || m->workload->step[m->step].when == AT_PROMPT;
    if (m->disturbed || m->step > steps || at_prompt != m->prompt || m->serial.queued > 0)
        return;
    if (m->may_type && !m->may_type(m->arg))
        return;
    m->prompt = false;
    type_step(m);
}

/* In a disturbed one, as much output has come as then. */
static void follow(struct machine *m)
{
    while (m->disturbed && m->step <= m->workload->steps &&
           m->bytes >= m->reference->typed_at[m->step])
        type_step(m);
    if (!m->disturbed || board_clock(m->board) - m->said <= PATIENCE)
        return;
    m->said = board_clock(m->board);
    if (m->step <= m->workload->steps) {
        type_step(m);
    } else if (m->pressed++ < PRESSES) { /* by turns: what is typed behind ^C may be void */
        const char key = m->pressed % 2 ? CTRL_C : CTRL_D;
        serial_type(&m->serial, &key, 1);
    }
}

static void on_mark(void *arg, char letter)
{
    struct machine *m = arg;
    if (letter == MARK_INPUT)
        m->prompt = true;
}

static void on_print(void *arg, const uint8_t *bytes, size_t n)
{
    struct machine *m = arg;
    trace_console(m->trace, bytes, n);
    m->said = board_clock(m->board);
    for (size_t i = 0; i < n; i++) {
        if (m->bytes == MACHINE_OUTPUT) {
            m->overflow = true;
            return;
        }
        m->output[m->bytes++] = (char)bytes[i];
    }
    follow(m);
}

static size_t on_type(void *arg, const uint8_t *bytes, size_t n)
{
    struct machine *m = arg;
    return board_input(m->board, bytes, n);
}

static void on_output(void *arg, uint8_t byte)
{
    struct machine *m = arg;
    serial_output(&m->serial, byte);
}

static void on_room(void *arg)
{
    struct machine *m = arg;
    serial_pump(&m->serial);
}

/* ---- watching -------------------------------------------------------------------------------- */

static void on_event(struct sink *self, const struct event *e)
{
    struct machine *m = (struct machine *)((char *)self - offsetof(struct machine, events));
    world_event(&m->world, e, &m->changes);
    if (e->kind != EVENT_DELIVER)
        return;
    m->messages++;
    if ((e->message.type == (FS_SYNC | MSG_REPLY) || e->message.type == (FS_FSYNC | MSG_REPLY)) &&
        e->peer == EP_FS && e->message.status == 0)
        m->syncs++;
    if (e->message.type == (TTY_READ | MSG_REPLY) && e->peer == EP_TTY &&
        e->message.status == -EAGAIN)
        offer(m);
}

static struct machine *of_changes(struct world_sink *self)
{
    return (struct machine *)((char *)self - offsetof(struct machine, changes));
}

static void on_life(struct world_sink *self, const struct world *w, const struct event *e)
{
    episodes_life(&of_changes(self)->episodes, w, e);
}

static void on_message(struct world_sink *self, const struct world *w, const struct event *e,
                       const struct transaction *t)
{
    episodes_message(&of_changes(self)->episodes, w, e, t);
}

static void on_crossing(void *arg, struct board_crossing *c)
{
    struct machine *m = arg;
    fault_crossing(&m->fault, c);
    if (!c->entering && m->returns && EP_SLOT(m->fault.running) < NSERVICES)
        m->returns(m->arg, m->fault.running, c);
}

static bool on_write(void *arg, uint64_t sector, uint64_t bytes)
{
    struct machine *m = arg;
    return !m->may_write || m->may_write(m->arg, sector, bytes);
}

/* ---- the run --------------------------------------------------------------------------------- */

static bool watch(struct machine *m, const struct machine_config *config, char *why, size_t size)
{
    m->trace = trace_create(config->kernel, why, size);
    if (!m->trace)
        return false;
    fault_init(&m->fault, m->board);
    world_init(&m->world);
    m->changes = (struct world_sink){.life = on_life, .message = on_message};
    m->events = (struct sink){.kinds = EVENT_ALL & ~EVENT_CROSSINGS, .event = on_event};
    trace_subscribe(m->trace, &m->fault.sink);
    trace_subscribe(m->trace, &m->events);
    if (config->trace && !trace_write(m->trace, config->trace, why, size))
        return false;
    trace_intercept(m->trace, on_crossing, m);
    if (trace_start(m->trace, m->board))
        return true;
    snprintf(why, size, "out of memory");
    return false;
}

bool machine_open(struct machine *m, const struct machine_config *config,
                  const struct workload *workload, const struct reference *reference, char *why,
                  size_t size)
{
    const struct board_config board = {.kernel = config->kernel,
                                       .disk = config->disk,
                                       .disk_private = true,
                                       .memory = 64,
                                       .seed = config->seed,
                                       .output = on_output,
                                       .room = on_room,
                                       .may_write = on_write,
                                       .arg = m};
    *m = (struct machine){.workload = workload, .reference = reference};
    m->serial = (struct serial){.print = on_print, .mark = on_mark, .type = on_type, .arg = m};
    m->output = malloc(MACHINE_OUTPUT);
    m->typed_at = calloc(workload->steps + 1, sizeof *m->typed_at);
    if (!m->output || !m->typed_at) {
        snprintf(why, size, "out of memory");
        return false;
    }
    m->board = board_create(&board, why, size);
    return m->board && watch(m, config, why, size);
}

void machine_close(struct machine *m)
{
    trace_destroy(m->trace);
    if (m->board)
        board_destroy(m->board);
    serial_free(&m->serial);
    free(m->output);
    free(m->typed_at);
    *m = (struct machine){0};
}

/* The guest waits. False: for ever. */
static bool pass(struct machine *m, uint64_t next)
{
    if (m->serial.queued > 0 && serial_pump(&m->serial))
        return true;
    if (next == BOARD_NEVER && !m->alarm)
        return false;
    board_skip(m->board, m->alarm && m->alarm < next ? m->alarm : next);
    return true;
}

/* When to look around next. */
static uint64_t slice_end(const struct machine *m)
{
    uint64_t end = board_clock(m->board) + SLICE;
    return m->alarm && m->alarm < end ? m->alarm : end;
}

enum machine_end machine_run(struct machine *m, uint64_t limit, int *status)
{
    uint64_t most = m->reference ? m->reference->busy + BUSY_MAX : UINT64_MAX;
    while (board_clock(m->board) < limit && m->busy < most && !m->overflow) {
        uint64_t begin = board_clock(m->board);
        struct board_stop stop = board_run(m->board, slice_end(m));
        m->busy += board_clock(m->board) - begin;
        if (m->alarm && board_clock(m->board) >= m->alarm)
            m->alarm = m->due(m->arg, m->alarm);
        if (m->halted)
            return END_HALTED;
        follow(m);
        if (stop.reason == BOARD_POWER_OFF) {
            serial_finish(&m->serial);
            *status = stop.status;
            return END_POWER_OFF;
        }
        if (stop.reason == BOARD_FAULT || stop.reason == BOARD_RESET)
            return END_BROKEN;
        if (stop.reason == BOARD_IDLE && !pass(m, stop.next))
            return END_STUCK;
    }
    return END_TOO_LONG;
}

void machine_to_reference(struct machine *m, struct reference *r, int status)
{
    *r = (struct reference){.output = m->output,
                            .bytes = m->bytes,
                            .typed_at = m->typed_at,
                            .time = board_clock(m->board),
                            .busy = m->busy,
                            .status = status};
    m->output = NULL;
    m->typed_at = NULL;
}
