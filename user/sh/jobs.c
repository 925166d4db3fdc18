/*
 * Jobs: the processes of a pipeline.
 *
 * With job control each has a process group of its own, and the foreground's gets what ^C says.
 * Parent and child both put the child into its group, for neither knows who runs first. A process
 * that the shell forks has no job control: what it starts stays in its group.
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

/* What the child does before anything else. Without a job it stays in the shell's own group. */
static void become_child(const struct job *job, bool foreground)
{
    if (job && job_control) {
        setpgid(0, job->group);
        if (foreground)
            tcsetpgrp(STDIN_FILENO, job->group ? job->group : getpid());
    } else if (!foreground) { /* ^C is not for it */
        signal(SIGINT, SIG_IGN);
    }
    if (!foreground) { /* what is typed is not for it either: it must not take it from the shell */
        int null = open("/dev/null", O_RDONLY);
        if (null > STDIN_FILENO) {
            dup2(null, STDIN_FILENO);
            close(null);
        }
    }
    if (interactive)
        signal(SIGINT, SIG_DFL);
    interactive = job_control = false;
}

static void join_job(struct job *job, pid_t pid, bool foreground)
{
    if (!job->group)
        job->group = pid;
    job->pids[job->count++] = pid;
    if (job_control) {
        setpgid(pid, job->group);
        if (foreground)
            tcsetpgrp(STDIN_FILENO, job->group);
    }
}

pid_t start_process(struct job *job, bool foreground)
{
    pid_t pid = fork();
    if (pid < 0)
        warn("cannot start a process");
    else if (pid == 0)
        become_child(job, foreground);
    else if (job)
        join_job(job, pid, foreground);
    return pid;
}

int exit_status_of(int wait_status)
{
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

void take_terminal(void)
{
    if (job_control)
        tcsetpgrp(STDIN_FILENO, getpgrp());
}

/* Says how a process was killed; that ^C or a closed pipe ended it is no news. */
static void report_signal(int sig)
{
    if (sig == SIGINT && job_control) {
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
