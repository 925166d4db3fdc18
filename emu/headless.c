/*
 * A run with the console on stdin and stdout.
 *
 * Where the input comes from decides how exactly the run can be repeated:
 *
 *   --exec           lines are typed at the shell's prompt marks, then ^D: exact
 *   a file           fed as the receiver has room: exact
 *   pipe, terminal   fed as it arrives on the host
 *
 * Virtual time goes as fast as it can (--pace fast: waiting costs nothing), or is held back to the
 * host's clock (--pace real: waiting is done in poll, and costs no host CPU).
 */
#include "emu/serial.h"
#include "emu/session.h"
#include "emu/terminal.h"
#include "emu/trace/event.h"

#include <courier/protocol/tty.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SLICE         1000000u /* 10 ms of virtual time between looks at the host */
#define SLICE_REAL    100000u  /* 1 ms */
#define CLOCK_PER_MS  100000u
#define NS_PER_CLOCK  10u
#define OUTPUT_BUFFER 4096u
#define INPUT_CHUNK   256u

#define CTRL_A 0x01
#define CTRL_D 0x04

enum input_kind { INPUT_EXEC, INPUT_FILE, INPUT_STREAM };

struct session {
    const struct run_options *options;
    struct run_stats *stats;
    struct board *board;
    struct trace *trace;
    struct serial serial;
    enum input_kind input;
    unsigned typed;      /* lines of --exec so far */
    uint64_t taken;      /* bytes that the guest's receiver took */
    bool end;            /* no more input will come */
    bool may_end;        /* a ^D may be typed: the guest has shown a prompt since the last one */
    struct sink console; /* sees what programs read */
    bool busy;           /* the shell has taken a line and not prompted since */
    bool starved;        /* a program's read was answered with ^D, which it has not had yet */
    bool terminal;       /* stdin is one, in raw mode */
    bool escape;         /* after Ctrl-A */
    bool quit;           /* Ctrl-A x */
    bool real;           /* pace */
    uint64_t host_start, clock_start;
    uint8_t output[OUTPUT_BUFFER];
    size_t output_count;
    bool output_lost;
};

static uint64_t host_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- output --------------------------------------------------------------------------------- */

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

    for (size_t i = 0; i < n; i++) {
        if (s->output_count == OUTPUT_BUFFER)
            flush_output(s);
        s->output[s->output_count++] = bytes[i];
    }
}

static void on_output(void *arg, uint8_t byte)
{
    struct session *s = arg;

    serial_output(&s->serial, byte);
}

static void on_complaint(void *arg, const char *line)
{
    struct session *s = arg;

    flush_output(s);
    fprintf(stderr, "courier: %s\n", line);
}

/* ---- input ---------------------------------------------------------------------------------- */

static size_t on_type(void *arg, const uint8_t *bytes, size_t n)
{
    struct session *s = arg;

    size_t taken = board_input(s->board, bytes, n);

    s->taken += taken;
    return taken;
}

static void type_bytes(struct session *s, const void *bytes, size_t n)
{
    if (!serial_type(&s->serial, bytes, n)) {
        fputs("courier: not enough memory for input\n", stderr);
        exit(EXIT_CANNOT);
    }
}

/* The next line of --exec, or the end of input after the last one. */
static void type_next(struct session *s)
{
    static const uint8_t end = CTRL_D;

    if (s->typed < s->options->exec_count) {
        const char *line = s->options->exec[s->typed++];
        type_bytes(s, line, strlen(line));
        type_bytes(s, "\n", 1);
    } else {
        type_bytes(s, &end, 1);
    }
}

static void on_mark(void *arg, char letter)
{
    struct session *s = arg;

    s->busy = false;
    if (letter != MARK_INPUT)
        return;
    if (s->stats->boot_instructions == 0)
        s->stats->boot_instructions = board_instructions(s->board);
    s->may_end = true;
    if (s->input == INPUT_EXEC)
        type_next(s);
}

