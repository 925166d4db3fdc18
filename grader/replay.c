/*
 * A case once more. The result says lab, seed and case; the submission is looked for beside it, and must have the same
 * digest. Then the run goes exactly as it did, this time with a trace, and the dashboard opens that where the rule broke.
 */
#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "emu/options.h"
#include "emu/trace/reader.h"
#include "grader/base/clean.h"
#include "grader/base/file.h"
#include "grader/grade.h"
#include "grader/replay.h"
#include "grader/report/report.h"
#include "grader/take/source.h"
#include "grader/batch/worker.h"

#define INSNS_PER_MS 100000u

struct replay {
    const char *file, *name; /* the result and the case */
    const char *submission;  /* --submission, or NULL */
    const char *trace;       /* --trace, or NULL: a temporary one */
    bool sandbox;
    struct result result;
    const struct case_result *wanted;
    char path[PATH_MAX]; /* of the submission */
};

static const char help[] =
    "usage: build/grade replay RESULT CASE [options]\n"
    "\n"
    "Runs the case once more and opens the dashboard at the event that broke the rule. RESULT is "
    "a\n"
    "report in JSON: of grade run --format json, or of a batch (OUT/reports/NAME.json).\n"
    "\n"
    "  --submission F   what was graded, if it is not found beside the result\n"
    "  --trace F        keep the trace in F; without a terminal this is all that is done\n"
    "  --no-sandbox     compile and run what a student wrote without bubblewrap\n";

static int cannot(const char *what, const char *why)
{
    char *line = clean_line(what);
    fprintf(stderr, "grade: %s: %s\n", line ? line : "", why);
    free(line);
    return EXIT_CANNOT;
}

static int usage(const char *what, const char *why)
{
    char *line = clean_line(what);
    fprintf(stderr, "grade: %s%s (build/grade replay --help)\n", why, line ? line : "");
    free(line);
    return EXIT_USAGE;
}

/* ---- what is asked for ---------------------------------------------------------------------------------------------- */

/* OPTIONS_OK, or the exit status to end with. */
static int parse(struct replay *r, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *option = argv[i];
        bool valued = strcmp(option, "--submission") == 0 || strcmp(option, "--trace") == 0;
        if (valued && i + 1 == argc)
            return usage(option, "a value is missing after ");
        if (strcmp(option, "--help") == 0) {
            fputs(help, stdout);
            return 0;
        }
        if (strcmp(option, "--no-sandbox") == 0)
            r->sandbox = false;
        else if (strcmp(option, "--submission") == 0)
            r->submission = argv[++i];
        else if (strcmp(option, "--trace") == 0)
            r->trace = argv[++i];
        else if (option[0] == '-' || r->name)
            return usage(option, "cannot understand ");
        else if (r->file)
            r->name = option;
        else
            r->file = option;
    }
    return r->name ? OPTIONS_OK : usage("", "which result, and which case?");
}

static int find_case(struct replay *r)
{
    for (size_t i = 0; i < r->result.ncases; i++)
        if (strcmp(r->result.cases[i].name, r->name) == 0)
            r->wanted = &r->result.cases[i];
    if (!r->wanted)
        return cannot(r->name, "the result has no such case");
    if (r->wanted->status == CASE_SKIPPED)
        return cannot(r->name, "the case was not run");
    return OPTIONS_OK;
}

/* ---- the submission ------------------------------------------------------------------------------------------------- */

static struct grade_options options_for(const struct replay *r)
{
    return (struct grade_options){.lab = r->result.lab,
                                  .submission = r->path,
                                  .name = r->result.submission,
                                  .only = r->name,
                                  .seed = r->result.seed,
                                  .hidden = r->wanted->hidden,
                                  .sandbox = r->sandbox};
}

/* Is this the submission that was graded? */
static bool is_it(const struct replay *r)
{
    char digest[GRADE_DIGEST_BYTES];
    struct grade_options options = options_for(r);
    bool there = r->path[0] == '@' || access(r->path, R_OK) == 0;
    return there && r->result.digest && grade_digest(&options, digest) &&
           strcmp(digest, r->result.digest) == 0;
}

/* FOLDER/NAME; false: it is not that. */
static bool try_in(struct replay *r, const char *folder)
{
    int length = snprintf(r->path, sizeof r->path, "%s/%s", folder, r->result.submission);
    return length > 0 && (size_t)length < sizeof r->path && is_it(r);
}

/* Where the batch whose report this is had its submissions. */
static bool try_batch(struct replay *r, const char *folder)
{
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/../%s", folder, WORKER_SUBMISSIONS);
    char *text = file_read(path, PATH_MAX, NULL);
    if (text)
        text[strcspn(text, "\n")] = '\0';
    bool found = text && try_in(r, text);
    free(text);
    return found;
}

