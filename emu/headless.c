/*
 * A run with the console on stdin and stdout: the board's loop, and how virtual time goes.
 *
 * It goes as fast as it can (--pace fast: waiting costs nothing), or it is held back to the host's
 * clock (--pace real: waiting is done in poll, and costs no host CPU). What is typed is input.c.
 */
#include "emu/display/lecture.h"
#include "emu/input.h"
#include "emu/model/episode_log.h"
#include "emu/serial.h"
#include "emu/session.h"
#include "emu/terminal.h"
#include "emu/trace/trace.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SLICE         1000000u /* 10 ms of virtual time between looks at the host */
#define SLICE_REAL    100000u  /* 1 ms */
#define CLOCK_PER_MS  100000u
#define NS_PER_CLOCK  10u
#define OUTPUT_BUFFER 4096u

/* In a fast run, a guest that only waits for a pipe's other end goes through its periodic timers
 * this many times at full speed, and then a thousand times a second. */
#define QUIET_ROUNDS 1000u

#define STRANDED                                                                                   \
    (10000 *                                                                                       \
     (uint64_t)CLOCK_PER_MS) /* a service is given up, and nothing was printed for so long */

struct session {
    const struct run_options *options;
    struct run_stats *stats;
    struct board *board;
    struct trace *trace;
    struct lecture *lecture; /* NULL: no picture */
    struct serial serial;
    struct input input;
    bool real; /* pace */
    uint64_t host_start;
    uint64_t printed; /* when something last was */
    unsigned quiet;   /* rounds in which the guest has only waited */
    uint8_t output[OUTPUT_BUFFER];
    size_t output_count;
    bool output_lost;
};

/* A signal that ends a traced run lets it complete its file first. */
static volatile sig_atomic_t ended_by;

static void on_signal(int number)
{
    ended_by = number;
}

static bool is_over(const struct session *s)
{
    return s->input.quit || ended_by;
}

static uint64_t host_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int complain(const char *line)
{
    fprintf(stderr, "courier: %s\n", line);
    return EXIT_CANNOT;
}

/* ---- the console ---------------------------------------------------------------------------- */

static void flush_output(struct session *s)
{
    size_t done = 0;

    while (done < s->output_count) {
        ssize_t n = write(STDOUT_FILENO, s->output + done, s->output_count - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            s->output_lost = true;
            break;
        }
        done += (size_t)n;
    }
    s->output_count = 0;
}

static void on_print(void *arg, const uint8_t *bytes, size_t n)
{
    struct session *s = arg;

    s->quiet = 0;
    s->printed = board_clock(s->board);
    trace_console(s->trace, bytes, n);
    for (size_t i = 0; i < n; i++) {
        if (s->output_count == OUTPUT_BUFFER)
            flush_output(s);
        s->output[s->output_count++] = bytes[i];
    }
}

static void on_mark(void *arg, char letter)
{
    struct session *s = arg;

    if (letter == MARK_INPUT && s->stats->boot_instructions == 0)
        s->stats->boot_instructions = board_instructions(s->board);
    input_mark(&s->input, letter);
}

static size_t on_type(void *arg, const uint8_t *bytes, size_t n)
{
    struct session *s = arg;

    return input_offer(&s->input, bytes, n);
}

static void on_output(void *arg, uint8_t byte)
{
    struct session *s = arg;

    serial_output(&s->serial, byte);
}

static void on_room(void *arg)
{
    struct session *s = arg;

    input_room(&s->input);
}

static void on_complaint(void *arg, const char *line)
{
    flush_output(arg);
    complain(line);
}

/* ---- time ----------------------------------------------------------------------------------- */

/* Where virtual time would be if it went with the host's. */
static uint64_t host_clock(const struct session *s)
{
    return (host_ns() - s->host_start) / NS_PER_CLOCK;
}

static int until_ms(const struct session *s, uint64_t clock)
{
    uint64_t now = host_clock(s);

    if (clock == BOARD_NEVER)
        return -1;
    if (clock <= now)
        return 0;
    uint64_t ms = (clock - now + CLOCK_PER_MS - 1) / CLOCK_PER_MS;
    return ms > 1000 ? 1000 : (int)ms;
}

/* The guest has run ahead of the host's clock: give the host its time. */
static void hold_back(struct session *s)
{
    if (!s->real || lecture_paces(s->lecture))
        return;
    uint64_t now = host_clock(s), clock = board_clock(s->board);
    if (clock > now + CLOCK_PER_MS)
        input_wait(&s->input, lecture_sleep(s->lecture, until_ms(s, clock)));
    else if (now > clock + 100 * CLOCK_PER_MS)
        s->host_start += (now - clock) * NS_PER_CLOCK; /* too slow a host: do not try to catch up */
}

static void wait_fast(struct session *s, uint64_t next)
{
    bool patient = input_possible(&s->input) && ++s->quiet > QUIET_ROUNDS;
    int timeout_ms = next == BOARD_NEVER ? -1 : patient ? 1 : 0;

    if (input_wait(&s->input, lecture_sleep(s->lecture, timeout_ms)))
        s->quiet = 0;
    else if (next != BOARD_NEVER)
        board_skip(s->board, next);
}

/* Without PM, FS or TTY, and with nobody who could start it again, no prompt comes and no power-off. */
static bool is_stranded(const struct session *s)
{
    return s->input.given_up != EP_NONE && !input_possible(&s->input) &&
           board_clock(s->board) > s->printed + STRANDED;
}

static int stranded(struct session *s)
{
    static const char *const name[] = {[EP_PM] = "pm", [EP_FS] = "fs", [EP_TTY] = "tty"};
    char line[100];

    snprintf(line, sizeof line, "%s was given up, it died too often: the run cannot go on",
             name[s->input.given_up]);
    return complain(line);
}

