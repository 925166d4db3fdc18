/*
 * Everything that happens is a consequence of events: a sink behind the model looks at each new message, and stops the board
 * where the script wants to go on.
 */
#include "emu/tour/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "emu/dash/pending.h"
#include "emu/model/timeline.h"

#define SLICE    1000000u    /* 10 ms of virtual time */
#define PATIENCE 1000000000u /* 10 s */
#define MEMORY   64u         /* MiB */

static bool fail(struct stage *s, const char *why)
{
    snprintf(s->why, sizeof s->why, "%s", why);
    return false;
}

/* ---- what the guest does ------------------------------------------------------------------------ */

/* Blanks and what can be seen; of the rest, only the ends of lines. */
static void on_print(void *arg, const uint8_t *bytes, size_t n)
{
    struct stage *s = arg;
    trace_console(s->trace, bytes, n);
    for (size_t i = 0; i < n && s->console_length < STAGE_CONSOLE; i++)
        if (bytes[i] == '\n' || (bytes[i] >= ' ' && bytes[i] <= '~'))
            s->console[s->console_length++] = (char)bytes[i];
    s->console[s->console_length] = '\0';
}

static void on_mark(void *arg, char letter)
{
    struct stage *s = arg;
    if (letter != MARK_INPUT)
        return;
    s->at_prompt = true;
    board_request_stop(s->board);
}

static size_t on_type(void *arg, const uint8_t *bytes, size_t n)
{
    return board_input(((struct stage *)arg)->board, bytes, n);
}

static void on_output(void *arg, uint8_t byte)
{
    serial_output(&((struct stage *)arg)->serial, byte);
}

static void on_room(void *arg)
{
    serial_pump(&((struct stage *)arg)->serial);
}

static void on_complaint(void *arg, const char *line)
{
    fail(arg, line);
}

/* The messages that are new in the stream: is it one of them? */
static void look(struct stage *s)
{
    const struct stream *stream = &s->model->history->stream;
    while (s->looked < stream->entries) {
        const struct entry *e = stream_entry(stream, ++s->looked);
        if (!s->awaited || !e || e->kind == ENTRY_NOTE || !filter_match(s->awaited, e))
            continue;
        s->awaited = NULL;
        s->found = e->number;
        board_request_stop(s->board);
    }
}

static void on_event(struct sink *self, const struct event *e)
{
    struct stage *s = (struct stage *)((char *)self - offsetof(struct stage, watch));
    s->event[s->events++ % STAGE_EVENTS] = *e;
    look(s);
}

/* ---- running ------------------------------------------------------------------------------------ */

/* The board has stopped for something else than a request. */
static bool react(struct stage *s, const struct board_stop *stop, uint64_t limit)
{
    switch (stop->reason) {
    case BOARD_IDLE:
        if (s->serial.queued > 0 && serial_pump(&s->serial))
            return true;
        if (stop->next == BOARD_NEVER)
            return fail(s, "the guest waits for ever");
        board_skip(s->board, stop->next < limit ? stop->next : limit);
        return true;
    case BOARD_RESET:
        return board_reset(s->board) || fail(s, "the board cannot be reset");
    case BOARD_POWER_OFF:
        return fail(s, "the guest has powered off");
    case BOARD_FAULT:
        return fail(s, stop->message);
    default:
        return true;
    }
}

/* Runs until somebody requests a stop. */
static bool run(struct stage *s)
{
    if (!s->board)
        return fail(s, "the guest is off");
    uint64_t limit = board_clock(s->board) + PATIENCE;
    while (board_clock(s->board) < limit) {
        uint64_t end = board_clock(s->board) + SLICE;
        struct board_stop stop = board_run(s->board, end < limit ? end : limit);
        if (stop.reason == BOARD_STOPPED)
            return true;
        if (!react(s, &stop, limit))
            return false;
        if (trace_failed(s->trace))
            return fail(s, "the trace cannot be written");
    }
    return fail(s, "it did not happen in ten seconds");
}

bool stage_prompt(struct stage *s)
{
    if (!s->board)
        return fail(s, "the guest is off");
    s->stopped_before.number = 0;
    while (!s->at_prompt)
        if (!run(s))
            return false;
    return true;
}

bool stage_type(struct stage *s, const char *line)
{
    if (!stage_prompt(s))
        return false;
    s->at_prompt = false;
    s->scene = s->model->history->stream.entries;
    s->since = board_clock(s->board) + 1;
    s->found = s->events = s->console_length = 0;
    s->console[0] = '\0';
    return (serial_type(&s->serial, line, strlen(line)) && serial_type(&s->serial, "\n", 1)) ||
           fail(s, "not enough memory");
}

bool stage_wait(struct stage *s, struct filter *f)
{
    s->awaited = f;
    filter_resolver(f, world_name, &s->model->world);
    while (s->awaited)
        if (!run(s))
            return false;
    return true;
}

/* ---- stopping ----------------------------------------------------------------------------------- */

/* Is it the message that stage_break() is about? */
static bool matches(void *stage, const struct event *e)
{
    const struct stage *s = stage;
    struct entry entry;
    pending_entry(&entry, &s->model->world, e);
    return filter_match(s->broken, &entry);
}

