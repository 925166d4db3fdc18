/*
 * init: the first process. Opens the console, greets, keeps a shell running on it, and waits for
 * orphans. A shell that exits switches the board off, with its status; one that was killed is
 * replaced, but not for ever when each dies at once.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/wait.h>
#include <unistd.h>

#define QUICK_ENDS 10 /* shells in a row that were killed at once */

/* Descriptors 0, 1 and 2. FS or TTY may be starting anew, but not for five seconds. */
static bool open_console(void)
{
    useconds_t pause = 10000;
    for (; open("/dev/console", O_RDWR) != STDIN_FILENO; pause *= 2) {
        if (pause > 3000000)
            return false;
        usleep(pause);
    }
    dup2(STDIN_FILENO, STDOUT_FILENO);
    dup2(STDIN_FILENO, STDERR_FILENO);
    return true;
}

static void greet(void)
{
    char text[512];
    int fd = open("/etc/motd", O_RDONLY);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text);
    if (n > 0)
        write(STDOUT_FILENO, text, (size_t)n);
    if (fd >= 0)
        close(fd);
}

/* The shell, in a process group of its own, in the foreground. It is told the status of the one that
 * it replaces. */
static pid_t start_shell(int former)
{
    char status[12];
    snprintf(status, sizeof status, "%d", former);
    char *const arguments[] = {"sh", "--status", status, NULL};
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        tcsetpgrp(STDIN_FILENO, getpid());
        execv("/bin/sh", arguments);
        warn("/bin/sh");
        _exit(127);
    }
    return pid;
}

/* PM may have been given up, and with it usleep(). */
static void wait_for_pm(void)
{
    struct message none = {0};
    ipc(IPC_RECEIVE | IPC_DEADLINE, EP_KERNEL, k_time() + TICKS_PER_SECOND / 10, &none);
}

/* Waits for the shell; other children are orphans that nobody asks after. */
static int reap_until(pid_t shell)
{
    int status;
    for (;;) {
        pid_t pid = wait(&status);
        if (pid == shell)
            return status;
        if (pid < 0 && errno == ECHILD) /* it is lost: as if it had been killed */
            return SIGKILL;
        if (pid < 0)
            wait_for_pm();
    }
}

static _Noreturn void shut_down(int code)
{
    for (;;) { /* PM may be between two lives: ask again */
        struct message m = {.type = PM_SHUTDOWN};
        struct pm_shutdown *p = payload(&m);
        p->code = code;
        sendrec(EP_PM, &m);
        wait_for_pm();
    }
}

#define QUICK_DEATHS 10 /* in a row: there is something wrong with the shell itself */

int main(void)
{
    if (!open_console())
        return 1; /* PM says why: who has no console cannot */
    greet();
    for (int former = 0, quick = 0; quick < QUICK_DEATHS;) {
        uint64_t start = k_time();
        pid_t shell = start_shell(former);
        if (shell < 0) {
            warn("cannot start a shell");
            sleep(1);
            continue;
        }
        int status = reap_until(shell);
        if (WIFEXITED(status))
            shut_down(WEXITSTATUS(status));
        warnx("the shell ended: %s", strsignal(WTERMSIG(status)));
        former = 128 + WTERMSIG(status);
        quick = k_time() - start < TICKS_PER_SECOND / 10 ? quick + 1 : 0;
    }
    warnx("no shell lives longer: that was the last");
    shut_down(1);
}