/* False: the guest waits for something that cannot happen. */
static bool wait_idle(struct session *s, uint64_t next)
{
    flush_output(s);
    if (input_more(&s->input))
        return true;
    if (next == BOARD_NEVER && !input_possible(&s->input))
        return false;
    if (next != BOARD_NEVER && lecture_paces(s->lecture)) {
        board_skip(s->board, lecture_skip(s->lecture, next));
    } else if (s->real) {
        input_wait(&s->input, lecture_sleep(s->lecture, until_ms(s, next)));
        board_skip(s->board, host_clock(s));
    } else {
        wait_fast(s, next);
    }
    return true;
}

/* ---- the run -------------------------------------------------------------------------------- */

static uint64_t slice_end(const struct session *s)
{
    uint64_t left = s->options->max_insns - board_instructions(s->board);
    uint64_t slice = lecture_slice(s->lecture, s->real ? SLICE_REAL : SLICE);

    return board_clock(s->board) + (left < slice ? left : slice);
}

/* Shows the picture, and waits as long as it wants the guest to wait. */
static void show(struct session *s)
{
    int ms = lecture_show(s->lecture);

    while (lecture_holds(s->lecture) && !is_over(s)) {
        flush_output(s);
        input_wait(&s->input, ms);
        ms = lecture_show(s->lecture);
    }
    if (ms > 0)
        input_wait(&s->input, ms);
}

static int spent(struct session *s)
{
    flush_output(s);
    fprintf(stderr, "courier: the budget of %llu instructions is spent\n",
            (unsigned long long)s->options->max_insns);
    return EXIT_BUDGET;
}

static int run_board(struct session *s)
{
    for (;;) {
        struct board_stop stop = board_run(s->board, slice_end(s));
        if (stop.reason == BOARD_POWER_OFF)
            return stop.status;
        if (stop.reason == BOARD_FAULT)
            return complain(stop.message);
        if (stop.reason == BOARD_RESET && !board_reset(s->board))
            return complain("the board cannot be reset");
        if (board_instructions(s->board) >= s->options->max_insns)
            return spent(s);
        if (is_stranded(s))
            return stranded(s);
        if (stop.reason == BOARD_IDLE) {
            if (!wait_idle(s, stop.next))
                return complain("the guest waits for ever: no event is due, no input can come");
        } else {
            flush_output(s);
            input_wait(&s->input, 0);
            hold_back(s);
        }
        show(s);
        if (is_over(s))
            return ended_by ? 128 + ended_by : 0;
        if (trace_failed(s->trace))
            return EXIT_CANNOT; /* end_session says why */
        if (s->output_lost)
            return complain("standard output cannot be written");
    }
}

/* Does a person sit at the terminal? He sees today's date; a run that is to be the same again does
 * not. */
static bool is_watched(const struct run_options *options)
{
    return options->pace == PACE_REAL ||
           (options->pace == PACE_DEFAULT && options->exec_count == 0 && isatty(STDIN_FILENO));
}

static bool attach_trace(struct session *s)
{
    char why[256];

    s->trace =
        trace_attach(s->board, s->options, s->stats,
                     lecture_sinks(s->lecture, s->real ? NULL : &s->input.reads), why, sizeof why);
    if (s->trace == NULL)
        complain(why);
    lecture_attach(s->lecture, s->trace);
    return s->trace != NULL;
}

static bool make_board(struct session *s)
{
    char why[256];
    struct board_config config = {
        .kernel = s->options->kernel,
        .disk = s->options->disk,
        .memory = s->options->memory,
        .seed = s->options->seed,
        .epoch = s->real ? (uint64_t)time(NULL) : 0,
        .output = on_output,
        .room = on_room,
        .complain = on_complaint,
        .arg = s,
    };

    s->board = board_create(&config, why, sizeof why);
    if (s->board == NULL)
        complain(why);
    return s->board != NULL;
}

static int end_session(struct session *s, int status)
{
    char why[256];

    serial_finish(&s->serial);
    flush_output(s);
    s->stats->host_ns = host_ns() - s->host_start;
    if (s->options->stats != NULL) {
        stats_take(s->stats, s->board, s->options->memory);
        episode_log_print(s->stats->recoveries, stderr);
    }
    /* It tells its sinks the last words of the console, so they are still there. */
    if (!trace_detach(s->trace, why, sizeof why))
        status = complain(why);
    free(s->stats->recoveries);
    s->stats->recoveries = NULL;
    if (!lecture_close(s->lecture))
        status = EXIT_CANNOT;
    s->lecture = NULL;
    terminal_restore();
    return status;
}

/* Those that are not ignored, as by nohup. Once a terminal is in raw mode, terminal.c has them. */
static void catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (signal(numbers[i], on_signal) == SIG_IGN)
            signal(numbers[i], SIG_IGN);
}

int run_headless(const struct run_options *options, struct run_stats *stats)
{
    struct session *s = calloc(1, sizeof *s);
    int status = EXIT_CANNOT;

    if (s == NULL)
        return complain("not enough memory");
    s->options = options;
    s->stats = stats;
    s->real = is_watched(options);
    s->host_start = host_ns();
    s->serial = (struct serial){.print = on_print, .mark = on_mark, .type = on_type, .arg = s};
    signal(SIGPIPE, SIG_IGN);
    if (options->trace != NULL)
        catch_signals();
    if (make_board(s)) {
        int refused = 0;
        s->lecture = lecture_open(options, s->board, &refused);
        input_init(&s->input, options, s->board, &s->serial);
        if (refused == 0 && attach_trace(s))
            status = end_session(s, run_board(s));
        lecture_close(s->lecture);
        terminal_restore();
        board_destroy(s->board);
    }
    serial_free(&s->serial);
    free(s);
    return status;
}
