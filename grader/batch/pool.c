/*
 * The pool's one loop: fill the free places, see who has ended, wait for a signal. Signals are blocked but for the wait
 * (sigtimedwait), so that none can come between a look and a sleep.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "grader/batch/pool.h"

#define TICK_MS  200
#define GRACE_MS 5000 /* for a job to end after SIGTERM */

struct place {
    pid_t child; /* 0: free */
    size_t job;
};

struct state {
    const struct pool *pool;
    struct place *place;
    size_t next, running;
    enum pool_end end;
    bool ending; /* no more jobs are begun */
    int error;   /* of POOL_CANNOT */
};

static sigset_t before;
static unsigned held;

/* What a caller wants ignored (nohup) stays so. */
static sigset_t watched(void)
{
    static const int interrupts[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    for (size_t i = 0; i < sizeof interrupts / sizeof interrupts[0]; i++)
        if (sigaction(interrupts[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(&set, interrupts[i]);
    return set;
}

void pool_hold_signals(void)
{
    sigset_t set = watched();
    signal(SIGCHLD, SIG_DFL); /* who ignores it has no children to wait for */
    if (held++ == 0)
        sigprocmask(SIG_BLOCK, &set, &before);
}

void pool_release_signals(void)
{
    if (--held == 0)
        sigprocmask(SIG_SETMASK, &before, NULL);
}

bool pool_interrupted(unsigned milliseconds)
{
    sigset_t set = watched();
    struct timespec wait = {.tv_sec = milliseconds / 1000,
                            .tv_nsec = milliseconds % 1000 * 1000000L};
    int signal = sigtimedwait(&set, NULL, &wait);
    return signal > 0 && signal != SIGCHLD;
}

/* In the new process. It dies with its parent, whatever kills that. */
static _Noreturn void be_job(const struct pool *pool, size_t job, pid_t parent)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (getppid() != parent)
        _exit(1);
    int status = pool->work(pool->context, job);
    fflush(NULL);
    _exit(status);
}

static void begin_job(struct state *s, struct place *place)
{
    pid_t parent = getpid();
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        be_job(s->pool, s->next, parent);
    if (child < 0) {
        s->end = POOL_CANNOT;
        s->ending = true;
        s->error = errno;
        return;
    }
    setpgid(child, child); /* whoever of the two is first */
    *place = (struct place){.child = child, .job = s->next++};
    s->running++;
}

static void signal_all(const struct state *s, int signal)
{
    for (unsigned i = 0; i < s->pool->jobs; i++)
        if (s->place[i].child)
            kill(-s->place[i].child, signal);
}

/* Frees the places of those that have ended. What is left of a job's group goes with it. */
static void reap(struct state *s)
{
    int status;
    for (unsigned i = 0; i < s->pool->jobs; i++) {
        struct place *p = &s->place[i];
        if (!p->child || waitpid(p->child, &status, WNOHANG) != p->child)
            continue;
        kill(-p->child, SIGKILL);
        p->child = 0;
        s->running--;
        if (!s->ending && !s->pool->done(s->pool->context, p->job, status)) {
            s->ending = true;
            s->end = POOL_ENDED;
        }
    }
}

static void fill(struct state *s)
{
    for (unsigned i = 0; i < s->pool->jobs; i++)
        if (!s->place[i].child && !s->ending && s->next < s->pool->count)
            begin_job(s, &s->place[i]);
}

/* SIGTERM, then, for who does not heed it or when the user insists, SIGKILL. */
static void end_all(struct state *s)
{
    signal_all(s, SIGTERM);
    for (unsigned waited = 0; s->running > 0; waited += TICK_MS) {
        if (pool_interrupted(TICK_MS) || waited >= GRACE_MS)
            signal_all(s, SIGKILL);
        reap(s);
    }
}

enum pool_end pool_run(const struct pool *pool)
{
    struct state s = {.pool = pool, .end = POOL_DONE};
    s.place = calloc(pool->jobs, sizeof *s.place);
    if (!s.place)
        return POOL_CANNOT;
    pool_hold_signals();
    fill(&s);
    while (s.running > 0 && !s.ending) {
        if (pool_interrupted(TICK_MS)) {
            s.ending = true;
            s.end = POOL_INTERRUPTED;
        }
        reap(&s);
        fill(&s);
        if (pool->tick)
            pool->tick(pool->context);
    }
    end_all(&s);
    pool_release_signals();
    free(s.place);
    errno = s.error;
    return s.end;
}