/*
 * A program under the shell reads the console, and finds nothing. In a run whose input is a script
 * there is nobody to type more: it gets an end of file.
 */
static void on_console_read(struct sink *self, const struct event *e)
{
    static const uint8_t end = CTRL_D;
    struct session *s = (struct session *)((char *)self - offsetof(struct session, console));

    if (e->message.type != (TTY_READ | MSG_REPLY) || e->peer != EP_TTY)
        return;
    if (e->message.status >= 0) {
        s->busy = true;
        s->starved = false;
    } else if (s->busy && !s->starved && s->serial.queued == 0 &&
               (s->input == INPUT_EXEC || s->end)) {
        s->starved = true;
        type_bytes(s, &end, 1);
    }
}

/* Takes out Ctrl-A and what follows it. */
static size_t filter_keys(struct session *s, uint8_t *bytes, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        uint8_t byte = bytes[i];
        if (s->escape) {
            s->escape = false;
            s->quit = s->quit || byte == 'x' || byte == 'X';
            if (byte != CTRL_A)
                continue;
        } else if (byte == CTRL_A) {
            s->escape = true;
            continue;
        }
        bytes[kept++] = byte;
    }
    return kept;
}

/* Reads once what is there; at the end of the input, notes that. */
static void read_input(struct session *s)
{
    uint8_t bytes[INPUT_CHUNK];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n <= 0) {
        s->end = true;
        return;
    }
    size_t count = s->terminal ? filter_keys(s, bytes, (size_t)n) : (size_t)n;
    type_bytes(s, bytes, count);
}

static bool input_ready(int timeout_ms)
{
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&p, 1, timeout_ms) > 0;
}

/* The receiver may have room: from inside the guest's load, so that a file is fed exactly. */
static void on_room(void *arg)
{
    struct session *s = arg;

    while (serial_pump(&s->serial) && s->input == INPUT_FILE && !s->end)
        read_input(s);
}

/* At the end of the input the guest is told so, once for every prompt it shows. */
static void type_end(struct session *s)
{
    static const uint8_t end = CTRL_D;

    if (s->input != INPUT_EXEC && s->end && s->may_end && s->serial.queued == 0) {
        s->may_end = false;
        type_bytes(s, &end, 1);
    }
}

/* Whether a key may still be pressed. */
static bool input_possible(const struct session *s)
{
    return s->input == INPUT_STREAM && !s->end;
}

/* Gives an idle guest what is left to be typed. False: nothing is left, or its receiver takes no more. */
static bool type_more(struct session *s)
{
    uint64_t before = s->taken;

    type_end(s);
    if (serial_pump(&s->serial) && s->input == INPUT_FILE && !s->end)
        read_input(s);
    return s->taken != before;
}

static void look_at_stdin(struct session *s, int timeout_ms)
{
    if (s->input == INPUT_STREAM && !s->end && s->serial.queued == 0) {
        if (input_ready(timeout_ms))
            read_input(s);
    } else if (timeout_ms != 0) {
        poll(NULL, 0, timeout_ms);
    }
}

static void choose_input(struct session *s)
{
    struct stat st;

    if (s->options->exec_count > 0) {
        s->input = INPUT_EXEC;
    } else if (fstat(STDIN_FILENO, &st) != 0) {
        s->input = INPUT_FILE;
        s->end = true;
    } else if (S_ISREG(st.st_mode)) {
        s->input = INPUT_FILE;
    } else {
        s->input = INPUT_STREAM;
        s->terminal = terminal_raw();
        /* /dev/null ends at once, in every run */
        if (S_ISCHR(st.st_mode) && !s->terminal)
            s->input = INPUT_FILE;
    }
}

/* ---- time ----------------------------------------------------------------------------------- */

