/* Processes: fork, exec, exit, wait, pipes, signals. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "load.h"

#define PIPED 6000 /* bytes: more than a pipe holds */

/* The status of a child that is to end with `code`. */
static const char *reap(pid_t child, int code)
{
    int status;
    if (waitpid(child, &status, 0) != child)
        return "wait";
    return WIFEXITED(status) && WEXITSTATUS(status) == code ? NULL : "the child's status";
}

/* Reads a pipe to its end. Its bytes, or -1. */
static ssize_t drain(int fd, char *to, size_t room)
{
    size_t length = 0;
    ssize_t n;
    while (length < room && (n = read(fd, to + length, room - length)) != 0) {
        if (n < 0)
            return -1;
        length += (size_t)n;
    }
    return (ssize_t)length;
}

static _Noreturn void write_pattern(int fd, unsigned round)
{
    char piece[600];
    for (size_t at = 0; at < PIPED; at += sizeof piece) {
        pattern_fill(piece, sizeof piece, at, round);
        if (write(fd, piece, sizeof piece) != sizeof piece)
            _exit(1);
    }
    _exit((int)(round % 100) + 2);
}

const char *job_pipe(unsigned round)
{
    static char bytes[PIPED + 1];
    int fd[2];
    if (pipe(fd) < 0)
        return "pipe";
    pid_t child = fork();
    if (child == 0) {
        close(fd[0]);
        write_pattern(fd[1], round);
    }
    close(fd[1]);
    if (child < 0)
        return "fork";
    ssize_t n = drain(fd[0], bytes, sizeof bytes);
    close(fd[0]);
    if (n != PIPED)
        return "not as many bytes as were written into the pipe";
    if (!pattern_matches(bytes, PIPED, 0, round))
        return "other bytes than those written into the pipe";
    return reap(child, (int)(round % 100) + 2);
}

/* Every fourth one is a shell with a pipeline of its own. */
static _Noreturn void start_program(unsigned round)
{
    char number[16], line[48];
    snprintf(number, sizeof number, "%u", round);
    snprintf(line, sizeof line, "echo %u | cat", round);
    char *const echo[] = {"echo", number, NULL}, *const shell[] = {"sh", "-c", line, NULL};
    if (round / LOAD_KINDS % 4)
        execv("/bin/echo", echo);
    else
        execv("/bin/sh", shell);
    _exit(127);
}

const char *job_exec(unsigned round)
{
    char output[32], wanted[32];
    int fd[2], length = snprintf(wanted, sizeof wanted, "%u\n", round);
    if (pipe(fd) < 0)
        return "pipe";
    pid_t child = fork();
    if (child == 0) {
        dup2(fd[1], STDOUT_FILENO);
        close(fd[0]);
        close(fd[1]);
        start_program(round);
    }
    close(fd[1]);
    if (child < 0)
        return "fork";
    ssize_t n = drain(fd[0], output, sizeof output);
    close(fd[0]);
    if (n != length || memcmp(output, wanted, (size_t)n) != 0)
        return "what the program printed";
    return reap(child, 0);
}

static volatile int signals;

static void on_signal(int number)
{
    signals += number == SIGUSR1;
}

/* The child waits for one signal, is sent it once, and tells how many came. */
const char *job_signal(unsigned round)
{
    int fd[2];
    char byte = 0;
    if (pipe(fd) < 0)
        return "pipe";
    pid_t child = fork();
    if (child == 0) {
        signals = 0;
        signal(SIGUSR1, on_signal);
        write(fd[1], "r", 1);
        while (!signals)
            usleep(1000);
        _exit(signals + (int)(round % 50));
    }
    close(fd[1]);
    if (child < 0)
        return "fork";
    ssize_t n = read(fd[0], &byte, 1);
    close(fd[0]);
    if (n != 1 || kill(child, SIGUSR1) < 0)
        return "kill";
    return reap(child, 1 + (int)(round % 50));
}
