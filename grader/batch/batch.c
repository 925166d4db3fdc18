/* A class from the directory of its submissions to the gradebook. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "emu/options.h"
#include "grader/batch/batch.h"
#include "grader/base/clean.h"
#include "grader/base/file.h"
#include "grader/batch/pool.h"
#include "grader/batch/snapshot.h"
#include "grader/batch/stamp.h"
#include "grader/batch/worker.h"

#define EXIT_INTERRUPTED 130

/* One line on stderr; names in it may be a student's, and are cleaned. */
static void say(const char *format, ...)
{
    char *text, *line;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    line = length < 0 ? NULL : clean_line(text);
    fprintf(stderr, "grade: %s\n", line ? line : "no memory");
    free(line);
    if (length >= 0)
        free(text);
}

/* ---- the output directory ------------------------------------------------------------------------------------------- */

static bool make_folder(const char *path)
{
    struct stat status;
    if (mkdir(path, 0777) == 0)
        return true;
    if (errno == EEXIST && stat(path, &status) == 0 && !S_ISDIR(status.st_mode))
        errno = ENOTDIR;
    return errno == EEXIST;
}

/* Takes the directory for this batch alone, for as long as the descriptor is open; -1: a line has said why not. */
static int lock_out(const char *out)
{
    if (!make_folder(out)) {
        say("%s: %s", out, strerror(errno));
        return -1;
    }
    int fd = open(out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    say("%s: %s", out, errno == EWOULDBLOCK ? "another batch is at work in it" : strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static void discard(const struct course *c, const char *name)
{
    char *path = course_path(c, name, NULL, "");
    unlink(path);
    free(path);
}

/* What a report was to be when its writer was killed. */
static void discard_halves(const char *reports)
{
    DIR *directory = opendir(reports);
    for (struct dirent *d; directory && (d = readdir(directory));)
        if (strncmp(d->d_name, FILE_TEMPORARY, strlen(FILE_TEMPORARY)) == 0)
            unlinkat(dirfd(directory), d->d_name, 0);
    if (directory)
        closedir(directory);
}

/* Reports that another grader made, or this one for another lab or seed. */
static void discard_reports(const struct course *c)
{
    for (size_t i = 0; i < c->entries; i++) {
        char *json = course_path(c, WORKER_REPORTS, &c->entry[i], ".json");
        unlink(json);
        free(json);
    }
}

/* Leaves word where the submissions are. */
static bool write_submissions(const struct course *c)
{
    char *real = realpath(c->submissions, NULL), *line;
    char *path = course_path(c, WORKER_SUBMISSIONS, NULL, "");
    int length = real ? asprintf(&line, "%s\n", real) : -1;
    bool written = length > 0 && file_write(path, line, (size_t)length);
    int error = errno;
    if (length > 0)
        free(line);
    free(real);
    free(path);
    errno = error;
    return written;
}

/* The copy of the grader, of which the course keeps the path. False: a line has said why not. */
static bool take_snapshot(struct course *c)
{
    char why[400], *folder = course_path(c, WORKER_FOLDER "/" SNAPSHOT_FOLDER, NULL, "");
    bool taken = snapshot_take(folder, why, sizeof why);
    if (taken && !(c->grader = realpath(folder, NULL)))
        snprintf(why, sizeof why, "%s: %s", folder, strerror(errno));
    free(folder);
    if (!c->grader)
        say("%s", why);
    return c->grader != NULL;
}

/* Removes what an earlier batch left, but for its reports. False: a line has said why not. */
static bool empty_out(const struct course *c)
{
    char *work = course_path(c, WORKER_FOLDER, NULL, "");
    char *reports = course_path(c, WORKER_REPORTS, NULL, "");
    discard(c, "grades.csv");
    discard(c, "summary.html");
    discard_halves(reports);
    file_remove_tree(work);
    bool emptied = make_folder(work) && make_folder(reports) && write_submissions(c);
    if (!emptied)
        say("%s: %s", c->out, strerror(errno));
    free(work);
    free(reports);
    return emptied;
}

/* Stamps the directory; reports of another stamp go. False: a line has said why not. */
static bool stamp_out(const struct course *c)
{
    char *stamp = stamp_make(c);
    bool stamped = stamp != NULL;
    if (stamp && !stamp_agrees(c, stamp)) {
        discard_reports(c);
        stamped = stamp_write(c, stamp);
    }
    if (!stamped)
        say("%s: %s", c->out, strerror(errno));
    free(stamp);
    return stamped;
}

/* ---- grading -------------------------------------------------------------------------------------------------------- */

struct local {
    struct course *c;
    size_t done;
};

static int work(void *context, size_t job)
{
    return worker_run(((struct local *)context)->c, job);
}

static bool collect(void *context, size_t job, int wait_status)
{
    struct local *local = context;
    progress_end();
    local->done++;
    return worker_collect(local->c, job, wait_status);
}

static void tick(void *context)
{
    struct local *local = context;
    progress_show(local->c, local->done);
}

enum batch_end batch_local(struct course *c, unsigned jobs)
{
    struct local local = {.c = c};
    struct pool pool = {.count = c->entries,
                        .jobs = jobs,
                        .context = &local,
                        .work = work,
                        .done = collect,
                        .tick = tick};
    enum pool_end end = pool_run(&pool);
    if (end == POOL_CANNOT)
        say("no process could be made: %s", strerror(errno));
    return end == POOL_DONE          ? BATCH_DONE
           : end == POOL_INTERRUPTED ? BATCH_INTERRUPTED
                                     : BATCH_FAILED;
}

/* ---- what is told --------------------------------------------------------------------------------------------------- */

/* Names who is in the roster twice, and the submissions that get no grade in it. Returns how many those are. */
static size_t name_problems(const struct course *c)
{
    static const char *const words[] = {
        [PLACE_UNKNOWN] = "the roster has no such student; no grade is written",
        [PLACE_AMBIGUOUS] = "the roster has several such students; no grade is written",
        [PLACE_DUPLICATE] = "another submission is the same student's; neither's grade is written"};
    size_t count = 0;
    const struct roster *r = c->roster;
    for (size_t row = r ? roster_duplicate(r, 0) : ROSTER_NONE; row != ROSTER_NONE;
         row = roster_duplicate(r, row + 1))
        say("the roster's row %zu ('%s') has an ID or a login that an earlier row has", row + 1,
            csv_cell(&r->csv, row, 0));
    for (size_t i = 0; i < c->entries; i++) {
        const struct entry *e = &c->entry[i];
        if (words[e->placing])
            say("%s: %s", e->file, words[e->placing]);
        else if (!course_has_grade(e))
            say("%s: no grade, the grader failed: %s", e->file,
                e->result.message ? e->result.message : "a case says why");
        count += words[e->placing] || !course_has_grade(e);
    }
    return count;
}

/* grades.csv and summary.html. False: a line has said why not. */
static bool write_all(const struct course *c, struct roster *roster)
{
    char *grades = course_path(c, "grades.csv", NULL, "");
    char *summary = course_path(c, "summary.html", NULL, "");
    bool first = batch_grades(c, roster, grades);
    bool written = first && batch_summary(c, summary);
    if (!written)
        say("%s: %s", first ? summary : grades, strerror(errno));
    free(grades);
    free(summary);
    return written;
}

static void tell(const struct course *c, size_t without)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->entries; i++)
        kept += c->entry[i].kept;
    printf("%zu submissions, %zu graded now, %zu kept from before, %zu without a grade\n",
           c->entries, c->entries - kept, kept, without);
    if (c->roster) {
        char *title = clean_line(csv_cell(&c->roster->csv, 0, c->roster->assignment));
        printf("%s/grades.csv  the grades, in the column '%s'\n", c->out, title ? title : "");
        free(title);
    } else {
        printf("%s/grades.csv  the grades\n", c->out);
    }
    printf("%s/summary.html  the class\n%s/reports/  a report for each\n", c->out, c->out);
    printf("seed %" PRIu64 "%s\n", c->seed,
           c->seed == GRADE_SEED ? ", as every student has it: choose another one with --seed"
                                 : "");
}

/* ---- the whole ------------------------------------------------------------------------------------------------------ */

static int finish(struct course *c, struct roster *roster, enum batch_end end)
{
    size_t done = 0;
    for (size_t i = 0; i < c->entries; i++)
        done += c->entry[i].done;
    progress_end();
    if (end == BATCH_INTERRUPTED) {
        say("interrupted; %zu of %zu are finished, the same command goes on", done, c->entries);
        return EXIT_INTERRUPTED;
    }
    if (end == BATCH_FAILED || !write_all(c, roster))
        return EXIT_CANNOT;
    size_t without = name_problems(c);
    tell(c, without);
    return without ? EXIT_CANNOT : 0;
}

static int run_in(struct course *c, struct roster *roster, const struct batch_options *o)
{
    int status = EXIT_CANNOT;
    char *work_folder = course_path(c, WORKER_FOLDER, NULL, "");
    course_place(c, roster);
    pool_hold_signals();
    if (empty_out(c) && take_snapshot(c) && stamp_out(c)) {
        enum batch_end end =
            o->engine == ENGINE_SLURM ? batch_slurm(c, o->jobs) : batch_local(c, o->jobs);
        file_remove_tree(work_folder);
        status = finish(c, roster, end);
    } else {
        file_remove_tree(work_folder);
    }
    pool_release_signals();
    free(work_folder);
    return status;
}

/* With the roster read, or none. */
static int run_with(const struct batch_options *o, struct roster *roster)
{
    struct course c = {.lab = o->lab,
                       .submissions = o->submissions,
                       .out = o->out,
                       .seed = o->seed,
                       .hidden = o->hidden,
                       .sandbox = o->sandbox,
                       .lock = -1};
    if (!course_list(&c)) {
        say("%s: %s", o->submissions, strerror(errno));
        return EXIT_CANNOT;
    }
    int status = EXIT_CANNOT;
    if (c.entries == 0)
        say("%s: there are no submissions in it", o->submissions);
    else if ((c.lock = lock_out(o->out)) >= 0)
        status = run_in(&c, roster, o);
    if (c.lock >= 0)
        close(c.lock);
    course_free(&c);
    return status;
}

int batch_run(const struct batch_options *o)
{
    struct roster roster;
    char why[300];
    if (!o->roster)
        return run_with(o, NULL);
    if (!roster_read(&roster, o->roster, o->lab, o->assignment, why, sizeof why)) {
        say("%s: %s", o->roster, why);
        return EXIT_CANNOT;
    }
    int status = run_with(o, &roster);
    roster_free(&roster);
    return status;
}
