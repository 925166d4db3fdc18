/*
 * The workers: processes that share the cases out among themselves. Each has a process group of its own with its forks, so that
 * an interrupt at the terminal reaches nobody but us, and we can end them all; and it does not outlive us.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "emu/sweep/sweep.h"

#define LOOK_US 100000 /* host time between looks at the workers */

static volatile sig_atomic_t interrupted_by;

static void on_signal(int number)
{
    interrupted_by = number;
}

static void catch_signals(void (*handler)(int))
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    const struct sigaction action = {.sa_handler = handler};
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaction(numbers[i], &action, NULL);
}

void sweep_catch_interrupts(void)
{
    catch_signals(on_signal);
}

static uint32_t count_done(const struct sweep *s)
{
    uint32_t done = 0;
    for (uint32_t i = 0; i < s->case_count; i++)
        done += s->cases[i].verdict.done;
    return done;
}

static _Noreturn void work(struct sweep *s, unsigned worker)
{
    char why[256] = "";
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    catch_signals(SIG_DFL);
    bool good = sweep_work(s, worker, why, sizeof why);
    if (!good)
        fprintf(stderr, "courier: sweep: %s\n", why);
    _exit(!good);
}

/* Starts the workers; returns how many there are. */
static unsigned start(struct sweep *s, pid_t *worker)
{
    unsigned started = 0;
    fflush(NULL); /* else each of them would print it, too */
    for (; started < s->jobs; started++) {
        pid_t child = fork();
        if (child == 0)
            work(s, started);
        if (child < 0)
            break;
        setpgid(child, child);
        worker[started] = child;
    }
    return started;
}

static void end(const pid_t *worker, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (worker[i])
            kill(-worker[i], SIGKILL);
}

/* Waits for all of them. False: one failed. */
static bool await(struct sweep *s, pid_t *worker, unsigned count,
                  void (*progress)(const struct sweep *s, uint32_t done))
{
    bool good = true;
    for (unsigned left = count; left > 0;) {
        int status;
        pid_t child = waitpid(-1, &status, WNOHANG);
        for (unsigned i = 0; i < count && child > 0; i++)
            if (worker[i] == child) {
                worker[i] = 0;
                left--;
                good = good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
            }
        if (interrupted_by)
            end(worker, count);
        if (child <= 0)
            usleep(LOOK_US);
        if (progress && !interrupted_by)
            progress(s, count_done(s));
    }
    return good;
}

bool sweep_run(struct sweep *s, void (*progress)(const struct sweep *s, uint32_t done),
               bool *interrupted, char *why, size_t size)
{
    pid_t *worker = calloc(s->jobs, sizeof *worker);
    bool good = worker != NULL;
    if (good) {
        unsigned started = start(s, worker);
        good = await(s, worker, started, progress) && started == s->jobs;
    }
    free(worker);
    *interrupted = interrupted_by != 0;
    uint32_t missing = s->case_count - count_done(s);
    if (!good)
        snprintf(why, size, "a worker did not come to its end");
    else if (missing)
        snprintf(why, size, "%u runs ended without a verdict", missing);
    return good && !missing;
}
