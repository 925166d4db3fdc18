/* Signals: handlers, masks, what they interrupt, and what cannot be handled. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "test.h"

static volatile int count, last;

static void counter(int sig)
{
    count++;
    last = sig;
}

static void signal_handler_runs(void)
{
    CHECK(signal(SIGUSR1, counter) == SIG_DFL);
    CHECK(signal(SIGUSR2, counter) == SIG_DFL);
    CHECK_EQUAL(raise(SIGUSR1), 0);
    CHECK(count == 1 && last == SIGUSR1);
    CHECK_EQUAL(raise(SIGUSR2), 0);
    CHECK(count == 2 && last == SIGUSR2);
    CHECK_EQUAL(raise(SIGUSR1), 0); /* it stays */
    CHECK(count == 3 && last == SIGUSR1);
    CHECK(signal(SIGUSR1, SIG_IGN) == counter);
    CHECK_EQUAL(raise(SIGUSR1), 0);
    CHECK_EQUAL(count, 3);
    CHECK(signal(SIGUSR1, SIG_DFL) == SIG_IGN);
}

static void raise_default(void *sig)
{
    raise((int)(intptr_t)sig);
}

static void signal_default_actions(void)
{
    static const int ends[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGILL,  SIGTRAP, SIGABRT, SIGBUS, SIGFPE,
                               SIGKILL, SIGUSR1, SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        check_signal(raise_default, (void *)(intptr_t)ends[i], ends[i]);
    check_signal(raise_default, (void *)SIGCHLD, 0);
    check_signal(raise_default, (void *)SIGCONT, 0);
}

static void signal_cannot_be_caught(void)
{
    CHECK(signal(SIGKILL, counter) == SIG_ERR && errno == EINVAL);
    CHECK(signal(SIGKILL, SIG_IGN) == SIG_ERR);
    CHECK(signal(SIGSTOP, counter) == SIG_ERR);
    CHECK(signal(0, counter) == SIG_ERR);
    CHECK(signal(-1, counter) == SIG_ERR);
    CHECK(signal(NSIGNALS, counter) == SIG_ERR);
}

static void signal_sigaction(void)
{
    struct sigaction act = {.sa_handler = counter}, old;
    CHECK_EQUAL(sigaction(SIGUSR1, &act, &old), 0);
    CHECK(old.sa_handler == SIG_DFL);
    CHECK_EQUAL(sigaction(SIGUSR1, NULL, &old), 0);
    CHECK(old.sa_handler == counter);
    CHECK_EQUAL(raise(SIGUSR1), 0);
    CHECK_EQUAL(count, 1);
}

/* ---- masks ---- */

static void signal_mask(void)
{
    sigset_t set = 1u << SIGUSR1, old;
    signal(SIGUSR1, counter);
    CHECK_EQUAL(sigprocmask(SIG_BLOCK, &set, &old), 0);
    CHECK_EQUAL(old, 0);
    raise(SIGUSR1);
    raise(SIGUSR1);
    CHECK_EQUAL(count, 0);
    CHECK_EQUAL(sigprocmask(SIG_UNBLOCK, &set, &old), 0);
    CHECK_EQUAL(old, set);
    CHECK_EQUAL(count, 1); /* once, however often it was sent */
    set = ~0u;
    CHECK_EQUAL(sigprocmask(SIG_SETMASK, &set, NULL), 0);
    CHECK_EQUAL(sigprocmask(SIG_BLOCK, NULL, &old), 0);
    CHECK(!(old & (1u << SIGKILL | 1u << SIGSTOP)));
    CHECK_FAILS(sigprocmask(3, &set, NULL), EINVAL);
}

static volatile int depth, deepest;

static void nested(int sig)
{
    if (++depth > deepest)
        deepest = depth;
    if (count++ < 3)
        raise(sig == SIGUSR1 ? SIGUSR2 : SIGUSR1);
    depth--;
}

/* A signal is blocked in its own handler; another one is not. */
static void signal_nested(void)
{
    signal(SIGUSR1, nested);
    signal(SIGUSR2, nested);
    raise(SIGUSR1);
    CHECK_EQUAL(deepest, 2);
    CHECK_EQUAL(depth, 0);
    CHECK_EQUAL(count, 4);
    sigset_t mask;
    CHECK_EQUAL(sigprocmask(SIG_BLOCK, NULL, &mask), 0);
    CHECK_EQUAL(mask, 0);
}

/* ---- interrupting ---- */

static void kill_parent_later(void *pid)
{
    usleep(10000);
    kill((pid_t)(intptr_t)pid, SIGUSR1);
}

static void pause_once(void *unused)
{
    (void)unused;
    pause();
}

static pid_t interrupt_me(void)
{
    signal(SIGUSR1, counter);
    return start(kill_parent_later, (void *)(intptr_t)getpid());
}

static void signal_interrupts_calls(void)
{
    int fd[2], full[2];
    char bytes[PIPE_BUF] = "";
    CHECK_EQUAL(pipe(fd), 0);
    CHECK_EQUAL(pipe(full), 0);
    CHECK_EQUAL(write(full[1], bytes, sizeof bytes), sizeof bytes);
    pid_t pid = interrupt_me();
    CHECK_FAILS(pause(), EINTR);
    check_ended_well(pid);
    pid = interrupt_me();
    CHECK_FAILS(read(fd[0], bytes, 1), EINTR);
    check_ended_well(pid);
    pid = interrupt_me();
    CHECK_FAILS(write(full[1], bytes, 1), EINTR);
    check_ended_well(pid);
    pid = interrupt_me();
    CHECK_EQUAL(sleep(100), 100);
    check_ended_well(pid);
    pid_t sleeper = start(pause_once, NULL);
    pid = interrupt_me();
    CHECK_FAILS(waitpid(sleeper, NULL, 0), EINTR);
    check_ended_well(pid);
    stop(sleeper);
    CHECK_EQUAL(count, 5);
}

/* A handler runs wherever the process is, and leaves all registers as they were. */
static void signal_preserves_registers(void)
{
    uint64_t rounds = 3000000, difference;
    signal(SIGUSR1, counter);
    pid_t pid = start(kill_parent_later, (void *)(intptr_t)getpid());
    __asm__ volatile(
        "li a1, 101\n li a2, 102\n li a3, 103\n li a4, 104\n li a5, 105\n li a6, 106\n"
        "li a7, 107\n li t0, 108\n li t1, 109\n li t2, 110\n li t3, 111\n li t4, 112\n"
        "li t5, 113\n li s2, 114\n li s3, 115\n li s11, 116\n"
        "1: addi %1, %1, -1\n bnez %1, 1b\n"
        "add a1, a1, a2\n add a1, a1, a3\n add a1, a1, a4\n add a1, a1, a5\n add a1, a1, a6\n"
        "add a1, a1, a7\n add a1, a1, t0\n add a1, a1, t1\n add a1, a1, t2\n add a1, a1, t3\n"
        "add a1, a1, t4\n add a1, a1, t5\n add a1, a1, s2\n add a1, a1, s3\n add a1, a1, s11\n"
        "addi %0, a1, -1736"
        : "=r"(difference), "+r"(rounds)
        :
        : "a1", "a2", "a3", "a4", "a5", "a6", "a7", "t0", "t1", "t2", "t3", "t4", "t5", "s2", "s3",
          "s11");
    CHECK_EQUAL(difference, 0);
    check_ended_well(pid);
    CHECK_EQUAL(count, 1);
}

static void storm(void *pid)
{
    for (int i = 0; i < 200; i++) {
        CHECK_EQUAL(kill((pid_t)(intptr_t)pid, i % 2 ? SIGUSR1 : SIGUSR2), 0);
        usleep(20); /* the other one's turn */
    }
}

/* Signals in the middle of everything: calls end with EINTR or well, and nothing is lost. */
static void signal_storm(void)
{
    int fd[2];
    CHECK_EQUAL(pipe(fd), 0);
    signal(SIGUSR1, counter);
    signal(SIGUSR2, counter);
    pid_t pids[3];
    for (int i = 0; i < 3; i++)
        pids[i] = start(storm, (void *)(intptr_t)getpid());
    uint64_t sent = 0, received = 0;
    for (int i = 0; i < 500; i++) {
        uint64_t back;
        ssize_t n = write(fd[1], &sent, sizeof sent);
        CHECK(n == sizeof sent || (n < 0 && errno == EINTR));
        if (n < 0)
            continue;
        sent++;
        while ((n = read(fd[0], &back, sizeof back)) < 0)
            CHECK_EQUAL(errno, EINTR);
        CHECK_EQUAL(n, sizeof back);
        CHECK_EQUAL(back, received);
        received++;
        CHECK(getpid() > 0 || errno == EINTR);
    }
    CHECK_EQUAL(sent, received);
    for (int i = 0; i < 3; i++)
        check_ended_well(pids[i]);
    CHECK(count > 10);
}

/* ---- time and children ---- */

static void signal_alarm(void)
{
    signal(SIGALRM, counter);
    CHECK_EQUAL(alarm(100), 0);
    CHECK_EQUAL(alarm(1), 100);
    uint64_t begin = k_time();
    CHECK_FAILS(pause(), EINTR);
    CHECK_EQUAL(count, 1);
    CHECK(k_time() - begin >= 9 * TICKS_PER_SECOND / 10);
    CHECK_EQUAL(alarm(0), 0);
    alarm(1);
    CHECK_EQUAL(alarm(0), 1);
    usleep(1300000);
    CHECK_EQUAL(count, 1);
}

static void return_at_once(void *unused)
{
    (void)unused;
}

static void signal_of_child(void)
{
    signal(SIGCHLD, counter);
    pid_t pid = start(return_at_once, NULL);
    while (!count)
        usleep(100);
    CHECK_EQUAL(last, SIGCHLD);
    check_ended_well(pid);
}

static void check_child_has(void *handler)
{
    CHECK(signal(SIGUSR1, SIG_DFL) == (sighandler_t)handler);
}

static void signal_inherited_by_fork(void)
{
    signal(SIGUSR1, counter);
    check_ended_well(start(check_child_has, (void *)counter));
    alarm(1); /* but an alarm is not */
    pid_t pid = start(pause_once, NULL);
    signal(SIGALRM, counter);
    pause();
    usleep(300000);
    CHECK_EQUAL(waitpid(pid, NULL, WNOHANG), 0);
    stop(pid);
}

/* ---- handlers that end badly ---- */

static void exit_in_handler(int sig)
{
    _exit(sig + 100);
}

static void fault(void *unused)
{
    (void)unused;
    signal(SIGSEGV, exit_in_handler);
    __asm__ volatile("sd zero, 0(zero)" ::: "memory");
}

static void signal_fault_is_handled(void)
{
    int status = end_of(start(fault, NULL));
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == SIGSEGV + 100);
}

