/*
 * What a task of the array job does: reads the list, grades its submissions one after another, each in a process of its
 * own, and leaves word of how that ended. The list is fields that end with a zero: what the class is, then its files.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/options.h"
#include "grader/batch/batch.h"
#include "grader/base/file.h"
#include "grader/batch/pool.h"
#include "grader/batch/slurm.h"
#include "grader/batch/worker.h"

#define FORMAT    "courier tasks 1"
#define BYTES_MAX (64u << 20)

enum field { F_FORMAT, F_LAB, F_SUBMISSIONS, F_OUT, F_SEED, F_CASES, F_SANDBOX, F_TASKS, FIELDS };

struct task {
    struct course c;
    size_t entry; /* being graded */
    char *list;
};

/* ---- the two files -------------------------------------------------------------------------------------------------- */

bool slurm_write_tasks(const struct course *c, size_t tasks)
{
    char *path = course_path(c, WORKER_FOLDER "/" SLURM_TASKS, NULL, ""), *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out) {
        fprintf(out, "%s%c%s%c%s%c%s%c", FORMAT, 0, c->lab, 0, c->submissions, 0, c->out, 0);
        fprintf(out, "%" PRIu64 "%c%d%c%d%c%zu%c", c->seed, 0, c->hidden, 0, c->sandbox, 0, tasks,
                0);
        for (size_t i = 0; i < c->entries; i++)
            fprintf(out, "%s%c", c->entry[i].file, 0);
    }
    errno = ENOMEM;
    bool written = out && fclose(out) == 0 && file_write(path, text, size);
    int error = errno;
    free(path);
    free(text);
    errno = error;
    return written;
}

static bool write_done(const struct course *c, const struct entry *e, int wait_status)
{
    char text[16], *path = course_path(c, WORKER_FOLDER, e, ".done");
    int length = snprintf(text, sizeof text, "%d\n", wait_status);
    bool written = file_write(path, text, (size_t)length);
    if (!written)
        fprintf(stderr, "grade: %s: %s\n", path, strerror(errno));
    free(path);
    return written;
}

bool slurm_read_done(const struct course *c, const struct entry *e, int *wait_status)
{
    char *path = course_path(c, WORKER_FOLDER, e, ".done");
    char *text = file_read(path, 64, NULL);
    bool there = text && sscanf(text, "%d", wait_status) == 1;
    free(path);
    free(text);
    return there;
}

/* ---- the task ------------------------------------------------------------------------------------------------------- */

static int cannot(const char *what, const char *why)
{
    fprintf(stderr, "grade: %s: %s\n", what, why);
    return EXIT_CANNOT;
}

/* Finds the entry whose file is the list's number `index`; false: it has gone. */
static bool find_entry(const struct task *t, const char *files, const char *end, size_t index,
                       size_t *job)
{
    for (; index > 0 && files < end; index--)
        files += strlen(files) + 1;
    for (*job = 0; files < end && *job < t->c.entries; ++*job)
        if (strcmp(t->c.entry[*job].file, files) == 0)
            return true;
    return false;
}

static int work(void *context, size_t job)
{
    struct task *t = context;
    return worker_run(&t->c, t->entry + job);
}

static bool done(void *context, size_t job, int wait_status)
{
    struct task *t = context;
    return write_done(&t->c, &t->c.entry[t->entry + job], wait_status);
}

/* Grades entries first, first + step, ... of the list; what has gone since the list was written is left out. */
static int grade_all(struct task *t, const char *files, const char *end, size_t first, size_t step)
{
    size_t count = 0;
    for (const char *f = files; f < end; f += strlen(f) + 1)
        count++;
    enum pool_end ended = POOL_DONE;
    for (size_t i = first; i < count && ended == POOL_DONE; i += step) {
        if (find_entry(t, files, end, i, &t->entry))
            ended = pool_run(
                &(struct pool){.count = 1, .jobs = 1, .context = t, .work = work, .done = done});
    }
    return ended == POOL_DONE ? 0 : EXIT_CANNOT;
}

/* Splits the head of the list; where its files begin, or NULL: it is none. */
static const char *read_head(struct task *t, size_t size, size_t *tasks)
{
    const char *field[FIELDS], *at = t->list, *end = t->list + size;
    for (int i = 0; i < FIELDS; i++) {
        if (at >= end)
            return NULL;
        field[i] = at;
        at += strlen(at) + 1;
    }
    t->c = (struct course){.lab = field[F_LAB],
                           .submissions = field[F_SUBMISSIONS],
                           .out = field[F_OUT],
                           .seed = strtoull(field[F_SEED], NULL, 10),
                           .hidden = strcmp(field[F_CASES], "1") == 0,
                           .sandbox = strcmp(field[F_SANDBOX], "0") != 0,
                           .lock = -1};
    *tasks = strtoull(field[F_TASKS], NULL, 10);
    return strcmp(field[F_FORMAT], FORMAT) == 0 && *tasks > 0 ? at : NULL;
}

int batch_task(const char *list)
{
    struct task t = {.entry = 0};
    size_t size = 0, tasks;
    const char *number = getenv("SLURM_ARRAY_TASK_ID");
    if (!number || number[0] < '0' || number[0] > '9')
        return cannot("--task",
                      "SLURM_ARRAY_TASK_ID is not set: this is what a task of Slurm runs");
    if (!(t.list = file_read(list, BYTES_MAX, &size)))
        return cannot(list, strerror(errno));
    const char *files = read_head(&t, size, &tasks);
    int status = !files ? cannot(list, "is no list of tasks")
                 : !course_list(&t.c)
                     ? cannot(t.c.submissions, strerror(errno))
                     : grade_all(&t, files, t.list + size, strtoull(number, NULL, 10), tasks);
    course_free(&t.c);
    free(t.list);
    return status;
}
