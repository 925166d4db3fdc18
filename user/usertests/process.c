/* Processes: fork, exit, wait, kill, orphans, groups, and what happens when there are too many. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "test.h"

static void exit_with(void *code)
{
    _exit((int)(intptr_t)code);
}

static void pause_forever(void *unused)
{
    (void)unused;
    for (;;)
        pause();
}

static void process_exit_status(void)
{
    static const int codes[] = {0, 1, 2, 42, 127, 128, 255, 256, 300, -1};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        int status = end_of(start(exit_with, (void *)(intptr_t)codes[i]));
        CHECK(WIFEXITED(status) && !WIFSIGNALED(status));
        CHECK_EQUAL(WEXITSTATUS(status), codes[i] & 0xff);
    }
}

static void process_identity(void)
{
    pid_t me = getpid();
    int fd[2];
    CHECK_EQUAL(pipe(fd), 0);
    pid_t pid = fork();
    if (pid == 0) {
        pid_t seen[2] = {getpid(), getppid()};
        _exit(write(fd[1], seen, sizeof seen) != sizeof seen);
    }
    pid_t seen[2];
    CHECK_EQUAL(read(fd[0], seen, sizeof seen), sizeof seen);
    CHECK_EQUAL(seen[0], pid);
    CHECK_EQUAL(seen[1], me);
    CHECK_EQUAL(getpid(), me);
    check_ended_well(pid);
}

static void process_pids_are_unique(void)
{
    pid_t former = 0;
    for (int i = 0; i < 100; i++) {
        pid_t pid = start(exit_with, 0);
        CHECK(pid != former && pid != getpid());
        check_ended_well(pid);
        former = pid;
    }
}

static void process_wait_any(void)
{
    enum { CHILDREN = 12 };
    pid_t pids[CHILDREN];
    for (intptr_t i = 0; i < CHILDREN; i++)
        pids[i] = start(exit_with, (void *)i);
    for (int n = 0; n < CHILDREN; n++) {
        int status, found = -1;
        pid_t pid = wait(&status);
        for (int i = 0; i < CHILDREN; i++)
            if (pids[i] == pid)
                found = i;
        CHECK(found >= 0);
        CHECK_EQUAL(WEXITSTATUS(status), found);
        pids[found] = 0;
    }
    CHECK_FAILS(wait(NULL), ECHILD);
}

static void process_wait_for_one(void)
{
    pid_t first = start(exit_with, (void *)1), second = start(exit_with, (void *)2);
    CHECK_EQUAL(WEXITSTATUS(end_of(second)), 2);
    CHECK_EQUAL(WEXITSTATUS(end_of(first)), 1);
    CHECK_FAILS(waitpid(first, NULL, 0), ECHILD);
    CHECK_FAILS(waitpid(1, NULL, 0), ECHILD); /* another's child */
    CHECK_FAILS(waitpid(-1, NULL, 0x40), EINVAL);
}

static void process_wait_without_waiting(void)
{
    int status;
    pid_t pid = start(pause_forever, NULL);
    CHECK_EQUAL(waitpid(pid, &status, WNOHANG), 0);
    CHECK_EQUAL(waitpid(-1, &status, WNOHANG), 0);
    CHECK_EQUAL(kill(pid, SIGTERM), 0);
    pid_t ended;
    while ((ended = waitpid(pid, &status, WNOHANG)) == 0)
        usleep(100);
    CHECK_EQUAL(ended, pid);
    CHECK_EQUAL(status, SIGTERM);
}

/* A process that ended is there until its parent asks, and then no more. */
static void process_zombie(void)
{
    pid_t pid = start(exit_with, (void *)5);
    struct message m = {0};
    const struct pm_process_reply *reply = payload(&m);
    do {
        usleep(100);
        m = (struct message){.type = PM_PROCESS, .w = {(uint64_t)pid}};
        CHECK_EQUAL(sendrec(EP_PM, &m), 0);
        CHECK_EQUAL(m.status, pid);
    } while (!reply->zombie);
    CHECK_EQUAL(reply->parent, getpid());
    CHECK_EQUAL(kill(pid, SIGKILL), 0); /* it cannot die twice */
    CHECK_EQUAL(WEXITSTATUS(end_of(pid)), 5);
    CHECK_FAILS(kill(pid, SIGKILL), ESRCH);
}

