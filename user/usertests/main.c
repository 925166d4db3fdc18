/*
 * usertests [-lv] [NAME...] | fuzz [-s SEED] [-n COUNT]: the system's tests from the inside.
 *
 * -l lists the cases, -v names each as it runs; a NAME is that of a case, or the beginning of
 * several. A failure is one line; the last line is `usertests: N passed, N failed`, and the status
 * 1 if something failed.
 */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "test.h"

#define SCRATCH     "/tmp/usertests"
#define LIMIT       60 /* seconds of virtual time that a case may take */
#define CLEAR_TRIES 200

static const struct test *const groups[] = {
    ipc_tests,    notify_tests, rights_tests, wait_tests, grant_tests, process_tests, exec_tests,
    memory_tests, fault_tests,  file_tests,   name_tests, pipe_tests,  signal_tests,  lib_tests,
};
#define NGROUPS (sizeof groups / sizeof *groups)

static const char synopsis[] = "[-lv] [NAME...] | fuzz [-s SEED] [-n COUNT]";
static bool verbose;
static int passed, failed;

static void on_alarm(int sig)
{
    (void)sig;
}

static int run_program(const char *name, const char *argument)
{
    char *arguments[] = {(char *)name, "-rf", (char *)argument, NULL};
    pid_t pid = fork();
    if (pid == 0) {
        execvp(name, arguments);
        _exit(127);
    }
    return pid < 0 ? -1 : end_of(pid);
}

/* What a case left behind: its processes, its files. False: some process cannot be ended. */
static bool clear_away(pid_t group, unsigned processes)
{
    kill(-group, SIGKILL);
    bool clear = false;
    for (int i = 0; i < CLEAR_TRIES && !(clear = count_processes() <= processes); i++)
        usleep(1000); /* init waits for the orphans */
    return run_program("rm", SCRATCH) == 0 && clear;
}

static _Noreturn void run_case(const struct test *t)
{
    setpgid(0, 0);
    signal(SIGALRM, SIG_DFL);
    if (mkdir(SCRATCH, 0755) < 0 || chdir(SCRATCH) < 0)
        err(98, SCRATCH);
    t->run();
    fflush(stdout);
    _exit(0);
}

/* Waits for a case, but not for ever; its status, or -1 after the limit. */
static int watch(pid_t pid)
{
    int status;
    alarm(LIMIT);
    pid_t ended = waitpid(pid, &status, 0);
    alarm(0);
    if (ended == pid)
        return status;
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    return -1;
}

static void run(const struct test *t)
{
    unsigned processes = count_processes();
    if (verbose)
        printf("%s\n", t->name);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        run_case(t);
    int status = pid < 0 ? -2 : watch(pid);
    bool clear = pid < 0 || clear_away(pid, processes);
    if (status == 0 && clear) {
        passed++;
        return;
    }
    failed++;
    if (status == -2)
        printf("%s: FAILED: cannot start a process: %s\n", t->name, strerror(errno));
    else if (status == -1)
        printf("%s: FAILED: took longer than %d s\n", t->name, LIMIT);
    else if (WIFSIGNALED(status))
        printf("%s: FAILED: %s\n", t->name, strsignal(WTERMSIG(status)));
    else
        printf("%s: FAILED%s\n", t->name,
               clear ? "" : ": left something that cannot be cleared away");
}

static bool chosen(const struct test *t, char **names, int count)
{
    for (int i = 0; i < count; i++)
        if (strncmp(t->name, names[i], strlen(names[i])) == 0)
            return true;
    return count == 0;
}

/* How many cases the names choose, which are listed, or run. */
static int for_each(char **names, int count, void (*act)(const struct test *t))
{
    int n = 0;
    for (size_t g = 0; g < NGROUPS; g++)
        for (const struct test *t = groups[g]; t->name; t++)
            if (chosen(t, names, count)) {
                act(t);
                n++;
            }
    return n;
}

static void list(const struct test *t)
{
    puts(t->name);
}

int main(int argc, char **argv)
{
    bool only_list = false;
    if (argc > 1 && strcmp(argv[1], "fuzz") == 0)
        return fuzz(argc - 1, argv + 1);
    for (int c; (c = getopt(argc, argv, "lv")) != -1;) {
        if (c == '?')
            usage(synopsis);
        only_list |= c == 'l', verbose |= c == 'v';
    }
    char **names = argv + optind;
    int count = argc - optind;
    if (only_list)
        return for_each(names, count, list) == 0;
    signal(SIGALRM, on_alarm);
    run_program("rm", SCRATCH); /* of a run that was cut short */
    struct resources before = count_resources();
    if (for_each(names, count, run) == 0)
        errx(2, "no such case");
    struct resources after = count_resources();
    if (!same_resources(&before, &after))
        failed++;
    printf("usertests: %d passed, %d failed\n", passed, failed);
    return failed > 0;
}
