/*
 * The side that hands a class to Slurm: writes the list, submits one array job, takes in each report as its task leaves
 * word, and asks the controller now and then whether the job is still there, so that a task that died is noticed.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unicorn/unicorn.h>
#include <unistd.h>
#include "grader/batch/batch.h"
#include "grader/base/file.h"
#include "grader/batch/pool.h"
#include "grader/batch/slurm.h"
#include "grader/batch/snapshot.h"
#include "grader/batch/worker.h"

#define OUTPUT_MAX 65536
#define POLL_MS    500
#define ASK_EVERY  8    /* polls between two questions to the controller */
#define LATE_POLLS 20   /* for a word that a network's file system shows late */
#define ARRAY_SIZE 1001 /* Slurm's default MaxArraySize: indices are below it */

struct array_job {
    struct course *c;
    struct course shared; /* the same with absolute paths */
    char id[64];          /* the job's */
    size_t tasks, done;
};

/* ---- Slurm's commands ----------------------------------------------------------------------------------------------- */

static _Noreturn void be_command(char *const argv[], int out)
{
    sigset_t none;
    sigemptyset(&none);
    setpgid(0, 0); /* an interrupt is ours to deal with */
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    execvp(argv[0], argv);
    dprintf(out, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

/* Runs a command; its output, both kinds, is in `output`. Its exit status, -1: it could not be run. */
static int command(char *const argv[], char output[OUTPUT_MAX])
{
    int pipes[2], status;
    size_t used = 0;
    output[0] = '\0';
    if (pipe2(pipes, O_CLOEXEC) != 0)
        return -1;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        be_command(argv, pipes[1]);
    close(pipes[1]);
    char bytes[512];
    ssize_t got;
    while (child > 0 &&
           ((got = read(pipes[0], bytes, sizeof bytes)) > 0 || (got < 0 && errno == EINTR)))
        for (ssize_t i = 0; i < got && used < OUTPUT_MAX - 1; i++)
            output[used++] = bytes[i];
    output[used] = '\0';
    close(pipes[0]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* One line about a command that failed: its own first line. */
static bool complain(const char *name, char *output)
{
    output[strcspn(output, "\n")] = '\0';
    fprintf(stderr, "grade: %s\n", *output ? output : name);
    return false;
}

/* How many tasks the cluster lets an array have; 0: the controller does not answer, and a line has said so. */
static size_t array_limit(void)
{
    static const char name[] = "\nMaxArraySize";
    char output[OUTPUT_MAX];
    char *const argv[] = {"scontrol", "show", "config", NULL};
    if (command(argv, output) != 0) {
        complain("scontrol failed", output);
        return 0;
    }
    const char *line = strstr(output, name);
    unsigned long limit =
        line ? strtoul(line + sizeof name - 1 + strspn(line + sizeof name - 1, " ="), NULL, 10) : 0;
    return limit > 0 ? limit : ARRAY_SIZE;
}

/* In single quotes, as a shell takes it. */
static void quote(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text; text++)
        if (*text == '\'')
            fputs("'\\''", out);
        else
            fputc(*text, out);
    fputc('\'', out);
}

/* A copy of the program does not find a library that lies beside the tree (tools/setup unpacks the CPU engine there). */
static void say_libraries(FILE *out)
{
    Dl_info engine;
    if (!dladdr((void *)(uintptr_t)uc_version, &engine) || !strchr(engine.dli_fname, '/'))
        return;
    char *path = realpath(engine.dli_fname, NULL);
    if (path) {
        fputs("export LD_LIBRARY_PATH=", out);
        quote(out, dirname(path));
        fputc('\n', out);
    }
    free(path);
}

/* The task runs the batch's copy of the grader, which has its kit beside it. */
static bool write_script(const struct course *c, const char *path)
{
    char *list = course_path(c, WORKER_FOLDER "/" SLURM_TASKS, NULL, "");
    FILE *out = fopen(path, "we");
    if (out) {
        fputs("#!/bin/sh\n", out);
        say_libraries(out);
        fputs("exec ", out);
        quote(out, c->grader);
        fputs("/" SNAPSHOT_PROGRAM " batch --task ", out);
        quote(out, list);
        fputc('\n', out);
    }
    int error = errno;
    free(list);
    errno = error;
    return out && fclose(out) == 0;
}

/* sbatch; the job's id is in j->id. False: a line has said why not. */
static bool submit(struct array_job *j, const char *script, unsigned at_a_time)
{
    char output[OUTPUT_MAX], array[64], name[128], *log;
    char *out = course_path(&j->shared, WORKER_FOLDER, NULL, "");
    if (asprintf(&log, "--output=%s/slurm-%%a.out", out) < 0)
        log = NULL;
    free(out);
    int length = snprintf(array, sizeof array, "--array=0-%zu", j->tasks - 1);
    if (at_a_time > 0)
        snprintf(array + length, sizeof array - (size_t)length, "%%%u", at_a_time);
    snprintf(name, sizeof name, "--job-name=grade-%s", j->c->lab);
    char *const argv[] = {
        "sbatch",     "--parsable",   array, name, log ? log : "--output=/dev/null",
        "--ntasks=1", (char *)script, NULL};
    bool submitted = command(argv, output) == 0;
    free(log);
    if (!submitted)
        return complain("sbatch failed", output);
    /* ID or ID;CLUSTER; a warning may stand before it */
    const char *last = output;
    for (char *at = output; *at; at++)
        if (at[0] == '\n' && at[1])
            last = at + 1;
    snprintf(j->id, sizeof j->id, "%.*s", (int)strspn(last, "0123456789"), last);
    return *j->id || complain("sbatch named no job", output);
}

/* Is the job still waiting or running? If the controller does not answer, it is. */
static bool is_alive(const struct array_job *j)
{
    char output[OUTPUT_MAX];
    char *const argv[] = {"squeue", "--noheader", "--jobs", (char *)j->id, "--format=%T", NULL};
    int status = command(argv, output);
    return status == 0 ? *output != '\0' : !strstr(output, "Invalid job id");
}

static void cancel(const struct array_job *j)
{
    char output[OUTPUT_MAX];
    char *const argv[] = {"scancel", (char *)j->id, NULL};
    command(argv, output);
    for (unsigned polls = 0; polls < LATE_POLLS && is_alive(j); polls++)
        pool_interrupted(POLL_MS);
}

/* ---- taking in ------------------------------------------------------------------------------------------------------ */

/* What Slurm wrote about a task that left no word is the reason, unless the worker wrote one. */
static void find_reason(const struct array_job *j, size_t index)
{
    const struct entry *e = &j->c->entry[index];
    char *errors = course_path(j->c, WORKER_FOLDER, e, ".stderr"), *log;
    char *work = course_path(j->c, WORKER_FOLDER, NULL, ""),
         *text = file_read(errors, OUTPUT_MAX, NULL);
    if (asprintf(&log, "%s/slurm-%zu.out", work, index % j->tasks) < 0)
        log = NULL;
    if (log && (!text || !*text))
        rename(log, errors);
    free(text);
    free(log);
    free(work);
    free(errors);
}

/* Takes in what has been done; with `all` also those that never will be. False: a report could not be written. */
static bool take_in(struct array_job *j, bool all)
{
    for (size_t i = 0; i < j->c->entries; i++) {
        struct entry *e = &j->c->entry[i];
        int wait_status;
        if (e->done)
            continue;
        if (!slurm_read_done(j->c, e, &wait_status)) {
            if (!all)
                continue;
            find_reason(j, i);
            wait_status = 1 << 8; /* exit status 1 */
        }
        if (!worker_collect(j->c, i, wait_status))
            return false;
        j->done++;
    }
    return true;
}

/* Until every task has left its word, or can no longer. */
static enum batch_end watch(struct array_job *j)
{
    unsigned late = 0;
    for (unsigned polls = 1; j->done < j->c->entries; polls++) {
        if (pool_interrupted(POLL_MS)) {
            cancel(j);
            return BATCH_INTERRUPTED;
        }
        if (!take_in(j, late > LATE_POLLS)) {
            cancel(j);
            return BATCH_FAILED;
        }
        progress_show(j->c, j->done);
        if (late > 0 || (polls % ASK_EVERY == 0 && !is_alive(j)))
            late++;
    }
    return BATCH_DONE;
}

static enum batch_end run(struct array_job *j, unsigned at_a_time)
{
    size_t limit = array_limit();
    if (limit == 0)
        return BATCH_FAILED;
    char *script = course_path(&j->shared, WORKER_FOLDER "/task.sh", NULL, "");
    j->tasks = j->c->entries < limit ? j->c->entries : limit;
    bool written = slurm_write_tasks(&j->shared, j->tasks) && write_script(&j->shared, script);
    if (!written)
        fprintf(stderr, "grade: %s: %s\n", script, strerror(errno));
    enum batch_end end = written && submit(j, script, at_a_time) ? watch(j) : BATCH_FAILED;
    free(script);
    return end;
}

enum batch_end batch_slurm(struct course *c, unsigned jobs)
{
    char *submissions = realpath(c->submissions, NULL), *out = realpath(c->out, NULL);
    struct array_job j = {.c = c, .shared = *c};
    enum batch_end end = BATCH_FAILED;
    j.shared.submissions = submissions;
    j.shared.out = out;
    if (submissions && out)
        end = run(&j, jobs);
    else
        fprintf(stderr, "grade: %s: %s\n", submissions ? c->out : c->submissions, strerror(errno));
    free(submissions);
    free(out);
    return end;
}