static void fault_again(int sig)
{
    (void)sig;
    __asm__ volatile("sd zero, 0(zero)" ::: "memory");
}

static void fault_in_handler(void *unused)
{
    (void)unused;
    signal(SIGSEGV, fault_again);
    __asm__ volatile("sd zero, 0(zero)" ::: "memory");
}

static void fault_blocked(void *unused)
{
    (void)unused;
    sigset_t all = ~0u;
    sigprocmask(SIG_SETMASK, &all, NULL);
    signal(SIGSEGV, SIG_IGN);
    __asm__ volatile("sd zero, 0(zero)" ::: "memory");
}

static void no_stack(void *unused)
{
    (void)unused;
    signal(SIGUSR1, counter);
    pid_t me = getpid();
    if (fork() == 0) {
        usleep(10000);
        kill(me, SIGUSR1);
        _exit(0);
    }
    __asm__ volatile("li sp, 64\n1: j 1b");
}

static void bad_handler(void *unused)
{
    (void)unused;
    signal(SIGUSR1, (sighandler_t)0x80000000);
    raise(SIGUSR1);
}

/* Whatever a process does with its handlers harms only itself. */
static void signal_bad_handlers(void)
{
    check_signal(fault_in_handler, NULL, SIGSEGV);
    check_signal(fault_blocked, NULL, SIGSEGV);
    check_signal(no_stack, NULL, SIGSEGV);
    check_signal(bad_handler, NULL, SIGSEGV);
}

static void bad_return(void *frame)
{
    struct message m = {.type = PM_SIGRETURN, .w = {(uintptr_t)frame}};
    sendrec(EP_PM, &m);
    _exit(0);
}

static uint64_t false_frame[64];

static void signal_false_returns(void)
{
    check_signal(bad_return, NULL, SIGSEGV);
    check_signal(bad_return, (void *)0x80000000, SIGSEGV);
    check_signal(bad_return, (void *)(USER_END - 8), SIGSEGV);
    check_signal(bad_return, false_frame, SIGSEGV); /* to pc 0 */
    memset(false_frame, 0xff, sizeof false_frame);
    int status = end_of(start(bad_return, false_frame));
    CHECK(WIFSIGNALED(status));
}

const struct test signal_tests[] = {
    T(signal_handler_runs),
    T(signal_default_actions),
    T(signal_cannot_be_caught),
    T(signal_sigaction),
    T(signal_mask),
    T(signal_nested),
    T(signal_interrupts_calls),
    T(signal_preserves_registers),
    T(signal_storm),
    T(signal_alarm),
    T(signal_of_child),
    T(signal_inherited_by_fork),
    T(signal_fault_is_handled),
    T(signal_bad_handlers),
    T(signal_false_returns),
    {0},
};