static void make_orphan(void *fd)
{
    int out = (int)(intptr_t)fd;
    if (fork() == 0) {
        while (getppid() != 1)
            usleep(100);
        _exit(write(out, "o", 1) != 1);
    }
}

static void process_orphan(void)
{
    int fd[2];
    char c;
    CHECK_EQUAL(pipe(fd), 0);
    check_ended_well(start(make_orphan, (void *)(intptr_t)fd[1]));
    close(fd[1]);
    CHECK_EQUAL(read(fd[0], &c, 1), 1);
    CHECK_EQUAL(read(fd[0], &c, 1), 0); /* it ended; init waits for it, the runner checks that */
    CHECK_FAILS(wait(NULL), ECHILD);
}

static void process_kill(void)
{
    static const int signals[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGABRT, SIGKILL,
                                  SIGUSR1, SIGPIPE, SIGALRM, SIGTERM};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        pid_t pid = start(pause_forever, NULL);
        CHECK_EQUAL(kill(pid, 0), 0);
        CHECK_EQUAL(kill(pid, signals[i]), 0);
        int status = end_of(pid);
        CHECK(WIFSIGNALED(status));
        CHECK_EQUAL(WTERMSIG(status), signals[i]);
    }
}

static void process_kill_errors(void)
{
    pid_t pid = start(exit_with, 0);
    check_ended_well(pid);
    CHECK_FAILS(kill(pid, SIGTERM), ESRCH);
    CHECK_FAILS(kill(-999999, SIGTERM), ESRCH);
    CHECK_FAILS(kill(getpid(), -1), EINVAL);
    CHECK_FAILS(kill(getpid(), NSIGNALS), EINVAL);
    CHECK_FAILS(kill(-1, SIGTERM), EINVAL);
    CHECK_FAILS(kill(INT32_MIN, SIGTERM), EINVAL);
    CHECK_EQUAL(kill(1, SIGTERM), 0); /* init does not mind */
    CHECK_EQUAL(kill(1, SIGKILL), 0);
    CHECK_EQUAL(kill(1, 0), 0);
}

/* Killed in whatever it does: computing, waiting for PM, for FS, for another process. */
static void compute_forever(void *unused)
{
    (void)unused;
    for (;;)
        ;
}

static void read_forever(void *unused)
{
    (void)unused;
    int fd[2];
    char c;
    CHECK_EQUAL(pipe(fd), 0);
    read(fd[0], &c, 1);
}

static void wait_forever(void *unused)
{
    start(pause_forever, unused);
    wait(NULL);
}

static void sleep_long(void *unused)
{
    (void)unused;
    sleep(1000);
}

static void receive_forever(void *unused)
{
    (void)unused;
    struct message m = {0};
    receive(EP_ANY, &m);
}

static void process_kill_anywhere(void)
{
    static void (*const states[])(void *) = {compute_forever, read_forever, wait_forever,
                                             sleep_long, receive_forever};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        for (int delay = 0; delay < 4; delay++) {
            pid_t pid = start(states[i], NULL);
            usleep((useconds_t)delay * 500);
            stop(pid);
        }
}

static void join_and_pause(void *group)
{
    CHECK_EQUAL(setpgid(0, (pid_t)(intptr_t)group), 0);
    pause_forever(NULL);
}

static void process_groups(void)
{
    pid_t leader = start(join_and_pause, 0), member = start(pause_forever, NULL),
          outsider = start(pause_forever, NULL);
    CHECK_EQUAL(getpgrp(), getpid());
    CHECK_EQUAL(setpgid(leader, 0), 0);
    CHECK_EQUAL(setpgid(member, leader), 0);
    CHECK_EQUAL(kill(-leader, SIGTERM), 0);
    CHECK_EQUAL(end_of(leader), SIGTERM);
    CHECK_EQUAL(end_of(member), SIGTERM);
    CHECK_FAILS(kill(-leader, SIGTERM), ESRCH);
    CHECK_EQUAL(kill(outsider, 0), 0);
    stop(outsider);
    CHECK_FAILS(setpgid(1, 0), ESRCH); /* not a child */
    CHECK_FAILS(setpgid(getppid(), 0), ESRCH);
    CHECK_FAILS(setpgid(-1, 0), EINVAL);
    CHECK_FAILS(setpgid(0, -5), EINVAL);
}

