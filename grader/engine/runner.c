/* The stage, its snapshot, and a process for each case. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "emu/sweep/shared.h"
#include "emu/trace/trace.h"
#include "grader/engine/play.h"
#include "grader/report/report.h"
#include "grader/engine/runner.h"

#define LADDER_BYTES  6000
#define CONSOLE_BYTES 32768

/* What a case's process leaves behind, in memory that it shares with the runner. */
struct verdict {
    bool done, broken, failed;
    unsigned variant; /* the last that was run */
    uint64_t event;
    char rule[RULE_BYTES];
    char ladder[LADDER_BYTES];
};

struct runner {
    const struct runner_options *options;
    struct board *board;
    struct play play; /* booted */
    struct trace *trace;
    uint64_t events;  /* of the trace, so far */
    uint64_t *traced; /* crossing number to event number */
    size_t ntraced;
    struct sink sink;
    struct verdict *verdict; /* shared */
};

/* ---- a trace, to be replayed ----------------------------------------------------------------------------- */

static void on_event(struct sink *self, const struct event *e)
{
    struct runner *run = (struct runner *)((char *)self - offsetof(struct runner, sink));
    run->events = e->number;
    if (e->kind != EVENT_TRAP && e->kind != EVENT_RETURN)
        return;
    uint64_t *more = realloc(run->traced, (run->ntraced + 1) * sizeof *more);
    if (!more)
        return;
    run->traced = more;
    run->traced[run->ntraced++] = e->number;
}

/* The rule's words stand in the trace where it was broken. */
static void on_crossing(void *arg, uint64_t crossing)
{
    struct runner *run = arg;
    if (run->verdict->broken && crossing == run->verdict->event)
        trace_operator(run->trace, EP_NONE, "broken: %s", run->verdict->rule);
}

/* What the play watches goes through the trace, which records it as the play has left it. */
static bool trace_open(struct runner *run, char *why, size_t size)
{
    run->trace = trace_create_lenient(run->options->image, why, size);
    if (!run->trace || !trace_write(run->trace, run->options->trace, why, size))
        return false;
    run->sink = (struct sink){.kinds = EVENT_ALL, .event = on_event};
    trace_subscribe(run->trace, &run->sink);
    trace_intercept(run->trace, observe, &run->play);
    run->play.watcher = on_crossing;
    run->play.watcher_arg = run;
    snprintf(why, size, "out of memory");
    return trace_start(run->trace, run->board);
}

/* ---- the stage --------------------------------------------------------------------------------------------- */

/* A terminal echoes, a kernel that panics says why; nobody has much to say. */
static void on_output(void *arg, uint8_t byte)
{
    struct play *p = arg;
    (void)byte;
    if (++p->printed <= CONSOLE_BYTES)
        return;
    breaks(p, p->crossings, "nobody writes to the console without end");
    board_request_stop(p->board);
}

static bool stage_open(struct runner *run, bool traced, char *why, size_t size)
{
    const struct board_config config = {.kernel = run->options->image,
                                        .memory = STAGE_MEMORY,
                                        .seed = 1,
                                        .output = on_output,
                                        .arg = &run->play};
    run->board = board_create(&config, why, size);
    if (!run->board)
        return false;
    play_open(&run->play, run->board, run->options->lab);
    if (traced && !trace_open(run, why, size))
        return false;
    play_boot(&run->play);
    if (run->play.failed)
        snprintf(why, size, "%s", run->play.rule);
    return !run->play.failed;
}

static void stage_close(struct runner *run)
{
    trace_destroy(run->trace);
    play_close(&run->play);
    if (run->board)
        board_destroy(run->board);
    free(run->traced);
    *run = (struct runner){.options = run->options, .verdict = run->verdict};
}

/* ---- one case -------------------------------------------------------------------------------------------- */

