/* Runs the board for the dashboard. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "emu/dash/guest.h"
#include "emu/display/display.h"

#define NS_PER_CLOCK (1000000000u / BOARD_CLOCK_HZ)
#define CLOCK_PER_MS (BOARD_CLOCK_HZ / 1000)
#define SLICE        CLOCK_PER_MS         /* of virtual time, between looks at the host's clock */
#define BUDGET_NS    5000000u             /* of host time, for one guest_run */
#define AHEAD        (4 * CLOCK_PER_MS)   /* so far a busy guest may run before it has to wait */
#define BEHIND       (100 * CLOCK_PER_MS) /* so far behind, the host is too slow */
#define CTRL_D       4

uint64_t guest_host_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- the serial line ------------------------------------------------------------------------- */

static void on_output(void *arg, uint8_t byte)
{
    struct guest *g = arg;
    serial_output(&g->serial, byte);
}

static void on_room(void *arg)
{
    struct guest *g = arg;
    serial_pump(&g->serial);
}

static void on_complaint(void *arg, const char *line)
{
    struct guest *g = arg;
    fprintf(stderr, "courier: %s\n", line);
    model_say(g->model, NOTE_BAD, "%s", line);
}

static void on_print(void *arg, const uint8_t *bytes, size_t n)
{
    struct guest *g = arg;
    console_write(g->console, bytes, n);
    trace_console(g->trace, bytes, n);
    g->printed = true;
}

static size_t on_type(void *arg, const uint8_t *bytes, size_t n)
{
    struct guest *g = arg;
    return board_input(g->board, bytes, n);
}

/* The shell shows a prompt: it has booted, and the next line of --exec is due, or the end. */
static void on_mark(void *arg, char letter)
{
    struct guest *g = arg;
    const char end = CTRL_D;
    if (letter != MARK_INPUT)
        return;
    if (g->stats->boot_instructions == 0)
        g->stats->boot_instructions = board_instructions(g->board);
    if (g->options->exec_count == 0)
        return;
    if (g->typed == g->options->exec_count) {
        guest_type(g, &end, 1);
        return;
    }
    const char *line = g->options->exec[g->typed++];
    guest_type(g, line, strlen(line));
    guest_type(g, "\n", 1);
}

void guest_type(struct guest *g, const char *bytes, size_t count)
{
    serial_type(&g->serial, bytes, count); /* without memory the key is lost, no more */
}

/* ---- opening and closing --------------------------------------------------------------------- */

/* The model comes first: filters of breakpoints ask it for names. */
static bool start_trace(struct guest *g, struct sink *const *more)
{
    g->trace = trace_create(g->options->kernel, g->why, sizeof g->why);
    if (!g->trace)
        return false;
    fault_init(&g->fault, g->board);
    breakpoints_init(&g->breakpoints, g->board);
    step_init(&g->step, g->board);
    frames_init(&g->frames);
    trace_subscribe(g->trace, &g->model->sink);
    for (; *more; more++)
        trace_subscribe(g->trace, *more);
    trace_subscribe(g->trace, &g->frames.sink);
    trace_subscribe(g->trace, &g->fault.sink);
    trace_subscribe(g->trace, &g->breakpoints.sink);
    trace_subscribe(g->trace, &g->step.sink);
    trace_count(g->trace, g->stats);
    if (g->options->trace && !trace_write(g->trace, g->options->trace, g->why, sizeof g->why))
        return false;
    trace_intercept(g->trace, fault_crossing, &g->fault); /* it also learns of address spaces */
    if (trace_start(g->trace, g->board))
        return true;
    snprintf(g->why, sizeof g->why, "out of memory");
    return false;
}

bool guest_open(struct guest *g, const struct run_options *options, struct run_stats *stats,
                struct model *model, struct console *console, struct sink *const *more)
{
    *g = (struct guest){.options = options,
                        .stats = stats,
                        .model = model,
                        .console = console,
                        .status = EXIT_CANNOT};
    struct board_config config = {
        .kernel = options->kernel,
        .disk = options->disk,
        .memory = options->memory,
        .seed = options->seed,
        .epoch = options->pace == PACE_FAST ? 0 : (uint64_t)time(NULL),
        .output = on_output,
        .room = on_room,
        .complain = on_complaint,
        .arg = g,
    };
    g->serial = (struct serial){.print = on_print, .mark = on_mark, .type = on_type, .arg = g};
    g->board = board_create(&config, g->why, sizeof g->why);
    if (!g->board || !start_trace(g, more))
        return false;
    g->opened = guest_host_ns();
    guest_resync(g);
    return true;
}

bool guest_close(struct guest *g)
{
    bool whole = true;
    if (g->board && g->trace) {
        serial_finish(&g->serial);
        g->stats->host_ns = guest_host_ns() - g->opened;
        if (g->options->stats)
            stats_take(g->stats, g->board, g->options->memory);
    }
    if (g->trace)
        whole = trace_finish(g->trace, g->why, sizeof g->why);
    trace_destroy(g->trace);
    if (g->board)
        board_destroy(g->board);
    serial_free(&g->serial);
    return whole;
}