/* Where virtual time would be if it went with the host's. */
static uint64_t host_clock(const struct session *s)
{
    return s->clock_start + (host_ns() - s->host_start) / NS_PER_CLOCK;
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
    if (!s->real)
        return;
    uint64_t now = host_clock(s), clock = board_clock(s->board);
    if (clock > now + CLOCK_PER_MS)
        look_at_stdin(s, until_ms(s, clock));
    else if (now > clock + 100 * CLOCK_PER_MS)
        s->host_start += (now - clock) * NS_PER_CLOCK; /* too slow a host: do not try to catch up */
}

/* False: the guest waits for something that cannot happen. */
static bool wait_idle(struct session *s, uint64_t next)
{
    flush_output(s);
    if (type_more(s))
        return true;
    if (next == BOARD_NEVER && !input_possible(s))
        return false;
    if (s->real) {
        look_at_stdin(s, until_ms(s, next));
        board_skip(s->board, host_clock(s));
    } else {
        look_at_stdin(s, next == BOARD_NEVER ? -1 : 0);
        if (next != BOARD_NEVER)
            board_skip(s->board, next);
    }
    return true;
}

/* ---- the run -------------------------------------------------------------------------------- */

static int complain(const char *line)
{
    fprintf(stderr, "courier: %s\n", line);
    return EXIT_CANNOT;
}

static uint64_t slice_end(const struct session *s)
{
    uint64_t left = s->options->max_insns - board_instructions(s->board);
    uint64_t slice = s->real ? SLICE_REAL : SLICE;

    return board_clock(s->board) + (left < slice ? left : slice);
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
        if (board_instructions(s->board) >= s->options->max_insns) {
            flush_output(s);
            fprintf(stderr, "courier: the budget of %llu instructions is spent\n",
                    (unsigned long long)s->options->max_insns);
            return EXIT_BUDGET;
        }
        if (stop.reason == BOARD_IDLE) {
            if (!wait_idle(s, stop.next))
                return complain("the guest waits for ever: no event is due, no input can come");
        } else {
            flush_output(s);
            look_at_stdin(s, 0);
            hold_back(s);
        }
        if (s->quit)
            return 0;
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

static bool start_session(struct session *s)
{
    char why[256];
    struct board_config config = {
        .kernel = s->options->kernel,
        .disk = s->options->disk,
        .memory = s->options->memory,
        .seed = s->options->seed,
        .epoch = is_watched(s->options) ? (uint64_t)time(NULL) : 0,
        .output = on_output,
        .room = on_room,
        .complain = on_complaint,
        .arg = s,
    };

    s->board = board_create(&config, why, sizeof why);
    if (s->board != NULL) {
        s->console = (struct sink){.kinds = EVENT_BIT(EVENT_DELIVER), .event = on_console_read};
        s->trace = trace_attach(s->board, s->options, s->stats,
                                is_watched(s->options) ? NULL : &s->console, why, sizeof why);
        if (s->trace == NULL) {
            board_destroy(s->board);
            s->board = NULL;
        }
    }
    if (s->board == NULL)
        complain(why);
    return s->board != NULL;
}

static int end_session(struct session *s, int status)
{
    char why[256];

    serial_finish(&s->serial);
    flush_output(s);
    s->stats->instructions = board_instructions(s->board);
    s->stats->traps = board_traps(s->board);
    s->stats->host_ns = host_ns() - s->host_start;
    if (s->trace != NULL && !trace_detach(s->trace, why, sizeof why))
        status = complain(why);
    board_destroy(s->board);
    serial_free(&s->serial);
    terminal_restore();
    return status;
}

int run_headless(const struct run_options *options, struct run_stats *stats)
{
    struct session *s = calloc(1, sizeof *s);

    if (s == NULL)
        return complain("not enough memory");
    s->options = options;
    s->stats = stats;
    s->serial = (struct serial){.print = on_print, .mark = on_mark, .type = on_type, .arg = s};
    s->host_start = host_ns();
    s->may_end = true;
    signal(SIGPIPE, SIG_IGN);
    int status = EXIT_CANNOT;
    if (start_session(s)) {
        choose_input(s);
        s->real = is_watched(options);
        status = end_session(s, run_board(s));
    }
    free(s);
    return status;
}
