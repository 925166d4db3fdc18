/*
 * A real run, recorded: the board boots build/courier.elf with a copy of build/disk.img, lines are typed at the shell's
 * prompt, and the events are kept. A test may look at the guest's memory at each event.
 */
#ifndef TESTS_HOST_MODEL_RUN_H
#define TESTS_HOST_MODEL_RUN_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/host/suite.h"
#include "emu/board/board.h"
#include "emu/trace/trace.h"

#define RUN_BUDGET 20000000000ull /* instructions that a run may take */

struct run {
    struct sink sink; /* first */
    struct board *board;
    struct trace *trace;
    const char *const *line; /* what is typed, NULL-terminated */
    const char *typing;      /* the rest of the line that is being typed */
    unsigned matched;        /* characters of the prompt's end mark seen */
    struct event *event;     /* if `keep`: all but crossings */
    size_t events, room;
    bool keep;
    void (*look)(struct run *r, const struct event *e); /* NULL: nobody looks */
    void *arg;
};

static inline void run_event(struct sink *self, const struct event *e)
{
    struct run *r = (struct run *)self;
    if (r->look)
        r->look(r, e);
    if (!r->keep || EVENT_BIT(e->kind) & EVENT_CROSSINGS)
        return;
    if (r->events == r->room) {
        r->room = r->room ? 2 * r->room : 4096;
        r->event = realloc(r->event, r->room * sizeof *r->event);
        assert_non_null(r->event);
    }
    r->event[r->events++] = *e;
}

static inline void run_type(void *arg)
{
    struct run *r = arg;
    if (r->typing)
        r->typing += board_input(r->board, r->typing, strlen(r->typing));
}

/* The shell ends its prompt with OSC 133;B; then the next line may come. */
static inline void run_output(void *arg, uint8_t byte)
{
    static const char mark[] = "\033]133;B";
    struct run *r = arg;
    char c = (char)byte;
    trace_console(r->trace, &byte, 1);
    r->matched = c == mark[r->matched] ? r->matched + 1 : c == mark[0];
    if (mark[r->matched])
        return;
    r->matched = 0;
    r->typing = *r->line ? *r->line++ : NULL;
}

static inline void run_copy(const char *from, const char *to)
{
    char command[600];
    snprintf(command, sizeof command, "cp %s %s", from, to);
    assert_int_equal(system(command), 0);
}

static inline void run_until_off(struct run *r)
{
    for (;;) {
        struct board_stop stop = board_run(r->board, board_clock(r->board) + 1000000);
        assert_true(board_instructions(r->board) < RUN_BUDGET);
        if (stop.reason == BOARD_POWER_OFF)
            return;
        assert_true(stop.reason == BOARD_IDLE || stop.reason == BOARD_SLICE);
        run_type(r);
        if (stop.reason == BOARD_IDLE)
            board_skip(r->board, stop.next);
    }
}

/* Runs to the end; the last line should be "poweroff\n". Free r->event. */
static inline void run_record(struct run *r, const char *const *line, uint32_t kinds)
{
    const char *build = getenv("BUILD") ? getenv("BUILD") : "build";
    char kernel[256], image[256], disk[] = "/tmp/courier-model-XXXXXX", why[256] = "";
    int fd = mkstemp(disk);
    assert_true(fd >= 0);
    close(fd);
    snprintf(kernel, sizeof kernel, "%s/courier.elf", build);
    snprintf(image, sizeof image, "%s/disk.img", build);
    run_copy(image, disk);
    struct board_config config = {.kernel = kernel,
                                  .disk = disk,
                                  .memory = 64,
                                  .seed = 1,
                                  .output = run_output,
                                  .room = run_type,
                                  .arg = r};
    r->line = line;
    r->board = board_create(&config, why, sizeof why);
    unlink(disk); /* the board has it open; nothing is left behind, whatever happens */
    assert_string_equal(why, "");
    r->trace = trace_create(kernel, why, sizeof why);
    assert_non_null(r->trace);
    r->sink = (struct sink){.kinds = kinds, .event = run_event};
    trace_subscribe(r->trace, &r->sink);
    assert_true(trace_start(r->trace, r->board));
    run_until_off(r);
    trace_destroy(r->trace);
    board_destroy(r->board);
}

#endif