/* ---- time ------------------------------------------------------------------------------------ */

void guest_resync(struct guest *g)
{
    g->host_start = guest_host_ns();
    g->clock_start = board_clock(g->board);
}

/* Where virtual time is if it goes with the host's. */
static uint64_t host_clock(const struct guest *g)
{
    return g->clock_start + (guest_host_ns() - g->host_start) / NS_PER_CLOCK;
}

/* Milliseconds of host time from now until `clock`, rounded up, at most a second. */
static int until_ms(const struct guest *g, uint64_t clock)
{
    uint64_t now = host_clock(g);
    uint64_t ms = clock > now ? (clock - now + CLOCK_PER_MS - 1) / CLOCK_PER_MS : 0;
    return ms > 1000 ? 1000 : (int)ms;
}

static void end(struct guest *g, int status, const char *why)
{
    g->ended = true;
    g->status = status;
    snprintf(g->why, sizeof g->why, "%s", why);
}

/* ---- running --------------------------------------------------------------------------------- */

/* What the board stopped for, but for the end of a slice and idleness. */
static void react(struct guest *g, const struct board_stop *stop)
{
    char line[64];
    switch (stop->reason) {
    case BOARD_POWER_OFF:
        snprintf(line, sizeof line, "the guest powered off, status %d", stop->status);
        end(g, stop->status, line);
        break;
    case BOARD_FAULT:
        end(g, EXIT_CANNOT, stop->message);
        break;
    case BOARD_RESET:
        if (!board_reset(g->board))
            end(g, EXIT_CANNOT, "the board cannot be reset");
        break;
    case BOARD_STOPPED:
        g->stopped = true;
        break;
    default:
        break;
    }
    if (!g->ended && trace_failed(g->trace))
        end(g, EXIT_CANNOT, "the trace file cannot be written");
    if (!g->ended && board_instructions(g->board) >= g->options->max_insns) {
        snprintf(line, sizeof line, "the budget of %llu instructions is spent",
                 (unsigned long long)g->options->max_insns);
        end(g, EXIT_BUDGET, line);
    }
    if (!g->ended && trace_failed(g->trace)) {
        char why[sizeof g->why] = "";
        trace_finish(g->trace, why, sizeof why);
        end(g, EXIT_CANNOT, why);
    }
}

/* The guest waits for an interrupt. True: it goes on; false: after *wait_ms milliseconds. */
static bool pass_idle_time(struct guest *g, uint64_t next, int *wait_ms)
{
    if (g->serial.queued > 0 && serial_pump(&g->serial))
        return true;
    if (board_clock(g->board) > host_clock(g))
        guest_resync(g); /* it ran ahead, --pace fast */
    board_skip(g->board, host_clock(g));
    *wait_ms = next == BOARD_NEVER ? -1 : until_ms(g, next);
    return board_clock(g->board) >= next;
}

static uint64_t slice_end(const struct guest *g)
{
    uint64_t left = g->options->max_insns - board_instructions(g->board);
    return board_clock(g->board) + (left < SLICE ? left : SLICE);
}

/* The guest waits. True: it goes on within this frame. */
static bool skip_in_frame(struct guest *g, uint64_t next, uint64_t full)
{
    if (g->serial.queued > 0 && serial_pump(&g->serial))
        return true;
    if (next == BOARD_NEVER)
        return false;
    board_skip(g->board, next <= full ? next : display_skip(board_clock(g->board), next));
    return next <= full;
}

/* In slow motion: what belongs to one frame, and then the next frame is waited for. */
static int run_slowly(struct guest *g)
{
    uint64_t now = guest_host_ns(), due = g->framed + DISPLAY_FRAME_NS;
    if (now < due)
        return (int)((due - now + 999999) / 1000000);
    uint64_t full = board_clock(g->board) + g->budget;
    while (!g->ended && !g->stopped && board_clock(g->board) < full) {
        uint64_t end = slice_end(g);
        struct board_stop stop = board_run(g->board, end < full ? end : full);
        react(g, &stop);
        if (stop.reason == BOARD_IDLE && !skip_in_frame(g, stop.next, full))
            break;
    }
    g->framed = now;
    guest_resync(g);
    return (int)(DISPLAY_FRAME_NS / 1000000);
}

int guest_run(struct guest *g)
{
    if (g->budget > 0 && !g->stopped)
        return run_slowly(g);
    uint64_t begin = guest_host_ns();
    int wait_ms = 0;
    bool real = g->options->pace != PACE_FAST;
    while (!g->ended && !g->stopped && guest_host_ns() - begin < BUDGET_NS) {
        if (real && board_clock(g->board) > host_clock(g) + AHEAD)
            return until_ms(g, board_clock(g->board));
        struct board_stop stop = board_run(g->board, slice_end(g));
        react(g, &stop);
        if (stop.reason == BOARD_IDLE && !pass_idle_time(g, stop.next, &wait_ms))
            return wait_ms;
    }
    if (host_clock(g) > board_clock(g->board) + BEHIND)
        guest_resync(g);
    return 0;
}
