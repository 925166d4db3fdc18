/*
 * Signals: the part of POSIX.1-2017 <signal.h> that PM offers. A handler stays until it is changed,
 * and calls that it interrupts end with EINTR. While it runs, its signal is blocked.
 */
#ifndef SIGNAL_H
#define SIGNAL_H

#include <sys/types.h>
#include <courier/protocol/pm.h> /* SIGINT, ... */

typedef void (*sighandler_t)(int);
#define SIG_DFL ((sighandler_t)SIG_DFL_VALUE)
#define SIG_IGN ((sighandler_t)SIG_IGN_VALUE)
#define SIG_ERR ((sighandler_t)-1)

typedef uint32_t sigset_t; /* bit n: signal n */
#define SIG_BLOCK   0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

struct sigaction {
    sighandler_t sa_handler;
};

sighandler_t signal(int sig, sighandler_t handler); /* the former one, or SIG_ERR */
int sigaction(int sig, const struct sigaction *act, struct sigaction *old); /* each may be NULL */
int sigprocmask(int how, const sigset_t *set, sigset_t *old);               /* each may be NULL */
int kill(pid_t pid, int sig);
int raise(int sig);

static inline int sigemptyset(sigset_t *set)
{
    *set = 0;
    return 0;
}

static inline int sigaddset(sigset_t *set, int sig)
{
    *set |= 1u << sig;
    return 0;
}

static inline int sigismember(const sigset_t *set, int sig)
{
    return *set >> sig & 1;
}

/* The names without SIG, by number; NULL: no such signal. */
extern const char *const signal_names[NSIGNALS];

#endif
