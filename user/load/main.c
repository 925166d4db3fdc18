/*
 * load ROUNDS: one round every 10 ms of virtual time, each of the next kind. The last line says how many went wrong; then the
 * status is 1.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/stat.h>
#include <sys/tty.h>
#include <unistd.h>
#include "load.h"

#define PERIOD (TICKS_PER_SECOND / 1000 * LOAD_PERIOD_MS)
#define PLACE  "/tmp/load"

static const struct {
    const char *name;
    job *function;
} jobs[LOAD_KINDS] = {{"write", job_write},
                      {"pipe", job_pipe},
                      [LOAD_PRINTS] = {"print", job_print},
                      {"read", job_read},
                      {"exec", job_exec},
                      {"signal", job_signal},
                      [LOAD_ASKS] = {"ask", job_ask},
                      {"names", job_names},
                      {"services", job_services}};

void pattern_fill(char *to, size_t bytes, size_t offset, unsigned number)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = (char)((offset + i) * 7 + number * 31 + (offset + i) / 256);
}

int pattern_matches(const char *p, size_t bytes, size_t offset, unsigned number)
{
    char wanted[256];
    for (size_t i = 0, n; i < bytes; i += n) {
        n = bytes - i < sizeof wanted ? bytes - i : sizeof wanted;
        pattern_fill(wanted, n, offset + i, number);
        if (memcmp(p + i, wanted, n) != 0)
            return 0;
    }
    return 1;
}

/* Until the next multiple of the period. */
static void await_period(void)
{
    uint64_t now = k_time();
    usleep((useconds_t)((PERIOD - now % PERIOD + 9) / 10));
}

static unsigned run(unsigned rounds)
{
    unsigned failed = 0;
    for (unsigned round = 0; round < rounds; round++) {
        await_period();
        errno = 0;
        const char *wrong = jobs[round % LOAD_KINDS].function(round);
        if (wrong) {
            failed++;
            warn("round %u, %s: %s", round, jobs[round % LOAD_KINDS].name, wrong);
        }
    }
    return failed;
}

int main(int argc, char **argv)
{
    char *end;
    long rounds = argc == 2 ? strtol(argv[1], &end, 10) : 0;
    if (rounds < 1 || *end)
        usage("ROUNDS");
    if ((mkdir(PLACE, 0755) < 0 && errno != EEXIST) || chdir(PLACE) < 0)
        err(1, PLACE);
    int mode = tty_get_mode(STDIN_FILENO);
    if (mode >= 0)
        tty_set_mode(STDIN_FILENO, (unsigned)mode & ~TTY_ECHO);
    unsigned failed = run((unsigned)rounds);
    if (mode >= 0)
        tty_set_mode(STDIN_FILENO, (unsigned)mode);
    unlink("data");
    if (chdir("/") < 0 || rmdir(PLACE) < 0)
        err(1, PLACE);
    printf("%ld rounds, %u failed\n", rounds, failed);
    return failed != 0;
}
