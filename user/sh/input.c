/*
 * Input: commands line by line, from a terminal, a file or a string.
 *
 * What the shell does not run yet must stay unread when the programs it starts read from the same
 * file: so the shell reads one line, and no byte more.
 *
 * On a terminal each line has a prompt, between the marks of semantic prompts (OSC 133): A before
 * it, B behind it, and D with the status when what was typed has ended.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/ipc.h>
#include "sh.h"

#define MARK(text) "\033]133;" text "\a"
#define RETRIES    50

static void prompt(bool continued)
{
    static bool first = true;
    if (continued)
        dprintf(STDERR_FILENO, MARK("A;k=s") "> " MARK("B"));
    else if (first)
        dprintf(STDERR_FILENO, MARK("A") "$ " MARK("B"));
    else
        dprintf(STDERR_FILENO, MARK("D;%d") MARK("A") "$ " MARK("B"), last_status);
    first = false;
}

/* Reads up to `room` bytes, but not beyond the end of the line; 0 at the end, -1 with errno. */
static ssize_t read_in_line(const struct input *in, char *to, size_t room)
{
    off_t at = interactive ? -1 : lseek(in->fd, 0, SEEK_CUR);
    if (at < 0) /* a terminal gives one line by itself, a pipe must be read byte by byte */
        return read(in->fd, to, interactive ? room : 1);
    ssize_t n = read(in->fd, to, room);
    char *newline = n > 0 ? memchr(to, '\n', (size_t)n) : NULL;
    if (newline && newline + 1 < to + n) {
        n = newline + 1 - to;
        lseek(in->fd, at + n, SEEK_SET);
    }
    return n;
}

/* After a failed read: is it worth trying again? A server that starts anew is no end of file; ^C is one, and run_input() then begins a
 * new line. */
static bool try_again(int *failures)
{
    if (errno == EINTR)
        return !interrupted;
    if (interactive && (is_given_up(EP_FS) || is_given_up(EP_TTY))) {
        wait_for_service();
        return true;
    }
    usleep(20000);
    return interactive && ++*failures < RETRIES;
}

/* A line into the buffer; false at the end of the input. */
static bool read_line(struct input *in)
{
    size_t length = 0;
    int failures = 0;
    bool overlong = false;
    if (interactive && in->fd == STDIN_FILENO)
        prompt(in->continued);
    while (length == 0 || in->buffer[length - 1] != '\n') {
        if (length == LINE_BYTES + 1)
            overlong = true, length = 0; /* go on to its end, but forget it */
        ssize_t n = read_in_line(in, in->buffer + length, LINE_BYTES + 1 - length);
        if (n < 0 && try_again(&failures))
            continue;
        if (n == 0 && length == 0)
            interrupted = false; /* ^D was typed after ^C, as below */
        if (n < 0 || (n == 0 && length == 0))
            return false;
        if (n == 0)
            in->buffer[length++] = '\n'; /* the last line need not have one */
        length += (size_t)n;
    }
    if (overlong) {
        warnx("the line is longer than %d bytes", LINE_BYTES);
        last_status = 2;
        length = 1;
        in->buffer[0] = '\n';
    }
    if (interactive && length > 1)
        interrupted = false; /* ^C took back all that was typed before: this was typed after it */
    in->buffer[length] = '\0';
    in->line = in->buffer;
    return true;
}

void input_from_fd(struct input *in, int fd)
{
    in->fd = fd;
    in->continued = in->ended = false;
    in->buffer[0] = '\0';
    in->line = in->buffer;
}

void input_from_string(struct input *in, const char *string)
{
    input_from_fd(in, -1);
    in->line = string;
}

int input_peek(struct input *in)
{
    if (!*in->line && !in->ended)
        in->ended = in->fd < 0 || !read_line(in);
    if (in->ended)
        return -1;
    in->continued = true;
    return (unsigned char)*in->line;
}

int input_next(struct input *in)
{
    int c = input_peek(in);
    if (c >= 0)
        in->line++;
    return c;
}

void input_skip_line(struct input *in)
{
    in->line += strcspn(in->line, "\n");
    if (*in->line)
        in->line++;
}
