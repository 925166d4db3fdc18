/*
 * For the tests of emu/control: Courier itself on a board, with lines typed at its shell, everything
 * that happens kept in a list, and the operator's tools attached.
 */
#ifndef TESTS_HOST_CONTROL_GUEST_H
#define TESTS_HOST_CONTROL_GUEST_H

#include "emu/board/board.h"
#include "emu/control/breakpoint.h"
#include "emu/control/fault.h"
#include "emu/control/step.h"
#include "emu/serial.h"
#include "emu/trace/trace.h"

#include <courier/errno.h>
#include <courier/protocol/fs.h>
#include <courier/protocol/pm.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KERNEL   "build/courier.elf"
#define DISK     "build/disk.img"
#define MEMORY   16 /* MiB */
#define RAM      UINT64_C(0x80000000)
#define SECOND   ((uint64_t)BOARD_CLOCK_HZ)
#define NO_EVENT SIZE_MAX

struct os {
    struct board *board;
    struct trace *trace; /* NULL: nobody looks */
    struct serial serial;
    const char *const *line; /* to type, the last one is NULL */
    bool at_prompt;          /* and nothing left to type */
    char text[16384];        /* printed */
    size_t length;
    char disk[32];

    struct fault fault;
    struct breakpoints breakpoints;
    struct step step;
    struct sink spy;
    struct event *event;
    size_t events, capacity;

    /* Of the last deed. */
    struct event acted;
    unsigned deeds;
};

/* ---- the console ---------------------------------------------------------------------------- */

static void os_print(void *arg, const uint8_t *bytes, size_t n)
{
    struct os *os = arg;
    size_t room = sizeof os->text - 1 - os->length;
    memcpy(os->text + os->length, bytes, n < room ? n : room);
    os->length += n < room ? n : room;
}

static size_t os_type(void *arg, const uint8_t *bytes, size_t n)
{
    return board_input(((struct os *)arg)->board, bytes, n);
}

static void os_mark(void *arg, char letter)
{
    struct os *os = arg;
    if (letter != MARK_INPUT)
        return;
    os->at_prompt = !*os->line;
    if (os->at_prompt)
        return;
    serial_type(&os->serial, *os->line, strlen(*os->line));
    serial_type(&os->serial, "\n", 1);
    os->line++;
}

static void os_output(void *arg, uint8_t byte)
{
    serial_output(&((struct os *)arg)->serial, byte);
}

static void os_room(void *arg)
{
    serial_pump(&((struct os *)arg)->serial);
}

/* ---- what happened -------------------------------------------------------------------------- */

static void os_spy(struct sink *self, const struct event *e)
{
    struct os *os = (struct os *)((char *)self - offsetof(struct os, spy));
    if (os->events == os->capacity) {
        os->capacity = os->capacity ? 2 * os->capacity : 4096;
        os->event = realloc(os->event, os->capacity * sizeof *os->event);
        assert_non_null(os->event);
    }
    os->event[os->events++] = *e;
}

static void os_acted(void *arg, enum fault_deed deed, endpoint_t who, const struct event *call)
{
    struct os *os = arg;
    (void)deed;
    os->deeds++;
    os->acted = call ? *call : (struct event){.time = board_clock(os->board), .who = who};
    os->acted.number = os->events; /* what comes from here on in the list happened afterwards */
}

/* The first event from `from` on of this kind, about `who` and `peer` (EP_ANY: whoever). */
static inline size_t os_find(const struct os *os, size_t from, enum event_kind kind, endpoint_t who,
                             endpoint_t peer)
{
    for (size_t i = from; i < os->events; i++) {
        const struct event *e = &os->event[i];
        if (e->kind == kind && (who == EP_ANY || who == e->who) &&
            (peer == EP_ANY || peer == e->peer))
            return i;
    }
    return NO_EVENT;
}

static inline unsigned os_count(const struct os *os, size_t from, enum event_kind kind,
                                endpoint_t who, endpoint_t peer)
{
    unsigned n = 0;
    while ((from = os_find(os, from, kind, who, peer)) != NO_EVENT)
        n++, from++;
    return n;
}

/* ---- making, running, ending ---------------------------------------------------------------- */

