/*
 * kill [-SIGNAL] PID...: sends a signal, TERM if not told, by name or number; to a process group
 * when the PID is negative. kill -l: the names.
 *
 * It is a builtin because it must work when the process table is full.
 */
#include <ctype.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

/* A signal by name, with or without SIG, or number; -1: there is no such. */
static int signal_by_name(const char *name)
{
    if (isdigit(name[0])) {
        char *end;
        long n = strtol(name, &end, 10);
        return *end || n >= NSIGNALS ? -1 : (int)n;
    }
    if (strncmp(name, "SIG", 3) == 0)
        name += 3;
    for (int i = 0; i < NSIGNALS; i++)
        if (signal_names[i] && strcmp(signal_names[i], name) == 0)
            return i;
    return -1;
}

static int list(void)
{
    for (int i = 0; i < NSIGNALS; i++)
        if (signal_names[i])
            printf("%2d %s\n", i, signal_names[i]);
    return fflush(stdout) == 0 ? 0 : 1;
}

/* Returns the status. */
static int send(const char *number, int sig)
{
    char *end;
    long pid = strtol(number, &end, 10);
    if (*end || end == number) {
        warnx("kill: %s: not a process number", number);
        return 2;
    }
    if (kill((pid_t)pid, sig) == 0)
        return 0;
    warn("kill: %s", number);
    return 1;
}

int builtin_kill(int argc, char **argv)
{
    int first = 1, sig = SIGTERM, status = 0;
    if (argc == 2 && strcmp(argv[1], "-l") == 0)
        return list();
    if (argc > 2 && argv[1][0] == '-') {
        first = 2;
        sig = signal_by_name(argv[1] + 1);
        if (sig < 0) {
            warnx("kill: %s: no such signal", argv[1] + 1);
            return 2;
        }
    }
    if (first >= argc)
        return wrong_usage(argv[0]);
    for (int i = first; i < argc && status < 2; i++)
        status |= send(argv[i], sig);
    return status;
}
