/*
 * Where the input of a headless run comes from decides how exactly the run can be repeated:
 *
 *   --exec           lines are typed at the shell's prompt marks, then ^D: exact
 *   a file           fed as the receiver has room: exact
 *   pipe, terminal   fed as it arrives on the host
 *
 * At the end of the input the guest is told so by ^D, as a person would.
 */
#include "emu/input.h"
#include "emu/terminal.h"

#include <courier/probe.h>
#include <courier/protocol/tty.h>
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK  256u
#define CTRL_A 0x01
#define CTRL_D 0x04

size_t input_offer(struct input *in, const uint8_t *bytes, size_t n)
{
    size_t taken = board_input(in->board, bytes, n);

    in->taken += taken;
    return taken;
}

static void type_bytes(struct input *in, const void *bytes, size_t n)
{
    if (!serial_type(in->serial, bytes, n)) {
        fputs("courier: not enough memory for input\n", stderr);
        exit(EXIT_CANNOT);
    }
}

static void type_end_of_file(struct input *in)
{
    static const uint8_t end = CTRL_D;

    type_bytes(in, &end, 1);
}

/* ---- at the shell's prompt ------------------------------------------------------------------ */

/* The next line of --exec, or the end of input after the last one. */
static void type_next(struct input *in)
{
    if (in->typed < in->options->exec_count) {
        const char *line = in->options->exec[in->typed++];
        type_bytes(in, line, strlen(line));
        type_bytes(in, "\n", 1);
    } else {
        type_end_of_file(in);
    }
}

void input_mark(struct input *in, char letter)
{
    in->busy = false;
    if (letter != MARK_INPUT)
        return;
    in->may_end = true;
    if (in->kind == INPUT_EXEC)
        type_next(in);
}

/*
 * A program under the shell reads the console, and finds nothing. In a run whose input is a script
 * there is nobody to type more: it gets an end of file.
 */
static void on_read(struct sink *self, const struct event *e)
{
    struct input *in = (struct input *)((char *)self - offsetof(struct input, reads));

    if (e->kind == EVENT_CRASH) {
        if (e->cause == CAUSE_GIVEN_UP && e->who >= EP_PM && e->who <= EP_TTY)
            in->given_up = e->who;
        return;
    }
    if (e->kind == EVENT_EXEC) {
        in->given_up = e->who == in->given_up ? EP_NONE : in->given_up;
        return;
    }
    if (e->message.type != (TTY_READ | MSG_REPLY) || e->peer != EP_TTY)
        return;
    if (e->message.status >= 0) {
        in->busy = true;
        in->starved = false;
    } else if (in->busy && !in->starved && in->serial->queued == 0 &&
               (in->kind == INPUT_EXEC || in->end)) {
        in->starved = true;
        type_end_of_file(in);
    }
}

/* ---- from stdin ----------------------------------------------------------------------------- */

/* Takes out Ctrl-A and what follows it. */
static size_t filter_keys(struct input *in, uint8_t *bytes, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        uint8_t byte = bytes[i];
        if (in->escape) {
            in->escape = false;
            in->quit = in->quit || byte == 'x' || byte == 'X';
            if (byte != CTRL_A)
                continue;
        } else if (byte == CTRL_A) {
            in->escape = true;
            continue;
        }
        bytes[kept++] = byte;
    }
    return kept;
}

/* Reads once what is there; at the end of the input, notes that. */
static void read_stdin(struct input *in)
{
    uint8_t bytes[CHUNK];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n <= 0) {
        in->end = true;
        return;
    }
    type_bytes(in, bytes, in->terminal ? filter_keys(in, bytes, (size_t)n) : (size_t)n);
}

/* Called from inside the guest's load, so that a file is fed exactly. */
void input_room(struct input *in)
{
    while (serial_pump(in->serial) && in->kind == INPUT_FILE && !in->end)
        read_stdin(in);
}

bool input_more(struct input *in)
{
    uint64_t before = in->taken;

    if (in->kind != INPUT_EXEC && in->end && in->may_end && in->serial->queued == 0) {
        in->may_end = false; /* once for every prompt */
        type_end_of_file(in);
    }
    if (serial_pump(in->serial) && in->kind == INPUT_FILE && !in->end)
        read_stdin(in);
    return in->taken != before;
}

bool input_possible(const struct input *in)
{
    return in->kind == INPUT_STREAM && !in->end;
}

bool input_wait(struct input *in, int timeout_ms)
{
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    bool reads = input_possible(in) && in->serial->queued == 0;

    if (!reads && timeout_ms == 0)
        return false;
    if (poll(&p, reads ? 1 : 0, timeout_ms) <= 0)
        return false;
    read_stdin(in);
    return true;
}

static enum input_kind kind_of_stdin(struct input *in)
{
    struct stat st;

    if (fstat(STDIN_FILENO, &st) != 0) {
        in->end = true;
        return INPUT_FILE;
    }
    if (S_ISREG(st.st_mode))
        return INPUT_FILE;
    in->terminal = terminal_raw();
    /* /dev/null ends at once, in every run. */
    return S_ISCHR(st.st_mode) && !in->terminal ? INPUT_FILE : INPUT_STREAM;
}

void input_init(struct input *in, const struct run_options *options, struct board *board,
                struct serial *serial)
{
    *in = (struct input){.options = options, .board = board, .serial = serial, .may_end = true};
    in->reads = (struct sink){.kinds = EVENT_BIT(EVENT_DELIVER) | EVENT_BIT(EVENT_CRASH) |
                                       EVENT_BIT(EVENT_EXEC),
                              .event = on_read};
    in->given_up = EP_NONE;
    in->kind = options->exec_count > 0 ? INPUT_EXEC : kind_of_stdin(in);
}