static void copy_disk(char path[32])
{
    static char block[65536];
    ssize_t n;
    strcpy(path, "/tmp/courier-disk.XXXXXX");
    int to = mkstemp(path), from = open(DISK, O_RDONLY);
    assert_true(to >= 0 && from >= 0);
    while ((n = read(from, block, sizeof block)) > 0)
        assert_int_equal(write(to, block, (size_t)n), n);
    close(from);
    close(to);
}

static void os_attach(struct os *os)
{
    char why[200] = "";
    os->trace = trace_create(KERNEL, why, sizeof why);
    if (!os->trace)
        fail_msg("%s", why);
    fault_init(&os->fault, os->board);
    os->fault.acted = os_acted;
    os->fault.acted_arg = os;
    breakpoints_init(&os->breakpoints, os->board);
    step_init(&os->step, os->board);
    os->spy = (struct sink){.kinds = EVENT_ALL & ~EVENT_CROSSINGS, .event = os_spy};
    trace_subscribe(os->trace, &os->fault.sink);
    trace_subscribe(os->trace, &os->spy);
    trace_subscribe(os->trace, &os->breakpoints.sink);
    trace_subscribe(os->trace, &os->step.sink);
    trace_intercept(os->trace, fault_crossing, &os->fault);
    assert_true(trace_start(os->trace, os->board));
}

/* Powered on. `watched`: with a trace and all tools. */
static struct os *os_open(const char *const *line, bool watched)
{
    struct os *os = calloc(1, sizeof *os);
    char why[200] = "";
    assert_non_null(os);
    copy_disk(os->disk);
    os->line = line;
    os->serial = (struct serial){.print = os_print, .mark = os_mark, .type = os_type, .arg = os};
    struct board_config config = {.kernel = KERNEL,
                                  .disk = os->disk,
                                  .memory = MEMORY,
                                  .seed = 1,
                                  .output = os_output,
                                  .room = os_room,
                                  .arg = os};
    os->board = board_create(&config, why, sizeof why);
    if (!os->board)
        fail_msg("%s", why);
    if (watched)
        os_attach(os);
    return os;
}

static void os_close(struct os *os)
{
    trace_destroy(os->trace);
    board_destroy(os->board);
    serial_free(&os->serial);
    unlink(os->disk);
    free(os->event);
    free(os);
}

/* Runs for so much virtual time, or until the prompt is back with nothing left to type, or the
 * board stops for something else than the end of a slice or idleness. */
static enum board_reason os_run(struct os *os, uint64_t time)
{
    uint64_t end = board_clock(os->board) + time;
    while (board_clock(os->board) < end && !os->at_prompt) {
        struct board_stop stop = board_run(os->board, end);
        if (stop.reason == BOARD_IDLE && serial_pump(&os->serial) && stop.next == BOARD_NEVER)
            return BOARD_IDLE;
        if (stop.reason == BOARD_IDLE)
            board_skip(os->board, stop.next < end ? stop.next : end);
        else if (stop.reason != BOARD_SLICE)
            return stop.reason;
    }
    return BOARD_SLICE;
}

/* Up to the first prompt. */
static inline void os_boot(struct os *os)
{
    static const char *const nothing[] = {NULL};
    const char *const *line = os->line;
    os->line = nothing;
    assert_int_equal(os_run(os, 2 * SECOND), BOARD_SLICE);
    assert_true(os->at_prompt);
    os->at_prompt = false;
    os->line = line;
    os_mark(os, MARK_INPUT);
}

static inline uint64_t os_ram_hash(const struct os *os)
{
    static uint64_t page[512];
    uint64_t hash = 0;
    for (uint64_t pa = RAM; board_read(os->board, pa, page, sizeof page); pa += sizeof page)
        for (unsigned i = 0; i < 512; i++)
            hash = (hash ^ page[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* ---- which message -------------------------------------------------------------------------- */

struct wanted {
    uint32_t call; /* IPC_ number, 0: any */
    endpoint_t who, peer;
    uint32_t type; /* 0: any */
};

static inline bool is_wanted(void *arg, const struct event *e)
{
    const struct wanted *w = arg;
    return (w->call == 0 || w->call == (e->call & IPC_CALL_MASK)) &&
           (w->who == EP_ANY || w->who == e->who) && (w->peer == EP_ANY || w->peer == e->peer) &&
           (w->type == 0 || w->type == e->message.type);
}

#endif
