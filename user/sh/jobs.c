/*
 * Jobs: the processes of a pipeline.
 *
 * ^C is for the process group that has the terminal: the shell's own, in which all that it runs in
 * the foreground stays. So between two commands of a loop there is always someone who hears it. A
 * job in the background has a group of its own.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/tty.h>
#include <sys/wait.h>
#include "sh.h"

/* What is typed is not for a job in the background: neither ^C, nor input, which it would take from
 * the shell. */
static void leave_terminal(void)
{
    if (interactive)
        setpgid(0, 0);
    else
        signal(SIGINT, SIG_IGN);
    int null = open("/dev/null", O_RDONLY);
    if (null > STDIN_FILENO) {
        dup2(null, STDIN_FILENO);
        close(null);
    }
}

/* What the child does before anything else. */
static void become_child(bool foreground)
{
    if (!foreground)
        leave_terminal();
    if (interactive)
        signal(SIGINT, SIG_DFL);
    if (interrupted) /* a SIGINT came while it was still handled as in the shell */
        kill(getpid(), SIGINT);
    interactive = false;
}

pid_t start_process(struct job *job, bool foreground)
{
    pid_t pid = fork();
    if (pid < 0)
        warn("cannot start a process");
    else if (pid == 0)
        become_child(foreground);
    else if (job)
        job->pids[job->count++] = pid;
    if (pid > 0 && interactive && !foreground)
        setpgid(pid, pid); /* parent and child both, for neither knows who runs first */
    return pid;
}

int exit_status_of(int wait_status)
{
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

void take_terminal(void)
{
    if (interactive)
        tcsetpgrp(STDIN_FILENO, getpgrp());
}

/* Says how a process was killed; that ^C or a closed pipe ended it is no news. */
static void report_signal(int sig)
{
    if (sig == SIGINT && interactive) {
        interrupted = true;
    } else if (sig != SIGINT && sig != SIGPIPE) {
        fprintf(stderr, "%s\n", strsignal(sig));
    }
    if (interactive) /* it may have left the terminal in a mode of its own */
        tty_set_mode(STDIN_FILENO, TTY_COOKED);
}

int wait_for_job(const struct job *job)
{
    int status = 1 << 8; /* of a job that could not be started */
    for (int i = 0; i < job->count; i++)
        while (waitpid(job->pids[i], &status, 0) < 0 && errno == EINTR)
            ;
    take_terminal();
    if (job->count && WIFSIGNALED(status))
        report_signal(WTERMSIG(status));
    return exit_status_of(status);
}

struct background {
    struct background *next;
    pid_t pid;
    int number;
};
static struct background *background; /* the latest first */

void add_background(pid_t pid)
{
    struct background *b = malloc(sizeof *b);
    if (!b)
        out_of_memory();
    *b = (struct background){background, pid, background ? background->number + 1 : 1};
    background = b;
    last_background = pid;
    if (interactive)
        fprintf(stderr, "[%d] %d\n", b->number, pid);
}

void report_background(void)
{
    for (struct background **link = &background; *link;) {
        struct background *b = *link;
        int status;
        pid_t pid = waitpid(b->pid, &status, WNOHANG);
        if (pid == 0 || (pid < 0 && errno != ECHILD)) {
            link = &b->next;
            continue;
        }
        if (pid > 0 && WIFSIGNALED(status))
            fprintf(stderr, "[%d] %d: %s\n", b->number, b->pid, strsignal(WTERMSIG(status)));
        else if (pid > 0)
            fprintf(stderr, "[%d] %d: ended (%d)\n", b->number, b->pid, WEXITSTATUS(status));
        *link = b->next;
        free(b);
    }
}

/* From the earliest on; they are kept the other way round. */
static void list_from(const struct background *b)
{
    if (!b)
        return;
    list_from(b->next);
    printf("[%d] %d: running\n", b->number, b->pid);
}

void list_background(void)
{
    if (getpid() == shell_pid) /* a subshell knows its parent's jobs, but not how they are */
        report_background();
    list_from(background);
    fflush(stdout);
}

/* Waits for one and takes it from the list; 130 when ^C came first. */
static int collect(struct background **link)
{
    struct background *b = *link;
    int status = 0;
    while (waitpid(b->pid, &status, 0) < 0 && errno == EINTR)
        if (interrupted)
            return 128 + SIGINT;
    *link = b->next;
    free(b);
    return exit_status_of(status);
}

int wait_for_background(pid_t pid)
{
    if (pid == 0) {
        while (background && !interrupted)
            collect(&background);
        return interrupted ? 128 + SIGINT : 0;
    }
    struct background **link = &background;
    while (*link && (*link)->pid != pid)
        link = &(*link)->next;
    return *link ? collect(link) : 127;
}
