/* Signals: requests of PM. */
#include <signal.h>
#include <unistd.h>
#include "request.h"

int kill(pid_t pid, int sig)
{
    struct message m = {0};
    struct pm_kill *p = payload(&m);
    p->pid = pid;
    p->signal = sig;
    return (int)request(EP_PM, PM_KILL, &m);
}

int raise(int sig)
{
    return kill(getpid(), sig);
}

int pause(void)
{
    return (int)request(EP_PM, PM_PAUSE, &(struct message){0});
}

/*
 * Where a handler returns to. PM put the interrupted registers into a frame on the stack, and
 * started the handler with sp at that frame; it takes them back from there and does not reply.
 * Two steps, as only assembly sees sp as PM made it.
 */
_Noreturn void signal_return(uint64_t frame);
void signal_restorer(void);
__asm__(".pushsection .text.signal_restorer, \"ax\"\n"
        "signal_restorer:\n"
        "    mv a0, sp\n"
        "    call signal_return\n"
        ".popsection");

_Noreturn void signal_return(uint64_t frame)
{
    for (;;) { /* a PM that dies between its reply and the registers is asked again */
        struct message m = {0};
        struct pm_sigreturn *p = payload(&m);
        p->frame = frame;
        request(EP_PM, PM_SIGRETURN, &m);
    }
}

sighandler_t signal(int sig, sighandler_t handler)
{
    struct message m = {0};
    struct pm_sigaction *p = payload(&m);
    p->signal = sig;
    p->handler = (uintptr_t)handler;
    p->restorer = (uintptr_t)signal_restorer;
    if (request(EP_PM, PM_SIGACTION, &m) < 0)
        return SIG_ERR;
    return (sighandler_t)((const struct pm_sigaction_reply *)payload(&m))->handler;
}

/* PM knows no question without an answer to set, so one that only asks sets twice. */
int sigaction(int sig, const struct sigaction *act, struct sigaction *old)
{
    sighandler_t former = signal(sig, act ? act->sa_handler : SIG_DFL);
    if (former == SIG_ERR || (!act && signal(sig, former) == SIG_ERR))
        return -1;
    if (old)
        old->sa_handler = former;
    return 0;
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    struct message m = {0};
    struct pm_sigmask *p = payload(&m);
    p->how = set ? (uint32_t)how : SIG_BLOCK;
    p->mask = set ? *set : 0;
    int64_t former = request(EP_PM, PM_SIGMASK, &m);
    if (former >= 0 && old)
        *old = (sigset_t)former;
    return former < 0 ? -1 : 0;
}