static void write_verdict(struct runner *run, const struct play *p)
{
    struct verdict *v = run->verdict;
    char *text = p->broken ? ladder(p) : NULL;
    v->variant = p->variant;
    v->broken = p->broken;
    v->failed = p->failed;
    v->event = p->event;
    memcpy(v->rule, p->rule, sizeof v->rule);
    snprintf(v->ladder, sizeof v->ladder, "%s", text ? text : "");
    free(text);
    v->done = true;
}

/* A case that lets nobody do anything, or forgets to let them, proves nothing. An operation may be left waiting. */
static void check_case(struct play *p, size_t calls)
{
    until_quiet(p);
    memory_is_apart(p, NULL);
    for (const struct actor *a = p->actor; a < p->actor + p->actors; a++) {
        if (a->op && !a->open && !a->busy && all_well(p))
            play_fails(p, "the case ends before its operations have begun");
    }
    if (p->nrecords == calls && all_well(p))
        play_fails(p, "the case ends before anything has happened");
}

/* Each run of each case has its own. */
static void open_stream(struct random *r, const struct runner *run, const struct grade_case *c,
                        const char *use)
{
    char purpose[200];
    snprintf(purpose, sizeof purpose, "%s %s %s", run->options->lab->name, c->name, use);
    random_open(r, run->options->seed, purpose, run->play.variant);
}

/* The play goes on from where the stage stands. */
static void perform(struct runner *run, const struct grade_case *c, unsigned number)
{
    struct play *p = &run->play;
    p->variant = number;
    open_stream(&p->nonces, run, c, "nonces");
    open_stream(&p->chances, run, c, "chances");
    p->limit = board_instructions(p->board) + (c->budget ? c->budget : BUDGET);
    p->effort = board_effort(p->board) + EFFORT;
    size_t calls = p->nrecords;
    c->play(p);
    check_case(p, calls);
    write_verdict(run, p);
}

/* False: the process could not be made, or did not come to its end. */
static bool fork_variant(struct runner *run, const struct grade_case *c, unsigned number)
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        /* A busy machine, on which others work, is not in trouble. */
        setitimer(ITIMER_PROF, &(struct itimerval){.it_value.tv_sec = RUNNER_WATCHDOG}, NULL);
        perform(run, c, number);
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && run->verdict->done;
}

static unsigned variants_of(const struct grade_case *c)
{
    return c->variants ? c->variants : 1;
}

/*
 * The case once more, for the trace: the variant that failed, or else the last, from a boot of its own that is traced, too,
 * and in this process. It goes exactly as before, and the event of the verdict becomes that of the trace.
 */
static bool replay(struct runner *run, const struct grade_case *c, char *why, size_t size)
{
    unsigned variant = run->verdict->variant;
    stage_close(run);
    if (!stage_open(run, true, why, size))
        return false;
    if (!run->play.broken)
        perform(run, c, variant);
    uint64_t event = run->verdict->event;
    if (run->verdict->broken && event > 0 && event <= run->ntraced)
        run->verdict->event = run->traced[event - 1];
    return trace_finish(run->trace, why, size);
}

/* ---- the result ---------------------------------------------------------------------------------------------- */

static char *copy(const char *text)
{
    return text && *text ? strdup(text) : NULL;
}

/* Which run of several broke it. */
static char *rule_text(const struct verdict *v, const struct grade_case *c)
{
    char text[sizeof v->rule + 40];
    if (variants_of(c) == 1)
        return copy(v->rule);
    snprintf(text, sizeof text, "%s (run %u of %u)", v->rule, v->variant + 1, variants_of(c));
    return copy(text);
}

static void fill_case(const struct runner *run, const struct grade_case *c, bool met,
                      struct case_result *r)
{
    const struct verdict *v = run->verdict;
    r->status = !met || v->failed ? CASE_ERROR : v->broken ? CASE_FAILED : CASE_PASSED;
    r->points = r->status == CASE_PASSED ? c->points : 0;
    if (r->status == CASE_ERROR)
        r->rule = strdup(
            met ? v->rule
                : "the case did not come to its end: the watchdog, or the emulator, has ended it");
    if (r->status != CASE_FAILED)
        return;
    r->rule = rule_text(v, c);
    r->event = v->event;
    r->ladder = copy(v->ladder);
    r->hint = copy(c->hint);
}

