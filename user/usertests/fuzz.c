/*
 * usertests fuzz [-s SEED] [-n COUNT]: that many random calls, and then the question whether the
 * system is as it was: no server died, nothing is missing, and it still does its work.
 *
 * A worker may die of what it does; the next one goes on. One that waits for ever is sent a signal,
 * which ends the call, and one that does not mind is killed.
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <courier/protocol/rs.h>
#include "fuzz.h"

#define SCRATCH  "/tmp/fuzz"
#define BATCH    5000        /* calls of one worker */
#define PATIENCE (3 * 10000) /* ticks without progress until the first signal: 3 ms */
#define SIGNALS  400         /* until it is killed */

static struct {
    unsigned calls, workers, died, killed;
} total;

/* Follows one worker to its end: how many calls it made. */
static unsigned follow(pid_t pid)
{
    endpoint_t worker = endpoint_of(pid);
    unsigned done = 0, signals = 0;
    int status;
    for (;;) {
        struct message m = {0};
        int64_t result = ipc(IPC_RECEIVE | IPC_DEADLINE, worker, k_time() + PATIENCE, &m);
        if (result == -EDEADSRCDST)
            break;
        if (result == 0 && m.type == PROGRESS) {
            done = (unsigned)m.w[0];
            signals = 0;
        } else if (++signals < SIGNALS) {
            kill(pid, SIGUSR1);
        } else {
            kill(pid, SIGKILL);
            total.killed++;
            break;
        }
    }
    kill(-pid, SIGKILL); /* its children */
    waitpid(pid, &status, 0);
    total.died += WIFSIGNALED(status);
    return done;
}

static _Noreturn void work(endpoint_t parent, uint64_t seed, unsigned count)
{
    if (chdir(SCRATCH) < 0)
        _exit(1);
    make_random_calls(parent, seed, count);
    _exit(0);
}

static void run_workers(uint64_t seed, unsigned count)
{
    endpoint_t me = self();
    while (total.calls < count) {
        unsigned left = count - total.calls, batch = left < BATCH ? left : BATCH;
        uint64_t state = seed * 0x9e3779b97f4a7c15 + ++total.workers;
        pid_t pid = fork();
        if (pid < 0)
            err(1, "cannot start a worker");
        if (pid == 0)
            work(me, state, batch);
        unsigned done = follow(pid);
        total.calls += done ? done : 1;
    }
}

/* How often services died, all together. */
static unsigned deaths(void)
{
    unsigned n = 0;
    for (unsigned slot = 1; slot < NSERVICES; slot++) {
        struct message m = {.type = RS_STATUS, .w = {slot}};
        if (sendrec(EP_RS, &m) == 0 && m.status == 0)
            n += ((const struct rs_status_reply *)payload(&m))->restarts;
    }
    return n;
}

static int run(char *const argv[])
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        execvp(argv[0], argv);
        _exit(127);
    }
    return pid < 0 ? -1 : end_of(pid);
}

/* Processes, files and pipes still do what they are for. */
static bool still_works(void)
{
    char *const script[] = {"sh", "-c",
                            "echo alive >/tmp/alive && [ $(cat /tmp/alive | wc -l) -eq 1 ] && "
                            "ps | grep -q usertests && rm /tmp/alive",
                            NULL};
    return run(script) == 0;
}

static void clear_away(unsigned processes)
{
    char *const rm[] = {"rm", "-rf", SCRATCH, NULL};
    run(rm);
    for (int i = 0; i < 2000 && count_processes() > processes; i++)
        usleep(1000); /* init waits for the orphans */
}

int fuzz(int argc, char **argv)
{
    uint64_t seed = 1;
    unsigned long count = 200000;
    char *end = "";
    for (int c; (c = getopt(argc, argv, "s:n:")) != -1;) {
        unsigned long n = c == '?' ? 0 : strtoul(optarg, &end, 0);
        if (c == '?' || *end || (c == 'n' && n - 1 >= 1u << 30))
            usage("fuzz [-s SEED] [-n COUNT]");
        *(c == 's' ? &seed : &count) = n;
    }
    if (optind < argc)
        usage("fuzz [-s SEED] [-n COUNT]");
    unsigned died = deaths(), failed = 0;
    clear_away(NUSERS);
    struct resources before = count_resources();
    if (mkdir(SCRATCH, 0755) < 0)
        err(1, SCRATCH);
    run_workers(seed, (unsigned)count);
    clear_away(before.processes);
    printf("seed %lu: %u calls by %u workers, %u ended by signals, %u of them for hanging\n", seed,
           total.calls, total.workers, total.died, total.killed);
    if (deaths() != died) {
        printf("fuzz: FAILED: services died\n");
        failed++;
    }
    if (!still_works()) {
        printf("fuzz: FAILED: the system does not work any more\n");
        failed++;
    }
    struct resources after = count_resources();
    failed += !same_resources(&before, &after);
    printf("usertests: %d passed, %u failed\n", !failed, failed);
    return failed > 0;
}
