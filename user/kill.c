/* kill [-SIGNAL] PID...: sends a signal, TERM if not told, by name or number; to a process group
 * when the PID is negative. kill -l: the names. */
#include <ctype.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void list(void)
{
    for (int i = 0; i < NSIGNALS; i++)
        if (signal_names[i])
            printf("%2d %s\n", i, signal_names[i]);
}

int main(int argc, char **argv)
{
    int first = 1, sig = SIGTERM, failed = 0;
    if (argc == 2 && strcmp(argv[1], "-l") == 0) {
        list();
        return 0;
    }
    if (argc > 2 && argv[1][0] == '-') {
        first = 2;
        sig = signal_by_name(argv[1] + 1);
        if (sig < 0)
            errx(2, "%s: no such signal", argv[1] + 1);
    }
    if (first >= argc)
        usage("[-SIGNAL] PID... | -l");
    for (int i = first; i < argc; i++) {
        char *end;
        long pid = strtol(argv[i], &end, 10);
        if (*end || end == argv[i])
            errx(2, "%s: not a process number", argv[i]);
        if (kill((pid_t)pid, sig) < 0) {
            warn("%s", argv[i]);
            failed = 1;
        }
    }
    return failed;
}