static bool run_case(struct runner *run, const struct grade_case *c, struct case_result *r,
                     char *why, size_t size)
{
    bool met = true;
    *run->verdict = (struct verdict){.done = false};
    if (run->play.broken) {
        write_verdict(run, &run->play); /* it did not even boot */
    } else {
        for (unsigned i = 0;
             i < variants_of(c) && met && !run->verdict->broken && !run->verdict->failed; i++) {
            run->verdict->done = false;
            met = fork_variant(run, c, i);
        }
    }
    if (met && run->options->trace && !replay(run, c, why, size))
        return false;
    fill_case(run, c, met, r);
    return true;
}

static bool run_cases(struct runner *run, const struct grade_case *const *cases, size_t count,
                      bool hidden, struct result *r, char *why, size_t size)
{
    const char *only = run->options->only;
    for (size_t i = 0; i < count; i++) {
        if (only && strcmp(only, cases[i]->name) != 0)
            continue;
        struct case_result *c = &r->cases[r->ncases++];
        *c = (struct case_result){.name = strdup(cases[i]->name),
                                  .title = strdup(cases[i]->title),
                                  .hidden = hidden,
                                  .max_points = cases[i]->points};
        if (!run_case(run, cases[i], c, why, size))
            return false;
        r->points += c->points;
        r->max_points += c->max_points;
    }
    return true;
}

static bool run_all(struct runner *run, struct result *r, char *why, size_t size)
{
    const struct runner_options *o = run->options;
    run->verdict = shared_new(sizeof *run->verdict);
    r->cases = calloc(o->lab->npublic + o->lab->nhidden + 1, sizeof *r->cases);
    if (!run->verdict || !r->cases) {
        snprintf(why, size, "out of memory");
        return false;
    }
    if (!stage_open(run, false, why, size) ||
        !run_cases(run, o->lab->public_cases, o->lab->npublic, false, r, why, size) ||
        (o->hidden && !run_cases(run, o->lab->hidden_cases, o->lab->nhidden, true, r, why, size)))
        return false;
    if (o->only && r->ncases == 0)
        snprintf(why, size, "lab %s has no case %s", o->lab->name, o->only);
    return r->ncases > 0;
}

bool runner_run(const struct runner_options *options, struct result *r, char *why, size_t size)
{
    struct runner run = {.options = options};
    *r = (struct result){
        .lab = strdup(options->lab->name), .seed = options->seed, .status = RESULT_GRADED};
    bool done = run_all(&run, r, why, size);
    stage_close(&run);
    shared_free(run.verdict, sizeof *run.verdict);
    if (!done)
        result_free(r);
    return done;
}

/* ---- the command -------------------------------------------------------------------------------------------- */

static int cannot(const char *why)
{
    fprintf(stderr, "grade: %s\n", why);
    return 1;
}

int stage_command(int argc, char **argv)
{
    char why[256];
    struct result r;
    if (argc < 5 || argc > 7)
        return cannot("usage: __stage IMAGE LAB SEED public|all [CASE [TRACE]]");
    struct runner_options o = {.image = argv[1],
                               .lab = lab_find(argv[2]),
                               .seed = strtoull(argv[3], NULL, 10),
                               .hidden = !strcmp(argv[4], "all"),
                               .only = argc > 5 ? argv[5] : NULL,
                               .trace = argc > 6 ? argv[6] : NULL};
    if (!o.lab)
        return cannot("no such lab");
    if (!runner_run(&o, &r, why, sizeof why))
        return cannot(why);
    r.submission = strdup(""), r.digest = strdup(""); /* the caller knows them */
    report_print(&r, REPORT_JSON, stdout);
    result_free(&r);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : cannot("the result could not be written");
}