static int find_submission(struct replay *r)
{
    char file[PATH_MAX];
    snprintf(file, sizeof file, "%s", r->file);
    const char *folder = dirname(file);
    if (r->submission) {
        snprintf(r->path, sizeof r->path, "%s", r->submission);
        return is_it(r) ? OPTIONS_OK
                        : cannot(r->submission, "is not what was graded; grade it anew");
    }
    snprintf(r->path, sizeof r->path, "%s", r->result.submission);
    if (is_it(r) || try_in(r, folder) || try_batch(r, folder))
        return OPTIONS_OK;
    return cannot(r->result.submission,
                  "is not here as it was graded; --submission says where it is");
}

static bool overwrites(const struct replay *r)
{
    const struct lab *lab = lab_find(r->result.lab);
    return r->trace && lab &&
           (file_is_same(r->trace, r->file) || source_holds(r->path, lab, r->trace));
}

/* ---- the run -------------------------------------------------------------------------------------------------------- */

/* The virtual time of an event of the trace; 0: it has no such event. */
static uint64_t time_of(const char *trace, uint64_t number)
{
    char why[200];
    struct event e;
    uint64_t time = 0;
    struct reader *reader = number ? reader_open(trace, why, sizeof why) : NULL;
    while (reader && time == 0 && reader_next(reader, &e) == READER_EVENT)
        if (e.number == number)
            time = e.time;
    reader_close(reader);
    return time;
}

static bool same_verdict(const struct case_result *a, const struct case_result *b)
{
    bool rules = (!a->rule && !b->rule) || (a->rule && b->rule && strcmp(a->rule, b->rule) == 0);
    return a->status == b->status && rules;
}

/* Waits for the dashboard, which has the terminal. Its exit status. */
static int show(const char *trace, const char *at)
{
    char program[4096];
    const char *argv[] = {options_beside_program("courier", program, sizeof program),
                          "dash",
                          trace,
                          "--at",
                          at,
                          NULL};
    int status;
    if (!*at)
        argv[3] = NULL;
    pid_t child = fork();
    if (child == 0) {
        execv(argv[0], (char **)argv);
        fprintf(stderr, "grade: %s: %s\n", argv[0], strerror(errno));
        _exit(EXIT_CANNOT);
    }
    if (child < 0)
        return cannot("the dashboard", strerror(errno));
    signal(SIGINT, SIG_IGN); /* its keys are not for us */
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_CANNOT;
}

static void tell(const struct case_result *c, const char *trace, const char *at)
{
    char *text = report_case_text(c);
    printf("%s: %s%s%s\n%s", c->name, case_status_name(c->status), *at ? " at " : "", at,
           text ? text : "");
    printf("build/courier dash %s%s%s\n", trace, *at ? " --at " : "", at);
    free(text);
}

/* The case with a trace, and then the dashboard or the words. */
static int run(struct replay *r, const char *trace, bool terminal)
{
    struct result again;
    struct grade_options options = options_for(r);
    char at[40] = "";
    options.trace = trace;
    int status = grade_submission(&options, &again);
    if (status != 0)
        return status;
    const struct case_result *c = again.ncases == 1 ? &again.cases[0] : NULL;
    if (!result_has_grade(&again) || !c)
        status = cannot(r->name, again.message ? again.message : "the grader failed");
    else if (!same_verdict(c, r->wanted))
        status = cannot(r->name, "goes another way now: the grader has changed; grade anew");
    uint64_t time = status == 0 ? time_of(trace, c->event) : 0;
    if (time > 0)
        snprintf(at, sizeof at, "%" PRIu64 ".%05" PRIu64 "ms", time / INSNS_PER_MS,
                 time % INSNS_PER_MS);
    if (status == 0 && !terminal)
        tell(r->wanted, trace, at);
    else if (status == 0)
        status = show(trace, at);
    result_free(&again);
    return status;
}

/* With a trace that is kept, or one that is gone afterwards. */
static int run_traced(struct replay *r)
{
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    const char *folder = getenv("TMPDIR");
    char trace[PATH_MAX];
    if (r->trace)
        return run(r, r->trace, terminal);
    if (!terminal)
        return usage("", "the dashboard needs a terminal; --trace F keeps the trace instead");
    snprintf(trace, sizeof trace, "%s/courier-replay.XXXXXX.pcapng", folder ? folder : "/tmp");
    int fd = mkstemps(trace, strlen(".pcapng"));
    if (fd < 0)
        return cannot(trace, strerror(errno));
    close(fd);
    int status = run(r, trace, true);
    unlink(trace);
    return status;
}

int replay_command(int argc, char **argv)
{
    static struct replay r;
    char why[300];
    r = (struct replay){.sandbox = true};
    int status = parse(&r, argc, argv);
    if (status != OPTIONS_OK)
        return status;
    if (!result_read(r.file, &r.result, why, sizeof why))
        return cannot(r.file, why);
    status = find_case(&r);
    if (status == OPTIONS_OK)
        status = find_submission(&r);
    if (status == OPTIONS_OK && overwrites(&r))
        status = usage(r.trace, "--trace would overwrite what is read: ");
    if (status == OPTIONS_OK)
        status = run_traced(&r);
    result_free(&r.result);
    return status;
}