bool stage_break(struct stage *s, struct filter *f)
{
    if (!s->board)
        return fail(s, "the guest is off");
    filter_resolver(f, world_name, &s->model->world);
    s->broken = f;
    breakpoint_remove(&s->breakpoints, s->breakpoint);
    s->breakpoint = breakpoint_add(&s->breakpoints, BREAK_MESSAGE, matches, s);
    return true;
}

/* Breakpoints and steps that stopped the board while something else was waited for are forgotten. */
static void go_on(struct stage *s)
{
    struct breakpoint_hit hit;
    struct step_end end;
    breakpoints_take(&s->breakpoints, &hit);
    step_take(&s->step, &end);
    s->stopped_before.number = 0;
}

bool stage_go(struct stage *s)
{
    struct breakpoint_hit hit;
    go_on(s);
    do {
        if (!run(s))
            return false;
        if (breakpoints_take(&s->breakpoints, &hit)) {
            s->stopped_before = hit.event;
            return true;
        }
    } while (!s->at_prompt);
    return true;
}

bool stage_step(struct stage *s)
{
    struct step_end end;
    if (!s->board)
        return fail(s, "the guest is off");
    go_on(s);
    step_message(&s->step);
    do
        if (!run(s))
            return false;
    while (!step_take(&s->step, &end));
    s->stopped_before = end.event;
    return true;
}

bool stage_kill(struct stage *s, const char *name)
{
    const struct world *w = &s->model->world;
    if (!s->board)
        return fail(s, "the guest is off");
    for (unsigned i = 0; i < NSLOTS; i++) {
        const struct world_process *p = &w->process[i];
        if (p->used && strcmp(p->name, name) == 0 && fault_kill(&s->fault, p->endpoint)) {
            trace_operator(s->trace, p->endpoint, "kill %s", name);
            return true;
        }
    }
    snprintf(s->why, sizeof s->why, "there is no process '%s'", name);
    return false;
}

/* ---- opening and closing ------------------------------------------------------------------------ */

static bool make_board(struct stage *s, const struct stage_options *o)
{
    const struct board_config config = {.kernel = o->kernel,
                                        .disk = o->disk,
                                        .disk_private = true,
                                        .memory = MEMORY,
                                        .seed = 1,
                                        .output = on_output,
                                        .room = on_room,
                                        .complain = on_complaint,
                                        .arg = s};
    s->board = board_create(&config, s->why, sizeof s->why);
    return s->board != NULL;
}

/* A file that nobody else has, for the trace. */
static bool make_recording(struct stage *s)
{
    const char *directory = getenv("TMPDIR");
    int n = snprintf(s->recording, sizeof s->recording, "%s/courier-tour.XXXXXX",
                     directory ? directory : "/tmp");
    int fd = n > 0 && (size_t)n < sizeof s->recording ? mkstemp(s->recording) : -1;
    if (fd < 0) {
        s->recording[0] = '\0';
        return fail(s, "there is no place for the trace's file (TMPDIR)");
    }
    close(fd);
    return trace_write(s->trace, s->recording, s->why, sizeof s->why);
}

/* The order of the sinks is that in which they need each other. */
static bool start_trace(struct stage *s, const struct stage_options *o)
{
    s->trace = trace_create(o->kernel, s->why, sizeof s->why);
    s->model = model_create();
    if (!s->trace)
        return false;
    if (!s->model)
        return fail(s, "not enough memory");
    if (trace_probes(s->trace) == 0)
        return fail(s, "this kernel has no probes, so there is nothing to see");
    fault_init(&s->fault, s->board);
    breakpoints_init(&s->breakpoints, s->board);
    step_init(&s->step, s->board);
    s->watch = (struct sink){.kinds = EVENT_ALL & ~EVENT_CROSSINGS, .event = on_event};
    struct sink *sinks[] = {&s->model->sink, &s->fault.sink, &s->breakpoints.sink, &s->step.sink,
                            &s->watch};
    for (size_t i = 0; i < sizeof sinks / sizeof sinks[0]; i++)
        trace_subscribe(s->trace, sinks[i]);
    trace_intercept(s->trace, fault_crossing, &s->fault);
    if (o->record && !make_recording(s))
        return false;
    return trace_start(s->trace, s->board) || fail(s, "not enough memory");
}

bool stage_open(struct stage *s, const struct stage_options *options)
{
    *s = (struct stage){.serial = {.print = on_print, .mark = on_mark, .type = on_type, .arg = s}};
    return make_board(s, options) && start_trace(s, options) && stage_prompt(s);
}

static bool power_off(struct stage *s)
{
    bool whole = !s->trace || trace_finish(s->trace, s->why, sizeof s->why);
    trace_destroy(s->trace);
    if (s->board)
        board_destroy(s->board);
    s->trace = NULL;
    s->board = NULL;
    return whole;
}

void stage_close(struct stage *s)
{
    power_off(s);
    serial_free(&s->serial);
    model_destroy(s->model);
    if (s->recording[0])
        unlink(s->recording);
}

bool stage_reopen(struct stage *s)
{
    if (!s->board || !s->recording[0])
        return fail(s, "there is no recorded trace");
    if (!power_off(s))
        return false;
    model_destroy(s->model);
    s->model = model_create();
    if (!s->model)
        return fail(s, "not enough memory");
    struct timeline *t =
        timeline_open(s->recording, &s->model->sink, NULL, NULL, s->why, sizeof s->why);
    timeline_close(t);
    return t != NULL;
}
