/* One submission of a class: keep its report or grade it, in a process of its own; then take the report in. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include "grader/base/file.h"
#include "grader/report/report.h"
#include "grader/batch/worker.h"

#define STDERR_MAX (1u << 20) /* bytes; of more, nothing is looked at */
#define DISK_MIN   (1u << 20) /* bytes that are free on a disk that is not full */

/* ---- in the worker's process ---------------------------------------------------------------------------------------- */

static bool redirect(int fd, const char *path, int flags)
{
    int opened = open(path, flags | O_CLOEXEC, 0666);
    bool done = opened >= 0 && dup2(opened, fd) == fd;
    if (opened >= 0)
        close(opened);
    return done;
}

static bool settle(const struct course *c, const struct entry *e)
{
    char *folder = course_path(c, WORKER_FOLDER, e, ""), *errors, *real = NULL;
    errors = course_path(c, WORKER_FOLDER, e, ".stderr");
    bool done = (mkdir(folder, 0700) == 0 || errno == EEXIST) && (real = realpath(folder, NULL)) &&
                setenv("TMPDIR", real, 1) == 0 && redirect(STDIN_FILENO, "/dev/null", O_RDONLY) &&
                redirect(STDOUT_FILENO, "/dev/null", O_WRONLY) &&
                redirect(STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC);
    int error = errno;
    free(folder);
    free(errors);
    free(real);
    errno = error;
    return done;
}

/* Is the report that is there of this very submission, lab and seed, and a grade? */
static bool can_keep(const struct grade_options *o, const char *json, const char *text)
{
    struct result r;
    char why[200], digest[GRADE_DIGEST_BYTES];
    if (access(text, R_OK) != 0 || !result_read(json, &r, why, sizeof why))
        return false;
    bool same = result_has_grade(&r) && r.digest && strcmp(r.lab, o->lab) == 0 &&
                r.seed == o->seed && grade_digest(o, digest) && strcmp(digest, r.digest) == 0;
    result_free(&r);
    return same;
}

/* The JSON last: where it is, the report is whole. */
static int write_reports(const struct result *r, const char *json, const char *text)
{
    bool written = report_write(r, REPORT_TEXT, text) && report_write(r, REPORT_JSON, json);
    return written ? WORKER_GRADED : WORKER_UNWRITABLE + errno;
}

static int grade(const struct grade_options *o, const char *json, const char *text)
{
    struct result r;
    if (can_keep(o, json, text))
        return WORKER_KEPT;
    unlink(json);
    if (grade_submission(o, &r) != 0)
        return WORKER_FAILED;
    int status = write_reports(&r, json, text);
    result_free(&r);
    return status;
}

int worker_run(const struct course *c, size_t job)
{
    const struct entry *e = &c->entry[job];
    struct grade_options options = course_options(c, e);
    if (c->lock >= 0)
        close(c->lock); /* what a worker starts may outlive a batch that is killed */
    if (!settle(c, e))
        return WORKER_UNWRITABLE + errno;
    char *json = course_path(c, WORKER_REPORTS, e, ".json");
    char *text = course_path(c, WORKER_REPORTS, e, ".txt");
    int status = grade(&options, json, text);
    free(json);
    free(text);
    return status;
}

/* ---- in the batch's ------------------------------------------------------------------------------------------------- */

/* The first line that the worker wrote to stderr, or what ended it; allocated. */
static char *reason(const struct course *c, const struct entry *e, int wait_status)
{
    char *path = course_path(c, WORKER_FOLDER, e, ".stderr"), *why;
    char *said = file_read(path, STDERR_MAX, NULL);
    if (said)
        said[strcspn(said, "\n")] = '\0';
    int length = said && *said ? asprintf(&why, "%s", said)
                 : WIFSIGNALED(wait_status)
                     ? asprintf(&why, "the grading process was ended by signal %d (%s)",
                                WTERMSIG(wait_status), strsignal(WTERMSIG(wait_status)))
                     : asprintf(&why, "the grading process ended without a report");
    free(path);
    free(said);
    return length < 0 ? NULL : why;
}

/* A result that is no grade. */
static bool write_failure(const struct course *c, const struct entry *e, int wait_status,
                          const char *json)
{
    struct result r = {.lab = strdup(c->lab),
                       .submission = strdup(e->file),
                       .seed = c->seed,
                       .status = RESULT_ERROR,
                       .message = reason(c, e, wait_status)};
    char *text = course_path(c, WORKER_REPORTS, e, ".txt");
    bool written = write_reports(&r, json, text) == WORKER_GRADED;
    int error = errno;
    free(text);
    result_free(&r);
    errno = error;
    return written;
}

/* Was it the full disk that the grader failed of? Then so would all that come after. Sets errno. */
static bool disk_is_full(const struct course *c)
{
    struct statvfs disk;
    bool full = statvfs(c->out, &disk) == 0 && disk.f_bavail * disk.f_frsize < DISK_MIN;
    if (full)
        errno = ENOSPC;
    return full;
}

/* Takes the result in, making one up if there is none. False: errno says why it could not be written. */
static bool take_result(struct course *c, struct entry *e, int wait_status, const char *json)
{
    int status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1;
    char why[200];
    if (status > WORKER_UNWRITABLE) {
        errno = status - WORKER_UNWRITABLE;
        return false;
    }
    bool ended_well = status == WORKER_GRADED || status == WORKER_KEPT;
    if (!ended_well || !result_read(json, &e->result, why, sizeof why))
        return !disk_is_full(c) && write_failure(c, e, wait_status, json) &&
               result_read(json, &e->result, why, sizeof why);
    if (result_has_grade(&e->result) || !disk_is_full(c))
        return true;
    result_free(&e->result);
    unlink(json);
    return false;
}

static bool take_report(struct course *c, struct entry *e, int wait_status)
{
    char *json = course_path(c, WORKER_REPORTS, e, ".json");
    e->done = take_result(c, e, wait_status, json);
    e->kept = e->done && WEXITSTATUS(wait_status) == WORKER_KEPT;
    if (!e->done)
        fprintf(stderr, "grade: %s: %s\n", json, strerror(errno));
    free(json);
    return e->done;
}

bool worker_collect(struct course *c, size_t job, int wait_status)
{
    struct entry *e = &c->entry[job];
    bool taken = take_report(c, e, wait_status);
    char *folder = course_path(c, WORKER_FOLDER, e, "");
    char *errors = course_path(c, WORKER_FOLDER, e, ".stderr");
    file_remove_tree(folder);
    unlink(errors);
    free(folder);
    free(errors);
    return taken;
}
