/*
 * init: the first process. Opens the console, greets, keeps a shell running on it, and waits for
 * orphans. A shell that exits switches the board off, with its status; one that was killed is
 * replaced.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/wait.h>
#include <unistd.h>

/* Descriptors 0, 1 and 2. FS or TTY may be starting anew, but not for three seconds. */
static bool open_console(void)
{
    for (int tries = 300; open("/dev/console", O_RDWR) != STDIN_FILENO; usleep(10000))
        if (--tries == 0)
            return false;
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

/* The shell, in a process group of its own, in the foreground. */
static pid_t start_shell(void)
{
    static char *const arguments[] = {"sh", NULL};
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
    }
}

static void shut_down(int code)
{
    struct message m = {.type = PM_SHUTDOWN};
    struct pm_shutdown *p = payload(&m);
    p->code = code;
    sendrec(EP_PM, &m);
}

int main(void)
{
    if (!open_console())
        return 1; /* PM says why: who has no console cannot */
    greet();
    for (;;) {
        pid_t shell = start_shell();
        if (shell < 0) {
            warn("cannot start a shell");
            sleep(1);
            continue;
        }
        int status = reap_until(shell);
        if (WIFEXITED(status))
            shut_down(WEXITSTATUS(status));
        warnx("the shell ended: %s", strsignal(WTERMSIG(status)));
    }
}
