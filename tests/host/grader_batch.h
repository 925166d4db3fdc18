// A class whose grader is a made-up one: what is in a submission's file says how its grading goes.
#ifndef TESTS_HOST_GRADER_BATCH_H
#define TESTS_HOST_GRADER_BATCH_H

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "emu/options.h"
#include "grader/batch/batch.h"
#include "grader/batch/snapshot.h"
#include "grader/base/file.h"
#include "grader/lab.h"

static char root[] = "/tmp/courier-batch.XXXXXX";

// root/NAME; a few of these live at a time.
static inline const char *in_root(const char *name)
{
    static char path[8][512];
    static unsigned next;
    char *p = path[next++ % 8];
    snprintf(p, sizeof path[0], "%s/%s", root, name);
    return p;
}

static inline void put_file(const char *name, const char *text)
{
    FILE *out = fopen(in_root(name), "w");
    fputs(text, out);
    fclose(out);
}

// A file's text; free it. NULL: there is none.
static inline char *get_file(const char *name)
{
    return file_read(in_root(name), 1 << 24, NULL);
}

static inline bool exists(const char *name)
{
    return access(in_root(name), F_OK) == 0;
}

static inline unsigned count_lines(const char *name)
{
    char *text = get_file(name);
    unsigned lines = 0;
    for (const char *c = text; c && *c; c++)
        lines += *c == '\n';
    free(text);
    return lines;
}

// ---- the made-up grader ------------------------------------------------------------------------------

const struct lab *lab_find(const char *name)
{
    static const struct lab lab = {.name = "rendezvous"};
    return strcmp(name, lab.name) == 0 ? &lab : NULL;
}

// Nothing of it is used.
bool snapshot_take(const char *folder, char *why, size_t size)
{
    (void)why, (void)size;
    return mkdir(folder, 0755) == 0;
}

static inline void fill_result(struct result *r, const struct grade_options *o, unsigned points)
{
    *r = (struct result){.lab = strdup(o->lab),
                         .submission = strdup(o->name),
                         .seed = o->seed,
                         .digest = malloc(GRADE_DIGEST_BYTES),
                         .points = points,
                         .max_points = 100,
                         .ncases = 2,
                         .cases = calloc(2, sizeof *r->cases)};
    grade_digest(o, r->digest);
    for (unsigned i = 0; i < 2; i++) {
        bool passed = i == 0 || points == 100;
        unsigned worth = i == 0 ? points < 100 ? points : 40 : points < 100 ? 100 - points : 60;
        r->cases[i] = (struct case_result){.name = strdup(i ? "fifo" : "order"),
                                           .title = strdup("B's <receive> returns"),
                                           .points = passed ? worth : 0,
                                           .max_points = worth,
                                           .status = passed ? CASE_PASSED : CASE_FAILED,
                                           .rule = passed ? NULL : strdup("in order")};
    }
}

bool grade_digest(const struct grade_options *o, char digest[GRADE_DIGEST_BYTES])
{
    char *text = file_read(o->submission, 1 << 20, NULL);
    uint64_t h = 5381;
    for (const char *c = text; c && *c; c++)
        h = h * 33 + (unsigned char)*c;
    snprintf(digest, GRADE_DIGEST_BYTES, "%064llx", (unsigned long long)h);
    free(text);
    return true;
}

// "85": so many points. "crash", "wait", "stuck", "none", "error": how a grading can end otherwise.
int grade_submission(const struct grade_options *o, struct result *r)
{
    char *text = file_read(o->submission, 1 << 20, NULL), scratch[512];
    int graded = open(in_root("graded"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    dprintf(graded, "%s\n", o->name);
    close(graded);
    snprintf(scratch, sizeof scratch, "%s/scratch", getenv("TMPDIR"));
    if (!text || mkdir(scratch, 0) != 0)
        exit(99);
    if (strcmp(text, "crash") == 0)
        raise(SIGKILL);
    if (strcmp(text, "wait") == 0)
        pause();
    if (strcmp(text, "stuck") == 0) {
        signal(SIGTERM, SIG_IGN);
        pid_t started = fork();
        if (started > 0) {
            signal(SIGTERM, SIG_DFL);
            char number[16];
            snprintf(number, sizeof number, "%d", started);
            file_write(in_root("started"), number, strlen(number)); // whole or not at all
        }
        for (;;)
            pause();
    }
    if (strcmp(text, "none") == 0)
        fprintf(stderr, "grade: no \x1b[2Jbubblewrap\nand more\n");
    else
        fill_result(r, o, (unsigned)atoi(text));
    if (strcmp(text, "error") == 0)
        r->cases[0].status = CASE_ERROR;
    bool none = strcmp(text, "none") == 0;
    free(text);
    return none ? EXIT_CANNOT : 0;
}

// ---- running a batch ---------------------------------------------------------------------------------

// In a process of its own; its words are in root/out and root/err. `extra` ends with NULL.
static inline pid_t start_batch(const char *const *extra)
{
    const char *argv[32] = {"batch",       "--lab", "rendezvous", "--submissions",
                            in_root("in"), "--out", in_root("o")};
    int argc = 7;
    while (*extra)
        argv[argc++] = *extra++;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        for (int number = 1; number < 32; number++)
            signal(number, SIG_DFL); // cmocka's handlers would go on with the suite
        signal(SIGXFSZ, SIG_IGN);
        if (!freopen(in_root("out"), "w", stdout) || !freopen(in_root("err"), "w", stderr))
            _exit(99);
        exit(batch_command(argc, (char **)argv));
    }
    return child;
}

static inline int end_batch(pid_t child)
{
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 200 + WTERMSIG(status);
}

#define batch(...) end_batch(start_batch((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL}))

static inline int new_class(void **state)
{
    (void)state;
    file_remove_tree(in_root("in"));
    file_remove_tree(in_root("o"));
    unlink(in_root("graded"));
    return mkdir(in_root("in"), 0777);
}

#endif