static void fork_chain(void *depth)
{
    intptr_t n = (intptr_t)depth;
    if (n > 0)
        check_ended_well(start(fork_chain, (void *)(n - 1)));
}

static void process_fork_chain(void)
{
    check_ended_well(start(fork_chain, (void *)30));
}

static void fork_tree(void *depth)
{
    intptr_t n = (intptr_t)depth;
    if (n == 0)
        return;
    pid_t a = start(fork_tree, (void *)(n - 1)), b = start(fork_tree, (void *)(n - 1));
    check_ended_well(b);
    check_ended_well(a);
}

static void process_fork_tree(void)
{
    check_ended_well(start(fork_tree, (void *)5)); /* 63 processes, most of them at once */
}

/* Children that outlive their parents, all at once. */
static void abandon(void *depth)
{
    for (intptr_t i = 0; i < (intptr_t)depth; i++)
        if (fork() == 0) {
            abandon((void *)((intptr_t)depth - 1));
            usleep(2000);
            _exit(0);
        }
}

static void process_many_orphans(void)
{
    for (int i = 0; i < 3; i++)
        check_ended_well(start(abandon, (void *)3));
}

/* A small program, so that the limit is the number of processes and not memory. Returns when it is
 * that program, and has given its parent's memory back. */
static pid_t start_sleeper(void)
{
    static char *const arguments[] = {"sleep", "1000", NULL};
    struct procinfo info;
    pid_t pid = fork();
    if (pid == 0) {
        execv("/bin/sleep", arguments);
        pause_forever(NULL); /* the very last one: exec needs a free slot for the new image */
    }
    if (pid < 0)
        return pid;
    endpoint_t ep = endpoint_of(pid);
    for (int i = 0; i < 200; i++) {
        if (k_info(EP_SLOT(ep), &info) == 0 && strcmp(info.name, "sleep") == 0)
            break;
        usleep(100);
    }
    return pid;
}

static void process_limit(void)
{
    static pid_t pids[NUSERS + 1];
    for (int round = 0; round < 2; round++) {
        int n = 0;
        unsigned before = count_processes();
        while (n <= NUSERS && (pids[n] = start_sleeper()) > 0)
            n++;
        CHECK(errno == EAGAIN || errno == ENOMEM);
        CHECK_EQUAL(before + (unsigned)n, NUSERS);
        CHECK(fork() < 0);
        while (n > 0)
            stop(pids[--n]);
        CHECK_EQUAL(count_processes(), before);
        check_ended_well(start(exit_with, 0));
    }
}

static void bomb(void *unused)
{
    for (;;)
        if (fork() < 0)
            usleep(1000);
    (void)unused;
}

/* Processes that multiply as fast as they can are ended by one signal to their group. */
static void process_fork_bomb(void)
{
    pid_t pid = start(bomb, NULL);
    CHECK_EQUAL(setpgid(pid, 0), 0);
    usleep(100000);
    CHECK(count_processes() > 20);
    for (int i = 0; i < 200 && kill(-pid, SIGKILL) == 0; i++)
        usleep(1000);
    CHECK_EQUAL(end_of(pid), SIGKILL);
    check_ended_well(start(exit_with, 0));
}

static void process_sleep(void)
{
    uint64_t begin = k_time();
    CHECK_EQUAL(usleep(50000), 0);
    uint64_t took = k_time() - begin;
    CHECK(took >= 500000 && took < 500000 + TICKS_PER_SECOND);
    CHECK_EQUAL(usleep(0), 0);
}

const struct test process_tests[] = {
    T(process_exit_status),
    T(process_identity),
    T(process_pids_are_unique),
    T(process_wait_any),
    T(process_wait_for_one),
    T(process_wait_without_waiting),
    T(process_zombie),
    T(process_orphan),
    T(process_kill),
    T(process_kill_errors),
    T(process_kill_anywhere),
    T(process_groups),
    T(process_fork_chain),
    T(process_fork_tree),
    T(process_many_orphans),
    T(process_limit),
    T(process_fork_bomb),
    T(process_sleep),
    {0},
};
